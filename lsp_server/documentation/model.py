"""What is known of one documented name."""

from __future__ import annotations

import msgspec


class Documentation(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one calls a symbol and the first paragraph of what its framework says of it."""

    signatures: tuple[str, ...] = ()
    """As source, with the full name: ``torch.abs(input, *, out=None) -> Tensor``; overloads one after the other."""
    text: str = ""
    """Markdown on one line; empty if only the call is known."""
    attached: bool = False
    """Whether it is attached while the framework is imported, so that servers that read sources do not find it."""


class Index(msgspec.Struct, frozen=True):
    """All of one framework in one environment, by canonical name."""

    framework: str
    version: str
    entries: dict[str, msgspec.Raw]
