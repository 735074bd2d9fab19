"""What an explanation consists of."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lsp_server.catalog.model import Text
from lsp_server.messages import Language
from lsp_server.messages import hover as messages
from lsp_server.migrate.target import Target


class Explanation(msgspec.Struct, frozen=True):
    """What is said of a symbol; ``markdown`` is all of it in order."""

    symbol: str
    kind: str
    verdict: str | None
    counterpart: str | None
    lines: tuple[str, ...]
    """What one came for, the most important line first; each a paragraph."""
    fine: tuple[str, ...] = ()
    """What one reads last: where it holds, what was run; one line each."""

    @property
    def markdown(self) -> str:
        return page(self.lines, self.fine)


def page(lines: Iterable[str], fine: Iterable[str] = ()) -> str:
    """Paragraphs, and below them the lines of one last paragraph."""
    small = "  \n".join(line for line in fine if line)
    return "\n\n".join(line for line in (*lines, small) if line)


def localised(text: Text | None, language: Language) -> str:
    return "" if text is None else text.zh_cn if language == "zh-cn" else text.en


def short_version(version: str) -> str:
    """``2.10.0`` is read as 2.10."""
    return version.removesuffix(".0") if version.count(".") > 1 else version


def title(name: str, target: Target, language: Language) -> str:
    device = messages.ANY_DEVICE.text(language) if target.device == "any" else target.device
    return f"**{name}** → {messages.FRAMEWORK_NAMES[target.framework]} {short_version(target.version)} · {device}"
