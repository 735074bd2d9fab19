"""What statements do, one function for each kind of node. Loops stand beside this."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source, UserClass
from lsp_server.state import containers, lookup, operators
from lsp_server.state.blocks import RESULT, Flow, Handlers, Run, alternatives, block, nothing, run_block
from lsp_server.state.code import children, code
from lsp_server.state.decorators import decorated
from lsp_server.state.frames import Frame, Raised
from lsp_server.state.targets import assigned_names, bind, delete
from lsp_server.state.values import UNKNOWN, Function, List, Module, Value, may_hold_state, truth


def _expression(analysis: Analysis, node: Node) -> Run:
    inner = children(node)
    if len(inner) == 1 and inner[0].type == "assignment":
        return _assignment(analysis, inner[0])
    if len(inner) == 1 and inner[0].type == "augmented_assignment":
        return _augmented(analysis, inner[0])
    parts = [code(analysis, child) for child in inner if child.type != "string"]

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
        return nothing  # an annotation only
    value = code(analysis, right)

    def run(frame: Frame) -> Flow:
        found = value(frame)
        for target in targets:
            bind(frame, analysis, target, found)
        return Flow.NEXT

    return run


_GROWING = ("+", "|")
"""Signs that put something into a list or dictionary."""


def _augmented(analysis: Analysis, node: Node) -> Run:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    if left is None or right is None or sign is None:
        return nothing
    target, text = left, analysis.text(sign).removesuffix("=")
    old, value = code(analysis, left), code(analysis, right)

    def run(frame: Frame) -> Flow:
        before, added = old(frame), value(frame)
        if isinstance(before, (List, Module)) and text == "+":
            _grow(frame, before, added)
        elif isinstance(before, Module):
            before.exact = False
        elif before is UNKNOWN and text in _GROWING and may_hold_state(added):
            frame.machine.blind = True
        else:
            bind(frame, analysis, target, operators.binary(frame.machine, text, before, added))
        return Flow.NEXT

    return run


def _grow(frame: Frame, holder: List | Module, added: Value) -> None:
    items = containers.elements(added)
    if items is None:
        holder.exact = False
        if isinstance(holder, Module):
            holder.open_ended = True
    elif isinstance(holder, Module):
        containers.extend(frame.machine, holder, items)
    elif frame.machine.certain(holder):
        holder.items += items


def _return(analysis: Analysis, node: Node) -> Run:
    parts = children(node)
    value = code(analysis, parts[0]) if parts else None

    def run(frame: Frame) -> Flow:
        frame.names[RESULT] = value(frame) if value is not None else None
        return Flow.RETURN

    return run


def _raise(analysis: Analysis, node: Node) -> Run:
    def run(frame: Frame) -> Flow:
        raise Raised

    return run


def _delete(analysis: Analysis, node: Node) -> Run:
    targets = children(node)

    def run(frame: Frame) -> Flow:
        for target in targets:
            delete(frame, analysis, target)
        return Flow.NEXT

    return run


_DECLARING = {"function_definition", "decorated_definition", "class_definition", "pass_statement", "comment"}


def _acts(cls: Node) -> bool:
    """Whether the body of a class does more than name things."""
    body = cls.child_by_field_name("body")
    for child in body.named_children if body is not None else []:
        inner = child.named_children[0] if child.type == "expression_statement" and child.named_children else child
        left = inner.child_by_field_name("left") if inner.type == "assignment" else None
        if not (child.type in _DECLARING or inner.type == "string" or (left is not None and left.type == "identifier")):
            return True
    return False


def _definition(analysis: Analysis, node: Node) -> Run:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    name = inner.child_by_field_name("name") if inner is not None else None
    if inner is None or name is None:
        return nothing
    text, source = analysis.text(name), Source(analysis, inner)
    acts = inner.type == "class_definition" and _acts(inner)

    def run(frame: Frame) -> Flow:
        if inner.type == "class_definition":
            frame.machine.blind = frame.machine.blind or acts
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
    names = [analysis.text(child) for child in children(node)]
    is_global = node.type == "global_statement"

    def run(frame: Frame) -> Flow:
        for name in names:
            home = None if is_global else frame.parent
            while home is not None and name not in home.names:
                home = home.parent
            frame.foreign[name] = home
        return Flow.NEXT

    return run


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


def _try(analysis: Analysis, node: Node) -> Run:
    body = node.child_by_field_name("body")
    handlers: list[Node | None] = []
    last: list[Node] = []
    for clause in children(node):
        inner = [child for child in clause.named_children if child.type == "block"]
        if clause.type.startswith("except") and inner:
            handlers.append(inner[-1])
        elif clause.type in ("else_clause", "finally_clause") and inner:
            last.append(inner[-1])
    if body is None:
        return nothing
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
    names = assigned_names(analysis, next((child for child in children(node) if child.type == "with_clause"), node))

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
    for clause in children(body) if body is not None else []:
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


HANDLERS: Handlers = {
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
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
    "break_statement": _constant(Flow.BREAK),
    "continue_statement": _constant(Flow.CONTINUE),
}
