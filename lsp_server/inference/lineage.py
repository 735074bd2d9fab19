"""The bases of the user's classes, and the classes that have them as a base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import LAYERS
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NOTHING,
    External,
    Fact,
    Instance,
    SymbolRef,
    UserClass,
    UserInstance,
    Value,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_CLASSES = re.compile(rb"class[ \t]+[\w\x80-\xff]+[ \t]*\(([^:]*)")
_WORD = re.compile(rb"[\w\x80-\xff]+")
_HARMLESS = {"object", "ABC", "Generic", "Protocol", "Mapping", "MutableMapping", "Sequence", "Iterable", "Iterator",
    "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "NamedTuple", "TypedDict", "Exception"}  # fmt: skip
"""Bases whose members are no framework's and are not looked for."""
_ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"}
MAX_BASES = 50


def bases(cls: UserClass) -> tuple[Fact, ...]:
    """What stands between the brackets of a class definition, keywords left out."""
    return cls.definition.analysis.ask(BASES, cls.definition.node)


def _bases(analysis: Analysis, node: Node, _: str) -> tuple[Fact, ...]:
    return tuple(analysis.fact(_plain(base)) for base in _nodes(node))


def _nodes(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("superclasses")
    nodes = arguments.named_children if arguments is not None else []
    return [base for base in nodes if base.type not in ("keyword_argument", "comment")]


def _plain(base: Node) -> Node:
    """``Base[T]`` is Base."""
    if base.type == "subscript":
        return base.child_by_field_name("value") or base
    return base


def lineage(cls: UserClass) -> tuple[Fact, ...]:
    """A class and its bases in method resolution order, as far as they are known; unknown ones stay in as what they
    are: `NOTHING`, or a name of another package. The symbol of a framework's own class precedes its definition."""
    return cls.definition.analysis.ask(LINEAGE, cls.definition.node) or (Fact(cls), NOTHING)


def _lineage(analysis: Analysis, node: Node, _: str) -> tuple[Fact, ...]:
    from lsp_server.inference import imports  # which needs names, which need classes

    cls = UserClass(analysis.source(node))
    found = [_only(fact) for fact in _relevant(cls)]
    lines = [_line(fact) for fact in found]
    symbol = imports.class_symbol(cls)
    own = (Fact(cls),) if symbol is None else (Fact(symbol), Fact(cls))
    return (*own, *_merged([*lines, found]))[:MAX_BASES]


def _relevant(cls: UserClass) -> list[Fact]:
    """The bases, those left out whose members are nobody's business here."""
    analysis = cls.definition.analysis
    found: list[Fact] = []
    nodes, known = _nodes(cls.definition.node), bases(cls)
    if len(known) < len(nodes):
        return [NOTHING]  # a circle, or cut short
    for node, fact in zip(nodes, known, strict=True):
        last = analysis.text(_plain(node)).rpartition(".")[2]
        is_foreign = isinstance(fact.value, External) or fact.value == NOTHING.value
        if not (is_foreign and last in _HARMLESS):
            found.append(fact)
    return found


def _only(fact: Fact) -> Fact:
    """Only classes can be bases that are known."""
    return fact if isinstance(fact.value, (UserClass, SymbolRef, External)) else NOTHING


def _line(fact: Fact) -> list[Fact]:
    if isinstance(fact.value, UserClass):
        line = lineage(fact.value)
        return list(line) if fact.certain else [one.likely() for one in line]
    return [fact]


def _merged(lines: list[list[Fact]]) -> list[Fact]:
    """C3: the first class that no other line has further back."""
    result: list[Fact] = []
    lines = [line for line in lines if line]
    while lines and len(result) < MAX_BASES:
        head = next(
            (line[0] for line in lines if not any(_has(other[1:], line[0]) for other in lines)),
            lines[0][0],
        )
        result.append(head)
        lines = [[one for one in line if one.value != head.value or head is NOTHING] for line in lines]
        if head is NOTHING:
            lines = [line[1:] if line and line[0] is NOTHING else line for line in lines]
        lines = [line for line in lines if line]
    return result


def _has(line: list[Fact], fact: Fact) -> bool:
    return fact is not NOTHING and any(one.value == fact.value for one in line)


def framework_classes(analysis: Analysis, value: Value) -> list[str]:
    """The framework classes that an object is an instance of, nearest first."""
    if isinstance(value, Instance):
        return [value.cls]
    if isinstance(value, UserInstance):
        symbols = [fact.value.name for fact in lineage(value.cls) if isinstance(fact.value, SymbolRef)]
        return [name for name in symbols if framework_of(name) is not None]
    return []


def is_module(analysis: Analysis, cls: UserClass) -> bool:
    """Whether a class is a ``torch.nn.Module`` or a ``mindspore.nn.Cell``."""
    return layer_root(analysis, UserInstance(cls)) is not None


def layer_root(analysis: Analysis, value: Value) -> str | None:
    """``torch.nn.Module`` or ``mindspore.nn.Cell``, if an object is one."""
    for base in framework_classes(analysis, value):
        framework = framework_of(base)
        if framework is not None and analysis.catalog.is_subclass(base, LAYERS[framework]):
            return LAYERS[framework]
    return None


def is_derived(cls: UserClass, base: UserClass) -> bool:
    return any(fact.value == base for fact in lineage(cls))


def is_enumeration(cls: UserClass) -> bool:
    """Whether the class body's names are members and not values."""
    for fact in lineage(cls):
        if isinstance(fact.value, UserClass):
            analysis = fact.value.definition.analysis
            texts = (analysis.text(node).rpartition(".")[2] for node in _nodes(fact.value.definition.node))
            if any(text in _ENUMS for text in texts):
                return True
    return False


def derived(cls: UserClass) -> tuple[UserClass, ...]:
    """The classes of the same file that have a class as a base, near or far."""
    name = cls.definition.node.child_by_field_name("name")
    analysis = cls.definition.analysis
    return analysis.ask(DERIVED, cls.definition.node, analysis.text(name)) if name is not None else ()


def _derived(analysis: Analysis, node: Node, name: str) -> tuple[UserClass, ...]:
    cls = UserClass(analysis.source(node))
    known = kept(analysis, "classes by base", 0, lambda: _by_base(analysis))
    found: list[UserClass] = []
    for offset in known.get(name, [])[:MAX_BASES]:
        leaf = analysis.document.root.descendant_for_byte_range(offset, offset)
        one = leaf.parent if leaf is not None else None
        if one is None or one.type != "class_definition":
            continue
        other = UserClass(analysis.source(one))
        if other != cls and any(fact.value == cls for fact in bases(other)):
            found += [other, *derived(other)]
    return tuple(dict.fromkeys(found))[:MAX_BASES]


def _by_base(analysis: Analysis) -> dict[str, list[int]]:
    """Where the classes of a file begin, by the words between their brackets."""
    found: dict[str, list[int]] = {}
    for match in _CLASSES.finditer(analysis.document.data):
        for word in set(_WORD.findall(match[1])):
            found.setdefault(word.decode("utf-8", "replace"), []).append(match.start())
    return found


BASES: Question[tuple[Fact, ...]] = Question("bases", "owner", _bases, ())
LINEAGE: Question[tuple[Fact, ...]] = Question("lineage", "owner", _lineage, ())
DERIVED: Question[tuple[UserClass, ...]] = Question("derived", "based", _derived, ())
