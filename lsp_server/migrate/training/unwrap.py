"""Takes ``with torch.no_grad():`` off statements beside training steps: outside of ``value_and_grad`` none records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef
from lsp_server.migrate.plan import Change, Moved, Part
from lsp_server.migrate.training.plan import Rewrite
from lsp_server.migrate.training.variables import field, function_around, text, walk
from lsp_server.syntax.patterns import Pattern

_WITHS = Pattern("(with_statement) @with")


def unwrapped(analysis: Analysis, planned: Sequence[Rewrite]) -> Iterator[Change]:
    """The blocks in the functions that hold steps, at the module's top level, and in functions that evaluate."""
    moved = [(one.start_byte, one.end_byte) for rewrite in planned for one in rewrite.moved]
    holders = {function_around(rewrite.step.block).id for rewrite in planned}
    for node in _WITHS.captures(analysis.document.root, "with"):
        body = field(node, "body")
        if body is None or not _is_no_grad(analysis, node) or any(a <= node.start_byte < b for a, b in moved):
            continue
        holder = function_around(node)
        # inside of what is differentiated it would mean stop_gradient
        if holder.type != "module" and holder.id not in holders and ".eval()" not in text(holder):
            continue
        if any(a < node.end_byte and node.start_byte < b for a, b in moved) or _has_long_string(body):
            continue
        yield _without(analysis, node, body)


def _is_no_grad(analysis: Analysis, node: Node) -> bool:
    items = [one for child in node.named_children if child.type == "with_clause" for one in child.named_children]
    value = field(items[0], "value") if len(items) == 1 else None
    function = field(value, "function") if value is not None and value.type == "call" else None
    if value is None or function is None:
        return False
    found = analysis.value(function).value
    made = analysis.value(value).value
    name = found.name if isinstance(found, SymbolRef) else made.cls if isinstance(made, Instance) else ""
    return name in ("torch.no_grad", "torch.inference_mode")


def _has_long_string(body: Node) -> bool:
    return any(node.type == "string" and node.start_point[0] != node.end_point[0] for node in walk(body))


def _without(analysis: Analysis, node: Node, body: Node) -> Change:
    lines = analysis.document.lines

    def indentation(of: Node) -> str:
        return lines.indentation(lines.starts[lines.line_of(of.start_byte)])

    here, inner = indentation(node), indentation(body)
    parts: list[Part] = []
    for comment in node.named_children:
        if comment.type == "comment" and comment.start_byte < body.start_byte:
            parts.append(f"{analysis.text(comment)}{analysis.document.newline}{here}")
    return Change(node.start_byte, body.end_byte, (*parts, Moved(body, inner, here)))
