"""The server's commands and its request ``torchspore/convert``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import Framework
from lsp_server.findings import registry
from lsp_server.findings.kinds import KINDS
from lsp_server.inference.uses import main_framework
from lsp_server.messages import server as messages
from lsp_server.messages import state as state_messages
from lsp_server.migrate.explain import explain_symbol
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.report import file_report
from lsp_server.migrate.state_table import Listing
from lsp_server.migrate.target import DEVICE_CHOICES, Target
from lsp_server.server.documents import path_of
from lsp_server.server.hover import explained
from lsp_server.server.session import CannotDo, Session, View


def convert_document(session: Session, uri: str, wishes: Mapping[str, Any]) -> tuple[View, Conversion]:
    """Convert an open document. ``wishes`` may hold ``to``, ``device`` and ``bestEffort``. Raises `CannotDo`."""
    view = session.view(uri)
    if view is None:
        raise CannotDo(messages.NOT_OPEN.text(session.language, uri=uri))
    conversion = convert(view.analysis, _target(session, view, wishes), wishes.get("bestEffort") is True)
    if not conversion.edits and not conversion.left:
        raise CannotDo(messages.NOTHING_TO_CONVERT.text(session.language))
    return view, conversion


def _target(session: Session, view: View, wishes: Mapping[str, Any]) -> Target:
    to, device = wishes.get("to"), wishes.get("device")
    source: Framework = OTHER[to] if to in OTHER else main_framework(view.analysis) or "torch"
    target = session.settings.wishes.target(source, session.catalog)
    return Target(target.framework, target.version, device if device in DEVICE_CHOICES else target.device)


def preview(session: Session, uri: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The converted text and the report, nothing applied. Raises `CannotDo`."""
    view, conversion = convert_document(session, uri, wishes)
    path = path_of(uri)
    report = file_report(view.analysis, conversion, str(path) if path is not None else uri, session.language)
    return {"text": conversion.text, "report": report}


def report(session: Session, uri: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """What a conversion would do, as a page to read (``text``) and as data (``report``). Raises `CannotDo`."""
    from lsp_server.server.report import written

    view, conversion = convert_document(session, uri, wishes)
    text, found = written(view, conversion, _target(session, view, wishes), session)
    return {"text": text, "report": found}


def state(session: Session, uri: str, line: int, character: int) -> str:
    """Everything that is said at a place, its tables in full. Raises `CannotDo` where there is nothing."""
    view = session.view(uri)
    if view is None:
        raise CannotDo(messages.NOT_OPEN.text(session.language, uri=uri))
    found = explained(session, view, view.offset(types.Position(line, character)), Listing(rows=None))
    if found is None:
        raise CannotDo(state_messages.NO_STATE_HERE.text(session.language))
    return found[0]


def explain(session: Session, name: str) -> str:
    """The page of a symbol or of a finding's code. Raises `CannotDo` with similar names."""
    rule = KINDS.get(name.strip().upper())
    if rule is not None:
        return registry.page(rule, session.language)
    canonical = session.catalog.canonical(name.strip())
    target = session.target(canonical) if canonical is not None else None
    found = (
        explain_symbol(session.catalog, canonical, target, session.language)
        if canonical is not None and target is not None
        else None
    )
    if found is not None:
        return found.markdown
    similar = session.catalog.nearest(name.strip())
    if similar:
        raise CannotDo(messages.UNKNOWN_NAME.text(session.language, name=name, similar=", ".join(similar)))
    raise CannotDo(messages.UNKNOWN_NAME_ALONE.text(session.language, name=name))
