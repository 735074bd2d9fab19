"""The published pages of the findings, made from the rules: one for each, in both languages, and a list of them.

``python -m lsp_server.findings.pages`` writes ``docs/findings/``; ``--check`` only says what is out of date. What was
found in real code is written by hand, in ``docs/findings/corpus.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from lsp_server.catalog import published
from lsp_server.findings import registry
from lsp_server.findings.kinds import KINDS
from lsp_server.findings.model import Kind
from lsp_server.messages import findings as messages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "docs/findings"
_BY_HAND = ("corpus.md", "suppressing.md")


def files() -> dict[str, str]:
    """Path below the project, and text, of every page."""
    made = {f"{FOLDER}/{code}.md": _page(rule) for code, rule in KINDS.items()}
    made[f"{FOLDER}/README.md"] = _list()
    return made


def _page(rule: Kind) -> str:
    head = "[All findings](README.md)"
    return "\n\n".join([head, registry.page(rule, "en"), "---", registry.page(rule, "zh-cn")]) + "\n"


def _list() -> str:
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity}{_optional(rule)} | {_cell(rule.what.en)} | "
        f"{_cell(rule.what.zh_cn)} |"
        for rule in KINDS.values()
    ]
    head = [
        "# Findings · 检查项",
        "",
        "What `torchspore check` and the editors report. `torchspore explain CODE` prints a page; `--select` and",
        "`--ignore` take codes or their beginnings. Optional ones are looked for only where their whole code is",
        "selected, those of migration mode (`TS2`, `TS3`) only while it is on; TS300, TS315, TS317, TS321, TS330",
        "and TS331 are reported by `torchspore convert`. Every example is run in its framework by `tests/findings`.",
        "[How findings are suppressed](suppressing.md).",
        "[What they find in real code](corpus.md).",
        "",
        "| code | name | severity | what | 内容 |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _optional(rule: Kind) -> str:
    return f", {messages.OPTIONAL.en}" if rule.optional else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def stale(made: dict[str, str], root: Path) -> Iterator[str]:
    """Pages that are missing, differ, or belong to no finding."""
    return published.stale(made, root, FOLDER, _BY_HAND)


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.findings.pages [--check]``."""
    only_check = "--check" in (sys.argv[1:] if arguments is None else arguments)
    made = files()
    old = list(stale(made, ROOT))
    code = published.settle(made, old, ROOT, only_check, "the pages of the findings are")
    if not only_check:
        print(f"{len(made)} pages below {FOLDER}, {len(old)} written")
    return code


if __name__ == "__main__":
    sys.exit(main())
