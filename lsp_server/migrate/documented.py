"""What the frameworks themselves say of a symbol, as a part of a hover: the call, one paragraph, where to read on."""

from __future__ import annotations

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import Symbol
from lsp_server.documentation.links import page
from lsp_server.documentation.model import Documentation
from lsp_server.messages import Language
from lsp_server.messages import hover as messages
from lsp_server.migrate.target import Target

_WIDTH = 80
_MOST_LINES = 4
_MOST_SIGNATURES = 2


def documentation_lines(found: Documentation | None, symbol: Symbol) -> list[str]:
    """The signature as a block of code, and the paragraph."""
    if found is None:
        return []
    signatures = found.signatures or _known(symbol)
    calls = [wrapped(one) for one in signatures[:_MOST_SIGNATURES]]
    block = "\n".join(("```python", *calls, "```")) if calls else ""
    return [block, found.text]


def _known(symbol: Symbol) -> tuple[str, ...]:
    """The call as the inventory has it."""
    if symbol.kind not in ("function", "method", "class") or not symbol.signatures:
        return ()
    shown: list[str] = []
    for parameter in symbol.signatures[0].parameters:
        if parameter.kind == "keyword" and not any(one.startswith("*") for one in shown):
            shown.append("*")
        star = {"var-positional": "*", "var-keyword": "**"}.get(parameter.kind, "")
        shown.append(star + parameter.name + (f"={parameter.default}" if parameter.default is not None else ""))
    return (f"{symbol.name}({', '.join(shown)})",)


def wrapped(signature: str) -> str:
    """A signature in lines that fit a hover, broken between arguments; the end of a very long one is left out."""
    lines = [""]
    for piece in _pieces(signature):
        start = piece if lines == [""] else f"{lines[-1]}, {piece}"
        if lines == [""] or len(start) <= _WIDTH:
            lines[-1] = start
        else:
            lines[-1] += ","
            lines.append(f"    {piece}")
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], "    …"]
    return "\n".join(lines)


def _pieces(signature: str) -> list[str]:
    """What stands between the commas of the call itself."""
    pieces = [""]
    depth = 0
    for character in signature:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 1:
            pieces.append("")
        else:
            pieces[-1] += character
    return [pieces[0], *(piece.lstrip() for piece in pieces[1:])]


def links_line(catalog: Catalog, name: str, counterpart: str | None, target: Target, language: Language) -> str:
    """Where both frameworks tell more, each in the version that is meant; empty if neither page is known."""
    framework = framework_of(name)
    version = catalog.versions.get(framework, "") if framework is not None else ""
    links = [_link(catalog, name, version, language)]
    if counterpart is not None:
        links.append(_link(catalog.at(target.framework, target.version), counterpart, target.version, language))
    shown = " · ".join(link for link in links if link)
    return messages.READ_ON.text(language, links=shown) if shown else ""


def _link(catalog: Catalog, name: str, version: str, language: Language) -> str:
    symbol = catalog.symbol(name)
    address = page(symbol, version, language) if symbol is not None else None
    return f"[{name}]({address})" if address is not None else ""
