"""Constructors whose arguments decide what they make: ``torch.FloatTensor`` takes data or sizes, ``torch.full`` has the
dtype of its number."""

from __future__ import annotations

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import Constant, Instance
from lsp_server.messages import migration as messages
from lsp_server.migrate import kinds, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change, Name, Part
from lsp_server.syntax.scopes import scope_of

_TAKING_SIZES = (b"Tensor", b"zeros", b"ones", b"empty", b"rand", b"randn", b"Linear", b"Embedding")
"""How the names of what takes several sizes end."""
_OF_NUMBERS = {"float": "mindspore.float32", "int": "mindspore.int64", "bool": "mindspore.bool_"}
_TAKING_ONE = (b"range", b"BatchNorm1d", b"BatchNorm2d", b"LayerNorm", b"sqrt")


def typed_tensor(context: Context) -> tuple[Change, ...]:
    """``torch.FloatTensor(rows)`` is ``Tensor(rows, mindspore.float32)``, ``torch.FloatTensor(2, 3)`` is
    ``ops.zeros((2, 3), mindspore.float32)``: any contents will do."""
    given = [one.node for one in context.binding.arguments if one.parameter.name != "device"]
    dtype = context.counterpart.template.rpartition(", ")[2].rstrip(")")
    if not given or any(node.type in ("keyword_argument", "list_splat") for node in given):
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    start, end = context.call.start_byte, context.call.end_byte
    single = given[0] if len(given) == 1 else None
    if single is not None and not _is_size(context, single):
        if _may_be_size(context, single):
            raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
        return (Change(start, end, templates.parts(context, context.counterpart.template)),)
    parts: list[Part] = [Name("mindspore.ops.zeros"), "("]
    if single is not None and _is_shape(context, single):
        parts.append(single)
    else:
        for index, node in enumerate(given):
            parts += [", " if index else "(", node]
        parts.append(",)" if len(given) == 1 else ")")
    return (Change(start, end, (*parts, ", ", Name(dtype), ")")),)


def full_of_number(context: Context) -> tuple[Change, ...]:
    """``torch.full((2, 3), 1.5)`` with the dtype of the number: the known one, or that of a tensor of it."""
    given = context.binding.get("fill_value")
    kind = kinds.kind_of(context.use.analysis.value(given.value).value) if given is not None else None
    template = context.counterpart.template
    if kind in _OF_NUMBERS:
        template = template.replace("mindspore.tensor({fill_value}).dtype", _OF_NUMBERS[kind])
    return templates.plan(replace(context, counterpart=replace(context.counterpart, template=template)))


def _is_shape(context: Context, node: Node) -> bool:
    value = context.use.analysis.value(node).value
    return isinstance(value, Instance) and value.cls == "torch.Size"


def _is_size(context: Context, node: Node) -> bool:
    value = context.use.analysis.value(node).value
    if isinstance(value, Constant):
        return isinstance(value.value, int)
    if _is_shape(context, node) or (isinstance(value, Instance) and value.cls == "int"):
        return True
    return not isinstance(value, Instance) and _is_size_elsewhere(node)


def _is_size_elsewhere(node: Node) -> bool:
    """Whether the function gives the same name as a size to another constructor."""
    stack = [scope_of(node)] if node.type in ("identifier", "attribute") else []
    while stack:
        one = stack.pop()
        stack += one.named_children
        function = one.child_by_field_name("function") if one.type == "call" else None
        named = function.text or b"" if function is not None else b""
        given = argument_nodes(one) if named.endswith((*_TAKING_SIZES, *_TAKING_ONE)) else []
        if (len(given) > 1 or named.endswith(_TAKING_ONE)) and any(other.text == node.text for other in given):
            return True
    return False


def _may_be_size(context: Context, node: Node) -> bool:
    """What becomes a parameter at once is rather made by its sizes."""
    parent = context.call.parent
    around = parent.parent if parent is not None and parent.type == "argument_list" else None
    function = around.child_by_field_name("function") if around is not None else None
    is_parameter = function is not None and (function.text or b"").endswith(b"Parameter")
    value = context.use.analysis.value(node).value
    return is_parameter and node.type in ("identifier", "attribute") and not isinstance(value, Instance)
