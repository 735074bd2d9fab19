"""What ``to()``, ``half()``, ``cuda()`` and the like move or cast, and what stays where it is.

Measured on torch 2.13: parameters and buffers move, floating-point ones are cast, plain tensor attributes do neither.
MindSpore 2.10: ``Cell.to`` as torch; ``to_float`` casts what is computed and leaves the parameters and buffers.
"""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.uses import Use
from lsp_server.inference.values import SymbolRef
from lsp_server.messages import Language
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.narratives import receiver_text, subject
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import left_out, listed

MOVES = {"to", "half", "float", "double", "bfloat16", "cuda", "cpu", "to_float", "type"}
_CASTS = {"half": "float16", "float": "float32", "double": "float64", "bfloat16": "bfloat16"}
_TYPES = {**_CASTS, "float16": "float16", "float32": "float32", "float64": "float64"}
_FLOATING = {"float16", "float32", "float64", "bfloat16"}
_SMALL = {"float16", "bfloat16"}


def move_lines(use: Use, language: Language) -> list[str]:
    """Empty if the receiver is not known."""
    state = receiver_state(use)
    if state is None:
        return []
    name = receiver_text(use)
    method = use.symbol.rpartition(".")[2]
    if method == "to_float":
        return [messages.TO_FLOAT.text(language, count=len(state.entries), name=name)] if state.entries else []
    wanted = _CASTS.get(method) or (_wanted(use.analysis, use.call) if method in ("to", "type") else None)
    floating = [entry for entry in state.entries if entry.dtype in _FLOATING]
    moved = list(state.entries) if wanted is None else floating
    what = sentence(totals(moved, state.complete), language)
    if wanted is None:
        text = messages.MOVES.text(language, what=what)
    else:
        text = messages.CASTS.text(language, dtype=wanted, what=what)
    lines = [subject(use.analysis, name, state, text, language)]
    if wanted is not None:
        others = [entry.name for entry in state.entries if entry.dtype is not None and entry.dtype not in _FLOATING]
        buffers = [entry.name for entry in floating if entry.kind == "buffer" and wanted in _SMALL]
        if buffers:
            lines.append(messages.CASTS_BUFFERS.text(language, names=listed(buffers)))
        if others:
            lines.append(messages.KEEPS_INTEGERS.text(language, names=listed(others)))
    return [*lines, *left_out(state, language)]


def _wanted(analysis: Analysis, call: Node | None) -> str | None:
    """The type that is asked for; None: a device, or not known."""
    for node in argument_nodes(call) if call is not None else ():
        value = analysis.value(node.child_by_field_name("value") or node).value
        if isinstance(value, SymbolRef) and value.name.rpartition(".")[2] in _TYPES:
            return _TYPES[value.name.rpartition(".")[2]]
    return None
