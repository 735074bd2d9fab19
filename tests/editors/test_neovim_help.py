"""Neovim's help, in both languages: every command and function has its place. Needs no editor."""

from __future__ import annotations

import re

import pytest
from editor_layout import REPOSITORY

from lsp_server.migrate.state_table import columns

PLUGIN = REPOSITORY / "nvim-client"
WIDTH = 78
TAG = re.compile(r"\*([^\s*]+)\*")

both = pytest.mark.parametrize("file", ["torchspore.txt", "torchspore.cnx"])


def text(file: str) -> str:
    return (PLUGIN / "doc" / file).read_text(encoding="utf-8")


@both
def test_every_command_and_function_has_its_place(file: str) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in PLUGIN.rglob("*.lua"))
    commands = {f":{name}" for name in re.findall(r"define\('(\w+)'", sources)}
    assert commands | {"torchspore.progress()", "torchspore.figures()"} <= set(TAG.findall(text(file)))


@both
def test_links_lead_to_places_that_are_there(file: str) -> None:
    tags = set(TAG.findall(text(file)))
    own = {name for name in re.findall(r"\|([^\s|]+)\|", text(file)) if name.startswith("torchspore")}
    assert own and own <= tags


@both
def test_lines_fit_a_window_of_80_columns(file: str) -> None:
    assert [line for line in text(file).splitlines() if columns(line) > WIDTH] == []


def test_both_languages_have_the_same_places() -> None:
    assert sorted(TAG.findall(text("torchspore.txt"))) == sorted(TAG.findall(text("torchspore.cnx")))
