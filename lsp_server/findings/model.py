"""What a finding consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from lsp_server.catalog.model import Applicability
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Language, Message
from lsp_server.migrate.edits import Edit

Severity = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that resolve a finding."""

    title: Message
    edits: tuple[Edit, ...]
    safety: Applicability


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the code does not do what its author thinks."""

    code: str
    start: int
    end: int
    values: tuple[tuple[str, str], ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
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
    instead: str
    fix_safety: Message
    check: Callable[[Analysis], Iterator[Finding]]

    def text(self, finding: Finding, language: Language) -> str:
        return self.message.text(language, **dict(finding.values))
