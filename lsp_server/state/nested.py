"""Counterparts inside of layers that make their own parts: ``linear1.weight`` of a TransformerEncoderLayer.

The parts of both layers stand in their specifications; the n-th part of one is the n-th of the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Rule, StateSpec
from lsp_server.state.model import Counterpart, Entry

Steps = tuple[tuple[str, str], ...]
_CALL = re.compile(r"((?:torch|mindspore)(?:\.\w+)+)\(")


def unwrapped(catalog: Catalog, entry: Entry, choose: Callable[[Rule], RuleCounterpart | None]) -> tuple[str, Steps]:
    """The name and the way without wrappers that the other framework does not have: of
    ``torch.nn.DataParallel(net)`` the conversion is ``net``."""
    name, steps = entry.name, entry.inside
    kept: list[tuple[str, str]] = []
    before = len(name) - sum(len(part) + 1 for _, part in steps) - len(entry.own_name)
    for layer, part in steps:
        rule = catalog.rule(layer)
        found = choose(rule) if rule is not None else None
        if found is not None and found.template == f"{{{part.lstrip('_')}}}":
            name = name[:before] + name[before + len(part) + 1 :]
        else:
            kept.append((layer, part))
            before += len(part) + 1
    return name, tuple(kept)


def nested(
    catalog: Catalog,
    entry: Entry,
    name: str,
    steps: Steps,
    choose: Callable[[Rule], RuleCounterpart | None],
) -> Counterpart | None:
    """What a part's parameter becomes; None if a layer on the way to it has no counterpart."""
    target = _chosen(catalog, steps[0][0], choose)
    path: list[str] = []
    for index, (layer, part) in enumerate(steps):
        if target is None:
            return None
        renamed, expression = _part(catalog.state(layer), catalog.state(target), part)
        if renamed is None:
            return None
        path.append(renamed)
        following = steps[index + 1][0] if index + 1 < len(steps) else entry.layer
        made = _CALL.match(expression)
        target = made[1] if made else _chosen(catalog, following, choose) if following is not None else None
    own = _own(catalog, entry, target)
    if own is None:
        return None
    inner = sum(len(part) + 1 for _, part in steps) + len(entry.own_name)
    renamed = name[: len(name) - inner] + ".".join([*path, own])
    return Counterpart(renamed, entry.kind, entry.shape, trainable=entry.trainable, layer=target)


def _chosen(catalog: Catalog, layer: str, choose: Callable[[Rule], RuleCounterpart | None]) -> str | None:
    rule = catalog.rule(layer)
    found = choose(rule) if rule is not None else None
    return found.symbol if found is not None else None


def _part(source: StateSpec | None, target: StateSpec | None, part: str) -> tuple[str | None, str]:
    """The name of a part in the other layer, and the expression that makes it there."""
    ours = [name for name, expression in source.children.items() if _is_made(name, expression)] if source else []
    theirs = [name for name, expression in target.children.items() if _is_made(name, expression)] if target else []
    if target is None or len(ours) != len(theirs):
        return None, ""
    for mine, other in zip(ours, theirs, strict=True):
        pattern = re.sub(r"\\\{\w+\\\}", r"(\\w+)", re.escape(mine))
        match = re.match(pattern + r"(?=\.|$)", part)
        if match is not None:
            renamed = re.sub(r"\{\w+\}", lambda _, found=match: found[1], other)
            return renamed + part[match.end() :], target.children[other]
    return None, ""


def _is_made(name: str, expression: str) -> bool:
    """An activation that was passed in is no part that both layers have."""
    return name != expression or "{" in name or name == "norm"


def _own(catalog: Catalog, entry: Entry, target: str | None) -> str | None:
    """The name of the parameter in the layer that stands for its owner."""
    if entry.layer is None:
        return entry.own_name
    rule = catalog.rule(entry.layer)
    for found in rule.counterparts if rule is not None else ():
        if found.symbol == target:
            return found.state.get(entry.own_name) or (None if found.state else entry.own_name)
    spec = catalog.state(target) if target is not None else None
    return entry.own_name if spec is not None and entry.own_name in spec.entries else None
