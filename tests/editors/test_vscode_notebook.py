"""A notebook of thirty cells is moved to MindSpore in a real VS Code window, with nothing but actions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_layout import REPOSITORY
from vscode_window import Seen, VsCode

from tests.lesson import CELLS

pytestmark = pytest.mark.editors

TIMEOUT_S = 240
OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["kept\n"]}
METADATA = {"tags": ["kept"]}


def notebook() -> dict[str, Any]:
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": METADATA if number == 4 else {},
            "outputs": [OUTPUT] if number == 4 else [],
            "source": text.splitlines(keepends=True),
        }
        for number, text in enumerate(CELLS)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def sources(text: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook") / "project"
    folder.mkdir()
    (folder / "lesson.ipynb").write_text(json.dumps(notebook(), indent=1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def seen(vscode: Callable[[str], VsCode], project: Path) -> Seen:
    return vscode("en").play(
        "notebook",
        project,
        prefix="notebook",
        timeout=TIMEOUT_S,
        settings={
            "torchspore.language": "en",
            "notebook.codeActionsOnSave": {"notebook.source.fixAll.torchspore": "explicit"},
        },
        title="MindSpore",
    )


def test_saving_fixes_all_cells(seen: Seen) -> None:
    assert "        self.register_buffer('mask', torch.ones(2))" in seen("fixed")


def test_one_action_in_one_cell_converts_all_of_them(seen: Seen) -> None:
    assert "ops.cat([x, x], axis=1)" in seen("converted")["shown"]


def test_the_saved_notebook_is_what_the_command_line_makes_of_it(seen: Seen, project: Path, tmp_path: Path) -> None:
    """What that computes is compared with what torch computes in tests/server/test_notebook_migration.py."""
    saved = seen("saved")
    own = tmp_path / "lesson.ipynb"
    own.write_text((project / "lesson.ipynb").read_text(encoding="utf-8"), encoding="utf-8")
    for command in (["check", "--fix", str(own)], ["convert", "--in-place", str(own)]):
        subprocess.run([sys.executable, "-m", "lsp_server", *command], cwd=REPOSITORY, capture_output=True, check=True)
    wanted = sources(own.read_text(encoding="utf-8"))
    assert sources(saved) == wanted
    assert len(wanted) == 30 and wanted != CELLS
    cell = json.loads(saved)["cells"][4]
    assert cell["outputs"] == [OUTPUT] and cell["metadata"] == METADATA
