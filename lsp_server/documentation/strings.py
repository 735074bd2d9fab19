"""The value of a string expression of a module, without running the module.

The frameworks put their docstrings together while they are imported: joined pieces, ``.format(**common_args)``,
dictionaries of descriptions. What cannot be told is left out; it is a part of a text, not of a program.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable
from typing import TypeAlias

Value: TypeAlias = "str | dict[str, str] | None"
_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)\}")
_ITEM = re.compile(r"\n {4}(?!\s)")
_DEEPEST = 40


class Strings:
    """Evaluates expressions over the assignments of one module; ``elsewhere`` gives the values of imported names."""

    def __init__(self, module: ast.Module, elsewhere: Callable[[str, str], Value]) -> None:
        self._elsewhere = elsewhere
        self._assigned: dict[str, ast.expr] = {}
        self._imported: dict[str, tuple[str, str]] = {}
        self._known: dict[str, Value] = {}
        for statement in module.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self._assigned[statement.targets[0].id] = statement.value
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                for alias in statement.names:
                    self._imported[alias.asname or alias.name] = (statement.module, alias.name)

    def name(self, name: str, depth: int = 0) -> Value:
        if name not in self._known:
            self._known[name] = None  # a name that is made of itself has no value
            if name in self._assigned:
                self._known[name] = self.value(self._assigned[name], depth + 1)
            elif name in self._imported:
                self._known[name] = self._elsewhere(*self._imported[name])
        return self._known[name]

    def text(self, node: ast.expr) -> str:
        """The text of an expression; empty if it is none."""
        found = self.value(node)
        return found if isinstance(found, str) else ""

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.name(node.id, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
            return (left if isinstance(left, str) else "") + (right if isinstance(right, str) else "")
        if isinstance(node, ast.JoinedStr):
            return "".join(self._piece(part, depth) for part in node.values)
        if isinstance(node, ast.Dict):
            return self._dictionary(node, depth)
        if isinstance(node, ast.Subscript):
            holder, key = self.value(node.value, depth + 1), self.value(node.slice, depth + 1)
            return holder.get(key) if isinstance(holder, dict) and isinstance(key, str) else None
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        return None

    def _piece(self, node: ast.expr, depth: int) -> str:
        found = self.value(node.value if isinstance(node, ast.FormattedValue) else node, depth + 1)
        return found if isinstance(found, str) else ""

    def _dictionary(self, node: ast.Dict, depth: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self.value(key, depth + 1) if key is not None else None
            text = self.value(value, depth + 1)
            if key is None and isinstance(text, dict):
                found |= text
            elif isinstance(name, str) and isinstance(text, str):
                found[name] = text
        return found

    def _call(self, node: ast.Call, depth: int) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            text = self.value(function.value, depth + 1)
            if isinstance(text, str):
                return self._method(text, function.attr, node, depth)
            return self._function(function.attr, node, depth)
        return self._function(function.id, node, depth) if isinstance(function, ast.Name) else None

    def _method(self, text: str, name: str, node: ast.Call, depth: int) -> str:
        if name == "format":
            return self._formatted(text, node, depth)
        arguments = [self.value(argument, depth + 1) for argument in node.args]
        if name == "replace" and len(arguments) == 2:
            old, new = arguments
            return text.replace(old, new) if isinstance(old, str) and isinstance(new, str) and old else text
        return text

    def _formatted(self, text: str, node: ast.Call, depth: int) -> str:
        fields: dict[str, str] = {}
        for index, argument in enumerate(node.args):
            given = self.value(argument, depth + 1)
            fields[str(index)] = given if isinstance(given, str) else ""
        for keyword in node.keywords:
            given = self.value(keyword.value, depth + 1)
            if keyword.arg is None and isinstance(given, dict):
                fields |= given
            elif keyword.arg is not None and isinstance(given, str):
                fields[keyword.arg] = given
        places = iter(range(len(node.args)))

        def filled(match: re.Match[str]) -> str:
            if match[0] in ("{{", "}}"):
                return match[0][0]
            name = match[1] or str(next(places, ""))
            return fields.get(name, "")

        return _FIELD.sub(filled, text)

    def _function(self, name: str, node: ast.Call, depth: int) -> Value:
        arguments = [self.value(argument, depth + 1) for argument in node.args]
        if name == "parse_kwargs" and arguments and isinstance(arguments[0], str):
            # torch: descriptions of arguments by the names that they begin with
            items = (item.strip() for item in _ITEM.split(arguments[0]))
            return {item.split(" ")[0]: item for item in items if item}
        if name == "merge_dicts":
            return {key: text for one in arguments if isinstance(one, dict) for key, text in one.items()}
        if name in ("dedent", "cleandoc") and arguments and isinstance(arguments[0], str):
            return textwrap.dedent(arguments[0])
        return None
