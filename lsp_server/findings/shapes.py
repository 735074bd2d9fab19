"""How calls and statements look: what is asked before anything is inferred."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference import binding
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, SymbolRef


def callee(analysis: Analysis, call: Node) -> str:
    """The framework symbol that a call surely calls."""
    function = call.child_by_field_name("function")
    fact = analysis.fact(function) if function is not None else None
    if fact is None or not fact.certain or not isinstance(fact.value, (SymbolRef, Bound)):
        return ""
    return fact.value.name


def receiver(call: Node) -> Node | None:
    """The ``x`` of ``x.f(…)``."""
    function = call.child_by_field_name("function")
    return function.child_by_field_name("object") if function is not None and function.type == "attribute" else None


def positional(call: Node, index: int = 0) -> Node | None:
    nodes = [node for node in binding.argument_nodes(call) if node.type != "keyword_argument"]
    found = nodes[index] if index < len(nodes) else None
    return found if found is None or "splat" not in found.type else None


def keyword(analysis: Analysis, call: Node, name: str) -> Node | None:
    for node in binding.argument_nodes(call):
        if node.type == "keyword_argument":
            key = node.child_by_field_name("name")
            if key is not None and analysis.text(key) == name:
                return node.child_by_field_name("value")
    return None


def argument(analysis: Analysis, call: Node, index: int, name: str) -> Node | None:
    """An argument by place or by name."""
    return keyword(analysis, call, name) or positional(call, index)


def string(analysis: Analysis, node: Node | None) -> str | None:
    """The content of a plain string literal."""
    if node is None or node.type != "string":
        return None
    if any(child.type in ("interpolation", "escape_sequence") for child in node.named_children):
        return None
    return "".join(analysis.text(child) for child in node.named_children if child.type == "string_content")


def method_name(analysis: Analysis, call: Node) -> str:
    """The last part of what is called: ``f`` of ``x.f(…)`` and of ``f(…)``."""
    function = call.child_by_field_name("function")
    name = function.child_by_field_name("attribute") if function is not None else None
    if name is not None:
        return analysis.text(name)
    return analysis.text(function) if function is not None and function.type == "identifier" else ""


def statements(block: Node) -> list[Node]:
    return [child for child in block.named_children if child.type != "comment"]


def is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and bool(node.named_children) and node.named_children[0].type == "string"


def enclosing(node: Node, *types: str) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type not in types:
        parent = parent.parent
    return parent
