"""The names that an unknown one is answered with."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("torch.nn.Conv22d", "torch.nn.Conv2d"),
        ("torch.nn.Conv2D", "torch.nn.Conv2d"),
        ("torch.sofmax", "torch.softmax"),
        ("torch.nn.functional.rellu", "torch.nn.functional.relu"),
        ("torch.Tensor.viw", "torch.Tensor.view"),
        ("torch.optim.adam", "torch.optim.Adam"),
        ("torch.optm.Adam", "torch.optim.Adam"),
        ("torch.Conv2d", "torch.nn.Conv2d"),
        ("torch.nn.BatchNorm", "torch.nn.BatchNorm1d"),
        ("mindspore.nn.ReLu", "mindspore.nn.ReLU"),
        ("mindspore.ops.softmaxx", "mindspore.ops.softmax"),
        ("mindspore.mint.nn.Lineer", "mindspore.mint.nn.Linear"),
        ("torch.batchnorm", "torch.batch_norm"),
        ("np.abs", "torch.abs"),
    ],
)
def test_the_likeliest_name_comes_first(unknown: str, meant: str) -> None:
    assert shipped().nearest(unknown)[0] == meant


@pytest.mark.parametrize("nonsense", ["foo", "torch.qqqqqq", "", "...", "torch."])
def test_nothing_is_like_nonsense(nonsense: str) -> None:
    assert shipped().nearest(nonsense) == []
