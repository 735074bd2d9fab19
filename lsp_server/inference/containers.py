"""Elements of containers: what a loop runs over, what an unpacking or a subscript takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import TENSORS
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Source,
    Union,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

TENSOR_CLASSES = {*TENSORS.values(), "torch.nn.Parameter", "mindspore.Parameter"}
_LISTS = {
    "torch.nn.ModuleList",
    "torch.nn.Sequential",
    "torch.nn.ParameterList",
    "mindspore.nn.CellList",
    "mindspore.nn.SequentialCell",
    "mindspore.ParameterTuple",
}


def is_tensor(fact: Fact) -> bool:
    return isinstance(fact.value, Instance) and fact.value.cls in TENSOR_CLASSES


def tensor_like(fact: Fact) -> Fact:
    """A tensor of the same framework as a tensor or parameter."""
    framework = framework_of(fact.value.cls) if isinstance(fact.value, Instance) else None
    return Fact(Instance(TENSORS[framework]), fact.certain) if framework is not None else fact


def element(analysis: Analysis, fact: Fact) -> Fact:
    """What iteration over a value gives."""
    value = fact.value
    if isinstance(value, Union):
        return join([element(analysis, Fact(one, fact.certain)) for one in value.alternatives])
    if isinstance(value, Repeated):
        return Fact(value.element, fact.certain) if value.element != UNKNOWN else NOTHING
    if isinstance(value, Sequence):
        return join([Fact(item, fact.certain) for item in value.items]) if value.items else NOTHING
    if is_tensor(fact):
        return tensor_like(fact)
    if isinstance(value, Instance) and value.cls == "torch.Size":
        return Fact(Instance("int"), fact.certain)
    items = _module_items(analysis, value) if isinstance(value, Instance) else []
    return join([analysis_of.value(node) for analysis_of, node in items]) if items else NOTHING


def _module_items(analysis: Analysis, value: Instance) -> list[tuple[Analysis, Node]]:
    """The members of ``nn.Sequential(a, b)``, ``nn.ModuleList([a, b])``, ``nn.ModuleList([f(i) for i in …])``."""
    if value.call is None or value.cls not in _LISTS:
        return []
    call: Source = value.call
    arguments = call.node.child_by_field_name("arguments")
    nodes = [node for node in arguments.named_children if node.type != "comment"] if arguments is not None else []
    if len(nodes) == 1 and nodes[0].type in ("list", "tuple"):
        nodes = nodes[0].named_children
    elif len(nodes) == 1 and nodes[0].type in ("list_comprehension", "generator_expression"):
        body = nodes[0].child_by_field_name("body")
        nodes = [body] if body is not None else []
    if any(node.type in ("list_splat", "keyword_argument", "dictionary") for node in nodes):
        return []
    return [(call.analysis, node) for node in nodes]


def item(analysis: Analysis, fact: Fact, index: Node | None) -> Fact:
    """``value[index]``."""
    value = fact.value
    if isinstance(value, Union):
        return join([item(analysis, Fact(one, fact.certain), index) for one in value.alternatives])
    if is_tensor(fact):
        return tensor_like(fact)
    if index is not None and index.type == "slice":
        return fact if isinstance(value, (Repeated, Instance)) else NOTHING
    number = analysis.constant(index) if index is not None else None
    if number is not None and isinstance(number.value, int):
        return at(analysis, fact, number.value)
    return element(analysis, fact)


def at(analysis: Analysis, fact: Fact, index: int) -> Fact:
    """The item at a known place."""
    value = fact.value
    if isinstance(value, Union):
        return join([at(analysis, Fact(one, fact.certain), index) for one in value.alternatives])
    if isinstance(value, Sequence):
        return Fact(value.items[index], fact.certain) if -len(value.items) <= index < len(value.items) else NOTHING
    if isinstance(value, Instance):
        items = _module_items(analysis, value)
        if items and value.call is not None and _is_comprehension(value.call):
            return items[0][0].value(items[0][1])
        if items and -len(items) <= index < len(items):
            holder, node = items[index]
            return holder.value(node)
    return element(analysis, fact)


def _is_comprehension(call: Source) -> bool:
    arguments = call.node.child_by_field_name("arguments")
    return arguments is not None and any(
        node.type in ("list_comprehension", "generator_expression") for node in arguments.named_children
    )


def unpack(analysis: Analysis, fact: Fact, path: tuple[int, ...], node: Node | None = None) -> Fact:
    """Follow an unpacking; literal tuples are followed in the source, so that calls keep their place."""
    while path and node is not None and node.type in ("tuple", "expression_list", "list", "pattern_list"):
        children = node.named_children
        if any(child.type == "list_splat" for child in children) or not -len(children) <= path[0] < len(children):
            return NOTHING
        node = children[path[0]]
        path = path[1:]
        fact = analysis.value(node)
    for index in path:
        fact = at(analysis, fact, index)
    return fact


def literal(analysis: Analysis, node: Node) -> Fact:
    """A list, tuple or set display."""
    facts: list[Fact] = []
    for child in node.named_children:
        if child.type == "comment":
            continue
        if child.type == "list_splat":
            return Fact(Repeated(UNKNOWN))
        facts.append(analysis.value(child))
    return Fact(Sequence(tuple(fact.value for fact in facts)), all(fact.certain for fact in facts))
