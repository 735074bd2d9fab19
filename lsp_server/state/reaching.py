"""Runs the function or file around a call until the call is reached: what it gives, and what it was given."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.values import Source, UserClass
from lsp_server.state import blocks, calls, hierarchy
from lsp_server.state.frames import FAILURES, Found, Frame, Machine
from lsp_server.state.library import Arguments
from lsp_server.state.values import UNKNOWN, Module, Value
from lsp_server.syntax.scopes import parameter_name, scope_of


def reach(machine: Machine, call: Source) -> Found | None:
    """What stands before the call in its function is run, with arguments that are not known; ``self`` is an object that
    is just being made, or one that was. None: the call is not reached."""
    analysis, scope = call.analysis, runnable(call.node)
    frame = Frame(machine, analysis)
    if scope.type == "function_definition":
        cls = classes.enclosing_class(scope)
        frame.owner = UserClass(analysis.source(cls)) if cls is not None else None
        parameters = scope.child_by_field_name("parameters")
        for name, bindings in analysis.scope(scope).bindings.items():
            if any(binding.node.parent == parameters for binding in bindings):
                frame.names[name] = UNKNOWN
        _bind_self(frame, scope)
    body = scope if scope.parent is None else scope.child_by_field_name("body")
    if body is None:
        return None
    machine.watch = call.node.id
    try:
        blocks.run_block(frame, blocks.block(analysis, body))
    except Found as reached:
        return reached
    except FAILURES:
        return None
    finally:
        machine.watch = 0
    return None


def runnable(node: Node) -> Node:
    """The function or file that a node is run by."""
    scope = scope_of(node)
    while scope.parent is not None and scope.type != "function_definition":
        scope = scope_of(scope)
    return scope


def _bind_self(frame: Frame, function: Node) -> None:
    """In ``__init__`` the object is empty; another method finds what the constructor leaves."""
    parameters, name = (function.child_by_field_name(field) for field in ("parameters", "name"))
    cls = frame.owner
    if cls is None or parameters is None or name is None or not parameters.named_children:
        return
    first = parameter_name(parameters.named_children[0])
    base = hierarchy.library_base(frame.machine, cls)
    decorated = function.parent is not None and function.parent.type == "decorated_definition"
    if first is None or base is None or decorated:
        return
    if frame.analysis.text(name) == "__init__":
        made: Value = Module(base.partition(".")[0], base, cls, doubt=frame.machine.doubt)
        assert isinstance(made, Module)  # made here
        made.exact = hierarchy.is_closed(frame.machine, cls)
    else:
        try:
            # who asks which parameters are given is told of the object with its defaults, as hovers on it are
            given = Arguments(exact=frame.machine.watches_arguments)
            made = calls.construct(Frame(frame.machine, frame.analysis, is_static=True), cls, given, None)
        except FAILURES:
            return
    frame.names[frame.analysis.text(first)] = made
    frame.receiver = made
