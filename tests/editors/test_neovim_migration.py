"""Migration mode in a real Neovim, in English and in Chinese: status line, quickfix, suppressing, everything safe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from editor_layout import REPOSITORY, Layout
from neovim_window import HERE, Seen, play

pytestmark = pytest.mark.editors

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "ignore": "Ignore TS302 on this line",
        "left": "TorchSpore: {} left",
        "safe": {"prompt": "Convert {} uses in 2 files?", "choices": ["Convert", "Cancel"]},
        "all": {"prompt": "Convert all Python files of the workspace?", "choices": ["Convert", "Cancel"]},
        "health": ["is new enough", "starts the server", "language: en", "migration mode: to MindSpore"],
        "missing": "cannot be run",
    },
    "zh-cn": {
        "ignore": "在此行忽略 TS302",
        "left": "TorchSpore：剩余 {} 处",
        "safe": {"prompt": "转换 2 个文件中的 {} 处用法？", "choices": ["转换", "取消"]},
        "all": {"prompt": "转换工作区中的所有 Python 文件？", "choices": ["转换", "取消"]},
        "health": ["版本满足要求", "用于启动服务器", "语言：zh-cn", "迁移模式：迁移到 MindSpore"],
        "missing": "无法运行",
    },
}


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
    """What Neovim saw, by the name of the observation; one run for each language."""
    require("neovim")
    return play(
        layout,
        server_python,
        tmp_path_factory.mktemp(f"neovim-{language}"),
        "nvim_migration",
        HERE / "migration_workspace",
        files={
            "torchspore.toml": f'migration.mode = "torch-to-mindspore"\nlanguage = "{language}"\n',
            "pyproject.toml": "",
        },
        pictures=artifacts / "screenshots",
        prefix=f"neovim-migration-{language}",
        words=WORDS[language],
    )


def test_the_status_line_shows_file_and_workspace(seen: Seen) -> None:
    found = seen("progress")
    file, whole = found["file"], found["whole"]
    assert found["text"] == f"MindSpore {file['percent']}% ({whole['percent']}%)"
    assert found["text"] in found["shown"]
    assert whole["total"] > file["total"] == file["left"] and whole["done"] > 0


def test_uses_are_diagnostics_in_the_language_of_the_file(seen: Seen, language: str) -> None:
    found = {item["code"]: item for item in seen("diagnostics")}
    assert {"TS201", "TS204", "TS302"} <= set(found)
    assert (found["TS201"]["severity"], found["TS204"]["severity"], found["TS302"]["severity"]) == (4, 2, 1)
    assert ("没有对应接口" in found["TS302"]["message"]) == (language == "zh-cn")


def test_what_is_left_is_a_quickfix_list(seen: Seen, language: str) -> None:
    left = seen("left")
    assert left["is_open"] and left["title"] == WORDS[language]["left"].format(len(left["items"]))
    assert {item["file"] for item in left["items"]} == {"data.py", "net.py"}
    scripting = [item for item in left["items"] if "compiled_with_cxx11_abi" in item["text"]]
    assert [(item["file"], item["line"], item["type"]) for item in scripting] == [("net.py", 18, "E")]
    assert left["first"] != left["second"]
    assert seen("left_in_file") == sum(item["file"] == "net.py" for item in left["items"])


def test_a_finding_is_ignored_on_its_line(seen: Seen) -> None:
    assert seen("suppressed").endswith("  # torchspore: ignore[TS302]")


def test_everything_safe_is_shown_asked_for_and_undone_at_once(seen: Seen, language: str) -> None:
    safe = seen("safe")
    wanted = WORDS[language]["safe"]
    safe_uses = seen("progress")["whole"]["safe"]
    assert safe["asked"] == {**wanted, "prompt": wanted["prompt"].format(safe_uses)}
    assert "+        self.linear = nn.Dense(width, width)" in safe["preview"] and "+++ b/data.py" in safe["preview"]
    assert "nn.Dense(width, width)" in safe["text"] and "torch.flatten(" in safe["text"]
    assert safe["after"] != seen("progress")["text"]
    assert safe["undone"] and safe["windows"] == 1


def test_the_whole_workspace_is_asked_for_and_converted(seen: Seen, language: str) -> None:
    found = seen("convert_workspace")
    assert found["asked"] == WORDS[language]["all"]
    assert "class Block(nn.Cell):" in found["text"]


def test_the_health_check_speaks_the_language_of_the_project(seen: Seen, language: str) -> None:
    text = seen("health")["text"]
    for expected in WORDS[language]["health"]:
        assert expected in text
    assert "❌" not in text and "⚠️" not in text


def test_the_health_check_tells_of_a_server_that_cannot_be_run(seen: Seen) -> None:
    text = seen("missing_server")
    assert "`/nonexistent/torchspore`" in text and "❌" in text


def test_every_text_of_the_plugin_has_its_chinese() -> None:
    folder = REPOSITORY / "nvim-client" / "lua" / "torchspore"
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.lua")}
    texts = sources.pop("texts.lua")
    pattern = re.compile(r"""(?:texts\.text\(client, |\bt\()('(?:[^'\\]|\\.)*'|"[^"]*")""")
    used = {match[1] for source in sources.values() for match in pattern.finditer(source)}
    translated = set(re.findall(r"""^  \[('[^']*'|"[^"]*")\] =""", texts, re.MULTILINE))
    assert len(used) > 15 and used == translated
