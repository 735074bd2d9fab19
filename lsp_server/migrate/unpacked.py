"""Calls with ``**options`` of which the code shows what it can hold: it stays where the counterpart takes the same
arguments, and goes where it means nothing there (``fused=True`` of an optimizer)."""

from __future__ import annotations

import re

import msgspec
from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.mapping import default_to_write, mapping_of, new_names, target_signature, wanted_names
from lsp_server.catalog.model import Parameter, Symbol
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import Argument, Binding, argument_nodes, bind
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Constant, Dictionary, SymbolRef, Union, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change, Part
from lsp_server.syntax.scopes import scope_of


class Unpacked(msgspec.Struct, frozen=True):
    """What a call is given by ``**``: each name with the values that it may have."""

    splats: tuple[Node, ...]
    values: dict[str, tuple[Value, ...]]
    passed: frozenset[str]
    """The names that are certainly there; any other may be missing."""
    written: dict[str, Node]
    """The values as they are written, where the dictionary is written down once."""


def unpacked(use: Use, call: Node) -> Unpacked | None:
    """None where something is unpacked of which the code does not show all keys."""
    splats = [node for node in argument_nodes(call) if node.type in ("list_splat", "dictionary_splat")]
    values: dict[str, tuple[Value, ...]] = {}
    for splat in splats:
        fact = use.analysis.fact(splat.named_children[0]) if splat.type == "dictionary_splat" else None
        if fact is None or not fact.certain:
            return None
        for one in fact.value.alternatives if isinstance(fact.value, Union) else (fact.value,):
            if not isinstance(one, Dictionary) or one.others is not None:
                return None
            for key, value in one.entries:
                if not isinstance(key, str):
                    return None
                values[key] = (*values.get(key, ()), value)
    written = [_written(use.analysis, splat.named_children[0]) for splat in splats]
    passed = {key for one in written for key in one}
    literals_of = {key: value for one in written for key, value in one.items()}
    return Unpacked(tuple(splats), values, frozenset(passed & set(values)), literals_of)


def _written(analysis: Analysis, node: Node) -> dict[str, Node]:
    """The values of a dictionary that is written down once, and only unpacked and read, by their keys."""
    if node.type == "identifier":
        value = _only_value(analysis, node)
        return _written(analysis, value) if value is not None and value.type != "identifier" else {}
    found: dict[str, Node] = {}
    if node.type == "dictionary":
        for one in node.named_children:
            key, value = one.child_by_field_name("key"), one.child_by_field_name("value")
            if key is not None and value is not None and key.type == "string":
                found[analysis.text(key).strip("'\"")] = value
    elif node.type == "call" and analysis.text(node.child_by_field_name("function") or node) == "dict":
        for one in argument_nodes(node):
            name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
            if name is not None and value is not None:
                found[analysis.text(name)] = value
    return found


def _only_value(analysis: Analysis, name: Node) -> Node | None:
    """The one value that a name is given in its function, if nothing there could change what it holds."""
    text = analysis.text(name)
    holder = scope_of(name)
    while holder.parent is not None and text not in analysis.scope(holder).bindings:
        holder = scope_of(holder)
    bindings = analysis.scope(holder).bindings.get(text, [])
    if len(bindings) != 1 or bindings[0].node.type != "assignment":
        return None
    word = re.escape(text)
    others = re.findall(rf"(?<!\*\*)\b{word}\b(?!\s*=[^=])(?!\[[^\]]*\](?!\s*=[^=]))", analysis.text(holder))
    return bindings[0].node.child_by_field_name("right") if not others else None


def bound(use: Use, call: Node, symbol: Symbol, given: Unpacked) -> Binding | None:
    """The arguments that are written out, where the unpacked ones fit beside them: of a signature without these."""
    found = bind(use.analysis, call, symbol, frozenset(given.values))
    if found is None:
        return None
    parameters = tuple(one for one in found.signature.parameters if one.name not in given.passed)
    signature = msgspec.structs.replace(found.signature, parameters=parameters)
    return msgspec.structs.replace(found, signature=signature)


def written_out(use: Use, call: Node, symbol: Symbol, given: Unpacked) -> Binding | None:
    """All arguments as if they were written in the call, for a counterpart that writes it anew."""
    found = bind(use.analysis, call, symbol, frozenset(given.values))
    if found is None or len(given.splats) != 1 or not given.passed.issuperset(given.values):
        return None
    parameters = {one.name: one for one in found.signature.parameters}
    values = given.written
    if not all(key in parameters and _is_plain(use.analysis, values[key]) for key in given.values):
        return None
    splat = given.splats[0]
    more = tuple(Argument(splat, values[key], splat, parameters[key]) for key in given.values)
    return msgspec.structs.replace(found, arguments=(*found.arguments, *more))


def _is_plain(analysis: Analysis, value: Node) -> bool:
    """Whether an expression is the same wherever it is read: a literal, a name that is bound once."""
    if value.type == "identifier":
        holder = scope_of(value)
        while holder.parent is not None and analysis.text(value) not in analysis.scope(holder).bindings:
            holder = scope_of(holder)
        return len(analysis.scope(holder).bindings.get(analysis.text(value), [])) == 1
    return isinstance(analysis.fact(value).value, (Constant, SymbolRef))


def changes(context: Context, given: Unpacked) -> tuple[Change, ...]:
    """What becomes of the ``**``. Raises `CannotConvert` where the arguments in it would have to change."""
    whole = bind(context.use.analysis, context.call, context.symbol, frozenset(given.values))
    counterpart, signature = context.counterpart, (whole or context.binding).signature
    target = target_signature(context.target, wanted_names(counterpart, signature))
    names = new_names(counterpart, signature, target)
    defaults = {parameter.name: parameter.default for parameter in target.parameters} if target else {}
    parameters = {parameter.name: parameter for parameter in signature.parameters}
    staying: list[str] = []
    going: list[str] = []
    alone: list[str] = []
    """What stays, but not as it is in the dictionary: a dtype that may be None."""
    for key, values in given.values.items():
        mapped, parameter = mapping_of(counterpart, key), parameters[key]
        ignored = mapped is not None and mapped.ignore
        allowed = mapped.only if mapped is not None and mapped.only else (parameter.default or "None",)
        harmless = ignored or all(_is_one_of(value, allowed) for value in values)
        plain = mapped is None or (not (mapped.value or mapped.kinds) and (not mapped.only or harmless))
        unlike = default_to_write(counterpart, parameter, defaults.get(key)) is not None
        if key not in names and harmless:
            going.append(key)
        elif names.get(key) == key and key == "dtype" and unlike:
            going.append(key)
            alone.append(key)
        elif names.get(key) == key and plain and (key in given.passed or not unlike):
            staying.append(key)
        else:
            raise _unpacking(context, key)
    if alone or (staying and going):
        if len(given.splats) != 1 or not given.passed.issuperset(given.values):
            raise _unpacking(context, going[0])
        splat = given.splats[0]
        parts: list[Part] = []
        for key in (*staying, *alone):
            parts += [
                ", " if parts else "",
                f"{key}=",
                *_read(context, splat, given.written[key], parameters[key], defaults.get(key)),
            ]
        return (Change(splat.start_byte, splat.end_byte, tuple(parts)),)
    return () if staying else tuple(_without(context.call, splat) for splat in given.splats)


def _read(context: Context, splat: Node, value: Node, parameter: Parameter, default: str | None) -> tuple[Part, ...]:
    """An argument of a dictionary by itself: by the name that it holds, if that is always the same."""
    unpacked, analysis = splat.named_children[0], context.use.analysis
    if unpacked.type == "identifier" and not _is_plain(analysis, value):
        return (f'{analysis.text(unpacked)}["{parameter.name}"]',)
    return calls.or_default(context, Argument(value, value, None, parameter), default) or (analysis.text(value),)


def _is_one_of(value: Value, allowed: tuple[str, ...]) -> bool:
    return isinstance(value, Constant) and any(literals.same(repr(value.value), one) for one in allowed)


def _unpacking(context: Context, key: str) -> CannotConvert:
    return CannotConvert("TS307", messages.UNPACKED_ARGUMENT, symbol=context.symbol.name, argument=key)


def _without(call: Node, splat: Node) -> Change:
    nodes = argument_nodes(call)
    index = nodes.index(splat)
    if index:
        return Change(nodes[index - 1].end_byte, splat.end_byte)
    end = nodes[1].start_byte if len(nodes) > 1 else splat.end_byte
    return Change(splat.start_byte, end)
