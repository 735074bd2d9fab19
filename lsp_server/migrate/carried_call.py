"""A call in the other framework that means what the call of the source means at its defaults: the defaults that differ
are written out."""

from __future__ import annotations

import msgspec

from lsp_server.catalog import literals
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.mapping import mapping_of, target_signature, wanted_names
from lsp_server.catalog.model import Counterpart, Parameter, Symbol
from lsp_server.migrate.parameters import becomes

_MOST_REQUIRED = 8
_HARMLESS = ("padding_mode",)
"""Conversions that change nothing about a call at its defaults."""


class CarriedCall(msgspec.Struct, frozen=True):
    """``Conv2d(in_channels, out_channels, kernel_size, has_bias=True, pad_mode='pad')``, without its name."""

    required: tuple[tuple[str, str], ...]
    """What has to be filled in: what is written before it (``axis=``, or nothing), and the parameter's name."""
    written: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Short enough for a list: what is written out goes before what has to be filled in."""
        inside = ("…", *self.written) if self.written else [before + name for before, name in self.required]
        return f"({', '.join(inside)})"

    @property
    def snippet(self) -> str:
        """The same with places to fill in."""
        places = [f"{before}${{{n}:{name}}}" for n, (before, name) in enumerate(self.required, 1)]
        return f"({', '.join([*places, *map(_escaped, self.written)])})$0"


def carried_call(catalog: Catalog, source: Symbol, counterpart: Counterpart) -> CarriedCall | None:
    """None where no plain call stands for the source."""
    target = catalog.symbol(counterpart.symbol)
    is_plain = not (counterpart.template or counterpart.define) and counterpart.convert in (None, *_HARMLESS)
    if target is None or not source.signatures or not is_plain:
        return None
    signature = source.signatures[0]
    theirs = target_signature(target, wanted_names(counterpart, signature))
    if theirs is None:
        return None
    order = [one.name for one in theirs.parameters if one.kind in ("positional", "standard")]
    required: list[tuple[str, str]] = []
    written: list[str] = []
    for parameter, one in zip(signature.parameters, becomes(catalog, signature, counterpart), strict=True):
        if not _serves_default(counterpart, parameter):
            return None
        is_required = parameter.default is None and not parameter.kind.startswith("var-")
        if is_required and (one.to is None or one.value):
            return None
        if one.to is not None and is_required:
            in_place = len(required) < len(order) and order[len(required)] == one.to
            required.append(("" if in_place else f"{one.to}=", one.to))
        elif one.to is not None and one.written is not None:
            written.append(f"{one.to}={one.written}")
    written += [f"{name}={value}" for name, value in counterpart.extra.items()]
    return CarriedCall(tuple(required), tuple(written)) if len(required) <= _MOST_REQUIRED else None


def _serves_default(counterpart: Counterpart, parameter: Parameter) -> bool:
    """Whether the counterpart takes a call that does not pass the parameter."""
    mapped = mapping_of(counterpart, parameter.name)
    if mapped is None or parameter.default is None:
        return True
    if any(_same(parameter.default, value) for value in mapped.never):
        return False
    return not mapped.only or any(_same(parameter.default, value) for value in mapped.only)


def _same(default: str, value: str) -> bool:
    return default == value or literals.same(default, value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
