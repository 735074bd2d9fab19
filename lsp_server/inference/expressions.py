"""What each kind of expression denotes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import calls, chains, containers, members, names
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    Module,
    Repeated,
    SymbolRef,
    Union,
    UserFunction,
    alternatives,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def evaluate(analysis: Analysis, node: Node) -> Fact:
    """The fact of an expression node; statements that give a value (assignments) included."""
    handler = _HANDLERS.get(node.type)
    return handler(analysis, node) if handler is not None else NOTHING


def _attribute(analysis: Analysis, node: Node) -> Fact:
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if owner is None or name is None:
        return NOTHING
    held = analysis.value(owner)
    fact = members.member(analysis, held, analysis.text(name))
    return fact if isinstance(held.value, (Module, SymbolRef)) else chains.member(analysis, node, fact)


def _binary(analysis: Analysis, node: Node) -> Fact:
    """Arithmetic with a tensor gives a tensor; with constants only, a number."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    facts = [analysis.value(side) for side in (left, right) if side is not None]
    if any(isinstance(fact.value, Union) for fact in facts):
        either = [[Fact(one, fact.certain) for one in alternatives(fact.value)] for fact in facts]
        return join([_arithmetic(list(sides)) for sides in product(*either)])
    return _arithmetic(facts)


def _arithmetic(facts: list[Fact]) -> Fact:
    tensors = [fact for fact in facts if containers.is_tensor(fact)]
    if tensors:
        certain = any(fact.certain for fact in tensors)
        return Fact(containers.tensor_like(tensors[0]).value, certain)
    if len(facts) == 2 and all(isinstance(fact.value, Repeated) for fact in facts):
        return join(facts)
    return _number(facts)


def _number(facts: list[Fact]) -> Fact:
    kinds: set[str] = set()
    for fact in facts:
        value = fact.value
        if isinstance(value, Constant) and isinstance(value.value, (int, float)):
            kinds.add(type(value.value).__name__)
        elif isinstance(value, Instance) and value.cls in ("int", "float"):
            kinds.add(value.cls)
        else:
            return NOTHING
    return Fact(Instance("float" if "float" in kinds else "int"))


def _comparison(analysis: Analysis, node: Node) -> Fact:
    if any(child.type in ("is", "in", "not in", "is not") for child in node.children):
        return Fact(Instance("bool"))
    tensors = [fact for fact in (analysis.value(child) for child in node.named_children) if containers.is_tensor(fact)]
    return Fact(containers.tensor_like(tensors[0]).value, tensors[0].certain) if tensors else NOTHING


def _unary(analysis: Analysis, node: Node) -> Fact:
    argument = node.child_by_field_name("argument")
    fact = analysis.value(argument) if argument is not None else NOTHING
    if containers.is_tensor(fact):
        return containers.tensor_like(fact)
    value = fact.value
    operator = node.child_by_field_name("operator")
    if isinstance(value, Constant) and isinstance(value.value, (int, float)) and operator is not None:
        return Fact(Constant(-value.value)) if analysis.text(operator) == "-" else fact
    return fact if isinstance(value, Instance) else NOTHING


def _subscript(analysis: Analysis, node: Node) -> Fact:
    owner = node.child_by_field_name("value")
    if owner is None:
        return NOTHING
    indexes = node.children_by_field_name("subscript")
    return containers.item(analysis, analysis.value(owner), indexes[0] if len(indexes) == 1 else None)


def _conditional(analysis: Analysis, node: Node) -> Fact:
    children = [child for child in node.named_children if child.type != "comment"]
    return join([analysis.value(children[0]), analysis.value(children[2])]) if len(children) == 3 else NOTHING


def _boolean(analysis: Analysis, node: Node) -> Fact:
    sides = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    return join([analysis.value(side) for side in sides if side is not None])


def _wrapped(analysis: Analysis, node: Node) -> Fact:
    inner = [child for child in node.named_children if child.type != "comment"]
    return analysis.fact(inner[0]) if len(inner) == 1 else NOTHING


def _comprehension(analysis: Analysis, node: Node) -> Fact:
    body = node.child_by_field_name("body")
    fact = analysis.value(body) if body is not None else NOTHING
    return Fact(Repeated(fact.value), fact.certain) if fact.value != UNKNOWN else Fact(Repeated(UNKNOWN))


def _named(analysis: Analysis, node: Node) -> Fact:
    value = node.child_by_field_name("value")
    return analysis.value(value) if value is not None else NOTHING


def _lambda(analysis: Analysis, node: Node) -> Fact:
    return Fact(UserFunction(analysis.source(node)))


def _literal(analysis: Analysis, node: Node) -> Fact:
    text = analysis.text(node)
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return NOTHING
    return Fact(Constant(value)) if isinstance(value, (str, int, float, bool)) or value is None else NOTHING


_HANDLERS: dict[str, Callable[[Analysis, Node], Fact]] = {
    "identifier": names.lookup,
    "attribute": _attribute,
    "call": calls.evaluate,
    "binary_operator": _binary,
    "augmented_assignment": _binary,
    "comparison_operator": _comparison,
    "unary_operator": _unary,
    "subscript": _subscript,
    "conditional_expression": _conditional,
    "boolean_operator": _boolean,
    "parenthesized_expression": _wrapped,
    "await": _wrapped,
    "list": containers.literal,
    "tuple": containers.literal,
    "expression_list": containers.literal,
    "set": containers.literal,
    "list_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "set_comprehension": _comprehension,
    "named_expression": _named,
    "lambda": _lambda,
    "integer": _literal,
    "float": _literal,
    "string": _literal,
    "true": _literal,
    "false": _literal,
    "none": _literal,
}
