"""Which names of a file can stand for a symbol of a framework, told from where its text puts values.

To look into every name is most of the work on a whole file, and few names can be a symbol: those that an import brings,
and those that such a name is put into: by an assignment, as a default, as an argument, in a list, as what a function
gives. This follows the ways of values through the text of a file, whatever the order in which it runs, and takes too
many rather than too few: names of the same spelling are taken for one. Of other files it sees those from which a base
of a class comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.inference import classes, functions, imports, members, names, sites
from lsp_server.inference.destinations import GIVEN, OWN, PASSED, Known
from lsp_server.inference.flows import Piece
from lsp_server.inference.values import (
    UNKNOWN,
    Bound,
    Dictionary,
    Fact,
    Module,
    Partial,
    Repeated,
    Sequence,
    SymbolRef,
    Union,
    UserClass,
    UserFunction,
    UserInstance,
    Value,
)
from lsp_server.syntax.words import BLANK

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


class Carriers(msgspec.Struct, frozen=True):
    """The tokens of a file that can carry a symbol, as `destinations` writes them."""

    tokens: frozenset[bytes]
    imported: frozenset[bytes] = frozenset()
    """Those names that imports give to other things than a framework: any attribute of these can be a symbol."""
    frameworks: frozenset[bytes] = frozenset()
    names: frozenset[bytes] = frozenset()
    """Those tokens that are names."""
    members: frozenset[bytes] = frozenset()
    """The words of those tokens that are attributes."""
    own: dict[int, frozenset[bytes]] = {}
    """Names that only one unit sees, by its serial."""
    is_open: bool = False
    """Whether any name can be one: a star import may bring it, or the file is a framework's own."""


def carriers(analysis: Analysis) -> Carriers:
    """Worked out once per version of a file."""
    cache = cast("dict[int, Carriers]", analysis.caches.setdefault("carriers", {}))
    known = cache.get(0)
    if known is None:
        cache[0] = Carriers(frozenset())  # for bases that run in a circle through files
        known = cache[0] = _carriers(analysis)
    return known


def _carriers(analysis: Analysis) -> Carriers:
    if imports.is_framework_file(analysis):
        return Carriers(frozenset(), is_open=True)
    pieces = _pieces(analysis)
    brought = [one for _, piece in pieces for one in piece.imported]
    origins = {module: _origin(analysis, module) for module in {one.module for one in brought}}
    if any(not one.name and origins[one.module] for one in brought):
        return Carriers(frozenset(), is_open=True)
    others = {one.name: one.is_inner for one in brought if origins[one.module] == "other"}
    known = Known(
        analysis.catalog.vocabulary,
        frozenset(one.name for one in brought if origins[one.module] == "framework"),
        frozenset(name for name in others if not name[:1].isupper()),
    )
    search = _Search(analysis, pieces, known)
    search.add(known.frameworks | {b"type" + GIVEN, b".__class__"})
    for index, (_, piece) in enumerate(pieces):
        search.add(piece.given, index)
    read = frozenset[bytes]().union(*(piece.words for _, piece in pieces if not piece.is_import))
    for name, is_inner in others.items():
        if name in read:
            search.imported(name, is_inner)
    search.add(_of_bases(analysis, pieces, frozenset(others)))
    search.run()
    tokens = frozenset(search.found)
    plain = frozenset(token for token in tokens if token == word_of(token))
    members_put = frozenset(token[1:] for token in tokens if token[:1] == b"." and token[-1:] != GIVEN)
    units = analysis.outline.units
    own = {units[index].serial: frozenset(word_of(token) for token in names) for index, names in search.own.items()}
    return Carriers(tokens, frozenset(others), known.frameworks, plain, members_put, own)


def can_be_symbol(analysis: Analysis, node: Node) -> bool:
    """Whether a name or an attribute can denote a symbol, as far as the text of the file shows."""
    known = carriers(analysis)
    if known.is_open or node.type not in ("identifier", "attribute"):
        return True
    text = analysis.document.data[node.start_byte : node.end_byte]
    if node.type == "attribute":
        first, last = text.partition(b".")[0].strip(BLANK), text.rpartition(b".")[2].strip(BLANK)
        return analysis.catalog.vocabulary.has(last) or last in known.members or first in known.imported
    index = analysis.outline.at(node.start_byte)
    serial = analysis.outline.units[index].serial if index >= 0 else -1
    return text in known.names or text in known.own.get(serial, ())


class _Search:
    """Finds all that can carry a symbol, from what certainly can."""

    def __init__(self, analysis: Analysis, pieces: list[tuple[int, Piece]], known: Known) -> None:
        self.analysis = analysis
        self.pieces = pieces
        self.known = known
        self.found: set[bytes] = set()
        self.own: dict[int, set[bytes]] = {}
        """What only one unit sees, by its index."""
        self.pending: list[tuple[bytes, int]] = []
        self.outer = {one.name for _, piece in pieces for one in piece.imported}
        """Words that may be names which several units see: those of imports, and what stands outside of functions."""
        self.outer.update(*(piece.words for _, piece in pieces if not piece.own))

    def add(self, tokens: Iterable[bytes], index: int = -1) -> None:
        """What can carry a symbol, as the unit at an index writes it."""
        for token in tokens:
            found = self.own.setdefault(index, set()) if token[:1] == OWN else self.found
            if token not in found and self.is_meant(token):
                found.add(token)
                self.pending.append((token, index))

    def is_meant(self, token: bytes) -> bool:
        """Whether there is such a name outside of functions, and what is read from a module is a symbol."""
        if b"." in token[1:]:
            return self.is_symbol(token)
        return word_of(token) != token or token in self.outer

    def imported(self, name: bytes, is_inner: bool) -> None:
        """A name from another file: what is known of it tells whether it is a symbol, or gives one."""
        value = self.analysis.ask(names.ANYTIME, self.analysis.document.root, name.decode()).value
        if is_inner or bears(value):
            self.add((name,))
        if is_inner or may_give(value):
            self.add((name + GIVEN,))

    def run(self) -> None:
        document, known = self.analysis.document, self.known
        while self.pending:
            token, index = self.pending.pop()
            if token[:1] == OWN:
                start, piece = self.pieces[index]
                self.add(piece.flows(document, start, token, known), index)
                continue
            word, is_passed = word_of(token), PASSED in token
            for index, (start, piece) in enumerate(self.pieces):
                if word in piece.words or (is_passed and piece.owner == word):
                    self.add(piece.flows(document, start, token, known), index)

    def is_symbol(self, token: bytes) -> bool:
        """Whether what is read from a module is a symbol, or a function that can give one: ``blocks.make(``."""
        first, *rest = token.removesuffix(GIVEN).decode().split(".")
        fact = self.analysis.ask(names.ANYTIME, self.analysis.document.root, first)
        for part in rest:
            fact = members.member(self.analysis, fact, part)
        return may_give(fact.value) if token.endswith(GIVEN) else bears(fact.value)


def word_of(token: bytes) -> bytes:
    """How what a token stands for is written."""
    return token.partition(PASSED)[0].strip(b".(=:").rpartition(b".")[2]


def bears(value: Value) -> bool:
    """Whether a value is a symbol or holds one."""
    if isinstance(value, (SymbolRef, Bound, Module)):
        return True
    if isinstance(value, Union):
        return any(bears(one) for one in value.alternatives)
    if isinstance(value, Sequence):
        return any(bears(one) for one in value.items)
    if isinstance(value, Repeated):
        return bears(value.element)
    if isinstance(value, Dictionary):
        others = value.others or ()
        return any(bears(one) for one in others) or any(bears(one) for _, one in value.entries)
    return isinstance(value, Partial) and bears(value.function)


def may_give(value: Value) -> bool:
    """Whether a call of a value can give a symbol. A function of which nothing is known may choose one by a name."""
    if isinstance(value, Union):
        return any(may_give(one) for one in value.alternatives)
    if not isinstance(value, UserFunction):
        return isinstance(value, Module)
    given = functions.returned(value).value
    return bears(given) or (given == UNKNOWN and functions.chooses(value))


def _origin(analysis: Analysis, module: str) -> str:
    """Whether a module is a ``framework``'s, or some ``other`` that may have to do with one; empty for the rest."""
    framework = framework_of(module)
    if framework is not None:
        return "framework" if analysis.project.own(root_of(module), analysis) is None else "other"
    return (
        "" if not module.startswith(".") and analysis.project.finder.is_foreign(module.partition(".")[0]) else "other"
    )


def _pieces(analysis: Analysis) -> list[tuple[int, Piece]]:
    """The pieces of all units, with where they begin."""
    memory, known = analysis.memory, pieces_of(analysis)
    if memory is not None and (memory.newest is analysis or memory.stamp == analysis.outline.stamp):
        known.update(memory.pieces)
    units = analysis.outline.units
    if not any(unit.serial in known for unit in units):
        sites.find_all(analysis)
    found: list[tuple[int, Piece]] = []
    for index, unit in enumerate(units):
        piece = known.get(unit.serial)
        if piece is None:
            piece = Piece(analysis.document, unit, sites.of_unit(analysis, index), analysis.catalog.vocabulary)
            known[unit.serial] = piece
        found.append((unit.start, piece))
    return found


def pieces_of(analysis: Analysis) -> dict[int, Piece]:
    """The pieces that are known, by the serials of their units: all, once the carriers are."""
    return cast("dict[int, Piece]", analysis.caches.setdefault("pieces", {}))


def _of_bases(analysis: Analysis, pieces: list[tuple[int, Piece]], imported: frozenset[bytes]) -> set[bytes]:
    """What members of bases hold or give that are defined in other files, as far as this one reads them.

    Facts tell, and not the text of those files: these import more than this one ever asks for.
    """
    found: set[bytes] = set()
    seen: set[bytes] = set()
    for start, piece in pieces:
        for first, last in piece.bases:
            text = piece.text[first:last]
            if text in seen or text.partition(b".")[0] not in imported:
                continue
            seen.add(text)
            node = analysis.document.root.named_descendant_for_byte_range(start + first, start + last)
            value = analysis.fact(node).value if node is not None else None
            if isinstance(value, UserClass) and value.definition.analysis is not analysis:
                found |= _of_base(analysis, value)
    return found


def _of_base(analysis: Analysis, base: UserClass) -> set[bytes]:
    found: set[bytes] = set()
    tables = [classes.table(fact.value) for fact in classes.lineage(base) if isinstance(fact.value, UserClass)]
    names_defined = {name for table in tables for kept in _kept(table) for name in kept}
    for name in names_defined:
        word = name.encode()
        if b"." + word not in analysis.document.data:
            continue
        value = members.member(analysis, Fact(UserInstance(base)), name).value
        if bears(value):
            found.add(b"." + word)
        if may_give(value):
            found.add(word + GIVEN)
    return found


def _kept(table: classes.ClassTable) -> tuple[Iterable[str], ...]:
    return table.methods, table.class_attributes, table.attributes
