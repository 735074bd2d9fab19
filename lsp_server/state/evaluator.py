"""Asks for the state of a class, an object or an expression. Never fails: what cannot be told is incomplete."""

from __future__ import annotations

from typing import cast

from tree_sitter import Node

from lsp_server.catalog.model import LAYERS
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Source, SymbolRef, UserClass, UserInstance
from lsp_server.state import calls, containers, hierarchy, library, reparametrized
from lsp_server.state.code import code
from lsp_server.state.entries import state
from lsp_server.state.frames import FAILURES, Frame, Machine
from lsp_server.state.library import Arguments
from lsp_server.state.model import ModuleState
from lsp_server.state.reaching import reach
from lsp_server.state.values import UNKNOWN, Module, Value


def state_of(analysis: Analysis, value: UserClass | UserInstance | Instance) -> ModuleState | None:
    """The state of a module: a class, or an object as its constructor call leaves it.

    A class, and an object whose call is not known, is made with its default arguments; arguments without a default
    stay unknown. None: it is no module.
    """
    call = None if isinstance(value, UserClass) else value.call
    home = call.analysis if call is not None else _home(analysis, value)
    cache = cast("dict[object, ModuleState | None]", home.caches.setdefault("state.states", {}))
    key = call.node.id if call is not None else _key(value)
    if key not in cache:
        cache[key] = _made_by(call) if call is not None else _of_class(analysis, value)
    return cache[key]


def _home(analysis: Analysis, value: UserClass | UserInstance | Instance) -> Analysis:
    if isinstance(value, Instance):
        return analysis
    return (value if isinstance(value, UserClass) else value.cls).definition.analysis


def _key(value: UserClass | UserInstance | Instance) -> object:
    if isinstance(value, Instance):
        return value.cls
    return -(value if isinstance(value, UserClass) else value.cls).definition.node.id


def state_of_expression(analysis: Analysis, text: str) -> ModuleState | None:
    """The state of a class name, a constructor call or a call of one of the file's functions.

    None: the text is no expression, or gives no module.
    """
    cache = cast("dict[str, ModuleState | None]", analysis.caches.setdefault("state.asked", {}))
    if text not in cache:
        cache[text] = _of_expression(analysis, text)
    return cache[text]


def _of_expression(analysis: Analysis, text: str) -> ModuleState | None:
    end = len(analysis.document.data.rstrip())
    document = analysis.document.edited(end, len(analysis.document.data), f"\n\n({text.strip()})\n")
    extended = Analysis(document, analysis.catalog, analysis.project, analysis.path)
    last = document.root.named_children[-1] if document.root.named_children else None
    if last is None or last.has_error or last.type != "expression_statement" or not text.strip():
        return None
    machine = Machine(analysis.catalog)
    value = _guarded(machine, lambda: code(extended, last.named_children[0])(Frame(machine, extended, is_static=True)))
    if isinstance(value, UserClass):
        return state_of(extended, value)
    return state(machine, value, _title(value, text.strip())) if isinstance(value, Module) else None


def _guarded(machine: Machine, run: object) -> Value:
    """Run within the limits; what goes beyond them is not known."""
    try:
        return cast("Value", run()) if callable(run) else UNKNOWN
    except FAILURES:
        machine.blind = True
        return UNKNOWN


def _title(value: Value, text: str) -> str:
    if isinstance(value, Module) and value.cls is not None:
        name = value.cls.definition.node.child_by_field_name("name")
        if name is not None:
            return value.cls.definition.analysis.text(name)
    return value.base.rpartition(".")[2] if isinstance(value, Module) else text


def _of_class(analysis: Analysis, value: UserClass | UserInstance | Instance) -> ModuleState | None:
    machine = Machine(analysis.catalog)
    if isinstance(value, Instance):
        open_to_all = value.cls in LAYERS.values() or value.cls in containers.INDEXED or value.cls in containers.KEYED
        if open_to_all or not library.is_layer(analysis.catalog, value.cls):
            return None  # any module may stand behind `net: nn.Module`
        layer = library.build(machine, value.cls, Arguments(exact=False), None)
        return state(machine, layer, _title(layer, ""))
    cls = value if isinstance(value, UserClass) else value.cls
    home = cls.definition.analysis
    if hierarchy.library_base(machine, cls) is None:
        return None
    frame = Frame(machine, home, is_static=True)
    made: list[Module] = []
    found = _guarded(machine, lambda: calls.construct(frame, cls, Arguments(), None, made))
    module = found if isinstance(found, Module) else made[0] if made else None
    return state(machine, module, _title(module, "")) if module is not None else None


def _made_by(call: Source) -> ModuleState | None:
    """The object that a constructor call in the source makes, with what stands before the call, and after what norms
    around the call make of it: ``weight_norm(nn.Linear(2, 2))``."""
    call = Source(call.analysis, _normed(call))
    machine = Machine(call.analysis.catalog)
    reached = reach(machine, call)
    value = reached.value if reached is not None else UNKNOWN
    if not isinstance(value, Module):
        machine = Machine(call.analysis.catalog)
        frame = Frame(machine, call.analysis, is_static=True)
        value = _guarded(machine, lambda: code(call.analysis, call.node)(frame))
    return state(machine, value, _title(value, "")) if isinstance(value, Module) else None


def _normed(call: Source) -> Node:
    """The outermost of the calls around a call that give its object back, changed."""
    node = call.node
    while True:
        arguments = node.parent
        around = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
        function = around.child_by_field_name("function") if around is not None else None
        if arguments is None or around is None or function is None or arguments.named_children[0] != node:
            return node
        value = call.analysis.value(function).value
        if not isinstance(value, SymbolRef) or value.name not in reparametrized.NAMES:
            return node
        node = around
