"""Items that are assigned at places which a search found: there may be none.

MindSpore 2.10.0 raises for ``x[index] = value`` where ``index`` is a tensor of whole numbers without elements
(``ValueError: select with an empty condition list``), which PyTorch takes for nothing to do; reading there and masks
are no matter. So such an assignment is made under a test where the index comes from ``where`` or ``nonzero``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.migrate import lookups
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.migrate.views import is_chain
from lsp_server.syntax.patterns import Pattern

_WRITES = Pattern("[(assignment left: (subscript)) (augmented_assignment left: (subscript))] @write")
_SEARCHES = ("torch.where", "torch.nonzero", "torch.argwhere", "torch.Tensor.nonzero", "torch.Tensor.argwhere")
_DEEPEST = 6


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """A test before each such statement that has its lines for itself."""
    data = analysis.document.data
    if not any(name.rpartition(".")[2].encode() in data for name in _SEARCHES):
        return
    lines = analysis.document.lines
    for node in _WRITES.captures(analysis.document.root, "write"):
        left, statement = node.child_by_field_name("left"), node.parent
        indices = left.children_by_field_name("subscript") if left is not None else []
        if len(indices) != 1 or statement is None or statement.type != "expression_statement":
            continue
        start = lines.starts[lines.line_of(statement.start_byte)]
        here = lines.indentation(start)
        if data[start : statement.start_byte].decode() != here or not is_chain(indices[0]):
            continue
        if _may_be_empty(analysis, indices[0], _DEEPEST):
            test = f"if {analysis.text(indices[0])}.numel():{analysis.document.newline}{here}    "
            yield Adjustment(node.start_byte, node.start_byte, (Change(node.start_byte, node.start_byte, (test,)),))


def _may_be_empty(analysis: Analysis, node: Node, steps: int) -> bool:
    if steps == 0:
        return False
    if node.type == "identifier":
        given = lookups.assigned(analysis, node)
        return given is not None and _may_be_empty(analysis, given, steps - 1)
    if node.type == "subscript":
        held = node.child_by_field_name("value")
        return held is not None and _may_be_empty(analysis, held, steps - 1)
    if node.type != "call":
        return False
    use = lookups.called(analysis, node)
    if use is not None and use.symbol in _SEARCHES:
        return use.symbol != "torch.where" or len(argument_nodes(node)) == 1
    return use is not None and use.owner is not None and _may_be_empty(analysis, use.owner, steps - 1)
