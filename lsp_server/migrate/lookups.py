"""Which expression a name stands for, and the state of the module that an expression gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.uses import Use, of_node
from lsp_server.inference.values import Instance, UserClass, UserInstance, Value
from lsp_server.syntax.scopes import Origin, scope_of

if TYPE_CHECKING:
    from lsp_server.state.model import ModuleState


def module_state(analysis: Analysis, node: Node | None) -> ModuleState | None:
    """The state of the module object that an expression gives. None: it gives none, or another one."""
    if node is None:
        return None
    value = analysis.value(node).value
    if not isinstance(value, (Instance, UserInstance)):
        return None
    return _inside(analysis, node, value) or value_state(analysis, value)


def _inside(analysis: Analysis, node: Node, value: Instance | UserInstance) -> ModuleState | None:
    """The state of ``net.body`` as ``net`` made it, unless something else was put there."""
    from lsp_server.state.parts import part_state

    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if node.type != "attribute" or owner is None or name is None:
        return None
    around = module_state(analysis, owner)
    own = analysis.text(name)
    part = next((part for part in around.parts if part.name == own), None) if around is not None else None
    if around is None or part is None:
        return None
    if isinstance(value, Instance):
        is_same = value.call == part.call and part.title == value.cls.rpartition(".")[2]
    else:
        head = value.cls.definition.node.child_by_field_name("name")
        is_same = head is not None and value.cls.definition.analysis.text(head) == part.title
    return part_state(analysis, around, own) if is_same else None


def value_state(analysis: Analysis, value: Value | None) -> ModuleState | None:
    """The state of a module class or of an object of one; of a library layer only where its call is known."""
    from lsp_server.state.evaluator import state_of

    if isinstance(value, Instance):
        return state_of(analysis, value) if value.call is not None else None
    if not isinstance(value, (UserClass, UserInstance)):
        return None
    cls = value if isinstance(value, UserClass) else value.cls
    return state_of(analysis, value) if classes.is_module(cls.definition.analysis, cls) else None


def called(analysis: Analysis, node: Node | None) -> Use | None:
    """The framework symbol that a call calls."""
    function = node.child_by_field_name("function") if node is not None and node.type == "call" else None
    return of_node(analysis, function) if function is not None else None


def assigned(analysis: Analysis, node: Node) -> Node | None:
    """The only expression that a name is given in its scope; None for anything less plain."""
    name = analysis.text(node)
    scope = scope_of(node)
    while True:
        bindings = analysis.scope(scope).bindings.get(name)
        if bindings:
            break
        if scope.parent is None:
            return None
        scope = scope_of(scope)
    if len(bindings) != 1 or bindings[0].origin is not Origin.ASSIGNMENT or bindings[0].path:
        return None
    statement = bindings[0].node
    if statement.type == "expression_statement":
        statement = statement.named_children[0]
    return statement.child_by_field_name("right") if statement.type == "assignment" else None


def argument(analysis: Analysis, call: Node, index: int, name: str) -> Node | None:
    """The value of an argument by its place or its name; None behind a star."""
    place = 0
    for node in argument_nodes(call):
        if node.type == "keyword_argument":
            keyword = node.child_by_field_name("name")
            if keyword is not None and analysis.text(keyword) == name:
                return node.child_by_field_name("value")
        elif node.type in ("list_splat", "dictionary_splat"):
            return None
        elif place == index:
            return node
        else:
            place += 1
    return None


def is_written(node: Node) -> bool:
    """Whether something is assigned to an attribute or item here, or it is deleted: no call can stand in its place."""
    parent = node.parent
    while parent is not None and parent.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"):
        node, parent = parent, parent.parent
    if parent is None or parent.type in ("delete_statement", "as_pattern_target"):
        return parent is not None
    holders = ("assignment", "augmented_assignment", "for_statement", "for_in_clause")
    return parent.type in holders and parent.child_by_field_name("left") == node
