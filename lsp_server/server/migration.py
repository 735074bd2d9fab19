"""What is left of the move to the other framework: figures, lists of uses, and the conversion of all that is safe.

For one document an answer is immediate; files of the workspace are looked at one by one between two turns of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from lsprotocol import types

from lsp_server.findings.kinds import KINDS
from lsp_server.findings.migration import said_of
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.walk import python_files
from lsp_server.messages import migration_mode as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.remaining import Progress, Remaining, remaining
from lsp_server.migrate.remaining import progress as progress_of
from lsp_server.migrate.target import Target
from lsp_server.server.session import CannotDo, Session

_SEVERITIES = {"safe": "hint", "check": "information", "hand": "warning", "none": "error"}


class File(msgspec.Struct, frozen=True):
    """One file that takes part in the migration: a document that is open, or a file of the workspace."""

    uri: str
    version: int | None
    analysis: Analysis
    target: Target


def document(session: Session, uri: str) -> File | None:
    """None while migration mode is off, or if the document is not open."""
    view = session.view(uri)
    target = session.migration_target(view) if view is not None else None
    if view is None or target is None:
        return None
    return File(view.opened.uri, view.opened.version, view.analysis, target)


async def workspace(session: Session) -> AsyncIterator[File]:
    """The Python files for which migration mode is on."""
    for number, path in enumerate(list(python_files(session.documents.root_paths()))):
        if number % 20 == 0:
            session.refresh()
        file = _file(session, path)
        if file is not None:
            yield file
        await asyncio.sleep(0)


def _file(session: Session, path: Path) -> File | None:
    target = session.migration_target_of(path)
    analysis = session.project.file(path) if target is not None else None
    if target is None or analysis is None:
        return None
    uri = session.documents.uri_at(path)
    opened = session.documents.opened(uri)
    return File(uri, opened.version if opened is not None else None, analysis, target)


def figures(progress: Progress) -> dict[str, int]:
    """``convertible`` are those that a conversion takes, safe or to be checked."""
    return {
        "total": progress.total,
        "done": progress.done,
        "left": progress.left,
        "convertible": progress.safe + progress.check,
        "safe": progress.safe,
        "check": progress.check,
        "byHand": progress.hand,
        "none": progress.none,
        "percent": progress.percent,
    }


def progress(session: Session, uri: str) -> dict[str, Any] | None:
    """The figures of one document."""
    file = document(session, uri)
    if file is None:
        return None
    return {"uri": uri, "target": _target(file.target), **figures(progress_of(file.analysis, file.target))}


async def workspace_progress(session: Session) -> dict[str, Any] | None:
    """The figures of the workspace, and of each of its files that has any."""
    total = Progress()
    files: list[dict[str, Any]] = []
    target: Target | None = None
    async for file in workspace(session):
        target = target or file.target
        one = progress_of(file.analysis, file.target)
        if one.total:
            total = total.plus(one)
            files.append({"uri": file.uri, **figures(one)})
    if target is None:
        return None
    return {"target": _target(target), **figures(total), "files": files}


async def left(session: Session, uri: str = "") -> dict[str, Any] | None:
    """The uses that are left, by file; of one document, or of the workspace."""
    if uri:
        one = document(session, uri)
        return {"files": [_left_of(session, one)]} if one is not None else None
    files = [_left_of(session, file) async for file in workspace(session)]
    is_on = bool(files) or session.configuration.whole.migration.mode != "off"
    return {"files": [file for file in files if file["uses"]]} if is_on else None


def _left_of(session: Session, file: File) -> dict[str, Any]:
    uses = [_use(session, file, one) for one in remaining(file.analysis, file.target)]
    return {"uri": file.uri, **figures(progress_of(file.analysis, file.target)), "uses": uses}


def _use(session: Session, file: File, one: Remaining) -> dict[str, Any]:
    lines, encoding = file.analysis.document.lines, session.documents.encoding
    (line, character), (end_line, end_character) = (lines.position(at, encoding) for at in (one.mark, one.end))
    finding = said_of(one)
    return {
        "range": {
            "start": {"line": line, "character": character},
            "end": {"line": end_line, "character": end_character},
        },
        "symbol": one.symbol,
        "way": one.way,
        "severity": _SEVERITIES[one.way],
        "code": finding.code,
        "reason": KINDS[finding.code].text(finding, session.language),
    }


def _target(target: Target) -> dict[str, str]:
    return {
        "framework": target.framework,
        "name": FRAMEWORK_NAMES[target.framework],
        "version": target.version,
        "device": target.device,
    }


class SafeConversion(msgspec.Struct, frozen=True):
    """What converting everything safe does to several files."""

    files: tuple[tuple[File, Conversion], ...]

    @property
    def converted(self) -> int:
        return sum(conversion.converted for _, conversion in self.files)


async def safe_conversion(session: Session, uri: str = "") -> SafeConversion:
    """Of one document, or of the workspace. Raises `CannotDo` if there is nothing to do."""
    if uri:
        one = document(session, uri)
        files = [one] if one is not None else []
    else:
        files = [file async for file in workspace(session)]
    if not files:
        raise CannotDo(messages.MODE_IS_OFF.text(session.language))
    done = [(file, convert(file.analysis, file.target, only_safe=True)) for file in files]
    found = tuple((file, conversion) for file, conversion in done if conversion.converted and conversion.edits)
    if not found:
        raise CannotDo(messages.NOTHING_SAFE.text(session.language))
    return SafeConversion(found)


def preview(session: Session, conversion: SafeConversion) -> dict[str, Any]:
    """The new texts beside the edit that makes them, for a client that shows both before it applies anything."""
    return {
        "converted": conversion.converted,
        "files": [{"uri": file.uri, "text": one.text, "converted": one.converted} for file, one in conversion.files],
        "edit": workspace_edit(session, conversion),
    }


def workspace_edit(session: Session, conversion: SafeConversion, confirmed: bool = True) -> types.WorkspaceEdit:
    """One edit of all files, so that one undo takes it back. Where it is not confirmed yet the client asks by file."""
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    groups: dict[str, types.ChangeAnnotation] = {}
    for file, one in conversion.files:
        group = None if confirmed else Path(file.uri).name
        if group is not None:
            label = messages.SAFE_GROUP.text(session.language, count=one.converted, file=group)
            groups[group] = types.ChangeAnnotation(label, needs_confirmation=True)
        edits = [_text_edit(session, file, edit, group) for edit in one.edits]
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri=file.uri, version=file.version)
        changes.append(types.TextDocumentEdit(identifier, edits))
    return types.WorkspaceEdit(document_changes=changes, change_annotations=groups or None)


def _text_edit(session: Session, file: File, edit: Edit, group: str | None) -> types.TextEdit | types.AnnotatedTextEdit:
    lines, encoding = file.analysis.document.lines, session.documents.encoding
    range_ = types.Range(
        types.Position(*lines.position(edit.start, encoding)), types.Position(*lines.position(edit.end, encoding))
    )
    return types.AnnotatedTextEdit(group, range_, edit.text) if group else types.TextEdit(range_, edit.text)
