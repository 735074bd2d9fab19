"""The open documents: immutable versions per URI, cells of a notebook joined into one text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec
from lsprotocol import types
from pygls.uris import to_fs_path
from pygls.workspace import Workspace

from lsp_server.syntax.document import Document
from lsp_server.syntax.positions import Encoding


class OpenDocument(msgspec.Struct, frozen=True):
    """One version of an open text: a file, or a cell of a notebook."""

    uri: str
    version: int | None
    language_id: str
    document: Document

    @property
    def source(self) -> str:
        return self.document.text


class Documents(Workspace):
    """pygls's bookkeeping of folders and notebooks, with our documents in place of its texts.

    pygls splits the whole text into lines at each change; here a change is a splice of bytes and an incremental parse.
    """

    def __init__(self, other: Workspace) -> None:
        super().__init__(
            other.root_uri,
            workspace_folders=list(other.folders.values()),
            position_encoding=other.position_encoding,
        )
        self._opened: dict[str, OpenDocument] = {}
        self._by_path: dict[Path, str] = {}
        self.version = 0
        """Changes whenever an open text does."""

    @property
    def encoding(self) -> Encoding:
        value = getattr(self.position_encoding, "value", self.position_encoding)
        return "utf-8" if value == "utf-8" else "utf-32" if value == "utf-32" else "utf-16"

    def put_text_document(self, text_document: types.TextDocumentItem, notebook_uri: str | None = None) -> None:
        uri = text_document.uri
        self._put(
            OpenDocument(uri, text_document.version, str(text_document.language_id), Document.parse(text_document.text))
        )
        path = path_of(uri)
        if path is not None:
            self._by_path[path] = _key(uri)
        if notebook_uri:
            self._cell_in_notebook[_key(uri)] = _key(notebook_uri)

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        opened = self._opened.get(_key(text_doc.uri))
        if opened is None:
            return
        if isinstance(change, types.TextDocumentContentChangePartial):
            lines = opened.document.lines
            start = lines.offset(change.range.start.line, change.range.start.character, self.encoding)
            end = lines.offset(change.range.end.line, change.range.end.character, self.encoding)
            document = opened.document.edited(min(start, end), max(start, end), change.text)
        else:
            document = Document.parse(change.text)
        self._put(OpenDocument(opened.uri, text_doc.version, opened.language_id, document))

    def _put(self, opened: OpenDocument) -> None:
        self._opened[_key(opened.uri)] = opened
        self.version += 1

    def remove_text_document(self, doc_uri: str) -> None:
        self._opened.pop(_key(doc_uri), None)
        self._by_path = {path: key for path, key in self._by_path.items() if key in self._opened}
        self.version += 1
        self._cell_in_notebook.pop(_key(doc_uri), None)

    def remove_folder(self, folder_uri: str) -> None:
        self._folders.pop(_key(folder_uri), None)

    def opened(self, uri: str) -> OpenDocument | None:
        return self._opened.get(_key(uri))

    def all_opened(self) -> Iterator[OpenDocument]:
        return iter(list(self._opened.values()))

    def at_path(self, path: Path) -> Document | None:
        """The open version of a file."""
        opened = self._opened.get(self._by_path.get(path, ""))
        return opened.document if opened is not None else None

    def uri_at(self, path: Path) -> str:
        """The URI of a file: the client's own spelling where it has the file open."""
        opened = self._opened.get(self._by_path.get(path, ""))
        return opened.uri if opened is not None else path.as_uri()

    def cells_beside(self, uri: str) -> list[OpenDocument]:
        """The code cells of the notebook that a cell belongs to, in order; empty for a file."""
        notebook = self.get_notebook_document(cell_uri=uri)
        if notebook is None:
            return []
        cells = [cell for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
        found = [self.opened(cell.document) for cell in cells]
        return [cell for cell in found if cell is not None]

    def notebook_uri(self, uri: str) -> str | None:
        notebook = self.get_notebook_document(cell_uri=uri)
        return notebook.uri if notebook is not None else None

    def root_paths(self) -> tuple[Path, ...]:
        found = [path_of(uri) for uri in self.folders]
        if not found and self.root_uri is not None:
            found = [path_of(self.root_uri)]
        return tuple(path for path in found if path is not None)


def path_of(uri: str) -> Path | None:
    """The file of a URI; None for untitled documents and other schemes, and for what is no URI."""
    if not uri.startswith("file:"):
        return None
    try:
        found = to_fs_path(uri)
    except ValueError:
        return None
    return Path(found) if found is not None else None


def _key(uri: str) -> str:
    return unquote(uri)
