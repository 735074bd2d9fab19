"""What helps to read, on the screen of a real Neovim: text without a renderer for tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor_layout import Layout
from neovim_window import HERE, Seen, play

from lsp_server.migrate.state_table import columns

pytestmark = pytest.mark.editors

LANGUAGES = ("en", "zh-cn")


@pytest.fixture(scope="module")
def seen(
    require, layout: Layout, server_python: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """What Neovim's screen showed, by the name of the observation; one run serves all tests."""
    require("neovim")
    return play(
        layout,
        server_python,
        tmp_path_factory.mktemp("reading"),
        "nvim_reading",
        HERE / "reading_workspace",
        files={"pyproject.toml": ""},
        pictures=artifacts / "screenshots",
        prefix="neovim-reading",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hovers_say_what_the_installed_framework_says(seen: Seen, language: str) -> None:
    found = seen(f"documentation-{language}")
    shown = "\n".join(found["screen"])
    assert "torch.abs(input" in shown and "Computes the absolute value of each element" in shown
    assert "](http" not in shown, "addresses are concealed"
    assert found["height"] <= 22 and found["width"] <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_of_tables_stand_under_each_other(seen: Seen, language: str) -> None:
    found = seen(f"table-{language}")
    rows = [line for line in found["text"].splitlines() if line.startswith("|")]
    assert len(rows) >= 9 and len({columns(row) for row in rows}) == 1
    assert len({tuple(place for place, sign in cells(row) if sign == "|") for row in rows}) == 1
    assert found["height"] <= 40


def cells(row: str) -> list[tuple[int, str]]:
    """Each character with the column of the screen that it begins in."""
    found: list[tuple[int, str]] = []
    place = 0
    for character in row:
        found.append((place, character))
        place += columns(character)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_stand_at_the_ends_of_lines(seen: Seen, language: str) -> None:
    rows = seen(f"hints-{language}")
    assert any("self.conv = nn.Conv2d(3, 64, 3) weight 64×3×3×3, bias 64" in row for row in rows), rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buffer_is_marked_as_one(seen: Seen, language: str) -> None:
    assert seen(f"tokens-{language}") == {"type": "property", "modifiers": ["buffer"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_signature_help_shows_both_sides(seen: Seen, language: str) -> None:
    text = seen(f"signature-{language}")["text"]
    assert "torch.nn.Conv2d(in_channels" in text and "`kernel_size`" in text and "mindspore.nn.Conv2d" in text
