"""The server in a real Neovim, through the configuration that is shipped in nvim-client/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from editor_layout import REPOSITORY, Layout
from neovim_window import HERE, Seen, play

pytestmark = pytest.mark.editors


@pytest.fixture(scope="module")
def seen(require, layout: Layout, server_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What Neovim saw, by the name of the observation; one run serves all tests."""
    require("neovim")
    home = tmp_path_factory.mktemp("neovim")
    return play(layout, server_python, home, "nvim_everyday", HERE / "workspace", files={"pyproject.toml": ""})


def test_the_server_introduces_itself(seen: Seen) -> None:
    assert seen("server")["name"] == "torchspore"


def test_hover_names_both_sides_of_a_buffer(seen: Seen) -> None:
    text = seen("hover")["text"]
    for expected in ("torch.nn.Module.buffers", "build_block.0.bn.running_mean", "moving_mean"):
        assert expected in text


def test_the_lost_buffer_is_a_diagnostic(seen: Seen) -> None:
    found = [item for item in seen("diagnostics") if item["code"] == "TS101"]
    assert [item["line"] for item in found] == [10]


def test_a_call_is_offered_for_conversion_with_a_lazy_edit(seen: Seen) -> None:
    actions = {action["title"]: action for action in seen("call_actions")}
    title = "Convert to `mindspore.nn.Conv2d(…)`"
    assert title in actions
    assert actions[title]["kind"] == "refactor.rewrite.torchspore.call"
    assert not actions[title]["has_edit"], "the edit is to be computed by codeAction/resolve"


def test_converting_a_call_changes_the_line(seen: Seen) -> None:
    line = seen("converted_call")
    assert line.startswith("        self.conv = ")
    assert "has_bias=True" in line, "torch's Conv2d has a bias by default, MindSpore's has none"


def test_the_quick_fix_registers_the_buffer(seen: Seen) -> None:
    assert seen("fixed_finding").lstrip().startswith("self.register_buffer(")


def test_completion_on_a_cell_offers_the_counterpart_of_buffers(seen: Seen) -> None:
    # The name that is typed filters; what is shown and inserted is the counterpart.
    items = [item for item in seen("completion") if item.get("filterText", item["label"]) == "buffers"]
    assert [item["textEdit"]["newText"] for item in items] == ["untrainable_params()"]


def test_the_commands_are_defined_in_the_buffer(seen: Seen) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "nvim-client").rglob("*.lua"))
    defined = set(re.findall(r"define\('(\w+)'", source))
    assert len(defined) == 9 and defined <= set(seen("commands"))


def test_explain_opens_a_window(seen: Seen) -> None:
    assert "torch.nn.Module.buffers" in seen("explanation")["text"]


def test_lenses_stand_over_the_module_classes(seen: Seen) -> None:
    # conv 3→64 with kernel 3: 1,728 weights and 64 biases; batch norm: 128, with three buffers. `mask` is set to None.
    above, *others = [lens["title"] for lens in seen("lenses")]
    assert above.startswith("To MindSpore: ")
    assert others == ["1,920 parameters · 3 buffers"] * 2


def test_a_lens_shows_the_whole_state(seen: Seen) -> None:
    text = seen("state")["text"]
    assert "build_block.0.bn.running_mean" in text and "moving_mean" in text


@pytest.mark.parametrize("way", ["report", "report_command"])
def test_the_report_is_a_page_below(seen: Seen, way: str) -> None:
    """From the lens above the file, and by command; not a file that the server opens."""
    assert seen(way)["text"].startswith("# Conversion to MindSpore\n\n")


def test_a_name_in_a_string_leads_to_its_layer(seen: Seen) -> None:
    assert seen("definition").strip() == "self.bn = nn.BatchNorm2d(64)"


def test_preview_shows_a_diff_and_cleans_up(seen: Seen) -> None:
    preview = seen("preview")
    assert "mindspore" in preview["text"]
    assert preview["in_diff_mode"]
    assert not preview["left_in_diff_mode"]


def test_convert_file_rewrites_the_buffer(seen: Seen) -> None:
    assert "import mindspore" in seen("converted_file")


def test_a_server_that_is_killed_comes_back_once_and_that_is_said(seen: Seen) -> None:
    crashes = seen("crashes")
    assert "stopped unexpectedly and was restarted" in crashes["first"]
    assert crashes["answered"]
    assert len(crashes["second"]) == 1 and "stopped again" in crashes["second"][0]
    assert not crashes["is_back"]
