"""What stands for a function after its decorators ran."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference import decorators
from lsp_server.state import calls
from lsp_server.state.code import code
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments
from lsp_server.state.values import UNKNOWN, Function, Symbol, Value


def decorated(frame: Frame, function: Function) -> Value:
    """The function itself if its decorators are known to keep it; otherwise what the user's decorators give."""
    source = function.definition
    if source.node.type == "lambda" or decorators.keeps_type(source.analysis, source.node):
        return function
    holder = source.node.parent
    value: Value = function
    for decorator in reversed(_expressions(holder) if holder is not None else []):
        applied = code(source.analysis, decorator)(frame)
        if isinstance(applied, Symbol) and applied.name in _TRANSPARENT:
            continue
        if isinstance(applied, Symbol):
            return UNKNOWN
        value = calls.call(frame, applied, Arguments([value]), source)
    return value


_TRANSPARENT = {"functools.wraps", "functools.lru_cache", "functools.cache", "torch.no_grad", "torch.inference_mode"}


def _expressions(holder: Node) -> list[Node]:
    return [
        child.named_children[0] for child in holder.named_children if child.type == "decorator" and child.named_children
    ]
