"""The documentation site: built as its readers get it, complete in both languages, whole without a network."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.findings import registry
from lsp_server.messages import Language
from lsp_server.settings.options import OPTIONS

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs/site"
sys.path.insert(0, str(SITE))
sys.path.insert(0, str(ROOT / "tests/editors"))

import commands
import links
import pages
from editor_layout import chromium
from texts import TEXTS

LANGUAGES: dict[str, Language] = {"en": "en", "zh": "zh-cn"}
both = pytest.mark.parametrize("folder", LANGUAGES)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="the site needs pip install 'torchspore[docs]'")
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, str(SITE / "build.py"), str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out


def text(page: Path) -> str:
    """What a reader sees of a page."""
    body = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
    return html.unescape(re.sub(r"<[^>]+>", "", body))


@both
def test_every_finding_has_a_page(site: Path, folder: str) -> None:
    listed = text(site / folder / "findings/index.html")
    for code, rule in registry.RULES.items():
        page = text(site / folder / f"findings/{code}.html")
        why = re.sub(r"[`*]", "", rule.why.text(LANGUAGES[folder]))
        assert why[:40] in page and code in listed, code


@both
def test_every_core_symbol_has_a_row(site: Path, folder: str) -> None:
    rows = {
        f"{page.stem}.{html.unescape(name)}"
        for page in (site / folder / "catalog").glob("*.html")
        for name in re.findall(r"<tr>\s*<td>(?:<code>)?([^<]+)", page.read_text(encoding="utf-8"))
    }
    catalog = shipped()
    for framework in FRAMEWORKS:
        missing = {
            name
            for name in catalog.core_names(framework)
            if not any(f"{name[:end]}.{name[end + 1 :]}" in rows for end in places(name))
            and f"{framework}.{name}" not in rows
        }
        assert missing == set()


def places(name: str) -> list[int]:
    """Where a full name may be split into its page and its row."""
    return [match.start() for match in re.finditer(r"\.", name)]


@both
def test_every_setting_is_described_in_its_language(site: Path, folder: str) -> None:
    page = text(site / folder / "settings.html")
    for option in OPTIONS:
        said = re.sub(r"`#?|#?`|\*", "", option.description.text(LANGUAGES[folder]))
        assert option.name in page and said[:20] in page, option.name
        other = re.sub(r"`#?|#?`|\*", "", option.description.text("en" if folder == "zh" else "zh-cn"))
        assert other[:20] not in page, option.name


@both
def test_every_command_is_described(site: Path, folder: str) -> None:
    page = text(site / folder / "commands.html")
    for name in ("server", "check", "convert", "uses", "state", "weights", "explain", "catalog", "verify"):
        assert f"torchspore {name}" in page
    for identifier, title in commands.vscode_commands(LANGUAGES[folder]).items():
        assert identifier in page and title in page
    for name in commands.neovim_commands():
        assert f":{name}" in page


def test_neovim_s_commands_are_found_and_said_in_chinese() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "nvim-client").rglob("*.lua")]
    assert set(commands.neovim_commands()) == set(re.findall(r"define\('(\w+)'", "".join(sources)))
    assert set(TEXTS["zh-cn"].neovim_meaning) == set(commands.neovim_commands())


def test_the_command_line_is_described_in_chinese() -> None:
    said = commands.help_texts("zh-cn")
    assert [name for name, page in said.items() if not re.search(r"[\u4e00-\u9fff]", page)] == []
    assert not re.search(r"[\u4e00-\u9fff]", "".join(commands.help_texts("en").values()))


def test_both_languages_have_the_same_pages(site: Path) -> None:
    english, chinese = ({page.relative_to(site / one) for page in (site / one).rglob("*.html")} for one in LANGUAGES)
    assert english == chinese
    switch = re.compile(r'<a class="md-header__button md-icon" href="([^"]+)"')
    for page in english - {Path("404.html")}:
        found = switch.search((site / "en" / page).read_text(encoding="utf-8"))
        assert found and (site / "en" / page.parent / found[1]).resolve() == (site / "zh" / page).resolve()


def test_every_page_for_users_is_written_in_chinese() -> None:
    english, chinese = pages.written("en"), pages.written("zh-cn")
    same = {place for place, path in english.items() if chinese[place] == path}
    generated = {
        place for place in english if place.startswith(("catalog/", "findings/")) and place != "findings/corpus.md"
    }
    records = {"conversion.md", "benchmarks.md", "inference.md", "state.md", "findings/corpus.md", "CHANGELOG.md"}
    records |= {"soak.md", "fuzzing.md"}
    ours = {"CONTRIBUTING.md", "editors/vscode.md", "editors/neovim.md"}
    assert same - generated == records | ours


def test_the_editors_configurations_are_shown_whole(site: Path) -> None:
    for folder in LANGUAGES:
        page = text(site / folder / "editors/index.html")
        for file in (ROOT / "docs/editors").rglob("*"):
            if file.is_file() and file.suffix != ".md":
                wanted = file.read_text(encoding="utf-8")
                assert "".join(wanted.split()) in "".join(page.split()), file.name


def test_links_that_lead_nowhere_and_other_hosts_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="b.html#there">x</a><a href="#here">y</a><a href="c.html">z</a>'
    )
    (tmp_path / "b.html").write_text(
        '<script src="https://cdn.example/x.js"></script><a href="https://example.org">ok</a>'
    )
    (tmp_path / "s.css").write_text("@import url(https://fonts.example/a.css);")
    assert sorted(links.broken(tmp_path)) == [
        "a.html: b.html#there has no such anchor",
        "a.html: c.html is not there",
        "b.html fetches https://cdn.example/x.js",
        "s.css fetches url(https://fonts.example/a.css",
    ]


def test_nothing_comes_from_other_hosts(site: Path) -> None:
    assert links.broken(site) == []


@both
@pytest.mark.skipif(chromium() is None, reason="no Chromium: tests/editors/setup.py installs it")
def test_the_search_works_from_the_disk(site: Path, folder: str, tmp_path: Path) -> None:
    """Opened by its path, without a server and without a way out."""
    word = {"en": "register_buffer", "zh": "缓冲区"}[folder]
    dumped = subprocess.run(
        [
            str(chromium()), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}",
            "--proxy-server=127.0.0.1:9", "--virtual-time-budget=30000", "--dump-dom",
            f"{(site / folder / 'index.html').as_uri()}?q={word}",
        ],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    assert re.search(r'md-search-result__item"><a href="file:///[^"]+/findings/', dumped)


def test_a_missing_page_ends_the_build(site: Path, tmp_path: Path) -> None:
    """The strictness of the build is switched on: a page that leads nowhere is refused by name."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/README.md").write_text("# x\n\n[y](nowhere.md)\n", encoding="utf-8")
    own = {
        "INHERIT": str(SITE / "mkdocs.yml"),
        "theme": {"custom_dir": str(SITE / "theme")},
        "docs_dir": str(tmp_path / "docs"),
    }
    (tmp_path / "x.yml").write_text(json.dumps(own | {"extra": {"other": {"folder": "", "language": "", "name": ""}}}))
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        str(tmp_path / "x.yml"),
        "-d",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "nowhere.md" in done.stderr
