"""Where one unit of a file puts the values of its names, told from its text and tree alone.

A `Piece` belongs to a unit and holds as long as the unit's text does. `carriers` joins the pieces of a file; how tokens
are written, `destinations` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.catalog.vocabulary import Vocabulary
from lsp_server.inference.destinations import ACCESSORS, FIRST, GIVEN, LAST, NAMED, OWN, PASSED, Destinations, Known
from lsp_server.inference.units import Unit
from lsp_server.syntax.document import Document
from lsp_server.syntax.words import is_attribute, places, words

_CHAIN = re.compile(rb"(?:\s*\.\s*[^\W\d]\w*)+")
_UNCALLED = re.compile(rb"\.[ \t]*([^\W\d]\w*)(?!\w)(?![ \t]*\()")
_IMPORT = re.compile(rb"(?:import|from)\b")
_PACKED = re.compile(rb"\s+")
_CONSTRUCTORS = (b"__init__", b"__new__")
_PARAMETERS = frozenset(
    "parameters lambda_parameters default_parameter typed_parameter typed_default_parameter".split()  # noqa: SIM905  one line
)
"""What holds the name of a parameter."""


class Imported(msgspec.Struct, frozen=True):
    """A name that an import statement binds, or a star (no name), and the module that it comes from."""

    name: bytes
    module: str
    is_inner: bool
    """Whether the statement stands in a function or class."""


class Piece:
    """One unit."""

    __slots__ = ("_flows", "_known", "bases", "given", "imported", "is_import", "name", "own", "owner", "text", "words")

    def __init__(self, document: Document, unit: Unit, found: dict[str, list[Node]], vocabulary: Vocabulary) -> None:
        """``found`` are the imports and bases of classes in the unit."""
        self.text = unit.text
        self.words = words(unit.text)
        self.owner = unit.owner.encode()
        self.name = unit.name.encode()
        is_closed = bool(unit.name) and not unit.is_head and b"global" not in self.words
        self.own = OWN if is_closed else b""
        """What stands before the names that the unit binds: of a function nobody else sees them."""
        self.is_import = _IMPORT.match(unit.text) is not None
        """Whether it is an import statement: it gives names, and reads none."""
        self.imported = tuple(_imported(document, found.get("import", [])))
        self.bases = tuple((node.start_byte - unit.start, node.end_byte - unit.start) for node in found.get("base", []))
        """Where the bases of classes stand, counted from the start of the unit."""
        self._known = Known(vocabulary)
        self._flows: dict[bytes, frozenset[bytes]] = {}
        self.given = self._members_read(document, unit.start)
        """Where methods are put that are read from objects: ``f = x.view``."""

    def _members_read(self, document: Document, start: int) -> frozenset[bytes]:
        methods = self._known.vocabulary.methods
        walk = _Walk(document, start, self, self._known)
        for match in _UNCALLED.finditer(self.text):
            word = match[1]
            if word in methods or word == b"__class__":
                walk.attribute(match.start(1), match.end(1))
        return frozenset(walk.found)

    def flows(self, document: Document, start: int, token: bytes, known: Known) -> frozenset[bytes]:
        """The tokens into which the unit, which begins at ``start`` now, puts what one carries."""
        if known is not self._known and known != self._known:
            self._flows.clear()
        self._known = known
        found = self._flows.get(token)
        if found is None:
            walk = _Walk(document, start, self, known)
            walk.follow(token)
            found = self._flows[token] = frozenset(walk.found)
        return found


def _imported(document: Document, statements: list[Node]) -> Iterator[Imported]:
    data = document.data
    for statement in statements:
        module = statement.child_by_field_name("module_name")
        path = "".join(document.text_of(module).split()) if module is not None else ""
        is_inner = _is_inner(statement)
        for node in statement.named_children:
            if node == module or node.type == "comment":
                continue
            if node.type == "wildcard_import":
                yield Imported(b"", path, is_inner)
                continue
            alias = node.child_by_field_name("alias")
            dotted = document.text_of(node.child_by_field_name("name") or node)
            local = alias if alias is not None else node
            text = data[local.start_byte : local.end_byte]
            yield Imported(text.partition(b".")[0].strip(), path or dotted, is_inner)


def _is_inner(statement: Node) -> bool:
    parent = statement.parent
    while parent is not None and parent.type not in ("function_definition", "class_definition"):
        parent = parent.parent
    return parent is not None


class _Walk(Destinations):
    """Finds where a token is read in a unit, and collects what its value is put into from there."""

    def __init__(self, document: Document, start: int, piece: Piece, known: Known) -> None:
        super().__init__(document.data, known, piece.own)
        self.root = document.root
        self.start = start
        self.piece = piece
        self.text = piece.text

    def follow(self, token: bytes) -> None:
        if token[-1:] == GIVEN:
            self.called(token[:-1])
        elif token[-1:] == NAMED:
            self.named(token[:-1])
        elif PASSED in token:
            word, _, place = token.partition(PASSED)
            self.passed(word, place)
        elif token[:1] == b".":
            self.read(token[1:], True)
        elif b"." in token:
            self.read_from(*token.rsplit(b".", 1))
        else:
            self.read(token.removeprefix(OWN), False)

    def places(self, word: bytes) -> list[tuple[int, int]]:
        return places(self.text, word)

    def node(self, start: int, end: int) -> Node | None:
        return self.root.named_descendant_for_byte_range(self.start + start, self.start + end)

    def read(self, word: bytes, is_member: bool) -> None:
        """Wherever a name or attribute is read."""
        text = self.text
        for place, behind in self.places(word):
            if is_attribute(text, place) != is_member:
                continue
            following = text[behind : behind + 2]
            if following[:1] == b"(" or (following[:1] == b"=" and following != b"=="):
                continue
            if following[:1] == b".":
                self.chain(word, place, behind)
            elif is_member:
                self.attribute(place, place + len(word))
            else:
                node = self.node(place, place + len(word))
                if node is not None and node.type == "identifier":
                    self.put(node)

    def chain(self, word: bytes, place: int, behind: int) -> None:
        """``name.a.b``: what is read from it is put somewhere, or what a call of that gives."""
        match = _CHAIN.match(self.text, behind)
        if match is None:
            return
        end = match.end()
        last = LAST.search(match[0])
        after = end
        while after < len(self.text) and self.text[after] in b" \t":
            after += 1
        is_called = self.text[after : after + 1] == b"("
        vocabulary = self.known.vocabulary
        is_framework = word in self.known.frameworks
        if last is None or (is_called and (is_framework or last[0][:1].isupper())):
            return
        if is_framework and last[0] in vocabulary.constants:
            return
        if word in self.known.modules:  # what that is, the other file says
            self.found.add(word + _PACKED.sub(b"", match[0]) + (GIVEN if is_called else b""))
            return
        if last[0] in (vocabulary.names if is_called else vocabulary.objects) and last[0] not in ACCESSORS:
            return
        node = self.node(end - 1, end)
        while node is not None and node.type == "identifier":
            node = node.parent
        if node is None or node.type != "attribute" or node.end_byte != self.start + end:
            return
        call = node.parent if is_called else node
        if call is not None:
            self.put(call)

    def read_from(self, owner: bytes, word: bytes) -> None:
        """Wherever an attribute of a module is read."""
        for place, behind in self.places(word):
            if self.text[:place].endswith(owner + b".") and self.text[behind : behind + 1] not in (b"(", b"."):
                self.attribute(place, place + len(word))

    def attribute(self, start: int, end: int) -> None:
        node = self.node(start, end)
        parent = node.parent if node is not None and node.type == "identifier" else None
        if parent is not None and parent.type == "attribute" and parent.end_byte == self.start + end:
            self.put(parent)

    def called(self, word: bytes) -> None:
        """Wherever a function or method of a name is called; or what is read from a module: ``blocks.make``."""
        first, _, last = word.rpartition(b".")
        for place, behind in self.places(last):
            if self.text[behind : behind + 1] == b"(" and (not first or self.text[:place].endswith(first + b".")):
                node = self.node(place, place + len(last))
                callee = node.parent if node is not None and node.type == "identifier" else None
                if callee is not None and callee.type == "attribute":
                    callee = callee.parent
                if callee is not None and callee.type == "call":
                    self.put(callee)

    def named(self, word: bytes) -> None:
        """Wherever a function has a parameter of a name, or takes all names."""
        if b"**" in self.text:
            self.bind(word)
            return
        for place, _ in self.places(word):
            node = self.node(place, place + len(word))
            if node is not None and node.parent is not None and node.parent.type in _PARAMETERS:
                self.bind(word)
                return

    def passed(self, word: bytes, index: bytes) -> None:
        """The parameters of what is called by a name."""
        if self.piece.owner == word and self.piece.name in _CONSTRUCTORS:
            word = self.piece.name
        for place, _ in self.places(word):
            node = self.node(place, place + len(word))
            holder = node.parent if node is not None else None
            if holder is None or holder.child_by_field_name("name") != node:
                continue
            if holder.type == "class_definition":
                self.constructed(holder, index, self.start + len(self.text))
            elif holder.type == "function_definition":
                self.parameters(holder, index)

    def constructed(self, cls: Node, index: bytes, end: int) -> None:
        bases, body = cls.child_by_field_name("superclasses"), cls.child_by_field_name("body")
        for base in bases.named_children if bases is not None else ():
            last = LAST.search(self.data, base.start_byte, base.end_byte)
            if last is not None:
                self.found.add(last[0] + PASSED + index)
        if body is None or body.start_byte >= end:
            return
        for child in body.named_children:
            inner = child.child_by_field_name("definition") if child.type == "decorated_definition" else child
            name = inner.child_by_field_name("name") if inner is not None else None
            if inner is not None and name is not None and self.bytes(name) in _CONSTRUCTORS:
                self.parameters(inner, index)

    def parameters(self, function: Node, index: bytes) -> None:
        parameters = function.child_by_field_name("parameters")
        place = 0
        for child in parameters.named_children if parameters is not None else ():
            match = FIRST.search(self.data, child.start_byte, child.end_byte)
            if match is None or match[0] in (b"self", b"cls"):
                continue
            if not index or place == int(index) or child.type.endswith("splat_pattern"):
                self.bind(match[0])
            place += 1
