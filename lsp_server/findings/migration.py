"""Findings of migration mode: each use that has to change, with what it becomes or why nothing converts it."""

from __future__ import annotations

from lsp_server.catalog.model import Text
from lsp_server.findings.migration_kinds import ADAPTS, COMPOSES, DIFFERS, UNPROVEN
from lsp_server.findings.model import Finding
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Message
from lsp_server.messages import findings_migration as messages
from lsp_server.migrate.remaining import Remaining, remaining
from lsp_server.migrate.target import Target


def findings(analysis: Analysis, target: Target) -> list[Finding]:
    """In the order of their places; uses that stay as they are written are none."""
    found = (finding_of(one) for one in remaining(analysis, target))
    return [finding for finding in found if finding is not None]


def finding_of(one: Remaining) -> Finding | None:
    """None for what nobody has to think about: it stays as it is written."""
    stays = one.way == "safe" and (one.reason is not None or one.verdict == "same" or not one.changes)
    return None if stays else said_of(one)


def said_of(one: Remaining) -> Finding:
    """What a use becomes, or why nothing converts it, also of what is no finding."""
    if one.reason is not None:
        return Finding(one.reason.code, one.mark, one.end, one.reason.values, None, one.reason.message)
    code, message, more = _said(one)
    values = (("symbol", one.symbol), ("counterpart", one.counterpart), *more)
    return Finding(code, one.mark, one.end, values, None, message)


def _said(one: Remaining) -> tuple[str, Message | None, tuple[tuple[str, Text], ...]]:
    if one.way == "safe":
        return (COMPOSES if one.verdict == "compose" else ADAPTS), None, ()
    if one.verdict != "differs":
        return UNPROVEN, None, ()
    if one.note is None:
        return DIFFERS, messages.TS204_PLAIN, ()
    return DIFFERS, None, (("note", one.note),)
