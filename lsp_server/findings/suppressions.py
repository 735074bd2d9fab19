"""TS001 and TS002: takes away the findings that comments hide, and says which comments hide nothing or are broken."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lsp_server.findings.comments import Comment, bare_codes, comments, extents
from lsp_server.findings.model import Finding, Fix, Kind
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import suppressions as messages
from lsp_server.migrate.edits import Edit

UNUSED, MALFORMED = "TS001", "TS002"


def applied(
    analysis: Analysis,
    findings: list[Finding],
    active: Collection[str],
    known: Collection[str],
    concerns: Callable[[int, int], bool],
    breaks: tuple[int, ...] = (),
) -> list[Finding]:
    """What is left of the findings, and what is to be said of the comments.

    ``active`` are the codes that were looked for, ``known`` all that exist; ``concerns`` tells whether a place holds
    something that a code which was not looked for may be about.
    """
    said = comments(analysis)
    if not said:
        return findings
    places = [extents(analysis, one, breaks) if one.problem is None else [] for one in said]
    used: list[set[str]] = [set() for _ in said]
    left: list[Finding] = []
    for finding in findings:
        hidden = False
        for one, where, hits in zip(said, places, used, strict=True):
            if any(start <= finding.start < end for start, end in where):
                matching = [code.text for code in one.codes if finding.code.startswith(code.text)]
                if matching or (not one.codes and where):
                    hits.update(matching or [""])
                    hidden = True
        if not hidden:
            left.append(finding)
    about: list[Finding] = []
    for one, where, hits in zip(said, places, used, strict=True):
        about += _malformed(analysis, one, known)
        if one.problem is None:
            unused = _unused(one, hits, active, known)
            if not one.codes and not hits and not any(concerns(start, end) for start, end in where):
                about.append(_finding_unused(analysis, one, None))
            elif unused and not any(code.text == UNUSED for code in one.codes):
                about.append(_finding_unused(analysis, one, unused))
    hidden_in_file = {code.text for one in said if one.for_file and one.problem is None for code in one.codes}
    about = [one for one in about if one.code in active and one.code not in hidden_in_file]
    return sorted([*left, *about], key=lambda finding: (finding.start, finding.code))


def _unused(comment: Comment, hits: set[str], active: Collection[str], known: Collection[str]) -> set[str]:
    """Codes that were looked for, all of those that they stand for, and that hid nothing."""
    unused: set[str] = set()
    for code in comment.codes:
        meant = [one for one in known if one.startswith(code.text)]
        if meant and code.text not in hits and all(one in active for one in meant) and code.text != MALFORMED:
            unused.add(code.text)
    return unused - {UNUSED}


def _malformed(analysis: Analysis, comment: Comment, known: Collection[str]) -> list[Finding]:
    if comment.problem is not None:
        edits = _bracketed(analysis, comment) if comment.problem is messages.NO_BRACKETS else ()
        fix = Fix(messages.TS002_FIX, edits, "safe") if edits else None
        return [Finding(MALFORMED, comment.start, comment.end, comment.values, fix, comment.problem)]
    return [
        Finding(MALFORMED, code.start, code.end, (("code", code.text),), None, messages.UNKNOWN_CODE)
        for code in comment.codes
        if not code.text.startswith("TS") or not any(one.startswith(code.text) for one in known)
    ]


def _bracketed(analysis: Analysis, comment: Comment) -> tuple[Edit, ...]:
    bare = bare_codes(analysis, comment)
    codes = dict(comment.values)["codes"]
    return (Edit(bare[0], bare[1], f"[{codes}]"),) if bare is not None else ()


def _finding_unused(analysis: Analysis, comment: Comment, unused: set[str] | None) -> Finding:
    """``unused`` are codes of the comment, or None for a comment without any."""
    kept = [code for code in comment.codes if unused is not None and code.text not in unused]
    if kept:
        text = ", ".join(code.text for code in kept)
        edits = (Edit(comment.codes[0].start, comment.codes[-1].end, text),)
    else:
        edits = (removal(analysis, comment),)
    fix = Fix(messages.TS001_FIX, edits, "safe")
    if unused is None:
        return Finding(UNUSED, comment.start, comment.end, (), fix, messages.UNUSED_ALL)
    told = [code for code in comment.codes if code.text in unused]
    values = (("codes", ", ".join(code.text for code in told)),)
    return Finding(UNUSED, told[0].start, told[-1].end, values, fix, messages.UNUSED_CODES)


def removal(analysis: Analysis, comment: Comment) -> Edit:
    """Takes a suppression out: with its line where nothing else is on it, and without any other comment beside it."""
    data = analysis.document.data
    start, end = comment.start, comment.end
    before, behind = data[comment.whole[0] : start].strip(), data[end : comment.whole[1]].strip()
    if behind:
        return Edit(start, end + (len(data[end:]) - len(data[end:].lstrip(b" \t"))), "")
    while start and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    if not before and comment.stands_alone:
        line_end = data.find(b"\n", end)
        return Edit(data.rfind(b"\n", 0, start) + 1, len(data) if line_end < 0 else line_end + 1, "")
    return Edit(start, comment.whole[1] if not behind else end, "")


KINDS = (
    Kind(
        code=UNUSED,
        name="unused-suppression",
        severity="information",
        message=messages.UNUSED_ALL,
        what=messages.TS001_WHAT,
        why=messages.TS001_WHY,
        example="""import torch

x = torch.ones(3)  # torchspore: ignore[TS101] measured, makes no difference
""",
        instead="""import torch

x = torch.ones(3)
""",
        fix_safety=messages.TS001_SAFETY,
    ),
    Kind(
        code=MALFORMED,
        name="malformed-suppression",
        severity="warning",
        message=messages.UNKNOWN_WORD,
        what=messages.TS002_WHAT,
        why=messages.TS002_WHY,
        example="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = self.register_buffer("mask", torch.ones(3))  # torchspore: ignore TS101
""",
        instead="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = self.register_buffer("mask", torch.ones(3))  # torchspore: ignore[TS101]
""",
        fix_safety=messages.TS002_SAFETY,
    ),
)
