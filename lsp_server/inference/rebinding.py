"""Names that another function rebinds, through ``global`` or ``nonlocal``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from lsp_server.inference import names
from lsp_server.syntax.scopes import Binding, Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_DECLARED = re.compile(rb"^[ \t]+(?:global|nonlocal)[ \t]+\w|;[ \t]*(?:global|nonlocal)[ \t]+\w", re.MULTILINE)
_Table = dict[tuple[int, str], list[tuple[Binding, Scope]]]


def elsewhere(analysis: Analysis, scope: Scope, name: str) -> list[tuple[Binding, Scope]]:
    """The bindings of a scope's name that stand in other functions, each with the scope that it stands in."""
    cache = analysis.home.caches.setdefault("rebound", {})
    if 0 not in cache:
        cache[0] = _table(analysis.home)
    table = cast("_Table", cache[0])
    return table.get((scope.node.id, name), []) if table else []


def _table(analysis: Analysis) -> _Table:
    found: _Table = {}
    data = analysis.document.data
    if b"global" not in data and b"nonlocal" not in data:
        return found
    done: set[int] = set()
    for match in _DECLARED.finditer(data):
        *around, scope = names.scopes_at(analysis, match.end() - 1)
        if scope.node.id in done or not around:
            continue
        done.add(scope.node.id)
        for name, bindings in scope.rebound.items():
            owner = next((one for one in reversed(around) if one.is_deferred and name in one.bindings), around[0])
            found.setdefault((owner.node.id, name), []).extend((binding, scope) for binding in bindings)
    return found
