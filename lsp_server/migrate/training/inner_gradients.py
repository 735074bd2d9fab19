"""``torch.autograd.grad``: what leads from the inputs to the outputs becomes a function, which ``mindspore.grad``
differentiates.

A function takes along the statements that nothing else needs; the others stay, and it works them out again. A gradient
with ``create_graph=True`` that goes into a loss is differentiated with it: nested functions do that in PyNative mode,
but for what `second_order` knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Repeated, Sequence, SymbolRef
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Adjustment, Change, Moved, Name, Part
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.eager.detect import bound_arguments
from lsp_server.migrate.training.layout import Names, check_alone, line_start
from lsp_server.migrate.training.liveness import is_read_later
from lsp_server.migrate.training.marks import are_independent, marks_of, unmarked
from lsp_server.migrate.training.second_order import obstacle
from lsp_server.migrate.training.taint import touches
from lsp_server.migrate.training.variables import (
    binds,
    block_of,
    bound_in,
    certainly_binds,
    field,
    function_around,
    has_long_string,
    parameters,
    reads,
    root_of,
    statements,
    text,
    walk,
)
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call) @call")
_ORDER = ("outputs", "inputs", "grad_outputs", "retain_graph", "create_graph", "only_inputs", "allow_unused",
    "is_grads_batched", "materialize_grads")  # fmt: skip
_ONES = ("torch.ones_like", "torch.ones", "torch.Tensor.new_ones")
_LEAVING = ("return_statement", "break_statement", "continue_statement", "yield", "await", "delete_statement")
_UNIT = "    "


class Gradient(msgspec.Struct, frozen=True):
    """One call of ``torch.autograd.grad`` that is understood."""

    call: Node
    statement: Node
    outputs: Node
    inputs: tuple[Node, ...]
    """Names of tensors; nothing: the gradients are those of ``weights``."""
    weights: Node | None
    factor: Node | None
    """What the outputs are multiplied by; None: by one."""
    is_number: bool
    """Whether the outputs are one number, as a call without ``grad_outputs`` says."""
    recorded: bool
    """Whether the gradients themselves are differentiated (``create_graph``)."""
    path: tuple[Node, ...]
    """The statements that lead from the inputs to the outputs."""
    takes_path: bool
    """Whether nothing else needs what these statements work out."""


class Gradients(msgspec.Struct, frozen=True):
    """All of a file."""

    understood: tuple[Gradient, ...] = ()
    refused: tuple[NotUnderstood, ...] = ()
    marks: tuple[Node, ...] = ()
    """What says that a tensor will be differentiated for, and says nothing any more: see `marks`."""

    @property
    def calls(self) -> dict[int, NotUnderstood | None]:
        """By their start, those that stay with their reason."""
        found: dict[int, NotUnderstood | None] = {one.call.start_byte: None for one in self.understood}
        return {**found, **{one.place.start_byte: one for one in self.refused}}

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(one.call.start_byte for one in self.understood)

    @property
    def idle(self) -> frozenset[int]:
        """The statements that go."""
        return frozenset(mark.id for mark in self.marks if mark.type == "expression_statement")

    @property
    def done(self) -> frozenset[tuple[int, str]]:
        """As `Training.done`."""
        return frozenset(
            {(place, "grad") for place in self.places} | {(one.start_byte, "requires_grad_") for one in self.marks}
        )


def inner_gradients(analysis: Analysis, needs_cpu: bool = True) -> Gradients:
    """Every call of ``torch.autograd.grad``, in the order of the file. ``needs_cpu``: as `training_steps`."""
    if b"autograd" not in analysis.document.data:
        return Gradients()
    found: list[Gradient] = []
    refused: list[NotUnderstood] = []
    marks = marks_of(analysis)
    for call in sorted(_CALLS.captures(analysis.document.root, "call"), key=lambda node: node.start_byte):
        function = field(call, "function")
        value = analysis.value(function).value if function is not None and b"grad" in (function.text or b"") else None
        if not isinstance(value, SymbolRef) or value.name != "torch.autograd.grad":
            continue
        try:
            found.append(_gradient(analysis, call, marks, needs_cpu))
        except NotUnderstood as reason:
            refused.append(NotUnderstood(call, reason.message, **reason.values))
    return Gradients(tuple(found), tuple(refused), marks if found and not refused else ())


def _gradient(analysis: Analysis, call: Node, marks: tuple[Node, ...], needs_cpu: bool) -> Gradient:
    given = bound_arguments(call, _ORDER)
    outputs, listed = _only(given.get("outputs")), given.get("inputs")
    batched = {"allow_unused", "is_grads_batched"} & {name for name, node in given.items() if text(node) != "False"}
    if outputs is None or listed is None or batched or set(given) - set(_ORDER):
        raise NotUnderstood(call, messages.INNER_ARGUMENTS)
    statement: Node = call
    while (block := block_of(statement)) is None:
        if statement.parent is None or statement.type in ("lambda", "list_comprehension", "for_in_clause"):
            raise NotUnderstood(call, messages.INNER_PLACE)
        statement = statement.parent
    if statement.type not in ("expression_statement", "return_statement"):
        raise NotUnderstood(call, messages.INNER_PLACE)
    inputs = _names(analysis, listed)
    own = statements(block)
    index = next(at for at, one in enumerate(own) if one.id == statement.id)
    skipped = {mark.id for mark in marks}
    before = [one for one in own[:index] if one.id not in skipped]
    path = _path(analysis, call, outputs, inputs, before)
    for one in (statement, *path):
        check_alone(analysis, one)
    _check(analysis, call, statement, inputs, outputs, path, before, marks)
    factor = _only(given.get("grad_outputs"))
    is_number = factor is None or text(factor) == "None"
    recorded = "create_graph" in given and text(given["create_graph"]) != "False"
    if recorded and needs_cpu:
        found = obstacle(analysis, [*path, outputs], {text(one) for one in inputs})
        if found:
            raise NotUnderstood(call, messages.NOT_TWICE, name=found)
    ones = is_number or (factor is not None and _is_ones(analysis, factor, before))
    rest = reads(statement) if _is_read_beside(statement, call, path) else set[str]()
    takes = bool(path) and _runs_on(own, path, skipped)
    last = own.index(path[-1]) + 1 if path else 0
    later = {statement.id: frozenset(rest)}
    if not ones and factor is not None:
        later[statement.id] |= reads(factor) - reads(outputs)
    takes = takes and not any(is_read_later(name, block, last, later) for one in path for name in binds(one))
    return Gradient(
        call,
        statement,
        outputs,
        inputs,
        None if inputs else listed,
        None if ones else factor,
        is_number,
        recorded,
        path,
        takes,
    )


def _only(node: Node | None) -> Node | None:
    """The item of a list of one; what is no list stays as it is. None for more."""
    if node is None or node.type not in ("list", "tuple", "parenthesized_expression"):
        return node
    return node.named_children[0] if len(node.named_children) == 1 else None


def _names(analysis: Analysis, listed: Node) -> tuple[Node, ...]:
    """The tensors to differentiate for; nothing if these are the weights of a network."""
    if listed.type == "identifier" and not isinstance(analysis.value(listed).value, (Sequence, Repeated)):
        return (listed,)
    items = listed.named_children if listed.type in ("list", "tuple") else []
    if items and all(item.type == "identifier" for item in items):
        return tuple(items)
    inner = arguments(listed)[0] if listed.type == "call" and arguments(listed) else listed
    if not text(inner).endswith(".parameters()"):
        raise NotUnderstood(listed, messages.INNER_INPUTS)
    return ()


def _is_ones(analysis: Analysis, factor: Node, before: list[Node]) -> bool:
    """Whether something is ones: what makes them, or a name for that."""
    if factor.type == "identifier":
        made = [one.named_children[0] for one in before if text(factor) in binds(one) and one.named_children]
        value = field(made[-1], "right") if made and made[-1].type == "assignment" else None
        named = field(made[-1], "left") if value is not None else None
        return value is not None and named is not None and named.type == "identifier" and _is_ones(analysis, value, [])
    function = field(factor, "function") if factor.type == "call" else None
    value = analysis.value(function).value if function is not None else None
    return (isinstance(value, SymbolRef) and value.name in _ONES) or (
        function is not None and text(function).endswith(".new_ones")
    )


def _path(
    analysis: Analysis, call: Node, outputs: Node, inputs: tuple[Node, ...], before: list[Node]
) -> tuple[Node, ...]:
    """The statements that lead from the inputs to the outputs. Raises `NotUnderstood` where they are not all here."""
    names = {text(one) for one in inputs}
    start = max((at + 1 for at, one in enumerate(before) if binds(one) & names), default=0)
    tainted = set(names)
    leading: set[int] = set()
    local = bound_in(before)
    for one in before[start:]:
        if reads(one) & tainted or (not inputs and touches(analysis, one, tainted, local)):
            leading.add(one.id)
            tainted |= binds(one)
        else:
            tainted -= {name for name in binds(one) if certainly_binds(one, name)}
    needed = reads(outputs)
    path: list[Node] = []
    for one in reversed(before[start:]):
        if one.id in leading and needed & binds(one):
            needed = {name for name in needed if not certainly_binds(one, name)} | reads(one)
            path.insert(0, one)
    missing = sorted(names - needed)
    if missing or (not inputs and not path):
        raise NotUnderstood(call, messages.INNER_PATH, name=missing[0] if missing else text(outputs))
    return tuple(path)


def _check(
    analysis: Analysis,
    call: Node,
    statement: Node,
    inputs: tuple[Node, ...],
    outputs: Node,
    path: tuple[Node, ...],
    before: list[Node],
    marks: tuple[Node, ...],
) -> None:
    """Raises `NotUnderstood` where a function of these statements would do something else than they do."""
    names = {text(one) for one in inputs}
    ids = {one.id for one in path}
    free = {name for one in (*path, outputs) for name in reads(one)} - {name for one in path for name in binds(one)}
    for one in path:
        leaves = next((node for node in walk(one) if node.type in _LEAVING), None)
        if leaves is not None or has_long_string(one):
            raise NotUnderstood(one, messages.LAYOUT if leaves is None else messages.LEAVES)
        if any(node.type == "attribute" and _is_written(node) for node in walk(one)):
            raise NotUnderstood(one, messages.INNER_PATH, name=text(outputs))
    for one in before:
        late = binds(one) & {name for own in path for name in reads(own) | binds(own)}
        if path and one.id not in ids and one.start_byte > path[0].start_byte and late:
            raise NotUnderstood(one, messages.ORDER, name=sorted(late)[0])
    # what was worked out from the inputs in another place would count as a constant
    holder, marked = function_around(statement), {mark.id for mark in marks}
    for node in walk(holder):
        bound = binds(node) if node.type == "expression_statement" and node.id not in ids | marked else set[str]()
        if bound & (free - names) and reads(node) & names and node.start_byte < statement.start_byte:
            raise NotUnderstood(call, messages.INNER_PATH, name=sorted(bound & free)[0])
    own = parameters(holder) if holder.type == "function_definition" else set[str]()
    called = {text(root) for one in (*path, outputs) for root in map(root_of, _functions(one)) if root is not None}
    others = (free & own) - names - called - {"self"}
    if names & own and others and not are_independent(analysis, holder, names, others):
        raise NotUnderstood(call, messages.INNER_PATH, name=sorted(others)[0])


def _is_written(node: Node) -> bool:
    parent = node.parent
    written = parent is not None and parent.type in ("assignment", "augmented_assignment")
    return written and field(parent, "left") == node if parent is not None else False


def _functions(node: Node) -> Iterator[Node]:
    for one in walk(node):
        function = field(one, "function") if one.type == "call" else None
        if function is not None:
            yield function


def _is_read_beside(statement: Node, call: Node, path: tuple[Node, ...]) -> bool:
    """Whether the statement itself reads what the path binds, outside of the call."""
    bound = {name for one in path for name in binds(one)}
    inside = {node.id for node in walk(call)}
    return any(node.type == "identifier" and node.id not in inside and text(node) in bound for node in walk(statement))


def _runs_on(own: list[Node], path: tuple[Node, ...], skipped: set[int]) -> bool:
    """Whether the statements of a path follow each other."""
    first, last = own.index(path[0]), own.index(path[-1])
    return last - first + 1 == len(path) and not any(one.id in skipped for one in own[first : last + 1])


def inner_adjustments(analysis: Analysis, found: Gradients, names: Names) -> Iterator[Adjustment]:
    """The functions, the calls of ``mindspore.grad``, and the marks that go."""
    taken: dict[int, str] = {}
    trains = b".backward(" in analysis.document.data
    for one in found.understood:
        name = _name(one, names)
        if one.takes_path and one.path[0].id not in taken:
            taken[one.path[0].id] = name
            yield from _taken(analysis, one, name)
            above: tuple[Part, ...] = ()
        else:
            above = tuple(_definition(analysis, one, name))
        call = _call(one, name, trains)
        parent = one.call.parent
        whole = parent if parent is not None and _is_first(parent, one.call) else one.call
        changes = [Change(whole.start_byte, whole.end_byte, call)]
        alone = _unpacked(parent) if len(one.inputs) == 1 else None
        if alone is not None:
            changes.insert(0, Change(alone.start_byte, alone.end_byte, (alone.named_children[0],)))
        elif whole is one.call and len(one.inputs) == 1:
            changes = [Change(whole.start_byte, whole.end_byte, ("(", *call, ",)"))]
        start = one.statement.start_byte if above or alone is not None else whole.start_byte
        if above:
            changes.insert(0, Change(start, start, above))
        yield Adjustment(start, one.statement.end_byte if start < whole.start_byte else whole.end_byte, tuple(changes))
    for mark in found.marks:
        yield from unmarked(analysis, mark)


def _unpacked(assignment: Node | None) -> Node | None:
    """The left side of ``x_grad, = torch.autograd.grad(…)``."""
    left = field(assignment, "left") if assignment is not None and assignment.type == "assignment" else None
    is_one = left is not None and left.type in ("pattern_list", "tuple_pattern", "list_pattern")
    return left if left is not None and is_one and len(left.named_children) == 1 else None


def _name(one: Gradient, names: Names) -> str:
    root = root_of(one.outputs) if one.outputs.type != "call" or "." in text(one.outputs) else None
    return names.fresh(f"{text(root)}_of" if root is not None else "outputs_of")


def _is_first(parent: Node, call: Node) -> bool:
    return parent.type == "subscript" and field(parent, "value") == call and text(parent).endswith("[0]")


def _call(one: Gradient, name: str, trains: bool) -> tuple[Part, ...]:
    function = Name("mindspore.grad")
    if one.weights is not None:
        parts: list[Part] = [function, f"({name}, None, ", *_listed(one.weights), ")()"]
    else:
        places = tuple(range(len(one.inputs)))
        said = f", {places}" if len(places) > 1 else ""
        parts = [function, f"({name}{said})({', '.join(map(text, one.inputs))})"]
        is_whole = one.call.parent is None or not _is_first(one.call.parent, one.call)
        if len(places) > 1 and not is_whole:
            parts.append("[0]")
    if trains and not one.recorded:
        # inside of what value_and_grad differentiates it is a constant
        parts = [Name("mindspore.ops.stop_gradient"), "(", *parts, ")"]
    return tuple(parts)


def _listed(weights: Node) -> tuple[Part, ...]:
    inner = arguments(weights)[0] if not text(weights).endswith(".parameters()") else weights
    return (inner,)


def _returned(one: Gradient) -> list[Part]:
    if one.is_number:
        return [one.outputs]
    is_plain = one.outputs.type in ("identifier", "attribute", "call", "subscript")
    inner: list[Part] = [one.outputs] if is_plain else ["(", one.outputs, ")"]
    if one.factor is None:
        return [*inner, ".sum()"]
    factor: list[Part] = [one.factor] if one.factor.type in ("identifier", "call") else ["(", one.factor, ")"]
    return ["(", *inner, " * ", *factor, ").sum()"]


def _definition(analysis: Analysis, one: Gradient, name: str) -> Iterator[Part]:
    """The function above the statement that asks for the gradients."""
    newline = analysis.document.newline
    here = analysis.document.lines.indentation(line_start(analysis, one.statement))
    yield f"def {name}({', '.join(map(text, one.inputs))}):{newline}"
    for statement in one.path:
        was = analysis.document.lines.indentation(line_start(analysis, statement))
        yield from (here + _UNIT, Moved(statement, was, here + _UNIT), newline)
    yield from (f"{here}{_UNIT}return ", *_returned(one), f"{newline}{newline}{here}")


def _taken(analysis: Analysis, one: Gradient, name: str) -> Iterator[Adjustment]:
    """The function where its statements stood."""
    newline = analysis.document.newline
    for index, statement in enumerate(one.path):
        here = analysis.document.lines.indentation(line_start(analysis, statement))
        parts: list[Part] = [] if index else [f"def {name}({', '.join(map(text, one.inputs))}):{newline}{here}"]
        parts += [_UNIT, Moved(statement, here, here + _UNIT)]
        if index == len(one.path) - 1:
            parts += [f"{newline}{here}{_UNIT}return ", *_returned(one), newline]
        yield Adjustment(
            statement.start_byte,
            statement.end_byte,
            (Change(statement.start_byte, statement.end_byte, tuple(parts)),),
        )
