"""The kinds of code actions that the server announces."""

from __future__ import annotations

from lsprotocol import types

CALL = "refactor.rewrite.torchspore.call"
STATEMENT = "refactor.rewrite.torchspore.statement"
CLASS = "refactor.rewrite.torchspore.class"
SELECTION = "refactor.rewrite.torchspore.selection"
FILE = "refactor.rewrite.torchspore.file"
RULE = "refactor.rewrite.torchspore.rule"
RULE_EVERYWHERE = "refactor.rewrite.torchspore.rule.workspace"
WORKSPACE = "refactor.rewrite.torchspore.workspace"
PREVIEW = "refactor.rewrite.torchspore.file.preview"
BEST_EFFORT = ".bestEffort"
"""Behind the kind of a size: what is only likely is converted too, and what is left gets a TODO."""
BUFFER = "refactor.rewrite.torchspore.buffer"
TRAINING = "refactor.rewrite.torchspore.training"
CONVERT_FILE = "source.convert.torchspore"
FIX_ALL = "source.fixAll.torchspore"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.torchspore"
KINDS: list[types.CodeActionKind | str] = [
    types.CodeActionKind.QuickFix,
    CALL,
    STATEMENT,
    CLASS,
    SELECTION,
    FILE,
    RULE,
    RULE_EVERYWHERE,
    WORKSPACE,
    PREVIEW,
    BUFFER,
    TRAINING,
    CONVERT_FILE,
    FIX_ALL,
    NOTEBOOK_FIX_ALL,
]
