"""What helps to read and to write, in a real VS Code window: documentation, tables, hints, signatures, completion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from vscode_window import HERE, Seen, VsCode

pytestmark = pytest.mark.editors

TIMEOUT_S = 900
LANGUAGES = ("en", "zh-cn")
WIDEST, HIGHEST = 860, 420
"""Pixels of a hover in a window of 1280 × 800."""


@pytest.fixture(scope="module")
def seen(vscode: Callable[[str], VsCode]) -> Seen:
    """What was seen in the window, by the name of the observation; one run serves all tests."""
    return vscode("en").play(
        "reading",
        HERE / "reading_workspace",
        prefix="reading",
        timeout=TIMEOUT_S,
        settings={"torchspore.language": "en"},
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hovers_say_what_the_installed_framework_says(seen: Seen, language: str) -> None:
    found = seen(f"documentation-{language}")
    assert "Computes the absolute value of each element in" in found["text"]
    assert any("torch.abs(input" in code for code in found["code"]), "the signature is a block of code"


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_the_pages_of_both_frameworks(seen: Seen, language: str) -> None:
    links = seen(f"call-{language}")["links"]
    folder = "zh-CN" if language == "zh-cn" else "en"
    assert any(link.endswith("/generated/torch.nn.Conv2d.html") for link in links), links
    assert any(f"/docs/{folder}/r2.10.0/api_python/nn/mindspore.nn.Conv2d.html" in link for link in links), links


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["documentation", "call", "table"])
def test_a_hover_fits_the_screen(seen: Seen, what: str, language: str) -> None:
    found = seen(f"{what}-{language}")
    assert found["width"] <= WIDEST and found["height"] <= HIGHEST, (found["width"], found["height"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_tables_stand_on_one_line(seen: Seen, language: str) -> None:
    found = seen(f"table-{language}")
    assert len(found["heads"]) == 6
    assert max(found["headHeights"]) < 32, found


@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_stand_at_the_end_of_a_line(seen: Seen, language: str) -> None:
    line = seen(f"hints-{language}")
    assert "weight 64×3×3×3, bias 64" in line and "→ nn.Conv2d" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buffer_has_a_colour_of_its_own(seen: Seen, language: str) -> None:
    found = seen(f"tokens-{language}")
    assert found["colour"] != found["other"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_signature_help_shows_both_sides(seen: Seen, language: str) -> None:
    text = seen(f"signature-{language}")
    assert "torch.nn.Conv2d(in_channels" in text and "kernel_size" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_call_that_is_chosen_carries_the_defaults(seen: Seen, language: str) -> None:
    line = seen(f"completion-{language}")["line"]
    assert line.startswith("nn.Conv2d(in_channels, out_channels, kernel_size, has_bias=True, pad_mode='pad')")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_of_the_other_framework_brings_its_import(seen: Seen, language: str) -> None:
    found = seen(f"import-{language}")
    assert "ops.cat(tensors)" in found["line"] and found["added"] == "from mindspore import ops"
