"""The names of Parameters, by which MindSpore's checkpoints and optimizers go.

``self.blocks = nn.CellList()`` says its prefix to what it holds then; a cell that is appended later gets its number
only, so its Parameters are ``0.weight`` to ``load_param_into_net`` and to optimizers, which refuse two of one name.
Measured on MindSpore 2.10.0. ``self.update_parameters_name()``, at the end of the constructor, names them anew. Two
networks of one optimizer must not have equal names either: all but the first get a prefix in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference import classes, library, lineage, sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, Instance, UserClass, UserInstance
from lsp_server.migrate import comments, forward
from lsp_server.migrate.lookups import assigned, module_state
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.eager.removal import removals
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call function: (attribute)) @call")
_ARGUMENTS = Pattern("(identifier) @name")
_STATEMENTS = Pattern("(expression_statement . (call function: (attribute)) @call .)")
_GROWING = ("append", "extend", "insert", "add_module", "register_module", "update")
_WORDS = (b".append", b".extend", b".insert", b"_module(", b".update", b"] =", b"+=")
RENAMED = "update_parameters_name()"
_PREFIXED = re.compile(r"(?:.*\.)?(\w+)\.update_parameters_name\((?:([\"'])(\w+)\.\2)?\)", re.DOTALL)
"""As they are written here: without a prefix, or with the receiver's own name."""


def adjustments(analysis: Analysis, plans: Sequence[Plan]) -> Iterator[Adjustment]:
    """On the way to MindSpore: the line at the end of the constructors of cells whose lists grow."""
    if not any(word in analysis.document.data for word in _WORDS):
        return
    converted = {(plan.start, plan.end) for plan in plans}
    growing = _growing(analysis)
    for node in analysis.document.classes() if growing else ():
        cls = UserClass(analysis.source(node))
        made = classes.table(cls).methods.get("__init__")
        if made is None or not _grows(analysis, node, growing):
            continue
        if forward.changes_sides(cls, "torch", analysis, converted):
            yield from _renaming(analysis, made.node)


def of_optimizers(analysis: Analysis, plans: Sequence[Plan]) -> Iterator[Adjustment]:
    """On the way to MindSpore: a prefix for the networks after the first that an optimizer gets the Parameters of,
    where their names are not known to differ."""
    for plan in plans:
        call = plan.use.call
        if call is None or not analysis.catalog.is_subclass(plan.use.symbol, "torch.optim.Optimizer"):
            continue
        bare = _networks(analysis, call)
        lines = [
            f'{analysis.text(node)}.update_parameters_name("{analysis.text(node).rpartition(".")[2]}.")'
            for index, node in enumerate(bare)
            if any(_may_be_equal(analysis, node, other) for other in bare[:index])
        ]
        if lines:
            yield comments.above(analysis, comments.statement_of(call), lines)


def _networks(analysis: Analysis, call: Node) -> list[Node]:
    """The networks whose Parameters an optimizer gets and that are no part of another cell, each once."""
    found: dict[str, Node] = {}
    given = call.child_by_field_name("arguments")
    places = [given] if given is not None else []
    for name in _ARGUMENTS.captures(given, "name") if given is not None else ():
        value = assigned(analysis, name)
        if value is not None:
            places.append(value)
    for place in places:
        for called in _CALLS.captures(place, "call"):
            function = called.child_by_field_name("function")
            held = function.child_by_field_name("object") if function is not None else None
            fact = analysis.fact(function).value if function is not None else None
            if held is None or not isinstance(fact, Bound) or fact.name != "torch.nn.Module.parameters":
                continue
            owner = held.child_by_field_name("object")
            is_part = owner is not None and lineage.layer_root(analysis, analysis.value(owner).value) is not None
            if held.type in ("identifier", "attribute") and not is_part:
                found.setdefault(analysis.text(held), held)
    return list(found.values())


def _may_be_equal(analysis: Analysis, one: Node, other: Node) -> bool:
    states = [module_state(analysis, node) for node in (one, other)]
    first, second = [{entry.name for entry in state.entries} if state is not None else set[str]() for state in states]
    return not all(state is not None and state.complete for state in states) or bool(first & second)


def taken_out(analysis: Analysis) -> Iterator[Adjustment]:
    """On the way to torch, where names are always those of the place: the same line goes."""
    if b"update_parameters_name" not in analysis.document.data:
        return
    gone: list[Node] = []
    for call in _STATEMENTS.captures(analysis.document.root, "call"):
        function = call.child_by_field_name("function")
        held = function.child_by_field_name("object") if function is not None else None
        written = _PREFIXED.fullmatch(analysis.text(call))
        if held is None or call.parent is None or written is None or written[3] not in (None, written[1]):
            continue
        value = analysis.value(held).value
        if lineage.layer_root(analysis, value) is not None:
            gone.append(call.parent)
    try:
        changes = removals(analysis, gone)
    except NotUnderstood:
        return  # something else stands on the line: the call is reported
    for change in changes:
        yield Adjustment(change.start, change.end, (change,))


def _growing(analysis: Analysis) -> list[tuple[Node, str]]:
    """What a file puts something into, and by which method of it; empty for an assignment."""
    found: list[tuple[Node, str]] = []
    for method in _GROWING:
        for node, _ in analysis.document.attributes(method):
            held, call = node.child_by_field_name("object"), node.parent
            if held is not None and call is not None and call.child_by_field_name("function") == node:
                found.append((held, method))
    for node in sites.of_file(analysis, "write"):
        write: Node | None = node
        while write is not None and write.type in ("assignment", "augmented_assignment"):
            left = write.child_by_field_name("left")
            if left is not None and write.type == "assignment" and left.type == "subscript":
                held = left.child_by_field_name("value")
                found += [(held, "")] if held is not None else []
            elif left is not None and write.type == "augmented_assignment" and left.type == "attribute":
                found.append((left, ""))
            write = write.child_by_field_name("right")
    return found


def _grows(analysis: Analysis, node: Node, growing: Sequence[tuple[Node, str]]) -> bool:
    """Whether a method of a class puts cells into a list or dictionary of the object, or into the object itself."""
    for held, method in growing:
        if not node.start_byte <= held.start_byte < node.end_byte:
            continue
        if _is_own_list(analysis, held):
            return True
        is_added = method.endswith("_module") and held.type == "identifier"
        if is_added and isinstance(analysis.value(held).value, UserInstance):
            return True
    return False


def _is_own_list(analysis: Analysis, held: Node) -> bool:
    if held.type != "attribute":
        return False
    value = analysis.value(held).value
    return isinstance(value, Instance) and value.cls.startswith("torch.") and value.cls in library.CONTAINERS


def _renaming(analysis: Analysis, method: Node) -> Iterator[Adjustment]:
    body, parameters = method.child_by_field_name("body"), method.child_by_field_name("parameters")
    statements = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
    if not statements or first is None or first.type != "identifier":
        return
    document, last = analysis.document, statements[-1]
    line = document.lines.line_of(last.start_byte)
    if line == document.lines.line_of(method.start_byte):
        return  # a body on the line of its head
    start = document.lines.starts[document.lines.line_of(statements[0].start_byte)]
    indentation = document.lines.indentation(start)
    place = last.end_byte
    following = document.data.find(b"\n", place)
    end = following if following != -1 else len(document.data)
    if document.data[place:end].lstrip().startswith(b"#"):
        place = end - 1 if document.data[end - 1 : end] == b"\r" else end
    text = f"{document.newline}{indentation}{analysis.text(first)}.{RENAMED}"
    yield Adjustment(place, place, (Change(place, place, (text,)),))
