"""Templates that are no more than one call with its arguments in another order: argument mappings can be inverted."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from lsp_server.catalog import literals, mapping
from lsp_server.catalog.derivation.surface import VARIADIC, first_parameter
from lsp_server.catalog.model import TENSORS, Argument, Counterpart, Symbol

_MARK = "hole_"


def as_arguments(counterpart: Counterpart, symbol: Symbol, target: Symbol) -> Counterpart | None:
    """A counterpart without template that says the same; None if the template says more than a mapping can."""
    if not counterpart.template:
        return counterpart
    call = _call(counterpart.template)
    changed = any(isinstance(mapped, Argument) and mapped.value for mapped in counterpart.args.values())
    if changed or counterpart.unset or counterpart.define:
        return None
    if call is None or counterpart.convert is not None or symbol.kind not in ("function", "class", "method"):
        return None
    receiver = _receiver(call.func, target)
    first = first_parameter(symbol) if symbol.kind == "function" else "self"
    if receiver is None or (receiver and receiver != first):
        return None
    args, extra = _sides(call, target, symbol)
    if args is None or not mapping.placeholders(counterpart.template) <= {*args, receiver, "self"}:
        return None
    dropped = {name: one for name, one in counterpart.args.items() if isinstance(one, Argument) and name not in args}
    limited = {
        name: Argument(to=to, only=one.only)
        for name, to in args.items()
        if (one := mapping.mapping_of(counterpart, name)) is not None and one.only
    }
    # a parameter that the template leaves out is dropped at its default only, also where the names agree
    left_out = {
        parameter.name: Argument(only=(parameter.default or "None",))
        for signature in symbol.signatures
        for parameter in signature.parameters
        if parameter.name not in args
        and parameter.name not in dropped
        and parameter.name != receiver
        and parameter.kind not in VARIADIC
    }
    return replace(counterpart, template="", args={**left_out, **dropped, **args, **limited}, extra=extra)


def _call(template: str) -> ast.Call | None:
    if "{args}" in template or "{value}" in template:
        return None
    try:
        body = ast.parse(mapping.PLACEHOLDER.sub(rf"{_MARK}\1", template), mode="eval").body
    except SyntaxError:
        return None
    return body if isinstance(body, ast.Call) else None


def _receiver(function: ast.expr, target: Symbol) -> str | None:
    """The placeholder that the call is made on; empty for a call by the counterpart's full name."""
    if ast.unparse(function) == target.name:
        return ""
    if not isinstance(function, ast.Attribute) or f"{TENSORS['mindspore']}.{function.attr}" != target.name:
        return None
    return _placeholder(function.value)


def _placeholder(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name) and node.id.startswith(_MARK):
        return node.id.removeprefix(_MARK)
    return None


def _sides(call: ast.Call, target: Symbol, symbol: Symbol) -> tuple[dict[str, str] | None, dict[str, str]]:
    """Placeholder to parameter, and parameters that always get a literal."""
    places = (
        [one.name for one in target.signatures[0].parameters if one.kind in ("positional", "standard")]
        if target.signatures
        else []
    )
    if len(call.args) > len(places) or any(keyword.arg is None for keyword in call.keywords):
        return None, {}
    given = [*zip(places, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
    args: dict[str, str] = {}
    extra: dict[str, str] = {}
    for name, node in given:
        placeholder = _placeholder(node)
        text = ast.unparse(node)
        if placeholder is not None and placeholder not in args:
            args[placeholder] = name
        elif placeholder is None and literals.is_literal(text):
            extra[name] = text
        else:
            return None, {}
    if "self" in args and symbol.kind == "method" and args.pop("self") != first_parameter(target):
        return None, {}
    return args, extra
