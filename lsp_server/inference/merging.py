"""What holds of several facts together, where their classes differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.inference import lineage
from lsp_server.inference.values import (
    CIRCULAR,
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    Unknown,
    UserClass,
    UserInstance,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_MOST = 32


def joined(analysis: Analysis, facts: list[Fact]) -> Fact:
    """As `join`; layers of different classes (``BatchNorm2d`` or ``Identity``) are most likely used as layers."""
    found = join(facts)
    if found.value != UNKNOWN or found is CIRCULAR or len(facts) < 2:
        return found
    known = list(dict.fromkeys(fact.value for fact in facts if not isinstance(fact.value, Unknown)))
    known = [value for value in known if value != Constant(None)]
    if not known or len(known) > _MOST or not all(isinstance(value, (Instance, UserInstance)) for value in known):
        return NOTHING
    shared = _shared([UserClass(v.cls.definition) for v in known if isinstance(v, UserInstance)], len(known))
    if shared is not None:
        return Fact(UserInstance(shared), certain=False)
    roots = {lineage.layer_root(analysis, value) for value in known}
    root = roots.pop()
    return Fact(Instance(root), certain=False) if root is not None and not roots else NOTHING


def _shared(classes: list[UserClass], count: int) -> UserClass | None:
    """The nearest class of the user that all have as a base."""
    if len(classes) != count:
        return None
    for fact in lineage.lineage(classes[0]):
        base = fact.value
        if isinstance(base, UserClass) and all(lineage.is_derived(one, base) for one in classes[1:]):
            return base
    return None
