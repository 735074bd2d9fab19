"""Facts made of other facts: lists of known items, containers of one kind."""

from __future__ import annotations

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import TENSORS
from lsp_server.inference.values import NOTHING, UNKNOWN, Constant, Fact, Instance, Repeated, Sequence, Value, join

TENSOR_CLASSES = {*TENSORS.values(), "torch.nn.Parameter", "mindspore.Parameter"}
MOST_ITEMS = 64
"""Longer lists are known by the kind of their items only."""


def is_tensor(fact: Fact) -> bool:
    return isinstance(fact.value, Instance) and fact.value.cls in TENSOR_CLASSES


def tensor_like(fact: Fact) -> Fact:
    """A tensor of the same framework as a tensor or parameter."""
    framework = framework_of(fact.value.cls) if isinstance(fact.value, Instance) else None
    return Fact(Instance(TENSORS[framework]), fact.certain) if framework is not None else fact


def plain(cls: str, certain: bool = True) -> Fact:
    """An object of a class by name."""
    return Fact(Instance(cls), certain)


def known(value: Value, certain: bool) -> Fact:
    """The fact of a value that may be unknown."""
    return Fact(value, certain) if value != UNKNOWN else NOTHING


def joined(values: tuple[Value, ...], certain: bool) -> Fact:
    return join([known(value, certain) for value in values]) if values else NOTHING


def sequence(facts: list[Fact], fields: tuple[str, ...] = ()) -> Fact:
    """A list or tuple of these items. What is unknown does not make the others uncertain."""
    if len(facts) > MOST_ITEMS:
        return repeated(join(facts))
    certain = all(fact.certain for fact in facts if fact.value != UNKNOWN)
    return Fact(Sequence(tuple(fact.value for fact in facts), fields), certain)


def repeated(fact: Fact) -> Fact:
    """A container of such elements; that it is one is certain also where its elements are unknown."""
    return Fact(Repeated(fact.value), fact.certain) if fact.value != UNKNOWN else Fact(Repeated(UNKNOWN))


def held(fact: Fact) -> Fact:
    """The list that a ``Sequential`` or the like keeps; a list is itself."""
    value = fact.value
    return Fact(value.content, fact.certain) if isinstance(value, Instance) and value.content != UNKNOWN else fact


def is_text(value: Value) -> bool:
    return (isinstance(value, Constant) and isinstance(value.value, str)) or value == Instance("str")


def is_number(value: Value) -> bool:
    if isinstance(value, Constant):
        return isinstance(value.value, (int, float))
    return isinstance(value, Instance) and value.cls in ("int", "float", "bool", "complex")
