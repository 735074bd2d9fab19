"""Proposals: namesakes of the other framework, with their arguments, as TOML."""

from __future__ import annotations

import sys

import msgspec
import pytest

from lsp_server.catalog import proposals
from lsp_server.catalog.checks import Sources
from lsp_server.catalog.model import Device, Framework, Kind, Parameter, Rule, Signature, Symbol

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CPU: tuple[Device, ...] = ("Ascend", "GPU", "CPU")


def symbol(name: str, *parameters: str, kind: Kind = "function", platforms: tuple[Device, ...] = CPU) -> Symbol:
    parts = [one.partition("=") for one in parameters]
    signature = Signature(tuple(Parameter(name, default=default or None) for name, _, default in parts))
    return Symbol(name, kind, (signature,), platforms=platforms, core=True)


def found(*symbols: Symbol, framework: Framework = "torch") -> list[str]:
    sources = Sources({}, {one.name: one for one in symbols}, {}, {}, {}, {}, {})
    return [proposals.toml(one) for one in proposals.proposals(sources, framework)]


def test_a_namesake_with_its_arguments() -> None:
    (text,) = found(symbol("torch.cum_max", "input", "dim"), symbol("mindspore.ops.cummax", "input", "axis"))
    rule = msgspec.convert(tomllib.loads(text)["torch.cum_max"], Rule)
    assert rule.verdict == "adapt"
    assert rule.counterparts[0].symbol == "mindspore.ops.cummax"
    assert rule.counterparts[0].args == {"dim": "axis"}


def test_what_is_left_over_is_said() -> None:
    (text,) = found(symbol("torch.f", "input", "out=None"), symbol("mindspore.ops.f", "input", "k"))
    assert "left: out" in text
    assert "not given: k" in text


def test_mint_and_what_runs_everywhere_stand_together() -> None:
    (text,) = found(
        symbol("torch.f", "input"),
        symbol("mindspore.ops.f", "input"),
        symbol("mindspore.mint.f", "input", platforms=("Ascend",)),
        symbol("mindspore.numpy.f", "input"),
    )
    rule = msgspec.convert(tomllib.loads(text)["torch.f"], Rule)
    assert [(one.symbol, one.devices) for one in rule.counterparts] == [
        ("mindspore.mint.f", ("Ascend",)),
        ("mindspore.ops.f", CPU),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (symbol("torch.Generator.seed", kind="method"), symbol("mindspore.seed")),
        (symbol("torch.nn.Relu", kind="class"), symbol("mindspore.ops.relu")),
        (symbol("torch.Tensor.f_", kind="method"), symbol("mindspore.ops.f")),
        (symbol("torch.Tensor.__pow__", kind="method"), symbol("mindspore.ops.pow")),
        (symbol("torch.jit.Trace.f", kind="method"), symbol("mindspore.Tensor.f", kind="method")),
    ],
)
def test_what_only_sounds_alike_is_not_proposed(ours: Symbol, theirs: Symbol) -> None:
    assert found(ours, theirs) == []


def test_the_way_back_is_proposed_too() -> None:
    (text,) = found(symbol("mindspore.ops.f", "x"), symbol("torch.f", "input"), framework="mindspore")
    assert 'args.x = "input"' in text
