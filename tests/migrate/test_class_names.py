"""Layers that are told apart by the names of their classes."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import Framework
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target


def converted(text: str, to: Framework = "mindspore") -> str:
    source = "torch" if to == "mindspore" else "mindspore"
    return convert_source(f"from {source} import nn\n\n\n{text}", shipped(), Target(to, shipped().versions[to])).text


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ('name == "Linear"', 'name == "Dense"'),
        ("name != 'Linear'", "name != 'Dense'"),
        ('name.find("Linear") != -1', 'name.find("Dense") != -1'),
        ('"Linear" in name', '"Dense" in name'),
        ('name.startswith("Linear")', 'name.startswith("Dense")'),
        ('name in ("Linear", "Conv2d")', 'name in ("Dense", "Conv2d")'),
        ('name.find("ConvTranspose") >= 0', 'name.find("Transpose") >= 0'),
        ('name == "ConvTranspose2d"', 'name == "Conv2dTranspose"'),
        ('name.find("Conv") != -1', 'name.find("Conv") != -1'),
        ('name.find("BatchNorm") != -1', 'name.find("BatchNorm") != -1'),
        ('name == "Linear of mine"', 'name == "Linear of mine"'),
        ('other == "Linear"', 'other == "Linear"'),
    ],
)
@pytest.mark.parametrize("name", ["m.__class__.__name__", "type(m).__name__"])
def test_names_follow_their_classes(name: str, asked: str, becomes: str) -> None:
    held = f"def f(m, other):\n    name = {name}\n    return {{}}\n"
    assert held.format(becomes) in converted(held.format(asked))
    direct = "def f(m, other):\n    return {}\n"
    assert direct.format(becomes.replace("name", name)) in converted(direct.format(asked.replace("name", name)))


def test_they_come_back() -> None:
    assert 'return type(m).__name__ == "Linear"' in converted(
        'def f(m):\n    return type(m).__name__ == "Dense"\n', "torch"
    )


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ('name.find("BatchNorm") != -1', "m.gamma.sum() + m.beta.sum()"),
        ('name == "LayerNorm"', "m.gamma.sum() + m.beta.sum()"),
        ('name.find("Conv") != -1', "m.weight.sum() + m.bias.sum()"),
        ('name.find("BatchNorm") == -1', "m.weight.sum() + m.bias.sum()"),
        ('"BatchNorm" not in name', "m.weight.sum() + m.bias.sum()"),
        ('name != "BatchNorm2d"', "m.weight.sum() + m.bias.sum()"),
        ('not name.startswith("BatchNorm")', "m.weight.sum() + m.bias.sum()"),
        ('name.startswith("BatchNorm") or m is other', "m.weight.sum() + m.bias.sum()"),
    ],
)
def test_the_branch_reads_the_parameters_that_such_layers_have(asked: str, read: str) -> None:
    text = (
        f"def f(m, other):\n    name = m.__class__.__name__\n    if {asked}:\n"
        "        return m.weight.sum() + m.bias.sum(), other.weight\n"
    )
    assert f"        return {read}, other.weight\n" in converted(text)


def test_a_name_that_is_bound_twice_may_be_anything() -> None:
    text = 'def f(m):\n    name = type(m).__name__\n    name = name.lower()\n    return name == "Linear"\n'
    assert 'return name == "Linear"' in converted(text)
