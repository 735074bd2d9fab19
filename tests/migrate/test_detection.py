"""What stands in the way of networks that find things: operators of torchvision's library, branches that are never
taken, indices of searches, copies into views."""

from __future__ import annotations

import ast

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import Conversion, convert_source
from lsp_server.migrate.target import Target
from tests.support import converted_file

HEAD = "import torch\n\n\ndef f(x: torch.Tensor, y: torch.Tensor, n: int):\n"


def converted(text: str) -> Conversion:
    done = convert_source(text, shipped(), Target("mindspore", "2.10.0", "CPU"))
    ast.parse(done.text)
    return done


def test_operators_with_rules_become_functions_of_the_file() -> None:
    done = converted(HEAD + "    return torch.ops.torchvision.nms(x, y, 0.5)\n")
    assert not done.left and "import torch" not in done.text
    assert done.text.endswith("    return suppress_overlaps(x, y, 0.5)\n")


def test_other_operators_stay_with_their_reason() -> None:
    done = converted(HEAD + "    return torch.ops.torchvision.nms(x, y, 0.5), torch.ops.mine.fast(x)\n")
    assert [one.reason.code for one in done.left] == ["TS317"]
    assert "suppress_overlaps(x, y, 0.5), torch.ops.mine.fast(x)" in done.text


def test_a_library_is_loaded_only_where_something_of_it_is_left() -> None:
    load = "import torch\n\ntorch.ops.load_library('some.so')\n"
    known = converted(load + "version = torch.ops.torchvision._cuda_version()\n")
    assert not known.left and known.text.strip() == "version = -1"
    assert len(converted(load).left) == 1
    assert len(converted(load + "torch.ops.mine.fast(1)\n").left) == 2


NEVER = "    if not torch.jit.is_scripting() and x.is_quantized:\n        return x.int_repr()\n"


def test_a_branch_that_is_never_taken_goes_with_what_has_no_counterpart() -> None:
    done = converted(HEAD + NEVER + "    return x\n")
    assert not done.left and done.text.endswith("n: int):\n    return x\n")


@pytest.mark.parametrize(
    "text",
    [
        NEVER.replace("and", "or") + "    return x\n",
        NEVER.replace("x.is_quantized", "n > 3") + "    return x\n",
        NEVER.replace("x.is_quantized:", "x.is_quantized:  # a word") + "    return x\n",
        NEVER + "    else:\n        return x\n    return y\n",
    ],
)
def test_other_branches_stay(text: str) -> None:
    done = converted(HEAD + text)
    assert [one.symbol for one in done.left] == ["torch.Tensor.int_repr"]
    assert ".int_repr()" in done.text


def test_a_branch_in_which_all_has_counterparts_stays() -> None:
    done = converted(HEAD + NEVER.replace("x.int_repr()", "x.sum()") + "    return x\n")
    assert "    if not False and False:\n" in done.text


def test_indices_of_a_search() -> None:
    """The one argument of ``where``: what was neither converted nor reported once."""
    assert converted_file(HEAD + "    return torch.where(x > 0)[0]\n").endswith("ops.nonzero(x > 0).unbind(1)[0]\n")


WRITES = {
    "    at = torch.where(x > 0)[0]\n    y[at] = 1\n": "    if at.numel():\n        y[at] = 1\n",
    "    at = x.nonzero().squeeze(1)\n    y[at] += 1\n": "    if at.numel():\n        y[at] += 1\n",
    "    all = torch.nonzero(x)\n    at = all[:, 0]\n    y[at] = 1\n": "    if at.numel():\n        y[at] = 1\n",
    "    at = x > 0\n    y[at] = 1\n": "    at = x > 0\n    y[at] = 1\n",
    "    at = torch.where(x > 0, x, y)\n    y[at] = 1\n": "y)\n    y[at] = 1\n",
    "    at = x.argmax(1)\n    y[at] = 1\n": "    y[at] = 1\n",
}


@pytest.mark.parametrize(("before", "after"), WRITES.items())
def test_nothing_is_assigned_where_nothing_was_found(before: str, after: str) -> None:
    text = converted_file(HEAD + before)
    assert text.endswith(after)
    assert converted_file(text) == text


COPIES = {
    "x[n, : y.shape[0]].copy_(y)": "x[n, : y.shape[0]] = y",
    "x[1:, 0].copy_(y, non_blocking=True)": "x[1:, 0] = y",
    "x.narrow(1, n, 2).copy_(y)": "x[:, n : n + 2] = y",
    "x.narrow(0, n - 1, 2).narrow(2, 0, n).copy_(y)": "x[(n - 1) : (n - 1) + 2, :, 0 : 0 + n] = y",
    "x.copy_(y)": "x.copy_(y)",
    "x.view(-1).copy_(y)": "x.view(-1).copy_(y)",
}


@pytest.mark.parametrize(("before", "after"), COPIES.items())
def test_what_is_copied_into_items_is_assigned(before: str, after: str) -> None:
    done = converted(f"{HEAD}    {before}\n")
    assert not done.left
    assert done.text.endswith(f"    {after}\n")


@pytest.mark.parametrize("text", ["x[y > 0].copy_(y)", "x[0][1].copy_(y)", "x.t().copy_(y)", "z = x[0].copy_(y)"])
def test_other_views_are_not_copied_into(text: str) -> None:
    assert {one.reason.code for one in converted(f"{HEAD}    {text}\n").left} >= {"TS314"}


NEXT = {
    "next(net.parameters()).dtype": "next(iter(net.trainable_params())).dtype",
    "next(net.children(), None)": "next(iter(net.cells()), None)",
    "next(net.buffers())": "next(iter([*net.buffers(), *net.untrainable_params()]))",
    "next(net.named_parameters())": "next(net.parameters_and_names())",
    "next(iter(net.parameters()))": "next(iter(net.trainable_params()))",
}


@pytest.mark.parametrize(("before", "after"), NEXT.items())
def test_next_of_what_is_a_list_there(before: str, after: str) -> None:
    head = "from torch import nn\n\n\ndef f(net: nn.Module):\n"
    text = converted_file(f"{head}    return {before}\n")
    assert text.endswith(f"    return {after}\n")
    assert converted_file(text) == text


def test_a_name_for_the_rest() -> None:
    head = "from torch import nn\n\n\ndef f(net: nn.Module):\n"
    text = head + "    rest = net.parameters()\n    return next(rest), next(rest)\n"
    assert "    rest = iter(net.trainable_params())\n    return next(rest), next(rest)\n" in converted_file(text)
