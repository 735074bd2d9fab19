"""Elements of containers: what a loop runs over, what an unpacking or a subscript takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import dictionaries, protocols
from lsp_server.inference.facts import (
    MOST_ITEMS,
    held,
    is_tensor,
    is_text,
    joined,
    known,
    plain,
    repeated,
    sequence,
    tensor_like,
)
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Union,
    UserInstance,
    Value,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def element(analysis: Analysis, fact: Fact) -> Fact:
    """What iteration over a value gives."""
    value = fact.value
    if isinstance(value, Union):
        return join([element(analysis, Fact(one, fact.certain)) for one in value.alternatives])
    if isinstance(value, Repeated):
        return known(value.element, fact.certain)
    if isinstance(value, Sequence):
        return joined(value.items, fact.certain)
    if isinstance(value, Dictionary):
        return element(analysis, dictionaries.keys(value, fact.certain))
    if is_text(value):
        return plain("str", fact.certain)
    if is_tensor(fact):
        return tensor_like(fact)
    found = element(analysis, held(fact)) if isinstance(value, Instance) and value.content != UNKNOWN else NOTHING
    return found if found is not NOTHING else protocols.element(analysis, fact)


def item(analysis: Analysis, fact: Fact, index: Node | None) -> Fact:
    """``value[index]``."""
    value = fact.value
    if isinstance(value, Union):
        return join([item(analysis, Fact(one, fact.certain), index) for one in value.alternatives])
    if is_tensor(fact):
        return tensor_like(fact)
    if index is not None and index.type == "slice":
        return _slice(analysis, fact, index)
    key = analysis.constant(index) if index is not None else None
    if key is not None:
        return at(analysis, fact, key.value)
    if isinstance(value, Dictionary) or (isinstance(value, Instance) and isinstance(value.content, Dictionary)):
        holder = value if isinstance(value, Dictionary) else value.content
        return (
            element(analysis, dictionaries.values(holder, fact.certain)) if isinstance(holder, Dictionary) else NOTHING
        )
    if isinstance(value, (Instance, UserInstance)):
        return protocols.item(analysis, fact)
    return element(analysis, fact)


def at(analysis: Analysis, fact: Fact, index: str | int | float | bool | None) -> Fact:
    """The item at a known place or under a known key."""
    value = fact.value
    if isinstance(value, Union):
        return join([at(analysis, Fact(one, fact.certain), index) for one in value.alternatives])
    if isinstance(value, Dictionary):
        return dictionaries.at(value, index, fact.certain)
    if isinstance(value, Instance) and value.content != UNKNOWN:
        return at(analysis, Fact(value.content, fact.certain), index)
    if isinstance(value, Sequence):
        if not isinstance(index, int) or not -len(value.items) <= index < len(value.items):
            return NOTHING
        return known(value.items[index], fact.certain)
    if isinstance(value, (Instance, UserInstance)) and not is_tensor(fact):
        return protocols.item(analysis, fact, index)
    return element(analysis, fact)


def _slice(analysis: Analysis, fact: Fact, index: Node) -> Fact:
    """A part of a list, tuple, string, or of the layers of a ``Sequential``."""
    value = fact.value
    if isinstance(value, Instance):
        content = _slice(analysis, Fact(value.content), index).value if value.content != UNKNOWN else UNKNOWN
        return Fact(Instance(value.cls, content=content), fact.certain)
    if is_text(value):
        return plain("str", fact.certain)
    if isinstance(value, Repeated):
        return fact
    if not isinstance(value, Sequence):
        return NOTHING
    bounds = _bounds(analysis, index)
    if bounds is None:
        return repeated(joined(value.items, fact.certain))
    return Fact(Sequence(value.items[bounds]), fact.certain)


def _bounds(analysis: Analysis, index: Node) -> slice | None:
    """A slice of which all bounds are known."""
    bounds: list[int | None] = [None]
    for child in index.children:
        if child.type == ":":
            bounds.append(None)
        elif child.type != "comment":
            number = analysis.constant(child)
            if number is None or not isinstance(number.value, int):
                return None
            bounds[-1] = number.value
    return slice(*bounds) if len(bounds) in (2, 3) and bounds[2:] != [0] else None


def unpack(analysis: Analysis, fact: Fact, path: tuple[int, ...], node: Node | None = None) -> Fact:
    """Follow an unpacking; literal tuples are followed in the source, so that calls keep their place."""
    while path and node is not None and node.type in ("tuple", "expression_list", "list", "pattern_list"):
        children = [child for child in node.named_children if child.type != "comment"]
        if any(child.type == "list_splat" for child in children) or not -len(children) <= path[0] < len(children):
            break
        node = children[path[0]]
        path = path[1:]
        fact = analysis.value(node)
    for index in path:
        fact = at(analysis, fact, index)
    return fact


def literal(analysis: Analysis, node: Node) -> Fact:
    """A list, tuple or set display."""
    return items(analysis, [child for child in node.named_children if child.type != "comment"])


def items(analysis: Analysis, nodes: list[Node]) -> Fact:
    """A sequence of these items, of which those with a star give several."""
    facts: list[Fact] = []
    exact = True
    for node in nodes:
        if node.type != "list_splat":
            facts.append(analysis.value(node))
            continue
        inner = analysis.value(node.named_children[0]) if node.named_children else NOTHING
        listed = held(inner)
        if isinstance(listed.value, Sequence):
            facts += [known(one, listed.certain) for one in listed.value.items]
        else:
            exact = False
            facts.append(element(analysis, inner))
    return sequence(facts) if exact else repeated(join(facts))


def concatenated(analysis: Analysis, left: Fact, right: Fact) -> Fact:
    """``left + right`` of lists or tuples."""
    one, other = left.value, right.value
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        facts = [known(value, left.certain) for value in one.items] + [
            known(value, right.certain) for value in other.items
        ]
        return sequence(facts)
    return repeated(join([element(analysis, side) for side in (left, right) if side.value != Sequence(())]))


def multiplied(fact: Fact, times: Value) -> Fact:
    """``[x] * n``."""
    value = fact.value
    if not isinstance(value, Sequence):
        return fact
    if isinstance(times, Constant) and isinstance(times.value, int) and times.value * len(value.items) <= MOST_ITEMS:
        return Fact(Sequence(value.items * times.value), fact.certain)
    return repeated(joined(value.items, fact.certain))
