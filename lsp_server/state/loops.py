"""Loops: over known items one by one, over unknown ones once, in doubt."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state import containers
from lsp_server.state.blocks import Flow, Handlers, Run, block, nothing, run_block, settle
from lsp_server.state.code import code
from lsp_server.state.frames import Frame, Raised, merge
from lsp_server.state.targets import assigned_names, bind
from lsp_server.state.values import UNKNOWN, truth


def _for(analysis: Analysis, node: Node) -> Run:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    body, otherwise = node.child_by_field_name("body"), node.child_by_field_name("alternative")
    if left is None or right is None or body is None:
        return nothing
    target, inside, values = left, body, code(analysis, right)
    ending = otherwise.child_by_field_name("body") if otherwise is not None else None

    def run(frame: Frame) -> Flow:
        items = containers.elements(values(frame))
        if items is None:
            return _perhaps(frame, analysis, node, inside, target)
        for item in items:
            frame.machine.step()
            bind(frame, analysis, target, item)
            flow = run_block(frame, block(analysis, inside))
            if flow is Flow.RETURN:
                return flow
            if flow is Flow.BREAK:
                return Flow.NEXT
        return run_block(frame, block(analysis, ending)) if ending is not None else Flow.NEXT

    return run


def _perhaps(frame: Frame, analysis: Analysis, node: Node, body: Node, target: Node | None) -> Flow:
    """A loop that runs nobody knows how often: once in doubt, with all that it assigns unknown before."""
    changed = assigned_names(analysis, node)
    for name in changed:
        if name in frame.names:
            frame.names[name] = UNKNOWN
    before = frame.names
    frame.names = dict(before)
    frame.machine.doubt += 1
    flow = Flow.NEXT
    try:
        if target is not None:
            bind(frame, analysis, target, UNKNOWN)
        flow = run_block(frame, block(analysis, body))
    except Raised:
        pass
    finally:
        frame.machine.doubt -= 1
    inner, frame.names = frame.names, merge([before, frame.names])
    return settle(frame, [Flow.NEXT, flow], [frame.names, inner]) if flow is Flow.RETURN else Flow.NEXT


def _while(analysis: Analysis, node: Node) -> Run:
    test, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if test is None or body is None:
        return nothing
    condition, inside = code(analysis, test), body

    def run(frame: Frame) -> Flow:
        while True:
            frame.machine.step()
            found = truth(condition(frame))
            if found is None:
                return _perhaps(frame, analysis, node, inside, None)
            if not found:
                return Flow.NEXT
            flow = run_block(frame, block(analysis, inside))
            if flow is Flow.RETURN:
                return flow
            if flow is Flow.BREAK:
                return Flow.NEXT

    return run


HANDLERS: Handlers = {"for_statement": _for, "while_statement": _while}
