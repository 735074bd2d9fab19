"""What data sets hold and what data loaders give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import calls, classes, containers, functions
from lsp_server.inference.binding import argument_nodes, keyword, positional
from lsp_server.inference.facts import is_number, is_text, sequence
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    UserFunction,
    UserInstance,
    Value,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_TENSOR = Instance("torch.Tensor")


def loader(analysis: Analysis, node: Node) -> Fact:
    """``DataLoader(dataset)``: batches of what the data set gives."""
    arguments = positional(node)
    source = arguments[0] if arguments else keyword(analysis, node, "dataset")
    made = Instance("torch.utils.data.DataLoader", analysis.source(node))
    if source is None or any(one.type in ("list_splat", "dictionary_splat") for one in argument_nodes(node)):
        return Fact(made)
    sample = _sample(analysis, analysis.value(source))
    function = keyword(analysis, node, "collate_fn")
    if function is not None and function.type != "none":
        batch = calls.give(analysis, analysis.fact(function), None)
    else:
        batch = _collated(sample)
    if batch.value == UNKNOWN:
        return Fact(made)
    return Fact(Instance(made.cls, made.call, Repeated(batch.value)), batch.certain)


def _sample(analysis: Analysis, dataset: Fact) -> Fact:
    """One item of a data set."""
    if isinstance(dataset.value, UserInstance):
        for name in ("__getitem__", "__iter__"):
            method = classes.find_method(dataset.value.cls, name)
            if method is not None:
                found = functions.returned(UserFunction(method.definition, dataset.value))
                found = found if name == "__getitem__" else containers.element(analysis, found)
                return found if dataset.certain else found.likely()
    return containers.element(analysis, dataset)


def _collated(sample: Fact) -> Fact:
    """What torch's ``default_collate`` makes of samples; it makes tensors of numbers and arrays."""
    value, known_well = _batch(sample.value)
    return Fact(value, sample.certain and known_well) if sample.value != UNKNOWN else NOTHING


def _batch(value: Value) -> tuple[Value, bool]:
    if value == UNKNOWN or (isinstance(value, Constant) and value.value is None):
        return _TENSOR, False
    if is_text(value):
        return Repeated(Instance("str")), True
    if is_number(value) or (isinstance(value, Instance) and value.cls == "torch.Tensor"):
        return _TENSOR, True
    if isinstance(value, Sequence):
        parts = [_batch(one) for one in value.items]
        return Sequence(tuple(one for one, _ in parts)), all(certain for _, certain in parts)
    if isinstance(value, Dictionary) and value.others is None:
        entries = [(key, _batch(one)) for key, one in value.entries]
        return Dictionary(tuple((key, one) for key, (one, _) in entries)), all(certain for _, (_, certain) in entries)
    if isinstance(value, Repeated):
        one, certain = _batch(value.element)
        return Repeated(one), certain
    return (_TENSOR, False) if isinstance(value, Instance) else (UNKNOWN, False)


def tensors(analysis: Analysis, node: Node) -> Fact:
    """``TensorDataset(x, y)``: tuples with a row of each."""
    rows = [one for one in argument_nodes(node) if one.type == "list_splat"]
    sample: Value = Repeated(_TENSOR) if rows else Sequence((_TENSOR,) * len(positional(node)))
    return Fact(Instance("torch.utils.data.TensorDataset", analysis.source(node), Repeated(sample)))


def subset(analysis: Analysis, node: Node) -> Fact:
    """A part of a data set gives the same samples."""
    return _part(analysis, node)


def split(analysis: Analysis, node: Node) -> Fact:
    """``random_split(dataset, lengths)``: as many parts as there are lengths."""
    part = _part(analysis, node)
    arguments = positional(node)
    lengths = analysis.value(arguments[1]).value if len(arguments) > 1 else UNKNOWN
    found = Sequence((part.value,) * len(lengths.items)) if isinstance(lengths, Sequence) else Repeated(part.value)
    return Fact(found, part.certain)


def _part(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    sample = _sample(analysis, analysis.value(arguments[0])) if arguments else NOTHING
    return _made("torch.utils.data.Subset", sample)


def concatenated(analysis: Analysis, node: Node) -> Fact:
    """``ConcatDataset([a, b])``: samples of any of them."""
    arguments = positional(node)
    parts = containers.element(analysis, analysis.value(arguments[0])) if arguments else NOTHING
    return _made("torch.utils.data.ConcatDataset", _sample(analysis, parts))


def stacked(analysis: Analysis, node: Node) -> Fact:
    """``StackDataset(a, b)``: a sample of each."""
    nodes = positional(node)
    if not nodes or len(nodes) < len(argument_nodes(node)):
        return Fact(Instance("torch.utils.data.StackDataset"))
    row = sequence([_sample(analysis, analysis.value(one)) for one in nodes])
    return _made("torch.utils.data.StackDataset", row)


def collated(analysis: Analysis, node: Node) -> Fact:
    """``default_collate(samples)``."""
    arguments = positional(node)
    return _collated(containers.element(analysis, analysis.value(arguments[0]))) if arguments else NOTHING


def _made(cls: str, sample: Fact) -> Fact:
    """A data set of such samples."""
    content = Repeated(sample.value) if sample.value != UNKNOWN else UNKNOWN
    return Fact(Instance(cls, content=content), sample.certain or content == UNKNOWN)
