"""What the requests of one client share: documents, settings, analyses."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Framework
from lsp_server.documentation.store import Library
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.installed import reader_for
from lsp_server.inference.packages import Packages, interpreter_near, packages_of
from lsp_server.inference.project import Project
from lsp_server.inference.walk import python_files
from lsp_server.messages import Language, language_of
from lsp_server.migrate.direction import source_of
from lsp_server.migrate.target import Target, target_for
from lsp_server.server.client_forms import ClientForms
from lsp_server.server.configuration import Configuration
from lsp_server.server.documents import Documents, OpenDocument, path_of
from lsp_server.server.json_values import json_object
from lsp_server.server.plain_text import plain_text
from lsp_server.server.sent_tokens import Sent
from lsp_server.settings.model import Settings
from lsp_server.syntax.cells import CellText, joined, placed
from lsp_server.syntax.document import Document

if TYPE_CHECKING:
    from lsp_server.migrate.edits import Edit
    from lsp_server.server.scanning import Order

SHOW_STATE = "torchspore.showState"
SHOW_REPORT = "torchspore.report"
_LOOK_SECONDS = 0.2
"""How often files and folders are looked at while no open text changes."""


class CannotDo(Exception):
    """A request that cannot be served; the message says what to do."""


class Part(msgspec.Struct, frozen=True):
    """One open document's share of an analysed text: all of a file, one cell of a notebook."""

    opened: OpenDocument
    text: CellText

    @property
    def start(self) -> int:
        return self.text.start


class View(msgspec.Struct, frozen=True):
    """An analysis as one open document sees it."""

    analysis: Analysis
    part: Part
    parts: tuple[Part, ...]
    documents: Documents

    @property
    def opened(self) -> OpenDocument:
        return self.part.opened

    def offset(self, position: types.Position) -> int:
        """The place of a position in the analysed text; outside the document, the nearest place inside."""
        lines = self.opened.document.lines
        return self.part.start + lines.offset(position.line, position.character, self.documents.encoding)

    def contains(self, offset: int) -> bool:
        return 0 <= offset - self.part.start <= len(self.opened.document.data)

    def range(self, start: int, end: int) -> types.Range:
        """The range of offsets that lie in this document."""
        return _range(self.part, start, end, self.documents)

    def location(self, start: int, end: int) -> types.Location:
        """The place of offsets, in the document that they fall into."""
        part = next(part for part in reversed(self.parts) if part.start <= start or part is self.parts[0])
        return types.Location(part.opened.uri, _range(part, start, end, self.documents))

    def workspace_edit(
        self,
        edits: list[Edit] | tuple[Edit, ...],
        group_of: Callable[[Edit], str] | None = None,
        groups: dict[str, types.ChangeAnnotation] | None = None,
    ) -> types.WorkspaceEdit:
        """Edits as the protocol wants them, each in the document that it falls into, and in the group it belongs to."""
        changes: dict[str, list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]] = {}
        versions: dict[str, int | None] = {}
        texts = [part.text for part in self.parts]
        for edit in edits:
            index, start, end = placed(texts, edit.start, edit.end)
            part = self.parts[index]
            range_ = _range(part, part.start + start, part.start + end, self.documents)
            one = types.AnnotatedTextEdit(group_of(edit), range_, edit.text) if group_of else None
            changes.setdefault(part.opened.uri, []).append(one or types.TextEdit(range_, edit.text))
            versions[part.opened.uri] = part.opened.version
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), found)
                for uri, found in changes.items()
            ],
            change_annotations=groups,
        )


def _range(part: Part, start: int, end: int, documents: Documents) -> types.Range:
    lines = part.opened.document.lines
    encoding = documents.encoding
    return types.Range(
        types.Position(*lines.position(start - part.start, encoding)),
        types.Position(*lines.position(end - part.start, encoding)),
    )


def _markup(formats: Sequence[types.MarkupKind] | None) -> types.MarkupKind:
    """Markdown unless the client says that it only shows plain text."""
    plain_only = formats is not None and types.MarkupKind.Markdown not in formats and len(formats) > 0
    return types.MarkupKind.PlainText if plain_only else types.MarkupKind.Markdown


class Session:
    """The state between requests; everything in it can be worked out again from the documents."""

    def __init__(self, catalog: Catalog, documents: Documents) -> None:
        self._shipped = catalog
        self.catalog: Catalog = catalog
        self.documents = documents
        self.settings = Settings()
        self.configuration = Configuration(documents.root_paths)
        self.on_other_settings: Callable[[], None] = lambda: None
        """Called when a file has changed what holds for the server."""
        self.locale: str | None = None
        self.hover_markup = types.MarkupKind.Markdown
        self.documentation_markup = types.MarkupKind.Markdown
        self.signature_markup = types.MarkupKind.Markdown
        self.offsets_in_labels = False
        """Whether the client takes the place of a parameter in the text of its signature."""
        self.takes_snippets = False
        self.takes_commit_characters = False
        self.links_definitions = False
        """Whether the client takes the range that a definition was asked from."""
        self.follows_commands = False
        """Whether a link in a hover may be a command of ours."""
        self.forms = ClientForms()
        self.annotates = False
        """Whether the client shows groups of edits, and asks about some of them."""
        self.shows_documents = False
        """Whether the client opens a document that it is told to."""
        self.shows_reports = False
        """Whether the client shows by itself what the command for a report answers."""
        self.externals = JediExternals(documents.root_paths())
        self.sent_tokens = Sent()
        self.library = Library(catalog.digest)
        self._packages = Packages()
        self.project = self._new_project()
        self._source: Framework | None = None
        """Of migration mode ``auto``: it must not turn around when more than half is done."""
        self._seen: tuple[float, int] = (0.0, -1)
        self._shown: dict[str, Analysis] = {}

    def use(self, chosen: Settings) -> None:
        """Take new settings. Calls are read with the signatures of the versions that the user's environment has."""
        self.settings = chosen
        self._source = None
        self.externals.enabled = chosen.jedi.enable
        roots = self.documents.root_paths()
        interpreter = chosen.interpreter[0] if chosen.interpreter else interpreter_near(roots[0]) if roots else None
        packages = packages_of(interpreter)
        self.externals.use(packages)
        self.library.use(interpreter if chosen.hover.documentation != "off" else None)
        catalog = self._shipped
        reader = reader_for(chosen.interpreter[0]) if chosen.interpreter else None
        for framework, version in chosen.wishes.installed:
            catalog = catalog.at(framework, version, reader)
        if catalog is not self.catalog or packages != self._packages:
            self.catalog = catalog
            self._packages = packages
            self.project = self._new_project()

    def _new_project(self) -> Project:
        self._views: dict[str, tuple[object, Analysis, tuple[Part, ...]]] = {}
        documents = self.documents
        return Project(self.catalog, documents.root_paths(), documents.at_path, self.externals, self._packages)

    def order(self) -> Order:
        """What another process must know to find in a file what this one finds."""
        from lsp_server.server.scanning import Order, answers_of

        opened = ((path_of(one.uri), one) for one in self.documents.all_opened())
        return Order(
            [str(root) for root in self.documents.root_paths()],
            [str(folder) for folder in self._packages.sites],
            [str(folder) for folder in self._packages.editable],
            self.settings.interpreter[0] if self.settings.interpreter else None,
            list(self.settings.wishes.installed),
            {str(path): one.source for path, one in opened if path is not None},
            answers_of(self.externals),
        )

    def project_for_one_look(self, with_versions: bool) -> Project:
        """Files as they are now, which nobody looks at a second time."""
        documents, packages = self.documents, self._packages
        roots = documents.root_paths()
        return Project(self.catalog, roots, documents.at_path, self.externals, packages, has_versions=with_versions)

    def refresh(self, installed: bool = False) -> None:
        """What is outside of the open texts may have changed; noticed without being told, too, but a little later."""
        if self.project.roots != self.documents.root_paths():
            self.project = self._new_project()
        self.project.refresh(installed)
        if self.configuration.whole != self.settings:
            self.on_other_settings()
        if installed:
            self.externals.renew()
        self._seen = (time.monotonic(), self.documents.version)

    @property
    def language(self) -> Language:
        chosen = self.settings.language
        return language_of(self.locale) if chosen == "auto" else chosen

    def learn(self, params: types.InitializeParams) -> None:
        """What the client is: its language, and whether it renders Markdown."""
        self.locale = params.locale
        document = params.capabilities.text_document
        workspace = params.capabilities.workspace
        edit = workspace.workspace_edit if workspace is not None else None
        self.forms = ClientForms.of(params.capabilities)
        self.annotates = edit is not None and edit.change_annotation_support is not None
        window = params.capabilities.window
        show = window.show_document if window is not None else None
        self.shows_documents = show is not None and show.support
        hover = document.hover if document is not None else None
        completion = document.completion if document is not None else None
        item = completion.completion_item if completion is not None else None
        self.hover_markup = _markup(hover.content_format if hover is not None else None)
        self.documentation_markup = _markup(item.documentation_format if item is not None else None)
        self.takes_snippets = bool(item is not None and item.snippet_support)
        self.takes_commit_characters = bool(item is not None and item.commit_characters_support)
        help_ = document.signature_help if document is not None else None
        signature = help_.signature_information if help_ is not None else None
        self.signature_markup = _markup(signature.documentation_format if signature is not None else None)
        parameter = signature.parameter_information if signature is not None else None
        self.offsets_in_labels = bool(parameter is not None and parameter.label_offset_support)
        definition = document.definition if document is not None else None
        self.links_definitions = bool(definition is not None and definition.link_support)
        commands = json_object(json_object(params.capabilities.experimental).get("commands")).get("commands")
        shown = {name for name in (SHOW_STATE, SHOW_REPORT) if isinstance(commands, (list, tuple)) and name in commands}
        self.follows_commands = SHOW_STATE in shown and self.hover_markup is types.MarkupKind.Markdown
        self.shows_reports = SHOW_REPORT in shown

    def markup(self, markdown: str, kind: types.MarkupKind) -> types.MarkupContent:
        """A text as the client can show it."""
        return types.MarkupContent(kind, plain_text(markdown) if kind is types.MarkupKind.PlainText else markdown)

    def view(self, uri: str) -> View | None:
        """The analysis behind an open document; None if it is not open."""
        opened = self.documents.opened(uri)
        if opened is None:
            return None
        if self._seen[1] != self.documents.version or time.monotonic() - self._seen[0] > _LOOK_SECONDS:
            self.refresh()
        cells = self.documents.cells_beside(uri)
        if cells:
            return self._notebook_view(opened, cells)
        part = Part(opened, CellText(0, len(opened.document.data), 0))
        return View(self._analysis(opened), part, (part,), self.documents)

    def _analysis(self, opened: OpenDocument) -> Analysis:
        path = path_of(opened.uri)
        if path is not None:
            found = self.project.file(path)
            if found is not None and found.document.data == opened.document.data:
                return found
        known = self._views.get(opened.uri)
        if known is None or known[0] is not opened.document:
            known = (opened.document, Analysis(opened.document, self.catalog, self.project, path), ())
        known = self._views[opened.uri] = (known[0], self.project.current(known[1]), ())
        return known[1]

    def _notebook_view(self, opened: OpenDocument, cells: list[OpenDocument]) -> View | None:
        key = self.documents.notebook_uri(opened.uri) or opened.uri
        stamp = tuple(id(cell.document) for cell in cells)
        known = self._views.get(key)
        if known is None or known[0] != stamp:
            text, places = joined([cell.document.data for cell in cells])
            parts = tuple(Part(cell, place) for cell, place in zip(cells, places, strict=True))
            known = (stamp, Analysis(Document(text), self.catalog, self.project, path_of(key)), parts)
        known = self._views[key] = (known[0], self.project.current(known[1]), known[2])
        part = next((part for part in known[2] if part.opened.uri == opened.uri), None)
        return View(known[1], part, known[2], self.documents) if part is not None else None

    def with_document(self, view: View, document: Document) -> Analysis:
        """The analysis of a changed text in the place of a view's, for completions inside unfinished code."""
        return Analysis(document, self.catalog, self.project, view.analysis.path)

    def location(self, analysis: Analysis, start: int, end: int) -> types.Location | None:
        """The place of offsets in another file of the project; None if it is no file."""
        if analysis.path is None:
            return None
        lines, encoding = analysis.document.lines, self.documents.encoding
        range_ = types.Range(
            types.Position(*lines.position(start, encoding)), types.Position(*lines.position(end, encoding))
        )
        return types.Location(self.documents.uri_at(analysis.path), range_)

    def outdated(self) -> list[str]:
        """The open documents that others have changed since they were last looked at."""
        return [
            uri for uri, seen in list(self._shown.items()) if (view := self.view(uri)) and view.analysis is not seen
        ]

    def shown(self, view: View) -> None:
        """Remember what a client was told the findings of."""
        self._shown[view.opened.uri] = view.analysis

    def closed(self, uri: str) -> None:
        self._views.pop(uri, None)
        self._shown.pop(uri, None)
        path = path_of(uri)
        if path is not None:
            self.project.closed(path)

    def settings_of(self, view: View) -> Settings:
        """What holds for a document, by the file that is nearest to it."""
        return self.configuration.of(view.analysis.path)

    def migration_target(self, view: View) -> Target | None:
        """What a document is moved to; None while migration mode is off."""
        return self.migration_target_of(view.analysis.path)

    def migration_target_of(self, path: Path | None) -> Target | None:
        settings = self.configuration.of(path)
        mode, wishes = settings.migration.mode, settings.wishes
        if mode != "auto":
            source = source_of(mode, wishes, ())
        else:
            if self._source is None:
                self._source = source_of(mode, wishes, python_files(self.documents.root_paths()))
            source = self._source
        return wishes.target(source, self.catalog) if source is not None else None

    def target(self, symbol: str) -> Target | None:
        return target_for(symbol, self.settings.wishes, self.catalog)
