"""The network of the two official difference pages: what the hover says against what torch and MindSpore report."""

from __future__ import annotations

import os

import pytest

from .conftest import Editor

TORCH = """import torch.nn as nn


class ConvBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)

    def forward(self, x):
        return self.bn(self.conv(x))


class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.build_block = nn.Sequential(ConvBN(), nn.ReLU())

    def forward(self, x):
        return self.build_block(x)


net = MyNet()
"""
MINDSPORE = """from mindspore import nn


class ConvBN(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)

    def construct(self, x):
        return self.bn(self.conv(x))


class MyNet(nn.Cell):
    def __init__(self):
        super().__init__()
        self.build_block = nn.SequentialCell(ConvBN(), nn.ReLU())

    def construct(self, x):
        return self.build_block(x)


net = MyNet()
"""


def build(source: str) -> object:
    os.environ.setdefault("GLOG_v", "4")
    space: dict[str, object] = {}
    exec(compile(source, "network", "exec"), space)
    return space["net"]


def rows(hover: str) -> list[list[str]]:
    """The table of a hover, its two heading lines left out."""
    lines = [line for line in hover.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def shape(sizes: tuple[int, ...]) -> str:
    return ", ".join(map(str, sizes)) or "scalar"


@pytest.fixture(scope="module")
def torch_net() -> object:
    return build(TORCH)


@pytest.fixture(scope="module")
def mindspore_net() -> object:
    return build(MINDSPORE)


@pytest.mark.frameworks
async def test_buffers(editor: Editor, torch_net, mindspore_net) -> None:
    hover = await editor.hover(*editor.open(TORCH + "net.buf$0fers()\n"))
    assert hover is not None
    found = rows(hover)
    assert [(row[0], row[1]) for row in found] == [(n, shape(b.shape)) for n, b in torch_net.named_buffers()]
    frozen = {p.name: p for p in mindspore_net.untrainable_params()}
    for name, size, saved, other, kind in found:
        assert (saved == "yes") == (name in torch_net.state_dict())
        if other == "—":
            assert name.endswith("num_batches_tracked")
            continue
        assert shape(frozen[other].shape) == size
        assert kind == "Parameter, requires_grad=False" and frozen[other].requires_grad is False
    assert {row[3] for row in found} - {"—"} == set(frozen)
    assert list(mindspore_net.buffers()) == [] and "`Cell.buffers()` exists but is empty here" in hover
    assert isinstance(mindspore_net.untrainable_params(), list) and "a list, not a generator" in hover


@pytest.mark.frameworks
async def test_parameters(editor: Editor, torch_net, mindspore_net) -> None:
    hover = await editor.hover(*editor.open(TORCH + "net.par$0ameters()\n"))
    assert hover is not None
    found = rows(hover)
    assert [(row[0], row[1]) for row in found] == [(n, shape(p.shape)) for n, p in torch_net.named_parameters()]
    theirs = {p.name: p for p in mindspore_net.get_parameters()}
    there = [row for row in found if not row[3].startswith("⚠")]
    assert [row[1] for row in there] == [shape(theirs[row[3]].shape) for row in there]
    (lost,) = [row for row in found if row[3].startswith("⚠")]
    assert lost[0] == "build_block.0.conv.bias"
    assert lost[3].removeprefix("⚠ ") not in theirs, "there is no bias unless has_bias is written"
    assert "has_bias=True" in hover
    extra = set(theirs) - {row[3] for row in there}
    assert extra and all(f"`{name}`" in hover for name in extra), "what get_parameters() gives on top"


@pytest.mark.frameworks
async def test_from_the_other_side(editor: Editor, torch_net, mindspore_net) -> None:
    hover = await editor.hover(*editor.open(MINDSPORE + "net.untrainable_p$0arams()\n"))
    assert hover is not None
    found = rows(hover)
    assert [row[0] for row in found] == [p.name for p in mindspore_net.untrainable_params()]
    ours = dict(torch_net.named_buffers())
    assert all(row[3] in ours for row in found)
    assert "buffer" in {row[4] for row in found}


@pytest.mark.frameworks
async def test_a_buffer_of_a_layer(editor: Editor, torch_net) -> None:
    text = TORCH.replace("return self.bn(self.conv(x))", "return self.bn.running_m$0ean")
    hover = await editor.hover(*editor.open(text))
    assert hover is not None and hover.startswith("**torch.nn.BatchNorm2d.running_mean** → MindSpore")
    assert "saved in the checkpoint" in hover and "not given to the optimizer" in hover
    assert "mindspore.nn.BatchNorm2d.moving_mean" in hover
