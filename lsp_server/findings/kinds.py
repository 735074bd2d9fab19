"""Every kind of finding there is, by its code."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.findings import migration_kinds, registry, report_kinds, suppressions
from lsp_server.findings.model import Kind

_LOOKED_FOR: tuple[Kind, ...] = (*suppressions.KINDS, *registry.RULES.values(), *migration_kinds.KINDS)
KINDS: dict[str, Kind] = {
    kind.code: kind for kind in sorted((*_LOOKED_FOR, *report_kinds.KINDS), key=lambda kind: kind.code)
}


@lru_cache(maxsize=64)
def selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """The codes that are looked for, as `registry.selected` has it."""
    return frozenset(kind.code for kind in _LOOKED_FOR if registry.is_selected(kind, select, ignore))
