"""Findings as diagnostics, pulled by clients that can and pushed to those that cannot."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.findings.model import Finding
from lsp_server.server.session import Session, View

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}
SOURCE = "TorchSpore"


def findings(session: Session, view: View) -> list[Finding]:
    """The findings that lie in the document of a view."""
    settings = session.settings
    if not settings.diagnostics.enable or view.opened.language_id not in ("python", "xonsh", ""):
        return []
    from lsp_server.findings import registry  # its rules are loaded when the first document is checked

    rules = registry.selected(settings.findings.select, settings.findings.ignore)
    return [finding for finding in registry.check(view.analysis, rules) if view.contains(finding.start)]


def diagnostic(session: Session, view: View, finding: Finding) -> types.Diagnostic:
    from lsp_server.findings import registry

    rule = registry.RULES[finding.code]
    return types.Diagnostic(
        range=view.range(finding.start, finding.end),
        message=rule.text(finding, session.language),
        severity=_SEVERITY[rule.severity],
        code=finding.code,
        source=SOURCE,
    )


def of_document(session: Session, uri: str) -> list[types.Diagnostic]:
    view = session.view(uri)
    if view is not None:
        session.shown(view)
    return [diagnostic(session, view, finding) for finding in findings(session, view)] if view is not None else []


def pull(session: Session, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """textDocument/diagnostic."""
    return types.RelatedFullDocumentDiagnosticReport(items=of_document(session, params.text_document.uri))
