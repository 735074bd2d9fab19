"""The table of parameters and buffers with what each becomes in the other framework, and who it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, cast
from unicodedata import east_asian_width

import msgspec

from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Language, Message
from lsp_server.messages import hover as messages
from lsp_server.messages import state as state_messages
from lsp_server.migrate.target import Target, choose

if TYPE_CHECKING:
    from lsp_server.state.model import Counterpart, Entry, ModuleState

MOST_ROWS = 12
_NO_BREAK = "\N{NO-BREAK SPACE}"
_BETWEEN_IDEOGRAPHS = re.compile("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
MOST_NAMES = 4
Pair: TypeAlias = "tuple[Entry, Counterpart | None]"


class Listing(msgspec.Struct, frozen=True):
    """How much of a list is shown, and where the rest of it is."""

    rows: int | None = MOST_ROWS
    """None: all of it."""
    link: str = ""
    """The address of the full list, for readers who can follow one."""


def pairs(analysis: Analysis, state: ModuleState, target: Target) -> list[Pair]:
    """Each entry with what it becomes in the target framework; kept with the analysis."""
    cache = cast("dict[object, tuple[ModuleState, list[Pair]]]", analysis.caches.setdefault("migrate.pairs", {}))
    known = cache.get((id(state), target))
    if known is None:
        # the state is kept beside its pairs, so that no other one gets its id
        known = cache[(id(state), target)] = (state, _paired(analysis, state, target))
    return known[1]


def _paired(analysis: Analysis, state: ModuleState, target: Target) -> list[Pair]:
    from lsp_server.state.counterparts import counterparts

    def chosen(rule: Rule) -> RuleCounterpart | None:
        return choose(rule, target)

    found = counterparts(state, analysis.catalog, target.framework, chosen)
    return list(zip(state.entries, found, strict=True))


def table(
    found: Sequence[Pair], target: Target, language: Language, listing: Listing, where: str, with_kind: bool = False
) -> str:
    """The rows as Markdown; ``where`` is what ``torchspore state`` is to be asked for the rest."""
    if not found:
        return ""
    ours = "torch" if target.framework == "mindspore" else "MindSpore"
    theirs = "MindSpore" if target.framework == "mindspore" else "torch"
    own = [messages.SHAPE.text(language), messages.SAVED.text(language)]
    if with_kind:
        own.insert(0, state_messages.KIND.text(language))
    head = [ours, *own, theirs, messages.KIND_THERE.text(language)]
    shown = found if listing.rows is None else found[: listing.rows]
    # a heading of Chinese characters would be broken between any two of them where the table is squeezed
    rows = [[_unbroken(cell) for cell in head]]
    rows += [_row(entry, other, language, with_kind) for entry, other in shown]
    text = aligned(rows)
    return f"{text}\n\n{_rest(len(found) - len(shown), listing, where, language)}" if len(shown) < len(found) else text


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other in the source as well: many editors show just that."""
    widths = [max(3, *(columns(row[index]) for row in rows)) for index in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


def columns(text: str) -> int:
    """The columns that a text takes on a screen of equal characters; Chinese ones take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _unbroken(text: str) -> str:
    pieces = _BETWEEN_IDEOGRAPHS.split(text)
    return _NO_BREAK.join(pieces)


def _rest(count: int, listing: Listing, where: str, language: Language) -> str:
    if listing.link:
        return state_messages.MORE_LINK.text(language, count=count, link=listing.link)
    return messages.MORE_ROWS.text(language, count=count, file=where)


def place(analysis: Analysis, state: ModuleState) -> str:
    """``model.py:Net``, as the command line wants it."""
    path = analysis.path.name if analysis.path is not None else "FILE"
    return f"{path}:{state.title}" if state.title.isidentifier() else path


def _row(entry: Entry, other: Counterpart | None, language: Language, with_kind: bool) -> list[str]:
    saved = messages.YES if entry.persistent else messages.NO
    cells = [entry.name, shape(entry.shape, language), saved.text(language)]
    if with_kind:
        cells.insert(1, kind(entry.kind, entry.trainable).text(language))
    if other is None:
        return [*cells, "—", messages.NO_SUCH.text(language)]
    if other.lost:
        return [*cells, f"⚠ {other.name}", messages.LOST_HERE.text(language, argument=other.reason)]
    return [*cells, other.name, kind(other.kind, other.trainable).text(language)]


def lost_reason(entry: Entry, other: Counterpart, language: Language) -> str:
    layer = last_part(other.layer or entry.layer or "")
    return messages.LOST_DEFAULT.text(language, layer=layer, argument=other.reason)


def kind(name: str, trainable: bool) -> Message:
    if name == "buffer":
        return messages.BUFFER
    return messages.TRAINABLE if trainable else messages.FROZEN


def shape(sizes: tuple[int, ...] | None, language: Language) -> str:
    if sizes is None:
        return messages.UNKNOWN_SHAPE.text(language)
    return ", ".join(str(size) for size in sizes) or messages.SCALAR.text(language)


def bracketed(sizes: tuple[int, ...] | None) -> str:
    """``[64, 3, 3, 3]``, as shapes are written in running text."""
    return "[?]" if sizes is None else f"[{', '.join(map(str, sizes))}]"


def last_part(name: str) -> str:
    return name.rpartition(".")[2]


def listed(names: Sequence[str]) -> str:
    """A few names in code, the rest as dots."""
    shown = [f"`{name}`" for name in names[:MOST_NAMES]]
    return ", ".join([*shown, "…"] if len(names) > MOST_NAMES else shown)


def left_out(state: ModuleState, language: Language, with_tensors: bool = True) -> list[str]:
    """What the module holds without knowing it: one sentence for each sort."""
    torch = state.framework != "mindspore"
    sorts = (
        ("tensor", state_messages.PLAIN_TENSORS, ""),
        ("layers", state_messages.HIDDEN_LAYERS, "nn.ModuleList" if torch else "nn.CellList"),
        ("parameters", state_messages.HIDDEN_PARAMETERS, "nn.ParameterList" if torch else "ParameterTuple"),
    )
    lines: list[str] = []
    for sort, message, container in sorts:
        names = [one.name for one in state.plain if one.kind == sort]
        if names and (with_tensors or sort != "tensor"):
            values = {"container": container} if container else {}
            lines.append(message.text(language, names=listed(names), **values))
    return lines
