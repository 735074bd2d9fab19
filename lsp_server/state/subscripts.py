"""``value[index]``: reading, writing and deleting."""

from __future__ import annotations

from lsp_server.state import containers, shapes
from lsp_server.state.frames import Frame
from lsp_server.state.operators import is_key
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, List, Module, Symbol, Tensor, Value, is_plain, may_hold_state

UNKNOWN_SLICE = slice(UNKNOWN)
"""A slice whose bounds are not known."""


def item_of(frame: Frame, owner: Value, index: Value | slice) -> Value:
    """``owner[index]``."""
    if isinstance(owner, Module):
        if index == UNKNOWN_SLICE:
            return UNKNOWN
        if isinstance(index, slice):
            return containers.subset(frame.machine, owner, index.start, index.stop, index.step)
        return containers.at(owner, index)
    if isinstance(owner, Tensor):
        return shapes.indexed(owner, (index,))
    if isinstance(owner, Symbol):
        return owner  # ``list[int]``
    if isinstance(owner, Dict):
        if owner.exact and not isinstance(index, slice) and is_key(index):
            return owner.items.get(index, UNKNOWN)
        return UNKNOWN
    items = owner if isinstance(owner, (tuple, str)) else owner.items if isinstance(owner, List) else None
    if items is None or (isinstance(owner, List) and not owner.exact):
        return PLAIN if owner is PLAIN else UNKNOWN
    return _sequence_item(frame, owner, items, index)


def _sequence_item(
    frame: Frame, owner: Value, items: tuple[Value, ...] | list[Value] | str, index: Value | slice
) -> Value:
    if isinstance(index, slice):
        if index == UNKNOWN_SLICE and items:
            return PLAIN if isinstance(owner, tuple) and is_plain(owner) else UNKNOWN
        if index == UNKNOWN_SLICE:
            return List([], frame.machine.doubt) if isinstance(items, list) else items
        if index.step == 0:
            return UNKNOWN
        chosen = items[index]
        return List(chosen, frame.machine.doubt) if isinstance(chosen, list) else chosen
    if isinstance(index, int) and -len(items) <= index < len(items):
        return items[index]
    return PLAIN if all(is_plain(item) for item in items) else UNKNOWN


def assign_item(frame: Frame, owner: Value, index: Value | slice, value: Value) -> None:
    """``owner[index] = value``."""
    if isinstance(owner, Module):
        if isinstance(index, slice):
            owner.exact = False
        else:
            containers.replace(frame.machine, owner, index, value)
    elif isinstance(owner, Dict) and frame.machine.certain(owner):
        if not isinstance(index, slice) and is_key(index):
            owner.items[index] = value
        else:
            owner.exact = False
    elif isinstance(owner, List) and frame.machine.certain(owner):
        items = containers.elements(value) if isinstance(index, slice) and index != UNKNOWN_SLICE else None
        if isinstance(index, int) and -len(owner.items) <= index < len(owner.items):
            owner.items[index] = value
        elif isinstance(index, slice) and items is not None and index.step in (None, 1):
            owner.items[index] = items
        else:
            owner.exact = False
    elif owner is UNKNOWN and may_hold_state(value):
        frame.machine.blind = True


def delete_item(frame: Frame, owner: Value, index: Value | slice) -> None:
    """``del owner[index]``."""
    if isinstance(owner, Module):
        if isinstance(index, slice):
            _delete_slice(frame, owner, index)
        else:
            containers.remove(frame.machine, owner, index)
    elif isinstance(owner, List) and frame.machine.certain(owner):
        inside = isinstance(index, int) and -len(owner.items) <= index < len(owner.items)
        if (isinstance(index, slice) and index != UNKNOWN_SLICE) or (isinstance(index, int) and inside):
            del owner.items[index]
        else:
            owner.exact = False
    elif isinstance(owner, Dict) and frame.machine.certain(owner):
        if not isinstance(index, slice) and is_key(index):
            owner.items.pop(index, None)
        else:
            owner.exact = False


def _delete_slice(frame: Frame, owner: Module, index: slice) -> None:
    items = list(owner.children.values())
    if owner.exact and index != UNKNOWN_SLICE and frame.machine.certain(owner) and not owner.parameters:
        del items[index]
        owner.children.clear()
        containers.extend(frame.machine, owner, list(items))
    else:
        owner.exact = False
