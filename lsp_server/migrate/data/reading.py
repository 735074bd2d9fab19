"""Pipelines of MindSpore on their way to torch: as loaders, or as a pipeline that the conversion writes.

Facts, from running MindSpore 2.10 on the CPU: a source with ``__getitem__`` is shuffled unless it is told not to;
numbers of Python become int64 and float64, as torch's loaders make them; a batch of one column is a list with one
tensor.
"""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.messages import data as messages
from lsp_server.migrate import calls, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.data.chains import SOURCE, STEPS, Pipelines, argument, is_true, pipelines_of
from lsp_server.migrate.plan import CannotConvert, Change, Name, Part

_LOADER = Name("torch.utils.data.DataLoader")
_BORDERED = ("Pad", "RandomCrop")
_RESIZED = ("LINEAR", "BILINEAR", "NEAREST")
"""What is done to arrays with such modes as torchvision has."""


def loader_read(context: Context) -> tuple[Change, ...]:
    """A source becomes itself, ``batch`` the loader around it; the steps of reading go. Raises `CannotConvert`."""
    found = _understood(context)
    if found.sources is None:
        raise CannotConvert("TS319", messages.NO_LOADER, symbol=context.symbol.name)
    call, owner = context.call, context.use.owner
    if context.symbol.kind == "class":
        source = context.binding.get("source")
        assert source is not None  # rows of it are known
        return (Change(call.start_byte, call.end_byte, (source.value,)),)
    assert owner is not None  # a method
    name = context.symbol.name.rpartition(".")[2]
    parts: tuple[Part, ...] = (owner,)
    if name == "batch":
        parts = _batched(context, owner, found.sources[call.start_byte])
    elif name == "get_dataset_size":
        parts = ("len(", owner, ")")
    elif name == "get_batch_size":
        parts = (owner, ".batch_size")
    return (Change(call.start_byte, call.end_byte, parts),)


def _batched(context: Context, owner: Node, source: Node) -> tuple[Part, ...]:
    analysis, call = context.use.analysis, context.call
    size = argument(analysis, call, STEPS["batch"], "batch_size")
    dropped = argument(analysis, call, STEPS["batch"], "drop_remainder")
    if size is None:
        raise CannotConvert("TS319", messages.NO_LOADER, symbol=context.symbol.name)
    parts: list[Part] = [_LOADER, "(", owner, ", batch_size=", size]
    order = argument(analysis, source, SOURCE, "sampler")
    shuffle = argument(analysis, source, SOURCE, "shuffle")
    if order is not None and order.type != "none":
        parts += [", sampler=", order]
    elif shuffle is None or shuffle.type == "none" or is_true(analysis, shuffle):
        parts.append(", shuffle=True")
    elif shuffle.type != "false":
        parts += [", shuffle=", shuffle]
    if dropped is not None and dropped.type != "false":
        parts += [", drop_last=", dropped]
    workers = argument(analysis, source, SOURCE, "num_parallel_workers")
    if workers is not None and analysis.text(workers) not in ("1", "None"):
        parts += [", num_workers=", workers]
    return (*parts, ")")


def pipeline_made(context: Context) -> tuple[Change, ...]:
    """A source becomes the written pipeline. Raises `CannotConvert`."""
    _understood(context)
    return templates.plan(context)


def pipeline_step(context: Context) -> tuple[Change, ...]:
    """A step of the written pipeline reads as MindSpore's does."""
    _understood(context)
    return ()


def _understood(context: Context) -> Pipelines:
    found = pipelines_of(context.use.analysis)
    if found.argument == "column_names":
        raise CannotConvert("TS319", messages.COLUMN_NAMES, symbol=found.stays)
    if found.argument:
        raise CannotConvert("TS319", messages.SOURCE_ARGUMENT, symbol=found.stays, argument=found.argument)
    if found.stays:
        raise CannotConvert("TS319", messages.OTHER_STEP, symbol=context.symbol.name, other=found.stays)
    return found


def transform_of_images(context: Context) -> tuple[Change, ...]:
    """An operation in a row of torchvision's (``Steps``, as conversions write it): it is given images and tensors, as
    torchvision's are, and not the arrays of a pipeline. Raises `CannotConvert` in any other place."""
    if not _is_in_row(context.use.analysis, context.call):
        raise CannotConvert("TS319", messages.ARRAYS, symbol=context.symbol.name)
    return templates.plan(context) if context.counterpart.template else calls.plan(context)


def option_of_images(use: Use, counterpart: Counterpart, catalog: Catalog) -> tuple[Change, ...]:
    """A mode (``Inter.LINEAR``, ``Border.EDGE``) goes with the operation that it is an argument of. Raises
    `CannotConvert` where that stays."""
    holder = use.node.parent
    while holder is not None and holder.type in ("keyword_argument", "argument_list"):
        holder = holder.parent
    function = holder.child_by_field_name("function") if holder is not None else None
    called = use.analysis.text(function).rpartition(".")[2] if function is not None else ""
    group, _, mode = use.symbol.removeprefix("mindspore.dataset.vision.").partition(".")
    known = called in _BORDERED if group == "Border" else called == "Resize" and mode in _RESIZED
    if holder is None or not (known or _is_in_row(use.analysis, holder)):
        raise CannotConvert("TS319", messages.ARRAYS, symbol=use.symbol)
    text = counterpart.template or counterpart.symbol
    return (Change(use.start, use.end, tuple(templates.names(text, catalog))),)


def _is_in_row(analysis: Analysis, call: Node) -> bool:
    node = call.parent
    while node is not None and node.type in ("list", "tuple", "parenthesized_expression"):
        node = node.parent
    holder = node.parent if node is not None and node.type in ("argument_list", "keyword_argument") else None
    function = holder.child_by_field_name("function") if holder is not None else None
    return function is not None and analysis.text(function) == "Steps"
