"""Conversions of more than a file: of a whole workspace, or of every use of one symbol in it, as one edit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from lsprotocol import types

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import main_framework
from lsp_server.inference.walk import python_files
from lsp_server.messages import report as messages
from lsp_server.messages import server as server_messages
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.report import file_report, summary
from lsp_server.migrate.target import Target
from lsp_server.server.documents import OpenDocument
from lsp_server.server.session import CannotDo, Part, Session, View
from lsp_server.syntax.cells import CellText

if TYPE_CHECKING:
    from lsp_server.server.app import Server

_CERTAIN = "certain"
Edits = list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile]


async def convert_workspace(server: Server, wishes: Mapping[str, Any]) -> dict[str, Any] | None:
    """Convert every Python file of the workspace, or every use of ``wishes["symbol"]``, in one edit that can be undone
    in one step. Nothing is changed if it is cancelled. Raises `CannotDo`."""
    session = server.session
    symbol = wishes.get("symbol")
    if symbol is not None and session.catalog.symbol(str(symbol)) is None:
        raise CannotDo(server_messages.UNKNOWN_NAME_ALONE.text(session.language, name=symbol))
    source = _source(session, wishes)
    progress = await _Progress.begin(server)
    files = list(python_files(session.documents.root_paths()))
    edits: Edits = []
    groups: dict[str, types.ChangeAnnotation] = {}
    reports: list[dict[str, Any]] = []
    for index, path in enumerate(files):
        if progress.cancelled():
            progress.end(messages.CONVERSION_CANCELLED.text(session.language))
            return None
        progress.tell(index, len(files))
        session.refresh()
        analysis = session.project.file(path)
        if analysis is not None and not analysis.document.root.has_error:
            target = _target(session, analysis, source)
            conversion = convert(analysis, target, symbol=symbol) if target is not None else None
            if conversion is not None and (conversion.edits or conversion.left):
                reports.append(file_report(analysis, conversion, str(path), session.language))
            if conversion is not None and conversion.edits:
                edits += _edits(session, analysis, conversion, groups)
        await asyncio.sleep(0)
    found = summary(reports, session.language)
    text = messages.CONVERTED_FILES.text(session.language, files=len(edits), summary=found)
    progress.end(text)
    if not edits:
        raise CannotDo(server_messages.NOTHING_TO_CONVERT.text(session.language))
    edit = types.WorkspaceEdit(document_changes=edits, change_annotations=groups or None)
    answer = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label=text))
    if not answer.applied:
        raise CannotDo(messages.NOT_APPLIED.text(session.language))
    server.tell(text, types.MessageType.Info)
    return {"files": reports, "changed": len(edits)}


def _source(session: Session, wishes: Mapping[str, Any]) -> Framework | None:
    """What is converted from: what a symbol or a wish says; otherwise each file's own framework decides."""
    symbol, to = wishes.get("symbol"), wishes.get("to")
    if symbol is not None:
        return framework_of(str(symbol))
    return "torch" if to == "mindspore" else "mindspore" if to == "torch" else None


def _target(session: Session, analysis: Analysis, source: Framework | None) -> Target | None:
    framework = source or main_framework(analysis)
    return session.settings.wishes.target(framework, session.catalog) if framework is not None else None


def _edits(
    session: Session, analysis: Analysis, conversion: Conversion, groups: dict[str, types.ChangeAnnotation]
) -> Edits:
    path = analysis.path
    if path is None:
        return []
    uri = session.documents.uri_at(path)
    opened = session.documents.opened(uri) or OpenDocument(uri, None, "python", analysis.document)
    part = Part(opened, CellText(0, len(opened.document.data), 0))
    view = View(analysis, part, (part,), session.documents)
    if not session.annotates:
        return list(view.workspace_edit(conversion.edits).document_changes or [])
    groups.setdefault(_CERTAIN, types.ChangeAnnotation(server_messages.CERTAIN_EDITS.text(session.language)))
    unsafe = [(plan.start, plan.end, plan.use.symbol, plan.counterpart.symbol) for plan in conversion.unsafe]
    for _, _, symbol, counterpart in unsafe:
        label = server_messages.UNSAFE_EDITS.text(session.language, symbol=symbol, counterpart=counterpart)
        groups.setdefault(symbol, types.ChangeAnnotation(label, needs_confirmation=True))

    def group_of(start: int, end: int) -> str:
        touched = (symbol for first, last, symbol, _ in unsafe if end > start and start < last and first < end)
        return next(touched, _CERTAIN)

    edit = view.workspace_edit(conversion.edits, lambda one: group_of(one.start, one.end))
    return list(edit.document_changes or [])


class _Progress:
    """The bar of a client that has one, and its button to cancel."""

    def __init__(self, server: Server, token: str) -> None:
        self._server = server
        self._token = token

    @staticmethod
    async def begin(server: Server) -> _Progress:
        window = server.client_capabilities.window
        if window is None or not window.work_done_progress:
            return _Progress(server, "")
        token = str(uuid4())
        await server.work_done_progress.create_async(token)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
        title = messages.CONVERTING.text(server.session.language)
        server.work_done_progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True, percentage=0))
        return _Progress(server, token)

    def cancelled(self) -> bool:
        tokens = cast("dict[int | str, asyncio.Future[None]]", self._server.work_done_progress.tokens)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
        return bool(self._token) and tokens[self._token].cancelled()

    def tell(self, done: int, count: int) -> None:
        if self._token and done % 20 == 0:
            report = types.WorkDoneProgressReport(percentage=100 * done // max(count, 1), message=f"{done}/{count}")
            self._server.work_done_progress.report(self._token, report)

    def end(self, text: str) -> None:
        if self._token:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd(message=text))
