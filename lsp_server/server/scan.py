"""The workspace scan: findings of every Python file, with progress, cancellable."""

from __future__ import annotations

import asyncio
from typing import cast
from uuid import uuid4

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lsp_server.findings import checking
from lsp_server.inference.walk import python_files
from lsp_server.messages import server as messages
from lsp_server.server import diagnostics
from lsp_server.server.session import Session


async def scan(server: LanguageServer, session: Session) -> dict[str, int | bool]:
    """Check every file, one between two turns of the loop, and publish what is found in files that are not open."""
    token = str(uuid4())
    language = session.language
    progress = _has_progress(server)
    if progress:
        await server.work_done_progress.create_async(token)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
        server.work_done_progress.begin(
            token, types.WorkDoneProgressBegin(title=messages.SCANNING.text(language), cancellable=True, percentage=0)
        )
    files = list(python_files(session.documents.root_paths()))
    cancellation = cast("dict[int | str, asyncio.Future[None]]", server.work_done_progress.tokens)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
    found = done = 0
    cancelled = False
    for path in files:
        if progress and cancellation[token].cancelled():
            cancelled = True
            break
        if done % 20 == 0:
            session.refresh()  # also forgets files that are no longer needed
        analysis = session.project.file(path)
        if analysis is not None:
            wanted = diagnostics.wanted_in(session, session.configuration.of(path), path)
            found += len(checking.findings(analysis, wanted))
        done += 1
        if progress and done % 20 == 0:
            server.work_done_progress.report(
                token, types.WorkDoneProgressReport(percentage=100 * done // len(files), message=f"{done}/{len(files)}")
            )
        await asyncio.sleep(0)
    message = messages.SCAN_CANCELLED if cancelled else messages.SCANNED
    if progress:
        text = message.text(language, files=done, findings=found)
        server.work_done_progress.end(token, types.WorkDoneProgressEnd(message=text))
    return {"files": done, "findings": found, "cancelled": cancelled}


def _has_progress(server: LanguageServer) -> bool:
    window = server.client_capabilities.window
    return bool(window is not None and window.work_done_progress)
