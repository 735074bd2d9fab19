"""A version of a file: its bytes, its tree, its lines. Immutable; an edit gives the next version.

Offsets are bytes of the UTF-8 text everywhere below ``server/``: tree-sitter speaks them, and they cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from tree_sitter import Node, Parser, Tree

from lsp_server.syntax.grammar import PYTHON
from lsp_server.syntax.positions import Lines
from lsp_server.syntax.words import is_attribute, places

_PARSER = Parser(PYTHON)


class Document:
    """One immutable version of a Python source text."""

    read: Callable[[], bytes] | None = None
    """Reads the text again, where it may be given up for the time being."""

    def __init__(self, data: bytes, tree: Tree | None = None) -> None:
        self.data = data
        if tree is not None:
            self.tree = tree

    @classmethod
    def parse(cls, text: str) -> Document:
        return cls(encode(text))

    @cached_property
    def tree(self) -> Tree:
        """Made when it is needed: of many files that imports lead to, the text alone shows that it is not."""
        return _PARSER.parse(self.data)

    @property
    def is_parsed(self) -> bool:
        return "tree" in self.__dict__

    def release(self) -> None:
        """Give up the text until somebody needs it, if it can be read again and no tree was made of it."""
        if self.read is not None and not self.is_parsed:
            self.__dict__.pop("data", None)

    def __getattr__(self, name: str) -> bytes:
        if name != "data" or self.read is None:
            raise AttributeError(name)
        self.data = self.read()
        return self.data

    @cached_property
    def root(self) -> Node:
        return self.tree.root_node

    @property
    def text(self) -> str:
        return decode(self.data)

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.data)

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses; that of its first line."""
        end = self.data.find(b"\n")
        return "\r\n" if end > 0 and self.data[end - 1 : end] == b"\r" else "\n"

    def slice(self, start: int, end: int) -> str:
        return decode(self.data[start:end])

    def text_of(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def edited(self, start: int, end: int, new: str) -> Document:
        """The next version, with ``start:end`` replaced. Only the part of the tree that changes is parsed again."""
        insert = encode(new)
        data = self.data[:start] + insert + self.data[end:]
        new_end = start + len(insert)
        tree = self.tree.copy()
        first = _point(self.data, start)
        tree.edit(
            start,
            end,
            new_end,
            first,
            _point(self.data, end, start, first),
            _point(data, new_end, start, first),
        )
        document = Document(data, _PARSER.parse(data, tree))
        if "lines" in self.__dict__:
            document.__dict__["lines"] = self.lines.edited(data, start, end, insert)
        return document

    def attributes(self, word: str) -> Iterator[tuple[Node, Node]]:
        """The attributes of a name, and the last part of each."""
        for start, _ in places(self.data, word.encode()):
            is_read = is_attribute(self.data, start)
            name = self.root.named_descendant_for_byte_range(start, start + len(word)) if is_read else None
            node = name.parent if name is not None and name.type == "identifier" else None
            if name is not None and node is not None and node.type == "attribute":
                yield node, name

    def calls(self, function: str) -> Iterator[Node]:
        """The calls of a name, as such and not as a member."""
        for start, end in places(self.data, function.encode()):
            if self.data[end : end + 1] == b"(":
                name = self.root.named_descendant_for_byte_range(start, start + len(function))
                call = name.parent if name is not None and name.type == "identifier" else None
                if call is not None and call.type == "call" and call.child_by_field_name("function") == name:
                    yield call

    def classes(self) -> Iterator[Node]:
        """The definitions of all classes."""
        data = self.data
        for start, _ in places(data, b"class"):
            if data[data.rfind(b"\n", 0, start) + 1 : start].strip(b" \t\f"):
                continue  # it is in the middle of a line
            node = self.root.named_descendant_for_byte_range(start, start + 5)
            if node is not None and node.type == "class_definition" and node.start_byte == start:
                yield node

    def node_at(self, offset: int) -> Node:
        """The smallest named node at an offset; at the end of a name, that name."""
        here = self.root.named_descendant_for_byte_range(offset, offset)
        if offset and (here is None or here.type not in ("identifier", "string_content")):
            before = self.root.named_descendant_for_byte_range(offset - 1, offset - 1)
            if before is not None and before.type == "identifier" and before.end_byte == offset:
                return before
        return here if here is not None else self.root


def encode(text: str) -> bytes:
    """UTF-8; lone surrogates, which a client can send, survive the way there and back."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _point(data: bytes, offset: int, known: int = 0, point: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """Row and byte column as tree-sitter counts them: rows end at line feeds only. Counted from a place whose point is
    known."""
    rows = data.count(b"\n", known, offset)
    if not rows:
        return point[0], point[1] + offset - known
    return point[0] + rows, offset - (data.rfind(b"\n", known, offset) + 1)
