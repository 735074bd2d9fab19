"""How much state there is: numbers, bytes, buffers, counters, as one reads them in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

import msgspec

from lsp_server.messages import Language
from lsp_server.messages import state as messages

if TYPE_CHECKING:
    from lsp_server.state.model import Entry

_BYTES = {
    "float64": 8, "int64": 8, "uint64": 8, "complex64": 8, "complex128": 16, "float16": 2, "bfloat16": 2, "int16": 2,
    "uint16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip
_PLAIN_BELOW = 10_000


class Totals(msgspec.Struct, frozen=True):
    """What a list of parameters and buffers adds up to; a shared tensor counts once."""

    tensors: int
    numbers: int
    frozen: int
    size: int
    buffers: int
    counters: int
    transient: int
    is_exact: bool
    """False: some of the numbers are not known, and there are more."""


def totals(entries: Sequence[Entry], is_complete: bool = True) -> Totals:
    parameters = [entry for entry in entries if entry.kind == "parameter" and not entry.shared]
    buffers = [entry for entry in entries if entry.kind == "buffer" and not entry.shared]
    counters = [entry for entry in buffers if entry.shape == () and (entry.dtype or "").startswith("int")]
    return Totals(
        tensors=len(parameters),
        numbers=sum(_count(entry) for entry in parameters),
        frozen=sum(_count(entry) for entry in parameters if not entry.trainable),
        size=sum(_count(entry) * _BYTES.get(entry.dtype or "", 4) for entry in parameters),
        buffers=len(buffers),
        counters=len(counters),
        transient=sum(not entry.persistent for entry in buffers),
        is_exact=is_complete and all(entry.shape is not None for entry in parameters),
    )


def _count(entry: Entry) -> int:
    return prod(entry.shape) if entry.shape is not None else 0


def sentence(found: Totals, language: Language) -> str:
    """``11.2 M parameters in 62 tensors (44.7 MB), 60 buffers of which 20 are counters``."""
    pieces = [piece for piece in (parameters_text(found, language), buffers_text(found, language)) if piece]
    joint = "，" if language == "zh-cn" else ", "
    return joint.join(pieces) or messages.NOTHING.text(language)


def parameters_text(found: Totals, language: Language) -> str:
    if not found.tensors:
        return ""
    if not found.numbers and not found.is_exact:
        message = messages.TENSORS_ONE if found.tensors == 1 else messages.TENSORS
        return message.text(language, count=found.tensors)
    message = messages.NUMBERS_ONE if found.tensors == 1 else messages.NUMBERS
    least = "" if found.is_exact else "≥ "
    values = {"numbers": least + number(found.numbers), "size": least + size(found.size)}
    # the count has no place where it is one
    text = message.text(language, count=found.tensors, **values)
    if found.frozen:
        text += messages.FROZEN_OF_THEM.text(language, numbers=number(found.frozen))
    return text


def buffers_text(found: Totals, language: Language) -> str:
    if not found.buffers:
        return ""
    text = (messages.BUFFERS_ONE if found.buffers == 1 else messages.BUFFERS).text(language, count=found.buffers)
    if found.counters:
        message = messages.COUNTERS_ONE if found.counters == 1 else messages.COUNTERS
        text += message.text(language, count=found.counters)
    if found.transient:
        text += messages.TRANSIENT.text(language, count=found.transient)
    return text


def lens_text(found: Totals, is_complete: bool, language: Language) -> str:
    """``1.2 M parameters · 3 buffers``, what stands over a class."""
    pieces: list[str] = []
    if found.tensors and not found.numbers and not found.is_exact:
        message = messages.LENS_TENSORS_ONE if found.tensors == 1 else messages.LENS_TENSORS
        pieces.append(message.text(language, count=found.tensors))
    elif found.tensors:
        least = "" if found.is_exact else "≥ "
        pieces.append(messages.LENS_PARAMETERS.text(language, numbers=least + number(found.numbers)))
    if found.buffers:
        message = messages.LENS_BUFFERS_ONE if found.buffers == 1 else messages.LENS_BUFFERS
        pieces.append(message.text(language, count=found.buffers))
    if not is_complete:
        pieces.append((messages.LENS_PARTLY if pieces else messages.LENS_UNKNOWN).text(language))
    return " · ".join(pieces) or messages.NOTHING.text(language)


def number(count: int) -> str:
    """``9,408``, ``23.5 k``, ``11.2 M``, ``7.0 B``."""
    if count < _PLAIN_BELOW:
        return f"{count:,}"
    return _scaled(count, ("k", "M", "B", "T"))


def size(count: int) -> str:
    """Bytes by thousands, as files are sized: ``44.7 MB``."""
    return f"{count} B" if count < 1000 else _scaled(count, ("kB", "MB", "GB", "TB"))


def _scaled(count: int, units: tuple[str, ...]) -> str:
    value = count / 1000
    for unit in units[:-1]:
        if round(value, 1) < 1000:
            return f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} {units[-1]}"
