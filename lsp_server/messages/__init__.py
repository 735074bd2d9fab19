"""Everything a user reads, in English and Simplified Chinese.

A message is a typed constant with both texts, so that a name that does not exist or a language that is missing
is an error of the type checker, not a surprise in an editor.
"""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

Language = Literal["en", "zh-cn"]


class Message(NamedTuple):
    """One text in both languages, with the same ``{placeholders}``."""

    en: str
    zh_cn: str

    def text(self, language: Language, **values: object) -> str:
        return (self.zh_cn if language == "zh-cn" else self.en).format(**values)


def language_of(locale: str | None) -> Language:
    """The language for a locale such as ``zh-cn``, ``zh_CN.UTF-8`` or ``de``; Chinese of any script gives zh-cn."""
    return "zh-cn" if locale is not None and locale.lower().startswith("zh") else "en"


def environment_language() -> Language:
    """From the variables that a terminal sets."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return language_of(value)
    return "en"
