"""What a strict build refuses: contradicted claims, advice that says nothing; and what it counts."""

from __future__ import annotations

from lsp_server.catalog import gates
from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.checks import Sources
from lsp_server.catalog.compiler import MAPPINGS
from lsp_server.catalog.derivation import derive
from lsp_server.catalog.model import FRAMEWORKS, Counterpart, Evidence, Parameter, Rule, Signature, Symbol, Text
from lsp_server.catalog.sources import read

ONE = (Signature((Parameter("input"),)),)


def sources(rules: dict[str, Rule], evidence: dict[str, list[Evidence]] | None = None, *others: str) -> Sources:
    names = {*rules, *others, *(one.symbol for rule in rules.values() for one in rule.counterparts)}
    symbols = {name: Symbol(name, "function", ONE) for name in names}
    symbols["torch.absolute"] = Symbol("torch.absolute", "function", ONE, mirrors="torch.abs")
    origins = dict.fromkeys(rules, "rules/torch.toml")
    return Sources({}, symbols, {}, derive(symbols, rules), {}, evidence or {}, origins)


def same(target: str, verdict: str = "same") -> Rule:
    return Rule(verdict, (Counterpart(target),))  # pyright: ignore[reportArgumentType]  any word is tried


def none(reason: str) -> Rule:
    return Rule("none", advice=Text(reason, "原因。"))


def record(agree: int, failure: str = "") -> list[Evidence]:
    return [Evidence("2.13.0", "2.10.0", "CPU", 3, agree, failure=failure)]


def test_a_claim_that_its_evidence_contradicts_is_refused_with_file_key_and_reason() -> None:
    found = gates.strict_problems(
        sources({"torch.abs": same("mindspore.ops.abs")}, {"torch.abs": record(2, "torch.abs(m): 1.0 is not 2.0")})
    )
    (problem,) = found
    assert all(word in problem for word in ("rules/torch.toml", "[torch.abs]", "2 of 3", "1.0 is not 2.0", "'differs'"))


def test_what_says_that_it_differs_or_was_never_refuted_passes() -> None:
    rules = {"torch.abs": same("mindspore.ops.abs", "differs"), "torch.exp": same("mindspore.ops.exp")}
    assert gates.strict_problems(sources(rules, {"torch.abs": record(0, "x"), "torch.exp": record(3)})) == []
    assert gates.strict_problems(sources(rules)) == []


def test_a_symbol_that_does_not_run_contradicts_nothing() -> None:
    evidence = {"mindspore.mint.abs": record(0, "mint.abs(m): mindspore raises RuntimeError: no kernel")}
    assert gates.strict_problems(sources({"mindspore.mint.abs": same("torch.abs")}, evidence)) == []


def test_unrelated_symbols_do_not_share_their_advice() -> None:
    rules = {"torch.cuda.a": none("The same."), "torch.jit.b": none("The same.")}
    (problem,) = gates.strict_problems(sources(rules))
    assert "torch.jit.b" in problem
    assert "torch.cuda.a" in problem
    family = {"torch.cuda.a": none("The same."), "torch.cuda.amp.b": none("The same.")}
    assert gates.strict_problems(sources(family)) == []


def test_no_advice_is_a_catch_all() -> None:
    rules = {f"torch.cuda.f{number}": none("The same.") for number in range(13)}
    (problem,) = gates.strict_problems(sources(rules))
    assert "12 others" in problem
    rules.popitem()
    assert gates.strict_problems(sources(rules)) == []


def test_written_rules_that_would_be_derived_are_counted() -> None:
    rules = {
        "torch.abs": same("mindspore.ops.abs"),
        "torch.absolute": same("mindspore.ops.abs"),
        "mindspore.ops.abs": same("torch.abs"),
    }
    assert gates.redundant(sources(rules)) == ["mindspore.ops.abs", "torch.absolute"]
    rules["torch.absolute"] = same("mindspore.mint.abs")
    assert gates.redundant(sources(rules)) == ["mindspore.ops.abs"]


def test_what_is_published_holds_all_of_it() -> None:
    assert gates.strict_problems(read(MAPPINGS)) == []


def test_every_core_name_has_a_verdict() -> None:
    catalog = shipped()
    core = [name for framework in FRAMEWORKS for name in catalog.core_names(framework)]
    assert len(core) > 4_600
    assert [name for name in core if catalog.rule(name) is None] == []
