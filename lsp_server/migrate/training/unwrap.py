"""Takes ``with torch.no_grad():`` off statements beside training steps: outside of ``value_and_grad`` none records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Change, Moved, Part
from lsp_server.migrate.training.plan import Rewrite
from lsp_server.migrate.training.recording import is_no_grad, records_nothing
from lsp_server.migrate.training.variables import field, function_around, has_long_string, text, walk
from lsp_server.syntax.patterns import Pattern

_WITHS = Pattern("(with_statement) @with")
_DECORATORS = Pattern("(decorator) @decorator")


def unwrapped(analysis: Analysis, planned: Sequence[Rewrite]) -> Iterator[Change]:
    """The blocks in the functions that hold steps, at the module's top level, and in functions that evaluate."""
    moved = [(one.start_byte, one.end_byte) for rewrite in planned for one in rewrite.moved]
    holders = {function_around(rewrite.step.block).id for rewrite in planned}
    for node in _WITHS.captures(analysis.document.root, "with"):
        body = field(node, "body")
        if body is None or not is_no_grad(analysis, node) or any(a <= node.start_byte < b for a, b in moved):
            continue
        holder = function_around(node)
        # inside of what is differentiated it would mean stop_gradient
        if holder.type != "module" and holder.id not in holders and ".eval()" not in text(holder):
            continue
        if any(a < node.end_byte and node.start_byte < b for a, b in moved) or has_long_string(body):
            continue
        yield _without(analysis, node, body)


def undecorated(analysis: Analysis, planned: Sequence[Rewrite]) -> Iterator[Change]:
    """``@torch.no_grad()`` above functions that no forward function calls."""
    called = {
        text(function).rpartition(".")[2]
        for rewrite in planned
        for statement in (*rewrite.moved, rewrite.step.loss)
        for call in walk(statement)
        if call.type == "call" and (function := field(call, "function")) is not None
    }
    for node in _DECORATORS.captures(analysis.document.root, "decorator"):
        definition = field(node.parent, "definition") if node.parent is not None else None
        name = field(definition, "name") if definition is not None else None
        if name is None or text(name) in called or not records_nothing(analysis, node.named_children[0]):
            continue
        following = node.next_sibling
        if following is not None:
            yield Change(node.start_byte, following.start_byte)


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
