"""Signatures of a framework that is newer than the inventories, read from its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.catalog.catalog import Catalog, shipped
from lsp_server.inference.installed import reader_for

FILES = {
    "mindspore/nn/layer/basic.py": """
class Other:
    def __init__(self, wrong):
        pass


class Dense(Cell):
    r\"\"\"def __init__(self, in_the_docstring):\"\"\"

    @checked
    def __init__(self,
                 in_channels,  # of: the input
                 out_channels,
                 weight_init=None,
                 has_bias: bool = False,
                 dtype=mstype.float32,
                 *,
                 brand_new=1):
        raise RuntimeError("never run")
""",
    "mindspore/ops/function/math_func.py": """
def tanhshrink(input, scale=2.0) -> Tensor:
    return input


def cosine_similarity(*args, **kwargs):
    return 1
""",
    "mindspore/ops/broken.py": "def (",
}


@pytest.fixture
def interpreter(tmp_path: Path) -> str:
    for name, text in FILES.items():
        path = tmp_path / "lib/python3.11/site-packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(tmp_path / "bin/python")


@pytest.fixture
def newer(interpreter: str) -> Catalog:
    return shipped().at("mindspore", "99.0.0", reader_for(interpreter))


def parameters(catalog: Catalog, name: str) -> dict[str, str | None]:
    symbol = catalog.symbol(name)
    assert symbol is not None
    return {parameter.name: parameter.default for parameter in symbol.signatures[0].parameters}


def test_what_is_installed_wins_over_what_we_know(newer: Catalog) -> None:
    found = parameters(newer, "mindspore.nn.Dense")
    assert list(found) == ["in_channels", "out_channels", "weight_init", "has_bias", "dtype", "brand_new"]
    assert (found["has_bias"], found["brand_new"]) == ("False", "1")
    assert found["dtype"] == parameters(shipped(), "mindspore.nn.Dense")["dtype"], "no literal: what we know says it"
    assert parameters(newer, "mindspore.ops.tanhshrink") == {"input": None, "scale": "2.0"}


@pytest.mark.parametrize("name", ["mindspore.ops.cosine_similarity", "mindspore.ops.cat", "torch.nn.Linear"])
def test_what_cannot_be_read_stays_as_we_know_it(newer: Catalog, name: str) -> None:
    assert parameters(newer, name) == parameters(shipped(), name)


def test_an_older_version_is_what_its_history_says(interpreter: str) -> None:
    older = shipped().at("mindspore", "2.7.0", reader_for(interpreter))
    assert "brand_new" not in parameters(older, "mindspore.nn.Dense")


def test_an_environment_without_packages(tmp_path: Path) -> None:
    assert reader_for(str(tmp_path / "bin/python")) is None


def test_methods_are_read_from_their_class(tmp_path: Path) -> None:
    path = tmp_path / "lib/python3.11/site-packages/mindspore/nn/cell.py"
    path.parent.mkdir(parents=True)
    path.write_text("class Cell:\n    def set_train(self, mode=True, deep=False):\n        pass\n")
    newer = shipped().at("mindspore", "98.0.0", reader_for(str(tmp_path / "bin/python")))
    assert parameters(newer, "mindspore.nn.Cell.set_train") == {"mode": "True", "deep": "False"}
