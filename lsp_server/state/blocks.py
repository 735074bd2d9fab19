"""Blocks of statements as functions, turned into such once and run as often as the program does."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state.frames import Frame, Raised, merge
from lsp_server.state.values import PLAIN, UNKNOWN, Value


class Flow(Enum):
    """How a statement ends."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


Run = Callable[[Frame], Flow]
Handlers = dict[str, Callable[[Analysis, Node], Run]]
"""By type of node."""
RESULT = "\0result"
"""The name that a frame keeps its returned value under."""


@cache
def _handlers() -> Handlers:
    """Loaded when the first block is met: statements hold blocks."""
    from lsp_server.state import loops, statements

    return {**statements.HANDLERS, **loops.HANDLERS}


def block(analysis: Analysis, node: Node) -> list[Run]:
    """The functions of the statements of a block or module."""
    known = cast("dict[int, list[Run]]", analysis.caches.setdefault("state.blocks", {}))
    if node.id not in known:
        runs = [statement(analysis, child) for child in node.named_children if child.type not in ("comment", "ERROR")]
        if node.has_error and any(child.type == "ERROR" or child.is_missing for child in node.children):
            runs.append(_blind)
        known[node.id] = runs
    return known[node.id]


def statement(analysis: Analysis, node: Node) -> Run:
    """The function of one statement."""
    handler = _handlers().get(node.type)
    return handler(analysis, node) if handler is not None else nothing


def nothing(frame: Frame) -> Flow:
    return Flow.NEXT


def _blind(frame: Frame) -> Flow:
    """A part of the block is no valid source."""
    frame.machine.blind = True
    return Flow.NEXT


def run_block(frame: Frame, runs: list[Run]) -> Flow:
    for run in runs:
        frame.machine.step()
        flow = run(frame)
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def _raises(node: Node) -> bool:
    """Whether a block surely ends with an exception."""
    children = [child for child in node.named_children if child.type != "comment"]
    return bool(children) and children[-1].type == "raise_statement"


def alternatives(frame: Frame, analysis: Analysis, possible: list[Node | None]) -> Flow:
    """Run one of several blocks, nobody knows which; None stands for doing nothing.

    All run in doubt: names keep what the alternatives agree on, and every object from before that one of them changes
    is no longer exact. A block that ends with an exception is none that the program goes on after.
    """
    likely = [body for body in possible if body is None or not _raises(body)] or possible
    if len(likely) == 1:
        return run_block(frame, block(analysis, likely[0])) if likely[0] is not None else Flow.NEXT
    machine, before = frame.machine, frame.names
    outcomes: list[dict[str, Value]] = []
    flows: list[Flow] = []
    machine.doubt += 1
    try:
        for body in likely:
            frame.names = dict(before)
            try:
                flows.append(run_block(frame, block(analysis, body)) if body is not None else Flow.NEXT)
            except Raised:
                continue
            outcomes.append(frame.names)
    finally:
        machine.doubt -= 1
        frame.names = before
    return settle(frame, flows, outcomes)


def settle(frame: Frame, flows: list[Flow], outcomes: list[dict[str, Value]]) -> Flow:
    """Go on after alternatives of which one happened."""
    if not flows:
        raise Raised
    if all(flow is flows[0] for flow in flows):
        frame.names = merge(outcomes)
        return flows[0]
    staying = [names for flow, names in zip(flows, outcomes, strict=True) if flow is not Flow.RETURN]
    frame.returned += [names.get(RESULT) for flow, names in zip(flows, outcomes, strict=True) if flow is Flow.RETURN]
    frame.names = merge(staying or outcomes)
    frame.machine.doubt += 1
    frame.doubts += 1
    return Flow.NEXT


def result(frame: Frame) -> Value:
    """What a function gave, of all the ways through it."""
    value = frame.names.get(RESULT)
    if not frame.returned:
        return value
    constants = (bool, int, float, str)
    if isinstance(value, constants) and all(isinstance(other, constants) for other in frame.returned):
        return value if all(other == value for other in frame.returned) else PLAIN
    return UNKNOWN
