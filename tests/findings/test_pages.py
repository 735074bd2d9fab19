"""The published pages of the findings: complete, in both languages, up to date."""

from __future__ import annotations

from pathlib import Path

from lsp_server.findings import pages
from lsp_server.findings.kinds import KINDS


def test_every_finding_has_a_page_in_both_languages() -> None:
    made = pages.files()
    for code, rule in KINDS.items():
        text = made[f"{pages.FOLDER}/{code}.md"]
        assert rule.why.en in text and rule.why.zh_cn in text and rule.example.strip() in text
        assert f"[{code}]({code}.md)" in made[f"{pages.FOLDER}/README.md"]


def test_stale_pages_are_told(tmp_path: Path) -> None:
    made = pages.files()
    assert set(pages.stale(made, tmp_path)) == set(made)
    for path, text in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert list(pages.stale(made, tmp_path)) == []
    (tmp_path / pages.FOLDER / "TS100.md").write_text("")
    (tmp_path / pages.FOLDER / "corpus.md").write_text("")
    assert list(pages.stale(made, tmp_path)) == [f"{pages.FOLDER}/TS100.md"]


def test_the_published_pages_are_up_to_date() -> None:
    assert list(pages.stale(pages.files(), pages.ROOT)) == [], "run 'python -m lsp_server.findings.pages'"
