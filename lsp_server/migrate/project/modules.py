"""A module of a package as it is written: what it binds, what runs when it is imported, what it defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # a conversion refuses such a file with the reason


class Module:
    """One module of the package: what its own statements bind at the top level."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name = name
        self.path = path
        self.text = text
        self.is_package = path.stem == "__init__"
        body = (parsed(text) or ast.Module([], [])).body
        self.package = name if self.is_package else name.rpartition(".")[0]
        self.own: set[str] = set()
        self.imported: dict[str, tuple[str, str]] = {}
        """By the name that is bound: the module and the name there, empty for the module itself."""
        self.stars: list[str] = []
        self.modules: dict[str, str] = {}
        """By the name that is bound: a module of the package."""
        self.reached: set[str] = set()
        self.definitions: dict[str, ast.AST] = {}
        self.header: list[ast.AST] = []
        """What runs when the module is imported."""
        for statement in _at_top(body):
            self._bind(statement)
            if isinstance(statement, DEFINITIONS):
                self.definitions[statement.name] = statement
                self.header += _at_definition(statement)
            else:
                self.header.append(statement)
        self._body = body
        self.used_at_import = {name for node in self.header for name in names_in(node)}

    def binding(self, name: str) -> list[ast.stmt]:
        """The statements at the top level that define a name, with all that stands in them."""
        return [statement for statement in self._body if name in self._bound_by(statement)]

    def text_of(self, statement: ast.stmt) -> str:
        """A statement as it is written, its decorators included."""
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
        return "\n".join(self.text.splitlines()[first - 1 : statement.end_lineno]) + "\n"

    def _bound_by(self, statement: ast.stmt) -> set[str]:
        inner = list(_at_top([statement]))
        defined = {one.name for one in inner if isinstance(one, DEFINITIONS)}
        others = [one for one in inner if not isinstance(one, (*DEFINITIONS, ast.Import, ast.ImportFrom))]
        return defined | {name for one in others for name in _stored(one)}

    def _bind(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom):
            module = absolute(statement, self.package)
            for one in statement.names:
                if one.name == "*":
                    self.stars.append(module)
                else:
                    self.imported[one.asname or one.name] = (module, one.name)
        elif isinstance(statement, ast.Import):
            for one in statement.names:
                bound = one.asname or one.name.partition(".")[0]
                self.imported[bound] = (one.name if one.asname else bound, "")
        elif isinstance(statement, DEFINITIONS):
            self.own.add(statement.name)
        else:
            self.own |= _stored(statement)


def root_of(node: ast.expr) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _at_definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.AST]:
    """The parts of a definition that run when it is made."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from (*node.bases, *(one.value for one in node.keywords))
        for statement in node.body:
            if isinstance(statement, DEFINITIONS):
                yield from _at_definition(statement)
            else:
                yield statement
    else:
        yield from (*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None))


def _stored(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _at_top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those of its branches included."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _at_top(statement.body)
            yield from _at_top(statement.orelse)
        elif isinstance(statement, ast.Try):
            for part in (statement.body, *(one.body for one in statement.handlers), statement.orelse):
                yield from _at_top(part)
        else:
            yield statement


def absolute(statement: ast.ImportFrom, package: str) -> str:
    """The full name of the module of an import in a module of ``package``."""
    if statement.level and not package:
        return ""
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - statement.level + 1]) if statement.level else ""
    return ".".join(part for part in (base, statement.module or "") if part)


def imports(nodes: list[ast.AST]) -> Iterator[ast.Import | ast.ImportFrom]:
    """All imports but those that only type checkers see."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            pending += node.orelse
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            pending += ast.iter_child_nodes(node)
