"""Findings: the examples of their pages, and as many sources that have none. Every fix is idempotent and parses."""

from __future__ import annotations

import ast

import pytest

from lsp_server.findings import registry
from lsp_server.migrate.edits import apply
from tests.support import analyse

HEAD = "import torch\nfrom torch import nn\n"
INIT = HEAD + "class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        "

FOUND = {
    "assigned under its own name": ("TS101", INIT + 'self.x = self.register_buffer("x", torch.ones(3))'),
    "assigned under another name": ("TS101", INIT + 'self.y = self.register_buffer("x", torch.ones(3))'),
    "parameter": ("TS101", INIT + 'self.x = self.register_parameter("x", None)'),
    "on a Cell": (
        "TS101",
        "import mindspore as ms\nclass N(ms.nn.Cell):\n    def __init__(self):\n        super().__init__()\n"
        '        self.x = self.register_buffer("x", ms.Tensor([1]))',
    ),
    "construct in a Module": ("TS102", HEAD + "class N(nn.Module):\n    def construct(self, x):\n        return x"),
    "forward in a Cell": (
        "TS102",
        "from mindspore import nn\nclass N(nn.Cell):\n    def forward(self, x):\n        return x",
    ),
    "through a base of the user": (
        "TS102",
        HEAD + "class A(nn.Module): ...\nclass N(A):\n    def construct(self, x):\n        return x",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_found_and_fixed(name: str) -> None:
    code, text = FOUND[name]
    analysis = analyse(text)
    findings = registry.check(analysis, list(registry.RULES.values()))
    assert [finding.code for finding in findings] == [code]
    fixed = apply(analysis.document.data, registry.fixes(findings, unsafe=True))
    ast.parse(fixed)
    assert fixed != text
    assert registry.check(analyse(fixed), list(registry.RULES.values())) == []


CLEAN = {
    "registered alone": INIT + 'self.register_buffer("x", torch.ones(3))',
    "own method of that name": (
        "class N:\n    def register_buffer(self, n, t):\n        return t\n"
        '    def __init__(self):\n        self.x = self.register_buffer("x", 1)'
    ),
    "forward in a Module": HEAD + "class N(nn.Module):\n    def forward(self, x):\n        return x",
    "both": HEAD
    + "class N(nn.Module):\n    def forward(self, x):\n        return x\n    def construct(self, x):\n        return x",
    "construct elsewhere": "class N:\n    def construct(self, x):\n        return x",
    "base that is not known": (
        "from somewhere import Base\nfrom torch import nn\n"
        "class N(Base, nn.Module):\n    def construct(self, x):\n        return x"
    ),
    "base that defines forward": HEAD
    + "class A(nn.Module):\n    def forward(self, x):\n        return x\n"
    + "class N(A):\n    def construct(self, x):\n        return x",
    "library layer": HEAD + "class N(nn.Linear):\n    def construct(self, x):\n        return x",
    "empty": "",
    "does not parse": "class N(nn.Module:\n  def construct(self",
}


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_found(name: str) -> None:
    assert registry.check(analyse(CLEAN[name]), list(registry.RULES.values())) == []


def test_safe_only_if_the_names_agree() -> None:
    for name, safety in (("x", "safe"), ("y", "unsafe")):
        analysis = analyse(INIT + f'self.{name} = self.register_buffer("x", torch.ones(3))')
        (finding,) = registry.check(analysis, list(registry.RULES.values()))
        assert finding.fix is not None and finding.fix.safety == safety


@pytest.mark.parametrize("code", registry.RULES)
def test_every_page_holds(code: str) -> None:
    """The example has the finding, what to use instead has not; the page exists in both languages."""
    rule = registry.RULES[code]

    def wrapped(snippet: str) -> str:
        if snippet.startswith("class"):
            return "import torch\n" + snippet
        return INIT + snippet

    assert [one.code for one in registry.check(analyse(wrapped(rule.example)), [rule])] == [code]
    assert registry.check(analyse(wrapped(rule.instead)), [rule]) == []
    assert registry.page(rule, "en") != registry.page(rule, "zh-cn")


def test_selection() -> None:
    assert [rule.code for rule in registry.selected(("TS101",), ())] == ["TS101"]
    assert [rule.code for rule in registry.selected(("TS",), ("TS101",))] == ["TS102"]
    assert registry.selected(("XX",), ()) == []
