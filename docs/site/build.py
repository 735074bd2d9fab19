"""Builds the documentation site, in English and Simplified Chinese, without a network: ``python docs/site/build.py [FOLDER]``.

Needs ``pip install 'torchspore[docs]'``, or in a checkout ``pip install -e '.[docs]'``. The result (default: ``artifacts/site``) is a
folder that any server can serve and that also works opened from the disk, its search included. A page that is missing from
the navigation, a link or an anchor that leads nowhere ends the build.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

import links
import yaml
from pages import pages
from texts import TEXTS

from lsp_server.messages import Language

FOLDERS: dict[Language, str] = {"en": "en", "zh-cn": "zh"}
_NAMES: dict[Language, str] = {"en": "English", "zh-cn": "简体中文"}
_START = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>TorchSpore</title>
<script>location.replace((navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en") + "/index.html")</script>
</head><body><a href="en/index.html">English</a> · <a href="zh/index.html" lang="zh-CN">简体中文</a></body></html>
"""


class BuildFailed(Exception):
    """What is wrong with the pages."""


def build(out: Path) -> None:
    """Write the whole site to a folder, which is emptied first. Raises `BuildFailed`."""
    with tempfile.TemporaryDirectory() as scratch:
        started = [_start(Path(scratch), language) for language in FOLDERS]
        said = [(process.communicate()[0], process.returncode) for process in started]
        for text, code in said:
            if code:
                raise BuildFailed(text)
        made = Path(scratch) / "made"
        (made / "index.html").write_text(_START, encoding="utf-8")
        wrong = links.broken(made)
        if wrong:
            raise BuildFailed("\n".join(wrong))
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(made, out)


def _start(scratch: Path, language: Language) -> subprocess.Popen[str]:
    """A running mkdocs for one language: both are built at the same time."""
    source = scratch / FOLDERS[language]
    for place, content in pages(language).items():
        file = source / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    configuration = scratch / f"{FOLDERS[language]}.yml"
    configuration.write_text(
        yaml.safe_dump({"INHERIT": str(HERE / "mkdocs.yml"), **_settings(scratch, language)}, allow_unicode=True),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(configuration)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")


def _settings(scratch: Path, language: Language) -> dict[str, Any]:
    other: Language = "en" if language == "zh-cn" else "zh-cn"
    code = "zh" if language == "zh-cn" else "en"
    return {
        "docs_dir": str(scratch / FOLDERS[language]),
        "site_dir": str(scratch / "made" / FOLDERS[language]),
        "nav": navigation(language, scratch / FOLDERS[language]),
        "theme": {"language": code, "custom_dir": str(HERE / "theme")},
        "extra": {
            "generator": False,
            "polyfills": ["assets/iframe-worker.js"],
            "alternate": [{"name": _NAMES[other], "link": "./", "lang": other}],
            "other": {"folder": FOLDERS[other], "language": other, "name": _NAMES[other]},
        },
    }


def navigation(language: Language, source: Path) -> list[Any]:
    """The menu. Pages without a title here are named by their heading."""
    texts = TEXTS[language]

    def below(folder: str) -> list[str]:
        found = sorted(path.name for path in (source / folder).glob("*.md"))
        return [f"{folder}/{name}" for name in sorted(found, key=lambda name: (name != "README.md", name))]

    return [
        {texts.home: "README.md"},
        {texts.using: ["installation.md", {texts.editors: below("editors")}, "converting.md", "ci.md"]},
        {
            texts.reference: [
                "commands.md",
                "settings.md",
                {texts.findings: below("findings")},
                {texts.catalog: below("catalog")},
            ]
        },
        {
            texts.trust: [
                "security.md",
                "faults.md",
                "conversion.md",
                "inference.md",
                "state.md",
                "benchmarks.md",
                "soak.md",
                "fuzzing.md",
            ]
        },
        {texts.contributing: ["architecture.md", "CONTRIBUTING.md", "CHANGELOG.md"]},
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "artifacts/site", help="default: %(default)s")
    out: Path = parser.parse_args().folder
    try:
        build(out)
    except BuildFailed as error:
        print(f"the site was not built:\n{error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{len(list(out.rglob('*.html')))} pages, {size / 1e6:.0f} MB: {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
