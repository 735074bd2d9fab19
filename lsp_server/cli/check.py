"""``torchspore check PATH…``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from lsp_server.cli import sarif, support
from lsp_server.findings import registry
from lsp_server.findings.model import Finding, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.walk import python_files
from lsp_server.messages import cli as messages
from lsp_server.messages import environment_language
from lsp_server.migrate.edits import apply


class Checked(msgspec.Struct, frozen=True):
    """One file with what was found in it."""

    path: Path
    analysis: Analysis
    findings: list[Finding]


@click.command("check", help=support.text(messages.CHECK))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--select", default="", help=support.text(messages.SELECT))
@click.option("--ignore", default="", help=support.text(messages.IGNORE))
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
    paths: tuple[Path, ...], select: str, ignore: str, fix: bool, unsafe_fixes: bool, show_diff: bool, style: str
) -> None:
    rules = registry.selected(_codes(select), _codes(ignore))
    project = support.project_of(tuple(path.resolve() for path in paths))
    checked: list[Checked] = []
    for path in paths:
        for file in python_files((path,)) if path.is_dir() else (path,):
            analysis = support.analyse(file, project)
            checked.append(Checked(file, analysis, registry.check(analysis, rules)))
    if show_diff or fix:
        left = _fix(checked, unsafe_fixes, show_diff)
    else:
        left = [(one, finding) for one in checked for finding in one.findings]
    _print(left, len(checked), style, rules)
    raise SystemExit(support.FOUND if left else 0)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _fix(checked: list[Checked], unsafe: bool, show_diff: bool) -> list[tuple[Checked, Finding]]:
    """Apply or show the fixes; what is left comes back."""
    left: list[tuple[Checked, Finding]] = []
    for one in checked:
        edits = registry.fixes(one.findings, unsafe)
        text = one.analysis.document.text
        new = apply(one.analysis.document.data, edits)
        if show_diff:
            support.print_diff(support.diff(text, new, one.path))
        elif edits:
            support.write_atomically(one.path, new)
        done = registry.fixed(one.findings, unsafe)
        left += [(one, finding) for finding in one.findings if show_diff or finding not in done]
    return left


def _print(left: list[tuple[Checked, Finding]], files: int, style: str, rules: list[Rule]) -> None:
    if style == "json":
        support.print_json([_entry(one, finding) for one, finding in left])
        return
    if style == "sarif":
        entries = [_entry(one, finding) for one, finding in left]
        support.print_json(sarif.log(entries, rules, environment_language()))
        return
    for one, finding in left:
        entry = _entry(one, finding)
        where = f"{entry['path']}:{entry['line']}:{entry['col']}"
        if style == "github":
            level = {"error": "error", "warning": "warning"}.get(entry["severity"], "notice")
            place = f"file={entry['path']},line={entry['line']},col={entry['col'] + 1}"
            click.echo(f"::{level} {place},title=TorchSpore ({entry['code']})::{entry['message']}")
        else:
            click.echo(f"{where}: {entry['code']} {entry['message']}")
    if left:
        fixable = sum(finding.fix is not None and finding.fix.safety == "safe" for _, finding in left)
        click.echo(support.text(messages.FOUND, count=len(left), files=files, fixable=fixable), err=True)
    else:
        click.echo(support.text(messages.CLEAN, files=files), err=True)


def _entry(one: Checked, finding: Finding) -> dict[str, Any]:
    rule = registry.RULES[finding.code]
    line, col = support.place(one.analysis, finding.start)
    end_line, end_col = support.place(one.analysis, finding.end)
    return {
        "path": str(one.path),
        "line": line,
        "col": col,
        "end_line": end_line,
        "end_col": end_col,
        "code": finding.code,
        "severity": rule.severity,
        "message": rule.text(finding, environment_language()),
        "fix": finding.fix.safety if finding.fix is not None else None,
    }
