"""Writes the forward function of a step, the call that gives its gradients, and the update."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Unknown, UserInstance
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Change, Moved, Name, Part
from lsp_server.migrate.training.detect import NotUnderstood, Step, arguments, methods
from lsp_server.migrate.training.layout import Names, check_alone, comment_behind, comments_above, deleted, line_start
from lsp_server.migrate.training.plan import Rewrite
from lsp_server.migrate.training.precision import unwrapped
from lsp_server.migrate.training.variables import block_of, field, function_around, text, walk

_UNIT = "    "


def changes(
    analysis: Analysis, rewrite: Rewrite, names: Names, sums: dict[int, str], needs_cpu: bool = True
) -> list[Change]:
    """Raises `NotUnderstood` where the layout of the lines cannot be kept. ``sums``: for updates that earlier backward
    passes go into as well, the name of their gradients. ``needs_cpu``: whether the result must run on the CPU."""
    suffix = _suffix(rewrite)
    forward = names.fresh(f"forward{suffix}" if suffix else "forward_fn")
    gradients_of = names.fresh(f"grad{suffix}" if suffix else "grad_fn")
    gradients = names.fresh(f"grads{suffix}")
    loss = rewrite.loss or names.fresh("scaled" if rewrite.step.scaler is not None else "value")
    summed = names.fresh(f"accumulated{suffix}") if rewrite.step.every is not None else ""
    reducer = names.fresh(f"grad_reducer{suffix}") if _is_distributed(analysis, rewrite) else ""
    place = rewrite.place.start_byte
    quiet = [net for net in networks(analysis, rewrite) if (place, net) not in names.training]
    names.training |= {(place, net) for net in quiet}
    made = [_definition(analysis, rewrite, forward, gradients_of, summed, quiet, needs_cpu, reducer)]
    lines = [_call(rewrite, loss, gradients_of, gradients)]
    if reducer:
        lines.append(f"{gradients} = {reducer}({gradients})")
    total = sums.get(rewrite.step.step.id)
    if total is not None:
        lines.append(f"{total} = tuple(a + b for a, b in zip({total}, {gradients}))")
        gradients = total
    elif not rewrite.step.last:
        sums[rewrite.step.step.id] = gradients
    if summed:
        lines.append(
            f"{summed} = {gradients} if {summed} is None else tuple(a + b for a, b in zip({summed}, {gradients}))"
        )
    made += _called(analysis, rewrite, lines)
    made += [deleted(analysis, statement) for statement in rewrite.moved]
    if rewrite.dropped is not None:
        made.append(deleted(analysis, rewrite.dropped))
    if rewrite.step.last:
        made += _update(analysis, rewrite, summed or gradients, summed, names)
    return made


def _suffix(rewrite: Rewrite) -> str:
    """What tells several optimizers of a file apart: ``opt_d`` gives ``_d``."""
    name = text(rewrite.step.optimizer).rpartition(".")[2]
    found = re.fullmatch(r"(?:optimizer|optim|opt)_?(\w+)|(\w+?)_?(?:optimizer|optim|opt)", name)
    if name in ("optimizer", "optimiser", "optim", "opt"):
        return ""
    return f"_{(found[1] or found[2]).lower()}" if found else ""


def _definition(
    analysis: Analysis,
    rewrite: Rewrite,
    forward: str,
    gradients_of: str,
    summed: str,
    quiet: list[str],
    needs_cpu: bool,
    reducer: str,
) -> Change:
    document = analysis.document
    newline = document.newline
    start = document.lines.starts[document.lines.line_of(rewrite.place.start_byte)]
    outer = document.lines.indentation(start)
    inner = outer + _UNIT
    gap = newline * (1 if outer else 2)
    above = document.data[:start].rstrip(b" \t")
    blank = gap if above.strip() and not above.replace(b"\r", b"").endswith(b"\n\n") else ""
    if above.rstrip().endswith(b":") and outer:
        blank = ""
    parts: list[Part] = [f"{blank}{outer}def {forward}({', '.join(rewrite.given)}):{newline}"]
    lowered, scaler = rewrite.lowered, rewrite.step.scaler
    if lowered is not None:
        above = [f"{inner}{analysis.text(comment)}{newline}" for comment in comments_above(lowered.node)]
        parts += [*above, inner, *unwrapped(analysis, lowered, inner), newline]
    else:
        for statement in rewrite.moved:
            parts += _lines(analysis, statement, inner)
    loss = rewrite.step.loss
    returned: list[Part] = [loss] if scaler is None else [scaler, ".scale(", loss, ")"]
    if rewrite.step.gradient is not None:
        returned = ["(", loss, " * ", *_bracketed(rewrite.step.gradient), ").sum()"]
    for name in rewrite.outputs:
        returned += [", ", name]
    parts += [f"{inner}return ", *returned, newline, gap]
    if lowered is not None and not lowered.is_off:
        parts += lowered.lowering(forward, outer, newline, needs_cpu)
    optimizer = rewrite.step.optimizer
    aux = ", has_aux=True" if rewrite.outputs else ""
    weights: tuple[Part, ...] = (optimizer, ".parameters")
    if rewrite.step.second is not None:
        weights = ("[*", optimizer, ".parameters, *", rewrite.step.second, ".parameters]")
    parts += [f"{outer}{gradients_of} = ", Name("mindspore.value_and_grad"), f"({forward}, None, ", *weights]
    parts += [f"{aux}){newline}"]
    if reducer:
        parts += [f"{outer}{reducer} = ", Name("mindspore.nn.DistributedGradReducer"), "(", *weights]
        parts += [", mean=True, degree=", Name("mindspore.communication.get_group_size"), f"()){newline}"]
    if summed:
        parts.append(f"{outer}{summed} = None{newline}")
    for net in quiet:
        parts.append(f"{outer}{net}.set_train(){newline}")
    return Change(start, start, tuple(parts))


def _bracketed(node: Node) -> list[Part]:
    plain = node.type in (
        "identifier",
        "attribute",
        "call",
        "subscript",
        "parenthesized_expression",
        "float",
        "integer",
    )
    return [node] if plain else ["(", node, ")"]


def _is_distributed(analysis: Analysis, rewrite: Rewrite) -> bool:
    """Whether a network of the step averages its gradients over all processes."""
    for statement in (*rewrite.moved, rewrite.step.loss):
        for call in walk(statement):
            function = field(call, "function") if call.type == "call" else None
            value = analysis.value(function).value if function is not None else None
            if isinstance(value, Instance) and value.cls == "torch.nn.parallel.DistributedDataParallel":
                return True
    return False


def networks(analysis: Analysis, rewrite: Rewrite) -> list[str]:
    """The networks of a step whose mode nobody sets: a Cell begins in evaluation, a Module in training."""
    found: dict[str, None] = {}
    for statement in (*rewrite.moved, rewrite.step.loss):
        for call in walk(statement):
            function = field(call, "function") if call.type == "call" else None
            if function is None or function.type not in ("identifier", "attribute"):
                continue
            name = text(function)
            value = analysis.value(function).value
            cls = value.cls if isinstance(value, Instance) else ""
            if isinstance(value, UserInstance):
                title = field(value.cls.definition.node, "name")
                cls = text(title) if title is not None else ""
            if not cls or "loss" in cls.lower() or name in rewrite.given:
                continue
            if not re.search(rf"\b{re.escape(name)}\.(train|eval)\(", analysis.document.text):
                found[name] = None
    return list(found)


def modes(analysis: Analysis, planned: Sequence[Rewrite]) -> Iterator[Change]:
    """``model.train()`` and ``model.eval()`` where nothing but the training step says that it is a network."""
    called = {
        text(function)
        for rewrite in planned
        for statement in (*rewrite.moved, rewrite.step.loss)
        for call in walk(statement)
        if call.type == "call" and (function := field(call, "function")) is not None
    }
    for one in methods(analysis, ("train", "eval")):
        if arguments(one.call) or text(one.receiver) not in called:
            continue
        if isinstance(analysis.value(one.receiver).value, Unknown):
            flag = "" if one.name == "train" else "False"
            yield Change(one.call.start_byte, one.call.end_byte, (one.receiver, f".set_train({flag})"))


def _call(rewrite: Rewrite, loss: str, gradients_of: str, gradients: str) -> str:
    left = f"({', '.join((loss, *rewrite.outputs))})" if rewrite.outputs else loss
    return f"{left}, {gradients} = {gradients_of}({', '.join(rewrite.given)})"


def _called(analysis: Analysis, rewrite: Rewrite, lines: list[str]) -> list[Change]:
    document = analysis.document
    backward = rewrite.step.backward
    start = document.lines.starts[document.lines.line_of(rewrite.call_at.start_byte)]
    indentation = document.lines.indentation(start)
    if rewrite.call_at == backward:
        check_alone(analysis, backward)
        return [Change(backward.start_byte, backward.end_byte, (f"{document.newline}{indentation}".join(lines),))]
    written = "".join(f"{indentation}{line}{document.newline}" for line in lines)
    return [Change(start, start, (written,)), deleted(analysis, backward)]


def _update(analysis: Analysis, rewrite: Rewrite, gradients: str, summed: str, names: Names) -> list[Change]:
    step = rewrite.step
    if step.scaler is not None:
        made = _scaled_update(analysis, rewrite, step.scaler, gradients, names.fresh("finite"))
    else:
        made = _steps(step, gradients)
    for clip in step.clips:
        made.append(Change(clip.start_byte, clip.end_byte, _clipped(analysis, clip, gradients, step.optimizer)))
    for zero in step.zeros:
        if summed and block_of(zero) == block_of(step.step):
            made.append(Change(zero.start_byte, zero.end_byte, (f"{summed} = None",)))
        else:
            made.append(deleted(analysis, zero))
    return made


def _steps(step: Step, gradients: str) -> list[Change]:
    if step.second is None or step.second_step is None:
        return [Change(step.step.start_byte, step.step.end_byte, (step.optimizer, f"({gradients})"))]
    count: tuple[Part, ...] = ("len(", step.optimizer, ".parameters)")
    first: tuple[Part, ...] = (step.optimizer, f"({gradients}[: ", *count, "])")
    second: tuple[Part, ...] = (step.second, f"({gradients}[", *count, " :])")
    return [
        Change(step.step.start_byte, step.step.end_byte, first),
        Change(step.second_step.start_byte, step.second_step.end_byte, second),
    ]


def _scaled_update(analysis: Analysis, rewrite: Rewrite, scaler: Node, gradients: str, finite: str) -> list[Change]:
    """What the scaler does: the scale comes off the gradients, a step that overflowed is left out."""
    step, lines = rewrite.step, analysis.document.lines
    break_ = analysis.document.newline + lines.indentation(line_start(analysis, step.step))
    unscaled: tuple[Part, ...] = (f"{gradients} = ", scaler, f".unscale({gradients}){break_}")
    unscaled += (f"{finite} = ", Name("mindspore.amp.all_finite"), f"({gradients})")
    updated: tuple[Part, ...] = (f"if {finite}:{break_}{_UNIT}", step.optimizer, f"({gradients})")
    made: list[Change] = []
    if step.unscale is None:
        updated = (*unscaled, break_, *updated)
    else:
        made.append(Change(step.unscale.start_byte, step.unscale.end_byte, unscaled))
    made.append(Change(step.step.start_byte, step.step.end_byte, updated))
    if step.adjust is not None:
        made.append(Change(step.adjust.start_byte, step.adjust.end_byte, (scaler, f".adjust({finite})")))
    return made


def _clipped(analysis: Analysis, clip: Node, gradients: str, optimizer: Node) -> tuple[Part, ...]:
    call = field(clip.named_children[0], "right") or clip.named_children[0]
    norm = field(clip.named_children[0], "left")
    function = field(call, "function")
    name = text(function).rpartition(".")[2] if function is not None else ""
    given: dict[str, Node] = {}
    order = ("parameters", "max_norm", "norm_type") if name == "clip_grad_norm_" else ("parameters", "clip_value")
    for index, argument in enumerate(arguments(call)):
        if argument.type == "keyword_argument":
            key, value = field(argument, "name"), field(argument, "value")
            if key is not None and value is not None:
                given[text(key)] = value
        elif index < len(order) and "splat" not in argument.type:
            given[order[index]] = argument
        else:
            raise NotUnderstood(clip, messages.CLIP_ARGUMENTS)
    limit = given.get(order[1])
    allowed = {*order, "foreach"}
    if limit is None or set(given) - allowed or ("norm_type" in given and text(given["norm_type"]) not in ("2", "2.0")):
        raise NotUnderstood(clip, messages.CLIP_ARGUMENTS)
    if "parameters" not in given or _clips_others(analysis, optimizer, given["parameters"]):
        raise NotUnderstood(clip, messages.CLIP_ARGUMENTS)
    if name == "clip_grad_norm_":
        clipped = (f"{gradients} = ", Name("mindspore.ops.clip_by_global_norm"), f"({gradients}, ", limit, ")")
        if norm is None:
            return clipped
        break_ = analysis.document.newline + analysis.document.lines.indentation(line_start(analysis, clip))
        # what torch gives: the norm of before
        total = f"(sum((grad ** 2).sum() for grad in {gradients})){break_}"
        return (norm, " = ", Name("mindspore.ops.sqrt"), total, *clipped)
    lowest: tuple[Part, ...] = ("-", limit) if limit.type in ("integer", "float", "identifier") else ("-(", limit, ")")
    clipped = Name("mindspore.ops.clip_by_value")
    return (f"{gradients} = ", clipped, f"({gradients}, ", *lowest, ", ", limit, ")")


def _clips_others(analysis: Analysis, optimizer: Node, clipped: Node) -> bool:
    """Whether the optimizer was made, in the same function, of the parameters of something else."""
    made = analysis.value(optimizer).value
    call = made.call if isinstance(made, Instance) else None
    given = arguments(call.node) if call is not None else []
    if not given or call is None or function_around(call.node) != function_around(clipped):
        return False
    return text(given[0]).endswith(".parameters()") and text(given[0]) != text(clipped)


def _lines(analysis: Analysis, statement: Node, indentation: str) -> list[Part]:
    """A statement with the comments above it and behind it, for another place."""
    newline = analysis.document.newline
    here = analysis.document.lines.indentation(line_start(analysis, statement))
    if here != indentation and any(
        node.type == "string" and node.start_point[0] != node.end_point[0] for node in walk(statement)
    ):
        raise NotUnderstood(statement, messages.LAYOUT)
    above = [f"{indentation}{analysis.text(comment)}{newline}" for comment in comments_above(statement)]
    behind = comment_behind(statement)
    tail = f"  {analysis.text(behind)}" if behind is not None else ""
    return [*above, indentation, Moved(statement, here, indentation), tail + newline]
