"""The pictures of both READMEs: all of them are there, in both languages, shown, and small. pictures.py makes them."""

from __future__ import annotations

import re
import struct

import pytest
from editor_layout import REPOSITORY
from pictures import IMAGES, LANGUAGES, NEOVIM_SHOWN, SHOWN

LARGEST, LARGEST_SUM = 120_000, 1_500_000
NAMES = {f"vscode-{name}.png" for name in (*SHOWN, "walkthrough")} | {f"neovim-{name}.png" for name in NEOVIM_SHOWN}
READMES = {"en": "README.md", "zh-cn": "README.zh-CN.md"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there_and_shown(language: str) -> None:
    assert {path.name for path in (IMAGES / language).iterdir()} == NAMES
    text = (REPOSITORY / READMES[language]).read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(docs/images/([^)]+)\)", text)
    assert {path for _, path in shown} == {f"{language}/{name}" for name in NAMES}
    assert all(len(said) > 3 for said, _ in shown), "who does not see a picture is told what it shows"


def test_pictures_are_small() -> None:
    sizes = {path: path.stat().st_size for path in IMAGES.rglob("*.png")}
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) <= LARGEST_SUM


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_wide_enough_to_be_read(language: str) -> None:
    for path in (IMAGES / language).iterdir():
        data = path.read_bytes()
        width, height = struct.unpack(">II", data[16:24])
        assert width >= 700 and height >= 300, path
