"""What ``nn.init`` fills: ``set_data`` belongs to a Parameter, and to nothing else.

Measured with MindSpore 2.10: the ``data`` of a Parameter is a plain Tensor, which has no ``set_data``.
"""

from __future__ import annotations

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog.model import TENSORS
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import NOTHING, Instance
from lsp_server.messages import migration as messages
from lsp_server.migrate.buffer_updates import buffer_at, parameter_at
from lsp_server.migrate.context import Context
from lsp_server.migrate.inplace import makes_new
from lsp_server.migrate.plan import CannotConvert

_FILLED = "{tensor}.set_data("


def fills(context: Context) -> bool:
    return context.counterpart.template.startswith(_FILLED)


def of_what_holds_it(context: Context) -> Context:
    """The call with the Parameter itself in the place of its ``data``."""
    arguments = tuple(
        replace(one, value=_holder(context, one.value)) if one.parameter.name == "tensor" else one
        for one in context.binding.arguments
    )
    return replace(context, binding=replace(context.binding, arguments=arguments))


def _holder(context: Context, node: Node) -> Node:
    owner = node.child_by_field_name("object") if node.type == "attribute" else None
    if owner is None or not context.source(node).endswith(".data"):
        return node
    value = context.use.analysis.value(owner).value
    return node if isinstance(value, Instance) and value.cls == "torch.Tensor" else owner


def of_new_tensor(context: Context) -> Context | None:
    """``nn.init.normal_(torch.empty(3, 4))`` is the filled tensor itself: nobody else holds the empty one. None: the
    call fills something else."""
    given = context.binding.get("tensor")
    call = given.value if given is not None else None
    if call is None or call.type != "call" or not makes_new(context, call):
        return None
    names = [one.child_by_field_name("name") for one in argument_nodes(call)]
    template = context.counterpart.template.removeprefix(_FILLED).removesuffix(")")
    if not any(name is not None and context.source(name) == "dtype" for name in names):
        template = template.replace("{tensor}.dtype", "mindspore.float32")
    return replace(context, sharing=True, counterpart=replace(context.counterpart, template=template))


def of_plain_tensor(context: Context) -> Context:
    """``nn.init.normal_(w)`` of a tensor with a name is assigned to it. Raises `CannotConvert` for other plain
    tensors: a part of a Parameter, a buffer that stays one."""
    given, analysis = context.binding.get("tensor"), context.use.analysis
    fact = analysis.fact(given.value) if given is not None else NOTHING
    if given is None:
        return context
    if given.value.type == "attribute":
        is_buffer = buffer_at(analysis, given.value) is not None and parameter_at(analysis, given.value) is None
    else:
        is_buffer = False
        if not fact.certain or not isinstance(fact.value, Instance) or fact.value.cls not in TENSORS.values():
            return context
    if given.value.type == "attribute" and not is_buffer:
        return context
    parent = context.call.parent
    if given.value.type != "identifier" or parent is None or parent.type != "expression_statement":
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    template = context.counterpart.template.removeprefix(_FILLED).removesuffix(")")
    template = f"{{tensor}} = {template}.init_data()"
    return replace(context, counterpart=replace(context.counterpart, template=template))
