"""``torchspore weights SRC -o DST --model FILE:EXPR``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lsp_server.catalog.catalog import OTHER, Catalog
from lsp_server.catalog.model import Counterpart, Framework, Rule
from lsp_server.cli import models, support
from lsp_server.messages import Message
from lsp_server.messages import cli as common
from lsp_server.messages import weights as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate.target import DEVICE_CHOICES, Wishes, choose
from lsp_server.state.counterparts import KeyMap, key_map
from lsp_server.state.evaluator import state_of_expression
from lsp_server.state.model import ModuleState
from lsp_server.weights import files, writing
from lsp_server.weights.content import FRAMEWORK_OF, Content
from lsp_server.weights.plan import Note, Plan, Problem, plan, source_of
from lsp_server.weights.refused import Refused
from lsp_server.weights.rows import rows

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

    from lsp_server.weights.items import Advance

_MOST_NAMES = 6
_LINES = {"dropped": messages.DROPPED, "filled": messages.FILLED, "left": messages.LEFT, "noted": messages.NOTED}


@click.command("weights", help=support.text(messages.HELP))
@click.argument("source", metavar="SRC", type=click.Path(path_type=Path))
@click.option(
    "-o", "target", metavar="DST", required=True, type=click.Path(path_type=Path), help=support.text(common.OUTPUT)
)
@click.option("--model", metavar="FILE:EXPR", required=True, help=support.text(messages.MODEL))
@click.option("--to", type=click.Choice(["mindspore", "torch"]), help=support.text(messages.TO))
@click.option("--device", type=click.Choice(DEVICE_CHOICES), default="any", help=support.text(common.DEVICE))
@click.option("--crc", is_flag=True, help=support.text(messages.CRC))
def command(source: Path, target: Path, model: str, to: Framework | None, device: str, crc: bool) -> None:
    _stop_cleanly()
    try:
        form = writing.format_of(target, to)
        if crc and form != "mindspore":
            raise Refused(messages.CRC_ONLY_CKPT)
        if target.exists() and source.exists() and target.samefile(source):
            raise Refused(messages.SAME_FILE, path=target)
        state, maps = _model(model, device)
        content = files.read(source)
        if not content.tensors:
            raise Refused(messages.NO_TENSORS, path=source)
        found = rows(state, maps, support.catalog())
        wanted = to or FRAMEWORK_OF.get(form)
        origin = source_of(content, found, wanted)
        planned = plan(content, found, state.complete, origin, wanted or OTHER[origin], form)
        if planned.problems:
            problems = "; ".join(_problem(problem) for problem in planned.problems)
            raise Refused(messages.DOES_NOT_FIT, path=source, model=model, problems=problems)
        if not planned.items:
            raise Refused(messages.NOTHING_LEFT, path=source, model=model)
        size = sum(item.size for item in planned.items)
        with _progress(target, size) as advance:
            writing.write(target, planned, form, crc, advance)
    except Refused as refused:
        support.refuse(refused.message, **refused.values)
    except OSError as error:
        support.refuse(common.UNWRITABLE, path=target, reason=error.strerror or error)
    _report(source, target, model, content, planned, size)
    raise SystemExit(support.FOUND if any(note.kind == "left" for note in planned.notes) else 0)


def _model(where: str, device: str) -> tuple[ModuleState, list[KeyMap]]:
    """The model's state, and what its names become: for the wanted device, and for the others."""
    path, expression = models.split(where)
    if not expression:
        support.refuse(messages.NO_EXPRESSION, model=where)
    analysis = models.analyse(path)
    state = state_of_expression(analysis, expression)
    if state is None or not state.entries:
        support.refuse(common.NO_SUCH_EXPRESSION, name=expression, path=path)
    devices = dict.fromkeys((device, "any", "Ascend"))
    return state, [_key_map(state, analysis.catalog, one) for one in devices]


def _key_map(state: ModuleState, catalog: Catalog, device: str) -> KeyMap:
    source: Framework = "mindspore" if state.framework == "mindspore" else "torch"
    target = Wishes(device=device).target(source, catalog)

    def chosen(rule: Rule) -> Counterpart | None:
        return choose(rule, target)

    return key_map(state, catalog, target.framework, chosen)


def _stop_cleanly() -> None:
    """What ends the process by name lets it take the unfinished file away first; Ctrl+C does so anyway."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


@contextmanager
def _progress(path: Path, size: int) -> Generator[Advance]:
    """A bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(support.text(messages.PROGRESS, name=path.name), total=size)
        yield lambda count: progress.advance(task, count)


def _report(source: Path, target: Path, model: str, content: Content, planned: Plan, size: int) -> None:
    framework = FRAMEWORK_NAMES[planned.target]
    _say(messages.WRITTEN, path=target, count=len(planned.items), size=_size(size), framework=framework)
    beside = _names(content.beside)
    if content.within:
        _say(messages.WITHIN, within=content.within, path=source, beside=beside or "—")
    elif beside:
        _say(messages.BESIDE, path=source, beside=beside)
    if planned.prefixes:
        _say(messages.PREFIX, prefix=", ".join(planned.prefixes), path=source)
    for note in planned.notes:
        _note(note, source, model)
    if planned.target == "mindspore" and planned.buffers:
        _say(messages.LOAD_BUFFERS, path=target, count=planned.buffers)


def _note(note: Note, source: Path, model: str) -> None:
    reason = support.text(note.reason, path=source, model=model, **dict(note.values))
    _say(_LINES[note.kind], count=len(note.names), names=_names(note.names), reason=reason)


def _problem(problem: Problem) -> str:
    shown: Iterable[str] = problem.names
    if problem.shapes:
        shown = [
            support.text(messages.SHAPES, name=name, found=found, wanted=wanted)
            for name, found, wanted in problem.shapes
        ]
    values = dict(problem.values)
    return support.text(problem.what, count=len(problem.names), names=_names(tuple(shown)), **values)


def _names(names: tuple[str, ...]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    first = ", ".join(names[:_MOST_NAMES])
    return support.text(messages.MORE, names=first, count=len(names) - _MOST_NAMES)


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.2f} GB"


def _say(message: Message, **values: object) -> None:
    click.echo(support.text(message, **values), err=True)
