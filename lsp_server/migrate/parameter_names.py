"""The names of Parameters in cells that are put into a list after the list has been given to its network.

``self.blocks = nn.CellList()`` says its prefix to what it holds then; a cell that is appended later gets its number
only, so its Parameters are ``0.weight`` to ``load_param_into_net`` and to optimizers, which refuse two of one name.
Measured on MindSpore 2.10.0. ``self.update_parameters_name()``, at the end of the constructor, names them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference import classes, library
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserClass, UserInstance
from lsp_server.migrate import forward
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.eager.removal import removals
from lsp_server.syntax.patterns import Pattern

_CLASSES = Pattern("(class_definition) @class")
_CALLS = Pattern("(call function: (attribute)) @call")
_ITEMS = Pattern("(assignment left: (subscript) @item) (augmented_assignment left: (attribute) @item)")
_STATEMENTS = Pattern("(expression_statement . (call function: (attribute)) @call .)")
_GROWING = ("append", "extend", "insert", "add_module", "register_module", "update")
_WORDS = (b".append", b".extend", b".insert", b"_module(", b".update", b"] =", b"+=")
RENAMED = "update_parameters_name()"


def adjustments(analysis: Analysis, plans: Sequence[Plan]) -> Iterator[Adjustment]:
    """On the way to MindSpore: the line at the end of the constructors of cells whose lists grow."""
    if not any(word in analysis.document.data for word in _WORDS):
        return
    converted = {(plan.start, plan.end) for plan in plans}
    for node in _CLASSES.captures(analysis.document.root, "class"):
        cls = UserClass(analysis.source(node))
        made = classes.table(cls).methods.get("__init__")
        if made is None or not _grows(analysis, node):
            continue
        if forward.changes_sides(cls, "torch", analysis, converted):
            yield from _renaming(analysis, made.node)


def taken_out(analysis: Analysis) -> Iterator[Adjustment]:
    """On the way to torch, where names are always those of the place: the same line goes."""
    if RENAMED.encode() not in analysis.document.data:
        return
    gone: list[Node] = []
    for call in _STATEMENTS.captures(analysis.document.root, "call"):
        function = call.child_by_field_name("function")
        held = function.child_by_field_name("object") if function is not None else None
        if held is not None and call.parent is not None and analysis.text(call).endswith(f".{RENAMED}"):
            value = analysis.value(held).value
            if isinstance(value, UserInstance) and classes.is_module(analysis, value.cls):
                gone.append(call.parent)
    try:
        changes = removals(analysis, gone)
    except NotUnderstood:
        return  # something else stands on the line: the call is reported
    for change in changes:
        yield Adjustment(change.start, change.end, (change,))


def _grows(analysis: Analysis, node: Node) -> bool:
    """Whether a method of a class puts cells into a list or dictionary of the object, or into the object itself."""
    for call in _CALLS.captures(node, "call"):
        function = call.child_by_field_name("function")
        name = function.child_by_field_name("attribute") if function is not None else None
        held = function.child_by_field_name("object") if function is not None else None
        if held is None or name is None or analysis.text(name) not in _GROWING:
            continue
        if _is_own_list(analysis, held):
            return True
        is_self = held.type == "identifier" and isinstance(analysis.value(held).value, UserInstance)
        if is_self and analysis.text(name).endswith("_module"):
            return True
    for item in _ITEMS.captures(node, "item"):
        held = item.child_by_field_name("value") if item.type == "subscript" else item
        if held is not None and _is_own_list(analysis, held):
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
