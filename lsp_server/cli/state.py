"""``torchspore state FILE[:EXPR]``."""

from __future__ import annotations

from typing import Any

import click

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Framework, Rule
from lsp_server.cli import models, support
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass
from lsp_server.messages import cli as messages
from lsp_server.migrate.target import DEVICE_CHOICES, Wishes, choose
from lsp_server.state.counterparts import Counterpart, key_map
from lsp_server.state.evaluator import state_of, state_of_expression
from lsp_server.state.model import Entry, ModuleState
from lsp_server.syntax.patterns import Pattern

_CLASSES = Pattern("(class_definition) @class")


@click.command("state", help=support.text(messages.STATE))
@click.argument("where", metavar="FILE[:EXPR]")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
@click.option("--to", type=click.Choice(["mindspore", "torch"]), help=support.text(messages.TO))
@click.option("--device", type=click.Choice(DEVICE_CHOICES), default="any", help=support.text(messages.DEVICE))
def command(where: str, style: str, to: Framework | None, device: str) -> None:
    path, expression = models.split(where)
    analysis = models.analyse(path)
    if expression:
        found = state_of_expression(analysis, expression)
        if found is None:
            support.refuse(messages.NO_SUCH_EXPRESSION, name=expression, path=path)
        states = [found]
    else:
        states = _all_states(analysis)
    entries = [_entry(analysis, state, to, device) for state in states]
    if style == "json":
        support.print_json(entries[0] if expression else entries)
    else:
        for entry in entries:
            _show(entry)
    raise SystemExit(0 if all(state.complete for state in states) else support.FOUND)


def _all_states(analysis: Analysis) -> list[ModuleState]:
    """Every module class of the file, with its default arguments, in the order of the file."""
    states: list[ModuleState] = []
    nodes = _CLASSES.captures(analysis.document.root, "class")
    for node in sorted(nodes, key=lambda found: found.start_byte):
        cls = UserClass(analysis.source(node))
        state = state_of(analysis, cls) if classes.is_module(analysis, cls) else None
        if state is not None:
            states.append(state)
    return states


def _entry(analysis: Analysis, state: ModuleState, to: Framework | None, device: str) -> dict[str, Any]:
    source: Framework = "mindspore" if state.framework == "mindspore" else "torch"
    framework = to if to is not None and to != source else OTHER[source]
    target = Wishes(device=device).target(OTHER[framework], analysis.catalog)

    def chosen(rule: Rule) -> RuleCounterpart | None:
        return choose(rule, target)

    found = key_map(state, analysis.catalog, framework, chosen)
    rows = [_row(entry, other) for entry, other in zip(state.entries, found.counterparts, strict=True)]
    constants = [
        {"name": one.name, "shape": list(one.shape), "dtype": one.dtype, "value": one.value} for one in found.constants
    ]
    return {"module": state.title, "complete": state.complete, "entries": rows, "constants": constants}


def _row(entry: Entry, other: Counterpart | None) -> dict[str, Any]:
    line: int | None = None
    if entry.source is not None:
        line = support.place(entry.source.analysis, entry.source.node.start_byte)[0]
    return {
        "name": entry.name,
        "kind": entry.kind,
        "shape": list(entry.shape) if entry.shape is not None else None,
        "dtype": entry.dtype,
        "trainable": entry.trainable,
        "persistent": entry.persistent,
        "line": line,
        "counterpart": None
        if other is None
        else {
            "name": other.name,
            "kind": other.kind,
            "shape": list(other.shape) if other.shape is not None else None,
            "transform": other.transform,
        },
    }


def _show(entry: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=entry["module"], title_justify="left")
    for heading in ("name", "kind", "shape", "saved", "counterpart"):
        table.add_column(heading, overflow="fold")
    for row in entry["entries"]:
        shape = "?" if row["shape"] is None else "×".join(map(str, row["shape"])) or "scalar"
        other = row["counterpart"]
        there = " ".join(filter(None, (other["name"], other["transform"]))) if other else "—"
        table.add_row(row["name"], row["kind"], shape, "yes" if row["persistent"] else "no", there)
    Console().print(table)
    if not entry["complete"]:
        click.echo(support.text(messages.STATE_INCOMPLETE, name=entry["module"]), err=True)
