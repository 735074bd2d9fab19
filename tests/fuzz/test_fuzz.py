"""Some inputs of every kind, the same in every run; ``python -m tests.fuzz`` tries others for as long as one likes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .checks import CHECKS, parses, position
from .direct import Direct, Found

EXAMPLES = {"documents": 12, "nests": 4, "edits": 8, "conversions": 12, "streams": 8, "orders": 8}


@pytest.mark.parametrize("kind", CHECKS)
def test_nothing_goes_wrong(kind: str) -> None:
    for seed in range(EXAMPLES[kind]):
        CHECKS[kind](random.Random(seed))


def test_an_error_of_a_handler_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What all of this rests on: the server swallows errors of its handlers, and they are seen nevertheless."""
    from lsp_server.server import hover

    def fails(*arguments: object) -> None:
        raise KeyError("on purpose")

    direct = Direct(tmp_path)
    monkeypatch.setattr(hover, "hover", fails)
    try:
        with pytest.raises(Found, match=r"KeyError in test_fuzz\.py:fails"):
            direct.ask("textDocument/hover", {"textDocument": {"uri": "x"}, "position": {"line": 0, "character": 0}})
    finally:
        direct.close()


def test_places_are_counted_as_the_protocol_has_them() -> None:
    text = "a\r\n😀b\rc\nd"
    places = {offset: tuple(position(text, offset).values()) for offset in range(len(text) + 1)}
    assert places[1] == (0, 1) and places[3] == (1, 0) and places[4] == (1, 2) and places[6] == (2, 0)
    assert places[len(text)] == (3, 1)
    assert parses("x = 1") and not parses("x = (")
