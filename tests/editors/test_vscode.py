"""The packaged extension in a real VS Code window: code-server in Chromium, the .vsix with its bundled server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from vscode_window import HERE, Seen, VsCode

pytestmark = pytest.mark.editors

TIMEOUT_S = 600
CONVERT_CALL = "Convert to `mindspore.nn.Conv2d(…)`"


@pytest.fixture(scope="module")
def seen(vscode: Callable[[str], VsCode], server_python: Path) -> Seen:
    """What was seen in the window, by the name of the observation; one run serves all tests."""
    window = vscode("en")
    home = window.started.home
    # All the extension knows of an interpreter is what it answers when asked for its version.
    old_interpreter = home / "old-python"
    old_interpreter.write_text("#!/bin/sh\nprintf 3.8.10\n", encoding="utf-8")
    old_interpreter.chmod(0o755)
    return window.play(
        "everyday",
        HERE / "workspace",
        prefix="vscode",
        timeout=TIMEOUT_S,
        settings={"torchspore.language": "en"},
        chosenInterpreter=str(window.started.chosen_interpreter),
        oldInterpreter=str(old_interpreter),
        # Isolated, or the workspace it is started in would come before its own modules.
        ownCommand=[str(server_python), "-I", "-m", "lsp_server", "server", "--stdio"],
    )


def test_the_lost_buffer_is_underlined_and_listed(seen: Seen) -> None:
    assert "TS101" in seen("diagnostics")


def test_hover_names_both_sides_of_a_buffer(seen: Seen) -> None:
    text = seen("hover")
    for expected in ("torch.nn.Module.buffers", "build_block.0.bn.running_mean", "moving_mean"):
        assert expected in text


def test_hover_speaks_chinese_once_the_setting_says_so(seen: Seen) -> None:
    text = seen("hover-zh-cn")
    assert "moving_mean" in text
    assert any("\u4e00" <= character <= "\u9fff" for character in text), text


def test_hover_in_a_notebook_knows_the_other_cells(seen: Seen) -> None:
    text = seen("notebook")
    assert "torch.nn.Module.buffers" in text
    assert "moving_mean" in text


def test_the_light_bulb_offers_the_conversion_of_a_call(seen: Seen) -> None:
    assert any(CONVERT_CALL in row for row in seen("code-actions"))


def test_converting_a_call_changes_the_line(seen: Seen) -> None:
    line = seen("converted-call")
    assert "self.conv = " in line
    assert "has_bias=True" in line, "torch's Conv2d has a bias by default, MindSpore's has none"


def test_the_quick_fix_registers_the_buffer(seen: Seen) -> None:
    assert seen("fixed-finding").lstrip().startswith("self.register_buffer(")


def test_completion_on_a_cell_offers_the_counterpart_of_buffers(seen: Seen) -> None:
    assert any("untrainable_params()" in row for row in seen("completion"))


def test_accepting_the_completion_writes_the_counterpart(seen: Seen) -> None:
    assert seen("accepted-completion").rstrip().endswith("net.untrainable_params()")


def test_a_lens_over_each_module_class_counts_what_it_holds(seen: Seen) -> None:
    # Block has no default for its width; Tower: 3 blocks of 584 + 16 and a head of 18.
    block, tower = seen("lens")
    assert "4 parameter tensors" in block and "3 buffers" in block and "partly unknown" in block
    assert "1,818 parameters" in tower and "9 buffers" in tower


@pytest.mark.parametrize("way", ["lens-list", "long-hover-list"])
def test_the_lens_and_the_link_of_a_long_hover_open_the_full_list(seen: Seen, way: str) -> None:
    opened = seen(way)
    assert "state.py.md" in opened["title"] and "Tower" in opened["text"]
    for name in ("blocks.0.conv.weight", "blocks.2.bn.num_batches_tracked", "head.weight", "head.bias"):
        assert name in opened["text"]
    assert "moving_variance" in opened["text"]


def test_a_long_hover_ends_in_a_link(seen: Seen) -> None:
    text = seen("long-hover")
    assert "blocks.0.conv.weight" in text and "head.bias" not in text
    assert re.search(r"and \d+ more", text)


def test_the_definition_of_a_state_name_is_the_call_that_makes_it(seen: Seen) -> None:
    found = seen("definition")
    assert found["number"] == 9
    assert "nn.BatchNorm2d(channels)" in found["line"]


def test_names_are_completed_inside_of_a_key(seen: Seen) -> None:
    rows = seen("string-completion")
    names = [row.replace("\u00a0", " ") for row in rows]
    for name in ("conv.weight", "conv.bias", "bn.running_mean", "bn.num_batches_tracked"):
        assert any(f"blocks.2.{name}" in row for row in names), names
    assert 'tower.state_dict()["blocks.2.bn.running_var' in seen("accepted-string-completion")


def test_preview_opens_a_diff(seen: Seen) -> None:
    preview = seen("preview")
    assert "mindspore" in preview["line"]
    assert "network.py" in preview["tab"]


def test_the_report_is_a_page_whose_places_can_be_clicked(seen: Seen) -> None:
    report = seen("report")
    assert "](" not in report["text"] and "file:" not in report["text"]
    assert report["line"] == 28


def test_explain_asks_for_a_name_and_shows_a_page(seen: Seen) -> None:
    assert "torch.nn.Module.buffers" in seen("explanation")


def test_a_crashed_server_comes_back_and_that_is_said_once(seen: Seen) -> None:
    crash = seen("crash")
    assert crash["restarted"]
    assert "running_mean" in crash["hover"]
    assert len([text for text in crash["notifications"] if "stopped unexpectedly" in text]) == 1
    assert len(crash["notifications"]) == 1, crash["notifications"]


def test_a_missing_interpreter_is_one_message_and_mending_it_is_enough(seen: Seen) -> None:
    missing = seen("missing-interpreter")
    assert "torchspore.interpreter" in missing["message"]
    assert "Open Settings" in missing["message"]
    assert missing["count"] == 1
    assert "running_mean" in missing["hover"]


def test_an_old_interpreter_is_told_with_its_version(seen: Seen) -> None:
    assert "3.8.10" in seen("missing-interpreter")["old"]


def test_a_command_that_is_no_server_is_one_message_with_its_last_words(seen: Seen) -> None:
    own = seen("own-command")
    assert "could not be started" in own["message"]
    assert own["count"] == 1


def test_the_server_can_be_replaced_by_a_command(seen: Seen) -> None:
    own = seen("own-command")
    assert "running_mean" in own["hover"]
    assert not own["bundled"]


def test_the_interpreter_chosen_in_the_python_extension_is_used(seen: Seen, server_python: Path) -> None:
    chosen = seen("chosen-interpreter")
    information = json.loads(chosen["debug_information"])
    assert information["interpreter"]["source"] == "ms-python.python"
    assert information["interpreter"]["command"] == [str(server_python)]
    assert information["settings"]["interpreter"] == [str(server_python)]
    assert information["server"]["running"]


def test_choosing_another_interpreter_is_followed(seen: Seen) -> None:
    chosen = seen("chosen-interpreter")
    assert "Choose Interpreter" in chosen["message"]
    assert "running_mean" in chosen["hover"]
