"""What a finding consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from lsp_server.catalog.model import Applicability, Text
from lsp_server.messages import Language, Message
from lsp_server.migrate.plan import localised_values

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.migrate.edits import Edit

Severity = Literal["error", "warning", "information", "hint"]


class Fix(msgspec.Struct, frozen=True):
    """Edits that resolve a finding."""

    title: Message
    edits: tuple[Edit, ...]
    safety: Applicability


class Finding(msgspec.Struct, frozen=True):
    """One place where the code does not do what its author thinks."""

    code: str
    start: int
    end: int
    values: tuple[tuple[str, str | Text], ...] = ()
    fix: Fix | None = None
    message: Message | None = None
    """In place of the rule's, where one rule has several things to say."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of finding, with its page. Codes are never used again for something else."""

    code: str
    name: str
    """Reads as "allow …"."""
    severity: Severity
    message: Message
    """Of one finding; its placeholders are the finding's values."""
    what: Message
    why: Message
    example: str
    """A whole file; tests run it in the framework and see what is wrong with it."""
    instead: str
    """The same file as it should be; tests see that it is right."""
    fix_safety: Message
    optional: bool = False
    """A matter of taste: only looked for where its code is selected by itself."""
    syntax: str = "python"
    """Of the example."""

    def text(self, finding: Finding, language: Language) -> str:
        return (finding.message or self.message).text(language, **localised_values(finding.values, language))


class Rule(Kind, frozen=True, kw_only=True):
    """A kind that is looked for in any file."""

    check: Callable[[Analysis], Iterator[Finding]]


def kind(
    code: str,
    name: str,
    severity: Severity,
    message: Message,
    what: Message,
    why: Message,
    example: str,
    instead: str,
    fix_safety: Message,
    syntax: str = "python",
) -> Kind:
    """A kind that is not looked for by itself: migration mode and conversions say it."""
    return Kind(
        code=code,
        name=name,
        severity=severity,
        message=message,
        what=what,
        why=why,
        example=example,
        instead=instead,
        fix_safety=fix_safety,
        syntax=syntax,
    )
