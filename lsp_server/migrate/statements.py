"""Calls that are converted only where they are a statement of their own, a decorator, or not a call at all."""

from __future__ import annotations

from lsp_server.messages import migration as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate import templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change


def left_out(context: Context) -> tuple[Change, ...]:
    """A statement that would do nothing there goes, with its line; ``pass`` stays where its block would be empty."""
    statement = context.call.parent
    if statement is None or statement.type != "expression_statement" or len(statement.named_children) != 1:
        raise _without_counterpart(context)
    start, end = statement.start_byte, statement.end_byte
    lines, data = context.use.analysis.document.lines, context.use.analysis.document.data
    first, last = lines.line_of(start), lines.line_of(end - 1)
    line_start = lines.starts[first]
    line_end = lines.starts[last + 1] if last + 1 < len(lines) else len(data)
    block = statement.parent
    others = [child for child in block.named_children if child.type != "comment"] if block is not None else []
    is_needed = block is not None and block.type == "block" and len(others) < 2
    if is_needed or data[line_start:start].strip() or data[end:line_end].strip():
        return (Change(start, end, ("pass",)),)
    return (Change(line_start, line_end),)


def only_decorating(context: Context) -> tuple[Change, ...]:
    """A call that decorates a function becomes what the template says; anywhere else it has no counterpart."""
    if context.call.parent is None or context.call.parent.type != "decorator":
        raise _without_counterpart(context)
    return templates.plan(context)


def only_type(context: Context) -> tuple[Change, ...]:
    """A class that has a counterpart where it is meant as a type, and none where it is called."""
    raise _without_counterpart(context)


def _without_counterpart(context: Context) -> CannotConvert:
    name = context.symbol.name
    rule = context.catalog.rule(name)
    advice = rule.note.en if rule is not None and rule.note is not None else ""
    framework = FRAMEWORK_NAMES["mindspore" if name.startswith("torch") else "torch"]
    return CannotConvert("TS302", messages.NO_COUNTERPART, symbol=name, framework=framework, advice=advice)
