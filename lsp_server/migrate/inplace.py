"""Statements that change a tensor in place, said as an assignment: ``x.add_(y)`` becomes ``x = x.add(y)``."""

from __future__ import annotations

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog.model import FORWARD, TENSORS
from lsp_server.inference.values import Instance, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls, lookups, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change
from lsp_server.syntax.scopes import Origin

_PARAMETERS = ("torch.nn.Parameter", "torch.nn.parameter.Parameter", "mindspore.Parameter")
_NEW = frozenset(
    """
    abs add addcdiv addcmul arange bitwise_not cat ceil clamp clip clone cos cosh cumsum div empty empty_like exp expm1
    eye floor full full_like linspace log log10 log1p log2 logical_and logical_not logical_or masked_fill matmul maximum
    mean minimum mm mul neg new_empty new_full new_ones new_tensor new_zeros norm ones ones_like pow prod rand rand_like
    randint randn randn_like reciprocal remainder rot90 round rsqrt sigmoid sign sin sinh softmax sqrt square stack std
    sub sum tan tanh tensor tril triu trunc var where zeros zeros_like
    """.split()  # noqa: SIM905  a list of words reads better so
)
"""Functions and methods that always give a new tensor, never a view or what they were given."""
_BASIC = {"integer", "slice", "unary_operator", "ellipsis"}
"""Indices that give a view of the tensor; a mask or a list of indices gives a copy, which nobody would see changed."""


def inplace_assignment(context: Context) -> tuple[Change, ...]:
    """The call as an assignment to what it is called on. Only for a statement of its own: as an expression, the call
    would also have to be the changed tensor."""
    changed = _changed(context)
    if changed is not None and (_is_new(context, changed) or _is_link(context)):
        return _new_value(context)
    if changed is not None:
        changed = _root(context, changed)
    if not _is_statement(context.call):
        raise CannotConvert("TS314", messages.IN_PLACE_VALUE, symbol=context.symbol.name)
    if changed is None or not _can_be_assigned(context, changed):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    start = context.call.start_byte
    return (Change(start, start, (changed, " = ")), *_new_value(context))


def inplace_update(context: Context) -> tuple[Change, ...]:
    """New values for the tensor itself. A tensor that this very function has made is assigned to, which gradients pass
    through; one that others hold too (an attribute, an argument, an item of a loop) gets the values copied into it."""
    changed, call = _changed(context), context.call
    if changed is not None and (_is_new(context, changed) or _is_link(context)):
        return _new_value(context)
    if changed is not None:
        changed = _root(context, changed)
    if changed is None or changed.type not in ("identifier", "attribute", "subscript"):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    own = changed.type == "identifier" and _is_statement(call) and _is_its_own(context, changed)
    if changed.type == "subscript" or own:
        return inplace_assignment(context)
    if not _is_chain(changed) or (call.parent is not None and call.parent.type == "attribute"):
        raise CannotConvert("TS314", messages.IN_PLACE_VALUE, symbol=context.symbol.name)
    return _copied_into(changed, context)


def inplace_copy(context: Context) -> tuple[Change, ...]:
    """The call as a copy of the new values into the tensor itself: ``x.zero_()`` becomes ``x.copy_(zeros_like(x))``.
    Everybody who holds the tensor sees it, unlike an assignment. An indexed tensor is assigned to instead, because
    MindSpore's ``copy_`` does not write through slices."""
    owner = context.use.owner
    if owner is not None and _is_new(context, owner):
        return _new_value(context)
    if owner is None or templates.has_calls(owner):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    return inplace_assignment(context) if owner.type == "subscript" else _copied_into(owner, context)


def _copied_into(changed: Node, context: Context) -> tuple[Change, ...]:
    start, end = context.call.start_byte, context.call.end_byte
    return (Change(start, start, (changed, ".copy_(")), *_new_value(context), Change(end, end, (")",)))


def _new_value(context: Context) -> tuple[Change, ...]:
    """The changes that make the call one that leaves its receiver alone."""
    inner = replace(context, counterpart=replace(context.counterpart, convert=None))
    return templates.plan(inner) if inner.counterpart.template else calls.plan(inner)


def _is_statement(call: Node) -> bool:
    parent = call.parent
    return parent is not None and parent.type == "expression_statement" and len(parent.named_children) == 1


def _is_new(context: Context, node: Node) -> bool:
    """Whether a call or an operation makes a tensor that nobody else holds, so that its changed copy may stand for it:
    ``torch.empty(3).uniform_()``, ``(a / b).floor_()``, ``x.clone().add_(y)``."""
    while node.type == "parenthesized_expression":
        inner = next((child for child in node.named_children if child.type != "comment"), None)
        if inner is None:
            return False
        node = inner
    if node.type == "binary_operator":
        return True
    use = lookups.called(context.use.analysis, node)
    if use is None or not use.symbol.startswith("torch."):
        return False
    name = use.symbol.rpartition(".")[2]
    if name.endswith("_"):
        owner = node.child_by_field_name("function")
        inner = owner.child_by_field_name("object") if owner is not None else None
        return inner is not None and _is_new(context, inner)
    return name in _NEW


def _is_link(context: Context) -> bool:
    """Whether the result is changed in place at once, as ``x.sub_(a)`` of ``x.sub_(a).div_(b)``: the last writes."""
    member = context.call.parent
    call = member.parent if member is not None and member.type == "attribute" else None
    return call is not None and _changes_receiver(context, call)


def _root(context: Context, node: Node) -> Node:
    """What a chain of changes in place begins with."""
    while node.type == "call" and _changes_receiver(context, node):
        member = node.child_by_field_name("function")
        owner = member.child_by_field_name("object") if member is not None else None
        if owner is None:
            break
        node = owner
    return node


def _changes_receiver(context: Context, call: Node) -> bool:
    use = lookups.called(context.use.analysis, call)
    return use is not None and use.symbol.startswith("torch.Tensor.") and use.symbol.endswith("_")


def _is_its_own(context: Context, name: Node) -> bool:
    """Whether a name is bound by expressions that make new tensors, in the function around, or is what ``forward`` is
    called with."""
    analysis = context.use.analysis
    if _is_parameter(analysis.value(name).value):
        return False
    holder = name.parent
    while holder is not None and holder.type not in ("function_definition", "module"):
        holder = holder.parent
    if holder is None:
        return False
    title = holder.child_by_field_name("name")
    is_forward = title is not None and analysis.text(title) in FORWARD.values()
    bindings = analysis.scope(holder).bindings.get(analysis.text(name), [])
    return bool(bindings) and all(
        (binding.origin is Origin.PARAMETER and is_forward)
        or binding.origin is Origin.AUGMENTED
        or (binding.origin is Origin.ASSIGNMENT and _makes(binding.node))
        for binding in bindings
    )


def _makes(name: Node) -> bool:
    """Whether a name is assigned something new, not another name of something."""
    statement = name
    while statement.type != "assignment":
        if statement.parent is None:
            return False
        statement = statement.parent
    value = statement.child_by_field_name("right")
    return value is not None and value.type in ("call", "binary_operator", "unary_operator", "comparison_operator")


def _changed(context: Context) -> Node | None:
    """What the call changes: its receiver, or the first argument of a function."""
    if context.use.receiver is not None:
        return context.use.owner
    first = context.binding.signature.parameters[:1]
    argument = context.binding.get(first[0].name) if first else None
    return argument.value if argument is not None else None


def _can_be_assigned(context: Context, node: Node) -> bool:
    if _is_parameter(context.use.analysis.value(node).value):
        return False
    if node.type == "identifier":
        return True
    if node.type == "attribute":
        owner = node.child_by_field_name("object")
        return owner is not None and _is_chain(owner) and not _is_tensor(context, owner)
    if node.type == "subscript":
        base = node.child_by_field_name("value")
        indices = node.children_by_field_name("subscript")
        basic = all(_is_basic(index) for index in indices)
        return base is not None and basic and _is_chain(base) and _is_tensor(context, base)
    return False


def _is_basic(node: Node) -> bool:
    if node.type == "slice":
        return not any(templates.has_calls(child) for child in node.named_children)
    if node.type == "tuple":
        return all(_is_basic(child) for child in node.named_children)
    return node.type in _BASIC


def _is_chain(node: Node) -> bool:
    while node.type == "attribute":
        owner = node.child_by_field_name("object")
        if owner is None:
            return False
        node = owner
    return node.type == "identifier"


def _is_tensor(context: Context, node: Node) -> bool:
    """``x.data`` and ``x.grad`` are no places of their own: assigning to them means something else."""
    value = context.use.analysis.value(node).value
    return _is_parameter(value) or (isinstance(value, Instance) and value.cls in TENSORS.values())


def _is_parameter(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls in _PARAMETERS
