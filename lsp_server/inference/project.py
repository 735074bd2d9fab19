"""The files around a file: modules of the workspace, and what jedi knows of packages outside it.

Files are read when an import leads to them and kept by content; documents that an editor has open go before disk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.solving import Solver
from lsp_server.inference.values import Fact
from lsp_server.syntax.document import Document

_MAX_BYTES = 4_000_000


class Externals(Protocol):
    """Answers about packages outside the workspace, without ever making an analysis wait."""

    def find(self, module: str, name: str) -> Path | None:
        """The file that defines a name, if that is known already; asking makes it known later."""
        ...


class Project:
    """Finds the analysis of a module by its import name."""

    def __init__(
        self,
        catalog: Catalog,
        roots: tuple[Path, ...] = (),
        open_documents: Callable[[Path], Document | None] | None = None,
        externals: Externals | None = None,
    ) -> None:
        self.catalog = catalog
        self.roots = roots
        self.solver = Solver()
        self._open = open_documents
        self._externals = externals
        self._files: dict[Path, tuple[object, Analysis]] = {}
        self._found: dict[tuple[Path | None, str], Path | None] = {}

    def module(self, name: str, importer: Path | None) -> Analysis | None:
        """The analysis of ``import name`` or ``from name import …``; None outside the workspace."""
        key = (importer.parent if importer is not None else None, name)
        if key not in self._found:
            self._found[key] = self._locate(name, importer)
        path = self._found[key]
        return self.file(path) if path is not None else None

    def file(self, path: Path) -> Analysis | None:
        """The analysis of a file, of its open version if an editor has one."""
        opened = self._open(path) if self._open is not None else None
        if opened is not None:
            return self._kept(path, opened, lambda: opened)
        try:
            status = path.stat()
            if status.st_size > _MAX_BYTES:
                return None
            return self._kept(path, (status.st_mtime_ns, status.st_size), lambda: Document.parse(read_source(path)))
        except OSError:
            return None

    def _kept(self, path: Path, stamp: object, parse: Callable[[], Document]) -> Analysis:
        known = self._files.get(path)
        if known is not None and (known[0] is stamp or known[0] == stamp):
            return known[1]
        analysis = Analysis(parse(), self.catalog, self, path, known[1].memory if known is not None else None)
        self._files[path] = (stamp, analysis)
        return analysis

    def external(self, module: str, name: str) -> Fact | None:
        """What a name of a package outside the workspace denotes; None while nobody knows."""
        if self._externals is None:
            return None
        path = self._externals.find(module, name)
        analysis = self.file(path) if path is not None else None
        return analysis.global_fact(name) if analysis is not None else None

    def forget(self, path: Path | None = None) -> None:
        """Files came, went or changed: look again."""
        self._found.clear()
        if path is None:
            self._files.clear()
        else:
            self._files.pop(path, None)

    def _locate(self, name: str, importer: Path | None) -> Path | None:
        relative = name.lstrip(".")
        dots = len(name) - len(relative)
        parts = relative.split(".") if relative else []
        if dots:
            if importer is None or dots > len(importer.parents):
                return None
            return _module_file(importer.parents[dots - 1], parts)
        for folder in self._search_folders(importer):
            found = _module_file(folder, parts)
            if found is not None:
                return found
        return None

    def _search_folders(self, importer: Path | None) -> list[Path]:
        """Where Python would look: beside the importing file, above its package, in the workspace, in ``src``."""
        folders: list[Path] = []
        if importer is not None:
            folder = importer.parent
            folders.append(folder)
            while (folder / "__init__.py").is_file() and folder != folder.parent:
                folder = folder.parent
            folders.append(folder)
        for root in self.roots:
            folders += [root, root / "src"]
        return list(dict.fromkeys(folders))


def _module_file(folder: Path, parts: list[str]) -> Path | None:
    base = folder.joinpath(*parts)
    if parts and base.with_name(base.name + ".py").is_file():
        return base.with_name(base.name + ".py")
    package = base / "__init__.py"
    return package if package.is_file() else None


def read_source(path: Path) -> str:
    """Python source as text, line ends kept as they are. Raises OSError; undecodable bytes are replaced."""
    return path.read_bytes().decode("utf-8", "replace")
