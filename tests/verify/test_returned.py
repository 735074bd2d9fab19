"""What inference says that calls give: a fixed part of ``python -m lsp_server.verify.returned``."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.verify.returned import Call, judged

TORCH = {
    "one of many results": "torch.max(x, 1)",
    "another overload": "torch.max(x)",
    "with another tensor": "torch.max(x, x)",
    "indices on demand": "torch.nn.functional.max_pool1d(x, 2, return_indices=True)",
    "no indices": "torch.nn.functional.max_pool1d(x, 2)",
    "layer with indices": "torch.nn.MaxPool1d(2, return_indices=True)(x)",
    "layer without": "torch.nn.MaxPool1d(2)(x)",
    "counts on demand": "torch.unique(x, return_counts=True)",
    "two flags by position": "x.unique_consecutive(True, True)",
    "all of it": "x.median()",
    "along a dimension": "x.median(1)",
    "a tuple of tensors": "x.split(1)",
    "indices by dimension": "x.nonzero(as_tuple=True)",
    "one condition": "torch.where(x > 0)",
    "three arguments": "torch.where(x > 0, x, x)",
    "shape": "x.shape",
    "size of a dimension": "x.size(0)",
    "recurrent layer": "torch.nn.LSTM(3, 4)(x)",
    "another one": "torch.nn.GRU(3, 4)(x)",
    "attention": "torch.nn.MultiheadAttention(3, 1)(x, x, x)",
    "decomposition": "torch.linalg.svd(x)",
    "histogram": "torch.histogramdd(x, (2, 2, 2))",
    "inherited": "torch.distributions.Normal(0.0, 1.0).log_prob(x)",
    "tensor of a dtype": "torch.FloatTensor([1.0])",
    "at least": "torch.atleast_2d(x, x)",
    "gradient function": "torch.func.grad(lambda y: y.sum())(x)",
    "truth value": "torch.equal(x, x)",
    "list of parameters": "list(torch.nn.Linear(1, 2).parameters())",
    "state": "torch.nn.Linear(1, 2).state_dict()",
    "in order": "torch.nn.Sequential(torch.nn.ReLU(), torch.nn.LSTM(3, 4))(x)",
    "collated": "list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, x)))",
}


@pytest.mark.parametrize("name", TORCH)
def test_torch_gives_what_is_said(name: str) -> None:
    import numpy as np

    text = f"import torch\ndef case(x: torch.Tensor):\n    return {TORCH[name]}\n"
    answer, said = judged(Call(text, {"x": np.ones((2, 3), np.float32)}, {}), "torch", shipped())
    assert answer == "right", said


def test_what_is_wrong_is_found() -> None:
    import numpy as np

    text = "import torch\ndef g() -> int:\n    return torch.ones(3)\ndef case(x: torch.Tensor):\n    return g()\n"
    answer, _ = judged(Call(text, {"x": np.ones((2, 3), np.float32)}, {}), "torch", shipped())
    assert answer == "wrong"
