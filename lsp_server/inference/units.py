"""The pieces of a file whose results are kept from version to version: top-level statements, members of classes."""

from __future__ import annotations

from bisect import bisect_right

import msgspec
from tree_sitter import Node

from lsp_server.syntax.document import Document


class Unit(msgspec.Struct, frozen=True):
    """One piece. ``serial`` stays the same as long as its text does; ``owner`` is the class that it is a member of, and
    ``name`` what it defines there (empty for a statement). The head of a class is a unit of its own."""

    serial: int
    start: int
    end: int
    text: bytes
    owner: str
    name: str
    is_head: bool = False
    """Of a class: decorators, name, bases."""

    @property
    def path(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name

    def holds(self, path: str) -> bool:
        """Whether a definition is inside, and not a class of which this is just the head."""
        return bool(path) and not (self.is_head and self.path == path)


class _Piece(msgspec.Struct, frozen=True):
    node: Node
    start: int
    end: int
    owner: str
    name: str
    is_head: bool = False


class Outline(msgspec.Struct, frozen=True):
    """The units of a version in their order, without gaps that matter."""

    units: tuple[Unit, ...]
    starts: list[int]
    nodes: list[Node]
    next_serial: int
    stamp: int
    """The version of the memory that the serials are those of."""

    def at(self, offset: int) -> int:
        """The index of the unit that an offset falls into; -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def definition(self, path: str) -> Node | None:
        """The class, function or method of a path of names; None if there is none, or more than one."""
        found = [index for index, unit in enumerate(self.units) if unit.path == path and unit.name]
        return definition_of(self.nodes[found[0]]) if len(found) == 1 else None


def outline(document: Document, old: tuple[Unit, ...] = (), serial: int = 0, stamp: int = 0) -> Outline:
    """The units of a document; those that repeat old ones keep their serials, others are numbered from ``serial``."""
    pieces: list[_Piece] = []
    for child in document.root.named_children:
        if child.type == "comment":
            continue
        definition = definition_of(child)
        if definition.type == "class_definition":
            _class(document, child, definition, pieces)
        else:
            pieces.append(_Piece(child, child.start_byte, child.end_byte, "", _name(document, definition)))
    data = document.data
    units = tuple(
        Unit(-1, piece.start, piece.end, data[piece.start : piece.end], piece.owner, piece.name, piece.is_head)
        for piece in pieces
    )
    units, serial = _matched(old, units, serial)
    return Outline(units, [piece.start for piece in pieces], [piece.node for piece in pieces], serial, stamp)


def _class(document: Document, outer: Node, cls: Node, pieces: list[_Piece]) -> None:
    name, body = _name(document, cls), cls.child_by_field_name("body")
    end = body.start_byte if body is not None else outer.end_byte
    pieces.append(_Piece(outer, outer.start_byte, end, "", name, is_head=True))
    for member in body.named_children if body is not None else []:
        if member.type != "comment":
            defined = _name(document, definition_of(member))
            pieces.append(_Piece(member, member.start_byte, member.end_byte, name, defined))


def definition_of(node: Node) -> Node:
    """What stands below the decorators."""
    if node.type == "decorated_definition":
        return node.child_by_field_name("definition") or node
    return node


def _name(document: Document, node: Node) -> str:
    if node.type not in ("function_definition", "class_definition"):
        return ""
    name = node.child_by_field_name("name")
    return document.text_of(name) if name is not None else ""


def _matched(old: tuple[Unit, ...], new: tuple[Unit, ...], serial: int) -> tuple[tuple[Unit, ...], int]:
    """The new units with the serials of the old ones that they repeat, in order; others get new numbers from ``serial``
    on; and the next free number."""
    same = 0
    shortest = min(len(old), len(new))
    while same < shortest and _repeats(old[same], new[same]):
        same += 1
    tail = 0
    while tail < shortest - same and _repeats(old[-1 - tail], new[-1 - tail]):
        tail += 1
    numbers = [unit.serial for unit in old[:same]]
    between = old[same : len(old) - tail]
    places: dict[tuple[str, str, bytes], list[int]] = {}
    for index, unit in enumerate(between):
        places.setdefault((unit.owner, unit.name, unit.text), []).append(index)
    reached = 0
    for unit in new[same : len(new) - tail]:
        found = next((i for i in places.get((unit.owner, unit.name, unit.text), []) if i >= reached), None)
        if found is None:
            numbers.append(serial)
            serial += 1
        else:
            numbers.append(between[found].serial)
            reached = found + 1
    numbers += [unit.serial for unit in old[len(old) - tail :]]
    units = tuple(
        Unit(number, unit.start, unit.end, unit.text, unit.owner, unit.name, unit.is_head)
        for number, unit in zip(numbers, new, strict=True)
    )
    return units, serial


def _repeats(old: Unit, new: Unit) -> bool:
    return old.text == new.text and old.owner == new.owner and old.name == new.name
