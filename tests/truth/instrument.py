"""Source files run with every name and attribute that they read replaced by a call that notes what it was.

Lines and columns stay those of the source, so tracebacks, `inspect.getsource` and `torch.jit` see the file as it is.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from . import recorder

_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Comprehension = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BUILTINS = set(dir(builtins))
_DEFINITION, _VARIABLE = "a definition", "a variable"
_OTHER_ORIGINS = {_DEFINITION, _VARIABLE}
_LEFT = {"self", "super", "__class__"}
"""Names that never denote anything; ``super`` finds its arguments in the frame that calls it."""


class Transformer(ast.NodeTransformer):
    """One file."""

    def __init__(self, path: str, module: str, data: bytes, tree: ast.Module) -> None:
        self._path = path
        self._module = module
        self._lines = data.split(b"\n")
        self._scopes: list[tuple[bool, dict[str, set[str]]]] = [(False, _bindings(tree.body))]
        self._classes: list[str] = []
        self._strings = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(one.name == "annotations" for one in node.names)
            for node in tree.body
        )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        index = self._index(node, node.id)
        if index is None or not isinstance(node.ctx, ast.Load):
            return node
        return _call(recorder.NAME, node, ast.Constant(index), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        inner, before = node.value, len(recorder.EXPRESSIONS)
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        if isinstance(inner, (ast.Name, ast.Attribute)) and len(recorder.EXPRESSIONS) > before:
            place = len(recorder.EXPRESSIONS) - 1  # children are numbered before their parents
        else:
            place = -1
        index = self._index(node, node.attr, place)
        if index is None:
            return node
        return _call(recorder.MEMBER, node, ast.Constant(index), node.value, ast.Constant(self._mangled(node.attr)))

    def visit_FunctionDef(self, node: Any) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: Any) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: Any) -> ast.AST:
        return self._function(node)

    def _function(self, node: Any) -> ast.AST:
        """Decorators, defaults and annotations belong to the scope around."""
        arguments: ast.arguments = node.args
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [None if one is None else self.visit(one) for one in arguments.kw_defaults]
        everyone = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        everyone += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        scope: dict[str, set[str]] = {}
        for one in everyone:
            scope.setdefault(one.arg, set()).add(_VARIABLE)
            if one.annotation is not None and not self._strings:
                one.annotation = self.visit(one.annotation)
        if isinstance(node, ast.Lambda):
            self._scopes.append((False, scope))
            node.body = self.visit(node.body)
        else:
            node.decorator_list = [self.visit(one) for one in node.decorator_list]
            if node.returns is not None and not self._strings:
                node.returns = self.visit(node.returns)
            for key, origins in _bindings(node.body).items():
                scope.setdefault(key, set()).update(origins)
            self._scopes.append((False, scope))
            node.body = [self.visit(one) for one in node.body]
        self._scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        node.bases = [self.visit(one) for one in node.bases]
        node.keywords = [self.visit(one) for one in node.keywords]
        self._scopes.append((True, _bindings(node.body)))
        self._classes.append(node.name)
        node.body = [self.visit(one) for one in node.body]
        self._classes.pop()
        self._scopes.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if not self._strings:
            node.annotation = self.visit(node.annotation)
        node.target = self.visit(node.target)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """Patterns may not hold calls."""
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = [self.visit(one) for one in node.body]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _Comprehension):
            names = {
                one.id: {_VARIABLE}
                for generator in node.generators
                for one in ast.walk(generator.target)
                if isinstance(one, ast.Name)
            }
            self._scopes.append((False, names))
            super().generic_visit(node)
            self._scopes.pop()
            return node
        return super().generic_visit(node)

    def _index(self, node: ast.Name | ast.Attribute, text: str, inner: int = -1) -> int | None:
        end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
        here = self._lines[end_line - 1][:end_column]
        if not here.endswith(text.encode()):
            return None  # inside of an f-string, whose positions are not those of the file
        held, imported, own = False, "", ""
        if isinstance(node, ast.Name):
            origins, at_top = self._origins(node.id)
            if node.id in _LEFT or (not origins and node.id in _BUILTINS):
                return None
            targets = [one for one in origins if one not in _OTHER_ORIGINS]
            held = not targets and _DEFINITION not in origins
            own = f"{self._module}.{node.id}" if at_top and not targets else ""
            imported = self._absolute(targets[0]) if len(targets) == 1 else ""
        attribute = node.attr if isinstance(node, ast.Attribute) else ""
        return recorder.add(
            recorder.Expression(
                self._path,
                self._module,
                node.lineno,
                node.col_offset,
                end_line,
                end_column,
                self._mangled(attribute),
                inner,
                held,
                imported,
                own,
            )
        )

    def _origins(self, name: str) -> tuple[set[str], bool]:
        """What binds a name, and whether that happens at the top of the module."""
        for place, (is_class, names) in enumerate(reversed(self._scopes)):
            if name in names and (not is_class or place == 0):
                return names[name], place == len(self._scopes) - 1
        return set(), False

    def _absolute(self, target: str) -> str:
        """The target of an import without leading dots."""
        dots = len(target) - len(target.lstrip("."))
        if not dots:
            return target
        package = self._module.split(".")
        if Path(self._path).name == "__init__.py":
            dots -= 1
        return ".".join([*package[: len(package) - dots], target.lstrip(".")])

    def _mangled(self, name: str) -> str:
        if name.startswith("__") and not name.endswith("__") and self._classes:
            return f"_{self._classes[-1].lstrip('_')}{name}"
        return name


def _bindings(body: Sequence[ast.stmt]) -> dict[str, set[str]]:
    """What binds each name of a scope: the dotted name of an import, a definition, or anything else."""
    found: dict[str, set[str]] = {}
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                found.setdefault(alias.asname or alias.name.split(".")[0], set()).add(_target(node, alias))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.setdefault(node.name, set()).add(_DEFINITION)
        elif isinstance(node, (ast.Lambda, *_Comprehension)):
            continue
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.setdefault(node.id, set()).add(_VARIABLE)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                found.setdefault(node.name, set()).add(_VARIABLE)
            pending += ast.iter_child_nodes(node)
    return found


def _target(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The dotted name that an import binds; as many dots before it as the import has."""
    if isinstance(node, ast.ImportFrom):
        return f"{'.' * node.level}{node.module or ''}{'.' if node.module else ''}{alias.name}"
    return alias.name if alias.asname else alias.name.split(".")[0]


def _call(function: str, node: ast.expr, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(function, ast.Load()), list(arguments), [])
    for new in (call, call.func, *arguments):
        if not hasattr(new, "lineno"):
            ast.copy_location(new, node)
    return call


def instrumented(path: str, module: str, data: bytes) -> CodeType:
    tree = ast.parse(data, path)
    clean = data.replace(b"\r\n", b"\n")
    return compile(Transformer(path, module, clean, tree).visit(tree), path, "exec", dont_inherit=True)


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return instrumented(path, fullname, self.get_data(path))


class Finder(importlib.abc.MetaPathFinder):
    """Instruments modules whose dotted name is one of the given ones or lies below one of them."""

    def __init__(self, names: Sequence[str], left: Sequence[str] = ()) -> None:
        self._names = tuple(names)
        self._left = tuple(left)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not _below(fullname, self._names) or _below(fullname, self._left):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec


def _below(name: str, names: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in names)


def install(names: Sequence[str], left: Sequence[str] = ()) -> None:
    recorder.install()
    sys.meta_path.insert(0, Finder(names, left))
