"""The published table: what it says, how large it is, and whether it is up to date."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lsp_server.catalog import tables
from lsp_server.catalog.catalog import Catalog, Compiled, shipped
from lsp_server.catalog.model import FRAMEWORKS, Counterpart, Evidence, Rule, Symbol, Text
from lsp_server.catalog.vocabulary import Words

NO_ROWS = ("README.md", "differences.md", "torchvision.md")
README = f"# Title\n\n{tables.BEGIN}\nold\n{tables.END}\n\nEnd.\n"


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def catalog() -> Catalog:
    names = ["torch.abs", "torch.ops.only", "torch.sign", "torch.uncharted", "mindspore.ops.abs"]
    symbols = {name: raw(Symbol(name, "function", core=name != "torch.uncharted")) for name in sorted(names)}
    mint = Counterpart("mindspore.mint.abs", devices=("Ascend",))
    rules = {
        "torch.abs": raw(Rule("same", (mint, Counterpart("mindspore.ops.abs")))),
        "torch.ops.only": raw(
            Rule("differs", (Counterpart("mindspore.ops.abs"),), note=Text("nan | 0.", "nan 或 0。"))
        ),
        "mindspore.ops.abs": raw(Rule("same", (Counterpart("torch.abs"),), derived="torch.abs")),
    }
    evidence = raw({"torch.abs": [Evidence("2.13.0", "2.10.0", "CPU", 4, 4)]})
    return Catalog(Compiled("", {}, symbols, {}, raw({}), rules, {}, evidence, raw({}), raw(Words("", "", "", "", ()))))


def test_a_row_says_verdict_counterparts_devices_and_evidence() -> None:
    page = tables.files(catalog(), README)["docs/catalog/torch.md"]
    assert "| abs | same | mint.abs (Ascend), ops.abs | 4/4 |" in page
    assert "| sign | | | |" in page
    assert "uncharted" not in page


def test_what_differs_is_said_in_both_languages_on_one_page() -> None:
    page = tables.files(catalog(), README)["docs/catalog/differences.md"]
    assert "| `torch.ops.only` | nan \\| 0. | nan 或 0。 |" in page
    assert "torch.abs" not in page


def test_what_is_derived_is_marked() -> None:
    assert "| ops.abs | same* | abs |  |" in tables.files(catalog(), README)["docs/catalog/mindspore.md"]


def test_the_index_and_the_readme_have_the_same_figures() -> None:
    made = tables.files(catalog(), README)
    row = "| PyTorch | 3 | 2 | 1 | 0 | 1 | 0 | 0 | 1 | 4 of 4 |"
    assert row in made["docs/catalog/README.md"]
    assert "[torch](torch.md): 2 of 3" in made["docs/catalog/README.md"]
    assert row in made["README.md"]
    assert "old" not in made["README.md"]
    assert made["README.md"].startswith("# Title\n")
    assert made["README.md"].endswith("\n\nEnd.\n")


def test_a_readme_without_markers_stays() -> None:
    assert tables.with_figures("# Title\n", ["x"]) == "# Title\n"


def test_figures_written_twice_are_the_same() -> None:
    once = tables.with_figures(README, ["a", "b"])
    assert tables.with_figures(once, ["a", "b"]) == once


def test_stale_files_are_told(tmp_path: Path) -> None:
    made = tables.files(catalog(), README)
    assert set(tables.stale(made, tmp_path)) == set(made)
    for path, text in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert list(tables.stale(made, tmp_path)) == []
    (tmp_path / "docs/catalog/gone.md").write_text("")
    assert list(tables.stale(made, tmp_path)) == ["docs/catalog/gone.md"]


@pytest.fixture(scope="module")
def published() -> dict[str, str]:
    return tables.files(shipped(), (tables.ROOT / tables.README).read_text(encoding="utf-8"))


def test_every_core_symbol_has_one_row(published: dict[str, str]) -> None:
    rows = sum(text.count("\n| ") - 1 for path, text in published.items() if not path.endswith(NO_ROWS))
    assert rows == sum(len(shipped().core_names(framework)) for framework in FRAMEWORKS)


def test_the_table_stays_small(published: dict[str, str]) -> None:
    assert sum(len(text.encode()) for path, text in published.items() if path != tables.README) < 900_000


def test_the_published_table_is_up_to_date(published: dict[str, str]) -> None:
    assert list(tables.stale(published, tables.ROOT)) == [], "run 'python -m lsp_server.catalog.tables'"
