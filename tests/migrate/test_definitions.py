"""What MindSpore lacks is written into the file: once, where it can be used, and not over something else."""

from __future__ import annotations

import ast

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import Conversion, convert_source
from lsp_server.migrate.target import Target
from tests.support import converted_use, refused_use

HEAD = "import torch.nn as nn\n"


def converted(text: str) -> Conversion:
    return convert_source(text, shipped(), Target("mindspore", "2.10.0", "CPU"))


def test_a_definition_is_written_once_behind_the_imports() -> None:
    text = converted(HEAD + "import os\n\na = nn.RMSNorm(4)\nb = nn.RMSNorm(4, device='cpu', eps=1e-3)\n").text
    assert text.count("class RMSNorm(nn.Cell):") == 1
    assert (
        text.index("import os") < text.index("class RMSNorm") < text.index("a = RMSNorm(4)\nb = RMSNorm(4, eps=1e-3)")
    )
    assert "\n\n\nclass RMSNorm" in text and "\n\n\na = " in text
    ast.parse(text)


def test_a_file_that_ends_with_its_imports() -> None:
    text = converted("def f():\n    return nn.RMSNorm(4)\n\n\nimport torch.nn as nn").text
    ast.parse(text)
    assert text.index("import mindspore") < text.index("class RMSNorm") < text.index("return RMSNorm(4)")


def test_carriage_returns_survive() -> None:
    text = converted("import torch.nn as nn\r\n\r\na = nn.RMSNorm(4)\r\n").text
    assert text.count("\r\n") == text.count("\n")


def test_one_use_after_the_other_writes_it_once() -> None:
    once = converted_use(HEAD + "from mindspore import ops\na = nn.RMS$0Norm(4)\nb = nn.RMSNorm(8)\n")
    twice = converted_use(once.replace("b = nn.RMSNorm", "b = nn.RMS$0Norm"))
    assert twice.count("class RMSNorm") == 1
    assert "a = RMSNorm(4)\nb = RMSNorm(8)" in twice


def test_a_name_with_another_meaning_is_left_alone() -> None:
    assert refused_use(HEAD + "class RMSNorm(nn.Module):\n    pass\na = nn.RMS$0Norm(4)") == "TS313"
    assert refused_use(HEAD + "from mine import RMSNorm\na = nn.RMS$0Norm(4)") == "TS313"

    head = "import torch\nfrom mine import index_put_added\n\n\ndef f(x: torch.Tensor, i: torch.Tensor):\n"
    assert (
        refused_use(head + "    x.index_pu$0t_((i,), x, accumulate=True)\n") == "TS304"
    )  # the first counterpart's reason


def test_a_call_that_one_counterpart_cannot_take_goes_to_the_next() -> None:
    assert "nn.ELU(1.0)" in converted_use(HEAD + "nn.E$0LU(1.0)")
    assert "ELU(0.5)" in converted_use(HEAD + "nn.E$0LU(0.5)")


def test_a_local_name_hides_the_definition() -> None:
    assert refused_use(HEAD + "def f(RMSNorm):\n    return nn.RMS$0Norm(4)") == "TS313"
    assert refused_use(HEAD + "def f(RMSNorm):\n    return lambda: nn.RMS$0Norm(4)") == "TS313"
    assert "return RMSNorm(4)" in converted_use(HEAD + "def f(other):\n    return nn.RMS$0Norm(4)")


def test_a_counterpart_that_repeats_no_call_goes_first() -> None:
    text = "import torch\nimport torch.nn.functional as F\ndef f(x: torch.Tensor):\n    return "
    assert "x.copy_(ops.relu(x))" in converted_use(text + "F.rel$0u(x, inplace=True)")
    assert "return ops.relu(g(x))" in converted_use(text + "F.rel$0u(g(x), inplace=True)")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("4", "nn.LayerNorm((4,)"),
        ("n", "nn.LayerNorm((n,)"),
        ("(4,)", "nn.LayerNorm((4,)"),
        ("(3, 4)", " LayerNorm((3, 4)"),
    ],
)
def test_one_size_stands_in_a_tuple(size: str, expected: str) -> None:
    assert expected in converted_use(HEAD + f"from m import n\na = nn.Layer$0Norm({size})")


def test_a_defined_class_is_named_where_nothing_is_called() -> None:
    head = "from torch.utils.data import Dataset\n\n\nclass Numbers(Dataset):\n    pass\n"
    text = converted(f"{head}print(isinstance(Numbers(), Dataset))\n").text
    assert "class Numbers(Rows):" in text and text.count("class Rows:") == 1
    assert "torch" not in text
    text = converted(HEAD + "def f(layer: nn.RMSNorm) -> bool:\n    return isinstance(layer, nn.RMSNorm)\n").text
    assert "layer: RMSNorm" in text and "isinstance(layer, RMSNorm)" in text
    assert refused_use(HEAD + "RMSNorm = 1\nkind = nn.RMS$0Norm\n") == "TS313"


def test_a_defined_function_stands_for_one_that_takes_the_same_arguments() -> None:
    text = converted("import torch\n\nmarks = [torch.jit.ignore, torch.jit.unused]\n").text
    assert "[uncompiled, uncompiled]" in text and text.count("def uncompiled(") == 1
    assert refused_use("import torch\nlosses = [torch.masked.logsum$0exp]") == "TS306"


def test_an_exception_may_be_an_expression() -> None:
    text = converted("import torch\ntry:\n    pass\nexcept torch.OutOfMemoryError:\n    raise\n").text
    assert text == "try:\n    pass\nexcept RuntimeError:\n    raise\n"


def test_what_two_definitions_share_is_written_once() -> None:
    text = converted(HEAD + "a = nn.AvgPool2d(2, 2, 1, True)\nb = nn.AvgPool3d(2, 2, 1, True)\n").text
    assert text.count("def average_pool(") == 1
    assert text.index("def average_pool(") < text.index("class AvgPool2d(") < text.index("class AvgPool3d(")


def test_a_definition_takes_the_place_of_the_import_that_it_stands_for() -> None:
    text = converted(
        "from torch.nn import CrossEntropyLoss\nfrom torch.nn.utils.rnn import pad_sequence\n\n"
        "loss = CrossEntropyLoss(reduction='sum')\npad = pad_sequence([], batch_first=True)\n"
    ).text
    assert "torch" not in text
    assert "loss = CrossEntropyLoss(reduction='sum')\npad = pad_sequence([], batch_first=True)" in text
    assert text.count("class CrossEntropyLoss(") == 1 and text.count("def pad_sequence(") == 1
    assert refused_use("from mine import pad_sequence\nimport torch\ntorch.nn.utils.rnn.pad_seq$0uence([])") == "TS313"
