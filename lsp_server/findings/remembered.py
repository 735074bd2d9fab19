"""What is known of the classes of a file from version to version: which are layers, and which rules find nothing there.

What a rule finds in a class follows from the text of the class, from the texts of the user's classes among its bases,
and from the answers to what was asked meanwhile (`reuse`). A finding has places and edits, which follow from more than
that: so only that there is none is kept, as it is nearly everywhere.
"""

from __future__ import annotations

import sys
from typing import cast

import msgspec

from lsp_server.catalog.model import Framework
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.units import Group, definition_of
from lsp_server.inference.values import UserClass
from lsp_server.inference.versions import Memory


class Record(msgspec.Struct):
    """One class that is a statement of its module."""

    text: bytes
    serials: tuple[int, ...]
    """Of its units."""
    clock: int
    """When it was looked at first."""
    has_inner: bool
    """Whether there are classes inside."""
    is_known: bool = False
    """Whether it was asked what it is. Until then all that is known of it follows from its text."""
    framework: Framework | None = None
    """Whose layer it is."""
    bases: tuple[tuple[int, bytes], ...] = ()
    """The user's classes among its bases, in the same file: the serials of their heads, and their texts."""
    others: tuple[Analysis, ...] = ()
    """The files of the others."""
    silent: set[str] = set()
    """The codes of which there is no finding in it."""


def recall(analysis: Analysis, memory: Memory, group: Group, renewed: set[int]) -> Record | None:
    """What an earlier version knew of a class, if that still holds. ``renewed`` are the units that are not what they
    were when all classes were looked at last."""
    record = cast("Record | None", memory.of_classes.get(group.units[0].serial))
    if record is None:
        return None
    is_plain = not record.bases and not record.others
    if is_plain and record.text is group.text and renewed.isdisjoint(record.serials):
        return record
    if not _holds(analysis, memory, group, record):
        del memory.of_classes[group.units[0].serial]
        return None
    record.text = group.text
    return record


def _holds(analysis: Analysis, memory: Memory, group: Group, record: Record) -> bool:
    since, clock = memory.since, record.clock
    if record.text != group.text or any(since.get(serial, sys.maxsize) > clock for serial in record.serials):
        return False
    texts = _texts(analysis) if record.bases else {}
    if any(texts.get(serial) != text for serial, text in record.bases):
        return False
    project = analysis.project
    return all(other.path is not None and project.file(other.path) is other for other in record.others)


def learn(analysis: Analysis, cls: UserClass, record: Record) -> bool:
    """Take down what else a class depends on that somebody looks at. False: that cannot be told."""
    bases: list[tuple[int, bytes]] = []
    others: list[Analysis] = []
    for fact in classes.lineage(cls):
        if not isinstance(fact.value, UserClass) or fact.value == cls:
            continue
        home, node = fact.value.definition.analysis, fact.value.definition.node
        if home is not analysis:
            others.append(home)
            continue
        outline = analysis.outline
        index = outline.at(node.start_byte)
        unit = outline.units[index]
        text = _texts(analysis).get(unit.serial)
        if not text or definition_of(outline.nodes[index]) != node:
            return False  # a class inside of something else
        bases.append((unit.serial, text))
    record.bases, record.others, record.is_known = tuple(bases), tuple(others), True
    return True


def _texts(analysis: Analysis) -> dict[int, bytes]:
    """The texts of the classes of the module, by the serials of their heads."""
    cache = cast("dict[int, dict[int, bytes]]", analysis.caches.setdefault("findings.texts", {}))
    if 0 not in cache:
        groups = (group for group in analysis.outline.groups if group.units[0].is_head)
        cache[0] = {group.units[0].serial: group.text for group in groups}
    return cache[0]
