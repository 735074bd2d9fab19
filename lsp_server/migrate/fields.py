"""Fields of named results: ``torch.max(x, 1).values`` is an item of a tuple that has no names in MindSpore."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Sequence
from lsp_server.migrate.plan import Adjustment, Change

_FIRST = ("values", "min", "hist", "mantissa", "eigenvalues", "Q", "sign", "solution", "LU", "LD", "inverse", "result")
_SECOND = ("indices", "max", "bin_edges", "exponent", "eigenvectors", "R", "logabsdet", "pivots", "info", "tau")
FIELDS: dict[int, dict[str, int]] = {
    2: {**dict.fromkeys(_FIRST, 0), **dict.fromkeys(_SECOND, 1), "L": 0, "a": 0, "cloned_coefficient": 1},
    3: {"LU": 0, "LD": 0, "P": 0, "L": 1, "S": 1, "pivots": 1, "V": 2, "Vh": 2, "info": 2},
    4: {"solution": 0, "residuals": 1, "rank": 2, "singular_values": 3},
}
"""By the length of the tuple. ``U`` is not here: it is the first of three in svd and the last in lu."""
_READ = re.compile(rb"\.\s*(%s)\b" % "|".join(sorted({name for one in FIELDS.values() for name in one})).encode())


def adjustments(analysis: Analysis, within: Node | None = None) -> Iterator[Adjustment]:
    """Reads of a field become reads of an item, which torch knows as well."""
    root = within if within is not None else analysis.document.root
    for match in _READ.finditer(analysis.document.data, root.start_byte, root.end_byte):
        name = analysis.document.root.named_descendant_for_byte_range(*match.span(1))
        node = name.parent if name is not None and name.type == "identifier" else None
        owner = node.child_by_field_name("object") if node is not None and node.type == "attribute" else None
        if owner is None or name is None or node is None or name.start_byte < owner.end_byte:
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
