"""Comprehensions and generator expressions; a generator is run at once."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state import containers, operators, targets
from lsp_server.state.code import Code, Handlers, children, code, field, unknown
from lsp_server.state.frames import Exhausted, Frame
from lsp_server.state.values import Dict, List, Value, truth

_MOST = 20_000


def _comprehension(analysis: Analysis, node: Node) -> Code:
    """A list; a generator is run at once."""
    body = node.child_by_field_name("body")
    pair = body is not None and body.type == "pair"
    if body is None:
        return unknown
    item = _pair(analysis, body) if pair else code(analysis, body)
    clauses = [child for child in children(node) if child.type in ("for_in_clause", "if_clause")]

    def run(frame: Frame) -> Value:
        inner = Frame(frame.machine, analysis, frame)
        found: list[Value] = []
        exact = _run_clauses(analysis, inner, clauses, item, found)
        if not pair:
            return List(found, frame.machine.doubt, exact)
        result = Dict({}, frame.machine.doubt, exact)
        for entry in found:
            if isinstance(entry, tuple) and len(entry) == 2 and operators.is_key(entry[0]):
                result.items[entry[0]] = entry[1]
            else:
                result.exact = False
        return result

    return run


def _pair(analysis: Analysis, node: Node) -> Code:
    key, value = field(analysis, node, "key"), field(analysis, node, "value")
    return lambda frame: (key(frame), value(frame))


def _run_clauses(analysis: Analysis, frame: Frame, clauses: list[Node], item: Code, found: list[Value]) -> bool:
    """Collect the items; False if it is not known which there are."""
    if not clauses:
        if len(found) >= _MOST:
            raise Exhausted
        found.append(item(frame))
        return True
    clause, rest = clauses[0], clauses[1:]
    if clause.type == "if_clause":
        inner = children(clause)
        wanted = truth(code(analysis, inner[0])(frame)) if inner else None
        if wanted is None:
            return False
        return _run_clauses(analysis, frame, rest, item, found) if wanted else True
    values = containers.elements(field(analysis, clause, "right")(frame))
    left = clause.child_by_field_name("left")
    if values is None or left is None:
        return False
    exact = True
    for value in values:
        frame.machine.step()
        targets.bind(frame, analysis, left, value)
        exact = _run_clauses(analysis, frame, rest, item, found) and exact
    return exact


HANDLERS: Handlers = {
    "list_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "set_comprehension": _comprehension,
    "dictionary_comprehension": _comprehension,
}
