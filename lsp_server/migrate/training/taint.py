"""What weights may come into: the statements of a step whose results may have gradients.

A function of the file counts as one that runs no network only if all that it does is known; whatever is in doubt counts
as a network, because what stays outside of the forward function has no gradients.
"""

from __future__ import annotations

import builtins

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.definitions import enclosing_method, first_parameter
from lsp_server.inference.values import (
    External,
    Instance,
    Module,
    Record,
    SymbolRef,
    Unknown,
    UserFunction,
    UserInstance,
)
from lsp_server.migrate.training.detect import Step
from lsp_server.migrate.training.recording import is_no_grad
from lsp_server.migrate.training.variables import (
    binds,
    bound_in,
    certainly_binds,
    changes,
    field,
    is_label,
    loops_around,
    parameters,
    reads,
    root_of,
    targets,
    text,
    walk,
)

_SHAPES = ("to", "cuda", "cpu", "float", "long", "int", "bool", "view", "reshape", "size", "append", "next", "items")
_CALLING = ("builtins.map", "builtins.filter")
_DEEPEST = 4
"""How many functions are looked into, one inside of the other."""


def weights_in(analysis: Analysis, step: Step, before: list[Node]) -> set[int]:
    """The statements whose results may depend on weights."""
    loops = loops_around(step.block)
    local = binds(loops[-1]) if loops else bound_in(before)
    names: set[str] = set()
    found: set[int] = set()
    for statement in before:
        bound = binds(statement) | (changes(statement) & local)
        if statement.type == "with_statement" and is_no_grad(analysis, statement):
            # what it works out has no gradients: it stays outside, where none are recorded
            names -= bound
        elif reads(statement) & names or touches(analysis, statement, names, local):
            found.add(statement.id)
            names |= bound
        else:
            names -= {name for name in bound if certainly_binds(statement, name)}
    return found


def touches(analysis: Analysis, node: Node, tainted: set[str], local: set[str], depth: int = 0) -> bool:
    """Whether weights may come in: by a call of what may be a network, or by a parameter itself."""
    for one in walk(node):
        if one.type == "call" and _may_be_network(analysis, one, tainted, local, depth):
            return True
        if one.type in ("identifier", "attribute") and _is_weight(analysis, one):
            return True
    return False


def _is_weight(analysis: Analysis, node: Node) -> bool:
    value = analysis.value(node).value
    if not isinstance(value, Instance):
        return False
    if value.cls.endswith(".Parameter"):
        return True
    return value.call is not None and b"requires_grad" in (value.call.node.text or b"")


def _may_be_network(analysis: Analysis, call: Node, tainted: set[str], local: set[str], depth: int) -> bool:
    function = field(call, "function")
    if function is None:
        return True
    value = analysis.value(function).value
    if isinstance(value, SymbolRef) and value.name in _CALLING:
        return _may_be_called(analysis, call)
    if isinstance(value, (SymbolRef, External, Module, Record)):
        return False
    if isinstance(value, UserFunction):
        return depth == _DEEPEST or _may_touch(value, depth + 1)
    if isinstance(value, (Instance, UserInstance)):
        return True
    if function.type == "identifier":
        return not hasattr(builtins, text(function))
    if function.type == "attribute":
        name, owner = field(function, "attribute"), field(function, "object")
        root = root_of(owner)
        if root is None:
            return owner is None or owner.type == "call"
        held = analysis.value(root).value
        if isinstance(held, (Module, External)):
            return False
        if text(root) in local or (name is not None and text(name) in _SHAPES):
            return text(root) in tainted
        owned = analysis.value(owner).value if owner is not None else None
        if isinstance(owned, Instance):
            return not owned.cls.endswith(".Tensor") and framework_of(owned.cls) is not None
        return True
    return True


def _may_be_called(analysis: Analysis, call: Node) -> bool:
    """Whether what ``map(net, rows)`` calls may be a network."""
    arguments = field(call, "arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if first is None or first.type == "lambda":
        return False
    return not isinstance(analysis.value(first).value, (SymbolRef, External, Record))


def _may_touch(function: UserFunction, depth: int) -> bool:
    """Whether weights may come in by what a function or method does with anything but its arguments."""
    analysis, node = function.definition.analysis, function.definition.node
    body = field(node, "body")
    if body is None or node.type != "function_definition":
        return True
    if touches(analysis, body, set(), set(), depth):
        return True
    own = binds(body) | parameters(node)
    for one in walk(body):
        if one.type == "for_in_clause":
            own |= targets(field(one, "left"))
        elif one.type == "lambda":
            own |= parameters(one)
    if function.bound is not None:
        own.discard(first_parameter(analysis, node))
    return any(_is_unknown(analysis, one, own) for one in walk(body))


def _is_unknown(analysis: Analysis, node: Node, own: set[str]) -> bool:
    """Whether a name or a member comes from outside of a function and nobody knows what it is."""
    if node.type == "attribute":
        root = root_of(field(node, "object"))
        if root is None or _is_called(node):
            return False
    elif node.type == "identifier" and not is_label(node):
        root = node
    else:
        return False
    if text(root) in own or hasattr(builtins, text(root)):
        return False
    return isinstance(analysis.value(node).value, Unknown) and not _is_array(analysis, node)


def _is_array(analysis: Analysis, node: Node) -> bool:
    """Whether an attribute of ``self`` is given nothing but what NumPy makes: it holds no weights."""
    found = enclosing_method(node) if node.type == "attribute" else None
    made = [
        right
        for one in (walk(found[1]) if found is not None else ())
        if one.type == "assignment"
        and (left := field(one, "left")) is not None
        and text(left) == text(node)
        and (right := field(one, "right")) is not None
    ]
    functions = [field(one, "function") if one.type == "call" else None for one in made]
    values = [analysis.value(one).value if one is not None else None for one in functions]
    return bool(values) and all(isinstance(one, External) and one.module.partition(".")[0] == "numpy" for one in values)


def _is_called(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "call" and field(node.parent, "function") == node
