"""The state of a module inside of another one, as the outer one made it."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lsp_server.inference.analysis import Analysis
from lsp_server.state.model import Entry, ModuleState


def part_state(analysis: Analysis, around: ModuleState, name: str) -> ModuleState | None:
    """The state of the part of that name, its names as seen from itself.

    None: there is no such part, or it belongs to a library layer, whose counterparts are those of the whole.
    """
    cache = cast("dict[object, tuple[ModuleState, ModuleState | None]]", analysis.caches.setdefault("state.parts", {}))
    key = (id(around), name)
    if key not in cache:
        # the outer state is kept beside it, so that no other one gets its id
        cache[key] = (around, _part_state(around, name))
    return cache[key][1]


def _part_state(around: ModuleState, name: str) -> ModuleState | None:
    part = next((part for part in around.parts if part.name == name), None)
    start = f"{name}."
    entries = [entry for entry in around.entries if entry.name.startswith(start)]
    if part is None or any(_is_cut(entry, len(start)) for entry in entries):
        return None
    first: dict[str, str] = {}
    own: list[Entry] = []
    for entry in entries:
        short = entry.name[len(start) :]
        same = entry.same_as or entry.name
        earlier = first.setdefault(same, short)
        is_again = entry.shared and earlier != short
        own.append(replace(entry, name=short, shared=is_again, same_as=earlier if is_again else ""))
    parts = tuple(replace(one, name=one.name[len(start) :]) for one in around.parts if one.name.startswith(start))
    plain = tuple(replace(one, name=one.name[len(start) :]) for one in around.plain if one.name.startswith(start))
    return ModuleState(part.title, around.framework, tuple(own), around.complete, parts, plain)


def _is_cut(entry: Entry, length: int) -> bool:
    """Whether a name without its start no longer holds all of the library layer that made it."""
    return bool(entry.inside) and len(entry.name) - length < sum(len(part) + 1 for _, part in entry.inside) + len(
        entry.own_name
    )
