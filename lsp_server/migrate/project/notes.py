"""The page about what is left that a converted tree gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from lsp_server.catalog.catalog import Catalog
from lsp_server.messages import Language
from lsp_server.messages import project as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate import report
from lsp_server.migrate.project.work import Order

_NAMES: dict[Language, str] = {"en": "CONVERSION", "zh-cn": "转换说明"}
_MOST_PLACES = 40
"""Places that are written out for one reason of one file; the report has all."""


def name_for(paths: set[str], language: Language) -> str:
    """A name that the tree itself does not use."""
    name = f"{_NAMES[language]}.md"
    return name if name not in paths else f"{_NAMES[language]}.torchspore.md"


def page(order: Order, files: list[dict[str, Any]], catalog: Catalog) -> str:
    """Markdown: the figures, what to do by hand by file and reason, what to check, what comes next."""
    language = order.language
    framework = FRAMEWORK_NAMES[order.target.framework]
    lines = [
        messages.TITLE.text(language, framework=framework, version=order.target.version),
        "",
        messages.COUNTS.text(
            language,
            summary=report.summary(files, language),
            files=len(files),
            clean=sum(not one["left"] for one in files),
        ),
        "",
        *_symbols(files, language),
        *_left(order, files),
        *_unsafe(order, files, catalog),
    ]
    lines += [messages.NEXT.text(language), ""]
    return "\n".join(lines)


def _symbols(files: list[dict[str, Any]], language: Language) -> Iterable[str]:
    counts = Counter(one["symbol"] for file in files for one in file["left"] if one["symbol"])
    if counts:
        yield messages.OFTEN.text(language)
        yield ""
        for symbol, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:20]:
            yield f"- `{symbol}` × {count}"
        yield ""


def _left(order: Order, files: list[dict[str, Any]]) -> Iterable[str]:
    language = order.language
    if not any(file["left"] for file in files):
        yield messages.NOTHING_LEFT.text(language)
        yield ""
        return
    yield messages.LEFT.text(language)
    yield ""
    for file in files:
        if file["left"]:
            yield f"### {_path(order, file)}"
            yield ""
            by_reason: dict[tuple[str, str], list[dict[str, Any]]] = {}
            for one in file["left"]:
                by_reason.setdefault((one["code"], one["reason"]), []).append(one)
            for (code, reason), places in by_reason.items():
                yield f"- {_places(places, language)}: {reason} [{code}]"
            yield ""


def _unsafe(order: Order, files: list[dict[str, Any]], catalog: Catalog) -> Iterable[str]:
    """By symbol: what has to be known about it is the same everywhere."""
    language = order.language
    found: dict[tuple[str, str], list[str]] = {}
    for file in files:
        by_symbol: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for one in file["unsafe"]:
            by_symbol.setdefault((one["symbol"], one["note"]), []).append(one)
        for key, places in by_symbol.items():
            found.setdefault(key, []).append(f"{_path(order, file)}: {_places(places, language)}")
    if found:
        yield messages.UNSAFE.text(language)
        yield ""
        for (symbol, note), where in sorted(found.items()):
            yield f"- `{symbol}`" + (f": {note}" if note else "")
            for one in where[:_MOST_PLACES]:
                yield f"  - {one}"
            if len(where) > _MOST_PLACES:
                yield f"  - … (+{len(where) - _MOST_PLACES})"
        yield ""


def _path(order: Order, file: dict[str, Any]) -> str:
    return str(file["path"]).removeprefix(str(order.shown)).lstrip("/\\").replace("\\", "/")


def _places(found: list[dict[str, Any]], language: Language) -> str:
    """Lines of the original."""
    written = dict.fromkeys(f"{one['cell']}:{one['line']}" if "cell" in one else str(one["line"]) for one in found)
    shown = list(written)[:_MOST_PLACES]
    more = f" … (+{len(written) - len(shown)})" if len(written) > len(shown) else ""
    message = messages.CELL if "cell" in found[0] else messages.LINES if len(written) > 1 else messages.LINE
    return message.text(language, lines=", ".join(shown)) + more
