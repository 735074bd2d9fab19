"""The names in a file that stand for parameters and buffers: ``self.mask``, ``net.bn.running_mean``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import of_node
from lsp_server.inference.values import UserClass
from lsp_server.migrate.lookups import module_state, value_state
from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.state.model import ModuleState

_ATTRIBUTES = Pattern("(attribute) @attribute")
_CLASSES = Pattern("(class_definition) @class")
Kind = Literal["parameter", "frozen", "buffer", "transient"]


class StateName(msgspec.Struct, frozen=True):
    """One occurrence: the name behind the dot, and what it stands for."""

    start: int
    end: int
    kind: Kind


def state_names(analysis: Analysis, start: int, end: int) -> Iterator[StateName]:
    """Those of a range, in the order of their places."""
    library = _library_names(analysis.catalog)
    own = _own_names(analysis)
    found: list[StateName] = []
    for node in _ATTRIBUTES.captures(analysis.document.root, "attribute", start, end):
        name = node.child_by_field_name("attribute")
        if name is None or not start <= name.start_byte < end:
            continue
        text = analysis.text(name)
        kind = (_own(analysis, node, text) if text in own else None) or (
            _of_layer(analysis, node, text) if text in library else None
        )
        if kind is not None:
            found.append(StateName(name.start_byte, name.end_byte, kind))
    return iter(sorted(found, key=lambda one: one.start))


def _own(analysis: Analysis, node: Node, name: str) -> Kind | None:
    state = module_state(analysis, node.child_by_field_name("object"))
    for entry in state.entries if state is not None else ():
        if entry.name == name:
            return _kind(entry.kind, entry.trainable, entry.persistent)
    return None


def _of_layer(analysis: Analysis, node: Node, name: str) -> Kind | None:
    """A member of a library layer."""
    use = of_node(analysis, node)
    if use is None or use.certainty != "certain":
        return None
    member = analysis.catalog.member(use.symbol.rpartition(".")[0], name)
    if member is None or member.state is None:
        return None
    return _kind(member.state.kind, member.state.trainable, member.state.persistent)


def _kind(kind: str, trainable: bool, persistent: bool) -> Kind:
    if kind == "buffer":
        return "buffer" if persistent else "transient"
    return "parameter" if trainable else "frozen"


def _own_names(analysis: Analysis) -> frozenset[str]:
    """The names that the module classes of this file register: most attributes are none and need no second look."""
    cache: dict[str, frozenset[str]] = analysis.caches.setdefault("migrate.state_names", {})
    if "own" in cache:
        return cache["own"]
    found: set[str] = set()
    for node in _CLASSES.captures(analysis.document.root, "class"):
        cls = UserClass(analysis.source(node))
        state: ModuleState | None = value_state(analysis, cls) if classes.is_module(analysis, cls) else None
        found |= {entry.name for entry in state.entries if "." not in entry.name} if state is not None else set()
    cache["own"] = frozenset(found)
    return cache["own"]


@cache
def _library_names(catalog: Catalog) -> frozenset[str]:
    """The names of parameters and buffers of all library layers."""
    specs = (catalog.state(name) for name in catalog.states())
    return frozenset(name for spec in specs if spec is not None for name in spec.entries)
