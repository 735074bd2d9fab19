"""Makes the pictures of README.md and README.zh-CN.md, in real editors: ``python -m tests.editors.pictures``.

Every picture waits for what it is to show, so a feature that has gone ends this. docs/images/LANGUAGE/ is written anew;
the pictures are small (a palette is enough for windows with text), and test_pictures.py holds that.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import neovim_window
import pytest
from editor_layout import CLIENT, REPOSITORY, Layout, default_cache
from PIL import Image
from vscode_window import HERE, VsCode, client_texts, extension_under_test

IMAGES = REPOSITORY / "docs" / "images"
COLOURS = 200
TIMEOUT_S = 400
LANGUAGES = ("en", "zh-cn")
WORDS = {
    "en": {"file": "file ", "none": "No counterpart"},
    "zh-cn": {"file": "文件 ", "none": "没有对应接口"},
}
SHOWN = ("hover", "state", "finding", "preview", "report", "signature", "completion", "hints", "notebook", "migration")
WALKTHROUGH = (52, 36, 1276, 700)
"""Of the window in which the walkthrough was seen."""
NEOVIM_SIZE = (30, 132)
NEOVIM_SHOWN = ("hover", "left", "report")


def small(source: Path, target: Path, box: tuple[int, int, int, int] | None = None) -> None:
    """Write a picture, or a part of it, with few colours."""
    with Image.open(source) as opened:
        image = opened.convert("RGB").crop(box) if box else opened.convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target, optimize=True)


def project(home: Path) -> Path:
    """The files that the pictures show."""
    folder = Path(shutil.copytree(HERE / "workspace", home / "project"))
    shutil.copytree(HERE / "pictures_workspace", folder, dirs_exist_ok=True)
    return folder


def vscode(layout: Layout, extension: Path, home: Path, language: str) -> None:
    # Where those of the tests are, too: whoever looks for what went wrong finds them.
    artifacts = REPOSITORY / "artifacts"
    (artifacts / "screenshots").mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True)
    window = VsCode(layout, extension, Path(sys.executable), home, artifacts, language)
    try:
        texts = client_texts(language)
        commands = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))["contributes"]["commands"]
        seen = window.play(
            "pictures",
            project(home),
            prefix=f"pictures-{language}",
            timeout=TIMEOUT_S,
            words=WORDS[language],
            titles={one["command"].partition(".")[2]: texts[one["title"].strip("%")] for one in commands},
            pictures=str(artifacts / "screenshots"),
        )
        window.welcome("page-state")
        window.welcome("try-hover")
    finally:
        window.stop()
    for name in SHOWN:
        seen(name)
        small(artifacts / "screenshots" / f"readme-{language}-{name}.png", IMAGES / language / f"vscode-{name}.png")
    walkthrough = artifacts / "screenshots" / f"welcome-{language}-page-state.png"
    small(walkthrough, IMAGES / language / "vscode-walkthrough.png", WALKTHROUGH)


def neovim(layout: Layout, home: Path, language: str) -> None:
    pictures = home / "neovim-pictures"
    pictures.mkdir(parents=True)
    (home / "neovim").mkdir()
    seen = neovim_window.play(
        layout,
        Path(sys.executable),
        home / "neovim",
        "nvim_pictures",
        project(home / "neovim"),
        files={
            "pyproject.toml": "",
            "torchspore.toml": f'migration.mode = "torch-to-mindspore"\nlanguage = "{language}"\n',
        },
        pictures=pictures,
        prefix="neovim",
        size=NEOVIM_SIZE,
    )
    for name in NEOVIM_SHOWN:
        seen(name)
        small(pictures / f"neovim-{name}.png", IMAGES / language / f"neovim-{name}.png")


def main() -> int:
    layout = Layout(default_cache())
    extension = extension_under_test(layout)
    wanted = sys.argv[1:] or LANGUAGES
    for language in wanted:
        with tempfile.TemporaryDirectory(prefix="torchspore-pictures-") as home:
            try:
                neovim(layout, Path(home), language)
                vscode(layout, extension, Path(home) / "vscode", language)
            except pytest.fail.Exception as error:
                print(f"{language}: {error}", file=sys.stderr)
                return 1
    total = sum(path.stat().st_size for path in IMAGES.rglob("*.png"))
    print(f"{len(list(IMAGES.rglob('*.png')))} pictures, {total / 1000:.0f} kB: {IMAGES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
