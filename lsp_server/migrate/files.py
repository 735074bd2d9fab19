"""Converts a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of, root_of
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, uses
from lsp_server.inference.values import SymbolRef
from lsp_server.messages import migration as messages
from lsp_server.migrate import (
    asked_names,
    backend_flags,
    buffer_updates,
    built_on,
    by_hand,
    checkpoint_names,
    class_names,
    comments,
    definitions,
    empty_indices,
    formatted_tensors,
    forward,
    group_rates,
    idle_moves,
    imports,
    indexed_copies,
    inner_layers,
    iterators,
    kept_imports,
    layer_members,
    leaf_updates,
    loss_scales,
    no_grad,
    numpy_scalars,
    parameter_lists,
    parameter_names,
    passing,
    quoted,
    returning,
    sequences,
    stepped_slices,
    unreached,
)
from lsp_server.migrate.data import chains, loaders
from lsp_server.migrate.edits import Edit, Renderer, apply
from lsp_server.migrate.fields import adjustments
from lsp_server.migrate.finished import is_defined_here, is_finished, is_mixed
from lsp_server.migrate.plan import Adjustment, Plan, Reason, Refusal, piece
from lsp_server.migrate.planner import OF_DICTIONARIES, plan_use
from lsp_server.migrate.ranges import Ranges
from lsp_server.migrate.spelling import ImportedName, Speller
from lsp_server.migrate.target import Target
from lsp_server.migrate.training.model import Training
from lsp_server.syntax.document import Document
from lsp_server.syntax.patterns import Pattern

_ERRORS = Pattern("(ERROR) @error (MISSING) @error")
TODO = "# TODO(torchspore):"
_SOMETHING_ELSE = (messages.CANNOT_BIND, messages.NOT_CALLED)
"""Arguments that do not fit what a call only likely is, or a method that is not called, show that it is not that."""


class Left(msgspec.Struct, frozen=True):
    """Something that stays as it was, with the place and the reason."""

    start: int
    symbol: str
    reason: Reason
    name_start: int | None = None
    """Where the name of a method begins: what stands before it may be converted."""


class Conversion(msgspec.Struct, frozen=True):
    """A converted file, or the edits of one conversion."""

    text: str
    edits: tuple[Edit, ...]
    converted: int
    left: tuple[Left, ...]
    unsafe: tuple[Plan, ...]
    plans: tuple[Plan, ...] = ()
    """Everything that was converted, with the counterpart that was taken."""
    training: tuple[int, ...] = ()
    """Where training steps stand that the action for them would rewrite, or has rewritten."""


def _followers(
    analysis: Analysis,
    target: Target,
    plans: Sequence[Plan],
    rewritten: Sequence[Adjustment],
    stopped: list[buffer_updates.Stopped],
) -> Iterator[Adjustment]:
    """What changes in a file because its uses do; what cannot follow is put into ``stopped``."""
    if target.framework == "mindspore":
        yield from adjustments(analysis)
        yield from group_rates.adjustments(analysis)
        yield from buffer_updates.adjustments(analysis, plans, stopped)
        yield from no_grad.adjustments(analysis, rewritten)
        yield from idle_moves.adjustments(analysis, plans, rewritten)
        yield from checkpoint_names.adjustments(analysis, plans)
        yield from loaders.adjustments(analysis, plans)
        yield from stepped_slices.adjustments(analysis, target)
        yield from indexed_copies.adjustments(analysis)
        yield from asked_names.adjustments(analysis, target)
        yield from empty_indices.adjustments(analysis)
        yield from iterators.adjustments(analysis)
        yield from sequences.adjustments(analysis, stopped)
        yield from numpy_scalars.adjustments(analysis)
        yield from backend_flags.adjustments(analysis)
        yield from formatted_tensors.adjustments(analysis)
        yield from parameter_names.adjustments(analysis, plans)
        yield from parameter_names.of_optimizers(analysis, plans)
    else:
        yield from parameter_names.taken_out(analysis)
        yield from parameter_lists.returned(analysis)
        yield from leaf_updates.adjustments(analysis)
        yield from chains.adjustments(analysis)
        yield from loss_scales.adjustments(analysis, stopped)
    yield from class_names.adjustments(analysis, target)
    yield from layer_members.adjustments(analysis, target, stopped)
    yield from inner_layers.adjustments(analysis, target, stopped)


def convert(
    analysis: Analysis,
    target: Target,
    best_effort: bool = False,
    training: bool = False,
    extent: tuple[int, int] | None = None,
    only_safe: bool = False,
    symbol: str | None = None,
) -> Conversion:
    """Convert every use of the other framework that has a rule; what cannot be converted stays and is reported.

    ``best_effort`` converts what is only likely too, and puts a TODO above each statement of which something is left.
    ``training`` rewrites training steps, as ``best_effort`` does: what that means is for the user to check.
    ``extent`` is the part of the file that is converted, if it is not all of it; ``symbol`` what alone is converted.
    ``only_safe`` leaves what would have to be checked as it is.
    """
    source = OTHER[target.framework]
    plans: list[Plan] = []
    left: list[Left] = _unparsed(analysis) if extent is None else []
    kept = list(by_hand.places(analysis, source))
    left += [Left(one.start, one.symbol, one.reason) for one in kept if _within(one, extent)]
    if extent is None and symbol is None:
        left += [Left(one.start, one.symbol, one.reason) for one in built_on.imports(analysis, source)]
    imported = kept_imports.of_framework(analysis, source)
    in_quotes = list(quoted.uses(analysis, imported, source))
    for use in (*(uses(analysis, *extent) if extent is not None else uses(analysis)), *in_quotes):
        if any(one.start <= use.start < one.end for one in kept):
            continue
        if framework_of(use.symbol) != source or use.kind == "module" or not _within(use, extent):
            continue
        if symbol is not None and use.symbol != symbol:
            continue
        if is_mixed(use, target) or is_defined_here(use):
            continue
        if passing.is_one_of_several(use, analysis.catalog.symbol(use.symbol)):
            continue
        planned = plan_use(use, target, analysis.catalog, uncertain=best_effort)
        if isinstance(planned, Plan) and only_safe and planned.safety != "safe":
            values = (("symbol", use.symbol), ("counterpart", planned.counterpart.symbol))
            left.append(Left(use.start, use.symbol, Reason("TS203", messages.TO_BE_CHECKED, values), use.name_start))
        elif isinstance(planned, Plan):
            plans.append(planned)
        elif not (best_effort and _is_something_else(planned)) and not is_finished(planned, target, analysis.catalog):
            left.append(Left(use.start, use.symbol, planned.reason, use.name_start))
    steps = training_of(analysis, target) if symbol is None else Training()
    rewritten = [one for one in steps.adjustments if _within(one, extent)] if training or best_effort else []
    taken_out = _TakenOut(rewritten)
    plans = [one for one in plans if not taken_out.holds(one.use.name_start)]
    whole = extent is None and symbol is None
    back = returning.returned(analysis, source) if whole else returning.Returned()
    rewritten += back.adjustments
    moved, plans = plans, [plan for plan in plans if not back.covers(plan.start)]
    stopped: list[buffer_updates.Stopped] = []
    followers = [*forward.adjustments(analysis, [*moved, *plans], source)]
    if target.framework == "torch":
        rated = _rated(analysis, rewritten)
        plans = [one for one in plans if all(one.start != other.start for other in rated)]
        left += rated if extent is None and symbol is None else []
        followers += forward.plain_constructors(analysis, plans)
    if symbol is None:
        followers += _followers(analysis, target, plans, rewritten, stopped)
        if target.framework == "mindspore":
            followers += unreached.adjustments(analysis, plans, [one.start for one in left])
    followers = [*rewritten, *(one for one in followers if _within(one, extent))]
    left += [Left(one.start, one.symbol, one.reason) for one in stopped if extent is None]
    taken_out = _TakenOut([*plans, *followers])
    left = [one for one in left if not taken_out.holds(one.start if one.name_start is None else one.name_start)]
    if training or best_effort:
        left = [one for one in left if not _belongs_to_step(one, steps)]
        if extent is None and symbol is None:
            left += [Left(one.start, "training step", one.reason) for one in steps.refused]
    read = kept_imports.readings(analysis, imported, [*plans, *followers], in_quotes)
    unused = [one for one in imported if one.local not in (*read, kept_imports.ALL)]
    handed_on = [one for one in unused if kept_imports.is_exported(analysis, one)]
    handed = [passing.handed_on(analysis, one.local, one.node, target) for one in handed_on]
    plans += [plan for plan in handed if plan is not None]
    staying = {one.node.id for one, plan in zip(handed_on, handed, strict=True) if plan is None}
    unused = [one for one in unused if one.node.id not in staying] if plans or followers else []
    gone = {one.node.id for one in unused}
    if extent is None and symbol is None:
        left += _staying(analysis, [one for one in imported if one.node.id not in gone], read, left)
    speller = Speller(analysis, frozenset(imported.local for imported in unused))
    lines = [*comments.moved(analysis, plans), *(_todos(analysis, left) if best_effort else ())]
    edits = Renderer([*lines, *followers, *plans], speller).edits()
    taken_out = _TakenOut(followers)
    written = [plan for plan in plans if not taken_out.holds(plan.start)]
    removals = kept_imports.removals(analysis, unused)
    edits = imports.with_imports(analysis, edits, speller, removals, definitions.added(analysis, written, speller))
    text = apply(analysis.document.data, edits)
    unsafe = tuple(plan for plan in plans if plan.safety == "unsafe")
    return Conversion(
        text,
        tuple(edits),
        len(plans),
        tuple(sorted(left, key=lambda one: one.start)),
        unsafe,
        tuple(plans),
        steps.places,
    )


def convert_source(text: str, catalog: Catalog, target: Target, path: Path | None = None) -> Conversion:
    """Convert one text on its own."""
    project = Project(catalog, (path.parent,) if path is not None else ())
    return convert(Analysis(Document.parse(text), catalog, project, path), target)


def _is_something_else(refusal: Refusal) -> bool:
    """Whether what is only likely of a framework shows here that it is not."""
    fits_not = refusal.reason.message in _SOMETHING_ELSE or refusal.use.symbol in OF_DICTIONARIES
    return refusal.use.certainty == "likely" and fits_not


def _unparsed(analysis: Analysis) -> list[Left]:
    found: list[Left] = []
    if analysis.document.root.has_error:
        for node in _ERRORS.captures(analysis.document.root, "error"):
            line = analysis.document.lines.line_of(node.start_byte) + 1
            found.append(Left(node.start_byte, "", Reason("TS300", messages.NOT_PARSED, (("line", str(line)),))))
    return found


def _todos(analysis: Analysis, left: list[Left]) -> Iterator[Adjustment]:
    """A comment line above each statement of which something is left, once, and not again where it stands already."""
    document = analysis.document
    reasons: dict[int, dict[str, None]] = {}
    statements: dict[int, Node] = {}
    for one in left:
        if one.symbol and one.reason.message is not messages.IMPORT_STAYS:
            statement = comments.statement_of(document.node_at(one.start))
            line = document.lines.line_of(statement.start_byte)
            statements.setdefault(line, statement)
            reasons.setdefault(line, {})[one.reason.text("en")] = None
    for line, texts in sorted(reasons.items()):
        marks = [f"{TODO} {text}" for text in texts]
        above: list[str] = []
        for number in range(line - 1, -1, -1):
            content = document.lines.content(number).decode("utf-8", "replace").strip()
            if not content.startswith(TODO):
                break
            above.append(content)
        missing = [mark for mark in marks if mark not in above]
        if missing:
            yield comments.above(analysis, statements[line], missing)


class _TakenOut:
    """What conversions take out of a file: the ``torch.device("cpu")`` of an argument."""

    def __init__(self, plans: Sequence[Plan | Adjustment]) -> None:
        self._kept = Ranges(
            (node.start_byte, node.end_byte)
            for plan in plans
            for change in plan.changes
            for part in change.parts
            if (node := piece(part)) is not None
        )
        self._gone = Ranges(
            (change.start, change.end)
            for plan in plans
            for change in plan.changes
            # a plan without pieces of the source may still say in words of its own what stood there
            if not change.parts or any(map(piece, change.parts)) or isinstance(plan, Adjustment)
        )

    def holds(self, offset: int) -> bool:
        """What is moved stays, but for what a conversion inside of it takes out."""
        gone = self._gone.smallest(offset, offset + 1)
        kept = self._kept.smallest(offset, offset + 1) if gone is not None else None
        return gone is not None and (kept is None or gone[1] - gone[0] < kept[1] - kept[0])


def _within(one: Use | Adjustment | by_hand.Place, extent: tuple[int, int] | None) -> bool:
    return extent is None or (extent[0] <= one.start and one.end <= extent[1])


def training_of(analysis: Analysis, target: Target) -> Training:
    """The training steps of a file on their way to the target's framework."""
    # not needed for hovers, and never both
    if target.framework == "torch":
        from lsp_server.migrate.training.eager import steps as eager

        return eager.training_steps(analysis)
    from lsp_server.migrate.training import steps

    return steps.training_steps(analysis, target.device in ("any", "CPU"))


def takes(steps: Training, start: int, symbol: str) -> bool:
    """Whether the rewritten steps leave nothing of a use."""
    return (start, symbol.rpartition(".")[2]) in steps.done or _TakenOut(steps.adjustments).holds(start)


def _rated(analysis: Analysis, rewritten: Sequence[Adjustment]) -> list[Left]:
    """The optimizers that stay because nothing steps their changing rates."""
    if b"mindspore" not in analysis.document.data:
        return []
    from lsp_server.migrate.training.eager import rates

    return [
        Left(one.place.start_byte, name, Reason("TS320", one.message, tuple(one.values.items())))
        for name, one in rates.unstepped(analysis, rewritten)
    ]


def _belongs_to_step(left: Left, steps: Training) -> bool:
    """Whether a step is rewritten around a use, or the reason for the whole step says it better."""
    called = (left.start, left.symbol.rpartition(".")[2])
    return called in steps.done or any(left.start == one.start for one in steps.refused)


def _staying(
    analysis: Analysis, imported: list[ImportedName], read: dict[str, Node], left: list[Left]
) -> Iterator[Left]:
    """A reason for each import of the source framework that stays, where nothing that is left gives one."""
    told = {re.split(rb"\W", analysis.document.data[one.start : one.start + 200], maxsplit=1)[0] for one in left}
    for one in imported:
        if root_of(one.local) in analysis.project.along:
            continue  # the package is converted too
        if one.local == kept_imports.ALL or one.local.encode() not in told:
            told.add(one.local.encode())
            place = read.get(one.local, one.node)
            reason = Reason("TS315", messages.IMPORT_STAYS, (("name", one.local),))
            module = one.statement.child_by_field_name("module_name")
            written = analysis.text(one.node.child_by_field_name("name") or one.node)  # without its alias
            name = f"{analysis.text(module)}.{written}" if module is not None else written
            value = analysis.value(place).value
            name = value.name if isinstance(value, SymbolRef) else name  # as its uses call it
            known = by_hand.area(name) if analysis.catalog.symbol(name) is None else messages.NO_RULE
            if known is not messages.NO_RULE:
                reason = Reason("TS301", known, (("symbol", name),))
            elif built_on.builds_on(analysis, chain := kept_imports.chain(analysis, place), one.node, one.framework):
                reason = built_on.reason(chain, one.framework)
            yield Left(place.start_byte, one.framework, reason)
