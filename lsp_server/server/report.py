"""The report of an open document: the lens above the file, and the page that it leads to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from lsprotocol import types

from lsp_server.inference.uses import main_framework
from lsp_server.messages import report as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.report import file_report, summary_of
from lsp_server.migrate.report_page import page
from lsp_server.migrate.target import Target
from lsp_server.server.documents import path_of
from lsp_server.server.session import SHOW_REPORT, Session, View

__all__ = ["SHOW_REPORT", "lens", "saved", "titled", "written"]


def lens(session: Session, view: View) -> types.CodeLens | None:
    """The lens above a file that uses a framework; what it says is worked out when it is shown."""
    if main_framework(view.analysis) is None or view.part is not view.parts[0]:
        return None
    start = types.Position(0, 0)
    return types.CodeLens(types.Range(start, start), data={"uri": view.opened.uri, "report": True})


def titled(session: Session, view: View) -> str:
    """``To MindSpore: 14 converted, 3 by hand, 1 has no counterpart``; empty where there is nothing to convert."""
    found = _conversion(session, view)
    if found is None or not (found[1].converted or found[1].left):
        return ""
    target, conversion = found
    summary = summary_of(conversion, session.language)
    return messages.LENS.text(session.language, framework=FRAMEWORK_NAMES[target.framework], summary=summary)


def _conversion(session: Session, view: View) -> tuple[Target, Conversion] | None:
    framework = main_framework(view.analysis)
    target = session.target(framework) if framework is not None else None
    return (target, convert(view.analysis, target)) if target is not None else None


def written(view: View, conversion: Conversion, target: Target, session: Session) -> tuple[str, dict[str, Any]]:
    """The page and the report that it is made of; its places lead into the document."""
    uri = view.opened.uri
    path = path_of(uri)
    name = str(path) if path is not None else uri
    report = file_report(view.analysis, conversion, name, session.language)

    def link(_: str, line: int, column: int) -> str:
        return f"{uri}#L{line},{column + 1}"

    return page([report], FRAMEWORK_NAMES[target.framework], session.language, link), report


def saved(uri: str, text: str) -> str:
    """The address of a file that holds a page, for clients that show documents: the same for the same document."""
    folder = Path(tempfile.gettempdir()) / f"torchspore-reports-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{Path(uri).stem or 'report'}.md"
    file.write_text(text, encoding="utf-8")
    return file.as_uri()


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, no environment
        return "0"
