"""Members of library layers that are no symbols: ``fc.in_features`` is ``fc.in_channels``, and ``m.weight`` below
``isinstance(m, (nn.BatchNorm2d, nn.GroupNorm))`` is ``m.gamma``, because it is that of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.mapping import mapping_of
from lsp_server.inference import lineage, sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, Instance, Union, UserInstance
from lsp_server.messages import migration as messages
from lsp_server.migrate.buffer_updates import Stopped
from lsp_server.migrate.plan import Adjustment, Change, Reason
from lsp_server.migrate.target import Target, choose, serving

_NAMES = {"weight", "bias", "running_mean", "running_var", "gamma", "beta", "moving_mean", "moving_variance"}
"""The members that layers have in common and the frameworks call differently."""


def adjustments(analysis: Analysis, target: Target, stopped: list[Stopped]) -> Iterator[Adjustment]:
    """Renamings; ``stopped`` collects members that several layers share and that have several new names."""
    for node, name in _candidates(analysis, target):
        if analysis.text(name) not in _NAMES:
            renamed = _argument_there(analysis, target, node, analysis.text(name))
            if renamed:
                change = Change(name.start_byte, name.end_byte, (renamed,))
                yield Adjustment(name.start_byte, name.end_byte, (change,))
            continue
        value = analysis.fact(node).value
        if not isinstance(value, Union) or not all(isinstance(one, Bound) for one in value.alternatives):
            continue
        found = [one.name for one in value.alternatives if isinstance(one, Bound)]
        if any(framework_of(member) == target.framework for member in found):
            continue
        new = _new_names(analysis, target, found)
        if new is None or new == {analysis.text(name)}:
            continue
        if len(new) == 1:
            change = Change(name.start_byte, name.end_byte, (new.pop(),))
            yield Adjustment(name.start_byte, name.end_byte, (change,))
        else:
            stopped.append(_stopped(node, found, sorted(new)))


def _candidates(analysis: Analysis, target: Target) -> Iterator[tuple[Node, Node]]:
    """The attributes that may be such members, and the last part of each."""
    wanted = _NAMES | _renamed_arguments(analysis.catalog, target)
    for node in sites.of_file(analysis, "attribute"):
        name = node.child_by_field_name("attribute")
        if name is not None and analysis.text(name) in wanted:
            yield node, name


@lru_cache(maxsize=16)
def _renamed_arguments(catalog: Catalog, target: Target) -> frozenset[str]:
    """The arguments of layers that have another name in the target."""
    found: set[str] = set()
    for layer in catalog.states():
        rule = catalog.rule(layer) if framework_of(layer) != target.framework else None
        there = [one for one in serving(rule, target) if not one.template] if rule is not None else []
        for name in there[0].args if there else ():
            mapped = mapping_of(there[0], name)
            if mapped is not None and mapped.to not in ("", name) and not mapped.value:
                found.add(name)
    return frozenset(found)


def _argument_there(analysis: Analysis, target: Target, node: Node, name: str) -> str:
    """What the target's layer calls what this one was made with: layers keep their arguments under the names of these.
    Empty if it is the same, or not known."""
    held = node.child_by_field_name("object")
    value = analysis.value(held).value if held is not None else None
    if not isinstance(value, (Instance, UserInstance)):
        return ""
    for layer in lineage.framework_classes(analysis, value):
        symbol = analysis.catalog.symbol(layer)
        if symbol is None or framework_of(layer) == target.framework or analysis.catalog.state(layer) is None:
            continue
        if not any(parameter.name == name for signature in symbol.signatures for parameter in signature.parameters):
            continue
        rule = analysis.catalog.rule(layer)
        there = [one for one in serving(rule, target) if not one.template] if rule is not None else []
        mapped = mapping_of(there[0], name) if there else None
        return mapped.to if mapped is not None and not mapped.value and mapped.to != name else ""
    return ""


def _new_names(analysis: Analysis, target: Target, members: list[str]) -> set[str] | None:
    """What the layers of the target call these members; None where one of them is no member of such a layer."""
    new: set[str] = set()
    for member in members:
        layer, _, own = member.rpartition(".")
        found = analysis.catalog.member(layer, own)
        rule = analysis.catalog.rule(layer)
        counterpart = choose(rule, target) if rule is not None else None
        if found is None or found.state is None or counterpart is None:
            return None
        new.add(counterpart.state.get(own, own))
    return new


def _stopped(node: Node, members: list[str], names: list[str]) -> Stopped:
    values = (("symbol", members[0]), ("other", members[-1]), ("names", ", ".join(names)))
    return Stopped(node.start_byte, members[0], Reason("TS304", messages.SEVERAL_NAMES, values))
