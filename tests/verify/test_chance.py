"""What is a matter of chance, and gradients that torch gives as sparse tensors."""

from __future__ import annotations

import numpy as np
import pytest

from lsp_server.verify import gradients
from lsp_server.verify.frameworks import torch_drew

torch = pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")


def test_drawing_is_seen_whatever_was_drawn() -> None:
    torch.default_generator.manual_seed(3)
    assert not torch_drew()
    torch.rand(1)
    assert torch_drew()


def test_a_sparse_gradient_counts_as_the_same_numbers() -> None:
    def case(weight: object) -> object:
        return torch.nn.functional.embedding(torch.tensor([1, 1]), weight, sparse=True)

    found = gradients.of_torch({"case": case}, {"weight": np.ones((3, 2), np.float32)}, {})
    assert found.values["weight"].tolist()[0] == [0.0, 0.0]
    assert found.values["weight"][1].sum() > 0
