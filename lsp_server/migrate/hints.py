"""What stands at the ends of lines: counterparts of what a line uses, shapes of what it registers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use, uses
from lsp_server.inference.values import UserClass
from lsp_server.messages import Language
from lsp_server.messages import hover as messages
from lsp_server.migrate.lookups import value_state
from lsp_server.migrate.target import Wishes, choose, target_for
from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.state.model import Entry

_CLASSES = Pattern("(class_definition) @class")
_MOST_NAMES = 3
_MOST_ENTRIES = 4


class Hint(msgspec.Struct, frozen=True):
    """A text for the end of the line of an offset."""

    offset: int
    text: str
    symbols: tuple[str, ...] = ()
    """The symbols that it is about."""


def counterpart_hints(analysis: Analysis, start: int, end: int, wishes: Wishes, language: Language) -> list[Hint]:
    """One for each line of a range that uses what is written otherwise in the other framework."""
    lines = analysis.document.lines
    by_line: dict[int, dict[str, str]] = {}
    for use in uses(analysis, start, end):
        told = _counterpart(use, wishes, language)
        if told:
            by_line.setdefault(lines.line_of(use.end), {}).setdefault(told, use.symbol)
    return [
        Hint(lines.starts[line], "→ " + _some(list(told), _MOST_NAMES), tuple(told.values()))
        for line, told in sorted(by_line.items())
    ]


def _counterpart(use: Use, wishes: Wishes, language: Language) -> str:
    """How it is called there; empty where it is called the same and means the same, or nothing is known."""
    catalog = use.analysis.catalog
    rule = catalog.rule(use.symbol)
    target = target_for(use.symbol, wishes, catalog)
    if rule is None or target is None:
        return ""
    if rule.verdict == "none":
        return messages.HINT_NONE.text(language, name=use.symbol.rpartition(".")[2])
    counterpart = choose(rule, target)
    if counterpart is None:
        return ""
    name = counterpart.symbol.removeprefix(f"{framework_of(counterpart.symbol)}.")
    is_same = rule.verdict == "same" and name.rpartition(".")[2] == use.symbol.rpartition(".")[2]
    return "" if is_same else f"{name} …" if counterpart.template else name


def _some(texts: list[str], most: int) -> str:
    return ", ".join([*texts[:most], "…"] if len(texts) > most else texts)


def shape_hints(analysis: Analysis, start: int, end: int) -> list[Hint]:
    """One for each line of a range that makes parameters or buffers of a module class: their names and shapes."""
    by_line: dict[int, dict[str, Entry]] = {}
    lines = analysis.document.lines
    for node in _CLASSES.captures(analysis.document.root, "class"):
        if node.end_byte < start or node.start_byte > end:
            continue
        cls = UserClass(analysis.source(node))
        state = value_state(analysis, cls) if classes.is_module(analysis, cls) else None
        for entry in state.entries if state is not None else ():
            made = entry.source
            if made is None or made.analysis is not analysis or not start <= made.node.end_byte <= end:
                continue
            if node.start_byte <= made.node.start_byte < node.end_byte:
                # of layers that a loop makes, the first stands for all
                by_line.setdefault(lines.line_of(made.node.end_byte), {}).setdefault(entry.own_name, entry)
    return [Hint(lines.starts[line], _some(list(_shapes(found)), _MOST_ENTRIES)) for line, found in by_line.items()]


def _shapes(found: dict[str, Entry]) -> Iterator[str]:
    """Neighbours of one shape together; counters only where there is nothing else. Editors cut after 43 letters."""
    shaped = {name: entry for name, entry in found.items() if entry.shape != ()} or found
    for shape, group in groupby(shaped.items(), key=lambda item: item[1].shape):
        sizes = "?" if shape is None else "×".join(map(str, shape))
        yield f"{', '.join(name for name, _ in group)} {sizes}".rstrip()
