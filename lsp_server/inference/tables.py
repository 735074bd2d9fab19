"""What a class body and its methods give names to."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference import decorators, definitions
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Binding, Origin

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_SETTINGS = Pattern(
    """
    (assignment left: [(attribute) (pattern_list) (tuple_pattern) (list_pattern)]) @assignment
    (for_statement left: [(attribute) (pattern_list)]) @loop
    """,
)
_REGISTERING = re.compile(
    rb"\b(register_buffer|register_parameter|add_module|register_module|insert_child_to_cell|insert_param_to_cell|setattr)"
    rb"\s*\("
)
_NO_NAME = re.compile(r"(?!)")
"""Of an f-string that could make any name."""
_TARGETS = ("pattern_list", "tuple_pattern", "list_pattern")


class Setting(msgspec.Struct, frozen=True):
    """One place that gives ``self.name`` a value: the value's expression, and the way into it if unpacked."""

    name: str
    target: Node
    value: Node | None
    path: tuple[int, ...]
    function: Node
    registered: str = ""
    """``register_buffer`` and its like, if that is what sets it."""
    annotation: Node | None = None
    pattern: re.Pattern[str] | None = None
    """The names that are set, where an f-string makes them."""
    is_element: bool = False
    """The value is what a loop runs over."""


class ClassTable(msgspec.Struct, frozen=True):
    """What a class body and its methods define."""

    methods: dict[str, Binding] = msgspec.field(default_factory=dict[str, Binding])
    class_attributes: dict[str, list[Binding]] = msgspec.field(default_factory=dict[str, list[Binding]])
    attributes: dict[str, list[Setting]] = msgspec.field(default_factory=dict[str, list[Setting]])
    patterns: list[Setting] = msgspec.field(default_factory=list[Setting])
    """Settings whose names are made by f-strings."""

    def settings(self, name: str) -> list[Setting]:
        known = self.attributes.get(name)
        if known:
            return known
        return [one for one in self.patterns if one.pattern is not None and one.pattern.fullmatch(name)]


def build(analysis: Analysis, node: Node) -> ClassTable:
    """The table of a class definition."""
    result = ClassTable()
    for name, bindings in analysis.scope(node).bindings.items():
        last = bindings[-1]
        if last.origin is Origin.DEFINITION and last.node.type == "function_definition":
            result.methods[name] = last
        else:
            result.class_attributes[name] = bindings
    for setting in _settings(analysis, node):
        if setting.pattern is not None:
            result.patterns.append(setting)
        else:
            result.attributes.setdefault(setting.name, []).append(setting)
    return result


def _settings(analysis: Analysis, cls: Node) -> list[Setting]:
    body = cls.child_by_field_name("body")
    methods = [(one, name) for one in _functions(body) if (name := _object(analysis, one))] if body is not None else []
    if not methods or body is None:
        return []
    starts = [method.start_byte for method, _ in methods]
    found: list[Setting] = []
    for kind, nodes in _SETTINGS.all_captures(body).items():
        for node in nodes:
            index = bisect_right(starts, node.start_byte) - 1
            if index < 0 or node.end_byte > methods[index][0].end_byte:
                continue
            method, owner = methods[index]
            if kind == "assignment":
                found += _assigned(analysis, node, method, owner)
            else:
                found += _looped(analysis, node, method, owner)
    for match in _REGISTERING.finditer(analysis.document.data, body.start_byte, body.end_byte):
        index = bisect_right(starts, match.start()) - 1
        name = _registered(analysis, match) if index >= 0 else None
        if name is not None and name.end_byte <= methods[index][0].end_byte:
            found += _named(analysis, name, *methods[index])
    return sorted(found, key=lambda one: one.target.start_byte)


def _registered(analysis: Analysis, match: re.Match[bytes]) -> Node | None:
    """The string that says what a call registers: ``self.register_buffer("x", v)``, ``setattr(self, "x", v)``."""
    function = analysis.document.root.named_descendant_for_byte_range(*match.span(1))
    is_member = match[1] != b"setattr"
    if is_member and function is not None and function.type == "identifier":
        function = function.parent
    call = function.parent if function is not None else None
    if function is None or call is None or call.type != "call" or call.child_by_field_name("function") != function:
        return None
    held = function.child_by_field_name("object") if is_member else function
    arguments = call.child_by_field_name("arguments")
    if held is None or held.type != "identifier" or arguments is None or arguments.type != "argument_list":
        return None
    values = [node for node in arguments.named_children if node.type != "comment"]
    if not is_member:
        values = values[1:] if values and values[0].type == "identifier" else []
    return values[0] if values and values[0].type == "string" else None


def _functions(body: Node) -> list[Node]:
    """The methods of a class body, those inside of ``if`` included."""
    found: list[Node] = []
    for child in body.named_children:
        if child.type == "decorated_definition":
            child = child.child_by_field_name("definition") or child
        if child.type == "function_definition":
            found.append(child)
        elif child.type in ("if_statement", "else_clause", "elif_clause", "try_statement", "block"):
            found += _functions(child)
    return found


def _object(analysis: Analysis, method: Node) -> str:
    """The name of the object in a method, or of its class."""
    if decorators.is_static(analysis, method):
        return ""
    return definitions.first_parameter(analysis, method)


def _assigned(analysis: Analysis, node: Node, method: Node, owner: str) -> list[Setting]:
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    while value is not None and value.type == "assignment":
        value = value.child_by_field_name("right")
    annotation = node.child_by_field_name("type")
    return [
        Setting(name, target, value, path, method, annotation=annotation)
        for name, target, path in _targets(analysis, left, owner)
    ]


def _looped(analysis: Analysis, node: Node, method: Node, owner: str) -> list[Setting]:
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    return [
        Setting(name, target, value, path, method, is_element=True)
        for name, target, path in _targets(analysis, left, owner)
    ]


def _targets(
    analysis: Analysis, node: Node | None, owner: str, path: tuple[int, ...] = ()
) -> list[tuple[str, Node, tuple[int, ...]]]:
    """The attributes of an object among the targets of an assignment, and the ways to their values."""
    if node is None:
        return []
    if node.type == "attribute":
        held, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if held is None or name is None or held.type != "identifier" or analysis.text(held) != owner:
            return []
        return [(analysis.text(name), node, path)]
    found: list[tuple[str, Node, tuple[int, ...]]] = []
    if node.type in _TARGETS:
        children = [child for child in node.named_children if child.type != "comment"]
        starred = False
        for index, child in enumerate(children):
            if child.type == "list_splat_pattern":
                starred = True
                continue
            step = index - len(children) if starred else index
            found += _targets(analysis, child, owner, (*path, step))
    return found


def _named(analysis: Analysis, name: Node, method: Node, owner: str) -> list[Setting]:
    """``self.register_buffer("x", v)``, ``setattr(self, "x", v)``."""
    arguments = name.parent
    call = arguments.parent if arguments is not None else None
    function = call.child_by_field_name("function") if call is not None else None
    if arguments is None or function is None:
        return []
    values = [node for node in arguments.named_children if node.type != "comment"]
    if function.type == "attribute":
        held, by = function.child_by_field_name("object"), function.child_by_field_name("attribute")
        values = values[1:]
    else:
        held, by = values[0], None
        values = values[2:]
    if held is None or analysis.text(held) != owner:
        return []
    value = values[0] if values else None
    if value is not None and value.type == "keyword_argument":
        value = value.child_by_field_name("value")
    pattern = _pattern(analysis, name)
    text = analysis.text(name).strip("\"'") if pattern is None else ""
    return [Setting(text, name, value, (), method, analysis.text(by) if by is not None else "", pattern=pattern)]


def _pattern(analysis: Analysis, string: Node) -> re.Pattern[str] | None:
    """The names that an f-string can give."""
    parts: list[str] = []
    is_made = is_told = False
    for child in string.named_children:
        if child.type == "interpolation":
            is_made = True
            parts.append(r"\w+")
        elif child.type == "string_content":
            parts.append(re.escape(analysis.text(child)))
            is_told = True
    if not is_made:
        return None
    return re.compile("".join(parts)) if is_told else _NO_NAME
