"""Texts, places and streams as hypothesis invents them: small, strange, and shrunk until only the mistake is left."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.server.transport import Splitter
from lsp_server.syntax.document import Document
from lsp_server.syntax.positions import Encoding

same_everywhere = settings(max_examples=200, derandomize=True, database=None, deadline=None)
encodings = st.sampled_from(["utf-8", "utf-16", "utf-32"])
texts = st.text(st.sampled_from("ab(:=.\"'#\\ \t\n\r\x00变😀\ud800\udfff\u0301\u2028"), max_size=40)


@same_everywhere
@given(texts, encodings)
def test_every_character_has_a_place_and_the_place_leads_back(text: str, encoding: Encoding) -> None:
    document = Document.parse(text)
    offset = 0
    for character in text:
        line, column = document.lines.position(offset, encoding)
        inside_an_end = document.data[offset - 1 : offset + 1] == b"\r\n" and offset > 0
        if not inside_an_end:
            assert document.lines.offset(line, column, encoding) == offset, (line, column)
        offset += len(character.encode("utf-8", "surrogatepass"))


@same_everywhere
@given(texts, encodings, st.integers(-5, 50), st.integers(-5, 50))
def test_every_place_leads_into_the_text(text: str, encoding: Encoding, line: int, column: int) -> None:
    document = Document.parse(text)
    offset = document.lines.offset(line, column, encoding)
    assert 0 <= offset <= len(document.data)
    document.data[:offset].decode("utf-8", "surrogatepass")  # never inside of a character


@same_everywhere
@given(texts, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), texts), max_size=5))
def test_edits_give_the_text_and_the_tree_of_a_fresh_document(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = Document.parse(text)
    for one, other, new in edits:
        start, end = sorted((min(one, len(text)), min(other, len(text))))
        before, upto = (len(text[:at].encode("utf-8", "surrogatepass")) for at in (start, end))
        document = document.edited(before, upto, new)
        text = text[:start] + new + text[end:]
        fresh = Document.parse(text)
        assert document.text == text
        assert document.lines.starts == fresh.lines.starts
        if not fresh.root.has_error:
            # of what does not parse tree-sitter may keep another of several trees
            assert str(document.root) == str(fresh.root)


messages = st.lists(st.binary(min_size=1, max_size=60), max_size=5)


@same_everywhere
@given(messages, st.data())
def test_streams_are_cut_the_same_in_whatever_pieces(bodies: list[bytes], data: Any) -> None:
    stream = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)
    splitter, found = Splitter(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += splitter.feed(stream[:size])
        stream = stream[size:]
    assert found == bodies


@same_everywhere
@given(st.binary(max_size=300), st.binary(min_size=1, max_size=40))
def test_noise_without_headers_does_not_hide_the_next_message(noise: bytes, body: bytes) -> None:
    splitter = Splitter()
    assert splitter.feed(noise) == []
    found = splitter.feed(b"\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    assert found == [body]
