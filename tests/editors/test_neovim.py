"""The server in a real Neovim, through the configuration that is shipped in nvim-client/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_layout import REPOSITORY, Layout

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 300
LOG_TAIL = 40

Seen = Callable[[str], Any]


@pytest.fixture(scope="module")
def seen(require, layout: Layout, server_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What Neovim saw, by the name of the observation; one run serves all tests."""
    require("neovim")
    # The shipped configuration starts `torchspore`, so that is what has to be on the PATH.
    scripts = server_python.parent
    if not (scripts / "torchspore").exists():
        pytest.fail(f"no torchspore beside {server_python}; install it there or set TORCHSPORE_PYTHON", pytrace=False)
    home = tmp_path_factory.mktemp("neovim")
    workspace = Path(shutil.copytree(HERE / "workspace", home / "workspace"))
    (workspace / "pyproject.toml").touch()
    out = home / "seen.json"
    driver = [str(HERE / "nvim_driver.lua"), str(REPOSITORY / "nvim-client"), str(workspace), str(out)]
    done = subprocess.run(
        [str(layout.neovim), "--clean", "--headless", "-l", *driver],
        cwd=workspace,
        env={
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    log = f"Neovim ended with {done.returncode}:\n{done.stdout}\n{server_log(home)}"
    if not out.exists():
        pytest.fail(log, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": "the driver did not get that far"})
        if "error" in observation:
            pytest.fail(f"{name}: {observation['error']}\n{log}", pytrace=False)
        return observation["value"]

    return look


def server_log(home: Path) -> str:
    """The end of Neovim's own log, where the server's standard error goes."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in home.rglob("lsp.log")]
    lines = "\n".join(texts).splitlines()[-LOG_TAIL:]
    return "--- lsp.log ---\n" + "\n".join(line[:500] for line in lines)


def test_the_server_introduces_itself(seen: Seen) -> None:
    assert seen("server")["name"] == "torchspore"


def test_hover_names_both_sides_of_a_buffer(seen: Seen) -> None:
    text = seen("hover")
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
    expected = {"LspTorchSporeConvertFile", "LspTorchSporePreviewFile", "LspTorchSporeState", "LspTorchSporeExplain"}
    assert expected <= set(seen("commands"))


def test_explain_opens_a_window(seen: Seen) -> None:
    assert "torch.nn.Module.buffers" in seen("explanation")


def test_lenses_stand_over_the_module_classes(seen: Seen) -> None:
    # conv 3→64 with kernel 3: 1,728 weights and 64 biases; batch norm: 128, with three buffers. `mask` is set to None.
    above, *others = [lens["title"] for lens in seen("lenses")]
    assert above.startswith("To MindSpore: ")
    assert others == ["1,920 parameters · 3 buffers"] * 2


def test_a_lens_shows_the_whole_state(seen: Seen) -> None:
    assert "build_block.0.bn.running_mean" in seen("state") and "moving_mean" in seen("state")


def test_a_name_in_a_string_leads_to_its_layer(seen: Seen) -> None:
    assert seen("definition").strip() == "self.bn = nn.BatchNorm2d(64)"


def test_preview_shows_a_diff_and_cleans_up(seen: Seen) -> None:
    preview = seen("preview")
    assert "mindspore" in preview["text"]
    assert preview["in_diff_mode"]
    assert not preview["left_in_diff_mode"]


def test_convert_file_rewrites_the_buffer(seen: Seen) -> None:
    assert "import mindspore" in seen("converted_file")
