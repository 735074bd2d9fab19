"""Follows gradients from the statement that works them out to the optimizer: clipped, added up, scaled on their way."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef, Unknown
from lsp_server.messages import training as messages
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.eager.detect import GradCall, bound_arguments, is_train_cell
from lsp_server.migrate.training.eager.events import Event, Family
from lsp_server.migrate.training.eager.scaling import check, followed, scaling_event
from lsp_server.migrate.training.variables import field, function_around, is_label, text, walk

_NORMS = ("mindspore.ops.clip_by_global_norm", "mindspore.ops.clip_by_norm")
_CONTAINERS = ("tuple", "list")
_COMPREHENSIONS = ("generator_expression", "list_comprehension")


def families(analysis: Analysis, calls: list[GradCall]) -> tuple[list[Family], list[tuple[Family, NotUnderstood]]]:
    """The calls whose gradients meet, with all that happens to them; those that are not understood with the reason."""
    found: list[Family] = []
    bad: list[tuple[Family, NotUnderstood]] = []
    for call in calls:
        holder = function_around(call.statement)
        if any(one.holder.id == holder.id and call.gradients in one.names for one in found):
            next(o for o in found if o.holder.id == holder.id and call.gradients in o.names).calls.append(call)
        else:
            found.append(Family(holder, {call.gradients}, [call], {}))
    done: list[Family] = []
    while found:
        family = found.pop(0)
        try:
            merged = _follow(analysis, family, found)
        except NotUnderstood as reason:
            bad.append((family, reason))
            continue
        for other in merged:
            found.remove(other)
        done.append(family)
    return done, bad


def _follow(analysis: Analysis, family: Family, others: list[Family]) -> list[Family]:
    merged: list[Family] = []
    looked: set[str] = set()
    own = {call.statement.id for call in family.calls}
    while family.names - looked:
        name = sorted(family.names - looked)[0]
        looked.add(name)
        for node in _places(family.holder, name):
            statement = _statement(node)
            if statement.id in own or statement.id in family.events:
                continue
            event, more = _event(analysis, statement, node, family.names)
            family.events[statement.id] = event
            family.names |= more
            for other in [one for one in others if one.holder.id == family.holder.id and one.names & family.names]:
                if other not in merged:
                    merged.append(other)
                    family.calls += other.calls
                    family.names |= other.names
                    own |= {call.statement.id for call in other.calls}
    family.calls.sort(key=lambda call: call.statement.start_byte)
    updates = family.of("update")
    if not updates:
        raise NotUnderstood(family.calls[0].call, messages.NO_UPDATE)
    followed(analysis, family)
    shared = any(event.operator == "share" for event in updates)
    if (shared or len(family.optimizers) > 1) and not _is_shared(family):
        raise NotUnderstood(updates[1].statement, messages.SEVERAL_OPTIMIZERS)
    check(analysis, family)
    return merged


def _is_shared(family: Family) -> bool:
    """Whether each optimizer gets the gradients of its own parameters, as slices of all."""
    listed = [f"*{text(one)}.parameters" for one in family.optimizers]
    plain = all(event.kind == "update" and event.operator == "share" for event in family.events.values())
    weights = [call.function.weights for call in family.calls]
    return plain and all([text(one) for one in node.named_children] == listed for node in weights)


def _places(holder: Node, name: str) -> list[Node]:
    """Where a function reads or binds a variable; functions in it that name it mean something else or are passed it."""
    wanted = "attribute" if "." in name else "identifier"
    found: list[Node] = []
    for node in walk(holder):
        if node.type != wanted or text(node) != name:
            continue
        if is_label(node):
            continue
        around = function_around(node)
        if wanted == "identifier" and around.id != holder.id:
            if around.type == "lambda" or name not in _bound_in(around):
                raise NotUnderstood(node, messages.GRADIENTS_READ)
            continue
        found.append(node)
    return found


def _bound_in(function: Node) -> set[str]:
    parameters, body = field(function, "parameters"), field(function, "body")
    names = set[str]()
    for node in walk(parameters) if parameters is not None else ():
        names |= {text(node)} if node.type == "identifier" else set()
    for node in walk(body) if body is not None else ():
        left = field(node, "left") if node.type == "assignment" else None
        names |= {text(one) for one in walk(left) if one.type == "identifier"} if left is not None else set()
    return names


def _statement(node: Node) -> Node:
    while node.parent is not None and node.parent.type not in ("block", "module"):
        node = node.parent
    return node


def _event(analysis: Analysis, statement: Node, place: Node, names: set[str]) -> tuple[Event, set[str]]:
    """What a statement does to gradients, and under which other names it leaves or takes them."""
    scaled = scaling_event(analysis, statement, place)
    if scaled is not None:
        return scaled
    inner = statement.named_children[0] if statement.named_children else statement
    if statement.type == "return_statement" and inner.type == "call":
        return _update(analysis, statement, inner, place), set()
    if statement.type != "expression_statement":
        raise NotUnderstood(place, messages.GRADIENTS_READ)
    if inner.type == "call":
        return _update(analysis, statement, inner, place), set()
    left, right = field(inner, "left"), field(inner, "right")
    if inner.type != "assignment" or left is None or right is None or left.type not in ("identifier", "attribute"):
        raise NotUnderstood(place, messages.GRADIENTS_READ)
    name = text(left)
    if name in names and _is_empty(analysis, right):
        return Event("reset", statement), set()
    if right.type == "conditional_expression":
        return _accumulated(statement, right, names, name), {name}
    if right.type == "call" and _is_name(analysis, field(right, "function"), _NORMS):
        return Event("norm", statement, (_limit(right, names),)), {name}
    limits = _clipped(analysis, right, names)
    if limits is not None:
        return Event("value", statement, limits), {name}
    added = _sum(right, names)
    if added is not None:
        return Event("sum", statement), {name, *added}
    scaled = _scaled(right, names)
    if scaled is not None:
        return Event("scale", statement, (scaled[1],), scaled[0]), {name}
    if right.type == "call":
        function = field(right, "function")
        if function is not None and text(function) == "self.grad_reducer" and is_train_cell(analysis, function):
            return Event("reducer", statement), {name}
        if name not in names:
            return _update(analysis, statement, right, place), set()
    raise NotUnderstood(place, messages.GRADIENTS_READ)


def _is_name(analysis: Analysis, node: Node | None, names: tuple[str, ...]) -> bool:
    value = analysis.value(node).value if node is not None else None
    return isinstance(value, SymbolRef) and value.name in names


def _update(analysis: Analysis, statement: Node, call: Node, place: Node) -> Event:
    """``optimizer(grads)``, alone or as the second argument of ``ops.depend``."""
    given = arguments(call)
    function = field(call, "function")
    if len(given) == 2 and function is not None and text(function).rpartition(".")[2] == "depend":
        if given[1].type != "call":
            raise NotUnderstood(place, messages.GRADIENTS_READ)
        inner = _update(analysis, statement, given[1], place)
        return msgspec.structs.replace(inner, result=given[0])
    if statement.type != "expression_statement" or statement.named_children[0].type != "call":
        # only `depend` gives something on
        held = [one for one in walk(statement) if one.type == "call"]
        if not any(text(field(one, "function") or one).rpartition(".")[2] == "depend" for one in held):
            raise NotUnderstood(place, messages.GRADIENTS_READ)
    if len(given) == 1 and given[0].type == "call" and text(field(given[0], "function") or call) in _CONTAINERS:
        given = arguments(given[0])
    is_share = len(given) == 1 and given[0].type == "subscript" and field(given[0], "value") == place
    is_share = is_share and any(one.type == "slice" for one in given[0].named_children)
    whole = len(given) == 1 and given[0] == place
    if not (whole or is_share) or function is None or not _is_optimizer(analysis, function):
        raise NotUnderstood(place, messages.GRADIENTS_READ)
    return Event("update", statement, (function,), "share" if is_share else "")


def _is_optimizer(analysis: Analysis, node: Node) -> bool:
    if node.type not in ("identifier", "attribute"):
        return False
    value = analysis.value(node).value
    if isinstance(value, Instance):
        return any(base.endswith(".Optimizer") for base in analysis.catalog.lineage(value.cls))
    return isinstance(value, Unknown) and "opt" in text(node).rpartition(".")[2].lower()


def _is_empty(analysis: Analysis, node: Node) -> bool:
    """``None``, ``[]``, or a tensor of zeros for each weight."""
    if node.type == "none" or (node.type in ("list", "tuple") and not node.named_children):
        return True
    made = _comprehension(node)
    body = field(made, "body") if made is not None else None
    function = field(body, "function") if body is not None and body.type == "call" else None
    return function is not None and text(function).rpartition(".")[2] in ("zeros_like", "zeros")


def _comprehension(node: Node) -> Node | None:
    """The comprehension of ``tuple(… for …)`` or ``[… for …]``."""
    if node.type in _COMPREHENSIONS:
        return node
    function = field(node, "function") if node.type == "call" else None
    if function is None or text(function) not in _CONTAINERS:
        return None
    given = field(node, "arguments")
    if given is None:
        return None
    if given.type in _COMPREHENSIONS:
        return given
    inner = arguments(node)
    return inner[0] if len(inner) == 1 and inner[0].type in _COMPREHENSIONS else None


def _clause(made: Node) -> tuple[Node, Node, Node] | None:
    """Body, target and source of a comprehension with one ``for`` and no ``if``."""
    clauses = [one for one in made.named_children if one.type in ("for_in_clause", "if_clause")]
    body = field(made, "body")
    if len(clauses) != 1 or clauses[0].type != "for_in_clause" or body is None:
        return None
    left, right = field(clauses[0], "left"), field(clauses[0], "right")
    return (body, left, right) if left is not None and right is not None else None


def _limit(call: Node, names: set[str]) -> Node:
    given = bound_arguments(call, ("x", "clip_norm", "use_norm"))
    limit = given.get("clip_norm", given.get("max_norm"))
    if limit is None or set(given) - {"x", "clip_norm", "max_norm"} or text(given.get("x", call)) not in names:
        raise NotUnderstood(call, messages.CLIP_ARGUMENTS)
    return limit


def _clipped(analysis: Analysis, node: Node, names: set[str]) -> tuple[Node, ...] | None:
    """The limits of ``clip_by_value(grads, low, high)``, or of the same for each gradient."""
    made = _comprehension(node)
    parts = _clause(made) if made is not None else None
    call, allowed = node, names
    if parts is not None:
        if text(parts[2]) not in names:
            return None
        call, allowed = parts[0], {text(parts[1])}
    known = ("mindspore.ops.clip_by_value", "mindspore.ops.clamp", "mindspore.ops.clip")
    if call.type != "call" or not _is_name(analysis, field(call, "function"), known):
        return None
    given = bound_arguments(call, ("x", "clip_value_min", "clip_value_max"))
    low = given.get("clip_value_min", given.get("min"))
    high = given.get("clip_value_max", given.get("max"))
    if low is None or high is None or text(given.get("x", given.get("input", call))) not in allowed:
        raise NotUnderstood(call, messages.CLIP_ARGUMENTS)
    return (low, high)


def _sum(node: Node, names: set[str]) -> set[str] | None:
    """The names that ``tuple(a + b for a, b in zip(x, y))`` or ``map(add, x, y)`` adds up."""
    made = _comprehension(node)
    parts = _clause(made) if made is not None else None
    if parts is None:
        return None
    body, left, right = parts
    function = field(right, "function") if right.type == "call" else None
    items = arguments(right) if function is not None and text(function) == "zip" else []
    if len(items) != 2 or any(one.type not in ("identifier", "attribute") for one in items):
        return None
    targets = [text(one) for one in left.named_children if one.type == "identifier"]
    sides = sorted((text(field(body, "left") or body), text(field(body, "right") or body)))
    operator = field(body, "operator")
    if body.type != "binary_operator" or operator is None or text(operator) != "+" or sides != sorted(targets):
        return None
    added = {text(one) for one in items}
    return added if added & names and len(targets) == 2 else None


def _accumulated(statement: Node, node: Node, names: set[str], name: str) -> Event:
    """``acc = grads if acc is None else tuple(…)``: one of them stays, or they are added up."""
    first, condition, other = node.named_children[:3]
    if text(condition) not in (f"{name} is None", f"not {name}") or text(first) not in names:
        raise NotUnderstood(node, messages.GRADIENTS_READ)
    added = _sum(other, names | {name})
    if added is None or added != {text(first), name}:
        raise NotUnderstood(node, messages.GRADIENTS_READ)
    return Event("sum", statement)


def _scaled(node: Node, names: set[str]) -> tuple[str, Node] | None:
    """``tuple(g / k for g in grads)``: the operator and the number."""
    made = _comprehension(node)
    parts = _clause(made) if made is not None else None
    if parts is None or parts[0].type != "binary_operator" or text(parts[2]) not in names:
        return None
    body, left, _ = parts
    operator, a, b = field(body, "operator"), field(body, "left"), field(body, "right")
    if operator is None or a is None or b is None or text(operator) not in ("*", "/"):
        return None
    if text(a) == text(left):
        return text(operator), b
    return ("*", a) if text(b) == text(left) and text(operator) == "*" else None
