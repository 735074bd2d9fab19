"""Slices with a step on a middle axis: MindSpore's CPU raises where it should differentiate them, so another form is
written; what has a gradient stays. Both are run."""

from __future__ import annotations

import numpy as np
import pytest

from lsp_server.verify.frameworks import executed
from tests.support import converted_file

HEAD = "import torch\n\ndef run(x: torch.Tensor, i: int):\n    return "
WRITTEN = {
    "x[:, ::2]": "x.index_select(1, ops.arange(0, x.shape[1], 2))",
    "x[..., 1::2, :]": "x.index_select(-2, ops.arange(1, x.shape[-2], 2))",
    "x[::2, 1::3, 1:]": "x.index_select(1, ops.arange(1, x.shape[1], 3))[::2, :, 1:]",
}
KEPT = ("x[::2]", "x[..., ::2]", "x[:, 0:4:1]", "x[:, i::2]", "x[:, :5:2]", "x[0, ::2]")


@pytest.mark.parametrize(("before", "after"), WRITTEN.items())
def test_a_step_on_a_middle_axis_is_selected(before: str, after: str) -> None:
    assert converted_file(HEAD + before + "\n").endswith(after + "\n")


@pytest.mark.parametrize("text", KEPT)
def test_what_has_a_gradient_or_is_not_plain_stays(text: str) -> None:
    assert converted_file(HEAD + text + "\n").endswith(f"return {text}\n")


def test_what_is_written_to_stays_and_other_devices_need_nothing() -> None:
    text = "import torch\n\ndef run(x: torch.Tensor):\n    x[:, ::2] = 1\n    return x\n"
    assert "x[:, ::2] = 1" in converted_file(text)
    changed = converted_file(text.replace("x[:, ::2] = 1", "x[:, 0::2].sub_(1).neg_()"))  # torchvision, _geometry.py
    assert "    x[:, 0::2] = x[:, 0::2].sub(1).neg()\n" in changed
    assert converted_file(changed) == changed
    filled = converted_file(text.replace("x[:, ::2] = 1", "torch.add(x[:, 1::2], 1, out=x[:, ::2])"))
    assert "    x[:, ::2] = " in filled
    assert converted_file(HEAD + "x[:, ::2]\n", device="Ascend").endswith("x[:, ::2]\n")


@pytest.mark.frameworks
@pytest.mark.parametrize("text", WRITTEN)
def test_the_gradient_is_that_of_torch(text: str) -> None:
    program = (
        f"{HEAD}{text}\n\n"
        "x = torch.arange(144.0).reshape(6, 4, 6).requires_grad_()\n"
        "loss = (run(x, 0) ** 2).sum()\nloss.backward()\nfound = x.grad\n"
    )
    expected = executed(program, "original", {})["found"].numpy()
    converted = converted_file(HEAD + text + "\n", device="CPU") + (
        "\nimport mindspore\n\nx = ops.arange(144.0).reshape(6, 4, 6)\n"
        "found = mindspore.grad(lambda x: (run(x, 0) ** 2).sum())(x)\n"
    )
    found = executed(converted, "converted", {})["found"].asnumpy()
    assert np.array_equal(found, expected)
