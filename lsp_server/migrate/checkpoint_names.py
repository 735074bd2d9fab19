"""Names of checkpoint files: MindSpore loads only what ends in ``.ckpt``, and appends that when it saves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.syntax.patterns import Pattern

_ENDS = Pattern("(string (string_content) @content . (string_end))")
_ENDING = re.compile(r"(?<=[\w}\]])\.(?:pth\.tar|pth|pt)$|^\.(?:pth\.tar|pth|pt)$")
_SYMBOLS = ("torch.save", "torch.load")


def adjustments(analysis: Analysis, plans: Sequence[Plan]) -> Iterator[Adjustment]:
    """The endings of a file that saves or loads by names of its own."""
    if not any(plan.use.symbol in _SYMBOLS for plan in plans):
        return
    for node in _ENDS.captures(analysis.document.root, "content"):
        text = analysis.text(node)
        found = _ENDING.search(text)
        string = node.parent
        if found is None or "://" in text or (string is not None and string.parent is None):
            continue
        start = node.start_byte + len(text[: found.start()].encode())
        yield Adjustment(start, node.end_byte, (Change(start, node.end_byte, (".ckpt",)),))
