"""One canonical name for each object, and every other name that it has."""

from __future__ import annotations

import sys
import types
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from lsp_server.verify.inventory.walk import Found, exists, home, is_shared_value, read

Rank = Callable[[Found], tuple[Any, ...]]
Family = Callable[[Found], Hashable]


class Naming:
    """Groups the names found in modules by object.

    ``rank`` decides which name is canonical (the least). ``family`` keeps apart names of one object that are
    nevertheless different symbols (``mindspore.mint.relu`` and ``mindspore.ops.relu``).
    """

    def __init__(self, found: Iterable[Found], rank: Rank, family: Family = lambda _: "") -> None:
        groups: dict[Hashable, list[Found]] = defaultdict(list)
        for item in found:
            key = item.name if is_shared_value(item.obj) else (family(item), id(item.obj))
            groups[key].append(item)
        self._groups = {key: sorted(group, key=rank) for key, group in groups.items()}
        self._by_object: dict[int, Found] = {}
        for group in self._groups.values():
            first = group[0]
            other = self._by_object.get(id(first.obj))
            if not is_shared_value(first.obj) and (other is None or rank(first) < rank(other)):
                self._by_object[id(first.obj)] = first

    def symbols(self) -> list[tuple[Found, tuple[str, ...]]]:
        """Each canonical name with the other public names of the same object."""
        return [(group[0], tuple(item.name for item in group[1:])) for group in self._groups.values()]

    def name_of(self, obj: Any) -> str:
        """Canonical name of an object of the framework, empty if it has none."""
        item = self._by_object.get(id(obj))
        return item.name if item is not None and item.obj is obj else ""

    def is_preferred(self, item: Found) -> bool:
        """True if this is the name that private paths of the object lead to."""
        return self._by_object.get(id(item.obj)) is item


def defining_paths(obj: Any) -> list[str]:
    """Where an object is defined, and the packages above that hand it on under the same name.

    ``torch.nn.modules.conv.Conv2d`` and ``torch.nn.modules.Conv2d`` for ``Conv2d``.
    """
    module, qualname = home(obj), read(obj, "__qualname__")
    if not module or not isinstance(qualname, str) or "<" in qualname or not _is_found(module, qualname, obj):
        return []
    paths = [f"{module}.{qualname}"]
    package = module
    while "." in package:
        package = package.rsplit(".", 1)[0]
        if "." in package and _is_found(package, qualname, obj):
            paths.append(f"{package}.{qualname}")
    return paths


def _is_found(module_name: str, qualname: str, obj: Any) -> bool:
    value: Any = sys.modules.get(module_name)
    for part in qualname.split("."):
        value = read(value, part)
        if not exists(value):
            return False
    return value is obj or _function(value) is _function(obj)


def _function(value: Any) -> Any:
    return value.__func__ if isinstance(value, types.MethodType) else value


def public_bases(cls: type, name_of: Callable[[Any], str]) -> tuple[str, ...]:
    """Names of the public bases of a class in method resolution order."""
    own = name_of(cls)
    names = [name_of(base) for base in cls.__mro__[1:] if base is not object]
    return tuple(dict.fromkeys(name for name in names if name and name != own))


def drop_ambiguous(aliases: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Aliases by canonical name, without those that are canonical themselves or lead to two symbols.

    A name of another package (``multiprocessing.Process``) is not an alias: it is what that package calls it.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for canonical, names in aliases.items():
        for name in names:
            owners[name].add(canonical)
    return {
        canonical: tuple(
            sorted({n for n in names if n not in aliases and len(owners[n]) == 1 and _root(n) == _root(canonical)})
        )
        for canonical, names in aliases.items()
    }


def _root(name: str) -> str:
    return name.split(".", 1)[0]
