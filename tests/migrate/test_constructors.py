"""What makes tensors, and what fills them: data or sizes, new tensors or Parameters."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = "import torch\nfrom torch import nn\n\n\nclass Layer(nn.Module):\n    def __init__(self, rows, columns):\n"


def converted(text: str) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog))


def line(text: str) -> str:
    found = converted(f"{HEAD}        super().__init__()\n        self.fc = nn.Linear(rows, columns)\n        {text}\n")
    assert not found.left, [one.reason.text("en") for one in found.left]
    return found.text.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("self.w = torch.FloatTensor(2, 3)", "self.w = ops.zeros((2, 3), mindspore.float32)"),
        ("self.w = torch.Tensor(rows, 3)", "self.w = ops.zeros((rows, 3), mindspore.float32)"),
        ("self.w = torch.LongTensor(7)", "self.w = ops.zeros((7,), mindspore.int64)"),
        ("self.w = torch.Tensor(columns)", "self.w = ops.zeros((columns,), mindspore.float32)"),
        (
            "self.w = torch.Tensor(self.fc.weight.size())",
            "self.w = ops.zeros(self.fc.weight.shape, mindspore.float32)",
        ),
        ("self.w = torch.LongTensor([rows, 3])", "self.w = Tensor([rows, 3], mindspore.int64)"),
        ("self.w = torch.empty(size=(rows, 3))", "self.w = mint.empty((rows, 3))"),
        ("self.w = torch.randn(size=(rows, 3))", "self.w = ops.randn((rows, 3))"),
        (
            "self.w = torch.full((2, 3), float('-inf'))",
            "self.w = ops.full((2, 3), float('-inf'), dtype=mindspore.float32)",
        ),
        ("self.w = torch.full((rows,), 1)", "self.w = ops.full((rows,), 1, dtype=mindspore.int64)"),
        ("self.w = torch.full((2, 3), rows)", "self.w = ops.full((2, 3), rows, dtype=mindspore.tensor(rows).dtype)"),
        (
            "self.w = nn.Parameter(nn.init.normal_(torch.empty(rows, 3)))",
            "self.w = Parameter(initializer(Normal(1.0), mint.empty((rows, 3)).shape, mindspore.float32))",
        ),
        (
            "nn.init.constant_(self.fc.bias.data, 1)",
            "self.fc.bias.set_data(initializer(Constant(1), self.fc.bias.shape, self.fc.bias.dtype))",
        ),
    ],
)
def test_made_and_filled(written: str, expected: str) -> None:
    assert line(written) == expected


@pytest.mark.parametrize(
    "text", ["self.w = nn.Parameter(torch.Tensor(other))", "nn.init.zeros_(self.fc.weight[0])", "x = torch.Tensor(*a)"]
)
def test_what_is_not_known_well_enough_stays(text: str) -> None:
    assert converted(f"{HEAD}        super().__init__()\n        self.fc = nn.Linear(2, 3)\n        {text}\n").left


def test_what_fits_no_signature_is_told_though_it_would_fit_the_counterpart() -> None:
    assert [one.symbol for one in converted("import torch\n\nx = torch.zeros(1, nothing=2)\n").left] == ["torch.zeros"]


def test_a_method_that_stays_is_told_though_what_it_is_called_on_goes() -> None:
    found = converted("import torch\n\nx = torch.full((2, 3), 1.0).retain_grad()\n")
    assert [one.symbol for one in found.left] == ["torch.Tensor.retain_grad"]


def test_annotations_say_tensor() -> None:
    found = converted("import torch\n\n\ndef f(x: torch.LongTensor, y: torch.ByteTensor = None):\n    return x\n")
    assert found.text == "from mindspore import Tensor\n\n\ndef f(x: Tensor, y: Tensor = None):\n    return x\n"


def test_whether_torch_has_a_name_is_answered() -> None:
    text = "import torch\n\nflash = hasattr(torch.nn, 'MultiheadAttention')\nother = hasattr(x, 'y')\n"
    assert converted(text).text.strip() == "flash = True\nother = hasattr(x, 'y')"


def test_what_returns_several_values_stops_the_gradients_of_tensors_only() -> None:
    text = "import torch\n\n\n@torch.no_grad()\ndef f(x: torch.Tensor):\n    n = 2\n    return n, x + 1\n"
    assert "    return n, ops.stop_gradient(x + 1)\n" in converted(text).text


def test_a_function_imported_by_name_gives_its_name_to_the_definition() -> None:
    found = converted("from torch import einsum\n\n\ndef f(a, b):\n    return einsum('ij,jk->ik', a, b)\n")
    assert not found.left and "def einsum(" in found.text and "torch" not in found.text
