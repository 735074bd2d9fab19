"""A whole tree, converted into another folder: what is new is worked on, by one or several processes, and written."""

from __future__ import annotations

import gc
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lsp_server import __version__
from lsp_server.catalog.catalog import Catalog, shipped
from lsp_server.messages import migration as messages
from lsp_server.migrate import report
from lsp_server.migrate.plan import Reason
from lsp_server.migrate.project import notes, tree
from lsp_server.migrate.project.journal import Journal
from lsp_server.migrate.project.tree import Entry
from lsp_server.migrate.project.work import Order, Outcome, batches, convert_batch, digest

Progress = Callable[[int, int], None]
"""Told how many of how many files are done."""


class Result(msgspec.Struct, frozen=True):
    """What a conversion of a tree came to."""

    reports: list[dict[str, Any]]
    fresh: int
    """Files that were converted now, and not by an earlier run."""
    kept: tuple[str, ...]
    """Files that were left alone: changed by hand in the output since, or not to be read."""
    notes: str = ""
    """The page about what is left, by its path in the output."""


def outcomes(order: Order, work: Sequence[tuple[Entry, ...]], jobs: int, catalog: Catalog) -> Iterator[Outcome]:
    """The conversions of all batches, in their order whatever the number of processes."""
    if jobs <= 1 or len(work) <= 1:
        for batch in work:
            yield from _converted(order, batch, catalog)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor  # both only where there is more than one process

    # started anew instead of forked: a fork would inherit the threads of a progress bar
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=context) as pool:
        try:
            for found in pool.map(_convert_batch, [order] * len(work), work):
                yield from found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _convert_batch(order: Order, batch: tuple[Entry, ...]) -> list[Outcome]:
    return list(_converted(order, batch, shipped()))


def _converted(order: Order, batch: tuple[Entry, ...], catalog: Catalog) -> Iterator[Outcome]:
    """A batch. Garbage is looked for behind every file among what is new, and behind the batch among all but what was
    there before it: to leave that to Python takes a fifth of the time."""
    gc.disable()
    gc.freeze()
    try:
        for outcome in convert_batch(order, batch, catalog):
            yield outcome
            gc.collect(0)
    finally:
        gc.enable()
        gc.collect()


def convert_tree(order: Order, out: Path, jobs: int, catalog: Catalog, progress: Progress) -> Result:
    """Convert ``order.top`` into ``out``. Raises OSError where nothing more can be written; what is written stays."""
    entries = list(tree.entries(order.top))
    journal = Journal(out)
    journal.open()
    try:
        return _convert_tree(order, entries, journal, jobs, catalog, progress)
    finally:
        journal.close()


def _convert_tree(
    order: Order, entries: list[Entry], journal: Journal, jobs: int, catalog: Catalog, progress: Progress
) -> Result:
    ours = [entry for entry in entries if entry.sort not in ("other", "link")]
    key = _key(order, ours, catalog)
    digests = {entry.path: _digest(order.top / entry.path) for entry in ours}
    reports: dict[str, dict[str, Any]] = {}
    kept: list[str] = []
    waiting: list[Entry] = []
    for entry in ours:
        line = journal.known(entry.path, key, digests[entry.path], digests)
        if line is not None:
            reports[entry.path] = {**line.report, "path": str(order.shown / entry.path)}
        elif journal.changed_by_hand(entry.path):
            kept.append(entry.path)
            reason = Reason("TS331", messages.CHANGED_BY_HAND)
            reports[entry.path] = report.refused(str(order.shown / entry.path), reason, order.language)
        else:
            waiting.append(entry)
    done = 0
    for entry in entries:
        if entry.sort == "link":
            journal.link(entry.path, entry.link)
        elif entry.sort == "other":
            _copy(order, entry, journal, kept)
        else:
            continue
        done += 1
    done += len(ours) - len(waiting)
    progress(done, len(entries))
    for outcome in outcomes(order, _waiting_batches(ours, waiting), jobs, catalog):
        source = order.top / outcome.path
        data = outcome.data
        if data is None and outcome.digest:
            data = source.read_bytes()
        if data is not None:
            journal.write(outcome, data, key, stat.S_IMODE(source.stat().st_mode))
        reports[outcome.path] = outcome.report
        done += 1
        progress(done, len(entries))
    ordered = [reports[entry.path] for entry in ours]
    name = notes.name_for({entry.path for entry in entries}, order.language)
    journal.place(name, notes.page(order, ordered, catalog).encode("utf-8"), 0o644)
    return Result(ordered, len(waiting), tuple(kept), name)


def _waiting_batches(ours: list[Entry], waiting: list[Entry]) -> list[tuple[Entry, ...]]:
    """The fixed division of the tree, without what needs no work."""
    wanted = {entry.path for entry in waiting}
    left = [tuple(entry for entry in batch if entry.path in wanted) for batch in batches(ours)]
    return [batch for batch in left if batch]


def _copy(order: Order, entry: Entry, journal: Journal, kept: list[str]) -> None:
    """What is not converted comes along unless it is there, or was changed there since."""
    source, target = order.top / entry.path, journal.out / entry.path
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return
    if not os.access(source, os.R_OK):
        kept.append(entry.path)
        return
    journal.copy(entry.path, source)


def _digest(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _key(order: Order, entries: list[Entry], catalog: Catalog) -> str:
    """Everything but contents: settings, versions, what we know, and which files there are to import."""
    parts = [
        *(__version__, order.target.framework, order.target.version, order.target.device),
        *(str(order.best_effort), str(order.training), order.language, order.interpreter, catalog.digest),
        *sorted(order.along),
        *(entry.path for entry in entries),
    ]
    return digest("\n".join(parts).encode("utf-8", "surrogateescape"))
