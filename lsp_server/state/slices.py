"""What a module leaves in a name when it has run: branches and loops between its definitions, changes in place.

Only the statements that have to do with the name are run: those that bind it, mention it, or bind or mention what is
bound by such a statement. What functions do to the name afterwards is not known here.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state import blocks
from lsp_server.state.frames import Exhausted, Frame, Machine, Raised, is_installed
from lsp_server.state.targets import assigned_names
from lsp_server.state.values import UNKNOWN, Value

_MOST = 40
_RUN = {"expression_statement", "if_statement", "for_statement", "while_statement", "try_statement", "with_statement",
    "delete_statement"}  # fmt: skip
_DEFINITIONS = {"function_definition", "class_definition", "decorated_definition"}
_CHANGED = re.compile(
    rb"(?<![\w.])(\w+)\s*(?:\[[^\]\n]*\]\s*[-+*/|]?=[^=]|\.(?:append|extend|update|insert|pop|remove|clear|setdefault|"
    rb"sort|reverse|add)\()"
)
_WORD = re.compile(rb"[A-Za-z_]\w*")


def loaded_value(machine: Machine, analysis: Analysis, name: str) -> Value:
    """The value of a global name after the module ran; unknown if that cannot be told."""
    statements = _related(analysis, name)
    if not statements:
        return UNKNOWN
    doubt, blind = machine.doubt, machine.blind
    machine.doubt, machine.blind = 0, False
    frame = Frame(machine, analysis)
    try:
        for statement in statements:
            blocks.run_block(frame, [blocks.statement(analysis, statement)])
        return UNKNOWN if machine.blind or machine.doubt else frame.names.get(name, UNKNOWN)
    except (Exhausted, Raised, RecursionError):
        return UNKNOWN
    finally:
        machine.doubt, machine.blind = doubt, blind


def _related(analysis: Analysis, name: str) -> list[Node]:
    """The statements that make the value of a name, in order; none if there are too many."""
    for deep in (True, False):
        found = _closure(analysis, name, deep)
        if found:
            return found
    return []


def _closure(analysis: Analysis, name: str, deep: bool) -> list[Node]:
    """The same; ``deep``: with what makes the other names that they mention."""
    candidates = [node for node in analysis.document.root.named_children if node.type in _RUN]
    words = {
        node.id: set(_WORD.findall(analysis.document.data[node.start_byte : node.end_byte])) for node in candidates
    }
    targets = {node.id: _bound(analysis, node) for node in candidates}
    made = {text for bound in targets.values() for text in bound}
    wanted, chosen = {name.encode()}, dict[int, Node]()
    grown = True
    while grown and len(chosen) <= _MOST:
        grown = False
        for node in candidates:
            if node.id not in chosen and words[node.id] & wanted:
                chosen[node.id] = node
                bound = targets[node.id] | (words[node.id] & made if deep else set[bytes]())
                grown = grown or not bound <= wanted
                wanted |= bound
    if len(chosen) > _MOST or _is_changed_later(analysis, wanted):
        return []
    return sorted(chosen.values(), key=lambda node: node.start_byte)


def _is_changed_later(analysis: Analysis, names: set[bytes]) -> bool:
    """Whether a function of the module changes one of the names in place: it may run at any time."""
    data = analysis.document.data
    changed = {found[1] for found in _CHANGED.finditer(data)}
    if not changed & names:
        return False
    inside = [
        node
        for node in analysis.document.root.named_children
        if node.type in _DEFINITIONS and not (is_installed(analysis) and _is_unused(analysis, node))
    ]
    return any(
        found[1] in names for node in inside for found in _CHANGED.finditer(data, node.start_byte, node.end_byte)
    )


def _is_unused(analysis: Analysis, node: Node) -> bool:
    """Whether a package offers a function for others to change its tables with, and does not call it there itself."""
    name = node.child_by_field_name("name") if node.type == "function_definition" else None
    word = analysis.text(name).encode() if name is not None else b""
    return bool(word) and len(re.findall(rb"\b%s\b" % re.escape(word), analysis.document.data)) <= 2


def _bound(analysis: Analysis, node: Node) -> set[bytes]:
    """What a statement binds; the target of a loop is of no interest outside of it."""
    loop = node.child_by_field_name("body") if node.type == "for_statement" else None
    return {text.encode() for text in assigned_names(analysis, loop or node)}
