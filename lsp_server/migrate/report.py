"""What a conversion did and left, as the JSON that the command line and the server give."""

from __future__ import annotations

from typing import Any

from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Language
from lsp_server.migrate.explanation import localised
from lsp_server.migrate.files import Conversion


def file_report(analysis: Analysis, conversion: Conversion, path: str, language: Language) -> dict[str, Any]:
    """One entry of ``files``; lines from 1, columns from 0 in code points."""

    def place(offset: int) -> dict[str, int]:
        line, column = analysis.document.lines.position(offset, "utf-32")
        return {"line": line + 1, "col": column}

    left = [
        {**place(one.start), "symbol": one.symbol, "reason": one.reason.text(language), "code": one.reason.code}
        for one in conversion.left
    ]
    unsafe: list[dict[str, Any]] = []
    for plan in conversion.unsafe:
        rule = analysis.catalog.rule(plan.use.symbol)
        note = localised(plan.counterpart.note or (rule.note if rule is not None else None), language)
        unsafe.append({**place(plan.use.start), "symbol": plan.use.symbol, "note": note})
    entry = {"path": path, "converted": conversion.converted, "left": left, "unsafe": unsafe}
    steps = [place(offset) for offset in conversion.training]
    return {**entry, "training": steps} if steps else entry


def totals(files: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "files": len(files),
        "converted": sum(one["converted"] for one in files),
        "left": sum(len(one["left"]) for one in files),
        "unsafe": sum(len(one["unsafe"]) for one in files),
    }
