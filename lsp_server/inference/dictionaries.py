"""Dicts: their keys, values and pairs, and what they are after an entry was added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference.facts import MOST_ITEMS, joined, known, repeated
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Value,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

OPEN = Dictionary(others=(UNKNOWN, UNKNOWN))
"""A dict of which nothing is known."""


def _keys(value: Dictionary) -> tuple[Value, ...]:
    keys: list[Value] = [Constant(key) for key, _ in value.entries]
    return (*keys, value.others[0]) if value.others is not None else tuple(keys)


def _values(value: Dictionary) -> tuple[Value, ...]:
    values = tuple(one for _, one in value.entries)
    return (*values, value.others[1]) if value.others is not None else values


def keys(value: Dictionary, certain: bool) -> Fact:
    """``d.keys()``, in the order in which they stand there."""
    found = _keys(value)
    return Fact(Sequence(found), certain) if value.others is None else repeated(joined(found, certain))


def values(value: Dictionary, certain: bool) -> Fact:
    """``d.values()``."""
    found = _values(value)
    return Fact(Sequence(found), certain) if value.others is None else repeated(joined(found, certain))


def pairs(value: Dictionary, certain: bool) -> Fact:
    """``d.items()``."""
    if value.others is None:
        return Fact(Sequence(tuple(Sequence((Constant(key), one)) for key, one in value.entries)), certain)
    key, one = joined(_keys(value), certain), joined(_values(value), certain)
    return Fact(Repeated(Sequence((key.value, one.value))), certain and (one.certain or one.value == UNKNOWN))


def at(value: Dictionary, key: object, certain: bool) -> Fact:
    """``d[key]`` for a known key; one that was set later under a name that is not known may have replaced it."""
    for entry, one in value.entries:
        if entry == key and type(entry) is type(key):
            return known(one, certain and value.others is None)
    return known(value.others[1], certain) if value.others is not None else NOTHING


def with_entry(value: Dictionary, key: Value, one: Value) -> Dictionary:
    """The dict after ``d[key] = one``."""
    if isinstance(key, Constant) and len(value.entries) < MOST_ITEMS:
        entries = [entry for entry in value.entries if entry[0] != key.value]
        return Dictionary((*entries, (key.value, one)), value.others)
    kind = Instance(type(key.value).__name__) if isinstance(key, Constant) else key
    if value.others is None:
        return Dictionary(value.entries, (kind, one))
    return Dictionary(value.entries, (_either(value.others[0], kind), _either(value.others[1], one)))


def _either(one: Value, other: Value) -> Value:
    return join([Fact(one), Fact(other)]).value if UNKNOWN not in (one, other) else UNKNOWN


def merged(value: Dictionary, other: Value) -> Dictionary:
    """The dict after ``d.update(other)``."""
    if not isinstance(other, Dictionary):
        return Dictionary(value.entries, OPEN.others)
    for key, one in other.entries:
        value = with_entry(value, Constant(key), one)
    return with_entry(value, *other.others) if other.others is not None else value


def of_pairs(fact: Fact) -> Fact:
    """``dict(pairs)``."""
    value = fact.value
    if isinstance(value, Dictionary):
        return fact
    result = Dictionary()
    if isinstance(value, Sequence):
        for one in value.items:
            if not isinstance(one, Sequence) or len(one.items) != 2:
                return Fact(OPEN)
            result = with_entry(result, *one.items)
        return Fact(result, fact.certain)
    if isinstance(value, Repeated) and isinstance(value.element, Sequence) and len(value.element.items) == 2:
        return Fact(Dictionary(others=(value.element.items[0], value.element.items[1])), fact.certain)
    return Fact(OPEN)


def display(analysis: Analysis, node: Node) -> Fact:
    """``{key: value, **others}``."""
    result = Dictionary()
    certain = True
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                fact = analysis.value(value)
                certain = certain and (fact.certain or fact.value == UNKNOWN)
                result = with_entry(result, analysis.value(key).value, fact.value)
        elif child.type == "dictionary_splat" and child.named_children:
            fact = analysis.value(child.named_children[0])
            certain = certain and (fact.certain or fact.value == UNKNOWN)
            result = merged(result, fact.value)
    return Fact(result, certain)


def comprehension(analysis: Analysis, node: Node) -> Fact:
    """``{key: value for …}``."""
    body = node.child_by_field_name("body")
    key = body.child_by_field_name("key") if body is not None else None
    value = body.child_by_field_name("value") if body is not None else None
    if key is None or value is None:
        return Fact(OPEN)
    fact = analysis.value(value)
    kind = analysis.value(key).value
    kind = Instance(type(kind.value).__name__) if isinstance(kind, Constant) else kind
    return Fact(Dictionary(others=(kind, fact.value)), fact.certain or fact.value == UNKNOWN)
