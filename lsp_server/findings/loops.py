"""Loops over the parameters of a module or cell: over which one, and by which names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec
from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.searching import matches
from lsp_server.inference.analysis import Analysis
from lsp_server.syntax.patterns import Pattern

_LOOPS = Pattern("(for_statement right: (call) @right body: (block) @body) @loop")
_TOLD = re.compile(rb"parameters|trainable_params")
PAIRS = {"named_parameters", "parameters_and_names"}
PLAIN = {"parameters", "get_parameters", "trainable_params"}


class Loop(msgspec.Struct, frozen=True):
    """``for item in owner.parameters():``; ``item`` is the name of the Parameter."""

    node: Node
    body: Node
    item: Node
    owner: Node
    symbol: str


def loops(analysis: Analysis, wanted: Callable[[Node, Node], bool]) -> Iterator[Loop]:
    """The loops whose body and variable are such as somebody wants; only then it is asked what they run over."""
    for captures in matches(analysis, _LOOPS, _TOLD):
        node, call, body = captures["loop"][0], captures["right"][0], captures["body"][0]
        left, name = node.child_by_field_name("left"), shapes.method_name(analysis, call)
        if left is None or (name not in PAIRS and name not in PLAIN):
            continue
        item = left
        if name in PAIRS:
            if left.type not in ("pattern_list", "tuple_pattern") or len(left.named_children) != 2:
                continue
            item = left.named_children[1]
        found = over(analysis, call) if item.type == "identifier" and wanted(body, item) else None
        if found is not None:
            yield Loop(node, body, item, *found)


def over(analysis: Analysis, call: Node) -> tuple[Node, str] | None:
    """The module whose parameters a call lists, and the symbol of the method."""
    name = shapes.method_name(analysis, call)
    owner = shapes.receiver(call)
    if owner is None or (name not in PAIRS and name not in PLAIN):
        return None
    symbol = shapes.callee(analysis, call)
    known = symbol in (f"torch.nn.Module.{name}", f"mindspore.nn.Cell.{name}")
    return (owner, symbol) if known else None
