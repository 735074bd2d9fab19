"""What stands for a function after its decorators ran."""

from __future__ import annotations

from typing import cast

from tree_sitter import Node

from lsp_server.inference import decorators
from lsp_server.inference.analysis import Analysis
from lsp_server.state import calls
from lsp_server.state.code import code
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments
from lsp_server.state.values import UNKNOWN, Function, Symbol, Value
from lsp_server.syntax.scopes import parameter_name


def decorated(frame: Frame, function: Function) -> Value:
    """The function itself if its decorators are known to keep it; otherwise what the user's decorators give."""
    source = function.definition
    if source.node.type == "lambda" or decorators.keeps_type(source.analysis, source.node):
        return function
    holder = source.node.parent
    value: Value = function
    for decorator in reversed(_expressions(holder) if holder is not None else []):
        applied = code(source.analysis, decorator)(frame)
        if isinstance(applied, Symbol) and applied.name in _TRANSPARENT:
            continue
        if isinstance(applied, Symbol):
            return UNKNOWN
        if isinstance(applied, Function) and isinstance(value, Function) and _gives_back(applied):
            _register(frame, value)
            continue
        value = calls.call(frame, applied, Arguments([value]), source)
    return value


_TRANSPARENT = {"functools.wraps", "functools.lru_cache", "functools.cache", "torch.no_grad", "torch.inference_mode"}


def _expressions(holder: Node) -> list[Node]:
    return [
        child.named_children[0] for child in holder.named_children if child.type == "decorator" and child.named_children
    ]


def _register(frame: Frame, function: Function) -> None:
    name = function.definition.node.child_by_field_name("name")
    if name is not None:
        frame.machine.registered[function.definition.analysis.text(name)] = function.definition.analysis


def _gives_back(decorator: Function) -> bool:
    """Whether a decorator gives the very function that it was given, whatever else it does (``register_model``)."""
    analysis, node = decorator.definition.analysis, decorator.definition.node
    cache = cast("dict[int, bool]", analysis.caches.setdefault("state.giving_back", {}))
    if node.id not in cache:
        cache[node.id] = node.type == "function_definition" and _returns_parameter(analysis, node)
    return cache[node.id]


def _returns_parameter(analysis: Analysis, node: Node) -> bool:
    parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
    first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
    name = parameter_name(first) if first is not None else None
    if name is None or body is None or len(analysis.scope(node).bindings.get(analysis.text(name), ())) != 1:
        return False
    last = body.named_children[-1] if body.named_children else None
    if last is None or last.type != "return_statement":
        return False
    pending, wanted = list(body.named_children), analysis.text(name)
    while pending:
        current = pending.pop()
        if current.type == "return_statement":
            if [analysis.text(child) for child in current.named_children] != [wanted]:
                return False
        elif current.type == "yield":
            return False
        elif current.type not in ("function_definition", "class_definition", "lambda"):
            pending += current.named_children
    return True
