"""Whether a file gives an object other parts after it was made: then its state is no longer that of its constructor."""

from __future__ import annotations

import re

from lsp_server.inference.analysis import Analysis

_CHANGES = (
    rb"(?<![\w.])%s(\.\w+|\[[^\]\n]*\])+\s*=(?!=)"
    rb"|(?<![\w.])%s(\.\w+)*\.(register_\w+|add_module|pop|append|extend|insert|__setattr__|insert_child_to_cell)\("
    rb"|(setattr|delattr|\w*_norm|orthogonal|\w+_parametrizations?|prune\.\w+|\w+structured|custom_from_mask)\(\s*%s\b|\bdel\s+%s\."
)
_DATA = re.compile(rb"\.(data|requires_grad|training|grad)\s*=|\.train\(|\.eval\(")


def is_changed(analysis: Analysis, name: str) -> bool:
    """Whether the text changes the parts of what a name stands for, anywhere."""
    word = re.escape(name.encode())
    found = re.finditer(_CHANGES.replace(b"%s", word), analysis.document.data)
    return any(_DATA.search(match.group()) is None for match in found)
