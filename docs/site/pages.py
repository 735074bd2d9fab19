"""What the site is made of, by language: files of the repository as they are, and what is generated from its sources.

A page keeps the place that its file has below ``docs/``, so links between files are links between pages; what is linked
and is no page (a schema, an example) is copied beside them. Pages that exist in English only are shown in both.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import commands
from texts import TEXTS, Texts

from lsp_server.catalog import tables
from lsp_server.catalog.catalog import Catalog, shipped
from lsp_server.findings import registry
from lsp_server.findings.kinds import KINDS
from lsp_server.messages import Language
from lsp_server.settings import generated

ROOT = Path(__file__).resolve().parents[2]
CHINESE = "docs/zh-cn/"
_ELSEWHERE = {
    "README.md": "README.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "vscode-client/README.md": "editors/vscode.md",
    "nvim-client/README.md": "editors/neovim.md",
}
"""Pages that do not lie below ``docs/``."""
_CHINESE_HOME = "README.zh-CN.md"
_OTHER_LANGUAGE = re.compile(r" ?\[(?:English|简体中文)\]\(README(?:\.zh-CN)?\.md\)")
"""For readers of the files; the site has a switch."""
_LINK = re.compile(r"(?<!\\)(\]\()(?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")
_ALONE = re.compile(r"^\[([^\]]+)\]\(([^)\s#]+)\)$", re.MULTILINE)
_KINDS = {".el": "elisp", ".json": "json", ".sublime-settings": "json5", ".toml": "toml"}
"""A link to such a file that is a paragraph of its own is followed by the file."""
_FENCE = re.compile(r"(^```.*?^```$|^    .*?$)", re.MULTILINE | re.DOTALL)
_BOTH = re.compile(r"^# (.*) · [\u4e00-\u9fff]+$", re.MULTILINE)


class NotReplaced(Exception):
    """A text that a Chinese page was to have otherwise is not there any more."""


def written(language: Language) -> dict[str, str]:
    """The repository's file behind each page that is not generated, by the page's place."""
    found = {place: path for path, place in _ELSEWHERE.items()}
    for file in sorted((ROOT / "docs").rglob("*.md")):
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith((CHINESE, "docs/site/")):
            found[path.removeprefix("docs/")] = path
    if language == "zh-cn":
        found["README.md"] = _CHINESE_HOME
        for file in sorted((ROOT / CHINESE).rglob("*.md")):
            path = file.relative_to(ROOT).as_posix()
            found[path.removeprefix(CHINESE)] = path
    return found


def pages(language: Language) -> dict[str, str | bytes]:
    """Place in the site, and content, of every page and of every file that one links to or shows."""
    texts = TEXTS[language]
    sources = written(language)
    made: dict[str, str | bytes] = {}
    for place, path in sources.items():
        text = _OTHER_LANGUAGE.sub("", (ROOT / path).read_text(encoding="utf-8"))
        is_translated = path.startswith(CHINESE) or path == _CHINESE_HOME
        if texts.in_english and not is_translated and not place.startswith(("catalog/", "findings/TS")):
            head, _, rest = text.partition("\n")
            text = f"{head}\n\n{texts.in_english}\n{rest}"
        made[place] = _linked(text, path, place, sources, made)
    made["commands.md"] = commands.page(language, texts)
    made |= _findings(language, texts)
    made |= _catalog(language)
    made["settings.md"] = _settings(str(made["settings.md"]), language)
    return made


def _linked(text: str, path: str, place: str, sources: dict[str, str], made: dict[str, str | bytes]) -> str:
    """The text with its links as they are between pages; files that it links to are added to ``made``."""
    places = {source: where for where, source in sources.items()}

    def other(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[2]))
        where = places.get(target) or _same_page(target, sources)
        if where is None:
            file = ROOT / target
            where = target.removeprefix("docs/")
            if file.is_file():
                made[where] = file.read_bytes()
        return f"{match[1]}{posixpath.relpath(where, posixpath.dirname(place) or '.')}{match[3] or ''})"

    def shown(match: re.Match[str]) -> str:
        file = ROOT / posixpath.normpath(posixpath.join(posixpath.dirname(path), match[2]))
        kind = _KINDS.get(file.suffix)
        return f"{match[0]}\n\n```{kind}\n{file.read_text(encoding='utf-8')}```" if kind else match[0]

    pieces = _FENCE.split(text)
    plain = (piece if number % 2 else _LINK.sub(other, _ALONE.sub(shown, piece)) for number, piece in enumerate(pieces))
    return "".join(plain)


def _same_page(target: str, sources: dict[str, str]) -> str | None:
    """The page that has another file in this language."""
    if target.startswith(CHINESE):
        place = target.removeprefix(CHINESE)
    else:
        place = _ELSEWHERE.get(target, target.removeprefix("docs/"))
    return place if place in sources or place == "commands.md" else None


def _findings(language: Language, texts: Texts) -> dict[str, str]:
    made = {f"findings/{code}.md": registry.page(rule, language) + "\n" for code, rule in KINDS.items()}
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {_cell(rule.what.text(language))} |"
        for rule in KINDS.values()
    ]
    head = f"# {texts.findings}\n\n{texts.findings_intro}\n\n"
    columns = f"| {texts.code} | {texts.name} | {texts.severity} | {texts.what} |\n|---|---|---|---|\n"
    made["findings/README.md"] = head + columns + "\n".join(rows) + "\n"
    return made


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_IN_CHINESE = {
    "# Catalog\n": "# 接口目录\n",
    "# What differs, and where · 差异一览": "# 差异一览",
    "[All pages and the legend](README.md)": "[全部页面与图例](README.md)",
    "| symbol | verdict | counterpart | run |": "| 符号 | 结论 | 对应写法 | 运行 |",
    "| symbol | difference | 差异 |": "| 符号 | 差异 |",
    "| | core names | with a verdict |": "| | 核心接口 | 已有结论 |",
    "| proven | cases that agree |": "| 已验证 | 一致的用例 |",
    "[What differs, and where](differences.md) · [差异一览](differences.md)": "[差异一览](differences.md)",
    " of ": " / ",
}
_LEGEND = (
    "`same`：同一调用。`adapt`：参数需要调整，含义不变。`differs`：某处含义不同。`compose`：由表达式组合而成。`none`：没有对应写法。"
    "`*`：由其他规则推导而来。未注明设备的对应写法在所有设备上可用。“运行”一栏是两个框架实际运行的用例中，一致的与总数之比。"
    "`torchspore explain 名称` 会说明哪些地方要改、哪些地方容易出错、可以改用什么。"
)


def _catalog(language: Language) -> dict[str, str]:
    catalog: Catalog = shipped()
    made = {
        path.removeprefix("docs/"): text
        for path, text in tables.files(catalog, "").items()
        if path.startswith(tables.FOLDER)
    }
    unused = set(_IN_CHINESE)
    for place, text in made.items():
        is_list = place.endswith(("README.md", "differences.md"))
        if place.endswith("differences.md"):
            text = _one_language(text, language)
        if language == "zh-cn":
            if place.endswith("README.md"):
                begin, end = text.index("`same`:"), text.index("\n\n## ")
                text = text[:begin] + _LEGEND + text[end:]
            for english, chinese in _IN_CHINESE.items():
                if english in text and (english != " of " or place.endswith("README.md")):
                    unused.discard(english)
                    text = text.replace(english, chinese)
        elif is_list:
            text = _BOTH.sub(r"# \1", text).replace(" · [差异一览](differences.md)", "")
            text = text.replace("| symbol | difference | 差异 |", "| symbol | difference |")
        made[place] = text
    if language == "zh-cn" and unused:
        raise NotReplaced(f"the catalog's pages hold no {', '.join(sorted(unused))} any more")
    return made


def _one_language(text: str, language: Language) -> str:
    """The table of differences with one of its two columns of sentences."""
    lines: list[str] = []
    for line in text.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if line.startswith("|---|---|---|"):
            line = "|---|---|"
        elif line.startswith("| `") and len(cells) == 5:
            line = f"|{cells[1]}|{cells[3 if language == 'zh-cn' else 2]}|"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _settings(text: str, language: Language) -> str:
    """The page with the table of its language alone."""
    before, mark, rest = text.partition("<!-- settings -->")
    if not mark:
        raise NotReplaced("docs/settings.md has no mark for its table any more")
    after = rest.partition("<!-- end of settings -->")[2]
    head = _BOTH.sub(r"# \1", before)
    return f"{head}{generated.table(language)}\n{after}"
