"""The padding of convolutions: numbers, pairs and strings, as layers and as functions of MindSpore want them."""

from __future__ import annotations

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog.mapping import mapping_of
from lsp_server.inference.binding import Argument
from lsp_server.inference.values import Constant, Repeated, Sequence
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change, Part


def padding_mode(context: Context) -> tuple[Change, ...]:
    """A convolution's padding: numbers need ``pad_mode='pad'``; the strings are pad modes of their own.

    A pair ``(h, w)`` is written out as MindSpore's layers want it, top, bottom, left, right; its functions want pairs.
    """
    argument = context.binding.get("padding")
    if argument is None:
        return calls.plan(context)
    node, value = argument.value, context.use.analysis.value(argument.value).value
    if isinstance(value, Constant) and isinstance(value.value, str):
        return _string_padding(context, argument, value.value)
    mapped = mapping_of(context.counterpart, "padding")
    if context.target.kind != "class" or (mapped is not None and mapped.as_number):
        return calls.plan(context)
    if node.type == "tuple":
        return _twice_each(calls.plan(context), node)
    if isinstance(value, (Sequence, Repeated)):
        raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
    return calls.plan(context)


def _string_padding(context: Context, argument: Argument, mode: str) -> tuple[Change, ...]:
    if mode not in ("same", "valid"):
        raise CannotConvert(
            "TS304", messages.ARGUMENT_VALUE, symbol=context.symbol.name, argument="padding", values="'same', 'valid'"
        )
    others = tuple(one for one in context.binding.arguments if one is not argument)
    without = replace(
        context,
        binding=replace(context.binding, arguments=others),
        counterpart=replace(context.counterpart, extra={}),
    )
    place = argument.node
    return (*calls.plan(without), Change(place.start_byte, place.end_byte, (f"pad_mode={mode!r}",)))


def _twice_each(changes: tuple[Change, ...], pair: Node) -> tuple[Change, ...]:
    """Changes in which a tuple has each of its items twice, wherever the tuple is written."""
    doubled: list[Part] = ["("]
    for index, size in enumerate(child for child in pair.named_children if child.type != "comment"):
        doubled += [", " if index else "", size, ", ", size]
    doubled.append(")")
    found: list[Change] = []
    moved = False
    for change in changes:
        parts: list[Part] = []
        for part in change.parts:
            parts += doubled if part == pair else [part]
        moved = moved or len(parts) != len(change.parts)
        found.append(Change(change.start, change.end, tuple(parts)))
    return tuple(found) if moved else (*found, Change(pair.start_byte, pair.end_byte, tuple(doubled)))
