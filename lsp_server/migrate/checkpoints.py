"""Which keys a checkpoint call expects or writes.

Measured on MindSpore 2.10: ``save_checkpoint(net)`` writes Parameters only, ``save_checkpoint(net.state_dict())`` also
registered buffers; ``load_param_into_net`` returns the names that are missing and raises nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference.uses import Use
from lsp_server.messages import Language
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.lookups import argument, called, module_state
from lsp_server.migrate.narratives import receiver_text, subject
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import Listing, listed, pairs, place, table
from lsp_server.migrate.target import Target

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState

_STATE_DICT = ("state_dict", "parameters_dict")


def checkpoint_lines(use: Use, target: Target, language: Language, listing: Listing) -> list[str]:
    """Empty if it is not known whose state it is about."""
    name = use.symbol.rpartition(".")[2]
    if name == "load_state_dict":
        return _load_state_dict(use, target, language, listing)
    call = use.call
    if call is None:
        return []
    if name in ("save", "save_checkpoint"):
        return _save(use, call, name, target, language, listing)
    index, keyword = (0, "net") if name == "load_param_into_net" else (1, "net")
    node = argument(use.analysis, call, index, keyword)
    state = module_state(use.analysis, node)
    if node is None or state is None:
        return []
    saved = [entry for entry in state.entries if entry.kind == "parameter"]
    lines = _keys(use, use.analysis.text(node), state, saved, True, target, language, listing)
    lines.append(messages.SILENT.text(language))
    unread = [entry.name for entry in state.entries if entry.kind == "buffer" and entry.persistent]
    return [*lines, *([messages.LOADS_NO_BUFFERS.text(language, names=listed(unread))] if unread else [])]


def _load_state_dict(use: Use, target: Target, language: Language, listing: Listing) -> list[str]:
    state = receiver_state(use)
    if state is None:
        return []
    saved = [entry for entry in state.entries if entry.persistent]
    lines = _keys(use, receiver_text(use), state, saved, True, target, language, listing)
    strict = argument(use.analysis, use.call, 1, "strict") if use.call is not None else None
    is_loose = strict is not None and use.analysis.text(strict) == "False"
    lines.append((messages.NOT_STRICT if is_loose else messages.STRICT).text(language))
    return [*lines, *_transient(state, language)]


def _save(use: Use, call: Node, name: str, target: Target, language: Language, listing: Listing) -> list[str]:
    node = argument(use.analysis, call, 0, "obj" if name == "save" else "save_obj")
    if node is None:
        return []
    inner = called(use.analysis, node)
    if inner is not None and inner.symbol.rpartition(".")[2] in _STATE_DICT:
        state = receiver_state(inner)
        if state is None:
            return []
        saved = [entry for entry in state.entries if entry.persistent]
        lines = _keys(use, receiver_text(inner), state, saved, False, target, language, listing)
        return [*lines, *_transient(state, language)]
    state = module_state(use.analysis, node)
    if state is None:
        return []
    owner = use.analysis.text(node)
    if name == "save":
        return [messages.PICKLES.text(language, cls=state.title, name=owner)]
    saved = [entry for entry in state.entries if entry.kind == "parameter"]
    lines = _keys(use, owner, state, saved, False, target, language, listing)
    dropped = [entry.name for entry in state.entries if entry.kind == "buffer" and entry.persistent]
    if dropped:
        lines.append(messages.DROPS_BUFFERS.text(language, names=listed(dropped), name=owner))
    return lines


def _keys(
    use: Use,
    name: str,
    state: ModuleState,
    saved: list[Entry],
    is_read: bool,
    target: Target,
    language: Language,
    listing: Listing,
) -> list[str]:
    what = sentence(totals([entry for entry in saved if not entry.shared], state.complete), language)
    message = messages.EXPECTS if is_read else messages.WRITES
    text = message.text(language, count=len(saved), what=what)
    kept = {id(entry) for entry in saved}
    rows = [pair for pair in pairs(use.analysis, state, target) if id(pair[0]) in kept]
    return [
        subject(use.analysis, name, state, text, language),
        table(rows, target, language, listing, place(use.analysis, state), with_kind=True),
    ]


def _transient(state: ModuleState, language: Language) -> list[str]:
    names = [entry.name for entry in state.entries if not entry.persistent]
    return [messages.NOT_SAVED.text(language, names=listed(names))] if names else []
