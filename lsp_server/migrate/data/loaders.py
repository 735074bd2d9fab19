"""What a file does with its data loaders: only where all of that is known do they become pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import External, Instance, Repeated, Union, UserFunction, Value
from lsp_server.migrate.data.sources import LOADER, rows_of
from lsp_server.migrate.plan import Adjustment, Change, Plan

_ITERATING = ("enumerate", "iter", "len", "list", "tqdm", "zip")
_PASSING = ("conditional_expression", "expression_list", "expression_statement", "parenthesized_expression",
    "return_statement", "tuple")  # fmt: skip


class _Other(Exception):
    """Something else is done with a loader."""


class Loaders(msgspec.Struct, frozen=True):
    """The loaders of a file, if everything that it does with them can be done with a pipeline."""

    understood: bool
    adjustments: tuple[Adjustment, ...] = ()
    """What the places where they are used need, if the loaders become pipelines."""


def loaders_of(analysis: Analysis) -> Loaders:
    """Every name and call of the file that is a loader is looked at; any one that is not understood decides."""
    found: list[Adjustment] = []
    try:
        nodes = [node for node in expressions(analysis.document.root) if _is_loader(analysis.value(node).value)]
        made = [rows_of(analysis, node) for node in nodes if _is_made(analysis, node)]
        if not made or None in made:
            return Loaders(False)
        has_alone = any(one is not None and one.alone for one in made)
        for node in nodes:
            found.extend(_looked_at(analysis, node, has_alone))
    except _Other:
        return Loaders(False)
    return Loaders(True, tuple(found))


def adjustments(analysis: Analysis, plans: Sequence[Plan]) -> tuple[Adjustment, ...]:
    """Where loaders became pipelines: loops over single columns, the data set behind a loader, the size of batches."""
    if not any(plan.counterpart.convert == "data_pipeline" for plan in plans):
        return ()
    return loaders_of(analysis).adjustments


def expressions(node: Node) -> Iterator[Node]:
    """The names, attributes and calls below a node, without names of arguments and attributes."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("identifier", "attribute", "call"):
            yield current
        attribute = current.child_by_field_name("attribute") if current.type == "attribute" else None
        skipped = current.child_by_field_name("name") if current.type == "keyword_argument" else attribute
        if current.type not in ("import_statement", "import_from_statement"):
            stack.extend(child for child in current.named_children if child != skipped)


def _is_loader(value: Value) -> bool:
    if isinstance(value, Union):
        return any(map(_is_loader, value.alternatives))
    return isinstance(value, Instance) and value.cls == LOADER


def _looked_at(analysis: Analysis, node: Node, has_alone: bool) -> Iterator[Adjustment]:
    """``has_alone``: whether a loader of the file gives rows of one tensor. Raises `_Other`."""
    value = analysis.value(node).value
    batch = value.content if isinstance(value, Instance) else None
    if has_alone and not isinstance(batch, Repeated):
        raise _Other  # an annotation says what it is and not what it gives
    alone = has_alone and isinstance(batch, Repeated) and isinstance(batch.element, Instance)
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if parent is None or parent.type in _PASSING:
        return
    if parent.type in ("for_statement", "for_in_clause"):
        if parent.child_by_field_name("right") == node and alone:
            yield _one_of(parent.child_by_field_name("left"))
    elif parent.type == "attribute":
        yield _read(analysis, node, parent)
    elif parent.type in ("argument_list", "keyword_argument"):
        yield from _passed(analysis, node, parent, alone)
    elif parent.type not in ("assignment", "parameters", "typed_parameter", "pattern_list", "tuple_pattern"):
        raise _Other


def _is_made(analysis: Analysis, call: Node) -> bool:
    value = analysis.value(call).value
    return call.type == "call" and isinstance(value, Instance) and value.call is not None and value.call.node == call


def _one_of(target: Node | None) -> Adjustment:
    """A batch of one column is a list with one tensor."""
    if target is None or target.type != "identifier":
        raise _Other
    return Adjustment(
        target.start_byte, target.end_byte, (Change(target.start_byte, target.end_byte, ("(", target, ",)")),)
    )


def _read(analysis: Analysis, node: Node, attribute: Node) -> Adjustment:
    name = attribute.child_by_field_name("attribute")
    read = analysis.text(name) if name is not None else ""
    around = attribute.parent
    written = around is not None and around.type == "assignment" and around.child_by_field_name("left") == attribute
    if read not in ("dataset", "batch_size") or written:
        raise _Other
    text = ".children[0].source" if read == "dataset" else ".get_batch_size()"
    return Adjustment(attribute.start_byte, attribute.end_byte, (Change(node.end_byte, attribute.end_byte, (text,)),))


def _passed(analysis: Analysis, node: Node, parent: Node, alone: bool) -> Iterator[Adjustment]:
    holder = parent.parent if parent.type == "keyword_argument" else parent
    call = holder.parent if holder is not None else None
    function = call.child_by_field_name("function") if call is not None else None
    if call is None or function is None:
        raise _Other
    callee, name = analysis.value(function).value, analysis.text(function).rpartition(".")[2]
    if isinstance(callee, UserFunction):
        _check_parameter(analysis, callee, call, parent if parent.type == "keyword_argument" else node)
    elif name == "next" and (not alone or node.type == "call"):
        return  # an iterator; what `iter` makes is adjusted there
    elif name not in _ITERATING or not (isinstance(callee, External) or function.type == "identifier"):
        raise _Other
    elif alone:
        yield from _iterated(name, call)


def _iterated(name: str, call: Node) -> Iterator[Adjustment]:
    """Batches of one column behind ``enumerate``, ``iter`` and ``tqdm``."""
    around = call.parent
    if name == "len" or around is None:
        return
    if name == "iter":
        taken = around.parent if around.type == "argument_list" else None
        function = taken.child_by_field_name("function") if taken is not None else None
        if taken is None or function is None or function.text != b"next" or taken.type != "call":
            raise _Other
        yield Adjustment(taken.start_byte, taken.end_byte, (Change(taken.end_byte, taken.end_byte, ("[0]",)),))
        return
    target = around.child_by_field_name("left") if around.type in ("for_statement", "for_in_clause") else None
    if name == "tqdm":
        yield _one_of(target)
    elif name == "enumerate" and target is not None and len(target.named_children) == 2:
        yield _one_of(target.named_children[1])
    else:
        raise _Other


def _check_parameter(analysis: Analysis, callee: UserFunction, call: Node, argument: Node) -> None:
    """Raises `_Other` where the function that takes a loader does not show, in this file, that it is one."""
    own, function = callee.definition.analysis, callee.definition.node
    parameters = function.child_by_field_name("parameters")
    if own is not analysis or parameters is None:
        raise _Other
    names = [_parameter_name(one) for one in parameters.named_children if one.type != "comment"]
    names = names[1:] if callee.bound is not None else names
    if argument.type == "keyword_argument":
        name = analysis.text(argument).partition("=")[0].strip()
    else:
        place = next((index for index, one in enumerate(argument_nodes(call)) if one == argument), len(names))
        name = names[place] if place < len(names) else ""
    body = function.child_by_field_name("body")
    if name not in names or body is None:
        raise _Other
    for node in expressions(body):
        if node.type == "identifier" and analysis.text(node) == name and not _is_loader(analysis.value(node).value):
            raise _Other


def _parameter_name(parameter: Node) -> str:
    name = parameter if parameter.type == "identifier" else parameter.child_by_field_name("name")
    name = name or next((one for one in parameter.named_children if one.type == "identifier"), None)
    return (name.text or b"").decode() if name is not None else ""
