"""Calls with ``**options`` of which the code shows what it can hold: it stays where the counterpart takes the same
arguments, and goes where it means nothing there (``fused=True`` of an optimizer)."""

from __future__ import annotations

import re

import msgspec
from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.mapping import default_to_write, mapping_of, new_names, target_signature, wanted_names
from lsp_server.catalog.model import Symbol
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import Binding, argument_nodes, bind
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Constant, Dictionary, Union, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change
from lsp_server.syntax.patterns import Pattern

_ASSIGNMENTS = Pattern("(assignment) @assignment")


class Unpacked(msgspec.Struct, frozen=True):
    """What a call is given by ``**``: each name with the values that it may have."""

    splats: tuple[Node, ...]
    values: dict[str, tuple[Value, ...]]
    passed: frozenset[str]
    """The names that are certainly there; any other may be missing."""


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
    passed = {key for splat in splats for key in _written(use.analysis, splat.named_children[0])}
    return Unpacked(tuple(splats), values, frozenset(passed & set(values)))


def _written(analysis: Analysis, node: Node) -> set[str]:
    """The keys of a dictionary that is written down once and only unpacked."""
    if node.type == "identifier":
        name = re.escape(analysis.text(node))
        made = [
            one
            for one in _ASSIGNMENTS.captures(analysis.document.root, "assignment")
            if analysis.text(one.child_by_field_name("left") or one) == analysis.text(node)
        ]
        others = re.findall(rf"(?<!\*\*)\b{name}\b(?!\s*=[^=])", analysis.document.text)
        value = made[0].child_by_field_name("right") if len(made) == 1 and not others else None
        return _written(analysis, value) if value is not None and value.type != "identifier" else set()
    if node.type == "dictionary":
        keys = [one.child_by_field_name("key") for one in node.named_children if one.type == "pair"]
        return {analysis.text(key).strip("'\"") for key in keys if key is not None and key.type == "string"}
    if node.type == "call" and analysis.text(node.child_by_field_name("function") or node) == "dict":
        names = [one.child_by_field_name("name") for one in argument_nodes(node) if one.type == "keyword_argument"]
        return {analysis.text(name) for name in names if name is not None}
    return set()


def bound(use: Use, call: Node, symbol: Symbol, given: Unpacked) -> Binding | None:
    """The arguments that are written out, where the unpacked ones fit beside them: of a signature without these."""
    found = bind(use.analysis, call, symbol, frozenset(given.values))
    if found is None:
        return None
    parameters = tuple(one for one in found.signature.parameters if one.name not in given.passed)
    signature = msgspec.structs.replace(found.signature, parameters=parameters)
    return msgspec.structs.replace(found, signature=signature)


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
    for key, values in given.values.items():
        mapped, parameter = mapping_of(counterpart, key), parameters[key]
        ignored = mapped is not None and mapped.ignore
        allowed = mapped.only if mapped is not None and mapped.only else (parameter.default or "None",)
        harmless = ignored or all(_is_one_of(value, allowed) for value in values)
        plain = mapped is None or (not (mapped.value or mapped.kinds) and (not mapped.only or harmless))
        unlike = default_to_write(counterpart, parameter, defaults.get(key)) is not None
        if key not in names and harmless:
            going.append(key)
        elif names.get(key) == key and plain and (key in given.passed or not unlike):
            staying.append(key)
        else:
            raise _unpacking(context, key)
    if staying and going:
        raise _unpacking(context, going[0])
    return () if staying else tuple(_without(context.call, splat) for splat in given.splats)


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
