"""What import statements bind: symbols of the frameworks, and what other files define.

Modules of the workspace and of installed packages are read as source. Inside of a framework's own files its modules
are followed too, where a name is no public symbol.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.inference import exports, stdlib
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, External, Fact, Module, SymbolRef, UserClass
from lsp_server.syntax.scopes import Binding, Origin

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def bound(analysis: Analysis, binding: Binding, is_global: bool = False) -> Fact:
    """What one name of an import statement stands for. In a framework's own file, what people import from there is the
    symbol that they know, whatever the file has it from."""
    if not analysis.project.has_versions:  # who asks is nobody's business, so all share one answer
        key = ("import", binding.node.id, binding.name)
        known = analysis.home.known.get(key)
        if known is None:
            known = analysis.home.known[key] = _as_known(analysis, binding, is_global)
        return known
    return _as_known(analysis, binding, is_global)


def _as_known(analysis: Analysis, binding: Binding, is_global: bool) -> Fact:
    fact = _bound(analysis, binding)
    if is_global and not isinstance(fact.value, SymbolRef):
        symbol = own_symbol(analysis, binding.name)
        return Fact(symbol) if symbol is not None else fact
    return fact


def _bound(analysis: Analysis, binding: Binding) -> Fact:
    node = binding.node
    statement = node.parent
    target = node.child_by_field_name("name") if node.type == "aliased_import" else node
    if statement is None or target is None:
        return NOTHING
    dotted = analysis.text(target)
    if statement.type == "import_statement":
        return module_fact(analysis, dotted if node.type == "aliased_import" else binding.name)
    return from_module(analysis, module_text(analysis, statement), dotted)


def module_text(analysis: Analysis, statement: Node) -> str:
    """The module of a ``from`` import as it says it, without the blanks that may stand in it."""
    module = statement.child_by_field_name("module_name")
    return "".join(analysis.text(module).split()) if module is not None else ""


def module_fact(analysis: Analysis, dotted: str) -> Fact:
    """The module of ``import dotted``."""
    framework = framework_of(dotted)
    if framework is not None:
        hiding = analysis.project.own(root_of(dotted), analysis)
        if hiding is None:
            return Fact(Module(dotted))
        if hiding.path is None or "." in dotted:
            return NOTHING
        return Fact(Module(f".{dotted}", hiding.path), hiding.sure)
    place = analysis.project.find(dotted, analysis)
    if place is None or place.path is None:
        return Fact(Module(dotted))
    return Fact(Module(_name(analysis, place.path, dotted), place.path), place.sure)


def _name(analysis: Analysis, path: Path, said: str) -> str:
    """One name for a module, however it was reached; never the name of a framework."""
    name = analysis.project.finder.dotted(path) or said
    return f".{name}" if framework_of(name) is not None else name


def from_module(analysis: Analysis, module: str, name: str) -> Fact:
    """The value of ``from module import name``."""
    full = absolute(analysis, module)
    framework = framework_of(full) or framework_of(f"{full}.{name}")
    if framework is not None:
        hiding = analysis.project.own(root_of(full), analysis)
        if hiding is None:
            return dotted_fact(analysis, f"{full}.{name}")
        home = analysis.project.at(hiding.path, analysis) if hiding.path is not None and full == framework else None
        found = exports.named(home, name) if home is not None else None
        return (found if hiding.sure else found.likely()) if found is not None else NOTHING
    other = analysis.project.module(module, analysis)
    place = analysis.project.find(module, analysis)
    fact = _member(analysis, other, module, name)
    return fact if place is None or place.sure else fact.likely()


def _member(analysis: Analysis, other: Analysis | None, module: str, name: str) -> Fact:
    """A name of a module of the workspace or of a package: what it binds itself, else a module below it."""
    if other is not None and other is not analysis:
        fact = exports.named(other, name)
        if fact is not None:
            return fact
    submodule = module + name if module.endswith(".") else f"{module}.{name}"
    place = analysis.project.find(submodule, analysis)
    if place is not None and place.path is not None:
        return Fact(Module(_name(analysis, place.path, submodule), place.path))
    if place is not None:
        return Fact(Module(submodule))  # a namespace package, or compiled
    if other is analysis:
        return exports.named(analysis, name) or NOTHING
    if module.startswith("."):
        return NOTHING
    if other is not None and (exports.is_open(other) or not other.project.is_installed(other)):
        return NOTHING
    return external(analysis, module, name)


def module_member(analysis: Analysis, module: Module, name: str) -> Fact:
    """``module.name``, as a file reads it that has the module by some name."""
    if module.path is None:
        if framework_of(module.name) is not None:
            return dotted_fact(analysis, f"{module.name}.{name}")
        return from_module(analysis, module.name, name)
    if framework_of(f"{module.name}.{name}") is not None and framework_of(module.name) is None:
        return dotted_fact(analysis, f"{module.name}.{name}")
    home = analysis.project.at(module.path, analysis)
    if home is None:
        return NOTHING
    fact = exports.named(home, name)
    if fact is not None:
        return fact
    return submodule(home, name) or NOTHING


def submodule(package: Analysis, name: str) -> Fact | None:
    """A module inside of a package."""
    if package.path is None or package.path.stem != "__init__":
        return None
    place = package.project.find(f".{name}", package)
    if place is None or place.path is None:
        return None
    return Fact(Module(_name(package, place.path, name), place.path))


def external(analysis: Analysis, module: str, name: str) -> Fact:
    """A name of another package: what jedi found, if it has been asked already."""
    if f"{module}.{name}" in stdlib.NAMES:
        return Fact(SymbolRef(f"{module}.{name}"))
    found = analysis.project.external(module, name, analysis)
    return found if found is not None else Fact(External(module, name), certain=False)


def absolute(analysis: Analysis, module: str) -> str:
    """The full name of a module that a file of a framework imports relatively; otherwise the name as it stands."""
    if not module.startswith("."):
        return module
    own = analysis.project.finder.framework_module(analysis.path)
    if not own or analysis.path is None:
        return module
    relative = module.lstrip(".")
    up = len(module) - len(relative) - (analysis.path.stem == "__init__")
    parts = own.split(".")
    if up >= len(parts):
        return module
    base = parts[: len(parts) - up] if up else parts
    return ".".join([*base, relative] if relative else base)


def dotted_fact(analysis: Analysis, dotted: str, follow: bool = True) -> Fact:
    """A full name of a framework: its symbol, else what the framework's own source has under that name, if it is at
    hand; else most likely a private module on the way to a symbol."""
    canonical = analysis.catalog.canonical(dotted)
    symbol = analysis.catalog.symbol(canonical) if canonical is not None else None
    if symbol is not None:
        return Fact(Module(symbol.name) if symbol.kind == "module" else SymbolRef(symbol.name))
    if dotted in _REGISTERED:
        return NOTHING
    module, _, name = dotted.rpartition(".")
    if not module or not follow or analysis.project.find(dotted, analysis) is not None:
        return Fact(Module(dotted))
    home = analysis.project.module(module, analysis)
    if home is None or home is analysis:
        return Fact(Module(dotted))
    return exports.named(home, name) or Fact(Module(dotted))


def is_framework_file(analysis: Analysis) -> bool:
    return bool(analysis.project.finder.framework_module(analysis.path))


def own_symbol(analysis: Analysis, name: str) -> SymbolRef | None:
    """The public symbol that a name of the top level of a framework's own file is; None in all other files."""
    module = analysis.project.finder.framework_module(analysis.path)
    canonical = analysis.catalog.canonical(f"{module}.{name}") if module else None
    symbol = analysis.catalog.symbol(canonical) if canonical is not None else None
    return SymbolRef(symbol.name) if symbol is not None and symbol.kind in _DEFINED else None


def definition(analysis: Analysis, name: str) -> UserClass | None:
    """The source of a framework's class, as far as it is at hand."""
    symbol = analysis.catalog.symbol(name)
    for dotted in sorted((symbol.name, *symbol.aliases), key=len, reverse=True) if symbol is not None else ():
        module, _, last = dotted.rpartition(".")
        home = analysis.project.module(module, analysis)
        if home is not None and b"class " + last.encode() in home.document.data:
            found = home.ask(DEFINITION, home.document.root, last)
            if found is not None:
                return found
    return None


def _definition(analysis: Analysis, root: Node, name: str) -> UserClass | None:
    bindings = analysis.scope(root).bindings.get(name, [])
    nodes = [binding.node for binding in bindings if binding.node.type == "class_definition"]
    return UserClass(analysis.source(nodes[0])) if len(nodes) == 1 else None


DEFINITION: Question[UserClass | None] = Question("definition", "bound", _definition, None)
_DEFINED = ("class", "exception", "function")
_REGISTERED = ("torch.ops",)
"""What is put in while a program runs: no source says what is there."""


def class_symbol(cls: UserClass) -> SymbolRef | None:
    """The public symbol that a class is whose definition was read in a framework's own file."""
    node = cls.definition.node
    analysis = cls.definition.analysis
    name = node.child_by_field_name("name")
    if name is None or not is_framework_file(analysis) or node.start_point[1] != 0:
        return None
    return own_symbol(analysis, analysis.text(name))


def imported_names(analysis: Analysis) -> list[tuple[str, list[Binding]]]:
    """The names that imports bind at the top level of a file, each with all its bindings; hovers and each move of the
    cursor ask for them, in files with thousands of other names."""

    def found() -> list[tuple[str, list[Binding]]]:
        named = analysis.scope(analysis.document.root).bindings.items()
        return [(name, all_) for name, all_ in named if any(one.origin is Origin.IMPORT for one in all_)]

    return kept(analysis, "bound by imports", 0, found)
