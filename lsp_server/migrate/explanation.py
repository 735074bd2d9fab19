"""What an explanation consists of."""

from __future__ import annotations

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

    @property
    def markdown(self) -> str:
        return "\n\n".join(line for line in self.lines if line)


def localised(text: Text | None, language: Language) -> str:
    return "" if text is None else text.zh_cn if language == "zh-cn" else text.en


def short_version(version: str) -> str:
    """``2.10.0`` is read as 2.10."""
    return version.removesuffix(".0") if version.count(".") > 1 else version


def title(name: str, target: Target, language: Language) -> str:
    device = messages.ANY_DEVICE.text(language) if target.device == "any" else target.device
    return f"**{name}** → {messages.FRAMEWORK_NAMES[target.framework]} {short_version(target.version)} · {device}"
