"""``mindspore.train.Model``: a call of ``train`` becomes the loop that it runs.

Facts, from running MindSpore 2.10 on the CPU: the network is put into training mode and stays in it; a loss function is
called with what the network gives for the first column, and with the second one.
"""

from __future__ import annotations

from collections.abc import Sequence as Several

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import SymbolRef
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Change, Part
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.eager import callbacks, rates
from lsp_server.migrate.training.eager.detect import GradFunction, assigned, bound_arguments, occurrences
from lsp_server.migrate.training.eager.labels import LONG, takes_labels
from lsp_server.migrate.training.eager.unfold import is_visible
from lsp_server.migrate.training.layout import check_alone, line_start
from lsp_server.migrate.training.variables import field, function_around, is_label, text, walk
from lsp_server.syntax.patterns import Pattern

WORDS = (b"Model(",)
_CALLS = Pattern("(call) @call")
_MODEL = "mindspore.train.Model"
_MADE = ("network", "loss_fn", "optimizer", "metrics", "eval_network", "eval_indexes", "amp_level")
_TRAIN = ("epoch", "train_dataset", "callbacks", "dataset_sink_mode")
_NAMES = ("identifier", "attribute")
_UNIT = "    "


class Models(msgspec.Struct):
    """The loops of a file, what is gone with them, and what stays with its reason."""

    changes: list[Change]
    gone: list[Node]
    places: list[int]
    reasons: list[NotUnderstood]


class _Model(msgspec.Struct, frozen=True):
    network: Node
    loss_fn: Node | None
    optimizer: Node
    named: dict[int, str]
    """The names that calls get which stand in the place of a name, by their starts."""

    def name(self, node: Node) -> Part:
        return self.named.get(node.start_byte, node)


def models(analysis: Analysis) -> Models:
    """Every ``Model`` of which nothing but ``train`` is called, in loops that do the same."""
    found = Models([], [], [], [])
    if not any(word in analysis.document.data for word in WORDS):
        return found
    for call in _CALLS.captures(analysis.document.root, "call"):
        function = field(call, "function")
        value = analysis.value(function).value if function is not None else None
        if not isinstance(value, SymbolRef) or analysis.catalog.canonical(value.name) != _MODEL:
            continue
        try:
            _add(analysis, call, found)
        except NotUnderstood as reason:
            found.reasons.append(reason)
    return found


def _add(analysis: Analysis, call: Node, found: Models) -> None:
    made = assigned(GradFunction(call, call, call, False, True))
    if made.name is None or made.statement is None:
        raise NotUnderstood(call, messages.MODEL_USED, what=text(call).partition("(")[0])
    model = _model(analysis, call)
    loops: list[Change] = []
    gone: list[Node] = [] if model.named else [made.statement]
    places: list[int] = []
    for node in occurrences(made.name):
        if node == made.name:
            continue
        train = _trained(node)
        given = (model.network, model.loss_fn, model.optimizer)
        names = [one for one in given if one is not None and one.start_byte not in model.named]
        if not is_visible(names or [model.network], train, call) or (model.named and not _same(train, call)):
            raise NotUnderstood(train, messages.MODEL_USED, what=text(node))
        statement, monitors = _loop(analysis, train, model)
        loops.append(statement)
        gone += monitors
        places.append(train.start_byte)
    if not loops:
        raise NotUnderstood(call, messages.MODEL_USED, what=text(made.name))
    if model.named:
        check_alone(analysis, made.statement)
        indentation = analysis.document.lines.indentation(line_start(analysis, made.statement))
        parts: list[Part] = []
        for node in (model.optimizer, model.loss_fn):
            if node is not None and node.start_byte in model.named:
                gap = f"{analysis.document.newline}{indentation}" if parts else ""
                parts += [f"{gap}{model.named[node.start_byte]} = ", node]
        loops.append(Change(made.statement.start_byte, made.statement.end_byte, tuple(parts)))
    found.changes += loops
    found.gone += gone
    found.places += places


def _same(one: Node, other: Node) -> bool:
    return function_around(one).id == function_around(other).id


def _model(analysis: Analysis, call: Node) -> _Model:
    given = bound_arguments(call, _MADE)
    for name, node in given.items():
        known = name in ("network", "loss_fn", "optimizer", "metrics") or (name == "amp_level" and text(node) == '"O0"')
        if not known and node.type != "none":
            raise NotUnderstood(node, messages.MODEL_ARGUMENT, name=name)
    network, loss_fn, optimizer = (given.get(name) for name in ("network", "loss_fn", "optimizer"))
    if network is None or optimizer is None or network.type not in _NAMES:
        raise NotUnderstood(call, messages.MODEL_ARGUMENT, name="network, optimizer")
    if loss_fn is not None and loss_fn.type == "none":
        loss_fn = None
    taken = _taken(analysis, call)
    named: dict[int, str] = {}
    for node, name in ((loss_fn, "loss_fn"), (optimizer, "optimizer")):
        if node is not None and node.type not in _NAMES:
            if node.type != "call":
                raise NotUnderstood(node, messages.MODEL_ARGUMENT, name=name)
            named[node.start_byte] = callbacks.fresh(name, taken)
    if any(text(one.optimizer) == text(optimizer) for one in rates.changing_rates(analysis)):
        raise NotUnderstood(optimizer, messages.CHANGING_RATE)
    return _Model(network, loss_fn, optimizer, named)


def _trained(node: Node) -> Node:
    """The call of ``model.train`` that is a statement of its own."""
    attribute = node.parent
    if attribute is None or attribute.type != "attribute" or attribute.parent is None:
        raise NotUnderstood(node, messages.MODEL_USED, what=text(node))
    name, call = field(attribute, "attribute"), attribute.parent
    is_statement = call.parent is not None and call.parent.type == "expression_statement"
    if name is None or text(name) != "train" or call.type != "call" or not is_statement:
        raise NotUnderstood(node, messages.MODEL_USED, what=text(attribute))
    return call


def _loop(analysis: Analysis, call: Node, model: _Model) -> tuple[Change, list[Node]]:
    given = bound_arguments(call, _TRAIN)
    epochs, dataset = given.get("epoch"), given.get("train_dataset")
    sink = given.get("dataset_sink_mode")
    for name in given:
        if name not in _TRAIN:
            raise NotUnderstood(call, messages.MODEL_ARGUMENT, name=name)
    if epochs is None or dataset is None or (sink is not None and text(sink) != "False"):
        raise NotUnderstood(call, messages.MODEL_ARGUMENT, name="dataset_sink_mode" if sink is not None else "epoch")
    if dataset.type not in _NAMES:
        raise NotUnderstood(dataset, messages.MODEL_ARGUMENT, name="train_dataset")
    watched = callbacks.watched(analysis, given.get("callbacks"))
    if watched.saved is not None and epochs.type not in ("integer", *_NAMES):
        raise NotUnderstood(epochs, messages.MODEL_ARGUMENT, name="epoch")
    statement = call.parent
    assert statement is not None  # a statement of its own
    check_alone(analysis, statement)
    newline = analysis.document.newline
    indentation = analysis.document.lines.indentation(line_start(analysis, statement))
    taken = _taken(analysis, call)
    epoch, step, data, label, loss = (
        callbacks.fresh(name, taken) for name in ("epoch", "step", "inputs", "labels", "loss")
    )
    batch: Part = f"({data}, {label})" if model.loss_fn is not None else data
    forward: list[Part] = [model.network, f"(*{data})"]
    if model.loss_fn is not None:
        widened = LONG if takes_labels(analysis, model.loss_fn) else ""
        forward = [model.name(model.loss_fn), "(", model.network, f"({data}), {label}{widened})"]
    lines: list[tuple[int, Several[Part]]] = [
        (0, [model.network, ".train()"]),
        (0, [f"for {epoch} in range(", epochs, "):"]),
        (1, [f"for {step}, ", batch, " in enumerate(", dataset, "):"]),
        (2, [model.name(model.optimizer), ".zero_grad()"]),
        (2, [f"{loss} = ", *forward]),
        (2, [f"{loss}.backward()"]),
        (2, [model.name(model.optimizer), ".step()"]),
    ]
    if watched.monitor is None and watched.saved is None:
        batch = f"{data}, {label}" if model.loss_fn is not None else data
        lines[2] = (1, ["for ", batch, " in ", dataset, ":"])
    loop = callbacks.Loop(statement, model.network, epochs, dataset, epoch, step, loss, taken)
    lines = callbacks.around(analysis, lines, watched, loop)
    parts: list[Part] = []
    for number, (depth, line) in enumerate(lines):
        parts += [f"{newline}{indentation}{_UNIT * depth}" if number else "", *line]
    return Change(statement.start_byte, statement.end_byte, tuple(parts)), watched.gone


def _taken(analysis: Analysis, place: Node) -> set[str]:
    """The names that mean something where a statement stands."""
    holder = function_around(place)
    if holder.type == "module":
        return set(analysis.scope(holder).bindings)
    return {text(node) for node in walk(holder) if node.type == "identifier" and not is_label(node)}
