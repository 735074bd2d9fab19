"""At every finding: do not report it on this line, in this file, in this workspace."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lsp_server.findings import suppressing
from lsp_server.findings.model import Finding
from lsp_server.findings.suppressions import MALFORMED, UNUSED
from lsp_server.messages import suppressions as messages
from lsp_server.server import diagnostics
from lsp_server.server.documents import path_of
from lsp_server.server.session import CannotDo, Session, View
from lsp_server.settings.editing import CannotEdit, place_for, with_ignored
from lsp_server.weights.atomic import replacing

IGNORE_IN_WORKSPACE = "torchspore.ignoreInWorkspace"


def offered(session: Session, view: View, touched: list[Finding]) -> Iterator[types.CodeAction]:
    """The actions of the findings that a selection touches, once for each code."""
    told: set[str] = set()
    breaks = tuple(part.start for part in view.parts)
    for finding in touched:
        code = finding.code
        if code in told:
            continue
        told.add(code)
        about = [diagnostics.diagnostic(session, view, finding)]
        edits = {messages.FILE_ACTION: suppressing.in_file(view.analysis, finding)}
        if code not in (UNUSED, MALFORMED):
            edits = {messages.LINE_ACTION: suppressing.on_line(view.analysis, finding, breaks), **edits}
        for message, edit in edits.items():
            yield types.CodeAction(
                message.text(session.language, code=code),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=about,
                edit=view.workspace_edit([edit]),
            )
        roots = session.documents.root_paths()
        file = place_for(view.analysis.path, roots[0] if roots else None)
        if file is not None:
            title = messages.WORKSPACE_ACTION.text(session.language, code=code, file=file.name)
            command = types.Command(title, IGNORE_IN_WORKSPACE, arguments=[view.opened.uri, code])
            yield types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=about, command=command)


def ignore_in_workspace(session: Session, uri: str, code: str) -> dict[str, str]:
    """Write a code into the project's file, which is read again at once. Raises `CannotDo`."""
    roots = session.documents.root_paths()
    path = place_for(path_of(session.documents.notebook_uri(uri) or uri), roots[0] if roots else None)
    if path is None:
        raise CannotDo(messages.NO_FOLDER.text(session.language))
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        new = with_ignored(path, text, code)
        with replacing(path) as file:
            file.write(new.encode("utf-8"))
    except (OSError, UnicodeDecodeError, CannotEdit) as error:
        raise CannotDo(messages.CANNOT_WRITE.text(session.language, path=path, code=code, reason=error)) from error
    session.configuration.look_again()
    return {"path": str(path)}
