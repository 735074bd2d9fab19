"""What an index of tensors picks, where it is written to afterwards: torch's copy is a copy in MindSpore, too.

Measured with MindSpore 2.10: a tensor that ``x[indices]`` gave remembers where it comes from, and ``y[0] = 1`` goes
through to ``x``, whatever the index was. torch does so for slices and numbers; of lists, masks and tensors it copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.facts import is_tensor
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import scope_of

_SET = re.compile(rb"\w\[[^\n]*\] ?[-+*/|&^@]?=[^=]")
"""What every text has in which something is written through an index."""
_PICKED = Pattern("(assignment left: (identifier) @name right: (subscript) @picked)")
_WRITTEN = Pattern(
    "(assignment left: (subscript value: (identifier) @name))"
    "(augmented_assignment left: (subscript value: (identifier) @name))"
)


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``y = x[indices]`` becomes ``y = x[indices].copy()`` where the same function writes to ``y[…]``."""
    root = analysis.document.root
    if _SET.search(analysis.document.data) is None:
        return
    written = {(scope_of(node).id, node.text) for node in _WRITTEN.captures(root, "name")}
    for picked in _PICKED.captures(root, "picked") if written else ():
        assignment = picked.parent
        name = assignment.child_by_field_name("left") if assignment is not None else None
        if name is None or (scope_of(name).id, name.text) not in written:
            continue
        owner = picked.child_by_field_name("value")
        of_tensor = owner is not None and is_tensor(analysis.value(owner))
        if any(_copies(analysis, one, of_tensor) for one in picked.children_by_field_name("subscript")):
            end = picked.end_byte
            yield Adjustment(end, end, (Change(end, end, (".copy()",)),))


def _copies(analysis: Analysis, index: Node, of_tensor: bool) -> bool:
    """Arrays of NumPy are copied by such an index anyway."""
    if index.type in ("list", "comparison_operator"):
        return of_tensor
    fact = analysis.value(index)
    return index.type != "slice" and is_tensor(fact) and fact.certain
