"""Copies of tensors that may be Parameters.

``Parameter.copy()`` of MindSpore gives a new Parameter, through which no gradient goes (2.10.0, both modes); that of a
tensor is like torch's ``clone``. ``ops.deepcopy`` gives a tensor, with its gradient, of both.
"""

from __future__ import annotations

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog.model import FORWARD
from lsp_server.inference.definitions import enclosing_function
from lsp_server.inference.values import Instance
from lsp_server.migrate import templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import Change
from lsp_server.syntax.scopes import Origin


def tensor_copy(context: Context) -> tuple[Change, ...]:
    """``x.clone()`` is ``x.copy()``; where x may be a Parameter of which a result is made, ``ops.deepcopy(x)``."""
    given = context.binding.get("input")
    copied = given.value if given is not None else context.use.owner
    if copied is None or not _may_be_parameter(context, copied):
        return templates.plan(context)
    template = context.counterpart.template
    received = template.removesuffix(".copy()")
    counterpart = replace(context.counterpart, template=f"mindspore.ops.deepcopy({received})")
    return templates.plan(replace(context, counterpart=counterpart))


def _may_be_parameter(context: Context, node: Node) -> bool:
    """An attribute that is one, or what a function is given that is no layer's own."""
    analysis = context.use.analysis
    function = enclosing_function(node)
    if function is None:
        return False
    if node.type == "attribute":
        value = analysis.value(node).value
        return isinstance(value, Instance) and value.cls == "torch.nn.Parameter"
    name = function.child_by_field_name("name")
    if node.type != "identifier" or name is None or analysis.text(name) == FORWARD["torch"]:
        return False
    bindings = analysis.scope(function).bindings.get(analysis.text(node), ())
    return any(one.origin is Origin.PARAMETER for one in bindings)
