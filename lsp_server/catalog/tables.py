"""The published table: every core symbol with its verdict, counterparts by device, and evidence.

``python -m lsp_server.catalog.tables`` writes ``docs/catalog/`` and the totals in ``README.md``; ``--check`` only says
what is out of date. One row for each symbol and no sentences: those are in hovers, in ``torchspore explain``, and for
what differs on a page of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lsp_server.catalog import published
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.compiler import MAPPINGS, compile_mappings
from lsp_server.catalog.model import DEVICES, FRAMEWORKS, Counterpart, Evidence, Framework, Rule
from lsp_server.catalog.totals import VERDICTS, Totals, totals
from lsp_server.messages.hover import FRAMEWORK_NAMES

ROOT = MAPPINGS.parent
FOLDER = "docs/catalog"
README = "README.md"
BEGIN = "<!-- begin: figures of the catalog, made by python -m lsp_server.catalog.tables -->"
END = "<!-- end: figures of the catalog -->"
_ENOUGH_FOR_A_PAGE = 40
_COMPANION = "torchvision"
"""Of its names those that have rules are listed."""
_DEEPER = ("torch.nn.functional", "mindspore.mint.nn")
"""Namespaces below the second part that have a page of their own."""


def files(catalog: Catalog, readme: str) -> dict[str, str]:
    """Path below the project, and text, of everything that is generated."""
    made: dict[str, str] = {}
    lists: list[str] = []
    for framework in FRAMEWORKS:
        pages = _pages(catalog, framework)
        lists += ["", f"## {FRAMEWORK_NAMES[framework]}", ""]
        for page, names in pages.items():
            made[f"{FOLDER}/{page}.md"] = _page(catalog, page, names)
            answered = sum(catalog.rule(name) is not None for name in names)
            lists.append(f"- [{page}]({page}.md): {answered} of {len(names)}")
    made[f"{FOLDER}/differences.md"] = _differences(catalog)
    lists += ["", "[What differs, and where](differences.md) · [差异一览](differences.md)"]
    figures = _figures(catalog)
    head = ["# Catalog", "", *figures, "", *_legend(), *lists]
    made[f"{FOLDER}/README.md"] = "\n".join(head) + "\n"
    made[README] = with_figures(readme, figures)
    return made


def _pages(catalog: Catalog, framework: Framework) -> dict[str, list[str]]:
    """Namespaces with many core names have a page of their own; the rest of a framework shares one."""
    found: dict[str, list[str]] = {}
    for name in catalog.core_names(framework):
        found.setdefault(_namespace(name), []).append(name)
    pages: dict[str, list[str]] = {framework: []}
    for namespace, names in sorted(found.items()):
        pages.setdefault(namespace if len(names) >= _ENOUGH_FOR_A_PAGE else framework, []).extend(names)
    if framework == "torch":
        pages[_COMPANION] = [name for name in catalog.rules() if name.startswith(f"{_COMPANION}.")]
    return {page: sorted(names) for page, names in pages.items() if names}


def _namespace(name: str) -> str:
    for deeper in _DEEPER:
        if name.startswith(deeper + "."):
            return deeper
    parts = name.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def _page(catalog: Catalog, page: str, names: list[str]) -> str:
    rows = [_row(name, page, catalog) for name in names]
    head = [f"# {page}", "", "[All pages and the legend](README.md)", ""]
    return "\n".join([*head, "| symbol | verdict | counterpart | run |", "|---|---|---|---|", *rows]) + "\n"


def _differences(catalog: Catalog) -> str:
    """What a call means otherwise, in the words of the hovers and both languages."""
    head = ["# What differs, and where · 差异一览", "", "[All pages and the legend](README.md)", ""]
    rows: list[str] = []
    for framework in FRAMEWORKS:
        rows += ["", f"## {FRAMEWORK_NAMES[framework]}", "", "| symbol | difference | 差异 |", "|---|---|---|"]
        companions = [name for name in catalog.rules() if framework == "torch" and name.startswith(f"{_COMPANION}.")]
        for name in (*catalog.core_names(framework), *companions):
            rule = catalog.rule(name)
            if rule is None or rule.verdict != "differs" or rule.derived:
                continue
            notes = [note for note in (rule.note, *(one.note for one in rule.counterparts)) if note is not None]
            if notes:
                rows.append(f"| `{name}` | {_cell(notes[0].en)} | {_cell(notes[0].zh_cn)} |")
    return "\n".join([*head, *rows[1:]]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _row(name: str, page: str, catalog: Catalog) -> str:
    rule = catalog.rule(name)
    short = _literal(name.removeprefix(page + "."))
    if rule is None:
        return f"| {short} | | | |"
    derived = "*" if rule.derived else ""
    return f"| {short} | {rule.verdict}{derived} | {_counterparts(rule)} | {_run(catalog.evidence(name))} |"


def _counterparts(rule: Rule) -> str:
    """Each once, with its devices unless it serves all; the framework is the page's other one."""
    said: dict[str, None] = {}
    for one in rule.counterparts:
        said[f"{_literal(one.symbol.partition('.')[2] or one.symbol)}{_devices(one)}"] = None
    return ", ".join(said)


def _literal(name: str) -> str:
    """Underscores around a word would be emphasis."""
    return f"`{name}`" if "_" in name else name


def _devices(one: Counterpart) -> str:
    return "" if len(one.devices) == len(DEVICES) else f" ({'/'.join(one.devices)})"


def _run(records: Iterable[Evidence]) -> str:
    return ", ".join(f"{one.agree}/{one.cases}{'' if one.device == 'CPU' else ' ' + one.device}" for one in records)


def _figures(catalog: Catalog) -> list[str]:
    rows = [
        "| | core names | with a verdict | " + " | ".join(VERDICTS) + " | proven | cases that agree |",
        "|---" * (len(VERDICTS) + 5) + "|",
    ]
    return [*rows, *(_figures_of(totals(catalog, framework)) for framework in FRAMEWORKS)]


def _figures_of(found: Totals) -> str:
    counts = " | ".join(str(found.verdicts[verdict]) for verdict in VERDICTS)
    agree = f"{found.agree} of {found.cases}"
    return (
        f"| {FRAMEWORK_NAMES[found.framework]} | {found.core} | {found.answered} | {counts} | {found.clean} | {agree} |"
    )


def _legend() -> list[str]:
    return [
        "`same`: the same call. `adapt`: arguments change, the meaning does not. `differs`: the meaning differs",
        "somewhere. `compose`: an expression. `none`: no counterpart. `*`: follows from another rule. A counterpart",
        "without devices runs on all of them. Run: how many cases agreed of those that were run on both frameworks.",
        "`torchspore explain NAME` says what changes, what bites and what to do instead.",
    ]


def with_figures(readme: str, figures: list[str]) -> str:
    """The text with the figures between its markers; unchanged if it has none."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return readme
    return "\n".join([before + begin, "", *figures, "", end + after])


def stale(made: dict[str, str], root: Path) -> Iterator[str]:
    """Generated files that are missing, differ, or are no longer generated."""
    return published.stale(made, root, FOLDER)


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.catalog.tables [--check]``."""
    only_check = "--check" in (sys.argv[1:] if arguments is None else arguments)
    catalog = Catalog(compile_mappings(MAPPINGS))
    made = files(catalog, (ROOT / README).read_text(encoding="utf-8"))
    old = list(stale(made, ROOT))
    code = published.settle(made, old, ROOT, only_check, "the published table is")
    if not only_check:
        size = sum(len(text.encode()) for path, text in made.items() if path != README)
        print(f"{len(made)} files, {size // 1024} KB below {FOLDER}, {len(old)} written")
    return code


if __name__ == "__main__":
    sys.exit(main())
