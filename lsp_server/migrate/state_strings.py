"""Names of parameters, buffers and modules in strings: ``net.state_dict()["build_block.0.bn.running_mean"]``.

Only where the string is a whole name: a prefix given to ``startswith`` is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Source
from lsp_server.messages import Language
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.entry_lines import entry_lines, part_line
from lsp_server.migrate.lookups import assigned, called
from lsp_server.migrate.target import Target

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState, Part

Wanted = Literal["saved", "parameter", "buffer", "module"]
_BY_METHOD: dict[str, Wanted] = {
    "state_dict": "saved",
    "parameters_dict": "parameter",
    "named_parameters": "parameter",
    "parameters_and_names": "parameter",
    "named_buffers": "buffer",
    "named_modules": "module",
    "cells_and_names": "module",
}
_GETTERS: dict[str, Wanted] = {
    "get_parameter": "parameter",
    "get_buffer": "buffer",
    "get_submodule": "module",
    "get_sub_cell": "module",
}
_KEY_METHODS = ("pop", "get", "setdefault", "__getitem__")
_DEPTH = 4
_MOST_SIMILAR = 3


Named: TypeAlias = "tuple[ModuleState, Wanted, str]"


class StateString(msgspec.Struct, frozen=True):
    """A string that names something of a module."""

    start: int
    end: int
    """The text between the quotes."""
    text: str
    state: ModuleState
    wanted: Wanted
    changed: str = ""
    """The object whose parts the file changes after it was made: what is listed may be no longer there."""

    @property
    def entries(self) -> list[Entry]:
        """What it may name, if that is no module."""
        if self.wanted == "saved":
            return [entry for entry in self.state.entries if entry.persistent]
        return [entry for entry in self.state.entries if entry.kind == self.wanted]

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.state.parts if self.wanted == "module" else ()

    @property
    def entry(self) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == self.text), None)


def state_string_at(analysis: Analysis, offset: int) -> StateString | None:
    """The name in the string at an offset. None: no string, or one that names nothing of a known module."""
    string = string_at(analysis, offset)
    parent = string.parent if string is not None else None
    if string is None or parent is None:
        return None
    found = _owner(analysis, string, parent)
    if found is None:
        return None
    start, end = string.start_byte + 1, string.end_byte - 1
    return StateString(start, end, analysis.document.slice(start, end), *found)


def string_at(analysis: Analysis, offset: int) -> Node | None:
    """The plain string that an offset lies in: no prefix, no triple quotes, nothing formatted, nothing escaped."""
    node = analysis.document.root.named_descendant_for_byte_range(offset, offset)
    if node is not None and node.type in ("string_content", "string_end", "string_start"):
        node = node.parent
    if node is None or node.type != "string" or not node.start_byte < offset < node.end_byte:
        return None
    text = analysis.text(node)
    is_plain = text[0] in "\"'" and text[:3] not in ('"""', "'''") and text[-1] == text[0] and "\\" not in text
    return node if is_plain else None


def _owner(analysis: Analysis, string: Node, parent: Node) -> Named | None:
    if parent.type == "subscript":
        value = parent.child_by_field_name("value")
        return _dictionary(analysis, value) if value is not None and value != string else None
    if parent.type == "comparison_operator":
        # only `"name" in sd`
        operands = parent.named_children
        is_key = len(operands) == 2 and operands[0] == string and b"in" in (parent.children[1].text or b"")
        return _dictionary(analysis, operands[1]) if is_key else None
    call = parent.parent
    if parent.type != "argument_list" or call is None or parent.named_children[0] != string:
        return None
    use = called(analysis, call)
    if use is not None and use.symbol.startswith(("torch.nn.", "mindspore.nn.")):
        wanted = _GETTERS.get(use.symbol.rpartition(".")[2])
        return _of(use, wanted) if wanted is not None else None
    function = call.child_by_field_name("function")
    name = function.child_by_field_name("attribute") if function is not None else None
    if function is None or name is None or analysis.text(name) not in _KEY_METHODS:
        return None
    owner = function.child_by_field_name("object")
    return _dictionary(analysis, owner) if owner is not None else None


def _dictionary(analysis: Analysis, node: Node, depth: int = 0) -> Named | None:
    """The module whose names are the keys of an expression."""
    if depth > _DEPTH:
        return None
    if node.type == "identifier":
        given = assigned(analysis, node)
        return _dictionary(analysis, given, depth + 1) if given is not None else None
    use = called(analysis, node)
    if use is not None:
        method = use.symbol.rpartition(".")[2]
        wanted = _BY_METHOD.get(method) if method in ("state_dict", "parameters_dict") or depth else None
        return _of(use, wanted) if wanted is not None else None
    function = node.child_by_field_name("function") if node.type == "call" else None
    arguments = node.child_by_field_name("arguments") if function is not None else None
    if function is None or arguments is None or analysis.text(function) not in ("dict", "OrderedDict"):
        return None
    inner = arguments.named_children[0] if len(arguments.named_children) == 1 else None
    return _dictionary(analysis, inner, depth + 1) if inner is not None and inner.type == "call" else None


def _of(use: Use, wanted: Wanted) -> Named | None:
    from lsp_server.state.changes import is_changed

    state = receiver_state(use) if use.certainty == "certain" else None
    if state is None:
        return None
    owner = use.analysis.text(use.owner) if use.owner is not None else ""
    return state, wanted, owner if owner != "self" and is_changed(use.analysis, owner) else ""


def explain_string(analysis: Analysis, found: StateString, target: Target, language: Language) -> list[str]:
    """What the named thing is; of a name that does not exist, which are similar. Empty: not known."""
    if found.wanted == "module":
        line = part_line(found.state, found.text, language)
        return [line] if line is not None else _unknown(found, language)
    entry = found.entry
    if entry is None:
        return _unknown(found, language)
    lines = entry_lines(analysis, found.state, entry, target, language)
    return [*lines, messages.CHANGED.text(language, name=found.changed)] if found.changed else lines


def _unknown(found: StateString, language: Language) -> list[str]:
    from lsp_server.state.renamed import other_name

    if not found.state.complete or not found.text or found.changed:
        return []
    line = messages.NOT_IN_STATE.text(language, cls=found.state.title, name=found.text)
    names = [entry.name for entry in found.entries] if found.wanted != "module" else [p.name for p in found.parts]
    renamed = other_name(found.text, names)
    if renamed is not None:
        return [f"{line} {messages.RENAMED_BY_NORM.text(language, other=renamed)}"]
    from difflib import get_close_matches  # most strings name something

    similar = get_close_matches(found.text, names[:2000], _MOST_SIMILAR)
    if similar:
        line += messages.DID_YOU_MEAN.text(language, names=", ".join(f"`{name}`" for name in similar))
    return [line]


def origin(found: StateString) -> Source | None:
    """The expression that makes the named thing; of a layer, its constructor call."""
    if found.wanted != "module":
        return found.entry.source if found.entry is not None else None
    part = next((part for part in found.parts if part.name == found.text), None)
    if part is None:
        return None
    if part.call is not None:
        return part.call
    # of a user's class no call is kept: the first thing in it leads to it
    inside = (entry for entry in found.state.entries if entry.name.startswith(f"{found.text}."))
    return next((entry.source for entry in inside if entry.source is not None), None)
