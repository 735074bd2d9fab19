"""Comments that say what is not to be reported, as they are written, and what of the file each of them is about.

``# torchspore: ignore[TS101, TS2] reason`` and ``# torchspore: ignore`` hold for the line that they end, and for what
begins or ends on it: the statement at its first and at its last line, one argument at its own. On a line of their own
they hold for what begins on the next one. ``# torchspore: ignore-file[…]`` holds for the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Message
from lsp_server.messages import suppressions as messages

LINE, FILE = "ignore", "ignore-file"
_MENTIONED = re.compile(rb"#\s*torchspore\s*:", re.IGNORECASE)
_SAID = re.compile(rb"#\s*torchspore\s*:\s*([\w-]*)(\s*\[([^\]#\n]*)(\]?))?([^#\n]*)", re.IGNORECASE)
_CODE = re.compile(rb"[^,\s]+")
_LOOKS_LIKE_CODES = re.compile(rb"\s*:?\s*(TS\d+(?:\s*,\s*TS\d+)*)(?![\w-])", re.IGNORECASE)

Extent = tuple[int, int]


class Code(msgspec.Struct, frozen=True):
    """A code, or the beginning of several, with its place."""

    start: int
    end: int
    text: str


class Comment(msgspec.Struct, frozen=True):
    """One suppression: ``start:end`` is the piece of the comment ``whole`` that says it. No codes means all of them.

    ``problem`` is why it does nothing, with the values of that message.
    """

    start: int
    end: int
    whole: Extent
    word: str
    codes: tuple[Code, ...] = ()
    stands_alone: bool = False
    problem: Message | None = None
    values: tuple[tuple[str, str], ...] = ()

    @property
    def for_file(self) -> bool:
        return self.word == FILE


def comments(analysis: Analysis) -> list[Comment]:
    """The suppressions of a file in their order, broken ones too."""
    data = analysis.document.data
    if _MENTIONED.search(data) is None:
        return []
    found: list[Comment] = []
    for match in _SAID.finditer(data):
        node = analysis.document.root.named_descendant_for_byte_range(match.start(), match.end())
        if node is not None and node.type == "comment":
            found.append(_read(analysis, node, match))
    return found


def _read(analysis: Analysis, node: Node, match: re.Match[bytes]) -> Comment:
    data = analysis.document.data
    word = match[1].decode().lower()
    start, end = match.start(), match.start() + len(match[0].rstrip())
    begin = data.rfind(b"\n", 0, node.start_byte) + 1
    alone = not data[begin : node.start_byte].strip()
    codes: list[Code] = []
    if match[3] is not None:
        for one in _CODE.finditer(match[3]):
            place = match.start(3) + one.start()
            codes.append(Code(place, place + len(one[0]), one[0].decode("utf-8", "replace").upper()))
    problem, values = _problem(word, match, alone)
    # the tree counts the CR of a CR LF to the comment
    whole = (node.start_byte, node.start_byte + len(data[node.start_byte : node.end_byte].rstrip(b"\r")))
    return Comment(start, end, whole, word, tuple(codes), alone, problem, values)


def _problem(word: str, match: re.Match[bytes], alone: bool) -> tuple[Message | None, tuple[tuple[str, str], ...]]:
    if word not in (LINE, FILE):
        return messages.UNKNOWN_WORD, (("word", match[1].decode()),)
    if match[2] is not None and not match[4]:
        return messages.NOT_CLOSED, ()
    if match[2] is not None and not match[3].strip(b" \t,"):
        return messages.NO_CODES, ()
    bare = _LOOKS_LIKE_CODES.match(match[5]) if match[2] is None else None
    if bare is not None:
        return messages.NO_BRACKETS, (("word", word), ("codes", bare[1].decode().upper()))
    if word == FILE and not alone:
        return messages.BEHIND_CODE, ()
    return None, ()


def bare_codes(analysis: Analysis, comment: Comment) -> Extent | None:
    """Where codes stand that lack their brackets, from behind the word on."""
    match = _SAID.match(analysis.document.data, comment.start)
    bare = _LOOKS_LIKE_CODES.match(match[5]) if match is not None else None
    return (match.end(1), match.start(5) + bare.end(1)) if match is not None and bare is not None else None


def extents(analysis: Analysis, comment: Comment, breaks: tuple[int, ...] = ()) -> list[Extent]:
    """The places that a comment is about. ``breaks`` are where cells of a notebook begin: none speaks for the next."""
    data, root = analysis.document.data, analysis.document.root
    if comment.for_file:
        return [(0, len(data) + 1)]
    if not comment.stands_alone:
        row = data.count(b"\n", 0, comment.start)
        return [_line(data, comment.start), *_held(root, row, with_ends=True)]
    place = _next_code(data, comment.end)
    if place is None or any(comment.end <= one <= place for one in breaks):
        return []
    return [_line(data, place), *_held(root, data.count(b"\n", 0, place), with_ends=False)]


def _line(data: bytes, offset: int) -> Extent:
    end = data.find(b"\n", offset)
    return data.rfind(b"\n", 0, offset) + 1, len(data) if end < 0 else end


def _next_code(data: bytes, offset: int) -> int | None:
    """The next line that holds more than a comment."""
    start = data.find(b"\n", offset) + 1
    while 0 < start < len(data):
        end = _line(data, start)[1]
        content = data[start:end].strip()
        if content and not content.startswith(b"#"):
            return start
        start = end + 1
    return None


def _held(node: Node, row: int, with_ends: bool) -> Iterator[Extent]:
    """What of the tree begins, or ends, on a row: of definitions and blocks only the heads."""
    if node.start_point.row > row or node.end_point.row < row or node.start_point.row == node.end_point.row:
        return
    head_end, last_row = _head(node)
    if node.type not in ("module", "block") and (node.start_point.row == row or (with_ends and last_row == row)):
        yield node.start_byte, head_end
    for child in node.children:
        yield from _held(child, row, with_ends)


def _head(node: Node) -> tuple[int, int]:
    """Where what belongs to a node without its block ends, and on which row."""
    if node.type == "decorated_definition":
        definition = node.child_by_field_name("definition")
        return _head(definition) if definition is not None else (node.end_byte, node.end_point.row)
    for index, child in enumerate(node.children):
        if child.type == "block":
            before = node.children[index - 1] if index else child
            # a comment behind the colon stands between it and the block
            colon = next((one for one in reversed(node.children[:index]) if one.type == ":"), before)
            return child.start_byte, colon.end_point.row
    return node.end_byte, node.end_point.row
