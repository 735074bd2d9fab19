"""Every setting with what editors and the documentation need to know of it; types and defaults are those of `Settings`.

The schema, VS Code's manifest and the documentation's table are made from this (`generated.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec

from lsp_server.messages import Message
from lsp_server.messages import settings as messages
from lsp_server.settings.model import SECTION, Settings

Scope = Literal["window", "resource", "machine-overridable"]


class Option(msgspec.Struct, frozen=True):
    """One setting. ``kind`` is the type that values have."""

    name: str
    """Behind ``torchspore.``."""
    kind: Any
    default: Any
    scope: Scope = "window"
    in_file: bool = True
    """Whether a project's file may say it: what starts programs, or is a matter of one's own editor, must not."""

    @property
    def key(self) -> str:
        return f"{SECTION}.{self.name}"

    @property
    def description(self) -> Message:
        return messages.DESCRIPTIONS[self.name]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of an enumeration; empty for anything else."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def pattern(self) -> str:
        """What a text must match; empty if it is free, or if the setting is no text."""
        return pattern_of(self.kind)


def pattern_of(kind: Any) -> str:
    """The pattern of an annotated text."""
    metadata = getattr(kind, "__metadata__", ())
    return next((one.pattern for one in metadata if isinstance(one, msgspec.Meta) and one.pattern), "")


_ORDER = (
    "migration.mode",
    "target.framework",
    "target.device",
    "target.version",
    "language",
)
"""What is set most, before everything else."""
_EDITOR_ONLY = {"interpreter", "showNotifications"}
_SCOPES: dict[str, Scope] = {"interpreter": "machine-overridable"}
_OF_THE_CLIENT = (
    Option("importStrategy", Literal["useBundled", "fromEnvironment"], "useBundled", "window", False),
    Option("path", tuple[str, ...], (), "machine-overridable", False),
    Option("args", tuple[str, ...], (), "machine-overridable", False),
    Option("logLevel", Literal["error", "warning", "info", "debug"], "info", "window", False),
    Option("trace.server", Literal["off", "messages", "verbose"], "off", "window", False),
)
"""Read by the VS Code extension and not by the server."""


def _leaves(value: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Name, type and default of each setting of a structure."""
    for field in msgspec.structs.fields(value):
        inner = getattr(value, field.name)
        if isinstance(inner, msgspec.Struct):
            yield from _leaves(inner, f"{prefix}{field.encode_name}.")
        else:
            yield f"{prefix}{field.encode_name}", field.type, inner


def _all() -> tuple[Option, ...]:
    found = [
        Option(name, kind, default, _SCOPES.get(name, "window"), name not in _EDITOR_ONLY)
        for name, kind, default in _leaves(Settings())
    ]
    first = sorted((one for one in found if one.name in _ORDER), key=lambda one: _ORDER.index(one.name))
    return (*first, *(one for one in found if one.name not in _ORDER), *_OF_THE_CLIENT)


OPTIONS = _all()
