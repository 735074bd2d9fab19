"""The index of one framework: every public name with how it is called and what is said of it first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Framework, Symbol
from lsp_server.documentation.model import Documentation, Index
from lsp_server.documentation.restructured import dedented, first_paragraph
from lsp_server.documentation.sources import Found, Sources

_CALL = re.compile(r"(?:[\w.]*\.)?(\w+)\((.*)")
_MOST_SIGNATURES = 6
_MOST_REFERENCES = 2
"""An alias of a method that refers to its function."""
_REFERENCE = re.compile(
    r"^(?:See|Alias for|Alias of|Refer to|For (?:more )?details?, please refer to|For details, refer to|"
    r"In-place version of|Please refer to)\s+`([\w.]+?)(?:\(\))?`(?: for more details?)?\.?$"
)
"""A paragraph that only says where to read on."""


def build(framework: Framework, version: str, site: Path, catalog: Catalog) -> Index:
    """Read the files of a framework under a folder of packages. Takes seconds; nothing of it is run."""
    sources = Sources(site)
    attached = attachments(sources, catalog)
    found: dict[str, Documentation] = {}
    for name in catalog.names(framework):
        symbol = catalog.symbol(name)
        if symbol is None or symbol.kind in ("module", "constant"):
            continue
        docstring = attached.get(name)
        one = Found(docstring, attached=True) if docstring else defined(sources, symbol)
        made = documented(symbol, one) if one is not None else None
        if made is not None:
            found[name] = made
    for _ in range(_MOST_REFERENCES):
        found |= dict(_referred(found, catalog))
    encode = msgspec.msgpack.encode
    return Index(framework, version, {name: msgspec.Raw(encode(one)) for name, one in found.items()})


def attachments(sources: Sources, catalog: Catalog) -> dict[str, str]:
    """The docstrings that are attached to names, by canonical names."""
    return {catalog.canonical(key) or _member_of(catalog, key): text for key, text in sources.attached().items()}


def defined(sources: Sources, symbol: Symbol) -> Found | None:
    """The docstring of a symbol where it is defined or assigned."""
    for name in (symbol.name, *symbol.aliases):
        found = sources.find(name)
        if found is not None and found.docstring:
            return found
    return None


def _member_of(catalog: Catalog, key: str) -> str:
    owner, _, last = key.rpartition(".")
    return f"{catalog.canonical(owner) or owner}.{last}"


def documented(symbol: Symbol, found: Found) -> Documentation | None:
    """The call and the first paragraph of a docstring; None if it says nothing."""
    lines, rest = _written_calls(symbol, dedented(found.docstring))
    if not lines and isinstance(found.definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        lines = [_call_of(symbol, found.definition)]
    elif not lines and isinstance(found.definition, ast.ClassDef):
        made = next((one for one in found.definition.body if getattr(one, "name", "") == "__init__"), None)
        lines = [_call_of(symbol, made)] if isinstance(made, ast.FunctionDef) else []
    text = first_paragraph(rest)
    if symbol.kind in ("property", "attribute"):
        lines = []
    return Documentation(tuple(lines), text, found.attached) if lines or text else None


def _written_calls(symbol: Symbol, docstring: str) -> tuple[list[str], str]:
    """The signatures at the top of a docstring (``abs(input) -> Tensor``), and what stands below them."""
    lines = docstring.split("\n")
    last = symbol.name.rpartition(".")[2]
    calls: list[str] = []
    index = below = 0
    while index < len(lines) and len(calls) < _MOST_SIGNATURES:
        line = lines[index].strip()
        index += 1
        if not line:
            continue
        line = line.removeprefix(".. function:: ")
        match = _CALL.match(line)
        if match is None or match[1] != last:
            break
        while line.count("(") > line.count(")") and index < len(lines):
            line = f"{line.rstrip(chr(92)).rstrip()} {lines[index].strip()}"
            index += 1
        match = _CALL.match(line)
        assert match is not None  # it begins as it did
        calls.append(f"{symbol.name}({match[2]}".replace("\\*", "*").rstrip(":").rstrip())
        below = index
    return calls, "\n".join(lines[below:])


def _call_of(symbol: Symbol, definition: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """A call as its definition has it: without ``self`` and the types, which make it longer than a line."""
    taken = definition.args
    bare = ast.arguments(
        posonlyargs=[ast.arg(one.arg) for one in taken.posonlyargs],
        args=[ast.arg(one.arg) for one in taken.args],
        vararg=ast.arg(taken.vararg.arg) if taken.vararg is not None else None,
        kwonlyargs=[ast.arg(one.arg) for one in taken.kwonlyargs],
        kw_defaults=taken.kw_defaults,
        kwarg=ast.arg(taken.kwarg.arg) if taken.kwarg is not None else None,
        defaults=taken.defaults,
    )
    if symbol.kind in ("class", "method") and bare.args and bare.args[0].arg in ("self", "cls"):
        del bare.args[0]
        bare.defaults = bare.defaults[-len(bare.args) :] if bare.args else []
    returns = f" -> {ast.unparse(definition.returns)}" if definition.returns is not None else ""
    return f"{symbol.name}({ast.unparse(bare)}){returns if symbol.kind != 'class' else ''}"


def _referred(found: dict[str, Documentation], catalog: Catalog) -> Iterator[tuple[str, Documentation]]:
    """Where a text only points to another one, that one's sentence is what one wants to read."""
    for name, one in found.items():
        match = _REFERENCE.match(one.text)
        if match is None:
            continue
        module = name.rpartition(".")[0]
        for target in (match[1], f"{module}.{match[1]}", f"{name.partition('.')[0]}.{match[1]}"):
            there = found.get(catalog.canonical(target) or "")
            if there is not None and there.text and there is not one and not _REFERENCE.match(there.text):
                says = f"{one.text.rstrip('.')}. " if one.text.startswith(("Alias", "In-place")) else ""
                yield name, msgspec.structs.replace(one, text=says + there.text)
                break
