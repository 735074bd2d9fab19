"""The training steps of a MindSpore file: adjustments that write torch's, and those that stay with the reason."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Reason
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.eager import models, rates, scaling, trainers
from lsp_server.migrate.training.eager.detect import WORDS, GradCall, calls_of, grad_functions
from lsp_server.migrate.training.eager.evaluation import decorated, guarded
from lsp_server.migrate.training.eager.events import Family
from lsp_server.migrate.training.eager.flow import families
from lsp_server.migrate.training.eager.labels import widened
from lsp_server.migrate.training.eager.leftovers import leftovers
from lsp_server.migrate.training.eager.removal import removals
from lsp_server.migrate.training.eager.unfold import Unfolded, unfolded
from lsp_server.migrate.training.eager.write import written
from lsp_server.migrate.training.model import CODE, Refused, Training


class _Result(msgspec.Struct):
    """What is written for the families that are understood."""

    taken: list[Family]
    joined: list[Change]
    """Of whole statements: what moves is rendered with what is converted inside of it, wherever it stood."""
    single: list[Change]
    """Inside of expressions that are converted themselves; what is inserted belongs to what stands before it."""
    lines: list[Change]
    """Lines that are added."""
    places: list[int]
    """Where objects stood that train."""


def training_steps(analysis: Analysis) -> Training:
    """Every step that is understood, with the forward function in place where that reads the same."""
    if not any(word in analysis.document.data for word in (*WORDS, *trainers.WORDS, *models.WORDS)):
        return Training()
    functions, reasons = grad_functions(analysis)
    calls: dict[int, list[GradCall]] = {}
    for function in functions:
        try:
            calls[function.node.id] = calls_of(function)
        except NotUnderstood as reason:
            reasons.append(NotUnderstood(function.node, reason.message, **reason.values))
    understood, refused = families(analysis, [call for own in calls.values() for call in own])
    reasons += [reason for _, reason in refused]
    bad = {call.function.node.id for family, _ in refused for call in family.calls}
    understood = _without(understood, bad)
    unfolds: dict[int, Unfolded | None] = {
        call.statement.id: unfolded(analysis, call, calls[call.function.node.id])
        for family in understood
        for call in family.calls
    }
    objects, said, gone = trainers.trainers(analysis)
    understood += objects
    while True:
        result, failed = _written(analysis, understood, unfolds, gone)
        if result is not None:
            break
        reasons += [reason for _, reason in failed]
        bad |= {call.function.node.id for family, _ in failed for call in family.calls}
        understood = _without(understood, bad)
    result.single += said if objects else []
    looped = models.models(analysis)
    reasons += looped.reasons
    if looped.changes:
        try:
            result.joined += [*removals(analysis, looped.gone), *looped.changes]
            result.places += looped.places
        except NotUnderstood as reason:
            reasons.append(reason)
    return _training(analysis, result, reasons)


def _without(understood: list[Family], bad: set[int]) -> list[Family]:
    """The families none of whose gradient functions is needed by one that stays."""
    while True:
        left = [one for one in understood if not any(call.function.node.id in bad for call in one.calls)]
        if len(left) == len(understood):
            return left
        bad |= {call.function.node.id for one in understood if one not in left for call in one.calls}
        understood = left


def _written(
    analysis: Analysis, understood: list[Family], unfolds: dict[int, Unfolded | None], also: list[Node]
) -> tuple[_Result | None, list[tuple[Family, NotUnderstood]]]:
    """Nothing, and the families that failed with the reason; those that are left are to be written again."""
    if not understood:
        return _Result([], [], [], [], []), []
    try:
        changing = rates.changing_rates(analysis)
        rated = rates.changes(analysis, changing, understood)
    except NotUnderstood as reason:
        return None, [(family, reason) for family in understood]
    single = [one for one in rated if one.end > one.start]
    result = _Result(understood, [], single, [one for one in rated if one.end == one.start], [])
    failed: list[tuple[Family, NotUnderstood]] = []
    gone = list(also)
    for family in understood:
        try:
            found = written(analysis, family, unfolds, understood, changing)
        except NotUnderstood as reason:
            failed.append((family, reason))
            continue
        result.joined += found.changes
        result.single += found.detached
        gone += found.gone
    if failed:
        return None, failed
    named = [call.function for family in understood for call in family.calls if call.gradients]
    gone += leftovers(analysis, named, gone)
    try:
        result.joined += removals(analysis, gone)
    except NotUnderstood as reason:
        return None, [(family, reason) for family in understood]
    result.joined += [one for one in guarded(analysis) if not any(_overlap(one, other) for other in result.joined)]
    return result, []


def _overlap(one: Change, other: Change) -> bool:
    return one.start < other.end and other.start < one.end


def _training(analysis: Analysis, result: _Result, reasons: list[NotUnderstood]) -> Training:
    refused = tuple(
        Refused(one.place.start_byte, Reason(CODE, one.message, tuple(one.values.items())))
        for one in {one.place.start_byte: one for one in reasons}.values()
    )
    if not result.joined:
        return Training((), (), refused)
    joined = {(one.start, one.end): one for one in result.joined}
    start, end = min(one.start for one in joined.values()), max(one.end for one in joined.values())
    made = [Adjustment(start, end, tuple(joined.values()))]
    single = {(one.start, one.end): one for one in (*result.single, *widened(analysis))}
    made += [Adjustment(one.start - (one.start == one.end), one.end, (one,)) for one in single.values()]
    made += [Adjustment(one.start, one.end, (one,)) for one in (*result.lines, *decorated(analysis, result.taken))]
    steps = [call.call.start_byte for family in result.taken for call in family.calls]
    places = tuple(sorted((*steps, *result.places)))
    return Training(tuple(made), places, refused, frozenset(scaling.done(result.taken)))


def is_at_step(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a selection touches a statement of a step: one that makes or calls a gradient function, or that uses
    gradients."""
    if not any(word in analysis.document.data for word in (*WORDS, *trainers.WORDS)):
        return False
    found: list[Node] = []
    calls: list[GradCall] = []
    for function in grad_functions(analysis)[0]:
        try:
            calls += calls_of(function)
        except NotUnderstood:
            continue
    for family in (*families(analysis, calls)[0], *trainers.trainers(analysis)[0]):
        found += [event.statement for event in family.events.values()]
        found += [
            node for call in family.calls for node in (call.statement, call.function.statement) if node is not None
        ]
    return any(node.start_byte <= end and start <= node.end_byte for node in found)
