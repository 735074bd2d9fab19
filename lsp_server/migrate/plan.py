"""A planned conversion of one use: edits that still name symbols and nodes, or the reason why there are none."""

from __future__ import annotations

from typing import Union

import msgspec
from tree_sitter import Node

from lsp_server.catalog.model import Applicability, Counterpart, Text
from lsp_server.inference.uses import Use
from lsp_server.messages import Language, Message


class Name(msgspec.Struct, frozen=True):
    """A symbol, to be spelled as the file imports it."""

    symbol: str


class Moved(msgspec.Struct, frozen=True):
    """A piece of the source for a place with another indentation."""

    node: Node
    before: str
    after: str


class Replaced(msgspec.Struct, frozen=True):
    """A piece of the source in whose place an adjustment puts something else: as it is without that."""

    node: Node


Part = Union[str, Node, Name, Moved, Replaced]
"""Literal text, a piece of the source (with whatever is converted inside it), or a symbol's name."""


def piece(part: Part) -> Node | None:
    """The piece of source that a part keeps."""
    return part.node if isinstance(part, (Moved, Replaced)) else part if isinstance(part, Node) else None


class Change(msgspec.Struct, frozen=True):
    """Replace ``start:end`` by the parts, one after the other."""

    start: int
    end: int
    parts: tuple[Part, ...] = ()


class Reason(msgspec.Struct, frozen=True):
    """Why something is not converted; the code is stable and stands in reports."""

    code: str
    message: Message
    values: tuple[tuple[str, str | Text], ...] = ()

    def text(self, language: Language) -> str:
        return self.message.text(language, **localised_values(self.values, language))


def localised_values(values: tuple[tuple[str, str | Text], ...], language: Language) -> dict[str, str]:
    """What stands in the placeholders of a message: names are the same everywhere, sentences of the catalog are not."""
    return {
        name: value if isinstance(value, str) else value.zh_cn if language == "zh-cn" else value.en
        for name, value in values
    }


class Refusal(msgspec.Struct, frozen=True):
    """A use that stays as it is."""

    use: Use
    reason: Reason


class Plan(msgspec.Struct, frozen=True):
    """A use that is converted. ``start:end`` is all that belongs to it: the call with its receiver and arguments."""

    use: Use
    counterpart: Counterpart
    start: int
    end: int
    changes: tuple[Change, ...]
    safety: Applicability


def renamed(use: Use, symbol: str) -> tuple[Change, ...]:
    """The change of the last part of a name, behind a receiver that stays; none if it stays as well."""
    last = symbol.rpartition(".")[2]
    written = use.analysis.document.slice(use.name_start, use.end)
    return (Change(use.name_start, use.end, (last,)),) if last != written else ()


class Adjustment(msgspec.Struct, frozen=True):
    """Changes that follow from conversions and belong to no symbol of their own."""

    start: int
    end: int
    changes: tuple[Change, ...]
    is_line: bool = False
    """A line above a statement: it goes before all else that is written at this place."""


class CannotConvert(Exception):
    """Raised inside the planning of one use; becomes its `Refusal`."""

    def __init__(self, code: str, message: Message, **values: str | Text) -> None:
        self.reason = Reason(code, message, tuple(values.items()))
        super().__init__(self.reason.text("en"))


class RepeatedCall(Exception):
    """A template would write a call twice; a later counterpart may do without, otherwise it is shared."""
