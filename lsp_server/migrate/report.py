"""What a conversion did and left, as the JSON that the command line and the server give, and in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Language
from lsp_server.messages import migration as messages
from lsp_server.migrate.explanation import localised
from lsp_server.migrate.files import Conversion
from lsp_server.migrate.plan import Reason, localised_values

NO_COUNTERPART = "TS302"


def file_report(
    analysis: Analysis,
    conversion: Conversion,
    path: str,
    language: Language,
    in_cell: Callable[[int], tuple[int, int, int]] | None = None,
) -> dict[str, Any]:
    """One entry of ``files``; lines from 1, columns from 0 in code points. ``in_cell`` gives the cell of a notebook
    that an offset lies in, with line and column from 0."""

    def place(offset: int) -> dict[str, int]:
        if in_cell is not None:
            cell, line, column = in_cell(offset)
            return {"cell": cell, "line": line + 1, "col": column}
        line, column = analysis.document.lines.position(offset, "utf-32")
        return {"line": line + 1, "col": column}

    found = [
        {**place(one.start), "symbol": one.symbol, "reason": one.reason.text(language), "code": one.reason.code}
        for one in conversion.left
    ]
    unsafe: list[dict[str, Any]] = []
    for plan in conversion.unsafe:
        rule = analysis.catalog.rule(plan.use.symbol)
        note = localised(plan.counterpart.note or (rule.note if rule is not None else None), language)
        unsafe.append({**place(plan.use.start), "symbol": plan.use.symbol, "note": note})
    entry = {"path": path, "converted": conversion.converted, "left": found, "unsafe": unsafe}
    steps = [place(offset) for offset in conversion.training]
    return {**entry, "training": steps} if steps else entry


def nothing(path: str) -> dict[str, Any]:
    """A file in which there is nothing to do."""
    return {"path": path, "converted": 0, "left": [], "unsafe": []}


def left(line: int, column: int, symbol: str, reason: Reason, language: Language) -> dict[str, Any]:
    return {"line": line, "col": column, "symbol": symbol, "reason": reason.text(language), "code": reason.code}


def refused(path: str, reason: Reason, language: Language) -> dict[str, Any]:
    """A file that stays as it is for a reason."""
    line = int(localised_values(reason.values, language).get("line", "1"))
    return {**nothing(path), "left": [left(line, 0, "", reason, language)]}


def totals(files: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "files": len(files),
        "converted": sum(one["converted"] for one in files),
        "left": sum(len(one["left"]) for one in files),
        "unsafe": sum(len(one["unsafe"]) for one in files),
    }


def summary(files: list[dict[str, Any]], language: Language) -> str:
    """``14 converted, 3 by hand, 1 has no counterpart``."""
    counts = totals(files)
    return _sentence(counts["converted"], counts["unsafe"], [o["code"] for f in files for o in f["left"]], language)


def summary_of(conversion: Conversion, language: Language) -> str:
    """The same of one conversion."""
    codes = [one.reason.code for one in conversion.left]
    return _sentence(conversion.converted, len(conversion.unsafe), codes, language)


def _sentence(converted: int, unsafe: int, codes: list[str], language: Language) -> str:
    none = codes.count(NO_COUNTERPART)
    parts = [messages.SUMMARY_CONVERTED.text(language, count=converted)]
    if unsafe:
        parts.append(messages.SUMMARY_UNSAFE.text(language, count=unsafe))
    parts.append(messages.SUMMARY_BY_HAND.text(language, count=len(codes) - none))
    if none:
        message = messages.SUMMARY_NONE_ONE if none == 1 else messages.SUMMARY_NONE
        parts.append(message.text(language, count=none))
    return ("，" if language == "zh-cn" else ", ").join(parts)
