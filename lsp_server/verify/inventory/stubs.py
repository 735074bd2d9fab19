"""Signatures and return annotations from the ``.pyi`` files that the torch wheel ships."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsp_server.catalog.model import Parameter, ParameterKind


@dataclass(frozen=True)
class StubFunction:
    """One overload of a stub: parameters without ``self`` and the text of the return annotation."""

    parameters: tuple[Parameter, ...]
    returns: str
    legacy: bool = False
    """True for ``add(self, alpha, other)``: an order of arguments that torch calls deprecated."""


class Stubs:
    """The functions of one stub file by dotted name inside the file (``TensorBase.view``)."""

    def __init__(self, path: Path) -> None:
        self._functions: dict[str, list[StubFunction]] = {}
        self._attributes: dict[str, str] = {}
        if path.is_file():
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                self._add(node, "")

    def functions(self, name: str) -> list[StubFunction]:
        return self._functions.get(name, [])

    def attribute(self, name: str) -> str:
        """Annotation of an attribute or property, as text; empty if there is none."""
        return self._attributes.get(name, "")

    def _add(self, node: ast.stmt, prefix: str) -> None:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                self._add(inner, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            decorators = {ast.unparse(d) for d in node.decorator_list}
            name = prefix + node.name
            if "property" in decorators:
                self._attributes[name] = ast.unparse(node.returns) if node.returns else ""
            elif not any(d.endswith((".setter", ".deleter")) for d in decorators):
                is_method = bool(prefix) and "staticmethod" not in decorators
                self._functions.setdefault(name, []).append(_function(node, is_method))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._attributes[prefix + node.target.id] = ast.unparse(node.annotation)


def _without_none(node: ast.FunctionDef) -> None:
    """Drop ``dim: None = None`` and what follows it: ``size(dim: None = None) -> Size`` is the call without ``dim``."""
    args = node.args.args
    first = len(args) - len(node.args.defaults)
    for index in range(first, len(args)):
        annotation = args[index].annotation
        if isinstance(annotation, ast.Constant) and annotation.value is None:
            del args[index:]
            del node.args.defaults[index - first :]
            return


def _function(node: ast.FunctionDef, is_method: bool) -> StubFunction:
    _without_none(node)
    parameters = list(_parameters(node.args))
    legacy = False
    if is_method:
        parameters = parameters[1:]
    elif parameters and parameters[0].name == "self":
        legacy = True
    returns = ast.unparse(node.returns) if node.returns else ""
    return StubFunction(tuple(parameters), returns, legacy)


def _parameters(args: ast.arguments) -> Iterator[Parameter]:
    plain = [*((a, "positional") for a in args.posonlyargs), *((a, "standard") for a in args.args)]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults))
    defaults += args.defaults
    for (arg, kind), default in zip(plain, defaults, strict=True):
        yield _parameter(arg, kind, default)
    if args.vararg:
        yield Parameter(args.vararg.arg, "var-positional")
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _parameter(arg, "keyword", default)
    if args.kwarg:
        yield Parameter(args.kwarg.arg, "var-keyword")


def _parameter(arg: ast.arg, kind: ParameterKind, default: ast.expr | None) -> Parameter:
    name = arg.arg
    if kind == "standard" and name.startswith("__") and not name.endswith("__"):
        name, kind = name[2:], "positional"
    return Parameter(name, kind, None if default is None else ast.unparse(default))
