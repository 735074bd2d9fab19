"""Python files as bytes: what they are encoded in, whether they parse."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

import msgspec

from lsp_server.messages import Message
from lsp_server.messages import migration as messages
from lsp_server.migrate.plan import Reason


class Source(msgspec.Struct, frozen=True):
    """A decoded file. Its byte order mark, if it has one, stands in the text."""

    text: str
    encoding: str

    def encode(self, text: str) -> bytes:
        return text.encode(self.encoding)


def decode(data: bytes) -> Source | Reason:
    """The text in the encoding that its first lines name; the reason if these bytes are no Python source."""
    if b"\0" in data:
        return _reason(messages.UNDECODABLE, line=_line(data, data.index(b"\0")), reason="NUL")
    try:
        named, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeDecodeError) as error:
        return _reason(messages.UNDECODABLE, line=1, reason=str(error))
    encoding = "utf-8" if named == "utf-8-sig" else named
    try:
        return Source(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return _reason(messages.UNDECODABLE, line=_line(data, error.start), reason=error.reason)


def broken(text: str) -> Reason | None:
    """Why Python itself refuses a text. Asked only where our own parser stumbles."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        return _reason(messages.BROKEN, line=error.lineno or 1, reason=error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return _reason(messages.BROKEN, line=1, reason=str(error))
    return None


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _reason(message: Message, line: int, reason: str) -> Reason:
    return Reason("TS300", message, (("line", str(line)), ("reason", reason)))
