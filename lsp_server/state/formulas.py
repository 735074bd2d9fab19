"""Expressions of the state specifications: ``in_channels // groups``, ``*kernel_size``, ``affine and bias``.

A small part of Python's expressions over the constructor's arguments; nothing is executed. What depends on an
argument that is not known raises `Unresolved`.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

from lsp_server.state.values import Unknown, Value, truth

Construct = Callable[[str, "list[Value]", "dict[str, Value]"], Value]
"""Makes a sub-layer from its full name and its arguments."""
_MOST = 10_000
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Div: lambda left, right: left / right,
    ast.Mod: operator.mod,
    ast.Pow: lambda left, right: left**right,
}
_ORDER: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Unresolved(Exception):
    """The expression depends on something that is not known."""


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Raises SyntaxError for what is no expression."""
    return ast.parse(text, mode="eval").body


def evaluate(text: str, names: Mapping[str, Value], construct: Construct | None = None) -> Value:
    """The value of an expression. Raises `Unresolved`."""
    return _Formula(names, construct).value(parse(text))


def holds(text: str, names: Mapping[str, Value]) -> bool:
    """Whether a condition is true. Raises `Unresolved`."""
    found = truth(evaluate(text, names))
    if found is None:
        raise Unresolved
    return found


def sizes(expressions: tuple[str, ...], names: Mapping[str, Value]) -> tuple[int, ...] | None:
    """A shape; None if a part of it is not known."""
    formula = _Formula(names, None)
    try:
        values = formula.items([parse(f"({text},)" if text.startswith("*") else text) for text in expressions])
    except Unresolved:
        return None
    found = [value for value in values if isinstance(value, int)]
    return tuple(int(value) for value in found) if len(found) == len(values) else None


class _Formula:
    def __init__(self, names: Mapping[str, Value], construct: Construct | None) -> None:
        self.names = names
        self.construct = construct

    def value(self, node: ast.expr) -> Value:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise Unresolved(ast.dump(node))
        return handler(self, node)

    def items(self, nodes: list[ast.expr]) -> list[Value]:
        """Values of the items of a tuple, spread ones flattened."""
        found: list[Value] = []
        for node in nodes:
            spread = node.elts if isinstance(node, ast.Tuple) else None
            if spread is not None and len(spread) == 1 and isinstance(spread[0], ast.Starred):
                found += self.many(spread[0].value)
            elif isinstance(node, ast.Starred):
                found += self.many(node.value)
            else:
                found.append(self.value(node))
        return found

    def many(self, node: ast.expr) -> tuple[Value, ...]:
        value = self.value(node)
        if not isinstance(value, tuple):
            raise Unresolved
        return value

    def number(self, node: ast.expr) -> float:
        value = self.value(node)
        if not isinstance(value, (int, float)):
            raise Unresolved
        return value

    def constant(self, node: ast.expr) -> Value:
        value = node.value if isinstance(node, ast.Constant) else None
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        raise Unresolved

    def name(self, node: ast.expr) -> Value:
        value = self.names.get(node.id, Unknown.ANYTHING) if isinstance(node, ast.Name) else Unknown.ANYTHING
        if isinstance(value, Unknown):
            raise Unresolved
        return value

    def tuple(self, node: ast.expr) -> Value:
        return tuple(self.items(node.elts)) if isinstance(node, ast.Tuple) else None

    def binary(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.BinOp):
            raise Unresolved
        function = _BINARY.get(type(node.op))
        left, right = self.number(node.left), self.number(node.right)
        if function is None or (isinstance(node.op, ast.Pow) and abs(right) > 64):
            raise Unresolved
        try:
            return function(left, right)
        except (ZeroDivisionError, OverflowError) as error:
            raise Unresolved from error

    def unary(self, node: ast.expr) -> Value:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self.condition(node.operand)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.number(node.operand)
        raise Unresolved

    def condition(self, node: ast.expr) -> bool:
        found = truth(self.value(node))
        if found is None:
            raise Unresolved
        return found

    def boolean(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.BoolOp):
            raise Unresolved
        wanted = isinstance(node.op, ast.Or)
        value: Value = None
        for part in node.values:
            value = self.value(part)
            found = truth(value)
            if found is None:
                raise Unresolved
            if found is wanted:
                return value
        return value

    def compare(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            raise Unresolved
        left, right, kind = self.value(node.left), self.value(node.comparators[0]), node.ops[0]
        if isinstance(kind, (ast.Is, ast.Eq)):
            return left is right if isinstance(kind, ast.Is) else left == right
        if isinstance(kind, (ast.IsNot, ast.NotEq)):
            return left is not right if isinstance(kind, ast.IsNot) else left != right
        order = _ORDER.get(type(kind))
        if order is None or not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
            raise Unresolved
        return order(left, right)

    def conditional(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.IfExp):
            raise Unresolved
        return self.value(node.body if self.condition(node.test) else node.orelse)

    def subscript(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.Subscript):
            raise Unresolved
        value, index = self.many(node.value), self.value(node.slice)
        if not isinstance(index, int) or not -len(value) <= index < len(value):
            raise Unresolved
        item = value[index]
        if isinstance(item, Unknown):
            raise Unresolved
        return item

    def call(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.Call):
            raise Unresolved
        if isinstance(node.func, ast.Name):
            return _function(node.func.id, self.items(node.args))
        if self.construct is None:
            raise Unresolved
        arguments = [self._loose(argument) for argument in node.args]
        keywords = {word.arg: self._loose(word.value) for word in node.keywords if word.arg is not None}
        return self.construct(ast.unparse(node.func), arguments, keywords)

    def _loose(self, node: ast.expr) -> Value:
        """An argument of a sub-layer may stay unknown: the sub-layer says what depends on it."""
        try:
            return self.value(node)
        except Unresolved:
            return Unknown.ANYTHING


def _function(name: str, arguments: list[Value]) -> Value:
    first = arguments[0] if arguments else None
    if name == "range" and isinstance(first, int) and 0 <= first <= _MOST:
        return tuple(range(first))
    if name == "len" and isinstance(first, tuple):
        return len(first)
    if name == "int" and isinstance(first, (int, float)):
        return int(first)
    if name == "prod" and isinstance(first, tuple):
        numbers = [item for item in first if isinstance(item, int)]
        if len(numbers) == len(first):
            return math.prod(numbers)
    raise Unresolved


_HANDLERS: dict[type[ast.expr], Callable[[_Formula, ast.expr], Value]] = {
    ast.Constant: _Formula.constant,
    ast.Name: _Formula.name,
    ast.Tuple: _Formula.tuple,
    ast.BinOp: _Formula.binary,
    ast.UnaryOp: _Formula.unary,
    ast.BoolOp: _Formula.boolean,
    ast.Compare: _Formula.compare,
    ast.IfExp: _Formula.conditional,
    ast.Subscript: _Formula.subscript,
    ast.Call: _Formula.call,
}
