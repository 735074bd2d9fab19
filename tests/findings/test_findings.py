"""The findings together: their pages, which are looked for, which fixes are made."""

from __future__ import annotations

import pytest

from lsp_server.findings import registry
from lsp_server.migrate.edits import apply
from tests.support import analyse

HEAD = "import torch\nfrom torch import nn\n"
INIT = HEAD + "class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        "


@pytest.mark.parametrize(
    "text", ["", "class N(nn.Module:\n  def construct(self", "import torch\nclass N(torch.nn.Module"]
)
def test_broken_sources(text: str) -> None:
    assert registry.check(analyse(text), list(registry.RULES.values())) == []


def test_safe_only_if_the_names_agree() -> None:
    for name, safety in (("x", "safe"), ("y", "unsafe")):
        analysis = analyse(INIT + f'self.{name} = self.register_buffer("x", torch.ones(3))')
        (finding,) = registry.check(analysis, registry.selected((), ()))
        assert finding.fix is not None and finding.fix.safety == safety


@pytest.mark.parametrize("code", registry.RULES)
def test_every_page_holds(code: str) -> None:
    """The example has the finding and no other, what to use instead has none; the page exists in both languages."""
    rule = registry.RULES[code]
    looked_for = [*registry.selected((), ()), *([rule] if rule.optional else [])]
    assert [one.code for one in registry.check(analyse(rule.example), looked_for)] == [code]
    assert registry.check(analyse(rule.instead), looked_for) == []
    assert registry.page(rule, "en") != registry.page(rule, "zh-cn")


@pytest.mark.parametrize("code", registry.RULES)
def test_what_it_says_is_complete(code: str) -> None:
    rule = registry.RULES[code]
    for finding in registry.check(analyse(rule.example), [rule]):
        for language in ("en", "zh-cn"):
            assert "{" not in rule.text(finding, language)


def test_codes_and_names_are_distinct() -> None:
    assert list(registry.RULES) == sorted(registry.RULES)
    assert len({rule.name for rule in registry.RULES.values()}) == len(registry.RULES)


def test_selection() -> None:
    assert [rule.code for rule in registry.selected(("TS101",), ())] == ["TS101"]
    assert "TS101" not in [rule.code for rule in registry.selected(("TS",), ("TS101",))]
    assert registry.selected(("XX",), ()) == []


def test_optional_ones_want_their_own_code() -> None:
    assert "TS111" not in [rule.code for rule in registry.selected((), ())]
    assert "TS111" not in [rule.code for rule in registry.selected(("TS1",), ())]
    assert [rule.code for rule in registry.selected(("TS111",), ())] == ["TS111"]


def test_an_import_that_two_fixes_need_is_written_once() -> None:
    loop = "for p in net.trainable_params():\n    p -= 1\n"
    analysis = analyse("from mindspore import nn\nnet = nn.Dense(2, 2)\n" + loop + loop)
    fixed = apply(analysis.document.data, registry.fixes(registry.check(analysis, registry.selected((), ())), True))
    assert fixed.count("from mindspore import ops\n") == 1
    assert fixed.count("ops.assign(p, p - 1)") == 2
