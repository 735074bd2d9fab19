"""The commands and the request that are ours and not the protocol's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types

from lsp_server.messages import server as messages
from lsp_server.server.client_forms import APPLY_ACTION
from lsp_server.server.json_values import json_object
from lsp_server.server.session import SHOW_REPORT, SHOW_STATE, CannotDo, View

if TYPE_CHECKING:
    from lsp_server.migrate.files import Conversion
    from lsp_server.server.app import Server

logger = logging.getLogger("torchspore")
Result = TypeVar("Result")
_WISHES = ("to", "device", "bestEffort", "symbol")


def register(server: Server) -> None:
    @server.feature("torchspore/convert")
    def convert_request(params: Any) -> dict[str, Any] | None:
        from lsp_server.server import commands

        document = getattr(params, "textDocument", None)
        wishes = {key: getattr(params, key, None) for key in _WISHES}
        return _told(server, lambda: commands.preview(server.session, getattr(document, "uri", ""), wishes))

    @server.command("torchspore.previewFile")
    def preview_file(*args: Any) -> dict[str, Any] | None:
        from lsp_server.server import commands

        uri, wishes = _arguments(args)
        return _told(server, lambda: commands.preview(server.session, uri, wishes))

    @server.command("torchspore.convertFile")
    async def convert_file(*args: Any) -> dict[str, int] | None:
        from lsp_server.server import commands

        uri, wishes = _arguments(args)
        found = _told(server, lambda: commands.convert_document(server.session, uri, wishes))
        return await _applied(server, *found) if found is not None else None

    @server.command(APPLY_ACTION)
    async def apply_action(*args: Any) -> None:
        from lsp_server.server import code_actions

        data = _plain(args[0]) if args else {}
        edit = _told(server, lambda: code_actions.edit_of(server.session, data))
        if edit is not None:
            edit = server.session.forms.edit(edit)
            await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit))

    @server.command("torchspore.explain")
    def explain(*args: Any) -> str | None:
        from lsp_server.server import commands

        name = str(args[0]) if args else ""
        return _told(server, lambda: commands.explain(server.session, name))

    @server.command(SHOW_STATE)
    def show_state(*args: Any) -> str | None:
        from lsp_server.server import commands

        uri, line, character = _place(args)
        return _told(server, lambda: commands.state(server.session, uri, line, character))

    @server.feature("torchspore/language")
    def language(params: Any) -> str:
        return server.session.language

    @server.feature("torchspore/progress")
    async def progress(params: Any) -> dict[str, Any] | None:
        from lsp_server.server import migration

        uri = _uri(params)
        if uri:
            return _told(server, lambda: migration.progress(server.session, uri))
        return await _told_later(server, migration.workspace_progress(server.session))

    @server.feature("torchspore/left")
    async def left(params: Any) -> dict[str, Any] | None:
        from lsp_server.server import migration

        return await _told_later(server, migration.left(server.session, _uri(params)))

    @server.feature("torchspore/convertSafe")
    async def convert_safe(params: Any) -> dict[str, Any] | None:
        from lsp_server.server import migration

        found = await _told_later(server, migration.safe_conversion(server.session, _uri(params)))
        return migration.preview(server.session, found) if found is not None else None

    @server.command("torchspore.convertFileSafe")
    async def convert_file_safe(*args: Any) -> dict[str, int] | None:
        return await _convert_safe(server, str(args[0]) if args else "")

    @server.command("torchspore.convertWorkspaceSafe")
    async def convert_workspace_safe(*args: Any) -> dict[str, int] | None:
        return await _convert_safe(server, "")

    @server.command("torchspore.ignoreInWorkspace")
    def ignore_in_workspace(*args: Any) -> dict[str, str] | None:
        from lsp_server.messages import suppressions as messages
        from lsp_server.server import suppression_actions

        uri, code = (str(args[0]), str(args[1])) if len(args) > 1 else ("", "")
        done = _told(server, lambda: suppression_actions.ignore_in_workspace(server.session, uri, code))
        if done is not None:
            said = messages.WRITTEN.text(server.session.language, code=code, path=done["path"])
            server.tell(said, types.MessageType.Info)
            server.settle()
            server.diagnose_all()
        return done

    @server.command(SHOW_REPORT)
    async def report(*args: Any) -> dict[str, Any] | None:
        from lsp_server.server import commands

        uri, wishes = _arguments(args)
        found = _told(server, lambda: commands.report(server.session, uri, wishes))
        if found is not None and server.session.shows_documents and not server.session.shows_reports:
            await _shown(server, uri, found["text"])
        return found

    @server.command("torchspore.convertWorkspace")
    async def convert_workspace(*args: Any) -> dict[str, Any] | None:
        from lsp_server.server import conversion_everywhere

        _, wishes = _arguments(("", *args))
        try:
            return await conversion_everywhere.convert_workspace(server, wishes)
        except CannotDo as refused:
            server.tell(str(refused))
        except Exception:
            logger.exception("a command failed")
        return None

    @server.command("torchspore.scanWorkspace")
    async def scan_workspace(*args: Any) -> dict[str, int | bool]:
        from lsp_server.server import scan

        return await scan.scan(server, server.session)


def _arguments(args: tuple[Any, ...]) -> tuple[str, Mapping[str, Any]]:
    """A URI, and what is wished, as an object that a client may leave out."""
    wishes: object = args[1] if len(args) > 1 else None
    found = json_object(wishes) or {key: getattr(wishes, key, None) for key in _WISHES}
    return str(args[0]) if args else "", found


def _place(args: tuple[Any, ...]) -> tuple[str, int, int]:
    """A URI and a position, as an object; the beginning of the document if it is left out."""
    sent: object = args[1] if len(args) > 1 else None
    found = json_object(sent) or {key: getattr(sent, key, 0) for key in ("line", "character")}
    line, character = found.get("line"), found.get("character")
    return (
        str(args[0]) if args else "",
        line if isinstance(line, int) else 0,
        character if isinstance(character, int) else 0,
    )


def _uri(params: Any) -> str:
    """``uri``, or that of ``textDocument``; empty for the workspace."""
    said = getattr(params, "uri", None) or getattr(getattr(params, "textDocument", None), "uri", None)
    return said if isinstance(said, str) else ""


async def _convert_safe(server: Server, uri: str) -> dict[str, int] | None:
    """Ask, or let the client show the changes and ask, and then apply all of them as one edit."""
    from lsp_server.messages import migration_mode as messages
    from lsp_server.server import migration

    session = server.session
    found = await _told_later(server, migration.safe_conversion(session, uri))
    if found is None:
        return None
    counts = {"count": found.converted, "files": len(found.files)}
    if not session.annotates:
        choice = types.MessageActionItem(title=messages.CONVERT.text(session.language))
        question = messages.ASK.text(session.language, **counts)
        answer = await server.window_show_message_request_async(
            types.ShowMessageRequestParams(type=types.MessageType.Info, message=question, actions=[choice])
        )
        if answer is None or answer.title != choice.title:
            return None
    edit = session.forms.edit(migration.workspace_edit(session, found, confirmed=not session.annotates))
    done = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit))
    if not done.applied:
        return None
    server.tell(messages.DONE.text(session.language, **counts), types.MessageType.Info)
    return {"converted": found.converted, "files": len(found.files)}


async def _shown(server: Server, uri: str, text: str) -> None:
    """A page in the editor, from a file that is written for it."""
    from lsp_server.server import report

    try:
        address = report.saved(uri, text)
    except OSError as error:
        server.tell(messages.FAILED.text(server.session.language, error=error.strerror or error))
        return
    await server.window_show_document_async(types.ShowDocumentParams(address, take_focus=True))


def _plain(sent: object) -> dict[str, Any]:
    """The data of an action, as an object whatever the transport made of it."""
    return json_object(sent) or dict(getattr(sent, "_asdict", dict)())


async def _applied(server: Server, view: View, conversion: Conversion) -> dict[str, int]:
    counts = {"converted": conversion.converted, "left": len(conversion.left)}
    if conversion.edits:
        edit = server.session.forms.edit(view.workspace_edit(conversion.edits))
        await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit))
    from lsp_server.migrate.report import summary_of

    server.tell(summary_of(conversion, server.session.language), types.MessageType.Info)
    return counts


def _told(server: Server, answer: Callable[[], Result]) -> Result | None:
    """Run a command; what it cannot do is told to the user in its one sentence."""
    try:
        return guarded_command(answer)
    except CannotDo as refused:
        server.tell(str(refused))
        return None


async def _told_later(server: Server, answer: Awaitable[Result]) -> Result | None:
    """The same for an answer that takes its time."""
    try:
        return await answer
    except CannotDo as refused:
        server.tell(str(refused))
    except Exception:
        logger.exception("a command failed")
    return None


def guarded_command(answer: Callable[[], Result]) -> Result | None:
    try:
        return answer()
    except CannotDo:
        raise
    except Exception:
        logger.exception("a command failed")
        return None
