"""What each kind of expression denotes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, arithmetic, calls, chains, containers, dictionaries, members, names
from lsp_server.inference.facts import repeated
from lsp_server.inference.values import (
    NOTHING,
    Constant,
    Fact,
    Instance,
    Module,
    SymbolRef,
    UserFunction,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


_PLAIN = re.compile(r"\"[^\"\\\r\n]*\"|'[^'\\\r\n]*'")
_DECIMAL = re.compile(r"[0-9]*\.[0-9]+|[0-9]+\.|[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+")
_WORDS = {text: Fact(Constant(value)) for text, value in (("True", True), ("False", False), ("None", None))}
Handler = Callable[["Analysis", Node], Fact]


SIMPLE = frozenset(("integer", "float", "true", "false", "none", "lambda"))
"""Expressions that are known by themselves."""


def _attribute(analysis: Analysis, node: Node) -> Fact:
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if owner is None or name is None:
        return NOTHING
    held = analysis.value(owner)
    fact = members.member(analysis, held, analysis.text(name))
    return fact if isinstance(held.value, (Module, SymbolRef)) else chains.member(analysis, node, fact)


def _subscript(analysis: Analysis, node: Node) -> Fact:
    owner = node.child_by_field_name("value")
    if owner is None:
        return NOTHING
    hint = annotations.subscripted(analysis, node, owner)
    if hint is not None:
        return hint
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
    return repeated(analysis.value(body)) if body is not None else NOTHING


def _named(analysis: Analysis, node: Node) -> Fact:
    value = node.child_by_field_name("value")
    return analysis.value(value) if value is not None else NOTHING


def _lambda(analysis: Analysis, node: Node) -> Fact:
    return Fact(UserFunction(analysis.source(node)))


def _text(analysis: Analysis, node: Node) -> Fact:
    """A string; one with values in it, or bytes, is known by its type only."""
    if any(child.type == "interpolation" for child in node.named_children):
        return Fact(Instance("str"))
    return _literal(analysis, node)


def _joined_text(analysis: Analysis, node: Node) -> Fact:
    parts = [analysis.value(child).value for child in node.named_children if child.type == "string"]
    if all(isinstance(part, Constant) and isinstance(part.value, str) for part in parts):
        return _literal(analysis, node)
    return Fact(Instance("str"))


def _literal(analysis: Analysis, node: Node) -> Fact:
    text = analysis.text(node)
    if text.isdecimal() and (text[0] != "0" or text == "0"):
        return Fact(Constant(int(text)))
    if text in _WORDS:
        return _WORDS[text]
    if _DECIMAL.fullmatch(text) is not None:
        return Fact(Constant(float(text)))
    if _PLAIN.fullmatch(text) is not None:
        return Fact(Constant(text[1:-1]))
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return NOTHING
    return Fact(Constant(value)) if isinstance(value, (str, int, float, bool)) or value is None else NOTHING


HANDLERS: dict[str, Handler] = {
    "identifier": names.lookup,
    "attribute": _attribute,
    "call": calls.evaluate,
    "binary_operator": arithmetic.binary,
    "augmented_assignment": arithmetic.binary,
    "comparison_operator": arithmetic.comparison,
    "unary_operator": arithmetic.unary,
    "not_operator": arithmetic.negation,
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
    "string": _text,
    "concatenated_string": _joined_text,
    "dictionary": dictionaries.display,
    "dictionary_comprehension": dictionaries.comprehension,
    "true": _literal,
    "false": _literal,
    "none": _literal,
}
