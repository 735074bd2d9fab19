"""Signatures in a framework that is newer than what we know, read from its files; nothing of it is run."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import msgspec

from lsp_server.catalog import literals
from lsp_server.catalog.model import Parameter, Signature, Symbol
from lsp_server.inference.environment import sites_of

_LONGEST = 200
"""Lines that a ``def`` may take until its colon."""


class InstalledSignatures(msgspec.Struct, frozen=True):
    """Reads how one calls a symbol in the packages of an environment. Called with a symbol as we know it, it gives the
    signatures there, or none where its definition is not found or hides its parameters."""

    sites: tuple[Path, ...]

    def __call__(self, symbol: Symbol) -> tuple[Signature, ...]:
        if symbol.kind not in ("function", "class", "method") or len(symbol.signatures) != 1:
            return ()
        for name in (symbol.name, *symbol.aliases):
            found = self._defined(name, symbol)
            if found is not None:
                return _signatures(found, symbol)
        return ()

    def _defined(self, name: str, symbol: Symbol) -> ast.FunctionDef | None:
        module, _, last = name.rpartition(".")
        if symbol.kind == "function":
            return _function(self._text(module), last, 0)
        if symbol.kind == "method":
            module, _, owner = module.rpartition(".")
            return _function(_body(self._text(module), owner), last, 4)
        return _function(_body(self._text(module), last), "__init__", 4)

    def _text(self, module: str) -> str:
        for site in self.sites:
            path = site.joinpath(*module.split("."))
            text = _read(path.with_suffix(".py")) or _read(path / "__init__.py")
            if text:
                return text
        return ""


def reader_for(interpreter: str) -> InstalledSignatures | None:
    """For an interpreter's environment; None if it has no packages."""
    sites = sites_of(interpreter)
    return InstalledSignatures(sites) if sites else None


@lru_cache(maxsize=32)
def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _body(text: str, name: str) -> str:
    """The lines of a class of the module's top level."""
    start = re.search(rf"^class {re.escape(name)}\b.*:", text, re.MULTILINE)
    if start is None:
        return ""
    rest = text[start.end() :].partition("\n")[2]
    end = re.search(r"^\S", rest, re.MULTILINE)
    return rest[: end.start()] if end is not None else rest


def _function(text: str, name: str, indent: int) -> ast.FunctionDef | None:
    """A definition by its head alone: the files are long, and the rest does not matter."""
    start = re.search(rf"^ {{{indent}}}def {re.escape(name)}\(", text, re.MULTILINE)
    if start is None:
        return None
    lines = text[start.start() + indent :].split("\n", _LONGEST)[:_LONGEST]
    for number, line in enumerate(lines, 1):
        if line.split("#")[0].rstrip().endswith(":"):
            try:
                (made,) = ast.parse("\n".join([*lines[:number], " ...  "])).body
            except (SyntaxError, ValueError):
                continue
            return made if isinstance(made, ast.FunctionDef) else None
    return None


def _signatures(found: ast.FunctionDef, symbol: Symbol) -> tuple[Signature, ...]:
    taken = found.args
    known = {parameter.name: parameter for parameter in symbol.signatures[0].parameters}
    kinds = {parameter.kind for parameter in known.values()}
    hides = (taken.vararg is not None, "var-positional"), (taken.kwarg is not None, "var-keyword")
    if any(there and kind not in kinds for there, kind in hides):
        return ()  # a wrapper that hands on what it gets
    before = [*taken.posonlyargs, *taken.args]
    defaults: list[ast.expr | None] = [None] * (len(before) - len(taken.defaults)) + list(taken.defaults)
    parameters = [
        Parameter(one.arg, "positional" if one in taken.posonlyargs else "standard", _default(one.arg, value, known))
        for one, value in zip(before, defaults, strict=True)
    ]
    if symbol.kind != "function" and parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    if taken.vararg is not None:
        parameters.append(Parameter(taken.vararg.arg, "var-positional"))
    for one, value in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        parameters.append(Parameter(one.arg, "keyword", _default(one.arg, value, known)))
    if taken.kwarg is not None:
        parameters.append(Parameter(taken.kwarg.arg, "var-keyword"))
    return (Signature(tuple(parameters), symbol.signatures[0].returns),)


def _default(name: str, value: ast.expr | None, known: dict[str, Parameter]) -> str | None:
    """A literal as it stands; of anything else (``mstype.float32``) what we know says it better."""
    if value is None:
        return None
    text = ast.unparse(value)
    before = known[name].default if name in known else None
    return text if literals.is_literal(text) or before is None else before
