"""Names of the user's own that stand for modules or their state: a class, an object, an attribute of ``self``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass, Value
from lsp_server.messages import Language
from lsp_server.messages import hover as hover_messages
from lsp_server.migrate.entry_lines import entry_lines, plain_line
from lsp_server.migrate.explanation import Explanation, title
from lsp_server.migrate.lookups import module_state, value_state
from lsp_server.migrate.narratives import subject
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import Listing, left_out, pairs, place, table
from lsp_server.migrate.target import Target

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState

_RECEIVERS = ("self", "cls")


class Subject(msgspec.Struct, frozen=True):
    """What a name stands for: a module as a whole, or one thing in it."""

    node: Node
    """The name."""
    name: str
    """The name with what stands before it: ``self.bn``."""
    state: ModuleState
    own: str = ""
    """The entry or attribute of the module that is meant; empty: the module itself."""

    @property
    def framework(self) -> Framework:
        return "mindspore" if self.state.framework == "mindspore" else "torch"

    @property
    def entry(self) -> Entry | None:
        return next((entry for entry in self.state.entries if self.own and entry.name == self.own), None)


def subject_at(analysis: Analysis, offset: int) -> Subject | None:
    """The module, or the parameter, buffer or plain attribute of one, that a name at an offset stands for."""
    node = analysis.document.node_at(offset)
    parent = node.parent
    if node.type != "identifier" or parent is None or analysis.text(node) in _RECEIVERS:
        return None
    if parent.type == "class_definition" and parent.child_by_field_name("name") == node:
        return _whole(analysis, node, analysis.text(node), UserClass(analysis.source(parent)))
    whole = node
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
        found = _attribute(analysis, parent, node)
        if found is not None:
            return found
        whole = parent
    elif parent.type == "keyword_argument" and parent.child_by_field_name("name") == node:
        return None
    assignment = whole.parent
    if assignment is not None and assignment.type == "assignment" and assignment.child_by_field_name("left") == whole:
        right = assignment.child_by_field_name("right")
        inside = module_state(analysis, whole) if whole is not node else None
        if inside is not None:
            return Subject(node, analysis.text(whole), inside)
        return _whole(analysis, node, analysis.text(whole), analysis.value(right).value) if right is not None else None
    state = module_state(analysis, whole)
    if state is not None:
        return Subject(node, analysis.text(whole), state)
    return _whole(analysis, node, analysis.text(whole), analysis.value(whole).value)


def _whole(analysis: Analysis, node: Node, name: str, value: Value) -> Subject | None:
    state = value_state(analysis, value)
    return Subject(node, name, state) if state is not None else None


def _attribute(analysis: Analysis, attribute: Node, node: Node) -> Subject | None:
    """``self.mask``: an entry, or an attribute that the module does not know of."""
    state = module_state(analysis, attribute.child_by_field_name("object"))
    if state is None:
        return None
    own = analysis.text(node)
    if any(entry.name == own for entry in state.entries) or any(one.name == own for one in state.plain):
        return Subject(node, analysis.text(attribute), state, own)
    return None


def explain_subject(
    analysis: Analysis, found: Subject, target: Target, language: Language, listing: Listing
) -> Explanation | None:
    """What is said of it. None: it has no state, so that there is nothing to add."""
    state = found.state
    if found.own:
        entry = found.entry
        plain = plain_line(state, found.own, language)
        lines = entry_lines(analysis, state, entry, target, language) if entry is not None else [plain or ""]
        return Explanation(found.name, "attribute", None, None, (title(found.name, target, language), *lines))
    if not state.entries and not state.plain and state.complete:
        return None
    text = f"{sentence(totals(state.entries, state.complete), language)}{hover_messages.STOP.text(language)}"
    lines = [
        title(found.name, target, language),
        subject(analysis, found.name, state, text, language),
        table(pairs(analysis, state, target), target, language, listing, place(analysis, state), with_kind=True),
        *left_out(state, language),
    ]
    return Explanation(found.name, "class", None, None, tuple(lines))
