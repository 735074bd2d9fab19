"""Arithmetic, comparison and their like on values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from lsp_server.inference.values import UserClass
from lsp_server.state import containers, tensor_methods
from lsp_server.state.frames import Machine
from lsp_server.state.values import (
    PLAIN,
    UNKNOWN,
    Dict,
    Function,
    List,
    Module,
    Object,
    Symbol,
    Tensor,
    Unknown,
    Value,
    is_plain,
    same,
)

_MOST = 20_000
_TENSOR_SIGNS = ("+", "-", "*", "/", "**", "//", "%")
_NUMERIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "%": operator.mod,
    "/": lambda left, right: left / right, "//": lambda left, right: left // right,
    "**": lambda left, right: left**right, "&": lambda left, right: left & right,
    "|": lambda left, right: left | right, "^": lambda left, right: left ^ right,
    "<<": lambda left, right: left << right, ">>": lambda left, right: left >> right,
}  # fmt: skip
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def is_key(value: Value) -> bool:
    """Whether a value can be the key of a dictionary that we follow."""
    if isinstance(value, tuple):
        return all(is_key(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str, Symbol, UserClass))


def binary(machine: Machine, sign: str, left: Value, right: Value) -> Value:
    """``left sign right``."""
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return tensor_methods.arithmetic(sign, left, right) if sign in _TENSOR_SIGNS else UNKNOWN
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _numbers(sign, left, right)
    if isinstance(left, str) or isinstance(right, str):
        return _strings(sign, left, right)
    if isinstance(left, (List, tuple)) or isinstance(right, (List, tuple)):
        return _sequences(machine, sign, left, right)
    if isinstance(left, Dict) and isinstance(right, Dict) and sign == "|":
        return Dict({**left.items, **right.items}, machine.doubt, left.exact and right.exact)
    if isinstance(left, Module):
        return _joined(machine, sign, left, right)
    return PLAIN if is_plain(left) and is_plain(right) else UNKNOWN


def _numbers(sign: str, left: float, right: float) -> Value:
    function = _NUMERIC.get(sign)
    if function is None or (sign in ("**", "<<") and (abs(right) > 256 or abs(left) > 1e9)):
        return PLAIN
    try:
        result = function(left, right)
    except (ArithmeticError, TypeError, ValueError):
        return PLAIN
    return result if isinstance(result, (int, float)) else PLAIN


def _strings(sign: str, left: Value, right: Value) -> Value:
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if sign == "*" and isinstance(left, str) and isinstance(right, int) and right * len(left) < _MOST:
        return left * right
    if sign == "%" and isinstance(left, str) and is_plain(right) and right is not PLAIN:
        try:
            return left % right
        except (TypeError, ValueError):
            return PLAIN
    return PLAIN


def _sequences(machine: Machine, sign: str, left: Value, right: Value) -> Value:
    if sign == "*":
        sequence, count = (left, right) if isinstance(left, (List, tuple)) else (right, left)
        items = containers.elements(sequence)
        if items is None or not isinstance(count, int) or len(items) * count > _MOST:
            return UNKNOWN
        return tuple(items * count) if isinstance(sequence, tuple) else List(items * count, machine.doubt)
    one, other = containers.elements(left), containers.elements(right)
    if sign != "+" or one is None or other is None:
        return UNKNOWN
    return (*one, *other) if isinstance(left, tuple) else List([*one, *other], machine.doubt)


def _joined(machine: Machine, sign: str, left: Module, right: Value) -> Value:
    """``ModuleList + ModuleList`` and ``Sequential + Sequential``."""
    one, other = containers.elements(left), containers.elements(right)
    if sign != "+" or one is None or other is None:
        return UNKNOWN
    result = Module(left.framework, left.base, doubt=machine.doubt)
    containers.extend(machine, result, [*one, *other])
    return result


def unary(sign: str, value: Value) -> Value:
    if isinstance(value, Tensor):
        return Tensor("tensor", value.shape, value.dtype)
    if isinstance(value, (int, float)):
        if sign == "-":
            return -value
        if sign == "+":
            return value
        return ~value if isinstance(value, int) and not isinstance(value, bool) else PLAIN
    return PLAIN if is_plain(value) else UNKNOWN


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """``left sign right``; None if that is not known."""
    if sign in ("is", "=="):
        return _equal(left, right, identity=sign == "is")
    if sign in ("is not", "!=", "<>"):
        found = _equal(left, right, identity=sign == "is not")
        return None if found is None else not found
    if sign in ("in", "not in"):
        found = _contains(right, left)
        return found if found is None or sign == "in" else not found
    function = _ORDER.get(sign)
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    texts = isinstance(left, str) and isinstance(right, str)
    return function(left, right) if function is not None and (numbers or texts) else None


def _equal(left: Value, right: Value, identity: bool) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if same(left, right):
        return True
    if identity:
        return None if isinstance(left, (Function, tuple, float)) and type(left) is type(right) else False
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return None
    if isinstance(left, (List, tuple)) and isinstance(right, (List, tuple)):
        return _equal_items(left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if isinstance(left, (Object, Dict)) and type(left) is type(right):
        return None
    return False


def _equal_items(left: List | tuple[Value, ...], right: List | tuple[Value, ...]) -> bool | None:
    one, other = containers.elements(left), containers.elements(right)
    if one is None or other is None:
        return None
    if type(left) is not type(right) or len(one) != len(other):
        return False
    found = [_equal(a, b, identity=False) for a, b in zip(one, other, strict=True)]
    return False if False in found else None if None in found else True


def _contains(holder: Value, item: Value) -> bool | None:
    if isinstance(holder, str):
        return item in holder if isinstance(item, str) else None
    if isinstance(holder, Module) and holder.base in containers.KEYED:
        return item in holder.children or item in holder.parameters if holder.exact else None
    if isinstance(holder, Dict) and holder.exact and is_key(item):
        return item in holder.items  # all keys are known, so this is what the program does
    items = holder.items if isinstance(holder, List) and holder.exact else containers.elements(holder)
    if items is None:
        return None
    found = [_equal(item, other, identity=False) for other in items]
    return True if True in found else None if None in found else False
