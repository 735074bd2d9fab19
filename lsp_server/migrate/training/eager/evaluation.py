"""Where torch must record no gradients: around what changes parameters in place, and in functions that evaluate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserClass, UserFunction, Value, alternatives
from lsp_server.migrate.plan import Change, Moved, Name
from lsp_server.migrate.training.eager.flow import Family
from lsp_server.migrate.training.layout import line_start
from lsp_server.migrate.training.variables import (
    block_of,
    field,
    function_around,
    has_long_string,
    statements,
    text,
    walk,
)
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call function: (attribute attribute: (identifier) @name)) @call")
_FUNCTIONS = Pattern("(function_definition) @function")
_UNIT = "    "


def guarded(analysis: Analysis) -> Iterator[Change]:
    """The statements that change parameters, the loops around them with them, under ``torch.no_grad()``."""
    found: dict[int, Node] = {}
    for call in _CALLS.captures(analysis.document.root, "call"):
        statement = call.parent
        if statement is None or statement.type != "expression_statement" or not _changes_parameter(analysis, call):
            continue
        if _is_in_layer(analysis, statement):
            continue
        whole = statement
        while True:
            block = block_of(whole)
            loop = block.parent if block is not None else None
            if block is None or loop is None or loop.type != "for_statement":
                break
            if not all(one.id in found or one == statement or _is_alike(analysis, one) for one in statements(block)):
                break
            whole = loop
        found[whole.id] = whole
    for whole in found.values():
        if not any(other.start_byte < whole.start_byte < other.end_byte for other in found.values()):
            yield from _within(analysis, whole)


def _changes_parameter(analysis: Analysis, call: Node) -> bool:
    function = field(call, "function")
    owner = field(function, "object") if function is not None else None
    name = field(function, "attribute") if function is not None else None
    if owner is None or name is None or not text(name).endswith("_") or text(name).startswith("_"):
        return False
    return any(_is_parameter(one) for one in alternatives(analysis.value(owner).value))


def _is_parameter(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls == "mindspore.Parameter"


def _is_alike(analysis: Analysis, statement: Node) -> bool:
    call = statement.named_children[0] if statement.type == "expression_statement" else None
    return call is not None and call.type == "call" and _changes_parameter(analysis, call)


def _is_in_layer(analysis: Analysis, node: Node) -> bool:
    """Whether it stands in a method of a network: there gradients may be meant."""
    holder = classes.enclosing_class(function_around(node))
    return holder is not None and classes.is_module(analysis, UserClass(analysis.source(holder)))


def _within(analysis: Analysis, whole: Node) -> Iterator[Change]:
    newline = analysis.document.newline
    here = analysis.document.lines.indentation(line_start(analysis, whole))
    before = analysis.document.data[line_start(analysis, whole) : whole.start_byte]
    if before.strip() or has_long_string(whole):
        return
    inner = here + _UNIT
    body = Moved(whole, here, inner)
    yield Change(whole.start_byte, whole.end_byte, ("with ", Name("torch.no_grad"), f"():{newline}{inner}", body))


def decorated(analysis: Analysis, taken: Sequence[Family]) -> Iterator[Change]:
    """``@torch.no_grad()`` above functions that set a network to evaluation and train nothing."""
    training = {_name_of(family.holder) for family in taken} - {""}
    functions = list(_FUNCTIONS.captures(analysis.document.root, "function"))
    while True:
        more = {_name_of(one) for one in functions if _called(one) & training} - training
        if not more:
            break
        training |= more
    for one in functions:
        name = _name_of(one)
        body = field(one, "body")
        if body is None or name in training or not _evaluates(text(body)) or _calls_elsewhere(analysis, one):
            continue
        parent = one.parent
        if parent is not None and parent.type == "decorated_definition":
            continue
        start = line_start(analysis, one)
        indentation = analysis.document.lines.indentation(start)
        above = (f"{indentation}@", Name("torch.no_grad"), f"(){analysis.document.newline}")
        yield Change(start, start, above)


def _name_of(function: Node) -> str:
    name = field(function, "name")
    return text(name) if name is not None else ""


def _called(function: Node) -> set[str]:
    """The last parts of the names of what a function calls."""
    found: set[str] = set()
    for node in walk(function):
        callee = field(node, "function") if node.type == "call" else None
        if callee is not None:
            found.add(text(callee).rpartition(".")[2])
    return found


def _evaluates(body: str) -> bool:
    modes = re.findall(r"\.set_train\(([^)]*)\)", body)
    return bool(modes) and all(mode in ("False", "mode=False") for mode in modes)


def _calls_elsewhere(analysis: Analysis, function: Node) -> bool:
    """Whether a function of another file is called, which may train."""
    for node in walk(function):
        callee = field(node, "function") if node.type == "call" else None
        value = analysis.value(callee).value if callee is not None else None
        if isinstance(value, UserFunction) and value.definition.analysis is not analysis:
            return True
    return False
