"""What becomes of each parameter of a call in the other framework, for readers: hovers, signature help, completion."""

from __future__ import annotations

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.mapping import default_to_write, mapping_of, new_names, target_signature
from lsp_server.catalog.model import Counterpart, Signature
from lsp_server.messages import Language
from lsp_server.messages import hover as messages


class Becomes(msgspec.Struct, frozen=True):
    """One parameter of the source."""

    name: str
    to: str | None = None
    """The counterpart's parameter; None if it has none."""
    value: str = ""
    """What is passed there, with the parameter's name for the value; empty: the value itself."""
    named: bool = False
    """Whether the rule says something of it."""
    ignored: bool = False
    """Whether it means nothing there."""
    default: str | None = None
    """The counterpart's default."""
    written: str | None = None
    """What is written where the call does not pass it, because the defaults differ."""


def becomes(catalog: Catalog, signature: Signature, counterpart: Counterpart) -> list[Becomes]:
    """One for each parameter of a signature, in its order."""
    target = catalog.symbol(counterpart.symbol)
    known = {parameter.name for parameter in signature.parameters} | set(counterpart.extra)
    known |= {mapped if isinstance(mapped, str) else mapped.to for mapped in counterpart.args.values()}
    theirs = target_signature(target, known) if target is not None else None
    defaults = {parameter.name: parameter.default for parameter in theirs.parameters} if theirs else {}
    names = new_names(counterpart, signature, theirs)
    found: list[Becomes] = []
    for parameter in signature.parameters:
        old, new = parameter.name, names.get(parameter.name)
        mapped = mapping_of(counterpart, old)
        written = None
        if new is not None and new not in counterpart.extra and old not in counterpart.keep_defaults:
            written = default_to_write(counterpart, parameter, defaults.get(new))
        found.append(
            Becomes(
                old,
                new,
                mapped.value.replace("{value}", old) if mapped is not None and new is not None else "",
                mapped is not None,
                mapped is not None and mapped.ignore,
                defaults.get(new) if new is not None else None,
                written,
            )
        )
    return found


def told(one: Becomes, counterpart: Counterpart, language: Language) -> str:
    """What is said beside the parameter while it is typed."""
    there = counterpart.symbol
    if counterpart.template:
        return ""  # the expression as a whole says it
    if one.to is None:
        message = messages.PARAMETER_IGNORED if one.ignored else messages.PARAMETER_GONE
        text = message.text(language, counterpart=there)
        if counterpart.extra and not one.ignored:
            extra = ", ".join(f"`{name}={value}`" for name, value in counterpart.extra.items())
            text += messages.PARAMETER_INSTEAD.text(language, extra=extra)
        return text
    if one.value:
        return messages.PARAMETER_VALUE.text(language, new=one.to, value=one.value, counterpart=there)
    text = messages.PARAMETER_THERE.text(language, new=one.to, counterpart=there)
    if one.written is not None:
        text += messages.PARAMETER_DEFAULT.text(language, theirs=one.default, ours=one.written)
    return text
