"""The conversion of some files of a tree: bytes in, bytes and a report out. Nothing is written here.

Files are worked on in batches of a fixed division. Every batch has a project of its own, so that what comes out
does not depend on how many processes share the work, and what is known of finished files is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.catalog.catalog import OTHER, Catalog
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.packages import packages_of
from lsp_server.inference.project import Project
from lsp_server.messages import Language
from lsp_server.messages import migration as messages
from lsp_server.migrate import report
from lsp_server.migrate.files import convert
from lsp_server.migrate.plan import Reason
from lsp_server.migrate.project import dependencies, notebook, sources
from lsp_server.migrate.project.tree import Entry
from lsp_server.migrate.target import Target
from lsp_server.syntax.document import Document

_BATCH_BYTES = 1_500_000
"""Source in one batch."""
_MOST_PARSED = 4_000_000
"""Source that is known at a time, files that imports lead to included: it takes about fifty times as much memory."""


class Order(msgspec.Struct, frozen=True):
    """What a whole conversion shares."""

    top: Path
    target: Target
    best_effort: bool
    training: bool
    language: Language
    roots: tuple[Path, ...]
    interpreter: str
    shown: Path
    """The top as the user wrote it, for reports."""
    along: frozenset[str] = frozenset()
    """Installed packages that are converted too."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one file. ``data`` is None where the file stays as it is."""

    path: str
    data: bytes | None
    report: dict[str, Any]
    digest: str
    reads: tuple[tuple[str, str], ...] = ()
    """Other files of the tree that were read for it, with the digests of their contents."""


def batches(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """The division of a tree: neighbours stay together, because they import each other."""
    found: list[tuple[Entry, ...]] = []
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if entry.sort in ("python", "notebook", "dependencies"):
            if batch and size + entry.size > _BATCH_BYTES:
                found.append(tuple(batch))
                batch, size = [], 0
            batch.append(entry)
            size += entry.size
    return [*found, tuple(batch)] if batch else found


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def convert_batch(order: Order, batch: Sequence[Entry], catalog: Catalog) -> Iterator[Outcome]:
    """Every file of a batch, in its order. Nothing that a file holds stops the others."""
    project = _project(order, catalog)
    digests: dict[Path, tuple[str, str]] = {}
    for entry in batch:
        path = order.top / entry.path
        shown = str(order.shown / entry.path)
        try:
            data = path.read_bytes()
        except OSError as error:
            reason = Reason("TS300", messages.UNREADABLE, (("reason", error.strerror or str(error)),))
            yield Outcome(entry.path, None, report.refused(shown, reason, order.language), "")
            continue
        reads: tuple[tuple[str, str], ...] = ()
        try:
            if entry.sort == "dependencies":
                new, told = _dependencies(order, path.name, data, shown)
            elif entry.sort == "notebook":
                new, told, reads = _notebook(order, path, data, shown, project, digests)
            else:
                new, told, reads = _python(order, path, data, shown, project, digests)
        except Exception as error:  # one file that we cannot handle must not cost the user all others
            reason = Reason("TS300", messages.FAILED, (("reason", f"{type(error).__name__}: {error}"),))
            new, told = None, report.refused(shown, reason, order.language)
        yield Outcome(entry.path, new if new != data else None, told, digest(data), reads)
        if project.parsed > _MOST_PARSED:
            project.close()
            project = _project(order, catalog)
    project.close()


def _project(order: Order, catalog: Catalog) -> Project:
    return Project(catalog, order.roots, packages=packages_of(order.interpreter), has_versions=False, along=order.along)


def _python(
    order: Order, path: Path, data: bytes, shown: str, project: Project, digests: dict[Path, tuple[str, str]]
) -> tuple[bytes | None, dict[str, Any], tuple[tuple[str, str], ...]]:
    source = sources.decode(data)
    if isinstance(source, Reason):
        return None, report.refused(shown, source, order.language), ()
    analysis = project.file(path) if source.encoding == "utf-8" else None
    if analysis is None or analysis.document.data != data:
        analysis = Analysis(Document.parse(source.text), project.catalog, project, path)
    refused = sources.broken(source.text) if analysis.document.root.has_error else None
    if refused is not None:
        return None, report.refused(shown, refused, order.language), ()
    conversion = convert(analysis, order.target, order.best_effort, order.training)
    try:
        new = source.encode(conversion.text)
    except UnicodeEncodeError as error:
        reason = Reason("TS300", messages.FAILED, (("reason", str(error)),))
        return None, report.refused(shown, reason, order.language), ()
    told = report.file_report(analysis, conversion, shown, order.language)
    analysis.rest()
    return new, told, _read(order, analysis, digests)


def _notebook(
    order: Order, path: Path, data: bytes, shown: str, project: Project, digests: dict[Path, tuple[str, str]]
) -> tuple[bytes | None, dict[str, Any], tuple[tuple[str, str], ...]]:
    try:
        book = notebook.read(data)
    except notebook.NoNotebook as error:
        reason = Reason("TS300", messages.NO_NOTEBOOK, (("reason", str(error)),))
        return None, report.refused(shown, reason, order.language), ()
    analysis = Analysis(Document(book.text), project.catalog, project, path)
    conversion = convert(analysis, order.target, order.best_effort, order.training)
    told = report.file_report(analysis, conversion, shown, order.language, lambda offset: notebook.place(book, offset))
    new = notebook.write(book, conversion.edits) if conversion.edits else None
    return new, told, _read(order, analysis, digests)


def _dependencies(order: Order, name: str, data: bytes, shown: str) -> tuple[bytes | None, dict[str, Any]]:
    source = OTHER[order.target.framework]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None, report.nothing(shown)
    updated = dependencies.update(name, text, order.target, source)
    told = report.nothing(shown)
    told["converted"] = updated.changed
    for one in updated.remaining:
        reason = Reason("TS330", messages.DEPENDENCY, (("name", one.name), ("framework", source)))
        told["left"].append(report.left(one.line, 0, one.name, reason, order.language))
    return updated.text.encode("utf-8"), told


def _read(order: Order, analysis: Analysis, digests: dict[Path, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The files of the tree that an analysis was given, directly or not."""
    seen: set[Path] = set()
    looked: set[Analysis] = set()
    pending = [analysis]
    while pending:
        for lookup in pending.pop().lookups.values():
            other = lookup.analysis
            if other is None or other in looked:
                continue
            looked.add(other)
            path = lookup.place.path if lookup.place is not None else None
            if path is not None and order.top in path.parents:
                seen.add(path)
                if path not in digests:
                    digests[path] = (path.relative_to(order.top).as_posix(), digest(other.document.data))
                    other.document.release()
                pending.append(other)
    return tuple(sorted(digests[path] for path in seen))
