"""Source text of values: equality, and simple arithmetic done on paper (``1 - 0.1`` is written ``0.9``)."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right,
}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@lru_cache(maxsize=4096)
def same(one: str, other: str) -> bool:
    """Whether two sources mean the same literal: ``1e-05`` and ``0.00001``, ``"a"`` and ``'a'``."""
    if one == other:
        return True
    try:
        left, right = ast.literal_eval(one), ast.literal_eval(other)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return (type(left) is type(right) and left == right) or _numbers_equal(left, right)


def _numbers_equal(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    return isinstance(left, (int, float)) and isinstance(right, (int, float)) and left == right


@lru_cache(maxsize=4096)
def is_literal(source: str) -> bool:
    try:
        ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def fold(template: str, value: str) -> str | None:
    """A template over ``{value}`` worked out for a number, a truth value or a string; None if it is neither plain
    arithmetic nor a ``not``, a comparison or the number of a truth value."""
    if not _NUMBER.fullmatch(value.strip()):
        return _truth(template, value)
    if template == "float({value})":
        return value if any(mark in value for mark in ".eE") else value + ".0"
    try:
        result = _decimal(ast.parse(template.replace("{value}", f"({value})"), mode="eval").body)
    except (SyntaxError, ValueError, InvalidOperation, ZeroDivisionError):
        return None
    text = format(result.normalize(), "f")
    return text if "." in text or not any(mark in value for mark in ".eE") else text + ".0"


def _truth(template: str, value: str) -> str | None:
    if not is_literal(value):
        return None
    try:
        node = ast.parse(template.replace("{value}", f"({value})"), mode="eval").body
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return str(not ast.literal_eval(node.operand))
        if template == "int({value})" and value in ("True", "False"):
            return str(int(value == "True"))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            return str(ast.literal_eval(node.left) == ast.literal_eval(node.comparators[0]))
    except (SyntaxError, ValueError):
        return None
    return None


def _decimal(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Decimal(repr(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_decimal(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_decimal(node.left), _decimal(node.right))
    raise ValueError("not arithmetic")


@lru_cache(maxsize=1024)
def is_atom(source: str) -> bool:
    """Whether an expression can stand before a dot or beside an operator without brackets."""
    try:
        body = ast.parse(source, mode="eval").body
    except SyntaxError:
        return False
    return isinstance(body, (ast.Call, ast.Attribute, ast.Subscript, ast.Name, ast.Constant, ast.List, ast.Dict))
