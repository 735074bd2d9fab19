"""Definitions: who pulls in what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.catalog import definitions
from lsp_server.catalog.checks import Sources, check_definitions, check_rule
from lsp_server.catalog.model import Counterpart, Rule, Symbol

HEAD = '"""Joining."""\n\nimport mindspore\n\n\n'
JOIN = 'def join(tensors):\n    """Joins."""\n    return base(mindspore.ops.cat(tensors))\n'
BASE = "def base(value):\n    return value\n"
OTHER = "\n\nclass Other:\n    def join(self, join):\n        return base(join)\n"


def read(tmp_path: Path, **texts: str) -> tuple[Sources, list[str]]:
    """The definitions for MindSpore, by file, and what reading them finds wrong."""
    folder = tmp_path / "definitions" / "mindspore"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    found: list[str] = []
    read = definitions.read(tmp_path / "definitions", found)
    symbols = {name: Symbol(name, "function") for name in ("torch.cat", "mindspore.ops.cat")}
    return Sources({}, symbols, {}, {}, {}, {}, {}, definitions=read), found


def rule(*names: str, template: str = "join({args})") -> Rule:
    return Rule("compose", (Counterpart("mindspore.ops.cat", template=template, define=names),))


def test_what_a_definition_needs_comes_before_it_also_from_another_file(tmp_path: Path) -> None:
    sources, found = read(
        tmp_path,
        joining=HEAD + "from .ground import base\n\n\n" + JOIN + "\n\nclass Joined(Other):\n    pass\n",
        ground='"""Ground."""\n\n\n' + BASE + OTHER,
    )
    known = sources.definitions["mindspore"]
    assert found == []
    assert known["join"].needs == ("base",)
    assert known["Joined"].needs == ("base", "Other"), "a parameter called join is not the function"
    assert known["join"].source == JOIN.rstrip("\n")
    assert known["base"].file == "definitions/mindspore/ground.py"


def test_definitions_that_call_each_other(tmp_path: Path) -> None:
    sources, found = read(tmp_path, both="def f(x):\n    return g(x)\n\n\ndef g(x):\n    return x and f(x - 1)\n")
    assert found == []
    assert {name: one.needs for name, one in sources.definitions["mindspore"].items()} == {"f": ("g",), "g": ("f",)}


def test_what_differs_in_a_name_is_written_once(tmp_path: Path) -> None:
    """The name is replaced wherever a word ends so, and the comment goes into no file."""
    text = (
        "class PlainConv1d(mindspore.nn.Conv1d):  # also with Conv2d, Conv3d for Conv1d\n"
        '    """Conv1d, as it is."""\n\n    def construct(self, x):\n        return base(super().construct(x))\n'
    )
    sources, found = read(tmp_path, convolution=HEAD + text + "\n\n" + BASE)
    known = sources.definitions["mindspore"]
    assert found == []
    assert set(known) == {"PlainConv1d", "PlainConv2d", "PlainConv3d", "base"}
    assert known["PlainConv1d"].source.startswith(
        'class PlainConv1d(mindspore.nn.Conv1d):\n    """Conv1d, as it is."""\n'
    )
    assert known["PlainConv3d"].source == known["PlainConv1d"].source.replace("Conv1d", "Conv3d")
    assert known["PlainConv2d"].needs == ("base",)
    _, twice = read(tmp_path, more=HEAD + "class PlainConv3d(mindspore.nn.Cell):\n    pass\n")
    assert (
        "definitions/mindspore/more.py: [PlainConv3d] stands in definitions/mindspore/convolution.py already" in twice
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "definitions/mindspore/topic.py: not Python"),
        ("LIMIT = 4\n", "definitions/mindspore/topic.py:1: is neither a function nor a class"),
        ("import numpy\n", "definitions/mindspore/topic.py:1: is neither a function nor a class"),
        ("def f():\n    return missing\n", "topic.py: [f] uses missing, which no file here defines"),
        (BASE + "\n\n" + BASE, "topic.py: [base] stands in definitions/mindspore/topic.py already"),
    ],
)
def test_what_cannot_be_written_into_a_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    _, found = read(tmp_path, topic=text)
    assert any(said in line for line in found), found


def test_unknown_and_superfluous_names_of_a_rule_are_refused(tmp_path: Path) -> None:
    sources, _ = read(tmp_path, joining=HEAD + JOIN + "\n\n" + BASE)
    assert list(check_rule("torch.cat", rule("join"), sources)) == []
    assert "'jion' stands in no file of definitions for mindspore" in " ".join(
        check_rule("torch.cat", rule("jion"), sources)
    )
    assert "does not use base" in " ".join(check_rule("torch.cat", rule("join", "base"), sources))


def test_definitions_without_use_and_names_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    lonely = "def lonely():\n    return mindspore.ops.dog, mindspore.torch.cat\n\n\n"
    sources, _ = read(tmp_path, joining=HEAD + lonely + JOIN + "\n\n" + BASE)
    sources.rules["torch.cat"] = rule("join")
    assert list(check_definitions(sources)) == [
        "definitions/mindspore/joining.py: [lonely] is used by no rule",
        "definitions/mindspore/joining.py: [lonely] mindspore.ops.dog is not in the inventory",
        "definitions/mindspore/joining.py: [lonely] mindspore.torch.cat is not in the inventory",
    ]
    sources, _ = read(tmp_path, joining=HEAD + 'def f():\n    """Like torch.cat."""\n')
    assert any("[f] torch.cat is not of mindspore" in line for line in check_definitions(sources))
