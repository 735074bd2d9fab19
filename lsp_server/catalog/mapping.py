"""What a counterpart says of the parameters of a call. The converter follows it, and derived rules are built on it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.catalog import literals
from lsp_server.catalog.model import Argument, Counterpart, Parameter, Signature, Symbol

PLACEHOLDER = re.compile(r"\{(\w+)\}")
RESERVED = {"self", "args", "value"}
"""Placeholders that are no parameters: the receiver, all arguments, the value that is mapped."""


def mapping_of(counterpart: Counterpart, parameter: str) -> Argument | None:
    """What the rule says of a parameter; None if it says nothing."""
    mapped = counterpart.args.get(parameter)
    return Argument(to=mapped) if isinstance(mapped, str) else mapped


def is_limited(mapped: str | Argument) -> bool:
    """Whether a rule does not take an argument with every value."""
    return isinstance(mapped, Argument) and bool(mapped.only or mapped.kinds or mapped.never)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def is_dropped(mapped: Argument) -> bool:
    """Whether the argument has no place there: it means nothing, or may be left out at the values that are named."""
    return not mapped.to and (mapped.ignore or bool(mapped.only))


def wanted_names(counterpart: Counterpart, signature: Signature) -> set[str]:
    """The names by which the counterpart's overload is chosen."""
    # a parameter that is renamed says nothing under its old name
    kept = (parameter.name for parameter in signature.parameters if parameter.name not in counterpart.args)
    wanted = {*kept, *counterpart.extra}
    return wanted | {mapped if isinstance(mapped, str) else mapped.to for mapped in counterpart.args.values()}


def target_signature(target: Symbol, names: Iterable[str]) -> Signature | None:
    """The counterpart's overload that knows most of the names."""
    wanted = set(names)
    best: Signature | None = None
    for signature in target.signatures:
        known = {parameter.name for parameter in signature.parameters}
        if best is None or len(wanted & known) > len(wanted & {parameter.name for parameter in best.parameters}):
            best = signature
    return best


def new_names(counterpart: Counterpart, signature: Signature, target: Signature | None) -> dict[str, str]:
    """Source parameter to counterpart's parameter, for those that have one."""
    known = {parameter.name for parameter in target.parameters} if target is not None else set[str]()
    names: dict[str, str] = {}
    for parameter in signature.parameters:
        mapped = mapping_of(counterpart, parameter.name)
        if mapped is not None:
            if mapped.to or (mapped.value and not mapped.only):
                names[parameter.name] = mapped.to or parameter.name
        elif parameter.name in known:
            names[parameter.name] = parameter.name
    return names


def default_to_write(counterpart: Counterpart, parameter: Parameter, target_default: str | None) -> str | None:
    """The source's default as the counterpart must be told it; None if both mean the same."""
    if parameter.default is None or parameter.default == "None" or not literals.is_literal(parameter.default):
        return None
    mapped = mapping_of(counterpart, parameter.name)
    text = parameter.default
    if mapped is not None and mapped.value:
        text = literals.fold(mapped.value, text) or mapped.value.replace("{value}", text)
    if target_default is not None and literals.same(text, target_default):
        return None
    return text


def silent_defaults(counterpart: Counterpart, signature: Signature, target: Signature) -> list[str]:
    """Parameters whose default None would silently become the counterpart's other default, or would leave out what the
    counterpart requires."""
    names = new_names(counterpart, signature, target)
    theirs = {parameter.name: parameter for parameter in target.parameters}
    return [
        parameter.name
        for parameter in signature.parameters
        if parameter.default == "None"
        and (there := theirs.get(names.get(parameter.name, ""))) is not None
        and there.default not in ("None", "...")
        and there.kind not in ("var-positional", "var-keyword")
        and there.name not in counterpart.extra
        and parameter.name not in counterpart.unset
        and parameter.name not in counterpart.keep_defaults
        and default_to_write(counterpart, parameter, there.default) is None
    ]
