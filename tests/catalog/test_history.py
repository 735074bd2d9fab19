"""Versions of a framework: what exists in them, how it is called there, and what the catalog makes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lsp_server.catalog import compiler, history
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart, Earlier, History, Parameter, Rule, Signature, Symbol
from lsp_server.catalog.sources import MappingError
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target, choose

OLD = Signature((Parameter("x"), Parameter("axis", default="0")))
NEW = Signature((Parameter("input"), Parameter("dim", default="0")))
SYMBOL = Symbol("mindspore.ops.f", "function", (NEW,))
HISTORY = History("mindspore.ops.f", "2.7.1", "", (Earlier("2.9.0", (OLD,)),))


def rule(**changes: str) -> Rule:
    return Rule("same", (Counterpart("mindspore.ops.f", **changes),))


@pytest.mark.parametrize(("version", "signature"), [("2.7.1", OLD), ("2.8.0", OLD), ("2.9.0", NEW), ("2.10.0", NEW)])
def test_a_version_has_its_own_parameters(version: str, signature: Signature) -> None:
    assert history.as_of(SYMBOL, HISTORY, version).signatures == (signature,)


def test_versions_are_compared_as_numbers() -> None:
    assert history.version_key("2.10.0") > history.version_key("2.9.0")
    assert history.version_key("2.10") == history.version_key("2.10.0")
    assert history.version_key("2.10.0+cpu") == history.version_key("2.10.0")
    assert history.version_key("unknown") > history.version_key("2.10.0")


def test_existence() -> None:
    gone = History("mindspore.ops.g", "2.7.1", "2.9.0")
    assert [history.has(gone, version) for version in ("2.7.0", "2.7.1", "2.8.0", "2.9.0", "2.10.0")] == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_a_counterpart_holds_from_its_first_package_on() -> None:
    histories = {HISTORY.name: HISTORY}
    assert history.dated(rule(), histories).counterparts[0].since == "2.7.1"
    assert history.dated(rule(since="2.8.0"), histories).counterparts[0].since == "2.8.0"
    assert history.dated(rule(since="2.5.0"), histories).counterparts[0].since == "2.7.1"
    assert history.dated(rule(until="2.8.0"), histories).counterparts[0].until == "2.8.0"
    assert history.dated(rule(), {}) == rule()


def test_every_name_of_a_template_must_be_there() -> None:
    later = History("mindspore.ops.g", "2.9.0", "2.10.0")
    composed = Rule(
        "compose", (Counterpart("mindspore.ops.f", template="mindspore.ops.f({x}) + mindspore.ops.g({x})"),)
    )
    (one,) = history.dated(composed, {HISTORY.name: HISTORY, later.name: later}).counterparts
    assert (one.since, one.until) == ("2.9.0", "2.10.0")


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    """A small ``mappings/`` with a symbol that changed and one that is gone."""
    gone = Symbol("mindspore.ops.gone", "function", (OLD,))
    for folder, name, lines in (
        ("inventory", "torch-1.jsonl", ({"framework": "torch", "version": "1"}, Symbol("torch.f", "function", (NEW,)))),
        ("inventory", "mindspore-2.10.0.jsonl", ({"framework": "mindspore", "version": "2.10.0"}, SYMBOL)),
        ("history", "mindspore.jsonl", ({}, HISTORY, History(gone.name, "", "2.9.0", symbol=gone))),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
    (tmp_path / "rules").mkdir()
    text = '["torch.f"]\nverdict = "adapt"\n[["torch.f".counterparts]]\nsymbol = "mindspore.ops.f"\n'
    (tmp_path / "rules" / "torch.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_catalog_of_a_version(mappings: Path) -> None:
    catalog = Catalog(compiler.compile_mappings(mappings))
    now, then = catalog.symbol("mindspore.ops.f"), catalog.at("mindspore", "2.8.0").symbol("mindspore.ops.f")
    assert now is not None
    assert then is not None
    assert (now.signatures, then.signatures) == ((NEW,), (OLD,))
    assert now.since == "2.7.1"


def test_a_symbol_that_is_gone_is_known_where_it_was(mappings: Path) -> None:
    catalog = Catalog(compiler.compile_mappings(mappings))
    assert catalog.symbol("mindspore.ops.gone") is None
    assert catalog.canonical("mindspore.ops.gone") is None
    then = catalog.at("mindspore", "2.8.0")
    assert then.canonical("mindspore.ops.gone") == "mindspore.ops.gone"
    assert then.symbol("mindspore.ops.gone") is not None
    assert catalog.at("mindspore", "2.9.0").symbol("mindspore.ops.gone") is None


def test_the_catalog_of_the_inventories_is_the_catalog_itself(mappings: Path) -> None:
    catalog = Catalog(compiler.compile_mappings(mappings))
    assert catalog.at("mindspore", "2.10.0") is catalog
    assert catalog.at("mindspore", "") is catalog
    assert catalog.at("mindspore", "2.8.0") is catalog.at("mindspore", "2.8.0")


def test_no_counterpart_before_its_first_package(mappings: Path) -> None:
    catalog = Catalog(compiler.compile_mappings(mappings))
    found = catalog.rule("torch.f")
    assert found is not None
    assert choose(found, Target("mindspore", "2.7.0")) is None
    assert choose(found, Target("mindspore", "2.7.1")) is not None


def test_a_call_is_written_for_the_version(mappings: Path) -> None:
    catalog = Catalog(compiler.compile_mappings(mappings))
    text = "import torch\ny = torch.f(1, dim=1)\n"
    assert "f(1, dim=1)" in convert_source(text, catalog, Target("mindspore", "2.10.0")).text
    # that version calls it axis: what the rule says does not hold there, so the call stays
    assert "torch.f(1, dim=1)" in convert_source(text, catalog, Target("mindspore", "2.8.0")).text


def test_a_broken_history_is_named(mappings: Path) -> None:
    (mappings / "history" / "mindspore.jsonl").write_text("{}\nnonsense\n", encoding="utf-8")
    with pytest.raises(MappingError, match="not a history"):
        compiler.compile_mappings(mappings)
