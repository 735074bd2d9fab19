"""The server: which request goes to which function, and what holds for all of them."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine
from importlib import import_module
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcMethodNotFound
from pygls.io_ import StdoutWriter
from pygls.lsp.server import LanguageServer

from lsp_server import __version__
from lsp_server.catalog.catalog import Catalog
from lsp_server.messages import server as messages
from lsp_server.server import diagnostics, hover, own_requests, parent, reading_requests
from lsp_server.server.action_kinds import KINDS
from lsp_server.server.dispatch import Dispatch
from lsp_server.server.documents import Documents
from lsp_server.server.guard import guarded
from lsp_server.server.json_values import json_object
from lsp_server.server.protocol import Protocol
from lsp_server.server.session import Session
from lsp_server.server.structuring import Converter
from lsp_server.server.transport import StandardInput

logger = logging.getLogger("torchspore")
SECTION = "torchspore"
_PUSH_DELAY = 0.15
_EXTERNAL_BUDGET = 0.2
_PRELOAD_DELAY = 1.0


class Server(LanguageServer):
    """The language server of one client."""

    protocol: Protocol  # pyright: ignore[reportIncompatibleVariableOverride]  pygls makes the class that it is given

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  pygls leaves its loop parameter untyped
            "torchspore",
            __version__,
            protocol_cls=Protocol,
            converter_factory=Converter,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            notebook_document_sync=types.NotebookDocumentSyncOptions(
                notebook_selector=[
                    types.NotebookDocumentFilterWithCells(
                        notebook="jupyter-notebook", cells=[types.NotebookCellLanguage("python")]
                    )
                ],
                save=False,
            ),
        )
        self.catalog = catalog
        self._session: Session | None = None
        self._pushes: dict[str, asyncio.TimerHandle] = {}
        self._answered: asyncio.TimerHandle | None = None

    @property
    def session(self) -> Session:
        if self._session is None:
            documents = self.workspace
            assert isinstance(documents, Documents)
            self._session = Session(self.catalog, documents)
        return self._session

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """One line in the log; in the user's face only if that is wished for, and if the client is not to blame."""
        if isinstance(error, (JsonRpcMethodNotFound, JsonRpcInvalidParams)):
            logger.warning("%s: %s", source.__name__, error)
            return
        logger.error("%s: %s", source.__name__, error)
        if self._session is not None and self._session.settings.show_notifications != "off":
            self.tell(messages.FAILED.text(self._session.language, error=error), types.MessageType.Error)

    def serve_stdio(self) -> int:
        """Serve over standard input and output until the client goes away: the code to exit with. If it says exit, the
        process ends here."""
        self.protocol.set_writer(StdoutWriter(sys.stdout.buffer))

        async def serve() -> None:
            try:
                await Dispatch(self.protocol).run(StandardInput(sys.stdin.fileno(), asyncio.get_running_loop()))
            except SystemExit as said:
                logger.info("the client said exit")
                self.end(said.code if isinstance(said.code, int) else 0)

        try:
            asyncio.run(serve())
        except (BrokenPipeError, KeyboardInterrupt):
            logger.info("the client is gone")
        finally:
            self.session_ended()
            self.shutdown()
        return 0

    def session_ended(self) -> None:
        """Leave no process behind."""
        if self._session is not None:
            self._session.externals.close()
            self._session.library.close()

    def client_gone(self) -> None:
        """Nobody reads what would still be said."""
        logger.info("the client's process is gone")
        self.end(1)

    def end(self, code: int) -> None:
        """End at once: to take down all that a long session has made would make whoever waits for it wait."""
        self.session_ended()
        logging.shutdown()
        os._exit(code)

    def tell(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        self.window_show_message(types.ShowMessageParams(kind, text))

    def pulls(self) -> bool:
        document = self.client_capabilities.text_document
        return document is not None and document.diagnostic is not None

    def diagnose_later(self, uri: str) -> None:
        """Push diagnostics to clients that cannot pull, once typing pauses; the cells of a notebook together."""
        if self.pulls():
            return
        pending = self._pushes.pop(uri, None)
        if pending is not None:
            pending.cancel()
        self._pushes[uri] = asyncio.get_running_loop().call_later(_PUSH_DELAY, self._push, uri)

    def _push(self, uri: str) -> None:
        self._pushes.pop(uri, None)
        documents = self.session.documents
        for opened in documents.cells_beside(uri) or [documents.opened(uri)]:
            if opened is not None:
                found = guarded(lambda uri=opened.uri: diagnostics.of_document(self.session, uri), [])
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(opened.uri, found, version=opened.version)
                )
        self.tell_problems()
        for other in self.session.outdated():
            if other not in self._pushes:
                self.diagnose_later(other)

    def answered(self) -> None:
        """A package was found; many are one after the other."""
        if self._answered is None:
            self._answered = asyncio.get_running_loop().call_later(_PUSH_DELAY, self._use_answers)

    def _use_answers(self) -> None:
        self._answered = None
        self.session.refresh()
        self.diagnose_all()

    def diagnose_all(self) -> None:
        """What holds for all documents has changed."""
        if self.pulls():
            workspace = self.client_capabilities.workspace
            if workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support:
                self.workspace_diagnostic_refresh(None)
            return
        for opened in self.session.documents.all_opened():
            self.diagnose_later(opened.uri)

    def use_settings(self, sent: object, common: object = None) -> None:
        """Take what the client says; each value that cannot be used is named once, and its default used."""
        self.session.configuration.send(sent, common)
        self.settle()

    def settle(self) -> None:
        """Use the settings as they are now, in what the client sent and in files."""
        session = self.session
        chosen = session.configuration.whole
        changed = chosen != session.settings
        session.use(chosen)
        self.tell_problems()
        if changed:
            self.diagnose_all()
            self._draw_again()

    def tell_problems(self) -> None:
        for problem in self.session.configuration.problems():
            self.tell(problem.text(self.session.language))

    def _draw_again(self) -> None:
        """What is drawn stays as it is until somebody says that it reads otherwise: in another language, or no more."""
        workspace = self.client_capabilities.workspace
        if workspace is None:
            return
        if workspace.code_lens is not None and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)
        if workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)
        if workspace.semantic_tokens is not None and workspace.semantic_tokens.refresh_support:
            self.workspace_semantic_tokens_refresh(None)


def create(catalog: Catalog) -> Server:
    """A server with all features registered."""
    server = Server(catalog)
    _register_life_cycle(server)
    _register_documents(server)
    _register_features(server)
    reading_requests.register(server)
    own_requests.register(server)
    return server


def _register_life_cycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.session.learn(params)
        sent = json_object(params.initialization_options)
        raw, common = sent.get("settings"), sent.get("globalSettings")
        server.use_settings(_section(raw), _section(common))
        if params.process_id is not None:
            parent.watch(params.process_id, server.client_gone)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        loop = asyncio.get_running_loop()

        def answered() -> None:
            loop.call_soon_threadsafe(server.answered)

        server.session.externals.on_answer = answered

        def settle_soon() -> None:
            loop.call_soon(server.settle)

        server.session.on_other_settings = settle_soon
        # once the first answers are out, load in the background what later ones will need
        loop.call_later(_PRELOAD_DELAY, lambda: loop.run_in_executor(None, _preload, server))
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is not None and watched.dynamic_registration:
            await _watch_files(server)

    async def ask_for_settings() -> None:
        answer = await server.workspace_configuration_async(
            types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        )
        server.use_settings(answer[0] if answer else None)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configuration(params: types.DidChangeConfigurationParams) -> Coroutine[Any, Any, None] | None:
        raw = _section(params.settings)
        workspace = server.client_capabilities.workspace
        if not raw and workspace is not None and workspace.configuration:
            return ask_for_settings()
        server.use_settings(raw)
        return None

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.session_ended()
        # pygls cancels what is pending while it walks over it, and what ends in between would make that an error
        protocol = server.protocol
        pending = protocol._request_futures  # pyright: ignore[reportPrivateUsage]  there is no other way to them
        for identity, future in list(pending.items()):
            if identity != protocol.msg_id and not future.done():
                future.cancel()


def _section(raw: object) -> object:
    """The section itself, whether it came wrapped in its name or not."""
    inner = json_object(json_object(raw).get(SECTION))
    return inner or raw


def _preload(server: Server) -> None:
    names = ("state.evaluator", "state.counterparts", "server.code_actions", "server.completion", "server.commands")
    for name in names:
        import_module(f"lsp_server.{name}")
    from lsp_server.server.offers import offers_of
    from lsp_server.server.rehearsal import rehearse

    catalog = server.session.catalog
    guarded(lambda: offers_of(catalog).prepare(), None)
    guarded(lambda: rehearse(catalog), None)


async def _watch_files(server: Server) -> None:
    patterns = ("**/*.{py,pyi}", "**/{torchspore,pyproject}.toml")
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in patterns]
    registration = types.Registration(
        id="torchspore-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers),
    )
    await server.client_register_capability_async(types.RegistrationParams([registration]))


def _register_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.diagnose_later(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.diagnose_later(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.session.closed(uri)
        if not server.pulls():
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents[:1]:
            server.diagnose_later(cell.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        notebook = server.workspace.get_notebook_document(notebook_uri=params.notebook_document.uri)
        if notebook is not None and notebook.cells:
            server.diagnose_later(notebook.cells[0].document)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.session.configuration.look_again()
        server.session.refresh(installed=True)
        server.tell_problems()
        server.diagnose_all()


def _register_features(server: Server) -> None:
    # modules that the first hover does not need are imported by the first request that does
    def answered(params: types.HoverParams) -> types.Hover | None:
        return guarded(lambda: hover.hover(server.session, params), None)

    async def answered_later(params: types.HoverParams) -> types.Hover | None:
        await asyncio.get_running_loop().run_in_executor(None, server.session.externals.wait, _EXTERNAL_BUDGET)
        server.session.refresh()
        return answered(params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def on_hover(params: types.HoverParams) -> types.Hover | Coroutine[Any, Any, types.Hover | None] | None:
        found = answered(params)
        # a name of another package is being looked up: worth a moment, never more
        return answered_later(params) if found is None and server.session.externals.pending else found

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[".", '"', "'"], resolve_provider=True),
    )
    def on_completion(params: types.CompletionParams) -> types.CompletionList | None:
        from lsp_server.server import completion

        return guarded(lambda: completion.completion(server.session, params), None)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def on_completion_resolve(item: types.CompletionItem) -> types.CompletionItem:
        from lsp_server.server import completion

        return guarded(lambda: completion.resolve(server.session, item), item)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))
    def on_code_lens(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        from lsp_server.server import code_lens

        return guarded(lambda: code_lens.code_lenses(server.session, params), None)

    @server.feature(types.CODE_LENS_RESOLVE)
    def on_code_lens_resolve(lens: types.CodeLens) -> types.CodeLens:
        from lsp_server.server import code_lens

        return guarded(lambda: code_lens.resolve(server.session, lens), lens)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def on_definition(params: types.DefinitionParams) -> list[types.LocationLink] | types.Location | None:
        from lsp_server.server import definition

        return guarded(lambda: definition.definition(server.session, params), None)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
    )
    def on_code_action(params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
        from lsp_server.server import code_actions

        return guarded(lambda: code_actions.offered(server.session, params), None)

    @server.feature(types.CODE_ACTION_RESOLVE)
    def on_code_action_resolve(action: types.CodeAction) -> types.CodeAction:
        from lsp_server.server import code_actions

        return guarded(lambda: code_actions.resolve(server.session, action), action)

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(identifier=SECTION, inter_file_dependencies=True, workspace_diagnostics=False),
    )
    def on_diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        empty = types.RelatedFullDocumentDiagnosticReport(items=[])
        found = guarded(lambda: diagnostics.pull(server.session, params), empty)
        server.tell_problems()
        return found
