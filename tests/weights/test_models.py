"""Whole networks through the command: the same outputs on both sides, and the same bytes on the way back."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import mindspore
import numpy as np
import pytest
import torch

from . import models, support

pytestmark = pytest.mark.frameworks

IMAGE = np.random.default_rng(0).standard_normal((2, 3, 64, 64), dtype=np.float32)
ROWS = np.random.default_rng(1).standard_normal((2, 7, 12), dtype=np.float32)
WORDS = np.random.default_rng(2).integers(0, 50, (2, 10))


def torchvision_resnet18() -> Any:
    """The real one; its compiled operators do not load with the CPU build of torch."""
    extension = ModuleType("torchvision.extension")
    extension.__dict__.update(
        _has_ops=lambda: False, _assert_has_ops=lambda: None, _check_cuda_version=lambda: -1, _load_library=print
    )
    sys.modules["torchvision.extension"] = extension
    sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")
    return importlib.import_module("torchvision.models").resnet18()


def trained(net: Any) -> Any:
    """Every parameter and statistic has a value of its own."""
    torch.manual_seed(3)
    for name, tensor in net.state_dict().items():
        if name.endswith("running_var"):
            tensor.copy_(torch.rand(tensor.shape) + 0.5)
        elif tensor.is_floating_point() and not name.endswith("scale"):
            tensor.add_(torch.randn(tensor.shape) * 0.02)
    return net.eval()


def output(net: Any, data: Any) -> Any:
    with torch.no_grad():
        return net(torch.from_numpy(data)).numpy()


def cell_output(net: Any, data: Any) -> Any:
    net.set_train(False)
    return net(mindspore.Tensor(data)).asnumpy()


CASES = {
    "resnet18": (models.RESNET, "ResNet([2, 2, 2, 2])", IMAGE),
    "library transformer": (models.LIBRARY_TRANSFORMER, "Classifier()", ROWS),
    "own transformer": (models.OWN_TRANSFORMER, "Model()", WORDS),
}


@pytest.mark.parametrize("suffix", ["ckpt", "safetensors"])
@pytest.mark.parametrize("case", CASES)
def test_there_and_back(case: str, suffix: str, tmp_path: Path) -> None:
    body, expression, data = CASES[case]
    path = support.module_file(tmp_path, body)
    names = support.run(path.read_text())
    net = trained(torchvision_resnet18() if case == "resnet18" else eval(expression, names))
    torch.save(net.state_dict(), tmp_path / "net.pth")
    there = tmp_path / f"net.{suffix}"
    model = f"{path}:{expression}"
    support.done(tmp_path / "net.pth", "-o", there, "--model", model, "--to", "mindspore")

    text = support.converted(path.read_text())
    cell = eval(expression, support.run(text))
    loaded = mindspore.load_checkpoint(str(there), format=suffix)
    assert str(cell.load_state_dict(loaded)) == "<All keys matched successfully>"
    expected = output(net, data)
    assert np.abs(cell_output(cell, data) - expected).max() <= 1e-5 * max(1, np.abs(expected).max())

    # the same with the converted model
    converted = tmp_path / "cells.py"
    converted.write_text(text)
    if case != "own transformer":  # its norm without bias is a class of the file, which has one
        again = tmp_path / f"again.{suffix}"
        support.done(tmp_path / "net.pth", "-o", again, "--model", f"{converted}:{expression}", "--to", "mindspore")
        other = mindspore.load_checkpoint(str(again), format=suffix)
        assert {name: one.data.get_bytes() for name, one in other.items()} == {
            name: one.data.get_bytes() for name, one in loaded.items()
        }

    # what MindSpore saves, read with the model in either framework
    mindspore.save_checkpoint(cell.state_dict(), str(tmp_path / f"saved.{suffix}"), format=suffix)
    for index, where in enumerate((path, converted)):
        back = tmp_path / f"back{index}.pth"
        support.done(tmp_path / f"saved.{suffix}", "-o", back, "--model", f"{where}:{expression}", "--to", "torch")
        state = torch.load(back, weights_only=True)
        # the class that stands for a norm without bias is a norm with one that nobody trains
        more = set(state) - set(net.state_dict())
        assert not more or (index and all(name.endswith("norm2.bias") and not state[name].any() for name in more))
        for name, tensor in net.state_dict().items():
            assert state[name].dtype == tensor.dtype and torch.equal(state[name], tensor), name
        assert index or list(state) == list(net.state_dict())
        again = eval(expression, names)
        again.load_state_dict(state, strict=not more)
        assert np.abs(output(again.eval(), data) - expected).max() == 0


def test_a_network_that_was_trained_in_mindspore(tmp_path: Path) -> None:
    """``save_checkpoint(net)`` and an optimizer's state; shared weights stand in such a file once."""
    path = support.module_file(tmp_path, models.LIBRARY_TRANSFORMER)
    text = support.converted(path.read_text())
    cell = support.run(text)["Classifier"]()
    optimizer = mindspore.nn.Adam(cell.trainable_params(), learning_rate=1e-2)
    step = mindspore.nn.TrainOneStepCell(mindspore.nn.WithLossCell(cell, mindspore.nn.MSELoss()), optimizer)
    step(mindspore.Tensor(ROWS), mindspore.Tensor(np.zeros((2, 7, 5), np.float32)))
    mindspore.save_checkpoint(optimizer, str(tmp_path / "all.ckpt"))
    mindspore.save_checkpoint(cell, str(tmp_path / "net.ckpt"), append_dict={"epoch": 1})
    said = support.done(tmp_path / "net.ckpt", "-o", tmp_path / "net.pth", "--model", f"{path}:Classifier()", code=1)
    assert "left 1: epoch" in said
    net = support.run(path.read_text())["Classifier"]()
    net.load_state_dict(torch.load(tmp_path / "net.pth", weights_only=True))
    expected = cell_output(cell, ROWS)
    assert np.abs(output(net.eval(), ROWS) - expected).max() <= 1e-5 * max(1, np.abs(expected).max())


def test_shared_weights_that_a_file_holds_once(tmp_path: Path) -> None:
    path = support.module_file(
        tmp_path,
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.embed = nn.Embedding(5, 3)\n        self.head = nn.Linear(3, 5)\n"
        "        self.head.weight = self.embed.weight\n",
    )
    cell = support.run(support.converted(path.read_text()))["Net"]()
    mindspore.save_checkpoint(cell, str(tmp_path / "net.ckpt"))
    assert "head.weight" not in mindspore.load_checkpoint(str(tmp_path / "net.ckpt"))
    said = support.done(tmp_path / "net.ckpt", "-o", tmp_path / "net.pth", "--model", f"{path}:Net()")
    assert "1: head.weight: taken from the tensor that they share in the model" in said
    state = torch.load(tmp_path / "net.pth", weights_only=True)
    assert torch.equal(state["head.weight"], state["embed.weight"])


def test_the_name_that_a_parameter_was_given(tmp_path: Path) -> None:
    """``save_checkpoint`` and ``load_param_into_net`` go by it; the way to a parameter of a part replaces it."""
    body = (
        "import mindspore as ms\nfrom mindspore import Parameter, Tensor, nn\n\n\n"
        "class Part(nn.Cell):\n    def __init__(self):\n        super().__init__()\n"
        "        self.w = Parameter(Tensor([3.0]), name='inner')\n\n\n"
        "class Net(nn.Cell):\n    def __init__(self):\n        super().__init__()\n"
        "        self.w = Parameter(Tensor([1.0, 2.0]), name='outer')\n        self.part = Part()\n"
    )
    path = tmp_path / "net.py"
    path.write_text(body)
    net = support.run(body)["Net"]()
    mindspore.save_checkpoint(net, str(tmp_path / "net.ckpt"))
    assert set(mindspore.load_checkpoint(str(tmp_path / "net.ckpt"))) == {"outer", "part.w"}
    support.done(tmp_path / "net.ckpt", "-o", tmp_path / "net.pth", "--model", f"{path}:Net()")
    state = torch.load(tmp_path / "net.pth", weights_only=True)
    assert {name: tensor.tolist() for name, tensor in state.items()} == {"w": [1.0, 2.0], "part.w": [3.0]}
    support.done(tmp_path / "net.pth", "-o", tmp_path / "back.ckpt", "--model", f"{path}:Net()")
    loaded = mindspore.load_checkpoint(str(tmp_path / "back.ckpt"))
    assert mindspore.load_param_into_net(net, loaded) == ([], [])


def test_an_installed_package(tmp_path: Path) -> None:
    """``torchvision.models`` re-exports what its modules hold; nothing of it is imported."""
    path = tmp_path / "net.py"
    path.write_text("from torchvision.models import resnet18\n\n\ndef build():\n    return resnet18(num_classes=10)\n")
    net = torchvision_resnet18()
    net.fc = torch.nn.Linear(512, 10)
    torch.save(net.state_dict(), tmp_path / "net.pth")
    said = support.done(tmp_path / "net.pth", "-o", tmp_path / "net.ckpt", "--model", f"{path}:build()")
    assert "102 tensors" in said


LAYERS = {
    "nn.LSTM(6, 5, num_layers=2, bidirectional=True)": (4, 3, 6),
    "nn.LSTM(6, 5, batch_first=True, bias=False)": (4, 3, 6),
    "nn.GRU(6, 5, num_layers=2)": (4, 3, 6),
    "nn.RNN(6, 5, nonlinearity='relu')": (4, 3, 6),
    "nn.Conv1d(6, 5, 3, groups=1)": (2, 6, 9),
    "nn.ConvTranspose1d(6, 4, 3, stride=2)": (2, 6, 9),
    "nn.ConvTranspose2d(6, 4, 3)": (2, 6, 5, 5),
    "nn.Conv3d(2, 3, 2)": (2, 2, 4, 4, 4),
    "nn.BatchNorm1d(6)": (4, 6),
    "nn.BatchNorm3d(2)": (2, 2, 3, 3, 3),
    "nn.InstanceNorm2d(6, affine=True)": (2, 6, 4, 4),
    "nn.GroupNorm(2, 6)": (2, 6, 4, 4),
    "nn.LayerNorm([4, 6])": (2, 4, 6),
    "nn.PReLU(6)": (2, 6, 3),
    "nn.Linear(6, 3)": (2, 6),
}


@pytest.mark.parametrize("call", LAYERS)
def test_one_layer_gives_the_same_outputs(call: str, tmp_path: Path) -> None:
    """Gates of recurrent layers stand in the same order, convolutions over lines get a dimension, norms other names."""
    takes = "self.layer(x)[0]" if call.startswith(("nn.LSTM", "nn.GRU", "nn.RNN")) else "self.layer(x)"
    path = support.module_file(
        tmp_path,
        f"class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.layer = {call}\n\n"
        f"    def forward(self, x):\n        return {takes}\n",
    )
    net = trained(support.run(path.read_text())["Net"]())
    torch.save(net.state_dict(), tmp_path / "net.pth")
    support.done(tmp_path / "net.pth", "-o", tmp_path / "net.ckpt", "--model", f"{path}:Net()")
    cell = support.run(support.converted(path.read_text()))["Net"]()
    cell.load_state_dict(mindspore.load_checkpoint(str(tmp_path / "net.ckpt")))
    data = np.random.default_rng(4).standard_normal(LAYERS[call], dtype=np.float32)
    assert np.abs(cell_output(cell, data) - output(net, data)).max() <= 1e-5
