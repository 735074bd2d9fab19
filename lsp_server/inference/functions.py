"""The user's functions: what they give."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.model import LAYERS
from lsp_server.inference import annotations, arguments, classes, decorators, definitions, lineage, merging, views
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    Repeated,
    Sequence,
    UserClass,
    UserFunction,
    UserInstance,
)
from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_EXITS = Pattern(
    "(return_statement) @return (yield) @yield (function_definition) @inner (lambda) @inner (class_definition) @inner"
)
_DEPTH = 3
"""How many calls deep functions are looked into with the arguments of their calls."""
_MOST_BYTES = 6000
"""The longest body that is looked into for one call."""
_CHOOSING = re.compile(rb"\[(\w+)\]|getattr\([^()]*?(\w+)\s*[,)]|\.get\((\w+)\s*[,)]")
_PLAIN = ("int", "float", "bool", "str")
_MANAGERS = ("contextmanager", "asynccontextmanager")
_STUBS = ("pass_statement", "raise_statement", "ellipsis", "string", "comment")


def returned(function: UserFunction) -> Fact:
    """What a user's function gives whatever it is called with: its annotation, else all its returns together."""
    return function.definition.analysis.ask(RETURNED, function.definition.node)


def called(analysis: Analysis, function: UserFunction, call: Node | None) -> Fact:
    """What one call of a user's function gives; where the function's own text says too little, its body is looked
    into with what the call passes."""
    found = returned(function)
    if found.certain and not _depends_on_object(function):
        return found
    home, node = function.definition.analysis, function.definition.node
    given = _given(analysis, function, call)
    if given is None or _is_declared(home, node, found):
        return found
    if found.value != UNKNOWN and not _depends_on_object(function) and not all(fact.certain for fact in given.values()):
        return found
    special = _in_call(home, node, given)
    return found if special.value == UNKNOWN or (special.value == found.value and not special.certain) else special


def applied(function: UserFunction, passed: list[Fact]) -> Fact:
    """What a function gives for these positional arguments."""
    home, node = function.definition.analysis, function.definition.node
    positional = definitions.parameters(home, node).positional
    given = {parameter.id: fact for (_, parameter), fact in zip(positional, passed, strict=False)}
    found = _in_call(home, node, given)
    return found if found.value != UNKNOWN else returned(function)


def entered(analysis: Analysis, fact: Fact) -> Fact:
    """What ``with … as`` holds: what ``__enter__`` gives, or the object itself."""
    if isinstance(fact.value, UserInstance):
        for name in ("__enter__", "__aenter__"):
            method = classes.attribute(fact.value, name)
            if method is not None and isinstance(method.value, UserFunction):
                found = called(analysis, method.value, None)
                return found if fact.certain and method.certain else found.likely()
    return fact if isinstance(fact.value, (Instance, UserInstance, Sequence)) else NOTHING


def chooses(function: UserFunction) -> bool:
    """Whether what a function gives may be chosen by a name that it is called with: ``getattr(nn, name)``."""
    node = function.definition.node
    return _CHOOSING.search(function.definition.analysis.document.data, node.start_byte, node.end_byte) is not None


def is_abstract(analysis: Analysis, function: Node) -> bool:
    """Whether a method only stands for those that override it."""
    if function.type == "lambda":
        return False
    if any(mark.endswith("abstractmethod") for mark in decorators.marks(analysis, function)):
        return True
    body = function.child_by_field_name("body")
    statements = [child for child in body.named_children if child.type != "comment"] if body is not None else []
    kinds = [
        child.named_children[0].type if child.type == "expression_statement" and child.named_children else child.type
        for child in statements
    ]
    return all(kind in _STUBS for kind in kinds)


def _depends_on_object(function: UserFunction) -> bool:
    """Whether a method was read from an object whose class may have overridden what the method uses."""
    bound = function.bound
    if bound is None:
        return False
    owner = definitions.enclosing_class(function.definition.node)
    cls = bound.cls if isinstance(bound, UserInstance) else bound
    return owner is not None and cls.definition.node != owner


def _is_declared(analysis: Analysis, node: Node, found: Fact) -> bool:
    """Whether an annotation says it all."""
    annotation = node.child_by_field_name("return_type")
    if annotation is None or found.value == UNKNOWN or _is_vague(found):
        return False
    return annotations.fact(analysis, annotation).value == found.value


def _is_vague(fact: Fact) -> bool:
    """``-> nn.Module`` says less than the body."""
    value = fact.value
    return (isinstance(value, Instance) and value.cls in LAYERS.values()) or isinstance(value, (Repeated, Sequence))


def _returned(analysis: Analysis, node: Node, _: str) -> Fact:
    annotation = node.child_by_field_name("return_type")
    said = annotations.fact(analysis, annotation) if annotation is not None else NOTHING
    if said.value != UNKNOWN and not _is_vague(said) and said.value != Constant(None):
        return said
    found = _body(analysis, node)
    if said.value == UNKNOWN:
        return found
    return found if _is_more(analysis, found, said) else said


def _is_more(analysis: Analysis, found: Fact, said: Fact) -> bool:
    """Whether the body says more than the annotation, and nothing else."""
    if isinstance(found.value, (Instance, UserInstance)) and isinstance(said.value, Instance):
        return found.certain and said.value.cls == lineage.layer_root(analysis, found.value)
    return isinstance(found.value, Sequence) and said.value == Repeated(UNKNOWN)


def _body(analysis: Analysis, node: Node) -> Fact:
    body = node.child_by_field_name("body")
    if body is None:
        return NOTHING
    if node.type == "lambda":
        return analysis.value(body)
    exits = _exits(analysis, node)
    yields = exits.get("yield", [])
    if yields:
        return _yielded(analysis, node, yields)
    if is_abstract(analysis, node):
        return NOTHING
    returns = exits.get("return", [])
    if not returns:
        return Fact(Constant(None))
    return merging.joined(analysis, [_given_back(analysis, one) for one in returns])


def _given_back(analysis: Analysis, statement: Node) -> Fact:
    values = [child for child in statement.named_children if child.type != "comment"]
    return analysis.value(values[0]) if values else Fact(Constant(None))


def _yielded(analysis: Analysis, node: Node, yields: list[Node]) -> Fact:
    """A generator gives one after the other; a context manager's function, what ``as`` holds."""
    facts: list[Fact] = []
    for one in yields:
        values = [child for child in one.named_children if child.type != "comment"]
        if any(child.type == "from" for child in one.children):
            inner = analysis.value(values[0]) if values else NOTHING
            facts.append(Fact(inner.value.element, inner.certain) if isinstance(inner.value, Repeated) else NOTHING)
        else:
            facts.append(analysis.value(values[0]) if values else Fact(Constant(None)))
    found = merging.joined(analysis, facts)
    if any(mark.rpartition(".")[2] in _MANAGERS for mark in decorators.marks(analysis, node)):
        return found
    return Fact(Repeated(found.value), found.certain)


def _exits(analysis: Analysis, node: Node) -> dict[str, list[Node]]:
    """The returns and yields of a function, those of functions inside of it left out."""
    return kept(analysis, "exits", node.id, lambda: _find_exits(node))


def _find_exits(node: Node) -> dict[str, list[Node]]:
    body = node.child_by_field_name("body")
    captures = _EXITS.all_captures(body) if body is not None else {}
    inner = [(one.start_byte, one.end_byte) for one in captures.pop("inner", [])]
    return {
        kind: sorted(
            (one for one in nodes if not any(start <= one.start_byte < end for start, end in inner)),
            key=lambda one: one.start_byte,
        )
        for kind, nodes in captures.items()
    }


def _given(analysis: Analysis, function: UserFunction, call: Node | None) -> dict[int, Fact] | None:
    """What the parameters hold in a call; None if that is not known, or says nothing."""
    home, node = function.definition.analysis, function.definition.node
    parameters = definitions.parameters(home, node)
    given: dict[int, Fact] = {}
    skipped = 0
    if function.bound is not None and parameters.positional:
        first, bound = parameters.positional[0][1], function.bound
        is_for_class = node.type != "lambda" and decorators.is_for_class(home, node)
        cls = bound.cls if isinstance(bound, UserInstance) else bound
        given[first.id] = Fact(cls if is_for_class or isinstance(bound, UserClass) else bound)
        skipped = 1
    if call is None:
        return given or None
    bound_call = arguments.bind(analysis, call, parameters, skipped)
    if bound_call is None:
        return None
    for key, argument in bound_call.given.items():
        given[key] = analysis.value(argument)
    if bound_call.is_whole:
        for _, parameter in (*parameters.positional[skipped:], *parameters.keyword):
            default = parameter.child_by_field_name("value")
            if default is not None and parameter.id not in given:
                given[parameter.id] = home.value(default)
        if parameters.rest is not None and bound_call.rest:
            rest = [analysis.value(one) for one in bound_call.rest]
            certain = all(fact.certain for fact in rest)
            given[parameters.rest.id] = Fact(Sequence(tuple(fact.value for fact in rest)), certain)
    return _telling(home, node, given)


def _telling(home: Analysis, node: Node, given: dict[int, Fact]) -> dict[int, Fact] | None:
    """What can make a difference to the result. A number or string does only where it chooses something (``ACT[name]``,
    ``getattr(nn, name)``); otherwise it is as good as any other."""
    body = node.child_by_field_name("body")
    if body is None or body.end_byte - body.start_byte > _MOST_BYTES:
        return None
    text = home.document.data[body.start_byte : body.end_byte]
    chosen = {name for names in _CHOOSING.findall(text) for name in names if name}
    found: dict[int, Fact] = {}
    tells = False
    for name, parameter in _all(definitions.parameters(home, node)):
        fact = given.get(parameter.id)
        if fact is None or fact.value == UNKNOWN:
            continue
        value = fact.value
        if isinstance(value, Constant) and value.value is not None and name.encode() not in chosen:
            fact = Fact(Instance(type(value.value).__name__), fact.certain)
        else:
            tells = tells or not (isinstance(value, Instance) and value.cls in _PLAIN)
        found[parameter.id] = fact
    return found if tells else None


def _all(parameters: definitions.Parameters) -> list[tuple[str, Node]]:
    rest = [("", parameters.rest)] if parameters.rest is not None else []
    return [*parameters.positional, *parameters.keyword, *rest]


def _in_call(home: Analysis, node: Node, given: dict[int, Fact]) -> Fact:
    solver = home.project.solver
    if solver.calls >= _DEPTH:
        return NOTHING
    solver.calls += 1
    try:
        return views.result(home, node, given, _body)
    finally:
        solver.calls -= 1


RETURNED = Question("returned", "owner", _returned, NOTHING)
