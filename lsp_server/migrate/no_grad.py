"""Blocks and decorators that MindSpore does without: marks for a compiler, and ``torch.no_grad()`` outside of training
steps, because nothing is recorded but inside of ``value_and_grad``.

The block or the decorator goes; what comes out of it is wrapped in ``ops.stop_gradient``, which takes any value, where
a network or a loss may go on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference import classes, values
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.definitions import enclosing_class
from lsp_server.inference.values import (
    UNKNOWN,
    Constant,
    Instance,
    Repeated,
    SymbolRef,
    Union,
    UserClass,
    Value,
)
from lsp_server.migrate.buffer_updates import buffer_at
from lsp_server.migrate.plan import Adjustment, Change, Moved, Name, Part
from lsp_server.syntax.patterns import Pattern

_PLACES = Pattern("(with_statement) @with (decorated_definition (decorator) @decorator)")
_RETURNS = Pattern("(return_statement) @return")
_NAMES = Pattern("(identifier) @name")
_ASSIGNMENTS = Pattern("(assignment) @assignment (augmented_assignment) @assignment")
_COMMENTS = Pattern("(comment) @comment")
_STRINGS = Pattern("(string) @string")
_SYMBOLS = ("torch.no_grad", "torch.inference_mode")
_MARKS = (
    *("torch.compile", "torch.jit._script_if_tracing", "torch.jit.export", "torch.jit.ignore"),
    *("torch.jit.script_if_tracing", "torch.jit.unused"),
)
"""Decorators that say something to a compiler only."""
_WORDS = (b"no_grad", b"inference_mode", b"jit", b"compile")
_MARK = b"# TODO(torchspore):"
_MARKED = re.compile(rb"# TODO\(torchspore\):[^\r\n]*")
_PLAIN = ("int", "float", "bool", "str")


def adjustments(analysis: Analysis, rewritten: Sequence[Adjustment]) -> Iterator[Adjustment]:
    """The blocks and decorators of a file that no rewritten training step takes along."""
    # our own marks name what they are about, which is no use of it
    data = analysis.document.data
    if not any(word in data for word in _WORDS):
        return
    if _MARK in data and not any(word in _MARKED.sub(b"", data) for word in _WORDS):
        return
    taken = [(change.start, change.end) for one in rewritten for change in one.changes if change.end > change.start]
    for kind, nodes in _PLACES.all_captures(analysis.document.root).items():
        for node in nodes:
            if any(start < node.end_byte and node.start_byte < end for start, end in taken):
                continue
            changes = _block(analysis, node) if kind == "with" else _decorator(analysis, node)
            yield from changes


def _is_no_grad(analysis: Analysis, node: Node) -> bool:
    """Whether an expression is ``torch.no_grad()``, or ``torch.no_grad`` as a decorator."""
    function = node
    if node.type == "call":
        arguments, function = node.child_by_field_name("arguments"), node.child_by_field_name("function") or node
        if arguments is None or arguments.named_children:
            return False
    found = analysis.value(function).value
    name = found.name if isinstance(found, SymbolRef) else found.cls if isinstance(found, Instance) else ""
    return name in _SYMBOLS


def _block(analysis: Analysis, node: Node) -> Iterator[Adjustment]:
    items = [one for child in node.named_children if child.type == "with_clause" for one in child.named_children]
    value = items[0].child_by_field_name("value") if len(items) == 1 else None
    body = node.child_by_field_name("body")
    if body is None or value is None or value.type != "call" or not _is_no_grad(analysis, value):
        return
    holder = _holder(node)
    trains = b".backward(" in (holder.text or b"")
    strings = _STRINGS.captures(body, "string")
    if trains or any(string.start_point[0] != string.end_point[0] for string in strings):
        return
    lines, newline = analysis.document.lines, analysis.document.newline
    here = lines.indentation(lines.starts[lines.line_of(node.start_byte)])
    inner = lines.indentation(lines.starts[lines.line_of(body.start_byte)])
    parts: list[Part] = []
    for comment in _COMMENTS.captures(node, "comment"):
        if comment.start_byte < body.start_byte:
            parts.append(f"{analysis.text(comment)}{newline}{here}")
    parts.append(Moved(body, inner, here))
    if _goes_on(analysis, holder):
        yield from _returned(analysis, body, holder)
        for name, only in _leaving(analysis, node, body, holder):
            if only is not None:
                yield from _stopped(analysis, only)
            else:
                parts += [f"{newline}{here}{name} = ", Name("mindspore.ops.stop_gradient"), f"({name})"]
    yield _alone(Change(node.start_byte, body.end_byte, tuple(parts)))


def _decorator(analysis: Analysis, node: Node) -> Iterator[Adjustment]:
    expression = node.named_children[0] if node.named_children else None
    following = node.next_sibling
    definition = node.parent.child_by_field_name("definition") if node.parent is not None else None
    if expression is None or following is None or definition is None or definition.type != "function_definition":
        return
    found = analysis.value(expression).value
    is_mark = isinstance(found, SymbolRef) and found.name in _MARKS
    if not is_mark and not _is_no_grad(analysis, expression):
        return
    lines = analysis.document.lines
    here = lines.indentation(lines.starts[lines.line_of(node.start_byte)])
    comments = [one for one in _COMMENTS.captures(node, "comment") if one.start_byte < following.start_byte]
    kept = "".join(f"{analysis.text(one)}{analysis.document.newline}{here}" for one in comments)
    yield _alone(Change(node.start_byte, following.start_byte, (kept,) if kept else ()))
    body = definition.child_by_field_name("body")
    if body is not None and not is_mark and _goes_on(analysis, definition):
        yield from _returned(analysis, body, definition)


def _holder(node: Node) -> Node:
    """The function around a place, or the module."""
    around = node.parent or node
    while around.type not in ("function_definition", "lambda", "module") and around.parent is not None:
        around = around.parent
    return around


def _goes_on(analysis: Analysis, holder: Node) -> bool:
    """Whether something that is differentiated may go on with what a function works out."""
    if holder.type != "function_definition" or b".eval()" in (holder.text or b""):
        return False
    name = holder.child_by_field_name("name")
    title = analysis.text(name) if name is not None else ""
    cls = enclosing_class(holder)
    if cls is not None and classes.is_module(analysis, UserClass(analysis.source(cls))):
        return title != "__init__" and "init" not in title and "reset" not in title
    return cls is None


def _returned(analysis: Analysis, body: Node, holder: Node) -> Iterator[Adjustment]:
    for node in _RETURNS.captures(body, "return"):
        value = node.named_children[0] if node.named_children else None
        if value is not None and _holder(node).id == holder.id:
            yield from _stopped(analysis, value)


def _stopped(analysis: Analysis, value: Node) -> Iterator[Adjustment]:
    """``ops.stop_gradient`` around a value that may be a tensor; of several values around each that may be one."""
    if value.type in ("expression_list", "tuple") and len(value.named_children) > 1:
        for one in value.named_children:
            if one.type not in ("comment", "list_splat") and not _holds_no_tensor(analysis.value(one).value):
                yield from _stopped(analysis, one)
        return
    found = analysis.value(value)
    known = found.value if found.certain else UNKNOWN
    if isinstance(known, Constant) or value.type in ("none", "true", "false", "integer", "float", "string"):
        return
    if isinstance(known, Instance) and known.cls in _PLAIN:
        return
    if value.type == "call" and b"stop_gradient" in (value.text or b"")[:60]:
        return
    opening, closing = ("((", "))") if value.type == "expression_list" else ("(", ")")
    start, end = value.start_byte, value.end_byte
    before = Change(start, start, (Name("mindspore.ops.stop_gradient"), opening))
    yield Adjustment(start, end, (before, Change(end, end, (closing,))))


def _holds_no_tensor(value: Value) -> bool:
    """Whether it is a number, a text, or a list of such: the way back knows no ``detach`` of it."""
    if isinstance(value, values.Sequence):
        return bool(value.items) and all(map(_holds_no_tensor, value.items))
    if isinstance(value, Repeated):
        return _holds_no_tensor(value.element)
    if isinstance(value, Union):
        return all(map(_holds_no_tensor, value.alternatives))
    return isinstance(value, Constant) or (isinstance(value, Instance) and value.cls in _PLAIN)


def _alone(change: Change) -> Adjustment:
    return Adjustment(change.start, change.end, (change,))


def _leaving(analysis: Analysis, node: Node, body: Node, holder: Node) -> Iterator[tuple[str, Node | None]]:
    """The names that a block binds and the function reads behind it, each with its value where there is just one
    assignment at the top of the block; attributes with every value."""
    found: dict[str, list[tuple[Node, Node]]] = {}
    for one in _ASSIGNMENTS.captures(body, "assignment"):
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if left is None or right is None or _holder(one).id != holder.id:
            continue
        if left.type == "attribute" and left.child_by_field_name("object") is not None:
            if analysis.text(left).startswith("self.") and buffer_at(analysis, left) is None:
                yield analysis.text(left), right
            continue
        names = [left] if left.type == "identifier" else []
        if left.type in ("pattern_list", "tuple_pattern"):
            names = [child for child in left.named_children if child.type == "identifier"]
        for name in names:
            found.setdefault(analysis.text(name), []).append((one, right))
    read = {
        analysis.text(name)
        for name in _NAMES.captures(holder, "name")
        if name.start_byte >= node.end_byte and not _is_target(name)
    }
    wrapped: set[int] = set()
    for name, made in found.items():
        if name not in read:
            continue
        statement, value = made[0]
        top = statement.parent is not None and statement.parent.parent == body
        if len(made) == 1 and top and statement.type == "assignment":
            if value.id not in wrapped:
                wrapped.add(value.id)
                yield name, value
        else:
            yield name, None


def _is_target(name: Node) -> bool:
    parent = name.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == name
