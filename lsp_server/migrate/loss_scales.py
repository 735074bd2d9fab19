"""Mixed precision on the way to torch: what scalers of losses know of themselves, and conditions that torch needs not.

MindSpore's CPU has no bfloat16, so that a conversion to it lowers blocks in bfloat16 elsewhere only, as the written
condition says (`training.precision`); torch's has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.messages import migration as messages
from lsp_server.migrate.buffer_updates import Stopped
from lsp_server.migrate.lookups import is_written
from lsp_server.migrate.plan import Adjustment, Change, Moved, Part, Reason
from lsp_server.syntax.patterns import Pattern

_SCALER = "mindspore.amp.DynamicLossScaler"
_READ = {"scale_value": "get_scale()", "scale_factor": "get_growth_factor()", "scale_window": "get_growth_interval()"}
_ATTRIBUTES = Pattern("(attribute) @attribute")
_IFS = Pattern("(if_statement) @if")
_WHY = "# it has no bfloat16: float32 there"
_CONDITION = 'get_context("device_target") != "CPU"'


def adjustments(analysis: Analysis, stopped: list[Stopped]) -> Iterator[Adjustment]:
    """What cannot follow is put into ``stopped``."""
    data = analysis.document.data
    if b"DynamicLossScaler" in data:
        yield from _members(analysis, stopped)
    if _WHY.encode() in data:
        yield from _conditions(analysis)


def _members(analysis: Analysis, stopped: list[Stopped]) -> Iterator[Adjustment]:
    for node in _ATTRIBUTES.captures(analysis.document.root, "attribute"):
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if owner is None or name is None or analysis.text(name) not in (*_READ, "counter"):
            continue
        value = analysis.value(owner).value
        if not isinstance(value, Instance) or value.cls != _SCALER:
            continue
        text = _READ.get(analysis.text(name))
        if text is None or is_written(node):
            symbol = f"{_SCALER}.{analysis.text(name)}"
            reason = Reason("TS316", messages.WRITTEN, (("symbol", symbol),))
            stopped.append(Stopped(node.start_byte, symbol, reason))
            continue
        end = _as_number(analysis, node)
        yield Adjustment(name.start_byte, end, (Change(name.start_byte, end, (text,)),))


def _as_number(analysis: Analysis, node: Node) -> int:
    """The end of a read, with the ``asnumpy()`` behind it that makes a number of a tensor."""
    around = node.parent
    call = around.parent if around is not None and around.type == "attribute" else None
    name = around.child_by_field_name("attribute") if around is not None and call is not None else None
    is_number = name is not None and analysis.text(name) in ("asnumpy", "item", "value")
    return call.end_byte if call is not None and call.type == "call" and is_number else node.end_byte


def _conditions(analysis: Analysis) -> Iterator[Adjustment]:
    lines = analysis.document.lines
    for node in _IFS.captures(analysis.document.root, "if"):
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        comment = next((one for one in node.named_children if one.type == "comment"), None)
        if condition is None or body is None or comment is None or analysis.text(comment) != _WHY:
            continue
        if not analysis.text(condition).endswith(_CONDITION):
            continue
        left = condition.child_by_field_name("left") if condition.type == "boolean_operator" else None
        if left is not None:
            parts: tuple[Part, ...] = ("if ", left, ":")
            yield Adjustment(node.start_byte, comment.end_byte, (Change(node.start_byte, comment.end_byte, parts),))
            continue
        here, inner = (lines.indentation(lines.starts[lines.line_of(one.start_byte)]) for one in (node, body))
        change = Change(node.start_byte, node.end_byte, (Moved(body, inner, here),))
        yield Adjustment(node.start_byte, node.end_byte, (change,))
