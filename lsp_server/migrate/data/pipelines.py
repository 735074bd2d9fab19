"""``DataLoader(…)`` as a pipeline: ``GeneratorDataset(source, columns, …).batch(size)``.

Facts, from running MindSpore 2.10 on the CPU: a pipeline shuffles a source with ``__getitem__`` unless it is told not
to; after ``mindspore.set_seed`` every pass over it has one and the same order, so that a seeded program draws its
orders with NumPy, which that seeds as well; workers hang on sources that work with tensors, while the pipeline's own
thread does not.
"""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.uses import Use
from lsp_server.inference.values import Constant
from lsp_server.messages import data as messages
from lsp_server.messages.migration import NOT_CALLED
from lsp_server.migrate.context import Context
from lsp_server.migrate.data.loaders import loaders_of
from lsp_server.migrate.data.sources import Rows, rows_of
from lsp_server.migrate.plan import CannotConvert, Change, Name, Part

_SOURCE = Name("mindspore.dataset.GeneratorDataset")
_OTHERWISE = ("collate_fn",)
"""Arguments for which batches are made in this process."""
_SEEDS = (b"manual_seed", b"seed_everything", b"set_seed", b"random.seed")


def data_pipeline(context: Context) -> tuple[Change, ...]:
    """Raises `CannotConvert` where columns are not known, or something else is done with the loader than reading."""
    rows = rows_of(context.use.analysis, context.call)
    if rows is None or not loaders_of(context.use.analysis).understood:
        raise CannotConvert("TS319", messages.COLUMNS, symbol=context.symbol.name)
    if any(_value(context, name) is not None for name in _OTHERWISE) or _is_none(context, "batch_size"):
        raise CannotConvert("TS319", messages.COLUMNS, symbol=context.symbol.name)
    dataset = context.binding.get("dataset")
    assert dataset is not None  # the call is bound
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    parts: list[Part] = [_SOURCE, "(", dataset.value, f", [{columns}]", *_order(context, rows, dataset.value)]
    workers = _value(context, "num_workers")
    if workers is not None and not rows.has_tensors:
        known = context.use.analysis.value(workers).value
        if not isinstance(known, Constant):
            parts += [", num_parallel_workers=max(1, ", workers, ")"]
        elif known.value:
            parts += [", num_parallel_workers=", workers]
    parts.append(")")
    if _value(context, "batch_sampler") is None:
        parts += [".batch(", _value(context, "batch_size") or "1"]
        dropped = _value(context, "drop_last")
        if dropped is not None and dropped.type != "false":
            parts += [", drop_remainder=", dropped]
        parts.append(")")
    return (Change(context.call.start_byte, context.call.end_byte, tuple(parts)),)


def _order(context: Context, rows: Rows, dataset: Node) -> list[Part]:
    """In which order the rows are read."""
    for name in ("sampler", "batch_sampler"):
        given = _value(context, name)
        if given is not None:
            return [f", {name}=", given]
    if not rows.indexed:
        return []
    shuffle = _value(context, "shuffle")
    if shuffle is None or shuffle.type == "false":
        return [", shuffle=False"]
    seeded = any(word in context.use.analysis.document.data for word in _SEEDS)
    if not seeded:
        return [", shuffle=", shuffle]
    if not context.counterpart.define or shuffle.type != "true" or dataset.type not in ("identifier", "attribute"):
        raise CannotConvert("TS318", messages.SEEDED_ORDER, symbol=context.symbol.name)
    return [", sampler=RandomIndices(", dataset, ")"]


def _value(context: Context, name: str) -> Node | None:
    """The argument of that name, if it is passed and not None."""
    argument = context.binding.get(name)
    return argument.value if argument is not None and argument.value.type != "none" else None


def _is_none(context: Context, name: str) -> bool:
    argument = context.binding.get(name)
    return argument is not None and argument.value.type == "none"


def named(use: Use) -> tuple[Change, ...]:
    """``loader: DataLoader`` in annotations and ``isinstance``. Raises `CannotConvert` where loaders are made here."""
    if not loaders_of(use.analysis).understood:
        raise CannotConvert("TS306", NOT_CALLED, symbol=use.symbol)
    return (Change(use.start, use.end, (Name("mindspore.dataset.Dataset"),)),)
