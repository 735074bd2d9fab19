"""The classes of a file, and which of them a rule need look at: of most, the text alone tells that it finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from tree_sitter import Node

from lsp_server.findings.layers import Layer, framework_of_class
from lsp_server.findings.model import Finding
from lsp_server.findings.remembered import Record, learn, recall
from lsp_server.findings.searching import Told, has
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.reuse import renew
from lsp_server.inference.units import Group, definition_of
from lsp_server.inference.values import UserClass
from lsp_server.inference.versions import Memory, clock

_FRAMEWORK = re.compile(rb"torch|mindspore")
_CLASS = re.compile(rb"^[ \t\f]*(class)\b", re.MULTILINE)


def in_layers(
    analysis: Analysis, code: str, told: Told, check: Callable[[Layer], Iterator[Finding]]
) -> Iterator[Finding]:
    """What a rule finds in the layers of a file, each looked at by itself. ``told`` is what the text of a class has at
    least in which it finds anything."""
    for one in _classes(analysis):
        if code in one.silent:
            continue
        if told.search(one.text) is None:
            one.silent.add(code)
            continue
        layer = one.layer()
        if layer is not None:
            yield from layer.look(code, check)


def layers(analysis: Analysis) -> Iterator[Layer]:
    """The layers of a file, in its order."""
    for one in _classes(analysis):
        layer = one.layer()
        if layer is not None:
            yield layer


def layer_of(cls: UserClass) -> Layer | None:
    """A class as a layer, in the file that it stands in."""
    home = cls.definition
    start = home.node.start_byte
    for one in _classes(home.analysis):
        if one.start <= start < one.start + len(one.text) and one.node == home.node:
            return one.layer()
    return None


class _Class:
    """A class; whether it is a layer is found out when somebody asks."""

    def __init__(self, analysis: Analysis, start: int, text: bytes) -> None:
        self.analysis = analysis
        self.start = start
        self.text = text
        self.silent: set[str] = set()
        """The codes of which there is no finding in it."""
        self._known: list[Layer | None] = []

    @property
    def node(self) -> Node:
        raise NotImplementedError

    def layer(self) -> Layer | None:
        if not self._known:
            self._known.append(self._layer())
        return self._known[0]

    def _layer(self) -> Layer | None:
        raise NotImplementedError

    def _framework(self) -> Layer | None:
        if self.node.child_by_field_name("superclasses") is None:
            return None
        framework = framework_of_class(self.analysis, UserClass(self.analysis.source(self.node)))
        return Layer(self.analysis, framework, self.node) if framework is not None else None


class _Inner(_Class):
    """A class inside of another statement: of these nothing is remembered."""

    def __init__(self, analysis: Analysis, node: Node) -> None:
        super().__init__(analysis, node.start_byte, analysis.document.data[node.start_byte : node.end_byte])
        self._node = node

    @property
    def node(self) -> Node:
        return self._node

    def _layer(self) -> Layer | None:
        return self._framework()


class _Outer(_Class):
    """A class that is a statement of its module."""

    def __init__(self, analysis: Analysis, group: Group, memory: Memory | None, record: Record | None) -> None:
        end = group.units[-1].end
        super().__init__(analysis, group.start, group.text or analysis.document.data[group.start : end])
        self._group = group
        self._memory = memory
        self.record = record
        if record is not None:
            self.silent = record.silent

    @property
    def node(self) -> Node:
        return definition_of(self.analysis.outline.nodes[self._group.first])

    def _layer(self) -> Layer | None:
        record, memory, analysis = self.record, self._memory, self.analysis
        if record is None or memory is None:
            return self._framework()
        if not record.is_known:
            node = self.node
            with analysis.project.solver.asked_for(analysis, node, self._group.units[0].serial):
                layer = self._framework()
                record.framework = layer.framework if layer is not None else None
                if not learn(analysis, UserClass(analysis.source(node)), record):
                    del memory.of_classes[self._group.units[0].serial]
                    self.record, self.silent = None, set()
                    return layer
        return Layer(analysis, record.framework, None, self._group.first, record) if record.framework else None


def _classes(analysis: Analysis) -> tuple[_Class, ...]:
    cache = cast("dict[int, tuple[_Class, ...]]", analysis.caches.setdefault("findings.classes", {}))
    if 0 not in cache:
        cache[0] = tuple(_all(analysis)) if has(analysis, _FRAMEWORK) else ()
    return cache[0]


def _all(analysis: Analysis) -> Iterator[_Class]:
    memory = renew(analysis) if analysis.project.has_versions else None
    renewed: set[int] = set()
    if memory is not None:
        renewed = memory.renewed_since(memory.classes_known)
        memory.classes_known = clock()
    for group in analysis.outline.groups:
        head = group.units[0]
        if not head.is_head:
            if _CLASS.search(group.text or head.text):
                yield from _inside(analysis, group.start, head.end)
            continue
        record = recall(analysis, memory, group, renewed) if memory is not None else None
        if record is None:
            has_inner = any(_CLASS.search(unit.text) is not None for unit in group.units[1:])
            if memory is not None and group.text:
                serials = tuple(unit.serial for unit in group.units)
                record = memory.of_classes[head.serial] = Record(group.text, serials, clock(), has_inner, silent=set())
        else:
            has_inner = record.has_inner
        yield _Outer(analysis, group, memory, record)
        if has_inner:
            yield from _inside(analysis, head.end, group.units[-1].end)


def _inside(analysis: Analysis, start: int, end: int) -> Iterator[_Class]:
    """The classes inside of other statements."""
    document = analysis.document
    for match in _CLASS.finditer(document.data, start, end):
        node = document.root.named_descendant_for_byte_range(*match.span(1))
        if node is not None and node.type == "class_definition" and node.start_byte == match.start(1):
            yield _Inner(analysis, node)
