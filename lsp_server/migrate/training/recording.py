"""Where torch code says that no gradients are recorded."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef
from lsp_server.migrate.training.variables import field


def is_no_grad(analysis: Analysis, node: Node) -> bool:
    """Whether a ``with`` statement is ``with torch.no_grad():`` and nothing else."""
    items = [one for child in node.named_children if child.type == "with_clause" for one in child.named_children]
    value = field(items[0], "value") if len(items) == 1 else None
    function = field(value, "function") if value is not None and value.type == "call" else None
    return value is not None and function is not None and records_nothing(analysis, value)


def records_nothing(analysis: Analysis, value: Node) -> bool:
    """Whether an expression is ``torch.no_grad()`` or ``torch.no_grad``."""
    function = field(value, "function")
    found = analysis.value(function if function is not None else value).value
    made = analysis.value(value).value
    name = found.name if isinstance(found, SymbolRef) else made.cls if isinstance(made, Instance) else ""
    return name in ("torch.no_grad", "torch.inference_mode")
