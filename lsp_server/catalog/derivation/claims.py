"""What a derived rule may claim: where its evidence disagrees, that it differs, and on which input."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Evidence, Rule, Text

_LONGEST = 160


def disagrees(name: str, record: Evidence) -> bool:
    """Whether both sides were run and one case did not agree. A symbol that itself does not run on the device says
    nothing about its counterpart."""
    if record.clean or not record.cases:
        return False
    return f": {framework_of(name)} raises " not in record.failure


def not_claiming_more(name: str, rule: Rule, records: Iterable[Evidence]) -> Rule:
    """The rule as it stands, or, derived and refuted, one that says where it differs. What it converts to stays, so
    that the next run of the evidence asks the same."""
    if not rule.derived or rule.verdict == "none":
        return rule
    refuted = next((record for record in records if disagrees(name, record) and not _refused(record)), None)
    if refuted is None:
        return rule
    shown = _ascii(" ".join(refuted.failure.split()))
    shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
    note = rule.note
    if note is not None:
        said = Text(f"{note.en} First input that does not agree: {shown}", f"{note.zh_cn}首个不一致的输入：{shown}")
        return replace(rule, verdict="differs", note=said)
    said = Text(f"Does not agree everywhere: {shown}", f"并非处处一致，首个不一致的输入：{shown}")
    return replace(rule, verdict="differs", note=said)


def _refused(record: Evidence) -> bool:
    """A call that is left alone claims nothing."""
    return " is not converted: " in record.failure


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
