"""The state of the object that an expression stands for, where nothing later in the file may have changed it."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserClass, UserInstance
from lsp_server.migrate.lookups import module_state
from lsp_server.state.changes import is_changed
from lsp_server.state.evaluator import state_of
from lsp_server.state.model import ModuleState


def known_state(analysis: Analysis, node: Node | None) -> ModuleState | None:
    """The state of a module that a name, an attribute or a call certainly gives."""
    if node is None:
        return None
    fact = analysis.value(node)
    if not fact.certain or not isinstance(fact.value, (Instance, UserInstance)):
        return None
    if fact.value.call is None and isinstance(fact.value, Instance):
        return None
    if node.type in ("identifier", "attribute") and is_changed(analysis, analysis.text(node)):
        return None
    # a part is as its owner made it, which may have done more to it than call its constructor
    return module_state(analysis, node) if node.type == "attribute" else state_of(analysis, fact.value)


def state_of_class(analysis: Analysis, cls: UserClass) -> ModuleState | None:
    return state_of(analysis, cls)
