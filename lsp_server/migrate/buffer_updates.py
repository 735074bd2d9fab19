"""Registered buffers that change, said so that PyNative and graph mode do the same.

A buffer that its class updates becomes a Parameter with ``requires_grad=False``: graph mode reads what
``Cell.register_buffer`` added as a constant, and an assignment to it raises. Measured on MindSpore 2.10.0, CPU: a
Parameter may be assigned to in both modes; of what is written through an index, graph mode loses slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from tree_sitter import Node

from lsp_server.inference import decorators, sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.definitions import enclosing_function, enclosing_method
from lsp_server.inference.values import UserInstance
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls, forward
from lsp_server.migrate.context import Context
from lsp_server.migrate.lookups import assigned
from lsp_server.migrate.plan import Adjustment, CannotConvert, Change, Name, Part, Plan, Reason
from lsp_server.state.updates import Buffer, attribute_of, buffers, targets
from lsp_server.syntax.patterns import Pattern

_NAMES = Pattern("(identifier) @name")
_ATTRIBUTES = Pattern("(attribute) @attribute")
_UNGRADED = ("shape", "dtype", "device", "ndim", "training")
_GROWING = {"cat", "concat", "concatenate", "hstack", "vstack", "stack"}


class Stopped(msgspec.Struct, frozen=True):
    """An update after which the two frameworks do not do the same."""

    start: int
    symbol: str
    reason: Reason


def buffer_at(analysis: Analysis, attribute: Node) -> Buffer | None:
    """The buffer that ``self.name`` or ``net.name`` is."""
    held, name = attribute.child_by_field_name("object"), attribute.child_by_field_name("attribute")
    value = analysis.value(held).value if held is not None else None
    if not isinstance(value, UserInstance) or name is None:
        return None
    return buffers(value.cls).get(analysis.text(name))


def parameter_at(analysis: Analysis, node: Node) -> Node | None:
    """``self.name`` where something is a buffer that becomes a Parameter, or the ``data`` of one."""
    if node.type == "attribute" and _last(analysis, node) == "data":
        node = node.child_by_field_name("object") or node
    if node.type != "attribute":
        return None
    found = buffer_at(analysis, node)
    return node if found is not None and _is_parameter(found) else None


def _is_parameter(buffer: Buffer) -> bool:
    return buffer.is_updated and not buffer.is_empty


def registered_buffer(context: Context) -> tuple[Change, ...]:
    """``self.register_buffer("mean", v)`` is ``self.mean = Parameter(v, requires_grad=False)`` if that is updated."""
    call, tensor, owner = context.call, context.binding.get("tensor"), context.use.owner
    name = context.binding.get("name")
    value = context.use.analysis.constant(name.value) if name is not None else None
    receiver = context.use.receiver
    is_statement = call.parent is not None and call.parent.type == "expression_statement"
    if not (is_statement and isinstance(receiver, UserInstance) and tensor is not None and owner is not None):
        return calls.plan(context)
    found = buffers(receiver.cls).get(str(value.value)) if value is not None else None
    if found is None or not _is_parameter(found) or tensor.value.type == "none":
        return calls.plan(context)
    parts = (owner, f".{found.name} = ", *_parameter(tensor.value))
    return (Change(call.start_byte, call.end_byte, parts),)


def buffer_attribute(context: Context) -> tuple[Change, ...]:
    """``self.mask = nn.Buffer(v)`` registers a buffer, or makes a Parameter of one that is updated."""
    call, data = context.call, context.binding.get("data")
    statement = call.parent
    target = statement.child_by_field_name("left") if statement is not None and statement.type == "assignment" else None
    holder = statement.parent if statement is not None else None
    if data is None or target is None or target.type != "attribute" or holder is None or statement is None:
        raise CannotConvert("TS306", messages.NO_ATTRIBUTE, symbol=context.symbol.name)
    found = buffer_at(context.use.analysis, target)
    owner = target.child_by_field_name("object")
    if found is None or owner is None or holder.type != "expression_statement":
        raise CannotConvert("TS306", messages.NO_ATTRIBUTE, symbol=context.symbol.name)
    if _is_parameter(found):
        return (Change(call.start_byte, call.end_byte, _parameter(data.value)),)
    persistent = context.binding.get("persistent")
    kept: tuple[Part, ...] = (", persistent=", persistent.value) if persistent is not None else ()
    parts = (owner, f'.register_buffer("{found.name}", ', data.value, *kept, ")")
    return (Change(statement.start_byte, call.end_byte, parts),)


def _parameter(value: Node) -> tuple[Part, ...]:
    return (Name("mindspore.Parameter"), "(", value, ", requires_grad=False)")


def adjustments(analysis: Analysis, plans: Sequence[Plan], stopped: list[Stopped]) -> Iterator[Adjustment]:
    """The updates of a file that assignments and ``setattr`` make. ``stopped`` collects those that would give something
    else."""
    converted = {(plan.start, plan.end) for plan in plans}
    alone = (call for call in analysis.document.calls("setattr") if _is_statement(call))
    for node in (*sites.of_file(analysis, "write"), *alone):
        method = enclosing_method(node)
        name = method[0].child_by_field_name("name") if method is not None else None
        if name is not None and analysis.text(name) == "__init__":
            continue
        is_call = node.type == "call"
        changes = _set(analysis, node) if is_call else _written(analysis, node, converted, stopped)
        if changes:
            start, end = min(one.start for one in changes), max(one.end for one in changes)
            yield Adjustment(min(start, node.start_byte), max(end, node.end_byte), changes)


def _is_statement(call: Node) -> bool:
    return call.parent is not None and call.parent.type == "expression_statement"


def _set(analysis: Analysis, call: Node) -> tuple[Change, ...]:
    """``setattr(self, "mean", v)`` is ``self.mean = v``."""
    given = argument_nodes(call)
    constant = analysis.constant(given[1]) if len(given) == 3 else None
    value = analysis.value(given[0]).value if constant is not None else None
    if constant is None or not isinstance(value, UserInstance):
        return ()
    found = buffers(value.cls).get(str(constant.value))
    if found is None or not _is_parameter(found):
        return ()
    return (Change(call.start_byte, call.end_byte, (given[0], f".{found.name} = ", given[2])),)


def _written(
    analysis: Analysis, node: Node, converted: set[tuple[int, int]], stopped: list[Stopped]
) -> tuple[Change, ...]:
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    found = [
        (target, attribute, buffer)
        for target in (targets(left) if left is not None else ())
        if (attribute := attribute_of(target)) is not None
        and (buffer := _converted_buffer(analysis, attribute, converted)) is not None
    ]
    if not found or left is None or value is None:
        return ()
    target, attribute, buffer = found[0]
    if _is_parameter(buffer):
        reason = why_not(analysis, node, attribute, value)
        if reason is not None:
            stopped.append(Stopped(attribute.start_byte, f"{analysis.text(attribute)}", reason))
            return ()
        if target.type == "attribute":
            return tuple(Change(one.end_byte, whole.end_byte) for whole, one, _ in found if whole != one)
        return _indexed(analysis, node, target, attribute, value) if target == left else ()
    if target != left or target != attribute or value.type == "none":
        return ()
    return _replaced(analysis, node, attribute, value, buffer)


def _converted_buffer(analysis: Analysis, attribute: Node, converted: set[tuple[int, int]]) -> Buffer | None:
    held = attribute.child_by_field_name("object")
    value = analysis.value(held).value if held is not None else None
    if not isinstance(value, UserInstance):
        return None
    found = buffer_at(analysis, attribute)
    return found if found is not None and forward.changes_sides(value.cls, "torch", analysis, converted) else None


def _replaced(analysis: Analysis, node: Node, attribute: Node, value: Node, buffer: Buffer) -> tuple[Change, ...]:
    """A buffer that stays one gets its values copied, or is registered anew with another shape."""
    held = attribute.child_by_field_name("object")
    end = Change(node.end_byte, node.end_byte, (")",))
    function = value.child_by_field_name("function") if value.type == "call" else None
    grows = function is not None and analysis.text(function).rpartition(".")[2] in _GROWING
    if held is not None and node.type == "assignment" and (buffer.is_empty or grows):
        kept = ", persistent=False)" if b"persistent=False" in (buffer.call.text or b"") else ")"
        start = Change(node.start_byte, value.start_byte, (held, f'.register_buffer("{buffer.name}", '))
        return (start, Change(node.end_byte, node.end_byte, (kept,)))
    if node.type == "assignment":
        return (Change(node.start_byte, value.start_byte, (Name("mindspore.ops.assign"), "(", attribute, ", ")), end)
    operator = node.child_by_field_name("operator")
    sign = analysis.text(operator).removesuffix("=") if operator is not None else "+"
    opening, closing = (
        ("", ")") if value.type in ("call", "attribute", "identifier", "integer", "float") else ("(", "))")
    )
    parts = (Name("mindspore.ops.assign"), "(", attribute, ", ", attribute, f" {sign} {opening}")
    return (Change(node.start_byte, value.start_byte, parts), Change(node.end_byte, node.end_byte, (closing,)))


def _indexed(analysis: Analysis, node: Node, target: Node, attribute: Node, value: Node) -> tuple[Change, ...]:
    """``self.queue[i] = v``: into a copy, which is assigned. A mask of the buffer itself is a ``where``."""
    base, indices = target.child_by_field_name("value"), target.children_by_field_name("subscript")
    mask = indices[0] if len(indices) == 1 and indices[0].type == "comparison_operator" else None
    compared = mask.named_children[0] if mask is not None else None
    whole = base == attribute and compared is not None and analysis.text(compared) == analysis.text(attribute)
    if mask is not None and whole and value.type in ("integer", "float", "unary_operator"):
        operator = node.child_by_field_name("operator")
        head: tuple[Part, ...] = (attribute, " = ", Name("mindspore.ops.where"), "(", mask, ", ")
        if node.type == "assignment":
            head = (attribute, " = ", attribute, ".masked_fill(", mask, ", ")
            return (Change(node.start_byte, node.end_byte, (*head, value, ")")),)
        sign = analysis.text(operator).removesuffix("=") if operator is not None else "+"
        tail = (attribute, f" {sign} ", value, ", ", attribute, ")")
        return (Change(node.start_byte, node.end_byte, (*head, *tail)),)
    return copied(analysis, node, attribute)


def copied(analysis: Analysis, node: Node, attribute: Node) -> tuple[Change, ...]:
    """The changes around a statement that writes through an index of ``self.name``: into a copy, which is assigned."""
    lines, data = analysis.document.lines, analysis.document.data
    start = lines.starts[lines.line_of(node.start_byte)]
    end = data.find(b"\n", node.end_byte)
    end = len(data) if end < 0 else end
    end -= data[end - 1 : end] == b"\r"
    rest = data[node.end_byte : end].strip()
    own_line = not data[start : node.start_byte].strip()
    joint = f"{analysis.document.newline}{lines.indentation(start)}" if own_line else "; "
    place = end if own_line and (not rest or rest.startswith(b"#")) else node.end_byte
    local = _free_name(analysis, attribute)
    return (
        Change(node.start_byte, node.start_byte, (f"{local} = ", attribute, f".copy(){joint}")),
        Change(attribute.start_byte, attribute.end_byte, (local,)),
        Change(place, place, (joint, attribute, f" = {local}")),
    )


def _free_name(analysis: Analysis, attribute: Node) -> str:
    name = _last(analysis, attribute)
    function = enclosing_function(attribute) or analysis.document.root
    used = {
        analysis.text(node)
        for node in _NAMES.captures(function, "name")
        if not (node.parent is not None and node.parent.type in ("attribute", "keyword_argument"))
        or node.parent.children[0] == node
    }
    while name in used:
        name += "_"
    return name


def why_not(analysis: Analysis, update: Node, attribute: Node, value: Node | None) -> Reason | None:
    """Why an update cannot become one of a Parameter: what is read of it later has a gradient in torch, or another name
    keeps the old tensor."""
    function = enclosing_function(update)
    if function is None:
        return None
    written = analysis.text(attribute)
    later = [
        node
        for node in _ATTRIBUTES.captures(function, "attribute")
        if node.start_byte >= update.end_byte
        and analysis.text(node) == written
        and not _apart(update, node)
        and not _is_target(node)
    ]
    if later and not _without_gradient(analysis, update, function) and _has_gradient(analysis, value, written):
        return Reason("TS314", messages.GRADIENT_STOPS, (("symbol", written),))
    for node in _ATTRIBUTES.captures(function, "attribute"):
        statement = node.parent
        if analysis.text(node) != written or statement is None or statement.type != "assignment":
            continue
        name = statement.child_by_field_name("left")
        if name is None or name.type != "identifier" or node.end_byte > update.start_byte or name == node:
            continue
        if update.type == "assignment" and _is_read(analysis, function, name, update.end_byte):
            return Reason("TS314", messages.OLD_VALUES, (("symbol", written), ("name", analysis.text(name))))
    return None


def _is_read(analysis: Analysis, function: Node, name: Node, after: int) -> bool:
    return any(
        node.start_byte >= after and analysis.text(node) == analysis.text(name)
        for node in _NAMES.captures(function, "name")
    )


def _is_target(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == node


def _apart(one: Node, other: Node) -> bool:
    """Whether two places stand in different branches of an ``if``."""
    around = one.parent
    inside = one
    while around is not None:
        if around.type == "if_statement" and around.start_byte <= other.start_byte < around.end_byte:
            return not inside.start_byte <= other.start_byte < inside.end_byte
        inside, around = around, around.parent
    return False


def _without_gradient(analysis: Analysis, update: Node, function: Node) -> bool:
    if any(mark.endswith(("no_grad", "inference_mode")) for mark in decorators.marks(analysis, function)):
        return True
    node = update.parent
    while node is not None and node.id != function.id:
        if node.type == "with_statement" and b"no_grad" in (node.text or b"").partition(b":\n")[0]:
            return True
        node = node.parent
    return False


def _has_gradient(analysis: Analysis, value: Node | None, written: str, depth: int = 0) -> bool:
    """Whether a value can depend on something that is differentiated."""
    if value is None or depth > 3:
        return False
    if value.type == "call":
        function = value.child_by_field_name("function")
        last = _last(analysis, function) if function is not None and function.type == "attribute" else ""
        if last in ("detach", "item", "size", "argmax", "argmin", "long", "int", "bool", "numel"):
            return False
    if value.type == "attribute":
        if _last(analysis, value) in (*_UNGRADED, "data") or analysis.text(value) == written:
            return False
        return buffer_at(analysis, value) is None
    if value.type == "identifier":
        made = assigned(analysis, value)
        if made is not None:
            return not _without_gradient(analysis, made, analysis.document.root) and _has_gradient(
                analysis, made, written, depth + 1
            )
        return True
    if value.type == "comparison_operator":
        return False
    return any(_has_gradient(analysis, child, written, depth) for child in value.named_children)


def _last(analysis: Analysis, attribute: Node) -> str:
    name = attribute.child_by_field_name("attribute")
    return analysis.text(name) if name is not None else ""
