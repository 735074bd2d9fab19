"""Whole files: imports, nesting, what stays; the result parses, and converting it again changes nothing."""

from __future__ import annotations

import ast

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import convert, convert_source
from lsp_server.migrate.target import Target, Wishes
from tests.support import analyse, converted_file

BEFORE = '''"""Docstring."""

import torch
import torch.nn as nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)  # comment

    def forward(self, x: torch.Tensor):
        x = torch.cat([x, torch.cat((x, x), 1)], dim=1)
        return F.relu(self.conv(x).view(x.size(0), -1))
'''

AFTER = '''"""Docstring."""

from mindspore import Tensor, nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, has_bias=True, pad_mode='pad')  # comment

    def construct(self, x: Tensor):
        x = ops.cat([x, ops.cat((x, x), 1)], axis=1)
        return ops.relu(self.conv(x).view(x.shape[0], -1))
'''


def test_file() -> None:
    assert converted_file(BEFORE) == AFTER


def test_converting_twice_changes_nothing() -> None:
    assert converted_file(AFTER) == AFTER


def test_carriage_returns_survive() -> None:
    assert converted_file(BEFORE.replace("\n", "\r\n")) == AFTER.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # an import that is still needed stays, and keeps its name
        (
            "import torch\nimport torch.nn as nn\nnn.ReLU()\nnn.no_such()\n",
            "import mindspore\nimport torch.nn as nn\nmindspore.nn.ReLU()\nnn.no_such()\n",
        ),
        # one name of several goes
        (
            "from torch.nn import ReLU, no_such\nReLU()\nno_such\n",
            "from torch.nn import no_such\nfrom mindspore import nn\nnn.ReLU()\nno_such\n",
        ),
        # names go from a line that is continued, and from one whose comment belongs to a name that stays
        (
            "from torch.nn import ReLU, \\\n    no_such\nReLU()\nno_such\n",
            "from torch.nn import no_such\nfrom mindspore import nn\nnn.ReLU()\nno_such\n",
        ),
        (
            "from torch.nn import (\n    no_such,  # kept\n    ReLU,\n)\nReLU()\nno_such\n",
            "from torch.nn import (\n    no_such,  # kept\n    \n)\nfrom mindspore import nn\nnn.ReLU()\nno_such\n",
        ),
        # names that the file uses for something else are left alone
        ("import torch\nops = 1\ntorch.tanh(ops)\n", "import mindspore\nops = 1\nmindspore.ops.tanh(ops)\n"),
        # __future__ and comments stay first
        (
            "# comment\nfrom __future__ import annotations\nimport torch\ntorch.tanh(1)\n",
            "# comment\nfrom __future__ import annotations\nfrom mindspore import ops\nops.tanh(1)\n",
        ),
        ("x = 1\n", "x = 1\n"),
        ("", ""),
    ],
)
def test_imports(before: str, after: str) -> None:
    assert converted_file(before) == after


def test_local_import_gets_its_module_level_counterpart() -> None:
    text = converted_file("def f():\n    import torch\n    return torch.tanh(1)\n")
    ast.parse(text)
    assert "ops.tanh(1)" in text


@pytest.mark.parametrize(
    "text", ["def f(:\n    torch.cat([])\n", "import torch\nx = (torch.tanh(1)\n", "\x00", "class"]
)
def test_text_that_does_not_parse_loses_nothing(text: str) -> None:
    conversion = convert_source(text, shipped(), Target("mindspore", "2.10.0"))
    for word in text.split():
        assert word in conversion.text or "torch" in word


def test_there_and_back() -> None:
    there = converted_file("import torch\n\n\ndef f(x: torch.Tensor):\n    return torch.tanh(x)\n")
    assert "import torch" not in there
    back = converted_file(there, to="torch")
    assert "mindspore" not in back and "torch.tanh(x)" in back


def test_best_effort_marks_what_is_left_once() -> None:
    block = "    with torch.enable_grad():\n        return torch.tanh(\n            x\n        )\n"
    text = f"import torch\n\n\ndef f(x):\n{block}"
    catalog = shipped()

    def once(source: str) -> str:
        analysis = analyse(source)
        return convert(analysis, Wishes().target("torch", catalog), best_effort=True).text

    converted = once(text)
    ast.parse(converted)
    assert "    # TODO(torchspore): torch.enable_grad has no counterpart in MindSpore" in converted
    assert converted.index("# TODO") < converted.index("with torch.enable_grad")
    assert once(converted) == converted


def test_best_effort_converts_what_is_only_likely() -> None:
    text = "import torch\n\n\nclass N(torch.nn.Module):\n    def forward(self, x):\n        return x.size(0)\n"
    analysis = analyse(text)
    target = Wishes().target("torch", analysis.catalog)
    assert "x.size(0)" in convert(analysis, target).text
    assert "x.shape[0]" in convert(analysis, target, best_effort=True).text


def test_fields_of_named_results_become_items() -> None:
    text = converted_file(
        "import torch\n\n\ndef f(x: torch.Tensor, other):\n"
        "    best = torch.topk(x, 3)\n"
        "    return torch.exp(best.values), best.indices, x.sort(dim=1).values, other.values\n"
    )
    assert "ops.exp(best[0]), best[1], x.sort(dim=1)[0], other.values" in text


CLASSES = {
    "mindspore": (
        "import torch\n\n\ndef f(x: torch.Tensor, y: torch.Tensor | None) -> torch.Tensor:\n"
        "    return torch.Tensor([1, 2]) if isinstance(x, (torch.Tensor, int)) else x\n",
        "import mindspore\nfrom mindspore import Tensor\n\n\ndef f(x: Tensor, y: Tensor | None) -> Tensor:\n"
        "    return Tensor([1, 2], mindspore.float32) if isinstance(x, (Tensor, int)) else x\n",
    ),
    "torch": (
        "import mindspore\n\n\ndef f(x: mindspore.Tensor, y: mindspore.Tensor | None) -> mindspore.Tensor:\n"
        "    return mindspore.Tensor([1, 2]) if isinstance(x, (mindspore.Tensor, int)) else x\n",
        "import torch\n\n\ndef f(x: torch.Tensor, y: torch.Tensor | None) -> torch.Tensor:\n"
        "    return torch.tensor([1, 2]) if isinstance(x, (torch.Tensor, int)) else x\n",
    ),
}


@pytest.mark.parametrize("to", CLASSES)
def test_a_class_that_is_named_stays_a_class_where_its_call_becomes_something_else(to: str) -> None:
    before, after = CLASSES[to]
    assert converted_file(before, to) == after


def test_a_class_whose_counterpart_is_a_function_is_no_type_there() -> None:
    text = "from mindspore.common.initializer import Normal\n\n\ndef f(x: Normal):\n    return x\n"
    assert converted_file(text, "torch") == text


@pytest.mark.parametrize(
    ("head", "dtype"),
    [
        ("import mindspore as ms\n", "ms.float32"),
        ("from mindspore import float32\n", "float32"),
        ("import mindspore.common.dtype as mstype\n", "mstype.float32"),
    ],
)
def test_a_value_that_a_rule_asks_for_is_known_however_the_file_spells_it(head: str, dtype: str) -> None:
    text = f"from mindspore import ops\n{head}\n\ndef f(a, b):\n    return ops.uniform((2, 3), a, b, dtype={dtype})\n"
    assert "return torch.rand((2, 3)) * (b - a) + a" in converted_file(text, "torch")


def test_what_was_imported_by_its_name_is_imported_by_its_name() -> None:
    text = "from torch import Tensor\n\n\ndef f(x: Tensor) -> Tensor:\n    return x.view(-1)\n"
    assert converted_file(text) == text.replace("torch", "mindspore")
    assert converted_file(text.replace("torch", "mindspore"), "torch") == text
    left = converted_file("from torch import Tensor, nn\n\n\ndef f(x: Tensor):\n    nn.Parameter(Tensor(n))\n")
    assert "from torch import Tensor" in left and "x: mindspore.Tensor" in left


TENSOR = "import torch\n\n\ndef f(x: torch.Tensor):\n"


def test_comments_inside_of_what_is_replaced_go_above_their_statement() -> None:
    after = converted_file(TENSOR + "    return x.to(\n        # half\n        torch.float16,  # enough\n    )\n")
    assert "    # half\n    # enough\n    return x.astype(mindspore.float16)\n" in after
    assert converted_file(after) == after


def test_comments_inside_of_what_stays_are_where_they_were() -> None:
    text = TENSOR + "    return torch.sum(\n        x,  # all of it\n        dim=1,\n    )\n"
    assert "        x,  # all of it\n" in converted_file(text)


@pytest.mark.parametrize(("quote", "other"), [('"', "'"), ("'", '"')])
def test_what_is_written_into_an_f_string_does_not_end_it(quote: str, other: str) -> None:
    text = f"import torch\ntext = f{quote}device {{torch.cuda.current_device()}}{quote}\n"
    found = converted_file(text)
    ast.parse(found, feature_version=(3, 10))
    assert f"{other}device_id{other}" in found
