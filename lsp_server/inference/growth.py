"""Lists and dicts that grow after they were made: ``layers.append(…)``, ``config["key"] = …``.

Where every change stands in the block that makes the list, the items are known one by one; else only their kind is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import msgspec
from tree_sitter import Node

from lsp_server.inference import builtin_calls, containers, dictionaries, library
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.facts import joined, known, repeated, sequence
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Value,
    join,
)
from lsp_server.syntax.scopes import COMPREHENSIONS, Binding, Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.units import Unit

_METHODS = frozenset(
    "append extend insert add appendleft update setdefault pop popleft remove clear reverse sort add_module".split()  # noqa: SIM905  one line
) | {"register_module", "popitem"}
_MARKS = re.compile(
    rb"\.\s*(?:append|extend|insert|add|appendleft|update|setdefault|pop|popleft|remove|clear|reverse|sort|add_module"
    rb"|register_module|popitem)\s*\(|\]\s*(?::[^=\n]*)?=(?!=)|\bdel\b|\.\s*\w+\s*[-+*/@%&|^<>]{1,3}=(?!=)"
)
_CHANGING = {"call", "assignment", "augmented_assignment", "delete_statement"}
_LOOPS = {"for_statement", "while_statement"}
_SCOPES = {"module", "function_definition", "class_definition", "lambda"}
_MOST = 32
"""More changes than these are not looked into one by one."""


class Change(msgspec.Struct, frozen=True):
    """One place that changes what a container holds; ``inner``: what it changes is an item, ``groups[k].append(x)``."""

    method: str
    node: Node
    """The call, assignment or subscript."""
    statement: Node
    inner: bool = False


def of_scope(analysis: Analysis, scope: Node) -> dict[str, list[Change]]:
    """The changes below a function, class or module, by the text of what is changed: ``layers``, ``self.layers``."""
    cache = cast("dict[int, dict[str, list[Change]]]", analysis.caches.setdefault("growth", {}))
    found = cache.get(scope.id)
    if found is None:
        found = cache[scope.id] = {}
        for owner in _owners(analysis, scope):
            change = _change(analysis, owner)
            if change is not None:
                held = owner.child_by_field_name("value") if change.inner else owner
                changes = found.setdefault(analysis.text(held or owner), [])
                if len(changes) <= _MOST:
                    changes.append(change)
    return found


def _owners(analysis: Analysis, scope: Node) -> list[Node]:
    """What is changed below a scope, in order. The words of a unit tell where to look for it in the tree, so that files
    are not walked for it."""
    outline, root = analysis.outline, analysis.document.root
    found: dict[int, Node] = {}
    for index in range(max(outline.at(scope.start_byte), 0), outline.at(max(scope.end_byte - 1, 0)) + 1):
        unit = outline.units[index]
        for mark in _marks(unit.text):
            place = unit.start + mark
            if not scope.start_byte <= place < scope.end_byte:
                continue
            statement = root.named_descendant_for_byte_range(place, place)
            while statement is not None and statement.type not in _CHANGING:
                statement = statement.parent
            owner = _changed(analysis, statement) if statement is not None else None
            if owner is not None:
                found[owner.id] = owner
    return sorted(found.values(), key=_start)


def _changed(analysis: Analysis, statement: Node) -> Node | None:
    """What a call, an assignment or ``del`` changes, if that is a container with a name; an item of one."""
    if statement.type == "call":
        function = statement.child_by_field_name("function")
        if function is None or function.type != "attribute":
            return None
        owner, method = function.child_by_field_name("object"), function.child_by_field_name("attribute")
        if method is None or analysis.text(method) not in _METHODS:
            return None
        held = owner.child_by_field_name("value") if owner is not None and owner.type == "subscript" else owner
        return owner if held is not None and _has_name(held) else None
    if statement.type == "delete_statement":
        written = next((child for child in statement.named_children if child.type == "subscript"), None)
    else:
        written = statement.child_by_field_name("left")
    if written is None:
        return None
    if statement.type == "augmented_assignment":
        return written if written.type == "attribute" and _has_name(written) else None
    held = written.child_by_field_name("value") if written.type == "subscript" else None
    return held if held is not None and _has_name(held) else None


def _has_name(node: Node) -> bool:
    """``layers``, ``self.layers``."""
    if node.type != "attribute":
        return node.type == "identifier"
    holder = node.child_by_field_name("object")
    return holder is not None and holder.type == "identifier"


def _start(node: Node) -> int:
    return node.start_byte


@lru_cache(maxsize=4096)
def _marks(text: bytes) -> tuple[int, ...]:
    """Where a unit may change a container."""
    return tuple(match.end() - 1 for match in _MARKS.finditer(text))


def _change(analysis: Analysis, owner: Node) -> Change | None:
    parent = owner.parent
    holder = parent.parent if parent is not None else None
    if parent is None or holder is None:
        return None
    if parent.type == "attribute":
        name = parent.child_by_field_name("attribute")
        method = analysis.text(name) if name is not None else ""
        return Change(method, holder, holder.parent or holder, inner=owner.type == "subscript")
    if parent.type == "augmented_assignment":
        return Change("+=", parent, holder)
    if holder.type == "assignment":
        return Change("[]", holder, holder.parent or holder)
    return Change("del", parent, holder)


def grows(value: Value) -> bool:
    """Whether a value is a container that can be changed."""
    if isinstance(value, Instance):
        return value.cls in library.CONTAINERS
    return isinstance(value, (Sequence, Repeated, Dictionary))


def local(
    analysis: Analysis,
    fact: Fact,
    name: str,
    scope: Scope,
    binding: Binding | None,
    offset: int | None,
    unit: Unit | None = None,
) -> Fact:
    """What a name (or ``self.layers``) holds at an offset in its scope, or at any time, given what it was bound to;
    ``binding`` if only that one can hold there. With a ``unit`` only what that changes counts."""
    changes = _of_name(analysis, fact, name, scope, offset, unit)
    if not changes:
        return fact
    if _is_cut(analysis, name, scope):
        return _loosely(analysis, fact, changes).likely()
    in_order = _in_order(changes, binding, offset) if offset is not None and binding is not None else None
    return _loosely(analysis, fact, changes) if in_order is None else _followed(analysis, fact, in_order)


def within(analysis: Analysis, fact: Fact, name: str, scope: Scope, offset: int, unit: Unit) -> Fact:
    """What a name holds inside of a unit that changes what it held before."""
    changes = _of_name(analysis, fact, name, scope, offset, unit)
    before = [one for one in changes if one.node.start_byte < offset or _shares_loop(one.statement, offset)]
    if not before:
        return fact
    found = _loosely(analysis, fact, before)
    return found.likely() if _is_cut(analysis, name, scope) else found


def _is_cut(analysis: Analysis, name: str, scope: Scope) -> bool:
    """Whether there are more changes than are looked into."""
    return len(of_scope(analysis, scope.node).get(name, ())) > _MOST


def _of_name(
    analysis: Analysis, fact: Fact, name: str, scope: Scope, offset: int | None, unit: Unit | None
) -> list[Change]:
    """The changes of what a name of a scope holds, that which the place itself belongs to left out."""
    changes = of_scope(analysis, scope.node).get(name, ()) if grows(fact.value) else ()
    found: list[Change] = []
    for one in changes:
        if offset is not None and one.node.start_byte <= offset < one.node.end_byte:
            continue
        if unit is not None and not unit.start <= one.node.start_byte < unit.end:
            continue
        if _is_of(analysis, one, name, scope):
            found.append(one)
    return found


def _is_of(analysis: Analysis, change: Change, name: str, scope: Scope) -> bool:
    """Whether a change is one of the scope's variable, and not of one that a function inside has under that name."""
    inner = scope.inside(change.node.start_byte)
    while inner is not None and inner[2].type in COMPREHENSIONS:
        inner = analysis.scope(inner[2]).inside(change.node.start_byte)
    if inner is None:
        return True
    return scope.is_deferred and name not in analysis.scope(inner[2]).bindings


def attribute(analysis: Analysis, fact: Fact, name: str, cls: Node) -> Fact:
    """What ``self.name`` holds: its first value and what any method of the class adds."""
    if not grows(fact.value):
        return fact
    changes = of_scope(analysis, cls).get(f"self.{name}")
    if not changes:
        return fact
    return _loosely(analysis, fact, changes)


def _in_order(changes: list[Change], binding: Binding, offset: int) -> list[Change] | None:
    """The changes that happened before a place, if each stands directly in the block of the only binding."""
    block = binding.block
    found: list[Change] = []
    for change in changes:
        direct = change.statement.parent == block
        if change.node.end_byte <= binding.end and direct:
            continue
        if change.node.start_byte > offset:
            if direct or not _shares_loop(change.statement, offset):
                continue
            return None
        if not direct or change.inner:
            return None
        found.append(change)
    return found


def _shares_loop(statement: Node, offset: int) -> bool:
    parent = statement.parent
    while parent is not None and parent.type not in _SCOPES:
        if parent.type in _LOOPS and parent.start_byte <= offset < parent.end_byte:
            return True
        parent = parent.parent
    return False


def _followed(analysis: Analysis, fact: Fact, changes: list[Change]) -> Fact:
    """The container after changes that are known in their order."""
    for change in changes:
        fact = _after(analysis, fact, change)
    return fact


def _after(analysis: Analysis, fact: Fact, change: Change) -> Fact:
    value = fact.value
    if isinstance(value, Instance):
        inner = _after(analysis, Fact(value.content, fact.certain), change) if value.content != UNKNOWN else NOTHING
        return Fact(Instance(value.cls, value.call, inner.value), fact.certain and (inner.certain or inner is NOTHING))
    if isinstance(value, Dictionary):
        return _dict_after(analysis, value, fact.certain, change)
    added = _added(analysis, change)
    if isinstance(value, Sequence) and added is not None and isinstance(added.value, Sequence):
        items = [known(item, fact.certain) for item in value.items]
        new = [known(item, added.certain) for item in added.value.items]
        if change.method in ("append", "extend", "+=", "add", "add_module"):
            return sequence(items + new)
        if change.method == "[]" and len(new) == 1:
            place = _place(analysis, change)
            if place is not None and -len(items) <= place < len(items):
                items[place] = new[0]
                return sequence(items)
        if change.method == "insert" and len(new) == 1:
            place = _place(analysis, change)
            if place is not None:
                items.insert(place, new[0])
                return sequence(items)
    return _loosely(analysis, fact, [change])


def _place(analysis: Analysis, change: Change) -> int | None:
    """The constant index of ``x.insert(0, …)`` or ``x[0] = …``."""
    if change.method == "insert":
        arguments = argument_nodes(change.node)
        index = arguments[0] if arguments else None
    else:
        left = change.node.child_by_field_name("left")
        index = left.child_by_field_name("subscript") if left is not None else None
    number = analysis.constant(index) if index is not None else None
    return number.value if number is not None and isinstance(number.value, int) else None


def _added(analysis: Analysis, change: Change) -> Fact | None:
    """The items that a change brings, as a list; None if it brings none."""
    if change.method == "[]":
        right = change.node.child_by_field_name("right")
        return sequence([analysis.value(right)]) if right is not None else None
    if change.method == "+=":
        right = change.node.child_by_field_name("right")
        return builtin_calls.listed(analysis, analysis.value(right)) if right is not None else None
    arguments = argument_nodes(change.node)
    if change.method in ("append", "add", "appendleft") and arguments:
        return sequence([analysis.value(arguments[0])])
    if change.method == "extend" and arguments:
        return builtin_calls.listed(analysis, analysis.value(arguments[0]))
    if change.method in ("insert", "add_module", "register_module", "setdefault") and len(arguments) > 1:
        last = arguments[1]
        last = last.child_by_field_name("value") or last if last.type == "keyword_argument" else last
        return sequence([analysis.value(last)])
    return None


def _dict_after(analysis: Analysis, value: Dictionary, certain: bool, change: Change) -> Fact:
    """A dict after one change."""
    if change.inner:
        added = _added(analysis, change)
        if added is None:
            return Fact(value, certain)
        element = containers.element(analysis, added)
        found = dictionaries.values(value, certain)
        held = containers.element(analysis, containers.element(analysis, found))
        inner = Repeated(join([held, element] if held is not NOTHING else [element]).value)
        key = value.others[0] if value.others is not None else UNKNOWN
        return Fact(Dictionary(others=(key, inner)), certain and (element.certain or element.value == UNKNOWN))
    if change.method in ("[]", "setdefault", "add_module"):
        key = _key(analysis, change)
        added = _added(analysis, change)
        one = containers.at(analysis, added, 0) if added is not None else NOTHING
        return Fact(dictionaries.with_entry(value, key, one.value), certain and (one.certain or one.value == UNKNOWN))
    if change.method == "update":
        fact = builtin_calls.of_dict(analysis, change.node)
        return Fact(dictionaries.merged(value, fact.value), certain and fact.certain)
    return Fact(value, certain)


def _key(analysis: Analysis, change: Change) -> Value:
    if change.method == "[]":
        left = change.node.child_by_field_name("left")
        index = left.child_by_field_name("subscript") if left is not None else None
    else:
        arguments = argument_nodes(change.node)
        index = arguments[0] if arguments else None
    return analysis.value(index).value if index is not None else UNKNOWN


def _loosely(analysis: Analysis, fact: Fact, changes: list[Change]) -> Fact:
    """The container when any of the changes may have happened, in any order."""
    value = fact.value
    if len(changes) > _MOST:
        changes, fact = changes[:_MOST], fact.likely()
    if isinstance(value, Instance):
        empty = value.content if value.content != UNKNOWN else Sequence(())
        inner = _loosely(analysis, Fact(empty, fact.certain), changes)
        return Fact(Instance(value.cls, value.call, inner.value), fact.certain and inner.certain)
    if isinstance(value, Dictionary):
        for change in changes:
            fact = _dict_after(analysis, value, fact.certain, change)
            value = fact.value if isinstance(fact.value, Dictionary) else value
        return fact
    facts: list[Fact] = []
    for change in changes:
        added = _added(analysis, change)
        if change.inner or added is None:
            continue
        facts.append(containers.element(analysis, added))
    if isinstance(value, Repeated) and value.element != UNKNOWN:
        facts.append(Fact(value.element, fact.certain))
    elif isinstance(value, Sequence) and value.items:
        facts.append(joined(value.items, fact.certain))
    elif isinstance(value, Repeated) and not facts:
        return fact
    return repeated(join(facts)) if facts else Fact(Repeated(UNKNOWN))
