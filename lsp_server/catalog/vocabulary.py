"""The last parts of all names that the frameworks have, as a text shows them: ``Conv2d``, ``view``, ``running_mean``.

An attribute that ends in none of these words is no symbol, whatever it is read from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from lsp_server.catalog.model import LAYERS, TENSORS

if TYPE_CHECKING:
    from lsp_server.catalog.checks import Sources

_VARIABLE = re.compile(r"((?:\{\w+\})+)")
_ROOTS = (*TENSORS.values(), *LAYERS.values())
_READ = ("property", "attribute")
_OF_ENUMS = {"name", "value"}
"""What is read from the members of enumerations everywhere, and seldom is a method of a framework."""
_PASSED = ("function", "class", "module", "exception")


class Words(msgspec.Struct, frozen=True):
    """The vocabulary as it is compiled; words stand between blanks."""

    names: str
    methods: str
    constants: str
    objects: str
    patterns: tuple[str, ...]


class Vocabulary(msgspec.Struct, frozen=True):
    """``names`` are the words of all symbols, aliases and entries of states, in UTF-8 as texts have them."""

    names: frozenset[bytes]
    methods: frozenset[bytes]
    """Those that, read from an object and not called, give what can be passed on as such: ``f = x.view``."""
    constants: frozenset[bytes]
    """Those that only stand for objects: ``float32``."""
    objects: frozenset[bytes]
    """Those that, read from an object, only stand for objects: ``shape``, ``running_mean``."""
    pattern: re.Pattern[bytes]
    """The entries of states that are repeated: ``weight_ih_l0``."""

    def has(self, word: bytes) -> bool:
        return word in self.names or self.pattern.fullmatch(word) is not None


def collected(sources: Sources) -> Words:
    """The words of all inventories, of older versions too."""
    old = [one.symbol for one in sources.histories.values() if one.symbol is not None]
    symbols = [*sources.symbols.values(), *old]
    entries = {_last(entry) for state in sources.states.values() for entry in state.entries}
    plain = {entry for entry in entries if "{" not in entry}
    names = {_last(symbol.name) for symbol in symbols} | plain
    names.update(_last(alias) for symbol in old for alias in symbol.aliases)
    names.update(_last(alias) for alias in sources.aliases)
    methods = {symbol.name for symbol in symbols if symbol.kind == "method"}
    roots = {_last(name) for name in methods if name.rpartition(".")[0] in _ROOTS}
    read = {_last(symbol.name) for symbol in symbols if symbol.kind in _READ}
    methods = ({_last(name) for name in methods} - read - plain - _OF_ENUMS) | roots
    typed = [symbol for symbol in symbols if symbol.kind == "constant" and symbol.returns]
    constants = {_last(name) for symbol in typed for name in (symbol.name, *symbol.aliases)}
    constants -= {_last(symbol.name) for symbol in symbols if symbol.kind in _PASSED}
    others = [symbol for symbol in symbols if symbol.kind in ("class", "module", "exception", "method")]
    objects = (read | plain) - {_last(name) for symbol in others for name in (symbol.name, *symbol.aliases)} - roots
    patterns = {_pattern(entry) for entry in entries - plain}
    return Words(_joined(names), _joined(methods), _joined(constants), _joined(objects), tuple(sorted(patterns)))


def opened(raw: msgspec.Raw) -> Vocabulary:
    words = msgspec.msgpack.decode(raw, type=Words)
    pattern = re.compile("|".join(words.patterns).encode() or rb"(?!)")
    return Vocabulary(_set(words.names), _set(words.methods), _set(words.constants), _set(words.objects), pattern)


def _joined(words: set[str]) -> str:
    return " ".join(sorted(words))


def _set(words: str) -> frozenset[bytes]:
    return frozenset(words.encode().split())


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _pattern(entry: str) -> str:
    return "".join(r"\w*" if part[:1] == "{" else re.escape(part) for part in _VARIABLE.split(entry))
