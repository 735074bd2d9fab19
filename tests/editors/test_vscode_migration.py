"""Migration mode in a real VS Code window, in English and in Chinese: status, tree, suppressing, everything safe."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from vscode_window import HERE, Seen, VsCode

pytestmark = pytest.mark.editors

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


@pytest.fixture(scope="module", params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def seen(vscode: Callable[[str], VsCode], language: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What was seen in the window, by the name of the observation; one run for each language."""
    project = Path(shutil.copytree(HERE / "migration_workspace", tmp_path_factory.mktemp("migration") / "project"))
    (project / "pyproject.toml").write_text(
        '[tool.torchspore]\nmigration.mode = "torch-to-mindspore"\n', encoding="utf-8"
    )
    return vscode(language).play(
        "migration", project, prefix=f"migration-{language}", timeout=TIMEOUT_S, words=WORDS[language]
    )


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
