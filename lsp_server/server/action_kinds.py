"""The kinds of code actions that the server announces."""

from __future__ import annotations

from lsprotocol import types

CALL = "refactor.rewrite.torchspore.call"
FILE = "refactor.rewrite.torchspore.file"
TRAINING = "refactor.rewrite.torchspore.training"
CONVERT_FILE = "source.convert.torchspore"
FIX_ALL = "source.fixAll.torchspore"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.torchspore"
KINDS: list[types.CodeActionKind | str] = [
    types.CodeActionKind.QuickFix,
    CALL,
    FILE,
    TRAINING,
    CONVERT_FILE,
    FIX_ALL,
    NOTEBOOK_FIX_ALL,
]
