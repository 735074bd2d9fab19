"""Takes statements out with their lines, and with the blank lines that only set them off."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Change
from lsp_server.migrate.training.layout import check_alone, comment_behind, comments_above, line_start
from lsp_server.migrate.training.variables import block_of

_SET_OFF = ("function_definition", "class_definition", "decorated_definition", "import_statement")


def removals(analysis: Analysis, gone: Iterable[Node]) -> list[Change]:
    """Raises `NotUnderstood` where a line holds something else as well."""
    blocks: dict[int, list[Node]] = {}
    for node in {one.id: one for one in gone}.values():
        block = block_of(node)
        if block is not None:
            blocks.setdefault(block.id, []).append(node)
    found: list[Change] = []
    for nodes in blocks.values():
        block = block_of(nodes[0])
        if block is not None:
            found += _of_block(analysis, block, sorted(nodes, key=lambda one: one.start_byte))
    return found


def _of_block(analysis: Analysis, block: Node, gone: list[Node]) -> list[Change]:
    ids = {node.id for node in gone}
    behind = {comment.id for node in gone if (comment := comment_behind(node)) is not None}
    above = {comment.id for node in gone for comment in comments_above(node)}
    for node in gone:
        check_alone(analysis, node)
    children = block.named_children
    if all(child.id in ids or child.id in behind or child.id in above for child in children):
        first, *others = gone
        return [
            Change(first.start_byte, first.end_byte, ("pass",)),
            *_of_runs(analysis, children, others, behind, above),
        ]
    return _of_runs(analysis, children, gone, behind, above)


def _of_runs(
    analysis: Analysis, children: list[Node], gone: list[Node], behind: set[int], above: set[int]
) -> list[Change]:
    """One change for each row of neighbours."""
    ids = {node.id for node in gone}
    found: list[Change] = []
    index = 0
    while index < len(children):
        if children[index].id not in ids and children[index].id not in above:
            index += 1
            continue
        first = index
        while index < len(children) and (children[index].id in ids | behind | above):
            index += 1
        if any(child.id in ids for child in children[first:index]):
            before = children[first - 1] if first else None
            after = children[index] if index < len(children) else None
            found.append(_run(analysis, before, children[first], children[index - 1], after))
    return found


def _run(analysis: Analysis, before: Node | None, first: Node, last: Node, after: Node | None) -> Change:
    lines = analysis.document.lines
    row = lines.line_of(max(last.end_byte - 1, 0)) + 1
    while row < len(lines) and not lines.content(row).strip():
        row += 1
    end = lines.starts[row] if row < len(lines) else len(analysis.document.data)
    top = lines.line_of(line_start(analysis, first))
    blank = 0
    while before is not None and top > 0 and not lines.content(top - 1).strip():
        top -= 1
        blank += 1
    skipped = row - lines.line_of(max(last.end_byte - 1, 0)) - 1
    if after is None:
        # what follows is another block: its distance stays
        end = lines.starts[row - skipped] if row - skipped < len(lines) else end
        return Change(lines.starts[top], end)
    kept = blank if _is_set_off(before) else skipped if _is_set_off(after) else min(blank, skipped, 1)
    return Change(lines.starts[top], end, (analysis.document.newline * kept,) if kept else ())


def _is_set_off(node: Node | None) -> bool:
    while node is not None and node.type == "comment":
        node = node.next_named_sibling
    return node is not None and node.type in _SET_OFF
