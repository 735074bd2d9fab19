"""What torch code says of tensors that it will differentiate for: ``x.requires_grad_(True)``, ``requires_grad=True``.

MindSpore is told by what a function is called with, so all of this goes where nothing else reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.migrate.training.detect import arguments
from lsp_server.migrate.training.layout import deleted, is_alone
from lsp_server.migrate.training.variables import binds, block_of, field, ordered_parameters, reads, statements, text
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call) @call")
_ASSIGNMENTS = Pattern("(assignment) @assignment")
_READ = re.compile(rb"(?<!autograd)\.grad\b(?!\s*\()")
"""``x.grad``: what ``backward`` leaves in a tensor that was marked."""


def marks_of(analysis: Analysis) -> tuple[Node, ...]:
    """Statements that go, calls of ``requires_grad_`` that leave what they are called on, and keyword arguments.

    None where gradients are read from tensors, or where tensors themselves are given to an optimizer.
    """
    if _READ.search(analysis.document.data) or b"requires_grad" not in analysis.document.data:
        return ()
    found: dict[int, Node] = {}
    for node in _ASSIGNMENTS.captures(analysis.document.root, "assignment"):
        left, right = field(node, "left"), field(node, "right")
        owner = field(left, "object") if left is not None and left.type == "attribute" else None
        if left is None or right is None or owner is None or not text(left).endswith(".requires_grad"):
            continue
        if text(right) == "True" and node.parent is not None and _is_tensor(analysis, owner):
            found[node.start_byte] = node.parent
    for call in _CALLS.captures(analysis.document.root, "call"):
        function = field(call, "function")
        owner = field(function, "object") if function is not None and function.type == "attribute" else None
        given = arguments(call)
        if function is None:
            continue
        wanted = not given or text(given[0]) in ("True", "requires_grad=True")
        if wanted and text(function).endswith(".requires_grad_") and owner is not None and _is_tensor(analysis, owner):
            found[call.start_byte] = _whole(call, owner)
        for argument in given:
            if text(argument) == "requires_grad=True" and "Parameter" not in text(function):
                found[argument.start_byte] = argument
    optimized = {
        name
        for call in _CALLS.captures(analysis.document.root, "call")
        if (function := field(call, "function")) is not None and b"optim" in (function.text or b"")
        for argument in arguments(call)[:1]
        if argument.type in ("list", "tuple")
        for name in reads(argument)
    }
    kept = [one for one in found.values() if not _named(one) & optimized]
    return tuple(one for one in kept if one.type != "expression_statement" or is_alone(analysis, one))


def _is_tensor(analysis: Analysis, owner: Node) -> bool:
    value = analysis.value(owner).value
    return isinstance(value, Instance) and value.cls == "torch.Tensor"


def _whole(call: Node, owner: Node) -> Node:
    """The statement where nothing is left of it: ``x.requires_grad_()``, ``x = x.requires_grad_()``."""
    parent = call.parent
    if parent is None:
        return call
    block = block_of(parent)
    if parent.type == "expression_statement" and block is not None and len(statements(block)) > 1:
        return parent
    left, statement = field(parent, "left") if parent.type == "assignment" else None, parent.parent
    same = left is not None and text(left) == text(owner)
    return statement if same and statement is not None and statement.type == "expression_statement" else call


def _named(mark: Node) -> set[str]:
    """The names of what is marked."""
    node: Node | None = mark
    while node is not None and node.type not in ("expression_statement", "return_statement", "block"):
        node = node.parent
    return (binds(node) or reads(node)) if node is not None else set()


def is_mark(analysis: Analysis, argument: Node) -> bool:
    """Whether ``requires_grad=True`` stands where a tensor is made whose gradients become those of a function."""
    from lsp_server.migrate.training.inner_gradients import inner_gradients  # which needs this module itself

    known = cast("dict[str, frozenset[tuple[int, int]]]", analysis.caches.setdefault("migrate.marks", {}))
    if "places" not in known:  # asked for each such argument of a file
        marks = inner_gradients(analysis).marks
        known["places"] = frozenset((mark.start_byte, mark.end_byte) for mark in marks)
    return (argument.start_byte, argument.end_byte) in known["places"]


def unmarked(analysis: Analysis, mark: Node) -> Iterator[Adjustment]:
    """What becomes of a mark; keyword arguments go with the call that they stand in."""
    if mark.type == "expression_statement":
        change = deleted(analysis, mark)
        yield Adjustment(change.start, change.end, (change,))
    elif mark.type == "call":
        function = field(mark, "function")
        owner = field(function, "object") if function is not None else None
        if owner is not None and owner.type == "parenthesized_expression" and mark.start_point[0] == mark.end_point[0]:
            whole = (Change(mark.start_byte, mark.end_byte, (owner.named_children[0],)),)
            yield Adjustment(mark.start_byte, mark.end_byte, whole)
        elif owner is not None:
            yield Adjustment(owner.end_byte, mark.end_byte, (Change(owner.end_byte, mark.end_byte),))


def are_independent(analysis: Analysis, function: Node, names: set[str], others: set[str]) -> bool:
    """Whether no call in the file passes to parameters of a function what it has worked out from others of them."""
    title = field(function, "name")
    order = ordered_parameters(function)
    calls = [
        call
        for call in _CALLS.captures(analysis.document.root, "call")
        if title is not None and text(field(call, "function") or call).rpartition(".")[2] == text(title)
    ]
    for call in calls:
        is_method = bool(order) and order[0] == "self"
        given: dict[str, Node] = {}
        for index, argument in enumerate(arguments(call), 1 if is_method else 0):
            name, value = field(argument, "name"), field(argument, "value")
            if argument.type == "keyword_argument" and name is not None and value is not None:
                given[text(name)] = value
            elif index < len(order) and "splat" not in argument.type:
                given[order[index]] = argument
        inputs = {name for one in names & set(given) for name in reads(given[one])}
        for other in others & set(given):
            passed = reads(given[other])
            if passed & inputs or _follows(analysis, passed, inputs):
                return False
    return bool(calls)


def _follows(analysis: Analysis, passed: set[str], inputs: set[str]) -> bool:
    """Whether an assignment works out one name from another."""
    return any(
        binds(node) & passed and reads(node) & inputs
        for node in _ASSIGNMENTS.captures(analysis.document.root, "assignment")
    )
