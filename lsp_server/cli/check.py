"""``torchspore check PATH…``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from lsp_server.catalog.catalog import Catalog
from lsp_server.cli import formats, sarif, support
from lsp_server.cli.checked import NOTEBOOK, Checked, check
from lsp_server.cli.configured import Configured
from lsp_server.findings import registry
from lsp_server.findings.checking import Wanted
from lsp_server.findings.kinds import KINDS, selected
from lsp_server.findings.model import Finding
from lsp_server.inference.walk import python_files
from lsp_server.messages import cli as messages
from lsp_server.messages import environment_language
from lsp_server.migrate.direction import source_of
from lsp_server.settings.model import MigrationMode
from lsp_server.settings.patterns import ignored_in

_MODES = ("off", "auto", "torch-to-mindspore", "mindspore-to-torch")


@click.command("check", help=support.text(messages.CHECK))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--select", default="", help=support.text(messages.SELECT))
@click.option("--ignore", default="", help=support.text(messages.IGNORE))
@click.option("--migration", type=click.Choice(_MODES), help=support.text(messages.MIGRATION))
@click.option("--fix", is_flag=True, help=support.text(messages.FIX))
@click.option("--unsafe-fixes", is_flag=True, help=support.text(messages.UNSAFE_FIXES))
@click.option("--diff", "show_diff", is_flag=True, help=support.text(messages.DIFF))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help=support.text(messages.FORMAT),
)
def command(
    paths: tuple[Path, ...],
    select: str,
    ignore: str,
    migration: MigrationMode | None,
    fix: bool,
    unsafe_fixes: bool,
    show_diff: bool,
    style: str,
) -> None:
    asked = Asked(_codes(select), _codes(ignore), migration, paths)
    project = support.project_of(tuple(path.resolve() for path in paths))
    checked = [check(file, project, asked.wanted(file, project.catalog)) for file in files(paths)]
    asked.configured.tell()
    if show_diff or fix:
        left = _fix(checked, unsafe_fixes, show_diff)
    else:
        left = [(one, finding) for one in checked for finding in one.findings]
    _print(left, len(checked), style)
    raise SystemExit(support.FOUND if left else 0)


class Asked:
    """What a command line asks for, over what the settings of each file say."""

    def __init__(
        self, select: tuple[str, ...], ignore: tuple[str, ...], mode: MigrationMode | None, paths: tuple[Path, ...]
    ) -> None:
        self.configured = Configured()
        self._select = select
        self._ignore = ignore
        self._mode = mode
        self._roots = support.roots_of(tuple(path.resolve() for path in paths))
        self._paths = paths

    def wanted(self, path: Path, catalog: Catalog) -> Wanted:
        full = path.resolve()
        settings = self.configured.of(full)
        ignored = (*ignored_in(settings.findings, full, self._roots), *self._ignore)
        mode = self._mode or settings.migration.mode
        source = source_of(mode, settings.wishes, files(self._paths))
        target = settings.wishes.target(source, catalog) if source is not None else None
        return Wanted(self._select or settings.findings.select, ignored, target)


def files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files named, and the scripts and notebooks of folders."""
    for path in paths:
        yield from python_files((path,), (".py", NOTEBOOK)) if path.is_dir() else (path,)


def _codes(text: str) -> tuple[str, ...]:
    """Refuses what no code begins with."""
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    for code in codes:
        if not any(known.startswith(code) for known in KINDS):
            support.refuse(messages.NO_CODE, code=code)
    return codes


def _fix(checked: list[Checked], unsafe: bool, show_diff: bool) -> list[tuple[Checked, Finding]]:
    """Apply or show the fixes; what is left comes back."""
    left: list[tuple[Checked, Finding]] = []
    for one in checked:
        new = one.fixed(unsafe)
        if show_diff:
            if new is not None:
                old = one.path.read_bytes().decode("utf-8", "replace")
                support.print_diff(support.diff(old, new.decode("utf-8", "replace"), one.path))
        elif new is not None:
            support.write_bytes_atomically(one.path, new)
        done = registry.fixed(one.findings, unsafe)
        left += [(one, finding) for finding in one.findings if show_diff or finding not in done]
    return left


def _print(left: list[tuple[Checked, Finding]], count: int, style: str) -> None:
    language = environment_language()
    entries = [formats.entry(one, finding, language) for one, finding in left]
    if style == "json":
        support.print_json(entries)
        return
    if style == "sarif":
        kinds = [KINDS[code] for code in sorted(selected((), ()) | {entry["code"] for entry in entries})]
        support.print_json(sarif.log(entries, kinds, language))
        return
    write = formats.github if style == "github" else formats.text
    for entry in entries:
        click.echo(write(entry))
    if left:
        fixable = sum(finding.fix is not None and finding.fix.safety == "safe" for _, finding in left)
        click.echo(support.text(messages.FOUND, count=len(left), files=count, fixable=fixable), err=True)
    else:
        click.echo(support.text(messages.CLEAN, files=count), err=True)
