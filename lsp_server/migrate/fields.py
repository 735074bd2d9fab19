"""Fields of named results: ``torch.max(x, 1).values`` is an item of a tuple that has no names in MindSpore."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Sequence
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern

_ATTRIBUTES = Pattern("(attribute) @attribute")
_FIRST = ("values", "min", "hist", "mantissa", "eigenvalues", "Q", "sign", "solution", "LU", "LD", "inverse", "result")
_SECOND = ("indices", "max", "bin_edges", "exponent", "eigenvectors", "R", "logabsdet", "pivots", "info", "tau")
FIELDS: dict[int, dict[str, int]] = {
    2: {**dict.fromkeys(_FIRST, 0), **dict.fromkeys(_SECOND, 1), "L": 0, "a": 0, "cloned_coefficient": 1},
    3: {"LU": 0, "LD": 0, "P": 0, "L": 1, "S": 1, "pivots": 1, "V": 2, "Vh": 2, "info": 2},
    4: {"solution": 0, "residuals": 1, "rank": 2, "singular_values": 3},
}
"""By the length of the tuple. ``U`` is not here: it is the first of three in svd and the last in lu."""


def adjustments(analysis: Analysis, within: Node | None = None) -> Iterator[Adjustment]:
    """Reads of a field become reads of an item, which torch knows as well."""
    root = within if within is not None else analysis.document.root
    for node in _ATTRIBUTES.captures(root, "attribute"):
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if owner is None or name is None or not any(analysis.text(name) in fields for fields in FIELDS.values()):
            continue
        fact = analysis.fact(owner)
        value = fact.value
        if not isinstance(value, Sequence) or not fact.certain or not all(map(_is_tensor, value.items)):
            continue
        index = FIELDS.get(len(value.items), {}).get(analysis.text(name))
        if index is not None:
            change = Change(owner.end_byte, node.end_byte, (f"[{index}]",))
            yield Adjustment(node.start_byte, node.end_byte, (change,))


def _is_tensor(value: object) -> bool:
    return isinstance(value, Instance) and value.cls == "torch.Tensor"
