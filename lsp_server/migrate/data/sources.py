"""What a data loader reads: the columns of a data set, and whether its rows are made of tensors."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import keyword, positional
from lsp_server.inference.uses import uses
from lsp_server.inference.values import Instance, Repeated, Sequence, UserInstance, Value

LOADER = "torch.utils.data.DataLoader"
_SETS = ("TensorDataset", "Subset", "ConcatDataset")
_WORD = re.compile(r"[a-z_]\w*", re.IGNORECASE)


class Rows(msgspec.Struct, frozen=True):
    """The rows that a loader gives, batch by batch."""

    columns: tuple[str, ...]
    alone: bool
    """Whether a row is one tensor and no tuple: torch's batch is a tensor then, MindSpore's a list of one."""
    indexed: bool
    """Whether the data set has ``__getitem__``; otherwise it is read in one direction."""
    has_tensors: bool
    """Whether making a row takes the framework, which processes of workers must not do."""


def rows_of(analysis: Analysis, call: Node) -> Rows | None:
    """The rows of a ``DataLoader(…)`` call; None where the code does not show how many columns they have."""
    made = analysis.value(call).value
    given = positional(call)
    dataset = given[0] if given else keyword(analysis, call, "dataset")
    if not isinstance(made, Instance) or not isinstance(made.content, Repeated) or dataset is None:
        return None
    batch, source = made.content.element, analysis.value(dataset).value
    alone = _is_tensor(batch)
    if not alone and not (isinstance(batch, Sequence) and batch.items and not batch.fields):
        return None
    if isinstance(batch, Sequence) and not all(map(_is_tensor, batch.items)):
        return None
    count = len(batch.items) if isinstance(batch, Sequence) else 1
    if isinstance(source, UserInstance):
        return _of_class(source, count, alone)
    if isinstance(source, Instance) and source.cls.rpartition(".")[2] in _SETS:
        return Rows(_distinct(_passed(analysis, source), count), alone, True, True)
    return None


def _is_tensor(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls == "torch.Tensor"


def _of_class(source: UserInstance, count: int, alone: bool) -> Rows | None:
    for name, indexed in (("__getitem__", True), ("__iter__", False)):
        method = classes.find_method(source.cls, name)
        if method is not None:
            own, node = method.definition.analysis, method.definition.node
            named = (_names(own, given) for given in _given(node))
            names = next((one for one in named if len(one) == count), list[str]())
            used = uses(own, node.start_byte, node.end_byte)
            # what transforms make of an image are tensors too
            has_tensors = b"torchvision" in own.document.data or any(one.symbol.startswith("torch.") for one in used)
            return Rows(_distinct(names, count), alone, indexed, has_tensors)
    return None


def _given(function: Node) -> Iterator[Node]:
    """What a function returns or yields."""
    stack = [function]
    while stack:
        node = stack.pop()
        if node.type in ("return_statement", "yield") and node.named_children:
            yield node.named_children[0]
        stack.extend(child for child in reversed(node.named_children) if child.type != "lambda")


def _names(analysis: Analysis, given: Node) -> list[str]:
    parts = given.named_children if given.type in ("expression_list", "tuple") else [given]
    return [_name(analysis, part) for part in parts if part.type != "comment"]


def _passed(analysis: Analysis, source: Instance) -> list[str]:
    """The names of the tensors of ``TensorDataset(x, y)``."""
    if source.call is None or not source.cls.endswith(".TensorDataset"):
        return []
    return [_name(source.call.analysis, node) for node in positional(source.call.node)]


def _name(analysis: Analysis, node: Node | None) -> str:
    """What a person would call an expression: ``self.images[i]`` are ``images``."""
    while node is not None:
        if node.type == "identifier":
            return analysis.text(node)
        if node.type == "attribute":
            name = node.child_by_field_name("attribute")
            return analysis.text(name) if name is not None else ""
        if node.type == "call":
            function = node.child_by_field_name("function")
            arguments = positional(node)
            is_method = function is not None and function.type == "attribute"
            owner = function.child_by_field_name("object") if function is not None and is_method else None
            node = arguments[0] if arguments else owner
        elif node.type == "subscript":
            node = node.child_by_field_name("value")
        else:
            return ""
    return ""


def _distinct(names: list[str], count: int) -> tuple[str, ...]:
    """As many column names as there are columns, no two alike: the pipeline refuses that."""
    found: list[str] = []
    for index in range(count):
        name = names[index] if index < len(names) else ""
        name = name if _WORD.fullmatch(name) and name not in ("self", "cls") else f"column_{index}"
        found.append(name if name not in found else f"{name}_{index}")
    return tuple(found)
