"""Migration mode in a real VS Code window, in English and in Chinese: status, tree, suppressing, everything safe."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vsix
from editor_layout import Layout, chromium

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 400
SOURCE = (HERE / "migration_workspace" / "net.py").read_text(encoding="utf-8")
WORDS = {
    "en": {
        "view": "Left to Migrate",
        "file": "file ",
        "none": "no counterpart",
        "nextCommand": "Go to the Next Use That Is Left",
        "previousCommand": "Go to the Previous Use That Is Left",
        "safeCommand": "Convert Everything Safe in the Workspace…",
        "ignoreLine": "Ignore TS302 on this line",
        "undo": "One undo takes it back",
        "convert": "Convert",
    },
    "zh-cn": {
        "view": "待迁移",
        "file": "文件 ",
        "none": "没有对应接口",
        "nextCommand": "转到下一处待迁移的用法",
        "previousCommand": "转到上一处待迁移的用法",
        "safeCommand": "转换工作区中的全部安全项…",
        "ignoreLine": "在此行忽略 TS302",
        "undo": "一次撤销即可还原",
        "convert": "转换",
    },
}

Seen = Callable[[str], Any]


@pytest.fixture(scope="module", params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def seen(
    require,
    language: str,
    layout: Layout,
    server_python: Path,
    artifacts: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    """What was seen in the window, by the name of the observation; one run for each language."""
    require("node", "vscode-client", "code-server", "code-server-dependencies", "code-server-extensions", "playwright",
        browser=True)  # fmt: skip
    home = tmp_path_factory.mktemp(f"migration-{language}")
    workspace = Path(shutil.copytree(HERE / "migration_workspace", home / "workspace"))
    (workspace / "pyproject.toml").write_text(
        '[tool.torchspore]\nmigration.mode = "torch-to-mindspore"\n', encoding="utf-8"
    )
    log = home / "server.log"
    settings = {"torchspore.interpreter": [str(server_python)], "torchspore.args": ["--log-file", str(log)]}
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    extensions = [str(vsix.build(layout))]
    if language != "en":
        extensions.append(str(vsix.pack(HERE / "chinese", home / "chinese.vsix")))
    screenshots = artifacts / "screenshots"
    for old in screenshots.glob(f"migration-{language}-*.png"):
        old.unlink()
    out = home / "seen.json"
    options = {
        "chromium": chromium(),
        "codeServer": str(layout.code_server / "out" / "node" / "entry.js"),
        "extensions": extensions,
        "home": str(home),
        "language": language,
        "out": str(out),
        "playwright": str(layout.playwright),
        "screenshots": str(screenshots),
        "words": WORDS[language],
        "workspace": str(workspace),
    }
    (home / "options.json").write_text(json.dumps(options), encoding="utf-8")
    done = subprocess.run(
        [str(layout.node), str(HERE / "migration.mjs"), str(home / "options.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    written = log.read_text(encoding="utf-8", errors="replace")[-4000:] if log.exists() else "no log"
    said = f"the driver ended with {done.returncode}:\n{done.stdout}\n{written}"
    if not out.exists():
        pytest.fail(said, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))
    whole = observations.get("window", {}).get("error", "")

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": f"the driver did not get that far. {whole}"})
        if "error" in observation:
            pytest.fail(f"{name}: {observation['error']}\nscreenshots: {screenshots}\n{said}", pytrace=False)
        return observation["value"]

    return look


def test_the_status_bar_shows_file_and_workspace(seen: Seen, language: str) -> None:
    text = seen("status")
    assert WORDS[language]["file"] in text and text.count("%") == 2 and "MindSpore" in text


def test_its_tooltip_tells_the_ways(seen: Seen, language: str) -> None:
    text = seen("tooltip")
    assert WORDS[language]["none"] in text and "2.10" in text


def test_the_tree_lists_files_and_uses_with_reasons(seen: Seen, language: str) -> None:
    tree = seen("tree")
    assert [row.split("\n")[0] for row in tree["files"]] and len(tree["files"]) == 2, "done.py has nothing left"
    scripting = [row for row in tree["all"] if "torch.compiled_with_cxx11_abi" in row]
    assert len(scripting) == 1 and WORDS[language]["none"].split()[-1] in scripting[0]


def test_a_click_opens_the_place(seen: Seen) -> None:
    assert "18" in seen("opened")


def test_next_and_previous(seen: Seen) -> None:
    place = seen("next")
    assert "14" in place["previous"], "F.relu"
    assert "15" in place["next"], "torch.flatten again"


def test_a_finding_can_be_ignored_from_the_light_bulb(seen: Seen, language: str) -> None:
    suppressed = seen("suppress")
    assert suppressed["line"].endswith("# torchspore: ignore[TS302]")
    assert sum("TS302" in row for row in suppressed["menu"]) >= 3


def test_everything_safe_is_shown_asked_for_and_converted(seen: Seen) -> None:
    safe = seen("safe")
    assert "nn.Dense(width, width)" in safe["text"]
    assert "torch.flatten(" in safe["text"] and "torch.compiled_with_cxx11_abi()" in safe["text"], "these are not safe"
    assert safe["after"] != seen("status")


def test_one_undo_takes_it_back(seen: Seen) -> None:
    text = seen("undo").replace("\r\n", "\n")
    assert text.replace("  # torchspore: ignore[TS302]", "") == SOURCE
