"""Callbacks of ``Model.train``, as the statements of the loop that do the same.

Facts, from running MindSpore 2.10 on the CPU: `LossMonitor` counts the steps of all epochs, and raises for a loss that
is not finite; `TimeMonitor` prints at the end of each epoch; `ModelCheckpoint` saves after every so many steps and at
the end, under ``prefix-epoch_step.ckpt``, and keeps the last five files.
"""

from __future__ import annotations

from collections.abc import Sequence as Several

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Name, Part
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.eager.detect import GradFunction, assigned, bound_arguments, occurrences
from lsp_server.migrate.training.eager.leftovers import value_of
from lsp_server.migrate.training.variables import text

Line = tuple[int, Several[Part]]
"""How deep it stands below the loop's first line, and what it says."""
_MONITOR, _TIME, _CHECKPOINT = (f"mindspore.train.{name}" for name in ("LossMonitor", "TimeMonitor", "ModelCheckpoint"))
_CONFIG = "mindspore.train.CheckpointConfig"
_KEPT = "5"
_PLAIN = ("integer", "string", "identifier", "attribute")


class Saved(msgspec.Struct, frozen=True):
    """What is saved where: the name of the files up to its numbers, and after how many steps; how many stay."""

    prefix: str
    folder: Node | None
    steps: Part
    kept: Part


class Watched(msgspec.Struct):
    """What the callbacks of a loop do, and the statements that only made them."""

    monitor: Part | None = None
    """After how many steps the loss is printed."""
    timed: bool = False
    saved: Saved | None = None
    gone: list[Node] = msgspec.field(default_factory=list[Node])


class Loop(msgspec.Struct, frozen=True):
    """The loop that is written, and the names in it."""

    place: Node
    network: Node
    epochs: Node
    dataset: Node
    epoch: str
    step: str
    loss: str
    taken: set[str]


def watched(analysis: Analysis, given: Node | None) -> Watched:
    """Raises `NotUnderstood` for a callback that does anything else."""
    found = Watched()
    if given is None or given.type == "none":
        return found
    listed = value_of(given)
    each = listed.named_children if listed.type in ("list", "tuple") else [given]
    found.gone += _only_here(given)
    seen: set[str] = set()
    for node in each:
        if node.type == "comment":
            continue
        value, made = analysis.value(node).value, value_of(node)
        name = analysis.catalog.canonical(value.cls) if isinstance(value, Instance) else None
        if name is None or made.type != "call" or name in seen or not _add(analysis, name, made, found):
            raise NotUnderstood(node, messages.MODEL_CALLBACK, name=text(made).partition("(")[0])
        seen.add(name)
        found.gone += _only_here(node)
    return found


def _add(analysis: Analysis, name: str, made: Node, found: Watched) -> bool:
    """Whether it is known what the callback does."""
    if name == _MONITOR:
        every = bound_arguments(made, ("per_print_times",)).get("per_print_times")
        found.monitor = every if every is not None else "1"
        return every is None or text(every) != "0"
    if name == _TIME:
        found.timed = True
        return bound_arguments(made, ("data_size", "data_time")).keys() <= {"data_size"}
    if name == _CHECKPOINT:
        found.saved = _saved(analysis, made, found)
        return found.saved is not None
    return False


def _saved(analysis: Analysis, made: Node, found: Watched) -> Saved | None:
    given = bound_arguments(made, ("prefix", "directory", "config"))
    prefix, folder, config = (given.get(name) for name in ("prefix", "directory", "config"))
    beginning = "CKP"
    if prefix is not None:
        constant = analysis.constant(prefix)
        if constant is None or not isinstance(constant.value, str) or not constant.value.isprintable():
            return None
        beginning = constant.value
    if (folder is not None and folder.type not in _PLAIN) or set(beginning) & set('{}"\\'):
        return None
    steps, kept = None, None
    if config is not None and config.type != "none":
        call, value = value_of(config), analysis.value(config).value
        name = analysis.catalog.canonical(value.cls) if isinstance(value, Instance) else None
        if name != _CONFIG or call.type != "call":
            return None
        settings = bound_arguments(call, ("save_checkpoint_steps", "save_checkpoint_seconds", "keep_checkpoint_max"))
        if not settings.keys() <= {"save_checkpoint_steps", "keep_checkpoint_max"}:
            return None
        steps, kept = settings.get("save_checkpoint_steps"), settings.get("keep_checkpoint_max")
        if any(one is not None and (one.type not in _PLAIN or text(one) == "0") for one in (steps, kept)):
            return None
        found.gone += _only_here(config)
    return Saved(beginning, folder, steps if steps is not None else "1", kept if kept is not None else _KEPT)


def _only_here(node: Node) -> list[Node]:
    """The statement that made what only stands here."""
    if node.type != "identifier" or len(occurrences(node)) != 2:
        return []
    made = value_of(node)
    statement = assigned(GradFunction(made, made, made, False, True)).statement
    return [statement] if statement is not None else []


def around(analysis: Analysis, lines: Several[Line], watch: Watched, loop: Loop) -> list[Line]:
    """The lines of a loop (its network's mode, the two heads, a step) with what its callbacks do."""
    before: list[Line] = []
    head, inner = list(lines[:2]), list(lines[2:])
    count: list[Part] = [f"{loop.epoch} * len(", loop.dataset, f") + {loop.step} + 1"]
    if watch.monitor is not None:
        inner += _printed(watch.monitor, count, loop)
    if watch.saved is not None:
        names = fresh("saved", loop.taken)
        before += _imported(analysis, "os", loop)
        if watch.saved.folder is not None:
            before.append((0, ["os.makedirs(", watch.saved.folder, ", exist_ok=True)"]))
        before.append((0, [f"{names} = []"]))
        inner += _kept(watch.saved, count, names, loop)
    if watch.timed:
        started, took = fresh("started", loop.taken), fresh("milliseconds", loop.taken)
        before = [*_imported(analysis, "time", loop), *before]
        head.append((1, [f"{started} = time.time()"]))
        inner.append((1, [f"{took} = (time.time() - {started}) * 1000"]))
        each = [f"{{{took} / len(", loop.dataset, "):5.3f}"]
        said = [f'print(f"Train epoch time: {{{took}:5.3f}} ms, per step time: ', *each, ' ms", flush=True)']
        inner.append((1, said))
    return [*before, *head, *inner]


def _printed(every: Part, count: Several[Part], loop: Loop) -> list[Line]:
    place = f"{{{loop.epoch} + 1}} step: {{{loop.step} + 1}}"
    said: list[Part] = [f'print(f"epoch: {place}, loss is {{{loop.loss}.item()}}", flush=True)']
    check: list[Line] = [
        (2, ["if not ", Name("torch.isfinite"), f"({loop.loss}):"]),
        (3, [f'raise ValueError(f"epoch: {place}, the loss is not finite")']),
    ]
    if every == "1" or (isinstance(every, Node) and text(every) == "1"):
        return [*check, (2, said)]
    return [*check, (2, ["if (", *count, ") % ", every, " == 0:"]), (3, said)]


def _kept(saved: Saved, count: Several[Part], names: str, loop: Loop) -> list[Line]:
    depth, lines = 2, list[Line]()
    if saved.steps != "1":
        last: list[Part] = [" == ", loop.epochs, " * len(", loop.dataset, ")"]
        lines.append((2, ["if (", *count, ") % ", saved.steps, " == 0 or ", *count, *last, ":"]))
        depth = 3
    file: list[Part] = [f'f"{saved.prefix}-{{{loop.epoch} + 1}}_{{{loop.step} + 1}}.ckpt"']
    if saved.folder is not None:
        file = ["os.path.join(", saved.folder, ", ", *file, ")"]
    return [
        *lines,
        (depth, [f"{names}.append(", *file, ")"]),
        (depth, [Name("torch.save"), "(", loop.network, f".state_dict(), {names}[-1])"]),
        (depth, [f"if len({names}) > ", saved.kept, ":"]),
        (depth + 1, [f"os.remove({names}.pop(0))"]),
    ]


def _imported(analysis: Analysis, module: str, loop: Loop) -> list[Line]:
    """An import of a module of the standard library, if the file has none. Raises `NotUnderstood` if its name means
    something else."""
    rows = analysis.document.data.splitlines()
    if f"import {module}".encode() in rows:
        return []
    if module in loop.taken or module in analysis.scope(analysis.document.root).bindings:
        raise NotUnderstood(loop.place, messages.MODEL_CALLBACK, name=module)
    return [(0, [f"import {module}"])]


def fresh(name: str, taken: set[str]) -> str:
    """A name that means nothing else there."""
    while name in taken:
        name = f"{name}_"
    return name
