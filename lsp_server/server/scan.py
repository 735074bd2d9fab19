"""The workspace scan: how many findings all Python files have, with progress, cancellable."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast
from uuid import uuid4

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lsp_server.inference.walk import python_files
from lsp_server.messages import server as messages
from lsp_server.server import diagnostics
from lsp_server.server.scanning import Checker, Second, Task, is_large
from lsp_server.server.session import Session

_REPORTED = 20
"""Files between two reports of progress."""


async def scan(server: LanguageServer, session: Session) -> dict[str, int | bool]:
    """Check every file, one between two turns of the loop; of a large workspace, half of them in another process."""
    token = str(uuid4())
    language = session.language
    progress = _has_progress(server)
    if progress:
        await server.work_done_progress.create_async(token)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
        server.work_done_progress.begin(
            token, types.WorkDoneProgressBegin(title=messages.SCANNING.text(language), cancellable=True, percentage=0)
        )
    session.refresh()
    waiting = _tasks(session)
    files = len(waiting)
    cancellation = cast("dict[int | str, asyncio.Future[None]]", server.work_done_progress.tokens)  # pyright: ignore[reportUnknownMemberType]  untyped in pygls
    found = done = reported = 0

    def tell(checked: int, findings: int) -> None:
        nonlocal found, done, reported
        done, found = done + checked, found + findings
        if progress and done - reported >= _REPORTED:
            reported = done
            server.work_done_progress.report(
                token, types.WorkDoneProgressReport(percentage=100 * done // files, message=f"{done}/{files}")
            )

    def is_cancelled() -> bool:
        return progress and cancellation[token].cancelled()

    checker = Checker(session.project_for_one_look)
    second = Second(session.order(), waiting, session.externals, tell) if is_large(files) else None
    other = asyncio.create_task(second.run()) if second is not None else None
    cancelled = False
    try:
        while (waiting or (other is not None and not other.done())) and not cancelled:
            if waiting:
                tell(1, checker.count(waiting.popleft()))
                await asyncio.sleep(0)
            elif other is not None:
                await asyncio.wait([other], timeout=0.1)  # its last batch
            cancelled = is_cancelled()
    finally:
        if other is not None:
            other.cancel()
            await asyncio.gather(other, return_exceptions=True)
    message = messages.SCAN_CANCELLED if cancelled else messages.SCANNED
    if progress:
        text = message.text(language, files=done, findings=found)
        server.work_done_progress.end(token, types.WorkDoneProgressEnd(message=text))
    return {"files": done, "findings": found, "cancelled": cancelled}


def _tasks(session: Session) -> deque[Task]:
    tasks: deque[Task] = deque()
    for path in python_files(session.documents.root_paths()):
        tasks.append(Task(str(path), diagnostics.wanted_in(session, session.configuration.of(path), path)))
    return tasks


def _has_progress(server: LanguageServer) -> bool:
    window = server.client_capabilities.window
    return bool(window is not None and window.work_done_progress)
