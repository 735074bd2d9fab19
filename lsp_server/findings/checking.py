"""What is reported of a file: findings of its rules, of migration mode, and without those that its comments hide."""

from __future__ import annotations

import msgspec

from lsp_server.findings import kinds, migration, migration_kinds, registry, suppressions
from lsp_server.findings.model import Finding
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import uses
from lsp_server.migrate.target import Target


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for. ``target`` is what the file is moved to, None while migration mode is off."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    target: Target | None = None


def findings(analysis: Analysis, wanted: Wanted, breaks: tuple[int, ...] = ()) -> list[Finding]:
    """In the order of their places. ``breaks`` are where the cells of a notebook begin."""
    codes = kinds.selected(wanted.select, wanted.ignore)
    found = registry.check(analysis, registry.selected(wanted.select, wanted.ignore))
    active = codes - migration_kinds.CODES
    if wanted.target is not None:
        active = codes
        found = found + [one for one in migration.findings(analysis, wanted.target) if one.code in codes]

    def concerns(start: int, end: int) -> bool:
        """A comment for everything may be there for migration mode, which is off."""
        return wanted.target is None and any(one.start < end for one in uses(analysis, start, end))

    left = suppressions.applied(analysis, found, active, kinds.KINDS, concerns, breaks)
    return sorted(left, key=lambda finding: (finding.start, finding.code))
