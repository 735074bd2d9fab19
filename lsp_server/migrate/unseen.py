"""Why it cannot be seen which parameters or buffers an expression gives: in words that name the place."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.messages import Language, Message
from lsp_server.messages import state as messages
from lsp_server.migrate.given_parameters import METHODS, WRAPPERS, given
from lsp_server.migrate.lookups import assigned, module_state
from lsp_server.syntax.scopes import Origin, parameter_name, scope_of

_DEPTH = 8
_LONGEST = 50
_LISTING = {"buffers", "named_buffers", "named_parameters", "parameters_and_names", "state_dict", "parameters_dict"}


def reason(analysis: Analysis, node: Node | None, language: Language) -> str:
    """The innermost part of an expression that is not known, and why."""
    message, code = _why(analysis, node, 0) if node is not None else (messages.UNSEEN_ARGUMENTS, "")
    return message.text(language, code=code) if code else message.text(language)


def unseen_line(use: Use, language: Language) -> str:
    """Of a method that lists a module's state, whose receiver is not known."""
    owner = use.owner
    why = reason(use.analysis, owner, language) if owner is not None else messages.UNSEEN_ARGUMENTS.text(language)
    return messages.STATE_UNSEEN.text(language, reason=why)


def _why(analysis: Analysis, node: Node, depth: int) -> tuple[Message, str]:
    code = _short(analysis, node)
    if depth > _DEPTH:
        return messages.UNSEEN_CODE, code
    if node.type == "identifier":
        return _of_name(analysis, node, code, depth)
    if node.type == "attribute":
        owner = node.child_by_field_name("object")
        if owner is not None and analysis.text(owner) != "self" and module_state(analysis, owner) is None:
            return _why(analysis, owner, depth + 1)
        return messages.UNSEEN_OBJECT, code
    if node.type == "call":
        return _of_call(analysis, node, code, depth)
    if node.type in ("list_comprehension", "generator_expression", "set_comprehension"):
        for clause in node.named_children:
            right = clause.child_by_field_name("right") if clause.type == "for_in_clause" else None
            if right is not None and given(analysis, right) is None and not _lists_known(analysis, right):
                return _why(analysis, right, depth + 1)
        condition = next((one for one in node.named_children if one.type == "if_clause"), None)
        if condition is not None:
            return messages.UNSEEN_CONDITION, _short(analysis, condition.named_children[0])
        return messages.UNSEEN_CODE, code
    if node.type in (
        "list",
        "tuple",
        "dictionary",
        "pair",
        "parenthesized_expression",
        "list_splat",
        "binary_operator",
    ):
        for child in node.named_children:
            if child.type not in ("string", "comment", "integer", "float") and given(analysis, child) is None:
                return _why(analysis, child, depth + 1)
    return messages.UNSEEN_CODE, code


def _of_name(analysis: Analysis, node: Node, code: str, depth: int) -> tuple[Message, str]:
    scope = scope_of(node)
    while True:
        bindings = analysis.scope(scope).bindings.get(analysis.text(node), [])
        if bindings or scope.parent is None:
            break
        scope = scope_of(scope)
    if not bindings:
        return messages.UNSEEN_NAME, code
    parameters = scope.child_by_field_name("parameters")
    names = [parameter_name(one) for one in parameters.named_children] if parameters is not None else []
    if any(name is not None and analysis.text(name) == analysis.text(node) for name in names):
        return messages.UNSEEN_PARAMETER, code
    if any(binding.origin is Origin.IMPORT for binding in bindings):
        return messages.UNSEEN_OBJECT, code
    source = assigned(analysis, node)
    if source is None:
        return messages.UNSEEN_STEPS, code
    if source.type in ("list", "dictionary") and not source.named_children:
        return messages.UNSEEN_STEPS, code
    return _why(analysis, source, depth + 1)


def _of_call(analysis: Analysis, node: Node, code: str, depth: int) -> tuple[Message, str]:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    owner = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    name = function.child_by_field_name("attribute") if owner is not None and function is not None else None
    if owner is not None and name is not None and analysis.text(name) in METHODS | _LISTING:
        if module_state(analysis, owner) is None:
            return _why(analysis, owner, depth + 1)
        return messages.UNSEEN_PARTLY, _short(analysis, owner)
    text = analysis.text(function) if function is not None else ""
    inside = arguments.named_children if arguments is not None else []
    if text in WRAPPERS or text == "filter":
        for child in inside[1:] if text == "filter" else inside:
            if given(analysis, child) is None:
                return _why(analysis, child, depth + 1)
        return messages.UNSEEN_CONDITION, _short(analysis, inside[0]) if inside else code
    return messages.UNSEEN_CALL, " ".join(text.split())[:_LONGEST]


def _lists_known(analysis: Analysis, node: Node) -> bool:
    """``net.named_parameters()`` of a known module."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    owner = function.child_by_field_name("object") if function is not None else None
    return owner is not None and module_state(analysis, owner) is not None


def _short(analysis: Analysis, node: Node) -> str:
    text = " ".join(analysis.text(node).split()).replace("`", "'")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
