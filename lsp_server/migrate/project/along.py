"""What some code needs of an installed package, so that it can be converted along with the code.

A package's ``__init__`` usually imports all of it, and loads what is compiled. So only those modules are taken that
imports lead to, name by name, and an ``__init__`` comes down to the imports of the names that are asked for, from where
they are defined, and to what it defines of these itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.migrate.project.modules import Module, absolute, imports, names_in, parsed, root_of

_EVERYTHING = ("__dict__", "__all__")
"""Attributes of a module that may be any of its names."""
_ANY = "*"
_FUNCTIONS = ("getattr", "vars", "dir", "hasattr")


def taken(folder: Path, sources: Iterable[str]) -> dict[str, str]:
    """The modules of a package that sources need, by their paths below its folder with ``/`` between the parts."""
    search = _Search(folder)
    for text in sources:
        tree = parsed(text)
        if tree is not None:
            search.read(tree)
    return search.result()


class _Search:
    def __init__(self, folder: Path) -> None:
        self.top = folder
        self.root = folder.name
        self._modules: dict[str, Module | None] = {}
        self._asked: set[tuple[str, str]] = set()
        self._whole: set[str] = set()
        self._cut: dict[str, dict[str, tuple[str, str]]] = {}
        """By the package: the names that its cut down ``__init__`` imports, as in `Module.imported`."""
        self._kept: dict[str, set[str]] = {}
        """By the package: the names of its ``__init__`` that stay there."""

    def result(self) -> dict[str, str]:
        texts: dict[str, str] = {}
        for name in (*self._whole, *self._cut):
            module = self._module(name)
            if module is not None:
                text = module.text if name in self._whole else self._init(module)
                texts[module.path.relative_to(self.top).as_posix()] = text
        return dict(sorted(texts.items()))

    def read(self, tree: ast.Module) -> None:
        """Everything that code outside of the package asks it for."""
        self._follow(tree.body, "", {})
        local = {
            one.asname or one.name.partition(".")[0]
            for node in imports(list(tree.body))
            for one in node.names
            if self._is_inside(absolute(node, "") if isinstance(node, ast.ImportFrom) else one.name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and root_of(node.func) in local:
                given = node.args[0]
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    self._registered(given.value)

    def _registered(self, said: str) -> None:
        """A function that is asked for by its name: ``create_model("resnet50.a1_in1k")``. Its module puts it on a list
        when it is imported, so its package does that."""
        name = said.partition(".")[0]
        if not name.isidentifier():
            return
        decorated = re.compile(rf"^@.*\n(?:@.*\n)*def {name}\(".encode(), re.MULTILINE)
        for path in sorted(self.top.rglob("*.py")):
            if f"def {name}(".encode() in (data := path.read_bytes()) and decorated.search(data) is not None:
                module = ".".join((self.root, *path.relative_to(self.top).with_suffix("").parts))
                self._need(module, name)
                package = self._module(module.rpartition(".")[0])
                if package is not None and package.name in self._cut:
                    self._cut[package.name][name] = (module, name)

    def _follow(self, nodes: Iterable[ast.AST], package: str, bound: dict[str, str]) -> None:
        """What the imports in some code lead to, and what it reads of the modules that ``bound`` or they bind."""
        nodes = list(nodes)
        for node in imports(nodes):
            if isinstance(node, ast.ImportFrom):
                module = absolute(node, package)
                for one in node.names if self._is_inside(module) else ():
                    full = f"{module}.{one.name}"
                    if one.name == "*":
                        self._all(module)
                    elif not self._is_of_framework(full, package):
                        self._need(module, one.name)
                        if self._is_module(module, one.name):
                            bound[one.asname or one.name] = full
            else:
                for one in node.names:
                    if self._is_inside(one.name) and not self._is_of_framework(one.name, package):
                        self._load(one.name)
                        bound[one.asname or self.root] = one.name if one.asname else self.root
        if bound:
            self._attributes(nodes, bound, package)

    def _attributes(self, nodes: list[ast.AST], bound: dict[str, str], package: str) -> None:
        """What is read of modules: ``models.resnet18``; all of one that a function is given that may read any of it."""
        inner: set[int] = set()
        for node in (found for top in nodes for found in ast.walk(top)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
                for given in node.args[:1]:
                    if isinstance(given, ast.Name) and given.id in bound:
                        self._all(bound[given.id])
            if not isinstance(node, ast.Attribute) or id(node) in inner:
                continue
            chain: list[str] = []
            held: ast.expr = node
            while isinstance(held, ast.Attribute):
                inner.add(id(held))
                chain.insert(0, held.attr)
                held = held.value
            if isinstance(held, ast.Name) and held.id in bound:
                self._chain(bound[held.id], chain, package)

    def _chain(self, module: str, chain: list[str], package: str) -> None:
        for name in chain:
            full = f"{module}.{name}"
            if self._is_of_framework(full, package):
                return
            if name in _EVERYTHING:
                self._all(module)
                return
            self._need(module, name)
            if not self._is_module(module, name):
                return
            if module in self._cut:
                self._cut[module].setdefault(name, (module, name))
            module = full

    def _need(self, name: str, wanted: str) -> None:
        """One name of a module."""
        if (name, wanted) in self._asked:
            return
        self._asked.add((name, wanted))
        module = self._module(name)
        if module is None:
            return
        if not module.is_package:
            self._load(name)
            self._reach(module, wanted)
            return
        self._parents(name)
        home = self._home(name, wanted, set())
        if home is None:
            self._load(f"{name}.{wanted}")
        elif home[0] == name:
            self._keep(module, wanted)
        elif home[1] == "":
            self._cut[name][wanted] = home
            self._load(home[0])
        else:
            self._cut[name][wanted] = home
            self._need(*home)

    def _keep(self, module: Module, wanted: str) -> None:
        """What an ``__init__`` itself defines, or has from other packages, with what that needs in turn."""
        kept = self._kept.setdefault(module.name, set())
        if wanted in kept:
            return
        kept.add(wanted)
        for statement in module.binding(wanted):
            self._follow([statement], module.package, dict(module.modules))
            for name in sorted(names_in(statement) & {*module.own, *module.imported}):
                self._need(module.name, name)

    def _init(self, module: Module) -> str:
        """A cut down ``__init__``: an import for each of its names, by the modules that they come from, and what is
        needed of its own."""
        kept = self._kept.get(module.name, set())
        lines = [
            f"import {name}"
            if not original and name == known
            else f"import {name} as {known}"
            if not original
            else f"from {name} import {original}" + (f" as {known}" if known != original else "")
            for known, (name, original) in sorted(module.imported.items())
            if known in kept and known not in module.own and not self._is_inside(name)
        ]
        statements = {one.lineno: one for name in kept for one in module.binding(name)}
        texts = [module.text_of(statement) for _, statement in sorted(statements.items())]
        head = "".join(f"{line}\n" for line in lines) + _imported(module.name, self._cut[module.name])
        return "\n\n".join(part for part in (head, *texts) if part)

    def _home(self, name: str, wanted: str, seen: set[str]) -> tuple[str, str] | None:
        """The module that defines a name, and its name there; None if it is not found in the package."""
        module = self._module(name)
        if module is None or name in seen:
            return None
        seen.add(name)
        found = module.imported.get(wanted)
        if found is not None and wanted not in module.own:
            if not self._is_inside(found[0]):
                return name, wanted
            if not found[1] or self._is_module(*found):
                return (f"{found[0]}.{found[1]}" if found[1] else found[0]), ""
            return self._home(*found, seen)
        if wanted in module.own:
            return name, wanted
        for star in reversed(module.stars):
            if self._is_inside(star):
                home = self._home(star, wanted, seen)
                if home is not None:
                    return home
        return None

    def _load(self, name: str) -> None:
        """A module; an ``__init__`` is cut down instead unless all of it is asked for."""
        module = self._module(name)
        if module is None or name in self._whole:
            return
        self._parents(name)
        if module.is_package and (name, _ANY) not in self._asked:
            return
        self._whole.add(name)
        self._follow(module.header, module.package, module.modules)
        for one in module.used_at_import:
            self._reach(module, one)

    def _all(self, name: str) -> None:
        """Every name of a module."""
        self._asked.add((name, _ANY))
        self._load(name)
        module = self._module(name)
        if module is not None:
            for one in module.definitions:
                self._reach(module, one)

    def _reach(self, module: Module, name: str) -> None:
        """A function or class of a module that may run: what it imports itself, and the others that it names."""
        pending = [name]
        while pending:
            one = pending.pop()
            definition = module.definitions.get(one)
            if definition is None or one in module.reached:
                continue
            module.reached.add(one)
            pending += names_in(definition)
            self._follow([definition], module.package, dict(module.modules))

    def _parents(self, name: str) -> None:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            parent = self._module(".".join(parts[:count]))
            if parent is not None and parent.is_package:
                self._cut.setdefault(parent.name, {})

    def _is_inside(self, name: str) -> bool:
        return name.partition(".")[0] == self.root

    def _is_of_framework(self, full: str, package: str) -> bool:
        """Whether code outside of the package gets something by this name that is converted as one of a framework."""
        return not package and framework_of(full) in FRAMEWORKS

    def _is_module(self, module: str, name: str) -> bool:
        holder = self._module(module)
        if holder is None or not holder.is_package or name in holder.own:
            return False
        inner = f"{module}.{name}"
        if self._module(inner) is None:
            return False
        found = holder.imported.get(name)
        return self._home(module, name, set()) is None if found is None else ".".join(filter(None, found)) == inner

    def _module(self, name: str) -> Module | None:
        if name not in self._modules:
            self._modules[name] = self._found(name)
        return self._modules[name]

    def _found(self, name: str) -> Module | None:
        parts = name.split(".")
        if parts[0] != self.root or not all(part.isidentifier() for part in parts):
            return None
        base = self.top.joinpath(*parts[1:])
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                try:
                    return Module(name, path, path.read_bytes().decode("utf-8"))
                except (OSError, UnicodeDecodeError):
                    return None
        return None


def _imported(package: str, names: dict[str, tuple[str, str]]) -> str:
    """An import for each name of a package, by the modules that they come from."""
    by_module: dict[str, list[str]] = {}
    for name, (module, original) in sorted(names.items()):
        if not original:  # a module under another name
            module, _, original = module.rpartition(".")
        relative = _relative(package, module)
        by_module.setdefault(relative, []).append(original if name == original else f"{original} as {name}")
    return "".join(f"from {module} import {', '.join(found)}\n" for module, found in sorted(by_module.items()))


def _relative(package: str, module: str) -> str:
    """A module as its package's ``__init__`` calls it."""
    own, other = package.split("."), module.split(".")
    shared = 0
    while shared < min(len(own), len(other)) and own[shared] == other[shared]:
        shared += 1
    return "." * (len(own) - shared + 1) + ".".join(other[shared:])
