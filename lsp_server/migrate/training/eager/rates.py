"""Learning rates that change with the steps, as lists or as layers: MindSpore's optimizers take them, torch has a
scheduler for them."""

from __future__ import annotations

from collections.abc import Sequence as Several

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Module, Repeated, Sequence, SymbolRef, UserInstance
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Adjustment, Change, Name, Part, Replaced
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.eager.events import Family
from lsp_server.migrate.training.eager.leftovers import value_of
from lsp_server.migrate.training.layout import check_alone, line_start
from lsp_server.migrate.training.variables import field, text
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call) @call")
_NAMES = ("identifier", "attribute")
_POSITION = 1
_BASE = "LearningRateSchedule"
_SCHEDULES = ("DecayLR", "WarmUpLR")


class Rates(msgspec.Struct, frozen=True):
    """An optimizer that is made with a list of rates, or with a layer that works them out."""

    optimizer: Node
    statement: Node
    argument: Node
    is_list: bool
    base: Node | None = None
    """Of a schedule of the user's: ``LearningRateSchedule`` at the head of its class."""

    @property
    def scheduler(self) -> str:
        """The scheduler's name beside that of the optimizer: ``scheduler_d`` for ``optimizer_d``."""
        owner, dot, name = text(self.optimizer).rpartition(".")
        own = name.replace("optimizer", "scheduler") if "optimizer" in name else f"{name}_scheduler"
        return f"{owner}{dot}{own}"


def changing_rates(analysis: Analysis) -> list[Rates]:
    """Every optimizer of ``mindspore.nn`` in the file whose rates change. Raises `NotUnderstood`."""
    found: list[Rates] = []
    for call in _CALLS.captures(analysis.document.root, "call"):
        function, assignment = field(call, "function"), call.parent
        value = analysis.value(function).value if function is not None else None
        if not isinstance(value, SymbolRef) or not _is_optimizer(analysis, value.name):
            continue
        rate = _rate(call)
        left = field(assignment, "left") if assignment is not None and assignment.type == "assignment" else None
        if rate is None or not _is_changing(analysis, rate):
            continue
        if left is None or assignment is None or assignment.parent is None or left.type not in _NAMES:
            raise NotUnderstood(rate, messages.CHANGING_RATE)
        base = _base_of_own(analysis, rate)
        is_list = base is None and not _is_layer(analysis, rate)
        found.append(Rates(left, assignment.parent, rate, is_list, base))
    return found


def _is_optimizer(analysis: Analysis, name: str) -> bool:
    return name.startswith("mindspore.nn.") and "mindspore.nn.Optimizer" in analysis.catalog.lineage(name)


def _rate(call: Node) -> Node | None:
    given = arguments(call)
    for argument in given:
        name = field(argument, "name") if argument.type == "keyword_argument" else None
        if name is not None and text(name) == "learning_rate":
            return field(argument, "value")
    plain = [one for one in given if one.type != "keyword_argument"]
    return plain[_POSITION] if len(plain) > _POSITION else None


def _is_changing(analysis: Analysis, rate: Node) -> bool:
    """Whether there is another one for each step. Raises `NotUnderstood` for an object of the user's that is no
    schedule of this file."""
    value = analysis.value(rate).value
    if isinstance(value, UserInstance):
        if _base_of_own(analysis, rate) is None:
            raise NotUnderstood(rate, messages.RATE_SCHEDULE)
        return True
    if _is_layer(analysis, rate):
        return True
    if isinstance(value, (Sequence, Repeated)) or (isinstance(value, Instance) and value.cls in ("list", "tuple")):
        return True
    value_node = value_of(rate)
    made = field(value_node, "function") if value_node.type == "call" else None
    return made is not None and text(made).endswith("_lr")


def _is_layer(analysis: Analysis, rate: Node) -> bool:
    value = analysis.value(rate).value
    return isinstance(value, Instance) and value.cls.startswith("mindspore.nn.") and value.cls.endswith(_SCHEDULES)


def _base_of_own(analysis: Analysis, rate: Node) -> Node | None:
    """The base of the class of a schedule that this file defines."""
    value = analysis.value(rate).value
    if not isinstance(value, UserInstance) or value.cls.definition.analysis is not analysis:
        return None
    bases = field(value.cls.definition.node, "superclasses")
    given = [one for one in bases.named_children if one.type in _NAMES] if bases is not None else []
    return next((one for one in given if text(one).rpartition(".")[2] == _BASE), None)


def unstepped(analysis: Analysis, rewritten: Several[Adjustment]) -> list[tuple[str, NotUnderstood]]:
    """The optimizers whose rates change and for which no step of the file was rewritten, each with the reason."""
    found: list[tuple[str, NotUnderstood]] = []
    written = {(change.start, change.end) for one in rewritten for change in one.changes}
    for call in _CALLS.captures(analysis.document.root, "call"):
        function = field(call, "function")
        value = analysis.value(function).value if function is not None else None
        if not isinstance(value, SymbolRef) or not _is_optimizer(analysis, value.name):
            continue
        rate = _rate(call)
        if rate is None or (rate.start_byte, rate.end_byte) in written:
            continue
        try:
            if _is_changing(analysis, rate):
                found.append((value.name, NotUnderstood(call, messages.CHANGING_RATE)))
        except NotUnderstood as reason:
            found.append((value.name, NotUnderstood(call, reason.message, **reason.values)))
    return found


def changes(analysis: Analysis, found: Several[Rates], families: Several[Family]) -> list[Change]:
    """The base rate 1, and a scheduler that multiplies it. Raises `NotUnderstood` where nothing could step it."""
    made: list[Change] = []
    newline = analysis.document.newline
    for one in found:
        if not any(text(family.optimizer) == text(one.optimizer) for family in families):
            raise NotUnderstood(one.argument, messages.CHANGING_RATE)
        check_alone(analysis, one.statement)
        indentation = analysis.document.lines.indentation(line_start(analysis, one.statement))
        rates: Part = one.argument
        if one.argument.type not in _NAMES:
            rates = one.scheduler.rpartition(".")[2].replace("scheduler", "rates" if one.is_list else "schedule")
            start = line_start(analysis, one.statement)
            made.append(Change(start, start, (f"{indentation}{rates} = ", Replaced(one.argument), newline)))
        made.append(Change(one.argument.start_byte, one.argument.end_byte, ("1.0",)))
        lines = analysis.document.lines
        row = lines.line_of(max(one.statement.end_byte - 1, 0)) + 1
        end = lines.starts[row] if row < len(lines) else len(analysis.document.data)
        factor: tuple[Part, ...] = ("float(", rates, "(step))")
        if one.base is not None:
            # MindSpore counts its steps in a tensor
            factor = ("float(", rates, "(", Name("torch.tensor"), "([step])))")
            made.append(Change(one.base.start_byte, one.base.end_byte, (Name("torch.nn.Module"),)))
            made += _forward(analysis, one.base)
        if one.is_list:
            factor = (rates, "[min(step, len(", rates, ") - 1)]")
        first = "" if analysis.document.data[:end].endswith((b"\n", b"\r")) else newline
        scheduler = (f"{first}{indentation}{one.scheduler} = ", Name("torch.optim.lr_scheduler.LambdaLR"), "(")
        made.append(Change(end, end, (*scheduler, one.optimizer, ", lambda step: ", *factor, f"){newline}")))
    return made


def _forward(analysis: Analysis, base: Node) -> list[Change]:
    """The name of the method that works the rate out, where no sources of MindSpore are there to tell that its base is
    a layer, whose methods are renamed anyway."""
    holder = base.parent.parent if base.parent is not None else None
    body = field(holder, "body") if holder is not None else None
    if body is None or not isinstance(analysis.value(base).value, Module):
        return []
    names = [field(one, "name") for one in body.named_children if one.type == "function_definition"]
    return [Change(one.start_byte, one.end_byte, ("forward",)) for one in names if one and text(one) == "construct"]


def stepped(found: Several[Rates], optimizer: Node) -> str | None:
    """The scheduler that has to be stepped with an optimizer."""
    return next((one.scheduler for one in found if text(one.optimizer) == text(optimizer)), None)
