"""The training steps of a file: adjustments that rewrite them, and those that stay with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Reason
from lsp_server.migrate.training import precision
from lsp_server.migrate.training.detect import NotUnderstood, backwards, lightning_modules, methods, step_of
from lsp_server.migrate.training.inner_gradients import inner_adjustments, inner_gradients
from lsp_server.migrate.training.layout import Names
from lsp_server.migrate.training.model import CODE, Refused, Training
from lsp_server.migrate.training.plan import Rewrite, Slice, rewrites, run_through, slice_of
from lsp_server.migrate.training.unwrap import undecorated, unwrapped
from lsp_server.migrate.training.variables import function_around
from lsp_server.migrate.training.write import changes, modes


def training_steps(analysis: Analysis, needs_cpu: bool = True) -> Training:
    """Rewrite every training step that is understood. Bounded by what the file holds: no step looks at another file.

    ``needs_cpu``: whether the result must run on the CPU, where MindSpore lacks bfloat16.
    """
    # every conversion asks: most files have no step, and a search of the text says so
    found = backwards(analysis) if b".backward" in analysis.document.data else []
    names, inner = Names(analysis), inner_gradients(analysis, needs_cpu)
    own = tuple(inner_adjustments(analysis, inner, names))
    lightning = tuple(_refusal(one) for one in (*lightning_modules(analysis), *inner.refused))
    if not found:
        lowered = _lowered(analysis, (), names, frozenset(), needs_cpu)
        alone = _lowered_places(analysis, lowered) | inner.done
        return Training((*own, *lowered), inner.places, lightning, alone)
    zeros = methods(analysis, ("zero_grad",))
    reasons: list[NotUnderstood] = []
    slices: list[Slice] = []
    for backward in found:
        try:
            elsewhere = inner.idle | run_through(slices, backward.statement)
            slices.append(slice_of(analysis, step_of(analysis, backward, zeros, inner.calls), elsewhere))
        except NotUnderstood as reason:
            reasons.append(reason)
    planned, more = rewrites(analysis, slices)
    reasons += more
    # what one step leaves alone may be what another one needs: the steps of a function go together
    sums = dict[int, str]()
    written: list[tuple[Rewrite, list[Change]]] = []
    for rewrite in planned:
        try:
            written.append((rewrite, changes(analysis, rewrite, names, sums, needs_cpu)))
        except NotUnderstood as reason:
            reasons.append(reason)
    refused = (*lightning, *(_refusal(one) for one in reasons if one not in inner.refused))
    bad = {function_around(one.place).id for one in reasons}
    written = [one for one in written if function_around(one[0].step.block).id not in bad]
    taken = [rewrite for rewrite, _ in written]
    lowered = _lowered(analysis, taken, names, frozenset(bad), needs_cpu)
    if not written:
        alone = _lowered_places(analysis, lowered) | inner.done
        return Training((*own, *lowered), inner.places, refused, alone)
    made: dict[tuple[int, int, str], Change] = {}
    beside = (*unwrapped(analysis, taken), *undecorated(analysis, taken), *modes(analysis, taken))
    for change in (*(one for _, own in written for one in own), *beside):
        key = (change.start, change.end, "" if change.end > change.start else repr(change.parts))
        made.setdefault(key, change)
    start, end = min(one.start for one in made.values()), max(one.end for one in made.values())
    places = tuple(rewrite.step.backward.start_byte for rewrite in taken)
    done: set[tuple[int, str]] = {*inner.done} | {(one.step.backward.start_byte, "backward") for one in taken}
    done |= {(one.step.step.start_byte, "step") for one in taken}
    done |= {(one.step.second_step.start_byte, "step") for one in taken if one.step.second_step is not None}
    for step in (one.step for one in taken if one.step.scaler is not None):
        calls = ((step.backward, "scale"), (step.unscale, "unscale_"), (step.adjust, "update"))
        done |= {(statement.start_byte, name) for statement, name in calls if statement is not None}
    done |= _lowered_places(analysis, lowered)
    for one in taken:
        done |= set(precision.places(analysis, one.lowered.node.start_byte)) if one.lowered is not None else set()
    step = Adjustment(start, end, tuple(made.values()))
    return Training((step, *own, *lowered), (*places, *inner.places), refused, frozenset(done))


def _lowered(
    analysis: Analysis, taken: Sequence[Rewrite], names: Names, bad: frozenset[int], needs_cpu: bool
) -> tuple[Adjustment, ...]:
    """The blocks under autocast that are not the whole of a step's function."""
    if b"autocast" not in analysis.document.data:
        return ()
    whole = {one.lowered.node.id for one in taken if one.lowered is not None}

    def skipped(node: Node) -> bool:
        return node.id in whole or function_around(node).id in bad

    return tuple(precision.blocks(analysis, skipped, names.fresh, needs_cpu))


def _lowered_places(analysis: Analysis, lowered: Sequence[Adjustment]) -> frozenset[tuple[int, str]]:
    return frozenset(place for one in lowered for place in precision.places(analysis, one.start))


def is_at_step(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a selection touches a statement of a step: ``zero_grad``, ``backward``, ``step``."""
    return any(
        one.statement.start_byte <= end and start <= one.statement.end_byte
        # one that ends right before the selection touches it, too
        for one in methods(analysis, ("backward", "step", "zero_grad"), max(start - 1, 0), end + 1)
    )


def _refusal(reason: NotUnderstood) -> Refused:
    return Refused(reason.place.start_byte, Reason(CODE, reason.message, tuple(reason.values.items())))
