"""The call whose arguments are being typed, in code that need not be complete."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.syntax.document import Document

_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {")", "]", "}"}
_CALLEES = ("identifier", ")", "]")
_STRING_TOKENS = frozenset({"string_start", "string_content", "string_end", "escape_sequence", "escape_interpolation"})
_MOST_LEAVES = 4000
_STATEMENTS = {
    "def", "class", "import", "from", "return", "raise", "assert", "while", "with", "try", "del", "global", "pass", "@",
}  # fmt: skip
"""What begins a statement, where it is the first word of its line: an open bracket above it was left open."""


class OpenCall(msgspec.Struct, frozen=True):
    """Where a call stands, and which of its arguments the cursor is in."""

    parenthesis: int
    """The offset of ``(``."""
    callee_start: int
    index: int
    """How many commas stand before the cursor."""
    keyword: str | None
    """The name of the keyword argument that the cursor is in."""
    used: tuple[str, ...]
    """The keyword arguments before it."""
    statement: int
    """The offset of the outermost bracket that is open, or of this call."""


def open_call(document: Document, offset: int) -> OpenCall | None:
    """The innermost call around an offset. None: the cursor stands in no call, or in a string or comment."""
    leaf = _leaf_before(document, offset)
    depth = commas = steps = 0
    names: list[str] = []
    keyword: str | None = None
    found: OpenCall | None = None
    while leaf is not None and steps < _MOST_LEAVES:
        steps += 1
        string = _string_of(leaf)
        if string is not None:
            is_inside = string.start_byte < offset < string.end_byte or (string.has_error and offset <= string.end_byte)
            if is_inside and found is None:
                return None  # but a call in the code of an f-string is one
            leaf = _previous(string)
            continue
        kind = leaf.type
        if kind in _CLOSING:
            depth += 1
        elif kind in _OPENING and depth:
            depth -= 1
        elif kind in _OPENING:
            callee = _previous(leaf) if kind == "(" else None
            if found is None and callee is not None and callee.type in _CALLEES:
                start = _callee_start(callee)
                found = OpenCall(leaf.start_byte, start, commas, keyword, tuple(names), leaf.start_byte)
            elif found is not None:
                found = msgspec.structs.replace(found, statement=leaf.start_byte)
            commas, names, keyword = 0, [], None
        elif kind == "," and depth == 0:
            commas += 1
        elif kind == "=" and depth == 0:
            name = _previous(leaf)
            if name is not None and name.type == "identifier":
                text = document.slice(name.start_byte, name.end_byte)
                if commas == 0:
                    keyword = text
                else:
                    names.append(text)
        elif kind == "comment" and leaf.start_byte < offset <= leaf.end_byte:
            return None
        elif kind in _STATEMENTS and _begins_line(document, leaf):
            break
        leaf = _previous(leaf)
    return found


def _begins_line(document: Document, leaf: Node) -> bool:
    line = document.data.rfind(b"\n", 0, leaf.start_byte) + 1
    return not document.data[line : leaf.start_byte].strip()


def _leaf_before(document: Document, offset: int) -> Node | None:
    """The last token that begins before an offset."""
    node = document.root
    while node.child_count:
        # what a line end or an indentation leaves in the tree has no width
        inside = (one for one in reversed(node.children) if one.start_byte < offset and one.end_byte > one.start_byte)
        child = next(inside, None)
        if child is None:
            return _previous(node) if node.parent is not None else None
        node = child
    return node


def _previous(node: Node) -> Node | None:
    """The token before a node."""
    current: Node | None = node
    while current is not None and current.prev_sibling is None:
        current = current.parent
    current = current.prev_sibling if current is not None else None
    while current is not None and current.child_count:
        current = current.children[-1]
    return current


def _string_of(leaf: Node) -> Node | None:
    """The whole string that a token is a part of, unless it stands in the code of an f-string. Only tokens that strings
    have are followed upwards: each step costs as much as a node is deep."""
    if leaf.type not in _STRING_TOKENS:
        return None
    node: Node | None = leaf
    while node is not None:
        if node.type == "interpolation":
            return None
        if node.type == "string":
            return node
        node = node.parent
    return None


def _callee_start(last: Node) -> int:
    """The beginning of ``nn.functional.relu`` or ``make(x).to``, whose last token is given."""
    if last.type in _CLOSING:
        opening: Node | None = last
        depth = 0
        while opening is not None:
            depth += (opening.type in _CLOSING) - (opening.type in _OPENING)
            if depth == 0:
                break
            opening = _previous(opening)
        before = _previous(opening) if opening is not None else None
        if opening is None or before is None or before.type not in _CALLEES or before.end_byte != opening.start_byte:
            return opening.start_byte if opening is not None else last.start_byte
        return _callee_start(before)
    dot = _previous(last)
    if dot is not None and dot.type == ".":
        owner = _previous(dot)
        if owner is not None:
            string = _string_of(owner)
            return string.start_byte if string is not None else _callee_start(owner)
    return last.start_byte
