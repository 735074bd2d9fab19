"""What the state of modules adds to the explanation of a call that does not list it."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.uses import Use
from lsp_server.inference.values import UserClass
from lsp_server.messages import Language
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.checkpoints import checkpoint_lines
from lsp_server.migrate.entry_lines import entry_lines
from lsp_server.migrate.lookups import argument, value_state
from lsp_server.migrate.moves import MOVES, move_lines
from lsp_server.migrate.narratives import receiver_text, subject
from lsp_server.migrate.optimizers import optimizer_use_lines
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import Listing
from lsp_server.migrate.target import Target

_OWNERS = ("torch.nn.Module.", "mindspore.nn.Cell.")
_CHECKPOINTS = {
    "torch.save", "mindspore.save_checkpoint", "mindspore.load_checkpoint", "mindspore.load_param_into_net",
    "torch.nn.Module.load_state_dict", "mindspore.nn.Cell.load_state_dict",
}  # fmt: skip
_TENSORS = {"torch.nn.Parameter", "torch.nn.Buffer", "mindspore.Parameter"}
_REGISTERS = {"register_buffer", "register_parameter", "insert_param_to_cell"}
_MODULES = {"modules", "named_modules", "children", "named_children", "cells_and_names", "cells", "name_cells"}
_DIRECT = {"children", "named_children", "cells", "name_cells"}
_MOST_PARTS = 12


def additions(use: Use, target: Target, language: Language, listing: Listing) -> list[str]:
    """Sentences and tables about the very objects of a use; empty where they are not known."""
    if use.symbol in _CHECKPOINTS:
        return checkpoint_lines(use, target, language, listing)
    if use.symbol in _TENSORS:
        return _made(use, target, language)
    if use.symbol.startswith(_OWNERS):
        method = use.symbol.rpartition(".")[2]
        if method in MOVES:
            return move_lines(use, language)
        if method in _REGISTERS:
            return _registered(use, target, language)
        return _modules(use, method, language, listing) if method in _MODULES else []
    return optimizer_use_lines(use, language)


def _registered(use: Use, target: Target, language: Language) -> list[str]:
    """``self.register_buffer("mask", …)``: the entry that it makes."""
    call = use.call
    node = argument(use.analysis, call, 0, "name") if call is not None else None
    state = receiver_state(use)
    constant = use.analysis.constant(node) if node is not None else None
    if state is None or constant is None:
        return []
    entry = next((one for one in state.entries if one.name == constant.value), None)
    return entry_lines(use.analysis, state, entry, target, language) if entry is not None else []


def _made(use: Use, target: Target, language: Language) -> list[str]:
    """``nn.Parameter(…)`` inside a module class: the entry that it becomes."""
    call = use.call
    cls = _class_around(call) if call is not None else None
    if call is None or cls is None:
        return []
    state = value_state(use.analysis, UserClass(use.analysis.source(cls)))
    if state is None:
        return []
    made = [
        entry
        for entry in state.entries
        if entry.source is not None
        and entry.source.analysis is use.analysis
        and call.start_byte <= entry.source.node.start_byte
        and entry.source.node.end_byte <= call.end_byte
        and not entry.shared
    ]
    return entry_lines(use.analysis, state, made[0], target, language) if len(made) == 1 else []


def _class_around(node: Node) -> Node | None:
    function = node.parent
    while function is not None and function.type != "function_definition":
        function = function.parent
    return classes.enclosing_class(function) if function is not None else None


def _modules(use: Use, method: str, language: Language, listing: Listing) -> list[str]:
    """The modules inside, each with what it holds."""
    state = receiver_state(use)
    if state is None or not (state.parts or state.complete):
        return []
    direct = method in _DIRECT
    parts = [part for part in state.parts if not direct or "." not in part.name]
    text = messages.PARTS.text(language, count=len(parts)) + hover_messages.STOP.text(language)
    lines = [subject(use.analysis, receiver_text(use), state, text, language)]
    if not parts:
        return lines
    shown = parts if listing.rows is None else parts[:_MOST_PARTS]
    rows = [f"| {messages.PART.text(language)} | | |", "| --- | --- | --- |"]
    for part in shown:
        inside = [entry for entry in state.entries if entry.name.startswith(f"{part.name}.")]
        rows.append(f"| {part.name} | {part.title} | {sentence(totals(inside), language) if inside else ''} |")
    lines.append("\n".join(rows))
    if len(shown) < len(parts):
        lines.append("…" if not listing.link else messages.MORE_LINK.text(
            language, count=len(parts) - len(shown), link=listing.link
        ))  # fmt: skip
    return lines
