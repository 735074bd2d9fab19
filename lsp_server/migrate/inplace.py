"""Statements that change a tensor in place, said as an assignment: ``x.add_(y)`` becomes ``x = x.add(y)``."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog.mapping import mapping_of
from lsp_server.catalog.model import FORWARD, TENSORS
from lsp_server.inference.binding import Argument
from lsp_server.inference.values import Instance, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls, templates
from lsp_server.migrate.buffer_updates import copied, parameter_at, why_not
from lsp_server.migrate.context import Context
from lsp_server.migrate.lookups import assigned, called
from lsp_server.migrate.plan import CannotConvert, Change
from lsp_server.migrate.views import check_views, is_basic, is_chain, root
from lsp_server.state.updates import attribute_of
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin

_PARAMETERS = ("torch.nn.Parameter", "torch.nn.parameter.Parameter", "mindspore.Parameter")
_NEW = frozenset(
    """
    ByteTensor DoubleTensor FloatTensor IntTensor LongTensor Tensor
    abs add addcdiv addcmul arange bitwise_not cat ceil clamp clip clone cos cosh cumsum div empty empty_like exp expm1
    eye floor full full_like linspace log log10 log1p log2 logical_and logical_not logical_or masked_fill matmul maximum
    mean minimum mm mul neg new_empty new_full new_ones new_tensor new_zeros norm ones ones_like pow prod rand rand_like
    randint randn randn_like reciprocal remainder rot90 round rsqrt sigmoid sign sin sinh softmax sqrt square stack std
    sub sum tan tanh tensor tril triu trunc var where zeros zeros_like
    """.split()  # noqa: SIM905  a list of words reads better so
)
"""Functions and methods that always give a new tensor, never a view or what they were given."""
_NAMES = Pattern("(identifier) @name")


def inplace_assignment(context: Context) -> tuple[Change, ...]:
    """The call as an assignment to what it is called on. Only for a statement of its own: as an expression, the call
    would also have to be the changed tensor."""
    links = _links(context)
    outer, made = links[-1], _changed(context, links)
    if made is not None and makes_new(context, made):
        return new_value(context)
    if not is_statement(outer):
        raise CannotConvert("TS314", messages.IN_PLACE_VALUE, symbol=context.symbol.name)
    changed = _changed(context, links)
    if changed is None or not _can_be_assigned(context, changed):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    check_views(context, changed, outer)
    return _around(context, links, given_to(context, changed, outer), None)


def inplace_update(context: Context) -> tuple[Change, ...]:
    """New values for the tensor itself. A tensor that this very function has made is assigned to, which gradients pass
    through; one that others hold too (an attribute, an argument, an item of a loop) gets the values copied into it."""
    links = _links(context)
    outer, changed = links[-1], _changed(context, links)
    if changed is not None and makes_new(context, changed):
        return new_value(context)
    if changed is None or changed.type not in ("identifier", "attribute", "subscript"):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    buffer = _updated_buffer(context, changed, outer)
    if buffer is not None:
        return _around(context, links, (Change(outer.start_byte, outer.start_byte, (buffer, " = ")),), None)
    filled = any(_fills(context, link) for link in links)
    own = not filled and changed.type == "identifier" and is_statement(outer) and _is_its_own(context, changed)
    if changed.type == "subscript" or own:
        return inplace_assignment(context)
    if not is_chain(changed) or (outer.parent is not None and outer.parent.type == "attribute"):
        raise CannotConvert("TS314", messages.IN_PLACE_VALUE, symbol=context.symbol.name)
    return _around(context, links, *_copied_into(changed, outer))


def inplace_copy(context: Context) -> tuple[Change, ...]:
    """The call as a copy of the new values into the tensor itself: ``x.zero_()`` becomes ``x.copy_(zeros_like(x))``.
    Everybody who holds the tensor sees it, unlike an assignment. An indexed tensor is assigned to instead, because
    MindSpore's ``copy_`` does not write through slices."""
    links = _links(context)
    owner = _changed(context, links)
    if owner is not None and makes_new(context, owner):
        return new_value(context)
    if owner is None or templates.has_calls(owner):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    if owner.type == "subscript":
        return inplace_assignment(context)
    return _around(context, links, *_copied_into(owner, links[-1]))


def output(context: Context) -> Argument | None:
    """The ``out`` of a call whose counterpart has none, and whatever it is the call fills it."""
    argument = context.binding.get("out")
    if argument is None or argument.keyword is None or context.use.receiver is not None:
        return None
    if context.source(argument.value) == "None" or context.counterpart.convert is not None:
        return None
    known = mapping_of(context.counterpart, "out")
    there = any(p.name == "out" for signature in context.target.signatures for p in signature.parameters)
    return None if there or (known is not None and known.to) else argument


def into_output(
    context: Context, argument: Argument, plan: Callable[[Context], tuple[Change, ...]]
) -> tuple[Change, ...]:
    """``torch.add(a, b, out=t)`` is ``t.copy_(add(a, b))``, or an assignment to what only this function knows."""
    changed, call = argument.value, context.call
    others = tuple(one for one in context.binding.arguments if one is not argument)
    changes = plan(replace(context, binding=replace(context.binding, arguments=others)))
    before, after = argument.node.prev_sibling, argument.node.next_sibling
    start, end = argument.node.start_byte, argument.node.end_byte
    if before is not None and before.type == ",":
        start = before.start_byte
    elif after is not None and after.type == ",":
        end = after.end_byte
    if not any(one.start <= start and end <= one.end and one.end > one.start for one in changes):
        changes = (*changes, Change(start, end))
    if changed.type not in ("identifier", "attribute", "subscript") or templates.has_calls(changed):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    buffer = _updated_buffer(context, changed, call)
    own = changed.type == "identifier" and _is_its_own(context, changed)
    if buffer is not None or (is_statement(call) and (own or changed.type == "subscript")):
        if buffer is None and not _can_be_assigned(context, changed):
            raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
        if buffer is None:
            check_views(context, changed, call)
        head = (
            given_to(context, changed, call)
            if buffer is None
            else (Change(call.start_byte, call.start_byte, (buffer, " = ")),)
        )
        return (*head, *changes)
    first, last = _copied_into(changed, call)
    return (*first, *changes, last)


def _links(context: Context) -> list[Node]:
    """The calls of a chain of in-place methods, innermost first. Raises `CannotConvert` if another one is refused."""
    inner: list[Node] = []
    call = context.call
    while (owner := _receiver(call)) is not None and owner.type == "call" and _is_in_place(context, owner):
        inner.insert(0, owner)
        call = owner
    outer: list[Node] = []
    call = context.call
    while call.parent is not None and call.parent.type == "attribute" and call.parent.parent is not None:
        around = call.parent.parent
        if around.type != "call" or around.child_by_field_name("function") != call.parent:
            break
        if not _is_in_place(context, around):
            break
        outer.append(around)
        call = around
    links = [*inner, context.call, *outer]
    if len(links) > 1 and context.link is not None:
        for link in (*inner, *outer):
            use = called(context.use.analysis, link)
            reason = context.link(use) if use is not None else None
            if reason is not None:
                raise CannotConvert(reason.code, reason.message, **dict(reason.values))
        _check_arguments(context, links)
    return links


def _check_arguments(context: Context, links: list[Node]) -> None:
    """What the later calls of a chain are given must not depend on what the first ones have changed."""
    changed = _receiver(links[0])
    if changed is None:
        return
    analysis = context.use.analysis
    written = analysis.text(changed)
    for link in links[1:]:
        arguments = link.child_by_field_name("arguments")
        for name in _NAMES.captures(arguments, "name") if arguments is not None else ():
            around = name
            while around.parent is not None and around.parent.type == "attribute":
                around = around.parent
            value = assigned(analysis, name)
            same = analysis.text(name) == written or analysis.text(around).startswith((f"{written}.", f"{written}["))
            if same or analysis.text(around) == written or (value is not None and root(analysis, value) == written):
                raise CannotConvert("TS314", messages.IN_PLACE_CHAIN, symbol=context.symbol.name)


def _receiver(call: Node) -> Node | None:
    function = call.child_by_field_name("function")
    return function.child_by_field_name("object") if function is not None and function.type == "attribute" else None


def _is_in_place(context: Context, call: Node) -> bool:
    function = call.child_by_field_name("function")
    name = function.child_by_field_name("attribute") if function is not None else None
    if name is None or not context.use.analysis.text(name).endswith("_"):
        return False
    use = called(context.use.analysis, call)
    return use is not None and use.symbol.startswith("torch.Tensor.") and use.symbol.endswith("_")


def _fills(context: Context, call: Node) -> bool:
    use = called(context.use.analysis, call)
    rule = context.catalog.rule(use.symbol) if use is not None else None
    return rule is not None and any(one.convert == "inplace_copy" for one in rule.counterparts)


def _around(
    context: Context, links: list[Node], before: tuple[Change, ...], after: Change | None
) -> tuple[Change, ...]:
    """The new value, and around the outermost call of its chain what is done with it."""
    changes = new_value(context)
    if context.call != links[-1]:
        return changes
    return (*before, *changes, *((after,) if after is not None else ()))


def given_to(context: Context, changed: Node, outer: Node) -> tuple[Change, ...]:
    start = outer.start_byte
    if changed.type == "subscript":
        attribute = attribute_of(changed)
        if attribute is not None and parameter_at(context.use.analysis, attribute) is not None:
            first, _, last = copied(context.use.analysis, outer, attribute)
            local = str(first.parts[0]).removesuffix(" = ")
            rest = context.use.analysis.text(changed).removeprefix(context.use.analysis.text(attribute))
            return (Change(start, start, (*first.parts, f"{local}{rest} = ")), last)
    return (Change(start, start, (changed, " = ")),)


def _copied_into(changed: Node, call: Node) -> tuple[tuple[Change, ...], Change]:
    start, end = call.start_byte, call.end_byte
    return (Change(start, start, (changed, ".copy_(")),), Change(end, end, (")",))


def _updated_buffer(context: Context, changed: Node, outer: Node) -> Node | None:
    """``self.name`` of a statement that changes a buffer which is a Parameter afterwards."""
    found = parameter_at(context.use.analysis, changed) if is_statement(outer) else None
    if found is None or context.symbol.name.endswith(".copy_"):
        return None
    reason = why_not(context.use.analysis, outer, found, outer)
    if reason is not None:
        raise CannotConvert(reason.code, reason.message, **dict(reason.values))
    return found


def new_value(context: Context) -> tuple[Change, ...]:
    """The changes that make the call one that leaves its receiver alone."""
    inner = replace(context, counterpart=replace(context.counterpart, convert=None))
    return templates.plan(inner) if inner.counterpart.template else calls.plan(inner)


def is_statement(call: Node) -> bool:
    parent = call.parent
    return parent is not None and parent.type == "expression_statement" and len(parent.named_children) == 1


def makes_new(context: Context, node: Node) -> bool:
    """Whether a call or an operation makes a tensor that nobody else holds, so that its changed copy may stand for it:
    ``torch.empty(3).uniform_()``, ``(a / b).floor_()``, ``x.clone().add_(y)``."""
    while node.type == "parenthesized_expression":
        inner = next((child for child in node.named_children if child.type != "comment"), None)
        if inner is None:
            return False
        node = inner
    if node.type == "binary_operator":
        return True
    use = called(context.use.analysis, node)
    if use is None or not use.symbol.startswith("torch."):
        return False
    name = use.symbol.rpartition(".")[2]
    if name.endswith("_"):
        owner = node.child_by_field_name("function")
        inner = owner.child_by_field_name("object") if owner is not None else None
        return inner is not None and makes_new(context, inner)
    return name in _NEW


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


def _changed(context: Context, links: list[Node]) -> Node | None:
    """What a chain of calls changes: the receiver of the innermost, or the first argument of a function."""
    if context.use.receiver is not None:
        return context.use.owner if links[0] == context.call else _receiver(links[0])
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
        return owner is not None and is_chain(owner) and not is_tensor_of(context, owner)
    if node.type == "subscript":
        base = node.child_by_field_name("value")
        indices = node.children_by_field_name("subscript")
        basic = all(is_basic(index) for index in indices)
        return base is not None and basic and is_chain(base) and is_tensor_of(context, base)
    return False


def is_tensor_of(context: Context, node: Node) -> bool:
    """``x.data`` and ``x.grad`` are no places of their own: assigning to them means something else."""
    value = context.use.analysis.value(node).value
    return _is_parameter(value) or (isinstance(value, Instance) and value.cls in TENSORS.values())


def _is_parameter(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls in _PARAMETERS
