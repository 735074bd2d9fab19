"""What a condition says about names and attribute chains, as far as it can be read off: no facts yet, only its form."""

from __future__ import annotations

import re
from typing import Literal, Union

import msgspec
from tree_sitter import Node

_TELLING = re.compile(rb"\bisinstance\b|\bis_tensor\b|\bis\b|\btype\b|\bTrue\b|\bFalse\b|\bNone\b|^\(*\d+\)*$")
_MAX_PARTS = 5
"""Of a chain: ``self.a.b.c.d``."""
_MAX_DEPTH = 100


class Test(msgspec.Struct, frozen=True, eq=False):
    """One test of a name or chain.

    ``kind``: ``instance`` of ``classes``; ``exact``ly of the class ``classes``; ``none``; a ``tensor``, says the
    function ``classes``; matching a ``pattern``. ``call`` is the expression of an ``isinstance`` or ``type`` itself.
    """

    __test__ = False
    key: str
    kind: Literal["instance", "exact", "none", "tensor", "pattern"]
    classes: Node
    call: Node | None = None


class Compound(msgspec.Struct, frozen=True, eq=False):
    """``not``, ``and`` or ``or`` over conditions."""

    kind: Literal["not", "and", "or"]
    parts: tuple[Condition, ...]

    @property
    def keys(self) -> set[str]:
        return {key for part in self.parts for key in keys(part)}


Condition = Union[Test, Compound, bool, None]
"""A constant is itself; None says nothing."""


def keys(condition: Condition) -> set[str]:
    """The names and chains that a condition tests."""
    if isinstance(condition, Test):
        return {condition.key}
    return condition.keys if isinstance(condition, Compound) else set()


def parse(node: Node | None, data: bytes) -> Condition:
    """The condition that an expression is."""
    if node is None or not _TELLING.search(data, node.start_byte, node.end_byte):
        return None
    return _parse(node, data, 0)


def _parse(node: Node, data: bytes, depth: int) -> Condition:
    kind = node.type
    if depth > _MAX_DEPTH:
        return None
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "integer":
        return data[node.start_byte : node.end_byte] != b"0"
    inner = [child for child in node.named_children if child.type != "comment"]
    if kind == "parenthesized_expression" and len(inner) == 1:
        return _parse(inner[0], data, depth + 1)
    if kind == "not_operator" and inner:
        part = _parse(inner[0], data, depth + 1)
        if part is None or isinstance(part, bool):
            return None if part is None else not part
        return Compound("not", (part,))
    if kind == "boolean_operator" and len(inner) == 2:
        operator = node.child_by_field_name("operator")
        parts = tuple(_parse(part, data, depth + 1) for part in inner)
        if operator is None or all(part is None for part in parts):
            return None
        return Compound("and" if operator.type == "and" else "or", parts)
    if kind == "comparison_operator" and len(inner) == 2:
        return _comparison(node, inner[0], inner[1], data)
    return _call(node, data) if kind == "call" else None


def _comparison(node: Node, left: Node, right: Node, data: bytes) -> Condition:
    operator = next((child.type for child in node.children if not child.is_named or child.type == "is not"), "")
    if operator not in ("is", "==", "is not", "!="):
        return None
    found: Condition = None
    if left.type == "none":
        left, right = right, left
    if right.type == "none":
        key = chain(left, data)
        found = Test(key, "none", right) if key else None
    elif left.type == "call":
        function, arguments = left.child_by_field_name("function"), _arguments(left)
        if function is not None and function.type == "identifier" and len(arguments) == 1:
            key = chain(arguments[0], data)
            if key and data[function.start_byte : function.end_byte] == b"type":
                found = Test(key, "exact", right, left)
    return Compound("not", (found,)) if found is not None and operator in ("is not", "!=") else found


def _call(node: Node, data: bytes) -> Condition:
    function, arguments = node.child_by_field_name("function"), _arguments(node)
    if function is None or not arguments:
        return None
    name = data[function.start_byte : function.end_byte]
    key = chain(arguments[0], data)
    if not key:
        return None
    if name == b"isinstance" and len(arguments) == 2:
        return Test(key, "instance", arguments[1], node)
    if name.rpartition(b".")[2] == b"is_tensor" and len(arguments) == 1:
        return Test(key, "tensor", function)
    return None


def _arguments(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []


def chain(node: Node, data: bytes) -> str:
    """``x``, ``self.conv`` or ``self.a.b`` as text; empty for anything else."""
    behind = ""
    for _ in range(_MAX_PARTS):
        kind = node.type
        while kind == "parenthesized_expression" and len(node.named_children) == 1:
            node = node.named_children[0]
            kind = node.type
        if kind == "named_expression":
            node = node.child_by_field_name("name") or node
            kind = node.type
        if kind == "identifier":
            return data[node.start_byte : node.end_byte].decode("utf-8", "replace") + behind
        if kind != "attribute":
            break
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if owner is None or name is None:
            break
        behind = "." + data[name.start_byte : name.end_byte].decode("utf-8", "replace") + behind
        node = owner
    return ""
