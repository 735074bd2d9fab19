"""Where the value of a missed expression comes from: what binds the name that it begins with.

For people who work on inference: misses with one cause stand together.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from .compare import Row

_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Causes:
    """The causes in one file."""

    def __init__(self, path: Path) -> None:
        self._tree = ast.parse(path.read_bytes())
        self._parents = {id(child): node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)}
        self._at: dict[tuple[int, int], ast.expr] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                self._at[node.end_lineno or 0, node.end_col_offset or 0] = node

    def of(self, line: int, column: int) -> tuple[str, str]:
        """A sort of cause, and the source that binds the name, for the expression that ends there."""
        node = self._at.get((line, column))
        if node is None:
            return "?", ""
        path: list[str] = []
        inner: ast.expr = node
        while not isinstance(inner, ast.Name):
            if isinstance(inner, ast.Attribute):
                path.append("attribute")
                inner = inner.value
            elif isinstance(inner, ast.Call):
                path.append("call")
                inner = inner.func
            elif isinstance(inner, ast.Subscript):
                path.append("item")
                inner = inner.value
            else:
                return f"{type(inner).__name__} expression", ast.unparse(inner)[:90]
        steps = " of ".join(path[1:])
        kind, source = self._binding(inner)
        source = source or ast.unparse(node)[:60]
        return f"{steps} of {kind}" if steps else kind, source

    def _binding(self, name: ast.Name) -> tuple[str, str]:
        scope = self._scope(name)
        while scope is not None:
            found = self._bound(scope, name)
            if found is not None:
                return found
            scope = self._scope(scope)
        return "unbound name", name.id

    def _scope(self, node: ast.AST) -> ast.AST | None:
        holder = self._parents.get(id(node))
        while holder is not None and not isinstance(holder, (*_Function, ast.Module)):
            holder = self._parents.get(id(holder))
        return holder

    def _bound(self, scope: ast.AST, name: ast.Name) -> tuple[str, str] | None:
        best: tuple[int, tuple[str, str]] | None = None
        for node in _within(scope):
            found = _binder(node, name.id)
            line = getattr(node, "lineno", 0)
            if found is not None and (best is None or best[0] < line <= name.lineno):
                best = (line, found)
        if best is not None:
            return best[1]
        if isinstance(scope, _Function):
            arguments = scope.args
            for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg]:
                if one is not None and one.arg == name.id:
                    if one.arg in ("self", "cls"):
                        return "self", ""
                    owner = getattr(scope, "name", "lambda")
                    if one.annotation is None:
                        return "parameter", f"{owner}({one.arg})"
                    return "annotated parameter", f"{owner}({one.arg}: {ast.unparse(one.annotation)})"
        return None


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*_Function, ast.ClassDef)):
            pending += ast.iter_child_nodes(node)


def _binder(node: ast.AST, name: str) -> tuple[str, str] | None:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        if any((one.asname or one.name.partition(".")[0]) == name for one in node.names):
            return "import", ast.unparse(node)
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        if node.name == name:
            return "definition", f"{type(node).__name__} {name}"
    elif isinstance(node, ast.Assign):
        if any(_targets(one, name) for one in node.targets):
            return "assigned", _short(node)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        if _targets(node.target, name):
            return "assigned", _short(node)
    elif isinstance(node, (ast.For, ast.comprehension)):
        if _targets(node.target, name):
            return "loop", f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"[:110]
    elif isinstance(node, ast.With) and any(
        one.optional_vars is not None and _targets(one.optional_vars, name) for one in node.items
    ):
        return "with", _short(node.items[0])
    return None


def _targets(target: ast.AST, name: str) -> bool:
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id == name for one in ast.walk(target)
    )


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:110]


def report(rows: Iterable[Row]) -> str:
    """Misses by cause, the commonest first, with examples."""
    files: dict[Path, Causes] = {}
    by: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for row in rows:
        causes = files.get(row.path) or files.setdefault(row.path, Causes(row.path))
        kind, source = causes.of(row.end_line, row.end_column)
        by[kind].append((source, row))
    lines: list[str] = []
    for kind, found in sorted(by.items(), key=lambda item: -len(item[1])):
        lines.append(f"\n## {kind}: {len(found)}")
        sources = Counter(source for source, _ in found)
        for source, row in found:
            if sources.pop(source, 0):
                count = sum(1 for other, _ in found if other == source)
                lines.append(f"{count:3} {place(row)}: {row.text[-50:]} is {' | '.join(row.truth[:3])}    <- {source}")
    return "\n".join(lines)


def place(row: Row) -> str:
    return f"{str(row.path).partition('site-packages/')[2] or row.path}:{row.line}"
