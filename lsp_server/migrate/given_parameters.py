"""The parameters that an expression lists: ``net.parameters()``, a part of them, groups, lists that are put together.

Most are told from the expression alone; of what grows in statements, the statements before it are run (`handed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.lookups import assigned, called, module_state
from lsp_server.migrate.narratives import is_listed

if TYPE_CHECKING:
    from lsp_server.state.handed import Group
    from lsp_server.state.model import Entry, ModuleState

METHODS = {"parameters", "get_parameters", "trainable_params", "untrainable_params"}
WRAPPERS = {"list", "tuple", "iter", "chain", "itertools.chain", "set"}
_DEPTH = 6


class Given(msgspec.Struct, frozen=True):
    """Parameters that an expression lists, with the modules that they were asked of."""

    entries: tuple[Entry, ...]
    of: tuple[Asked, ...] = ()
    is_whole: bool = True
    """Nothing was filtered out."""


class Asked(msgspec.Struct, frozen=True):
    """A module that was asked for its parameters: the text of its owner, and the owner's state."""

    name: str
    node: Node | None
    """None: what stands before the call was run, so that later changes of the file do not matter."""
    state: ModuleState
    method: str


def handed_over(analysis: Analysis, call: Node, index: int, name: str) -> tuple[list[Given], bool] | None:
    """What a call is given, worked out by running what stands before it, and whether that is in groups."""
    from lsp_server.state.handed import handed

    found = handed(Source(analysis, call), index, name)
    return ([_of_group(group) for group in found.groups], found.is_grouped) if found is not None else None


def _of_group(group: Group) -> Given:
    asked = tuple(Asked(one.name, None, one.state, "") for one in group.taken)
    whole = all(
        len(one.entries) == sum(is_listed("parameters", entry) for entry in one.state.entries) for one in group.taken
    )
    return Given(group.entries, asked, whole)


def given(analysis: Analysis, node: Node | None, depth: int = 0) -> Given | None:
    """The parameters that an expression lists. None: not known."""
    node = plain(analysis, node) if node is not None and depth < _DEPTH else None
    if node is None:
        return None
    if node.type == "call":
        return _of_call(analysis, node, depth)
    if node.type in ("list", "tuple", "parenthesized_expression"):
        return _all(analysis, node.named_children, depth)
    if node.type in ("list_splat", "splat_expression"):
        return given(analysis, node.named_children[0], depth + 1)
    if node.type in ("list_comprehension", "generator_expression", "set_comprehension"):
        return _comprehension(analysis, node, depth)
    if node.type == "binary_operator" and b"+" in (node.children[1].text or b""):
        return _all(analysis, [node.children[0], node.children[2]], depth)
    return _single(analysis, node) if node.type == "attribute" else None


def plain(analysis: Analysis, node: Node) -> Node | None:
    """What a name was given, if that is certain and nothing was added to it."""
    from lsp_server.state.changes import is_changed

    for _ in range(_DEPTH):
        if node.type != "identifier":
            return node
        found = assigned(analysis, node)
        if found is None or is_changed(analysis, analysis.text(node)):
            return None
        node = found
    return None


def _of_call(analysis: Analysis, node: Node, depth: int) -> Given | None:
    function = node.child_by_field_name("function")
    use = called(analysis, node)
    if use is not None and function is not None:
        method = use.symbol.rpartition(".")[2]
        owner = function.child_by_field_name("object")
        state = receiver_state(use) if method in METHODS else None
        if state is None or owner is None or use.certainty != "certain":
            return None
        entries = tuple(entry for entry in state.entries if is_listed(method, entry))
        return Given(entries, (Asked(analysis.text(owner), owner, state, method),), method != "untrainable_params")
    name = analysis.text(function) if function is not None else ""
    arguments = node.child_by_field_name("arguments")
    parts = arguments.named_children if arguments is not None else []
    if name == "filter" and len(parts) == 2:
        found = given(analysis, parts[1], depth + 1)
        return _trainable(found) if found is not None and _asks_for_gradient(analysis, parts[0]) else None
    return _all(analysis, parts, depth) if name in WRAPPERS else None


def _all(analysis: Analysis, nodes: Iterable[Node], depth: int) -> Given | None:
    found = [given(analysis, node, depth + 1) for node in nodes if node.type != "comment"]
    sure = [one for one in found if one is not None]
    return joined(sure) if sure and len(sure) == len(found) else None


def joined(found: list[Given]) -> Given:
    entries = tuple(entry for one in found for entry in one.entries)
    return Given(entries, tuple(of for one in found for of in one.of), all(one.is_whole for one in found))


def _trainable(found: Given) -> Given:
    kept = tuple(entry for entry in found.entries if entry.trainable)
    return Given(kept, found.of, found.is_whole and len(kept) == len(found.entries))


def _asks_for_gradient(analysis: Analysis, node: Node) -> bool:
    text = analysis.text(node)
    return text.endswith(".requires_grad") and " not " not in text and " and " not in text and " or " not in text


def _comprehension(analysis: Analysis, node: Node, depth: int) -> Given | None:
    """``p for p in net.parameters() if p.requires_grad``."""
    body = node.child_by_field_name("body")
    clauses = [one for one in node.named_children if one.type in ("for_in_clause", "if_clause")]
    if body is None or body.type != "identifier" or not clauses or clauses[0].type != "for_in_clause":
        return None
    left, right = clauses[0].child_by_field_name("left"), clauses[0].child_by_field_name("right")
    if left is None or analysis.text(left) != analysis.text(body) or len(clauses) > 2:
        return None
    found = given(analysis, right, depth + 1)
    if found is None or len(clauses) == 1:
        return found
    condition = clauses[1].named_children[0] if clauses[1].named_children else None
    wanted = f"{analysis.text(body)}.requires_grad"
    return _trainable(found) if condition is not None and analysis.text(condition) == wanted else None


def _single(analysis: Analysis, node: Node) -> Given | None:
    """One parameter by its name: ``net.scale``."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    state = module_state(analysis, owner)
    if owner is None or name is None or state is None:
        return None
    own = analysis.text(name)
    entry = next((one for one in state.entries if one.name == own and one.kind == "parameter"), None)
    return Given((entry,), (Asked(analysis.text(owner), owner, state, ""),), False) if entry is not None else None
