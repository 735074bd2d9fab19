"""The mappings: what is refused and how it is said, the compiled file, the schema, and what the rules promise."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from lsp_server.catalog import compiler, schema
from lsp_server.catalog.catalog import Catalog, CatalogMissing, load
from lsp_server.catalog.model import Limit, Parameter, Rule, Signature, StateSpec, Symbol
from lsp_server.catalog.sources import MappingError
from lsp_server.messages.hover import LIMIT_TEXTS
from lsp_server.migrate.target import Target, choose

TENSORS = Signature((Parameter("tensors"), Parameter("dim", default="0")))
SYMBOLS = {
    "torch": [
        Symbol("torch.cat", "function", (TENSORS,), aliases=("torch.concatenated",)),
        Symbol("torch.relu", "function", (Signature((Parameter("input"),)),)),
    ],
    "mindspore": [
        Symbol("mindspore.ops.cat", "function", (Signature((Parameter("tensors"), Parameter("axis", default="0"))),)),
        Symbol("mindspore.ops.relu", "function", (Signature((Parameter("input"),)),)),
    ],
}
GOOD = """
["torch.cat"]
verdict = "adapt"
note = { en = "The keyword is axis.", zh-cn = "关键字是 axis。" }

[["torch.cat".counterparts]]
symbol = "mindspore.ops.cat"
args.dim = "axis"
"""
NO_SENTENCE = '["torch.relu"]\nverdict = "none"\n'
WHOLE = GOOD.replace('"axis"', '{ value = "1 - {value}" }\ntemplate = "mindspore.ops.cat({args})"')
SAFE = GOOD.replace('args.dim = "axis"', 'args.dim = "axis"\nsafety = "safe"')
EVIDENCE = b'{"symbol":"torch.cat","torch":"2.13.0","mindspore":"2.10.0","device":"CPU","cases":2,"agree":2}\n'


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    """A small, valid ``mappings/``."""
    for name in ("inventory", "rules", "states", "evidence"):
        (tmp_path / name).mkdir()
    for framework, symbols in SYMBOLS.items():
        header = {"framework": framework, "version": "1.0"}
        lines = [msgspec.json.encode(header), *(msgspec.json.encode(symbol) for symbol in symbols)]
        (tmp_path / "inventory" / f"{framework}-1.0.jsonl").write_bytes(b"\n".join(lines))
    write(tmp_path, GOOD)
    return tmp_path


def write(root: Path, text: str, name: str = "torch.toml", folder: str = "rules") -> None:
    (root / folder / name).write_text(text, encoding="utf-8")


def problems(root: Path) -> list[str]:
    with pytest.raises(MappingError) as refused:
        compiler.compile_mappings(root)
    return refused.value.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            GOOD.replace("torch.cat", "torch.cta"),
            ["rules/torch.toml", "[torch.cta]", "inventory", "spelling"],
        ),
        (GOOD.replace("torch.cat", "torch.concatenated"), ["[torch.concatenated]", "write torch.cat"]),
        (
            GOOD.replace("args.dim", "args.dmi"),
            ["rules/torch.toml", "[torch.cat]", "args.dmi", "parameter"],
        ),
        (GOOD.replace('"axis"', '"axsi"'), ["[torch.cat]", "args.dim", "mindspore.ops.cat", "'axsi'", "axis"]),
        (
            GOOD.replace("mindspore.ops.cat", "mindspore.ops.cta"),
            ["[torch.cat]", "mindspore.ops.cta", "inventory"],
        ),
        (GOOD.replace("verdict =", "verdikt ="), ["rules/torch.toml", "[torch.cat]", "verdikt"]),
        (GOOD.replace('"adapt"', '"addapt"'), ["[torch.cat]", "addapt", "verdict"]),
        (GOOD.replace("zh-cn", "zh"), ["[torch.cat]", "zh"]),
        (GOOD.replace('["torch.cat"]', '["torch.cat"', 1), ["rules/torch.toml", "not valid TOML", "line 2"]),
        (SAFE, ["[torch.cat]", "safe without evidence", "torchspore verify"]),
        (WHOLE, ["[torch.cat]", "args.dim", "as it stands"]),
        (NO_SENTENCE, ["[torch.relu]", "no advice"]),
        ('["torch.relu"]\nverdict = "same"\n', ["[torch.relu]", "no counterpart"]),
    ],
    ids=[
        "symbol",
        "alias",
        "argument",
        "target-argument",
        "counterpart",
        "key",
        "verdict",
        "language",
        "toml",
        "safe",
        "value-that-is-lost",
        "none-without-advice",
        "no-counterpart",
    ],
)
def test_a_mistake_is_refused_with_file_key_and_reason(mappings: Path, text: str, said: list[str]) -> None:
    write(mappings, text)
    found = problems(mappings)
    assert any(all(word in line for word in said) for line in found), found


def test_a_rule_in_the_wrong_file_is_refused(mappings: Path) -> None:
    write(mappings, "", "torch.toml")
    write(mappings, GOOD, "torch.nn.toml")
    assert any("rules/torch.nn.toml: [torch.cat] belongs into another file" in line for line in problems(mappings))


def test_a_namespace_may_be_a_folder_of_topics(mappings: Path) -> None:
    write(mappings, "", "torch.toml")
    folder = mappings / "rules" / "torch"
    folder.mkdir()
    write(folder, GOOD, "joining.toml", ".")
    assert "torch.cat" in compiler.compile_mappings(mappings).rules
    write(folder, GOOD.replace("torch.cat", "mindspore.ops.cat"), "joining.toml", ".")
    assert any("rules/torch/joining.toml" in line and "this one is for torch" in line for line in problems(mappings))


def test_every_limit_has_its_words() -> None:
    assert set(LIMIT_TEXTS) == set(get_args(Limit))


def test_all_mistakes_are_told_at_once(mappings: Path) -> None:
    write(mappings, GOOD.replace('"axis"', '"axsi"') + NO_SENTENCE)
    write(mappings, "x =", "mindspore.toml")
    found = "\n".join(problems(mappings))
    assert all(word in found for word in ("axsi", "no advice", "mindspore.toml"))


def test_evidence_allows_safe(mappings: Path) -> None:
    write(mappings, SAFE)
    (mappings / "evidence" / "cpu.jsonl").write_bytes(EVIDENCE)
    compiled = Catalog(compiler.compile_mappings(mappings))
    assert compiled.evidence("torch.cat")[0].clean


def test_evidence_with_a_failure_does_not_allow_safe(mappings: Path) -> None:
    write(mappings, SAFE)
    (mappings / "evidence" / "cpu.jsonl").write_bytes(EVIDENCE.replace(b'"agree":2', b'"agree":1'))
    assert any("safe without evidence" in line for line in problems(mappings))


def test_the_compiled_file_gives_back_what_was_written(mappings: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.msgpack"
    compiler.write(compiler.compile_mappings(mappings), path)
    catalog = load(path)
    rule = catalog.rule("torch.cat")
    assert rule is not None
    assert rule.note is not None
    assert rule.note.zh_cn == "关键字是 axis。"
    assert rule.counterparts[0].args == {"dim": "axis"}
    assert catalog.symbol("torch.cat") == SYMBOLS["torch"][0]
    assert catalog.canonical("torch.concatenated") == "torch.cat"
    assert catalog.versions == {"torch": "1.0", "mindspore": "1.0"}
    assert catalog.digest == compiler.digest(mappings)


def test_a_missing_or_broken_compiled_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CatalogMissing, match=r"python -m lsp_server\.catalog\.compiler"):
        load(tmp_path / "none.msgpack")
    (tmp_path / "broken.msgpack").write_bytes(b"\xc1")
    with pytest.raises(CatalogMissing, match="cannot be read"):
        load(tmp_path / "broken.msgpack")


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return Catalog(compiler.compile_mappings(compiler.MAPPINGS))


def rules(catalog: Catalog) -> dict[str, Rule]:
    return {name: rule for name in catalog.rules() if (rule := catalog.rule(name)) is not None}


def test_the_mappings_are_valid_and_the_compiled_file_is_fresh(shipped: Catalog) -> None:
    assert load().digest == shipped.digest, "run 'python -m lsp_server.catalog.compiler'"


def test_the_schemas_are_fresh() -> None:
    for name, made in schema.schemas().items():
        written = (schema.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
        assert written == schema.text_of(made), "run 'python -m lsp_server.catalog.schema'"


def test_the_schema_describes_every_key_that_the_model_explains() -> None:
    made = schema.schemas()["rules"]["$defs"]
    assert set(made["Rule"]["properties"]) == set(msgspec.json.schema(Rule)["$defs"]["Rule"]["properties"])
    assert "always written" in made["Counterpart"]["properties"]["extra"]["description"]
    assert schema.schemas()["states"]["additionalProperties"] == {"$ref": f"#/$defs/{StateSpec.__name__}"}


def test_every_file_of_rules_names_its_schema() -> None:
    for path in (compiler.MAPPINGS / "rules").rglob("*.toml"):
        up = "../" * len(path.relative_to(compiler.MAPPINGS).parts[:-1])
        assert path.read_text(encoding="utf-8").startswith(f"#:schema {up}schema/rules.schema.json\n"), path


def test_a_layer_that_hides_its_arguments_is_called_as_its_state_says(shipped: Catalog) -> None:
    symbol = shipped.symbol("mindspore.nn.LSTM")
    assert symbol is not None
    assert [parameter.name for parameter in symbol.signatures[0].parameters][:4] == [
        "input_size",
        "hidden_size",
        "num_layers",
        "has_bias",
    ]


def test_every_text_is_in_both_languages(shipped: Catalog) -> None:
    texts = [(name, text) for name, rule in rules(shipped).items() for text in (rule.note, rule.advice) if text]
    texts += [(name, c.note) for name, rule in rules(shipped).items() for c in rule.counterparts if c.note]
    for name, text in texts:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh_cn), name
        assert text.en.isascii(), name


def test_the_counterpart_depends_on_version_and_device(shipped: Catalog) -> None:
    table = rules(shipped)

    def chosen(symbol: str, version: str, device: str) -> str:
        counterpart = choose(table[symbol], Target("mindspore", version, device))
        return counterpart.symbol if counterpart is not None else ""

    assert chosen("torch.nn.Module.buffers", "2.0.0", "any") == "mindspore.nn.Cell.untrainable_params"
    assert chosen("torch.nn.Module.buffers", "2.10.0", "any") == "mindspore.nn.Cell.buffers"
    assert chosen("torch.nn.Conv2d", "2.10.0", "Ascend") == "mindspore.mint.nn.Conv2d"
    assert chosen("torch.nn.Conv2d", "2.10.0", "any") == "mindspore.nn.Conv2d"
    assert chosen("torch.nn.Conv2d", "2.0.0", "Ascend") == "mindspore.nn.Conv2d"
    assert chosen("torch.einsum", "2.10.0", "CPU") == "mindspore.ops.matmul"
