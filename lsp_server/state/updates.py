"""What the methods of a class change after it was made, and which registered buffers are among that.

MindSpore keeps such a buffer as a Parameter with ``requires_grad=False``: what ``Cell.register_buffer`` adds cannot be
assigned to (TypeError), and graph mode reads it as a constant (measured on MindSpore 2.10.0, CPU).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec
from tree_sitter import Node

from lsp_server.inference import classes, lineage
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.definitions import enclosing_method, first_parameter
from lsp_server.inference.tables import Setting
from lsp_server.inference.values import SymbolRef, UserClass
from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.state.model import Entry

_CHANGES = Pattern(
    """
    (assignment left: (_) @assigned) @whole
    (augmented_assignment left: (_) @augmented) @whole
    (call function: (attribute object: (_) @in-place attribute: (identifier) @method)
          (#match? @method "[a-z0-9]_$")) @whole
    (keyword_argument name: (identifier) @word value: (_) @out (#eq? @word "out")) @whole
    (call function: (identifier) @function
          arguments: (argument_list . (identifier) . (string) @set) (#eq? @function "setattr")) @whole
    """
)
_TARGETS = ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern")
Way = Literal["assigned", "augmented", "in-place", "item", "out", "set", "part"]
"""``item`` is the assignment to an index, ``part`` any change of something deeper inside of the attribute."""
_WAYS: tuple[Way, ...] = ("assigned", "augmented", "in-place", "out", "set")


class Update(msgspec.Struct, frozen=True):
    """One change of an attribute."""

    name: str
    owner: str
    """``self`` under the name that the method has for it."""
    way: Way
    node: Node
    """The assignment or the call."""
    value: Node
    """What goes in: what is assigned, the arguments of an in-place method, else all of ``node``."""
    method: str
    method_node: Node


class Buffer(msgspec.Struct, frozen=True):
    """One buffer that a class registers under a name that is written out."""

    name: str
    analysis: Analysis
    call: Node
    """``self.register_buffer(…)`` or ``nn.Buffer(…)``."""
    is_empty: bool
    """Registered as None."""
    is_updated: bool


def buffers(cls: UserClass) -> dict[str, Buffer]:
    """The buffers that a class and its bases register, by name."""
    own = [fact.value for fact in lineage.lineage(cls) if isinstance(fact.value, UserClass)]
    found: dict[str, tuple[Analysis, Node, bool]] = {}
    for one in own:
        if not any(word in one.definition.analysis.document.data for word in (b"register_buffer", b"Buffer(")):
            continue
        for name, settings in classes.table(one).attributes.items():
            made = next((call for setting in settings if (call := _registration(one, setting)) is not None), None)
            if made is not None:
                found.setdefault(name, (one.definition.analysis, made, _is_empty(made)))
    changing = [*own, *lineage.derived(cls)] if found else []
    updated = {update.name for one in changing for update in updates(one)}
    return {name: Buffer(name, *made, name in updated) for name, made in found.items()}


def is_parameter_there(entry: Entry) -> bool:
    """Whether a buffer that the user registered becomes a Parameter in MindSpore, because its class updates it."""
    source = entry.source
    method = enclosing_method(source.node) if source is not None and entry.layer is None else None
    if source is None or method is None or entry.kind != "buffer":
        return False
    found = buffers(UserClass(source.analysis.source(method[1]))).get(entry.own_name)
    return found is not None and found.is_updated and not found.is_empty


def _registration(cls: UserClass, setting: Setting) -> Node | None:
    """The call that registers, if a setting does."""
    if setting.registered == "register_buffer":
        arguments = setting.target.parent
        return arguments.parent if arguments is not None else None
    value = setting.value
    if value is None or value.type != "call" or setting.path:
        return None
    function = value.child_by_field_name("function")
    made = cls.definition.analysis.value(function).value if function is not None else None
    return (
        value if isinstance(made, SymbolRef) and made.name in ("torch.nn.Buffer", "torch.nn.parameter.Buffer") else None
    )


def _is_empty(call: Node) -> bool:
    arguments = call.child_by_field_name("arguments")
    values = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    value = values[1] if len(values) > 1 else None
    if value is not None and value.type == "keyword_argument":
        value = value.child_by_field_name("value")
    return value is not None and value.type == "none"


def updates(cls: UserClass) -> Iterator[Update]:
    """The changes of attributes in methods other than ``__init__``, in the order of their places."""
    analysis = cls.definition.analysis
    for method, binding in classes.table(cls).methods.items():
        node = binding.node
        owner = first_parameter(analysis, node) if method != "__init__" else ""
        if not owner:
            continue
        for captures in _CHANGES.matches(node):
            whole = captures["whole"][0]
            form: Way = next(way for way in _WAYS if way in captures)
            if form == "set":
                name = analysis.text(captures[form][0]).strip("\"'")
                yield Update(name, owner, form, whole, whole, method, node)
                continue
            for target in targets(captures[form][0]):
                attribute = attribute_of(target)
                if attribute is not None and _object(analysis, attribute) == owner:
                    way, value = _way(form, target, attribute, whole)
                    yield Update(_name(analysis, attribute), owner, way, whole, value, method, node)


def _way(form: Way, target: Node, attribute: Node, whole: Node) -> tuple[Way, Node]:
    """How the attribute is changed, if it is so itself, and what goes in."""
    given = whole.child_by_field_name("arguments" if form == "in-place" else "right")
    itself = target.id == attribute.id
    if form == "assigned" and given is not None and target.parent is not None and target.parent.id == whole.id:
        held = target.child_by_field_name("value") if target.type == "subscript" else None
        if held is not None and held.id == attribute.id:
            return "item", given
        return (form, given) if itself else ("part", whole)
    if itself and form in ("augmented", "in-place") and given is not None:
        return form, given
    return (form if form == "out" else "part"), whole


def targets(node: Node) -> Iterator[Node]:
    """What is written to, one by one."""
    if node.type in _TARGETS:
        for child in node.named_children:
            yield from targets(child)
    else:
        yield node


def attribute_of(node: Node) -> Node | None:
    """The attribute at the root of what is changed: ``self.buf`` of ``self.buf[0].data`` and ``self.buf.mul_(2)``."""
    while True:
        inner: Node | None = None
        if node.type == "subscript":
            inner = node.child_by_field_name("value")
        elif node.type == "call":
            inner = node.child_by_field_name("function")
        elif node.type == "attribute":
            inner = node.child_by_field_name("object")
            if inner is not None and inner.type == "identifier":
                return node
        if inner is None:
            return None
        node = inner


def _object(analysis: Analysis, attribute: Node) -> str:
    held = attribute.child_by_field_name("object")
    return analysis.text(held) if held is not None else ""


def _name(analysis: Analysis, attribute: Node) -> str:
    name = attribute.child_by_field_name("attribute")
    return analysis.text(name) if name is not None else ""
