"""What is picked by an index of tensors and then written to; `modules/in_place.py` runs it on both sides."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = "import torch\n\n\ndef f(x: torch.Tensor, i: torch.Tensor, n: int):\n"


def converted(text: str) -> str:
    analysis = analyse(text)
    return convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog)).text


@pytest.mark.parametrize("index", ["[0, 2]", "x > 0", "i", ":, i", "i, i", "x.argmax(0)"])
def test_a_copy_that_is_written_to_is_made(index: str) -> None:
    for write in ("y[0] = 1", "y[:, 0] += 1"):
        assert f"    y = x[{index}].copy()\n" in converted(f"{HEAD}    y = x[{index}]\n    {write}\n")


@pytest.mark.parametrize("body", ["y = x[1:]\n    y[0] = 1", "y = x[n]\n    y[0] = 1", "y = x[i]\n    return y + 1"])
def test_a_view_and_what_is_only_read_stay(body: str) -> None:
    assert ".copy()" not in converted(f"{HEAD}    {body}\n")
