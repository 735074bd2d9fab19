"""The first minutes in a real VS Code window, in English and in Chinese: the walkthrough and the command palette."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from vscode_window import Seen, VsCode, client_texts, headings

pytestmark = pytest.mark.editors

STEPS = ["hover", "state", "preview", "migration", "notebook", "settings"]


@pytest.fixture(scope="module", params=["en", "zh-cn"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def seen(vscode: Callable[[str], VsCode], language: str) -> Seen:
    return vscode(language).welcome


def test_the_walkthrough_opens_with_the_first_python_file(seen: Seen, language: str) -> None:
    opened = seen("opened")
    texts = client_texts(language)
    assert opened["ids"] == [f"torchspore.torchspore#start#{step}" for step in STEPS]
    assert opened["names"] == [texts[f"walkthrough.{step}.title"] for step in STEPS]


@pytest.mark.parametrize("step", STEPS)
def test_each_step_has_its_page_in_the_language(seen: Seen, language: str, step: str) -> None:
    page = seen(f"page-{step}")
    first = client_texts(language)[f"walkthrough.{step}.description"].partition("\n")[0]
    assert first in page["description"] and "](command:" not in page["description"]
    assert headings(language)[step] in page["media"]


def test_the_example_shows_a_hover_at_a_click(seen: Seen) -> None:
    assert "running_mean" in seen("try-hover")


def test_a_step_that_was_tried_is_ticked_off_and_no_other(seen: Seen) -> None:
    assert seen("ticked") == ["hover"]


def test_the_example_is_previewed_at_a_click(seen: Seen) -> None:
    assert "class ConvBN(nn.Cell):" in seen("try-preview").replace("\u00a0", " ")


def test_the_direction_of_a_migration_can_be_chosen(seen: Seen) -> None:
    choices = seen("try-migration")
    assert len(choices) == 4 and "PyTorch" in choices[0] and "MindSpore" in choices[0]


def test_every_command_is_in_the_palette(seen: Seen) -> None:
    assert seen("palette") == []


def test_the_walkthrough_does_not_come_again(vscode: Callable[[str], VsCode]) -> None:
    assert vscode("en").welcome("again") == 0
