"""What a file does with its pipelines of MindSpore: what becomes of them in torch is one answer for all of the file.

Where each is a source with several columns that is put into batches once and then only read, they become loaders of
torch; where its steps are such as a pipeline that the conversion writes can make, they become that.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes, keyword, positional
from lsp_server.inference.uses import Use, uses
from lsp_server.inference.values import Constant, Instance, Sequence, UserInstance
from lsp_server.migrate.data.loaders import expressions
from lsp_server.migrate.plan import Adjustment, Change

_DATASET = "mindspore.dataset.Dataset"
_SOURCES = ("mindspore.dataset.GeneratorDataset", "mindspore.dataset.NumpySlicesDataset")
STEPS = {
    "batch": ("batch_size", "drop_remainder", "num_parallel_workers"),
    "map": ("operations", "input_columns", "output_columns", "num_parallel_workers", "python_multiprocessing"),
    "shuffle": ("buffer_size",),
    "repeat": ("count",),
    "take": ("count",),
    "skip": ("count",),
    "filter": ("predicate", "input_columns", "num_parallel_workers"),
    "project": ("columns",),
    "rename": ("input_columns", "output_columns"),
    "create_tuple_iterator": ("columns", "num_epochs", "output_numpy", "do_copy"),
    "create_dict_iterator": ("num_epochs", "output_numpy", "do_copy"),
    "get_dataset_size": (),
    "get_batch_size": (),
    "get_repeat_count": (),
    "get_col_names": (),
}
"""The steps that the written pipeline has, with their arguments in order."""
SOURCE = (
    "source",
    "column_names",
    "column_types",
    "schema",
    "num_samples",
    "num_parallel_workers",
    "shuffle",
    "sampler",
    "num_shards",
    "shard_id",
    "python_multiprocessing",
    "max_rowsize",
    "batch_sampler",
    "collate_fn",
)
"""The arguments of ``GeneratorDataset`` in order."""
_UNSAID = ("column_types", "schema", "num_shards", "shard_id", "batch_sampler", "collate_fn")
_OF_LOADERS = ("batch", "create_tuple_iterator", "get_dataset_size", "get_batch_size")
_LOOPS = ("enumerate", "list", "tqdm", "zip")
_SOURCE = ".children[0].source"


class Pipelines(msgspec.Struct, frozen=True):
    """What becomes of the pipelines of a file."""

    stays: str = ""
    """The symbol that no pipeline of torch's can do, for which all stay as they are."""
    argument: str = ""
    """The argument of it that none takes, or must be given, if it is that."""
    sources: dict[int, Node] | None = None
    """If they become loaders: by the start of each call of ``batch`` the call that makes its source."""


def pipelines_of(analysis: Analysis) -> Pipelines:
    """Looks at every use of ``mindspore.dataset`` in the file."""
    made: list[Use] = []
    steps: list[Use] = []
    for use in uses(analysis):
        owner, _, name = use.symbol.rpartition(".")
        if not use.symbol.startswith("mindspore.dataset."):
            continue
        if use.symbol in _SOURCES and use.call is not None:
            made.append(use)
            unsaid = _unsaid(analysis, use.call) if use.symbol == _SOURCES[0] else ""
            if unsaid:
                return Pipelines(use.symbol, unsaid)
        elif _is_pipeline(analysis, owner):
            steps.append(use)
            if name not in STEPS or not _fits(analysis, use, STEPS[name]):
                return Pipelines(use.symbol)
        elif _gives_pipeline(analysis, use):
            return Pipelines(use.symbol)
    if not made:
        return Pipelines(steps[0].symbol if steps else "mindspore.dataset.Dataset")
    return Pipelines(sources=_as_loaders(analysis, made, steps))


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``loader.children[0].source``, as conversions to MindSpore write it for ``loader.dataset``."""
    if _SOURCE.encode() not in analysis.document.data:
        return
    found = pipelines_of(analysis)
    for node in expressions(analysis.document.root):
        owner = _owner_of_source(analysis, node)
        if owner is not None and not found.stays and found.sources is not None:
            yield Adjustment(node.start_byte, node.end_byte, (Change(owner.end_byte, node.end_byte, (".dataset",)),))


def _owner_of_source(analysis: Analysis, node: Node) -> Node | None:
    """``loader`` of ``loader.children[0].source``."""
    if node.type != "attribute" or not analysis.text(node).endswith(_SOURCE):
        return None
    item = node.child_by_field_name("object")
    children = item.child_by_field_name("value") if item is not None else None
    owner = children.child_by_field_name("object") if children is not None else None
    value = analysis.value(owner).value if owner is not None else None
    return owner if isinstance(value, Instance) and _is_pipeline(analysis, value.cls) else None


def _is_pipeline(analysis: Analysis, name: str) -> bool:
    return name == _DATASET or (name.startswith("mindspore.dataset.") and _DATASET in analysis.catalog.lineage(name))


def _gives_pipeline(analysis: Analysis, use: Use) -> bool:
    """Whether it is another source, several pipelines in one, or the class itself named for something else."""
    symbol = analysis.catalog.symbol(use.symbol)
    if symbol is None or symbol.kind not in ("class", "function"):
        return False
    return _is_pipeline(analysis, symbol.name) or _is_pipeline(analysis, symbol.returns)


def _fits(analysis: Analysis, use: Use, names: tuple[str, ...]) -> bool:
    if use.call is None:
        return False
    given = argument_nodes(use.call)
    if len(given) > len(names):
        return False
    for argument in given:
        name = argument.child_by_field_name("name") if argument.type == "keyword_argument" else None
        if "splat" in argument.type or (name is not None and analysis.text(name) not in names):
            return False
    return True


def argument(analysis: Analysis, call: Node, names: tuple[str, ...], name: str) -> Node | None:
    """The value of an argument, given by its place or its name."""
    given, place = positional(call), names.index(name)
    return given[place] if place < len(given) else keyword(analysis, call, name)


def _as_loaders(analysis: Analysis, made: list[Use], steps: list[Use]) -> dict[int, Node] | None:
    if any(use.symbol != _SOURCES[0] or use.call is None or not _has_rows(analysis, use.call) for use in made):
        return None
    found: dict[int, Node] = {}
    for use in steps:
        name = use.symbol.rpartition(".")[2]
        if name not in _OF_LOADERS or use.call is None or use.owner is None:
            return None
        if name == "create_tuple_iterator" and not _is_looped(analysis, use.call):
            return None
        if name == "batch":
            source = _made_at(analysis, use.owner)
            if source is None or any(other == source for other in found.values()):
                return None
            found[use.call.start_byte] = source
    if len(found) != len(made) or not _only_batched(analysis):
        return None
    return found


def _unsaid(analysis: Analysis, call: Node) -> str:
    """The argument of a source that says what neither a loader nor the written pipeline can do."""
    if any("splat" in one.type for one in argument_nodes(call)):
        return "*"
    given = {name: argument(analysis, call, SOURCE, name) for name in SOURCE}
    for name in _UNSAID:
        node = given[name]
        if node is not None and node.type != "none":
            return name
    sampler = given["sampler"]
    value = analysis.value(sampler).value if sampler is not None else None
    if isinstance(value, Instance) and value.cls.startswith("mindspore.dataset."):
        return "sampler"
    return "column_names" if given["column_names"] is None else ""


def _has_rows(analysis: Analysis, call: Node) -> bool:
    """Whether the source has an index and a length, and its rows several columns: tuples, also in torch."""
    source, names, count = (
        argument(analysis, call, SOURCE, name) for name in ("source", "column_names", "num_samples")
    )
    value = analysis.value(source).value if source is not None else None
    columns = analysis.value(names).value if names is not None else None
    if not isinstance(value, UserInstance) or not isinstance(columns, Sequence) or len(columns.items) < 2:
        return False
    if count is not None and count.type != "none":
        return False
    return all(classes.find_method(value.cls, name) is not None for name in ("__getitem__", "__len__"))


def _made_at(analysis: Analysis, node: Node) -> Node | None:
    value = analysis.value(node).value
    made = value.call if isinstance(value, Instance) and value.cls == _SOURCES[0] else None
    return made.node if made is not None and made.analysis is analysis else None


def _only_batched(analysis: Analysis) -> bool:
    """Whether nothing is done with a source but to name it and to put it into batches."""
    for node in expressions(analysis.document.root):
        value = analysis.value(node).value
        if not isinstance(value, Instance) or value.cls != _SOURCES[0]:
            continue
        parent = node.parent
        if parent is not None and parent.type == "attribute":
            name = parent.child_by_field_name("attribute")
            if name is None or analysis.text(name) != "batch":
                return False
        elif parent is None or parent.type != "assignment":
            return False
    return True


def _is_looped(analysis: Analysis, call: Node) -> bool:
    """Whether an iterator is made for one loop, where the loader itself can stand."""
    given = argument_nodes(call)
    if any(not analysis.text(one).startswith("num_epochs") for one in given):
        return False
    parent = call.parent
    if parent is not None and parent.type in ("for_statement", "for_in_clause"):
        return parent.child_by_field_name("right") == call
    holder = parent.parent if parent is not None and parent.type == "argument_list" else None
    function = holder.child_by_field_name("function") if holder is not None else None
    return function is not None and analysis.text(function) in _LOOPS


def is_true(analysis: Analysis, node: Node) -> bool:
    """Whether a value is known to be True."""
    return analysis.value(node).value == Constant(True)
