"""The pieces of a file whose results are kept from version to version: top-level statements, members of classes."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

import msgspec
from tree_sitter import Node

from lsp_server.syntax.document import Document


class Unit(msgspec.Struct, frozen=True, gc=False):
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


class Group(msgspec.Struct, frozen=True):
    """The units of one statement of the module: one, or those of a class."""

    identity: int
    """Of the subtree of a class, which trees of several versions share; 0 for other statements."""
    text: bytes
    """Empty where the tree is not sure of it: what reads alike may then be something else."""
    start: int
    first: int
    """The index of its first unit."""
    units: tuple[Unit, ...]


class Outline:
    """The units of a version in their order, without gaps that matter."""

    def __init__(self, document: Document, groups: list[Group], units: tuple[Unit, ...], kept: tuple[int, int]) -> None:
        self._document = document
        self.groups = groups
        self.units = units
        self.kept = kept
        """How many units at the beginning and at the end are those of the version before."""
        self.next_serial = 0
        self.stamp = 0
        """The version of the memory that the serials are those of."""

    @cached_property
    def starts(self) -> list[int]:
        return [unit.start for unit in self.units]

    @cached_property
    def nodes(self) -> Nodes:
        """The statement or member that each unit is; of the head of a class, all of it."""
        return Nodes(self._document, self.groups)

    @cached_property
    def index(self) -> dict[int, int]:
        """Where each unit stands, by serial."""
        return {unit.serial: index for index, unit in enumerate(self.units)}

    @cached_property
    def _by_path(self) -> dict[str, int]:
        """The index of what is defined under a path of names; -1 if it is more than one."""
        found: dict[str, int] = {}
        for index, unit in enumerate(self.units):
            if unit.name:
                path = unit.path
                found[path] = -1 if path in found else index
        return found

    def at(self, offset: int) -> int:
        """The index of the unit that an offset falls into; -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def definition(self, path: str) -> Node | None:
        """The class, function or method of a path of names; None if there is none, or more than one."""
        index = self._by_path.get(path, -1)
        return definition_of(self.nodes[index]) if index >= 0 else None


class Nodes:
    """The nodes of units, looked for when they are needed."""

    def __init__(self, document: Document, groups: list[Group]) -> None:
        self._statements = _statements(document.root)
        self._firsts = [group.first for group in groups]
        self._members: dict[int, list[Node]] = {}

    def __getitem__(self, index: int) -> Node:
        group = bisect_right(self._firsts, index) - 1
        statement, member = self._statements[group], index - self._firsts[group]
        if not member:
            return statement
        members = self._members.get(group)
        if members is None:
            members = self._members[group] = _members(definition_of(statement))
        return members[member - 1]


def _statements(root: Node) -> list[Node]:
    return [child for child in root.named_children if child.type != "comment"]


def _members(cls: Node) -> list[Node]:
    body = cls.child_by_field_name("body")
    return _statements(body) if body is not None else []


def outline(document: Document, before: Outline | None = None, serial: int = 0, stamp: int = 0) -> Outline:
    """The units of a document; those that repeat units of the version before keep their serials, others are numbered
    from ``serial`` on.

    Trees share the subtrees of what an edit did not touch: their units are the old ones, moved.
    """
    old = before.groups if before is not None else []
    known = {group.identity: group for group in old if group.identity}
    alike = {group.text: group for group in old if group.text}
    data = document.data
    groups: list[Group] = []
    shared: list[Group | None] = []
    first = 0
    for child in _statements(document.root):
        definition, start = definition_of(child), child.start_byte
        identity = _identity(definition) if definition.type == "class_definition" else 0
        one = known.get(identity) if identity else None
        if one is not None and not data.startswith(one.units[0].text, start):
            one = None  # the decorators are others
        text = one.text if one is not None else data[start : child.end_byte] if not child.has_error else b""
        if one is None:
            one = alike.get(text)
            text = one.text if one is not None else text
        units = _moved(one.units, start - one.start) if one is not None else _units(document, child, definition)
        groups.append(Group(identity, text, start, first, units))
        shared.append(one)
        first += len(units)
    same, shortest = 0, min(len(old), len(groups))
    while same < shortest and shared[same] is old[same]:
        same += 1
    tail = 0
    while tail < shortest - same and shared[-1 - tail] is old[-1 - tail]:
        tail += 1
    end = len(groups) - tail
    new = [unit for group in groups[same:end] for unit in group.units]
    replaced = [unit for group in old[same : len(old) - tail] for unit in group.units]
    numbered, kept, serial = _matched(replaced, new, serial)
    every: list[Unit] = []
    for index, group in enumerate(groups):
        if same <= index < end:
            place = group.first - groups[same].first
            own = tuple(numbered[place : place + len(group.units)])
            group = groups[index] = Group(group.identity, group.text, group.start, group.first, own)
        every += group.units
    behind = len(every) - groups[end].first if tail else 0
    ahead = groups[same].first if same < len(groups) else len(every)
    result = Outline(document, groups, tuple(every), (ahead + kept[0], behind + kept[1]))
    result.next_serial, result.stamp = serial, stamp
    return result


def _identity(cls: Node) -> int:
    """The first word of a class lies in memory where the parts of the class do, and older trees are not let go."""
    return cls.child(0).id if cls.child_count else 0


def _moved(units: tuple[Unit, ...], by: int) -> tuple[Unit, ...]:
    if not by:
        return units
    return tuple(
        [
            Unit(unit.serial, unit.start + by, unit.end + by, unit.text, unit.owner, unit.name, unit.is_head)
            for unit in units
        ]
    )


def _units(document: Document, child: Node, definition: Node) -> tuple[Unit, ...]:
    """The units of a statement, without serials."""
    data = document.data
    start, end, name = child.start_byte, child.end_byte, _name(document, definition)
    if definition.type != "class_definition":
        return (Unit(-1, start, end, data[start:end], "", name),)
    body = definition.child_by_field_name("body")
    end = body.start_byte if body is not None else end
    units = [Unit(-1, start, end, data[start:end], "", name, True)]
    for member in _members(definition):
        start, end = member.start_byte, member.end_byte
        units.append(Unit(-1, start, end, data[start:end], name, _name(document, definition_of(member))))
    return tuple(units)


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


def _matched(old: list[Unit], new: list[Unit], serial: int) -> tuple[list[Unit], tuple[int, int], int]:
    """The new units with the serials of the old ones that they repeat, in order; others get new numbers from ``serial``
    on. How many are repeated at the beginning and at the end; the next free number."""
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
    units = [
        Unit(number, unit.start, unit.end, unit.text, unit.owner, unit.name, unit.is_head)
        for number, unit in zip(numbers, new, strict=True)
    ]
    return units, (same, tail), serial


def _repeats(old: Unit, new: Unit) -> bool:
    return old.text == new.text and old.owner == new.owner and old.name == new.name
