"""The last step for both frameworks: aliases, known returns, and what needs the canonical names of other symbols."""

from __future__ import annotations

from typing import Any

from lsp_server.catalog.model import Signature, Symbol
from lsp_server.verify.inventory import core, deprecation, docstrings, mirrors
from lsp_server.verify.inventory.known_returns import KNOWN, LEAVES


def finish(symbols: dict[str, Symbol], aliases: dict[str, tuple[str, ...]], docs: dict[str, str]) -> list[Symbol]:
    """The symbols, sorted by name; ``docs`` are their docstrings."""
    canonical = {alias: name for name, names in aliases.items() for alias in names}

    def find(name: str) -> str:
        return name if name in symbols else canonical.get(name, "")

    finished = []
    for name in sorted(symbols):
        symbol = symbols[name]
        changes: dict[str, Any] = {"aliases": aliases[name]}
        if name in KNOWN:
            changes["returns"] = KNOWN[name]
            changes["signatures"] = tuple(Signature(s.parameters, KNOWN[name]) for s in symbol.signatures)
        if symbol.deprecated:
            changes["deprecated"] = deprecation.qualified(symbol.deprecated, name, find)
        doc = docs.get(name, "")
        changes["mirrors"] = mirrors.resolved(mirrors.mirrored(name, doc), symbol, symbols, canonical)
        changes["since"] = docstrings.version_added(doc)
        symbol = changed(symbol, **changes)
        finished.append(changed(symbol, core=core.is_core(symbol, bool(doc))))
    return _inherited(finished)


def _inherited(symbols: list[Symbol]) -> list[Symbol]:
    """Methods of which nothing says what they give give what their name means there, or what they override gives."""
    by_name = {symbol.name: symbol for symbol in symbols}

    def returned(symbol: Symbol) -> str:
        owner, _, leaf = symbol.name.rpartition(".")
        word = next((words[leaf] for start, words in LEAVES.items() if owner.startswith(start) and leaf in words), "")
        if word:
            return word
        bases = by_name[owner].bases if owner in by_name else ()
        found = (by_name.get(f"{base}.{leaf}") for base in bases)
        return next((one.returns for one in found if one is not None and one.kind == symbol.kind and one.returns), "")

    return [
        _with_returns(symbol, returned(symbol))
        if symbol.kind in ("method", "property") and not _says(symbol)
        else symbol
        for symbol in symbols
    ]


def _says(symbol: Symbol) -> bool:
    return symbol.name in KNOWN or bool(symbol.returns) or any(signature.returns for signature in symbol.signatures)


def _with_returns(symbol: Symbol, word: str) -> Symbol:
    signatures = tuple(Signature(one.parameters, word) for one in symbol.signatures)
    return changed(symbol, returns=word, signatures=signatures) if word else symbol


def changed(symbol: Symbol, **changes: Any) -> Symbol:
    """A copy of the symbol with other values in some fields."""
    fields = {field: getattr(symbol, field) for field in symbol.__struct_fields__}
    return Symbol(**{**fields, **changes})
