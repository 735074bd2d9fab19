"""Which parameters a call is given: the arguments of an optimizer, worked out by running what stands before it.

Lists that grow, comprehensions with conditions, ``filter``, ``chain``, groups of dictionaries and helpers of the user's
are followed like everything else; what cannot be followed gives no answer at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsp_server.inference.values import Source
from lsp_server.state import containers, modules
from lsp_server.state.entries import class_name, state
from lsp_server.state.frames import Found, Frame, Machine
from lsp_server.state.library import argument
from lsp_server.state.model import Entry, ModuleState
from lsp_server.state.reaching import reach
from lsp_server.state.values import Dict, Module, Object, Tensor, Value


@dataclass(frozen=True, slots=True)
class Taken:
    """Parameters of one module."""

    name: str
    """What the module is called where the call stands."""
    state: ModuleState
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What is given together. Empty: nothing is."""

    taken: tuple[Taken, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for one in self.taken for entry in one.entries)


@dataclass(frozen=True, slots=True)
class Handed:
    """What a call is given."""

    groups: tuple[Group, ...]
    is_grouped: bool


def handed(call: Source, index: int, name: str) -> Handed | None:
    """The parameters in an argument of a call, by its place or its name. None: they are not all known."""
    machine = Machine(call.analysis.catalog, watches_arguments=True)
    reached = reach(machine, call)
    value = argument(reached.arguments, index, name) if reached is not None else None
    if reached is None or value is None:
        return None
    lists, is_grouped = _lists(value)
    if lists is None:
        return None
    roots = list(_roots(machine, reached))
    groups = [_group(machine, tensors, roots) for tensors in lists]
    sure = [group for group in groups if group is not None]
    return Handed(tuple(sure), is_grouped) if len(sure) == len(groups) else None


def _lists(value: Value) -> tuple[list[list[Tensor]] | None, bool]:
    """The tensors of each group, and whether there are groups."""
    items: list[Value] | None = [value] if isinstance(value, (Dict, Tensor)) else containers.elements(value)
    if items is None:
        return None, False
    groups = [item for item in items if isinstance(item, Dict)]
    if not groups:
        found = _tensors(items)
        return ([found] if found is not None else None), False
    if len(groups) != len(items) or not all(group.exact for group in groups):
        return None, True
    lists: list[list[Tensor]] = []
    for group in groups:
        if "params" not in group.items and "order_params" in group.items:
            continue  # the order of updates, not one more group
        held = group.items.get("params")
        inner: list[Value] | None = [held] if isinstance(held, Tensor) else None
        if inner is None and held is not None:
            inner = containers.elements(held)
        found = _tensors(inner) if inner is not None else None
        if found is None:
            return None, True
        lists.append(found)
    return lists, True


def _tensors(items: Sequence[Value]) -> list[Tensor] | None:
    """Parameters, or pairs of a name and a parameter."""
    plain = [item[1] if isinstance(item, tuple) and len(item) == 2 else item for item in items]
    found = [item for item in plain if isinstance(item, Tensor)]
    return found if len(found) == len(plain) else None


Root = tuple[str, Module, dict[int, str]]


def _roots(machine: Machine, reached: Found) -> Iterator[Root]:
    """The modules that have a name where the call stands, each with the names of its parameters."""
    seen: set[int] = set()
    for name, value in _named(machine, reached.frame):
        if not isinstance(value, Module) or id(value) in seen:
            continue
        seen.add(id(value))
        found = modules.tensors(value, "parameter") if modules.tree(value) is not None else None
        if found:
            yield name, value, {id(tensor): own for own, tensor in found}


def _named(machine: Machine, frame: Frame) -> Iterator[tuple[str, Value]]:
    current: Frame | None = frame
    while current is not None:
        for name, value in current.names.items():
            yield name, value
            if isinstance(value, Object):
                yield from ((f"{name}.{own}", held) for own, held in value.attributes.items())
        current = current.parent
    yield from ((name, value) for (_, name), value in machine.globals.items())


def _group(machine: Machine, tensors: list[Tensor], roots: list[Root]) -> Group | None:
    """The tensors as entries of as few modules as possible. None: one belongs to no known module."""
    left, taken = list(tensors), list[Taken]()
    while left:
        best = max(roots, key=lambda root: sum(id(tensor) in root[2] for tensor in left), default=None)
        mine = [tensor for tensor in left if best is not None and id(tensor) in best[2]]
        if best is None or not mine:
            return None
        name, module, names = best
        whole = state(machine, module, class_name(module))
        by_name = {entry.name: entry for entry in whole.entries}
        taken.append(Taken(name, whole, tuple(by_name[names[id(tensor)]] for tensor in mine)))
        left = [tensor for tensor in left if id(tensor) not in names]
    return Group(tuple(taken))
