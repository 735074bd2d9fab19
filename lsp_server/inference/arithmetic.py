"""What operators give."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, classes, containers, functions
from lsp_server.inference.facts import is_number, is_tensor, is_text, plain, tensor_like
from lsp_server.inference.values import (
    NOTHING,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    SymbolRef,
    Union,
    UserClass,
    UserFunction,
    UserInstance,
    alternatives,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_METHODS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "@": "matmul",
    "**": "pow",
    "//": "floordiv",
    "%": "mod",
}
_LISTS = (Sequence, Repeated)
_HOLDERS = ("torch.nn.Sequential", "torch.nn.ModuleList")
"""Layers that are put together and repeated as lists are."""
_COMPARED = {"torch.dtype", "torch.device", "torch.Size", "torch.layout", "mindspore.dtype"}


def binary(analysis: Analysis, node: Node) -> Fact:
    """Arithmetic with a tensor gives a tensor; with numbers only, a number; lists are put together."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    if left is None or right is None or sign is None:
        return NOTHING
    operator = analysis.text(sign).removesuffix("=")
    sides = analysis.value(left), analysis.value(right)
    if not any(isinstance(side.value, Union) for side in sides):
        return _of(analysis, node, operator, *sides)
    either = [[Fact(one, side.certain) for one in alternatives(side.value)] for side in sides]
    return join([_of(analysis, node, operator, one, other) for one, other in product(*either)])


def _of(analysis: Analysis, node: Node, operator: str, one: Fact, other: Fact) -> Fact:
    """``one operator other``, each of which is one thing."""
    if is_text(one.value):
        return plain("str", one.certain) if operator in ("+", "%", "*") else NOTHING
    if node.type == "augmented_assignment" and is_tensor(one):
        return one  # in place: a parameter stays one
    if is_tensor(one) or is_tensor(other):
        return _tensor(one, other)
    if operator in ("+", "*") and isinstance(one.value, Instance) and one.value.cls in _HOLDERS:
        return Fact(Instance(one.value.cls, one.value.call), one.certain)  # it holds more than it was made with
    if operator == "+" and isinstance(one.value, _LISTS) and isinstance(other.value, _LISTS):
        return containers.concatenated(analysis, one, other)
    if operator == "*" and isinstance(one.value, _LISTS):
        return containers.multiplied(one, other.value)
    if operator == "*" and isinstance(other.value, _LISTS):
        return containers.multiplied(other, one.value)
    if operator == "|":
        return _either(analysis, node, one, other)
    if isinstance(one.value, UserInstance):
        return _users(one.value, f"__{_METHODS.get(operator, '')}__")
    return number(one, other, operator)


def _tensor(one: Fact, other: Fact) -> Fact:
    """A tensor; one side that is certain is enough, whatever number or tensor the other is."""
    sides = [side for side in (one, other) if is_tensor(side)]
    return Fact(tensor_like(sides[0]).value, any(side.certain for side in sides))


def _either(analysis: Analysis, node: Node, one: Fact, other: Fact) -> Fact:
    """``A | B`` of types, or of dicts and sets."""
    if isinstance(one.value, (SymbolRef, UserClass)) or isinstance(other.value, (SymbolRef, UserClass)):
        return annotations.hint(analysis, node)
    return one if isinstance(one.value, (Dictionary, *_LISTS)) and one.value == other.value else NOTHING


def _users(value: UserInstance, name: str) -> Fact:
    method = classes.find_method(value.cls, name)
    return functions.returned(UserFunction(method.definition, value)) if method is not None else NOTHING


def number(one: Fact, other: Fact, operator: str) -> Fact:
    """The type of a calculation with numbers."""
    if not is_number(one.value) or not is_number(other.value):
        return NOTHING
    kinds = {_kind(one), _kind(other)}
    if "complex" in kinds:
        return plain("complex")
    return plain("float" if "float" in kinds or operator == "/" else "int", one.certain and other.certain)


def _kind(fact: Fact) -> str:
    value = fact.value
    return (
        value.cls if isinstance(value, Instance) else type(value.value).__name__ if isinstance(value, Constant) else ""
    )


def comparison(analysis: Analysis, node: Node) -> Fact:
    """Tensors are compared item by item, all else gives a truth value."""
    if any(child.type in ("is", "in", "not in", "is not") for child in node.children):
        return plain("bool")
    facts = [analysis.value(child) for child in node.named_children]
    tensors = [fact for fact in facts if is_tensor(fact)]
    if tensors:
        return (
            Fact(tensor_like(tensors[0]).value, any(fact.certain for fact in tensors)) if len(facts) == 2 else NOTHING
        )
    return plain("bool") if all(_is_plain(fact) for fact in facts) else NOTHING


def _is_plain(fact: Fact) -> bool:
    """Whether a value compares as Python's own do."""
    if isinstance(fact.value, Instance) and fact.value.cls in _COMPARED:
        return True
    return is_number(fact.value) or is_text(fact.value) or isinstance(fact.value, (*_LISTS, SymbolRef))


def unary(analysis: Analysis, node: Node) -> Fact:
    argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
    fact = analysis.value(argument) if argument is not None else NOTHING
    if is_tensor(fact):
        return tensor_like(fact)
    value = fact.value
    if isinstance(value, Constant) and isinstance(value.value, (int, float)) and operator is not None:
        return Fact(Constant(-value.value)) if analysis.text(operator) == "-" else fact
    return fact if is_number(value) else NOTHING


def negation(analysis: Analysis, node: Node) -> Fact:
    """``not x``."""
    return plain("bool")
