"""Layers that library layers are made of: ``norm.bn2d.gamma`` of MindSpore's BatchNorm3d is ``norm.weight`` of torch's.

The last name is a use of the inner layer's own and is renamed as such; here the name in the middle follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.inference import lineage
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import migration as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate.buffer_updates import Stopped
from lsp_server.migrate.plan import Adjustment, Change, Reason
from lsp_server.migrate.target import Target, choose


def adjustments(analysis: Analysis, target: Target, stopped: list[Stopped]) -> Iterator[Adjustment]:
    """The names of inner layers that go or change; ``stopped`` collects those that the target's layer does not have."""
    document = analysis.document
    found = [one for part in _names(analysis.catalog) for one in document.attributes(part)]
    for node, name in sorted(found, key=lambda one: (one[0].start_byte, -one[0].end_byte)):
        held = node.child_by_field_name("object")
        if held is None:
            continue
        layer = _layer(analysis, held, analysis.text(name), target)
        if not layer:
            continue
        there = _name_there(analysis, layer, node, analysis.text(name), target)
        if there is None:
            framework = FRAMEWORK_NAMES[target.framework]
            symbol = f"{layer}.{analysis.text(name)}"
            values = (("symbol", symbol), ("layer", _counterpart(analysis, layer, target)), ("framework", framework))
            stopped.append(Stopped(node.start_byte, symbol, Reason("TS302", messages.NO_STATE, values)))
        elif not there:
            yield _written(held.end_byte, name.end_byte, ())
        elif there != analysis.text(name):
            yield _written(name.start_byte, name.end_byte, (there,))


def _written(start: int, end: int, parts: tuple[str, ...]) -> Adjustment:
    return Adjustment(start, end, (Change(start, end, parts),))


@lru_cache(maxsize=4)
def _names(catalog: Catalog) -> frozenset[str]:
    """What inner layers are called in any layer."""
    specs = (catalog.state(name) for name in catalog.states())
    return frozenset(name for spec in specs if spec is not None for name in spec.children if "{" not in name)


def _layer(analysis: Analysis, held: Node, name: str, target: Target) -> str:
    """The class of the other framework that has the inner layer; empty if the object is of no such class."""
    for layer in lineage.framework_classes(analysis, analysis.value(held).value):
        if framework_of(layer) != target.framework and analysis.catalog.part(layer, name):
            return layer
    return ""


def _counterpart(analysis: Analysis, layer: str, target: Target) -> str:
    rule = analysis.catalog.rule(layer)
    chosen = choose(rule, target) if rule is not None else None
    return chosen.symbol if chosen is not None else layer


def _name_there(analysis: Analysis, layer: str, node: Node, name: str, target: Target) -> str | None:
    """What the target's layer calls the inner one; empty if it keeps itself what that holds, None if it has no such."""
    rule = analysis.catalog.rule(layer)
    chosen = choose(rule, target) if rule is not None else None
    if chosen is None:
        return name  # the layer itself is told
    parent = node.parent
    own = parent.child_by_field_name("attribute") if parent is not None and parent.type == "attribute" else None
    read = f"{name}.{analysis.text(own)}" if own is not None and parent is not None and own != node else ""
    if read in chosen.state:
        return chosen.state[read].rpartition(".")[0] if chosen.state[read] else name
    inner = {new.rpartition(".")[0] for old, new in chosen.state.items() if old.startswith(f"{name}.") and new}
    if len(inner) == 1 and "" not in inner:
        return inner.pop()
    return name if analysis.catalog.part(chosen.symbol, name) else None
