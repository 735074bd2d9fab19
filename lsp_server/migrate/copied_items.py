"""``x[i, :n].copy_(y)`` is ``x[i, :n] = y``.

MindSpore 2.10.0's ``copy_`` writes into a tensor. What an index, ``narrow`` or ``select`` gives is a new one there: on
the CPU nothing is written, or it raises. ``view``, ``reshape`` and ``unsqueeze`` share the memory, so these are written
through.
"""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.binding import argument_nodes
from lsp_server.messages import migration as messages
from lsp_server.migrate import inplace, kinds, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.lookups import called
from lsp_server.migrate.plan import CannotConvert, Change, Part
from lsp_server.migrate.views import check_views, is_basic, is_chain, root

_SHARING = ("view", "view_as", "reshape", "unsqueeze")


def items_copied(context: Context) -> tuple[Change, ...]:
    """Raises `CannotConvert` for views that are neither items of a tensor with a name nor all of it."""
    changed, given, call = context.use.owner, context.binding.arguments, context.call
    if changed is None or not given:
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    if changed.type == "identifier":
        check_views(context, changed, call)
    narrowed = _narrowed(context, changed)
    if not narrowed and not _is_item(context, changed) and not _is_written_through(context, changed):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    if not narrowed and changed.type != "subscript":
        return inplace.new_value(context)
    if not inplace.is_statement(call):
        raise CannotConvert("TS314", messages.IN_PLACE_VALUE, symbol=context.symbol.name)
    if narrowed:
        return (Change(call.start_byte, call.end_byte, (*narrowed, " = ", given[0].value)),)
    first, *others = inplace.given_to(context, changed, call)
    return (Change(call.start_byte, call.end_byte, (*first.parts, given[0].value)), *others)


def _is_written_through(context: Context, node: Node) -> bool:
    """Whether MindSpore's ``copy_`` reaches what torch's does."""
    while node.type == "call" and not inplace.makes_new(context, node):
        use = called(context.use.analysis, node)
        if use is None or not root(context.use.analysis, node):
            return True  # what a function gives
        if use.symbol.rpartition(".")[2] not in _SHARING or use.owner is None:
            return False
        node = use.owner
    return node.type != "subscript"


def _is_item(context: Context, node: Node) -> bool:
    """Whether an index gives a view of a tensor with a name: one of slices and whole numbers."""
    base = node.child_by_field_name("value") if node.type == "subscript" else None
    if base is None or not is_chain(base) or not inplace.is_tensor_of(context, base):
        return False
    for index in node.children_by_field_name("subscript"):
        value = context.use.analysis.value(index).value
        if index.type != "slice" and not is_basic(index) and kinds.kind_of(value) != "int":
            return False
    return True


def _narrowed(context: Context, node: Node) -> tuple[Part, ...]:
    """``x.narrow(1, a, n).narrow(2, b, m)`` as ``x[:, a : a + n, b : b + m]``."""
    bounds: dict[int, tuple[Node, Node]] = {}
    while node.type == "call":
        use, given = called(context.use.analysis, node), argument_nodes(node)
        if use is None or use.symbol != "torch.Tensor.narrow" or use.owner is None or len(given) != 3:
            return ()
        axis, start, length = given
        if axis.type != "integer" or not context.source(axis).isdecimal() or templates.has_calls(start):
            return ()
        if start.type == "keyword_argument" or length.type == "keyword_argument" or int(context.source(axis)) in bounds:
            return ()
        bounds[int(context.source(axis))] = (start, length)
        node = use.owner
    if not bounds or not is_chain(node):
        return ()
    parts: list[Part] = [node, "["]
    for axis in range(max(bounds) + 1):
        parts.append(", " if axis else "")
        if axis not in bounds:
            parts.append(":")
            continue
        start, length = (_bracketed(one) for one in bounds[axis])
        parts += [*start, " : ", *start, " + ", *length]
    return (*parts, "]")


def _bracketed(node: Node) -> tuple[Part, ...]:
    return (node,) if node.type in ("identifier", "integer", "attribute", "subscript", "call") else ("(", node, ")")
