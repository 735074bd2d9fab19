"""Converts a use or a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, uses
from lsp_server.messages import migration as messages
from lsp_server.migrate import comments, definitions, forward, imports
from lsp_server.migrate.edits import Edit, Renderer, apply
from lsp_server.migrate.fields import adjustments
from lsp_server.migrate.plan import Adjustment, Plan, Reason, piece
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.spelling import ImportedName, Speller, framework_imports
from lsp_server.migrate.target import Target
from lsp_server.migrate.training.steps import Training, training_steps
from lsp_server.syntax.document import Document
from lsp_server.syntax.patterns import Pattern

_ERRORS = Pattern("(ERROR) @error (MISSING) @error")
TODO = "# TODO(torchspore):"
_NAMES = Pattern("(identifier) @name")


class Left(msgspec.Struct, frozen=True):
    """Something that stays as it was, with the place and the reason."""

    start: int
    symbol: str
    reason: Reason


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


def convert_use(use: Use, plan: Plan, nested: Iterable[Plan] = ()) -> tuple[Edit, ...]:
    """The edits of one use, its imports included; what else the file holds stays as it is."""
    speller = Speller(use.analysis)
    plans = [plan, *nested]
    around = use.call.parent if use.call is not None else None
    fields = adjustments(use.analysis, around) if around is not None and around.type == "attribute" else ()
    edits = [*comments.moved(use.analysis, plans), *Renderer([*plans, *fields], speller).edits()]
    defined = definitions.added(use.analysis, plans, speller)
    return tuple(_with_imports(use.analysis, edits, speller, [], defined))


def convert(analysis: Analysis, target: Target, best_effort: bool = False, training: bool = False) -> Conversion:
    """Convert every use of the other framework that has a rule; what cannot be converted stays and is reported.

    ``best_effort`` converts what is only likely too, and puts a TODO above each statement of which something is left.
    ``training`` rewrites training steps, as ``best_effort`` does: what that means is for the user to check.
    """
    source = OTHER[target.framework]
    plans: list[Plan] = []
    left: list[Left] = _unparsed(analysis)
    for use in uses(analysis):
        if framework_of(use.symbol) != source or use.kind == "module":
            continue
        planned = plan_use(use, target, analysis.catalog, uncertain=best_effort)
        if isinstance(planned, Plan):
            plans.append(planned)
        else:
            left.append(Left(use.start, use.symbol, planned.reason))
    steps = training_steps(analysis) if target.framework == "mindspore" else Training()
    rewritten = steps.adjustments if training or best_effort else ()
    left = [one for one in left if not _is_dropped(one.start, [*plans, *rewritten])]
    if training or best_effort:
        left = [one for one in left if not _belongs_to_step(one, steps)]
        left += [Left(one.start, "training step", one.reason) for one in steps.refused]
    unused = _freed(analysis, source, [*plans, *rewritten])
    speller = Speller(analysis, frozenset(imported.local for imported in unused))
    fields = adjustments(analysis) if target.framework == "mindspore" else ()
    edits = Renderer([*plans, *fields, *rewritten, *forward.adjustments(analysis, plans, source)], speller).edits()
    edits = [*comments.moved(analysis, plans), *edits]
    edits = _with_imports(analysis, edits, speller, unused, definitions.added(analysis, plans, speller))
    if best_effort:
        edits = _ordered([*edits, *_todos(analysis, left)])
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


def _unparsed(analysis: Analysis) -> list[Left]:
    found: list[Left] = []
    if analysis.document.root.has_error:
        for node in _ERRORS.captures(analysis.document.root, "error"):
            line = analysis.document.lines.line_of(node.start_byte) + 1
            found.append(Left(node.start_byte, "", Reason("TS300", messages.NOT_PARSED, (("line", str(line)),))))
    return found


def _todos(analysis: Analysis, left: list[Left]) -> list[Edit]:
    """A comment line above each statement of which something is left, once, and not again where it stands already."""
    document = analysis.document
    reasons: dict[int, dict[str, None]] = {}
    for one in left:
        if one.symbol:
            line = document.lines.line_of(comments.statement_of(document.node_at(one.start)).start_byte)
            reasons.setdefault(line, {})[one.reason.text("en")] = None
    edits: list[Edit] = []
    for line, texts in reasons.items():
        start = document.lines.starts[line]
        marks = [f"{TODO} {text}" for text in texts]
        before = range(max(0, line - len(marks)), line)
        above = [document.lines.content(number).decode("utf-8", "replace").strip() for number in before]
        indentation = document.lines.indentation(start)
        text = "".join(f"{indentation}{mark}{document.newline}" for mark in marks if mark not in above)
        if text:
            edits.append(Edit(start, start, text))
    return edits


def _is_dropped(offset: int, plans: Sequence[Plan | Adjustment]) -> bool:
    """Whether a place stands in something that a conversion takes out: the ``torch.device("cpu")`` of an argument."""
    changes = [change for plan in plans for change in plan.changes]
    kept = [node for change in changes for part in change.parts if (node := piece(part)) is not None]
    if any(node.start_byte <= offset < node.end_byte for node in kept):
        return False
    adjusted = {change for plan in plans if isinstance(plan, Adjustment) for change in plan.changes}
    return any(change.start <= offset < change.end and (not change.parts or change in adjusted) for change in changes)


def _belongs_to_step(left: Left, steps: Training) -> bool:
    """Whether a step is rewritten around a use, or the reason for the whole step says it better."""
    called = (left.start, left.symbol.rpartition(".")[2])
    return called in steps.done or any(left.start == one.start for one in steps.refused)


def _freed(analysis: Analysis, source: Framework, plans: Sequence[Plan | Adjustment]) -> list[ImportedName]:
    """The imports of the source framework that nothing needs once the plans are carried out."""
    root = analysis.document.root
    candidates = [found for found in framework_imports(analysis, source) if found.statement.parent == root]
    if not plans:
        return []
    gone = [(change.start, change.end) for plan in plans for change in plan.changes if change.end > change.start]
    kept_pieces = [
        (node.start_byte, node.end_byte)
        for plan in plans
        for change in plan.changes
        for part in change.parts
        if (node := piece(part)) is not None
    ]
    locals_of = {found.local for found in candidates}
    needed: set[str] = set()
    for node in _NAMES.captures(root, "name"):
        name = analysis.text(node)
        if name not in locals_of or name in needed or _is_other_name(node):
            continue
        removed = _smallest(gone, node)
        kept = _smallest(kept_pieces, node)
        if removed is None or (kept is not None and kept[1] - kept[0] < removed[1] - removed[0]):
            needed.add(name)
    return [found for found in candidates if found.local not in needed]


def _smallest(ranges: list[tuple[int, int]], node: Node) -> tuple[int, int] | None:
    around = [one for one in ranges if one[0] <= node.start_byte and node.end_byte <= one[1]]
    return min(around, key=lambda one: one[1] - one[0]) if around else None


def _is_other_name(node: Node) -> bool:
    """Part of an import, an attribute or a keyword's name: no reading of the imported name."""
    parent = node.parent
    if parent is None or parent.type in ("dotted_name", "aliased_import"):
        return True
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    return parent.type == "keyword_argument" and parent.child_by_field_name("name") == node


def _with_imports(
    analysis: Analysis, edits: list[Edit], speller: Speller, unused: list[ImportedName], defined: Iterable[Edit]
) -> list[Edit]:
    removals = [Edit(start, end, "") for start, end in imports.removals(analysis, unused)]
    # `import …` before `from … import …`, as every sorter of imports has it
    statements = sorted(speller.needed, key=lambda statement: (statement.startswith("from"), statement))
    if not statements:
        return _ordered([*edits, *removals, *defined])
    whole_lines = [edit for edit in removals if analysis.document.data[edit.end - 1 : edit.end] in (b"\n", b"\r")]
    if whole_lines:
        place, blank = whole_lines[0].start, False
    else:
        place, blank = imports.place_for_imports(analysis)
    added = Edit(place, place, imports.added(analysis, statements, place, blank))
    return _ordered([*edits, *removals, added, *defined])


def _ordered(edits: list[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end > edit.start, edit.end))
