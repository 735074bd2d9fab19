"""The occurrences of framework symbols in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.catalog.model import Framework, Kind
from lsp_server.inference import imports, names, sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.carriers import Carriers, carriers, pieces_of
from lsp_server.inference.reuse import looked
from lsp_server.inference.values import NOTHING, Bound, Fact, Module, SymbolRef, Union, Value
from lsp_server.inference.versions import Memory
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin
from lsp_server.syntax.words import BLANK, is_attribute, places

Certainty = Literal["certain", "likely"]
_EXPRESSIONS = Pattern(
    """
    (attribute) @attribute
    (identifier) @name
    (function_definition name: (identifier) @other)
    (class_definition name: (identifier) @other)
    (keyword_argument name: (identifier) @other)
    (default_parameter name: (identifier) @other)
    (typed_default_parameter name: (identifier) @other)
    (named_expression name: (identifier) @other)
    (assignment left: (identifier) @other)
    (augmented_assignment left: (identifier) @other)
    (for_statement left: (identifier) @other)
    (for_in_clause left: (identifier) @other)
    (dotted_name (identifier) @other)
    (aliased_import (identifier) @other)
    (parameters (identifier) @other)
    (lambda_parameters (identifier) @other)
    (typed_parameter (identifier) @other)
    (global_statement (identifier) @other)
    (nonlocal_statement (identifier) @other)
    (as_pattern_target (identifier) @other)
    (pattern_list (identifier) @other)
    (tuple_pattern (identifier) @other)
    (list_splat_pattern (identifier) @other)
    (dictionary_splat_pattern (identifier) @other)
    """
)

_OTHERS = frozenset(
    """
    dotted_name aliased_import parameters lambda_parameters typed_parameter global_statement nonlocal_statement
    as_pattern_target pattern_list tuple_pattern list_splat_pattern dictionary_splat_pattern
    """.split()  # noqa: SIM905  a list of words reads better so
)
_FIELDS = {
    **dict.fromkeys(("function_definition", "class_definition", "keyword_argument", "named_expression"), "name"),
    **dict.fromkeys(("default_parameter", "typed_default_parameter"), "name"),
    **dict.fromkeys(("assignment", "augmented_assignment", "for_statement", "for_in_clause"), "left"),
    "attribute": "attribute",
}
_NAME = re.compile(rb"[^\W\d]\w*")
_NOBODY: frozenset[bytes] = frozenset()
_ASSIGNED = re.compile(rb"=(?!=)")


class KeptUse(msgspec.Struct, frozen=True, gc=False):
    """A use as it is kept from version to version: its place counts from the start of its unit."""

    start: int
    end: int
    symbol: str
    kind: Kind
    certainty: Certainty


class Use:
    """One occurrence of a framework symbol: the longest name or attribute chain that denotes it.

    ``name_start`` is where the last part begins: the ``buffers`` of ``net.buffers``. ``receiver`` is the object
    of a member read from an instance. ``call`` is the call whose function this use is.
    """

    __slots__ = ("_call", "_node", "analysis", "certainty", "end", "kind", "start", "symbol")

    def __init__(
        self,
        analysis: Analysis,
        start: int,
        end: int,
        symbol: str,
        kind: Kind,
        certainty: Certainty,
        node: Node | None = None,
    ) -> None:
        self.analysis = analysis
        self.start = start
        self.end = end
        self.symbol = symbol
        self.kind: Kind = kind
        self.certainty: Certainty = certainty
        self._node = node
        self._call: Node | Literal[False] | None = False
        """False as long as nobody has asked for it."""

    @property
    def node(self) -> Node:
        """The identifier or attribute; looked for when it is needed, because most uses of a file are only listed."""
        if self._node is None:
            root = self.analysis.document.root
            self._node = root.named_descendant_for_byte_range(self.start, self.end) or root
        return self._node

    @property
    def receiver(self) -> Value | None:
        value = _one_of(self.analysis, self.analysis.fact(self.node)).value
        return value.receiver if isinstance(value, Bound) else None

    @property
    def call(self) -> Node | None:
        if self._call is False:
            node = self.node
            parent = node.parent
            called = parent is not None and parent.type == "call" and parent.child_by_field_name("function") == node
            self._call = parent if called else None
        return self._call

    @property
    def name_start(self) -> int:
        name = self.node.child_by_field_name("attribute")
        return name.start_byte if name is not None else self.start

    @property
    def text(self) -> str:
        return self.analysis.document.slice(self.start, self.end)

    @property
    def owner(self) -> Node | None:
        """The expression before the last dot."""
        return self.node.child_by_field_name("object")


def of_node(analysis: Analysis, node: Node) -> Use | None:
    """The use that an identifier or attribute node is, if it denotes a framework symbol."""
    fact = _one_of(analysis, analysis.fact(node))
    name, kind = _denoted(analysis, fact)
    if name is None or kind is None:
        return None
    certainty: Certainty = "certain" if fact.certain else "likely"
    return Use(analysis, node.start_byte, node.end_byte, name, kind, certainty, node)


def _one_of(analysis: Analysis, fact: Fact) -> Fact:
    """Of several things that a name may be, the only one that is a framework's symbol: it is likely."""
    if not isinstance(fact.value, Union):
        return fact
    found = [one for one in fact.value.alternatives if _denoted(analysis, Fact(one))[0] is not None]
    return Fact(found[0], False) if len(found) == 1 else NOTHING


def _denoted(analysis: Analysis, fact: Fact) -> tuple[str | None, Kind | None]:
    value = fact.value
    if isinstance(value, Module):
        known = analysis.catalog.symbol(value.name)
        return (known.name, known.kind) if known is not None else (None, None)
    if isinstance(value, (SymbolRef, Bound)):
        symbol = analysis.catalog.symbol(value.name)
        if symbol is not None:
            return symbol.name, symbol.kind
        if isinstance(value, Bound) and framework_of(value.name) is not None:
            return value.name, "attribute"
    return None, None


def _is_expression(node: Node) -> bool:
    """Whether an identifier is read as a value: not a definition, a keyword's name or a part of an import."""
    parent = node.parent
    found = _EXPRESSIONS.all_captures(parent, node.start_byte, node.end_byte) if parent is not None else {}
    return all(other.id != node.id for other in found.get("other", []))


def use_at(analysis: Analysis, offset: int) -> Use | None:
    """The use whose last name is at an offset: on ``buffers`` of ``net.buffers()``, but not on ``net``."""
    node = analysis.document.node_at(offset)
    if node.type != "identifier":
        return None
    parent = node.parent
    if parent is not None and parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
        return of_node(analysis, parent)
    imported = _import_statement(node)
    if imported is not None:
        return _imported(analysis, node, imported)
    return of_node(analysis, node) if _is_expression(node) else None


def _import_statement(node: Node) -> Node | None:
    """The import statement that a name stands in."""
    holder = node.parent
    while holder is not None and holder.type in ("dotted_name", "aliased_import"):
        holder = holder.parent
    return holder if holder is not None and holder.type in ("import_statement", "import_from_statement") else None


def _imported(analysis: Analysis, node: Node, statement: Node) -> Use | None:
    """A name inside an import statement: the symbol that is imported up to there, or under that alias."""
    dotted, last = node.parent, node
    if dotted is not None and dotted.type == "aliased_import":
        dotted = dotted.child_by_field_name("name")
        last = dotted if dotted is not None else node
    if dotted is None:
        return None
    full = analysis.document.slice(dotted.start_byte, last.end_byte)
    module = statement.child_by_field_name("module_name")
    if module is not None and module != dotted:
        full = f"{imports.absolute(analysis, imports.module_text(analysis, statement))}.{full}"
    framework = framework_of(full)
    if framework is None or analysis.project.own(root_of(full), analysis) is not None:
        return None
    canonical = analysis.catalog.canonical(full)
    symbol = analysis.catalog.symbol(canonical) if canonical is not None else None
    if symbol is None:
        return None
    return Use(analysis, node.start_byte, node.end_byte, symbol.name, symbol.kind, "certain", node)


def uses(analysis: Analysis, start: int = 0, end: int | None = None) -> Iterator[Use]:
    """All uses of a file, or those that touch a byte range, in the order of their starts; imports are not uses."""
    if end is None and start == 0:
        if not analysis.project.has_versions:
            for index in range(len(analysis.outline.units)):
                yield from _found(analysis, index)
            return
        memory = _memory(analysis)
        for unit in analysis.outline.units:
            for kept in memory.uses[unit.serial]:
                first, last = unit.start + kept.start, unit.start + kept.end
                yield Use(analysis, first, last, kept.symbol, kept.kind, kept.certainty)
        return
    stop = len(analysis.document.data) if end is None else end
    outline = analysis.outline
    for index in range(max(outline.at(start), 0), outline.at(stop) + 1):
        for use in _of_unit(analysis, index):
            if use.end >= start and use.start <= stop:
                yield use


def _memory(analysis: Analysis) -> Memory:
    """The uses of every unit. What other files answer is compared each time: the same version may be asked again
    after they have changed."""
    return looked(analysis, _look)


def _look(analysis: Analysis, index: int) -> tuple[KeptUse, ...]:
    """What is kept of the uses of a unit."""
    origin = analysis.outline.units[index].start
    return tuple(
        KeptUse(use.start - origin, use.end - origin, use.symbol, use.kind, use.certainty)
        for use in _found(analysis, index)
    )


def _found(analysis: Analysis, index: int) -> Iterable[Use]:
    known = carriers(analysis)
    return _of_unit(analysis, index) if known.is_open else _carried(analysis, index, known)


class _Candidates(msgspec.Struct, frozen=True):
    """The names and attribute chains of a unit that can be uses, and the longer chain that a shorter one begins."""

    nodes: list[Node]
    longer: dict[int, Node]


def _candidates(found: dict[str, list[Node]]) -> _Candidates:
    attributes = found.get("attribute", [])
    others = {node.id for node in found.get("other", [])}
    longer: dict[int, Node] = {}
    for node in attributes:
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if owner is not None:
            longer[owner.id] = node
        if name is not None:
            others.add(name.id)
    names = [node for node in found.get("name", []) if node.id not in others]
    return _Candidates(sorted([*attributes, *names], key=_place), longer)


def _of_unit(analysis: Analysis, index: int) -> Iterator[Use]:
    """The uses of a unit, every name of it looked into."""
    unit = analysis.outline.units[index]
    candidates = _candidates(_EXPRESSIONS.all_captures(analysis.outline.nodes[index], unit.start, unit.end))
    for node in candidates.nodes:
        if not unit.start <= node.start_byte < unit.end:
            continue
        use = of_node(analysis, node)
        if use is None:
            continue
        whole = candidates.longer.get(node.id)
        is_part = isinstance(analysis.fact(node).value, (Module, SymbolRef))
        if whole is not None and is_part and of_node(analysis, whole) is not None:
            continue  # `torch.nn` inside `torch.nn.Conv2d` is part of the longer use
        yield use


def _carried(analysis: Analysis, index: int, known: Carriers) -> list[Use]:
    """The uses of a unit, of which only those names are looked into that can carry a symbol."""
    unit = analysis.outline.units[index]
    chains = _chains(analysis, index, known)
    longer = {(start, end): node for node, start, end in chains}
    """The attribute that is read from what stands there."""
    found = [use for node, _, _ in chains if (use := of_node(analysis, node)) is not None]
    wholes = {(use.start, use.end) for use in found}
    found = [use for use in found if not _is_part(analysis, use.node, longer, wholes)]
    root = analysis.document.root
    for name in (known.names | known.own.get(unit.serial, _NOBODY)) & pieces_of(analysis)[unit.serial].words:
        for start, end in places(unit.text, name):
            first, last = unit.start + start, unit.start + start + len(name)
            whole = longer.get((first, last))
            if whole is not None and name in known.frameworks and (first, whole.end_byte) in wholes:
                continue
            if is_attribute(unit.text, start) or _ASSIGNED.match(unit.text, end) is not None:
                continue
            node = root.named_descendant_for_byte_range(first, last)
            if node is None or node.type != "identifier" or _is_other(node):
                continue
            use = of_node(analysis, node)
            if use is not None and not _is_part(analysis, node, longer, wholes):
                found.append(use)
    return sorted(found, key=_range)


def _chains(analysis: Analysis, index: int, known: Carriers) -> list[tuple[Node, int, int]]:
    """The attributes of a unit that can be uses, and where what they are read from begins and ends."""
    data, vocabulary = analysis.document.data, analysis.catalog.vocabulary
    found: list[tuple[Node, int, int]] = []
    for node in sites.of_unit(analysis, index).get("attribute", ()):
        start, end = node.start_byte, node.end_byte
        dot = data.rfind(b".", start, end)
        name = data[dot + 1 : end].strip(BLANK)
        if not (vocabulary.has(name) or name in known.members):
            first = _NAME.match(data, start)
            if first is None or first[0] not in known.imported:
                continue
        found.append((node, start, len(data[start:dot].rstrip(BLANK)) + start))
    return found


def _is_part(analysis: Analysis, node: Node, longer: dict[tuple[int, int], Node], wholes: set[tuple[int, int]]) -> bool:
    """Whether a use is part of a longer one, as ``torch.nn`` is inside of ``torch.nn.Conv2d``."""
    whole = longer.get((node.start_byte, node.end_byte))
    if whole is None or (whole.start_byte, whole.end_byte) not in wholes:
        return False
    return isinstance(analysis.fact(node).value, (Module, SymbolRef))


def _is_other(node: Node) -> bool:
    """Whether an identifier is no expression: a definition, a keyword's name, a part of an import."""
    parent = node.parent
    if parent is None or parent.type in _OTHERS:
        return True
    field = _FIELDS.get(parent.type)
    return field is not None and parent.child_by_field_name(field) == node


def _place(node: Node) -> tuple[int, int]:
    return node.start_byte, node.end_byte


def _range(use: Use) -> tuple[int, int]:
    return use.start, use.end


def main_framework(analysis: Analysis) -> Framework | None:
    """The framework that a file imports more from at its top level; None if it imports neither.

    Imports are counted and not uses: this is asked at every move of the cursor.
    """
    counts: Counter[Framework] = Counter()
    scope = analysis.scope(analysis.document.root)
    for _, bindings in imports.imported_names(analysis):
        for binding in bindings:
            if binding.origin is Origin.IMPORT:
                value = names.binding_fact(analysis, binding, scope).value
                framework = framework_of(value.name) if isinstance(value, (Module, SymbolRef)) else None
                if framework is not None:
                    counts[framework] += 1
    return counts.most_common(1)[0][0] if counts else None
