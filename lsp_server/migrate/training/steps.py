"""The training steps of a file: adjustments that rewrite them, and those that stay with the reason."""

from __future__ import annotations

import msgspec

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Reason
from lsp_server.migrate.training.detect import Method, NotUnderstood, backwards, methods, step_of
from lsp_server.migrate.training.plan import Slice, rewrites, slice_of
from lsp_server.migrate.training.unwrap import unwrapped
from lsp_server.migrate.training.write import Names, changes

CODE = "TS320"


class Refused(msgspec.Struct, frozen=True):
    """A step that stays as it is."""

    start: int
    reason: Reason


class Training(msgspec.Struct, frozen=True):
    """What became of the training steps of a file."""

    adjustments: tuple[Adjustment, ...] = ()
    places: tuple[int, ...] = ()
    """Where the backward passes stood that are rewritten."""
    refused: tuple[Refused, ...] = ()
    done: frozenset[tuple[int, str]] = frozenset()
    """The calls that are said otherwise: their start and the name of the method."""


def training_steps(analysis: Analysis) -> Training:
    """Rewrite every training step that is understood. Bounded by what the file holds: no step looks at another file."""
    # every conversion asks: most files have no step, and a search of the text says so
    found = backwards(analysis) if b".backward" in analysis.document.data else []
    if not found:
        return Training()
    zeros = methods(analysis, ("zero_grad",))
    reasons: list[NotUnderstood] = []
    slices: list[Slice] = []
    for backward in found:
        try:
            slices.append(slice_of(analysis, step_of(analysis, backward, zeros)))
        except NotUnderstood as reason:
            reasons.append(reason)
    # what one step leaves alone may be what another one needs: steps of one block go together
    bad = {_block(one, found) for one in reasons}
    slices = [one for one in slices if one.step.block.id not in bad]
    planned, more = rewrites(analysis, slices)
    names = Names(analysis)
    made: dict[tuple[int, int, str], Change] = {}
    places: list[int] = []
    sums: dict[int, str] = {}
    done: set[tuple[int, str]] = set()
    for rewrite in planned if not more else ():
        try:
            for change in changes(analysis, rewrite, names, sums):
                key = (change.start, change.end, "" if change.end > change.start else repr(change.parts))
                made.setdefault(key, change)
            places.append(rewrite.step.backward.start_byte)
            done |= {(rewrite.step.backward.start_byte, "backward"), (rewrite.step.step.start_byte, "step")}
        except NotUnderstood as reason:
            more.append(reason)
    refused = tuple(_refusal(one) for one in (*reasons, *more))
    if more or not made:
        return Training((), (), refused)
    made.update({(one.start, one.end, ""): one for one in unwrapped(analysis, planned)})
    start, end = min(one.start for one in made.values()), max(one.end for one in made.values())
    return Training((Adjustment(start, end, tuple(made.values())),), tuple(places), refused, frozenset(done))


def is_at_step(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a selection touches a statement of a step: ``zero_grad``, ``backward``, ``step``."""
    return any(
        one.statement.start_byte <= end and start <= one.statement.end_byte
        for one in methods(analysis, ("backward", "step", "zero_grad"))
    )


def _block(reason: NotUnderstood, found: list[Method]) -> int:
    node = reason.place
    held = {id_ for one in found if (parent := one.statement.parent) is not None for id_ in (parent.id,)}
    while node.parent is not None and node.id not in held:
        node = node.parent
    return node.id


def _refusal(reason: NotUnderstood) -> Refused:
    return Refused(reason.place.start_byte, Reason(CODE, reason.message, tuple(reason.values.items())))
