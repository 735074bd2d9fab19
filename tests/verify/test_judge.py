"""What a case counts as if one of the frameworks raises."""

from __future__ import annotations

from typing import Any, cast

import pytest

from lsp_server.catalog import compiler
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Framework
from lsp_server.verify.frameworks import Runner
from lsp_server.verify.judge import Judge


class Raising:
    """A runner in which some frameworks refuse everything."""

    def __init__(self, *frameworks: Framework) -> None:
        self._refusing = frameworks

    def begin(self) -> None:
        """Nothing to forget."""

    def run(self, text: str, framework: Framework, *_: Any, **__: Any) -> Any:
        if framework in self._refusing:
            raise RuntimeError("The kernel is unregistered")
        return 1.0


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(compiler.compile_mappings(compiler.MAPPINGS, judged=False))


@pytest.mark.parametrize(
    ("symbol", "refusing", "outcome"),
    [
        ("mindspore.mint.addmv", ("mindspore",), "dropped"),
        ("mindspore.mint.addmv", ("torch", "mindspore"), "dropped"),
        ("mindspore.mint.addmv", ("torch",), "disagree"),
        ("mindspore.ops.exp", ("mindspore",), "disagree"),
        ("torch.Tensor.addmv", ("torch",), "disagree"),
        ("torch.exp", ("mindspore",), "disagree"),
        ("torch.exp", (), "agree"),
    ],
)
def test_a_translated_case_that_mindspore_refuses_says_nothing(
    catalog: Catalog, symbol: str, refusing: tuple[Framework, ...], outcome: str
) -> None:
    result = Judge(catalog, cast("Runner", Raising(*refusing)), "CPU").own(symbol, 0)
    assert result.outcome == outcome
    assert result.raised == ("mindspore" in refusing and not symbol.startswith("torch.T"))
    assert result.failed == (result.raised or outcome == "disagree")


class Effects(Raising):
    """A runner in which MindSpore gives nothing and torch something."""

    def run(self, text: str, framework: Framework, *_: Any, **__: Any) -> Any:
        return None if framework == "mindspore" or "cuda" in text else 1.0


def test_what_torch_gives_where_mindspore_gives_nothing_is_not_used(catalog: Catalog) -> None:
    result = Judge(catalog, cast("Runner", Effects()), "CPU").own("torch.cuda.manual_seed", 0)
    assert result.back is not None and result.back.symbol == "mindspore.set_seed"
    assert (result.outcome, result.back.outcome) == ("agree", "agree")


def test_the_body_of_a_definition_is_no_evidence_for_a_function_in_it(catalog: Catalog) -> None:
    judge = Judge(catalog, cast("Runner", Raising()), "CPU")
    assert judge.own("torch.nn.functional.rms_norm", 0).back is None
    assert judge.own("torch.rsqrt", 0).back is not None
