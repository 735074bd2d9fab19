"""What helps to read and to write, in a real VS Code window: documentation, tables, hints, signatures, completion."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vsix
from editor_layout import Layout, chromium
from test_vscode import tail

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 900
LANGUAGES = ("en", "zh-cn")
WIDEST, HIGHEST = 860, 420
"""Pixels of a hover in a window of 1280 × 800."""

Seen = Callable[[str], Any]


@pytest.fixture(scope="module")
def seen(
    require, layout: Layout, server_python: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """What was seen in the window, by the name of the observation; one run serves all tests."""
    require("node", "vscode-client")
    require("code-server", "code-server-dependencies", "code-server-extensions", "playwright", browser=True)
    ready = os.environ.get("TORCHSPORE_VSIX")
    extension = Path(ready) if ready else vsix.build(layout)
    home = tmp_path_factory.mktemp("reading")
    workspace = Path(shutil.copytree(HERE / "reading_workspace", home / "workspace"))
    server_log = home / "server.log"
    settings = {
        "torchspore.interpreter": [str(server_python)],
        "torchspore.args": ["--log-file", str(server_log)],
        "torchspore.language": "en",
    }
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    screenshots = artifacts / "screenshots"
    for old in screenshots.glob("reading-*.png"):
        old.unlink()
    out = home / "seen.json"
    options = {
        "chromium": chromium(),
        "codeServer": str(layout.code_server / "out" / "node" / "entry.js"),
        "extensions": [str(extension)],
        "home": str(home),
        "out": str(out),
        "playwright": str(layout.playwright),
        "screenshots": str(screenshots),
        "settings": settings,
        "workspace": str(workspace),
    }
    (home / "options.json").write_text(json.dumps(options), encoding="utf-8")
    done = subprocess.run(
        [str(layout.node), str(HERE / "reading.mjs"), str(home / "options.json")],
        env={**os.environ, "XDG_CACHE_HOME": str(home / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    log = f"the driver ended with {done.returncode}:\n{done.stdout}\n{tail('server log', server_log)}"
    if not out.exists():
        pytest.fail(log, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))
    (artifacts / "reading-seen.json").write_text(
        json.dumps(observations, indent=1, ensure_ascii=False), encoding="utf-8"
    )
    whole = observations.get("window", {}).get("error", "")

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": f"the driver did not get that far. {whole}"})
        if "error" in observation:
            pytest.fail(f"{name}: {observation['error']}\nscreenshots: {screenshots}\n{log}", pytrace=False)
        return observation["value"]

    return look


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
