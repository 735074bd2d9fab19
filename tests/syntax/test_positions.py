"""Columns in UTF-8, UTF-16 and code points, against Python's own encoders."""

from __future__ import annotations

import pytest

from lsp_server.syntax.positions import Encoding, Lines

TEXT = "plain\nü = '😀x'\r\n\t变量 = 1\rlast 😀"
UNITS: dict[Encoding, str] = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTH = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_every_place_there_and_back(encoding: Encoding) -> None:
    lines = Lines(TEXT.encode())
    start = 0
    for number, line in enumerate(["plain\n", "ü = '😀x'\r\n", "\t变量 = 1\r", "last 😀"]):
        content = line.rstrip("\r\n")
        for index in range(len(content) + 1):
            column = len(content[:index].encode(UNITS[encoding])) // WIDTH[encoding]
            offset = start + len(content[:index].encode())
            assert lines.offset(number, column, encoding) == offset
            assert lines.position(offset, encoding) == (number, column)
        start += len(line.encode())


@pytest.mark.parametrize(
    ("line", "column", "offset"),
    [(-1, 0, 0), (0, -5, 0), (0, 99, 5), (99, 0, len(TEXT.encode())), (3, 99, len(TEXT.encode()))],
)
def test_outside_gives_the_nearest_inside(line: int, column: int, offset: int) -> None:
    assert Lines(TEXT.encode()).offset(line, column) == offset


def test_inside_a_surrogate_pair_gives_its_start() -> None:
    assert Lines("😀".encode()).offset(0, 1, "utf-16") == 0


def test_empty() -> None:
    assert Lines(b"").position(0) == (0, 0)
    assert len(Lines(b"")) == 1
