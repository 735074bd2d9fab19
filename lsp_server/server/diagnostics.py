"""Findings as diagnostics, pulled by clients that can and pushed to those that cannot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.server.session import Session, View
from lsp_server.settings.model import Settings
from lsp_server.settings.patterns import ignored_in

if TYPE_CHECKING:
    from lsp_server.findings.checking import Wanted
    from lsp_server.findings.model import Finding

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}
SOURCE = "TorchSpore"


def findings(session: Session, view: View) -> list[Finding]:
    """The findings that lie in the document of a view."""
    return [finding for finding in all_findings(session, view) if view.contains(finding.start)]


def all_findings(session: Session, view: View) -> list[Finding]:
    """The findings of the whole text: those of the other cells of a notebook, too."""
    settings = session.settings_of(view)
    if not settings.diagnostics.enable or view.opened.language_id not in ("python", "xonsh", ""):
        return []
    from lsp_server.findings import checking  # rules are loaded when the first document is checked

    wanted = wanted_in(session, settings, view.analysis.path)
    return checking.findings(view.analysis, wanted, tuple(part.start for part in view.parts))


def wanted_in(session: Session, settings: Settings, path: Path | None) -> Wanted:
    """What is looked for in a file."""
    from lsp_server.findings.checking import Wanted

    ignored = ignored_in(settings.findings, path, session.documents.root_paths())
    return Wanted(settings.findings.select, ignored, session.migration_target_of(path))


def diagnostic(session: Session, view: View, finding: Finding) -> types.Diagnostic:
    from lsp_server.findings.kinds import KINDS

    kind = KINDS[finding.code]
    return types.Diagnostic(
        range=view.range(finding.start, finding.end),
        message=kind.text(finding, session.language),
        severity=_SEVERITY[kind.severity],
        code=finding.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == "TS001" else None,
    )


def of_document(session: Session, uri: str) -> list[types.Diagnostic]:
    view = session.view(uri)
    if view is not None:
        session.shown(view)
    return [diagnostic(session, view, finding) for finding in findings(session, view)] if view is not None else []


def pull(session: Session, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """textDocument/diagnostic."""
    return types.RelatedFullDocumentDiagnosticReport(items=of_document(session, params.text_document.uri))
