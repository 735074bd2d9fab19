"""What statements do. A block is turned into functions once and run as often as the program does.

A condition that is not known runs all alternatives in doubt: names keep what the alternatives agree on, and every
object from before that one of them changes is no longer exact.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source, UserClass
from lsp_server.state import containers, lookup, operators
from lsp_server.state.decorators import decorated
from lsp_server.state.expressions import code
from lsp_server.state.frames import Frame, Raised, merge
from lsp_server.state.targets import assigned_names, bind, delete
from lsp_server.state.values import PLAIN, UNKNOWN, Function, List, Module, Value, may_hold_state, truth


class Flow(Enum):
    """How a statement ends."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


Run = Callable[[Frame], Flow]
RESULT = "\0result"
"""The name that a frame keeps its returned value under."""


def block(analysis: Analysis, node: Node) -> list[Run]:
    """The functions of the statements of a block or module."""
    cache = cast("dict[int, list[Run]]", analysis.caches.setdefault("state.blocks", {}))
    known = cache.get(node.id)
    if known is None:
        known = cache[node.id] = [
            statement(analysis, child) for child in node.named_children if child.type not in ("comment", "ERROR")
        ]
        if node.has_error and any(child.type == "ERROR" or child.is_missing for child in node.children):
            known.append(_blind)
    return known


def _blind(frame: Frame) -> Flow:
    frame.machine.blind = True
    return Flow.NEXT


def run_block(frame: Frame, runs: list[Run]) -> Flow:
    for run in runs:
        frame.machine.step()
        flow = run(frame)
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def statement(analysis: Analysis, node: Node) -> Run:
    """The function of one statement."""
    handler = _HANDLERS.get(node.type)
    return handler(analysis, node) if handler is not None else _pass


def _pass(frame: Frame) -> Flow:
    return Flow.NEXT


def _children(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _expression(analysis: Analysis, node: Node) -> Run:
    children = _children(node)
    if len(children) == 1 and children[0].type == "assignment":
        return _assignment(analysis, children[0])
    if len(children) == 1 and children[0].type == "augmented_assignment":
        return _augmented(analysis, children[0])
    parts = [code(analysis, child) for child in children if child.type != "string"]

    def run(frame: Frame) -> Flow:
        for part in parts:
            part(frame)
        return Flow.NEXT

    return run


def _assignment(analysis: Analysis, node: Node) -> Run:
    targets: list[Node] = []
    right: Node | None = node
    while right is not None and right.type == "assignment":
        left = right.child_by_field_name("left")
        if left is not None:
            targets.append(left)
        right = right.child_by_field_name("right")
    if right is None:
        return _pass  # an annotation only
    value = code(analysis, right)

    def run(frame: Frame) -> Flow:
        found = value(frame)
        for target in targets:
            bind(frame, analysis, target, found)
        return Flow.NEXT

    return run


def _augmented(analysis: Analysis, node: Node) -> Run:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    if left is None or right is None or sign is None:
        return _pass
    target, text = left, analysis.text(sign).removesuffix("=")
    old, value = code(analysis, left), code(analysis, right)

    def run(frame: Frame) -> Flow:
        before, added = old(frame), value(frame)
        if isinstance(before, (List, Module)) and text == "+":
            _grow(frame, before, added)
        elif isinstance(before, Module):
            before.exact = False
        elif before is UNKNOWN and may_hold_state(added):
            frame.machine.blind = True
        else:
            bind(frame, analysis, target, operators.binary(frame.machine, text, before, added))
        return Flow.NEXT

    return run


def _grow(frame: Frame, holder: List | Module, added: Value) -> None:
    items = containers.elements(added)
    if items is None:
        holder.exact = False
    elif isinstance(holder, Module):
        containers.extend(frame.machine, holder, items)
    elif frame.machine.certain(holder):
        holder.items += items


def _return(analysis: Analysis, node: Node) -> Run:
    children = _children(node)
    value = code(analysis, children[0]) if children else None

    def run(frame: Frame) -> Flow:
        frame.names[RESULT] = value(frame) if value is not None else None
        return Flow.RETURN

    return run


def _raise(analysis: Analysis, node: Node) -> Run:
    def run(frame: Frame) -> Flow:
        raise Raised

    return run


def _delete(analysis: Analysis, node: Node) -> Run:
    targets = _children(node)

    def run(frame: Frame) -> Flow:
        for target in targets:
            delete(frame, analysis, target)
        return Flow.NEXT

    return run


def _definition(analysis: Analysis, node: Node) -> Run:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    name = inner.child_by_field_name("name") if inner is not None else None
    if inner is None or name is None:
        return _pass
    text, source = analysis.text(name), Source(analysis, inner)

    def run(frame: Frame) -> Flow:
        if inner.type == "class_definition":
            frame.machine.homes[inner.id] = frame
            frame.assign(text, UserClass(source))
        else:
            function = Function(source, frame, frame.method_frame().owner)
            frame.assign(text, decorated(frame, function))
        return Flow.NEXT

    return run


def _import(analysis: Analysis, node: Node) -> Run:
    def run(frame: Frame) -> Flow:
        for name, value in lookup.imported_names(frame.machine, analysis, node).items():
            frame.assign(name, value)
        return Flow.NEXT

    return run


def _foreign(analysis: Analysis, node: Node) -> Run:
    names = [analysis.text(child) for child in _children(node)]
    is_global = node.type == "global_statement"

    def run(frame: Frame) -> Flow:
        for name in names:
            home = None if is_global else frame.parent
            while home is not None and name not in home.names:
                home = home.parent
            frame.foreign[name] = home
        return Flow.NEXT

    return run


def _raises(node: Node) -> bool:
    """Whether a block surely ends with an exception."""
    children = _children(node)
    return bool(children) and children[-1].type == "raise_statement"


def _if(analysis: Analysis, node: Node) -> Run:
    branches: list[tuple[Callable[[Frame], Value] | None, Node]] = []
    for clause in [node, *node.children_by_field_name("alternative")]:
        test = clause.child_by_field_name("condition")
        body = clause.child_by_field_name("body" if clause.type == "else_clause" else "consequence")
        if body is not None:
            branches.append((code(analysis, test) if test is not None else None, body))

    def run(frame: Frame) -> Flow:
        possible: list[Node | None] = []
        for test, body in branches:
            found = truth(test(frame)) if test is not None else True
            if found is not False:
                possible.append(body)
            if found:
                break
        else:
            possible.append(None)
        return alternatives(frame, analysis, possible)

    return run


def alternatives(frame: Frame, analysis: Analysis, possible: list[Node | None]) -> Flow:
    """Run one of several blocks; None stands for doing nothing."""
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
    return _settle(frame, flows, outcomes)


def _settle(frame: Frame, flows: list[Flow], outcomes: list[dict[str, Value]]) -> Flow:
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


def _for(analysis: Analysis, node: Node) -> Run:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    body, otherwise = node.child_by_field_name("body"), node.child_by_field_name("alternative")
    if left is None or right is None or body is None:
        return _pass
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
    return _settle(frame, [Flow.NEXT, flow], [frame.names, inner]) if flow is Flow.RETURN else Flow.NEXT


def _while(analysis: Analysis, node: Node) -> Run:
    test, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if test is None or body is None:
        return _pass
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


def _try(analysis: Analysis, node: Node) -> Run:
    body = node.child_by_field_name("body")
    handlers: list[Node | None] = []
    last: list[Node] = []
    for clause in _children(node):
        inner = [child for child in clause.named_children if child.type == "block"]
        if clause.type.startswith("except") and inner:
            handlers.append(inner[-1])
        elif clause.type in ("else_clause", "finally_clause") and inner:
            last.append(inner[-1])
    if body is None:
        return _pass
    inside = body

    def run(frame: Frame) -> Flow:
        try:
            flow = run_block(frame, block(analysis, inside))
        except Raised:
            if not handlers:
                raise
            flow = alternatives(frame, analysis, handlers)
        for part in last:
            if flow is Flow.NEXT:
                flow = run_block(frame, block(analysis, part))
        return flow

    return run


def _with(analysis: Analysis, node: Node) -> Run:
    body = node.child_by_field_name("body")
    names = assigned_names(analysis, next((child for child in _children(node) if child.type == "with_clause"), node))

    def run(frame: Frame) -> Flow:
        for name in names:
            if body is not None and name not in frame.names:
                frame.names[name] = UNKNOWN
        return run_block(frame, block(analysis, body)) if body is not None else Flow.NEXT

    return run


def _match(analysis: Analysis, node: Node) -> Run:
    bodies: list[Node | None] = [None]
    names: set[str] = set()
    body = node.child_by_field_name("body")
    for clause in _children(body) if body is not None else []:
        consequence = clause.child_by_field_name("consequence")
        if consequence is not None:
            bodies.append(consequence)
            names |= assigned_names(analysis, clause)

    def run(frame: Frame) -> Flow:
        for name in names & frame.names.keys():
            frame.names[name] = UNKNOWN
        return alternatives(frame, analysis, bodies)

    return run


def _constant(flow: Flow) -> Callable[[Analysis, Node], Run]:
    return lambda analysis, node: lambda frame: flow


def result(frame: Frame) -> Value:
    """What a function gave, of all the ways through it."""
    value = frame.names.get(RESULT)
    if (
        isinstance(value, (bool, int, float, str))
        and frame.returned
        and all(isinstance(other, (bool, int, float, str)) for other in frame.returned)
    ):
        return value if all(other == value for other in frame.returned) else PLAIN
    return UNKNOWN if frame.returned else value


_HANDLERS: dict[str, Callable[[Analysis, Node], Run]] = {
    "expression_statement": _expression,
    "return_statement": _return,
    "raise_statement": _raise,
    "delete_statement": _delete,
    "function_definition": _definition,
    "class_definition": _definition,
    "decorated_definition": _definition,
    "import_statement": _import,
    "import_from_statement": _import,
    "global_statement": _foreign,
    "nonlocal_statement": _foreign,
    "if_statement": _if,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
    "break_statement": _constant(Flow.BREAK),
    "continue_statement": _constant(Flow.CONTINUE),
}
