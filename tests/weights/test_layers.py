"""Every library layer with state through the key map, against the layer that the converter writes: the same names, the
same shapes, and values that come back byte for byte."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import mindspore
import numpy as np
import pytest
import torch

from lsp_server.catalog.catalog import OTHER, shipped
from lsp_server.catalog.model import Counterpart, Framework, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Target, choose
from lsp_server.state.counterparts import key_map
from lsp_server.state.evaluator import state_of_expression
from lsp_server.syntax.document import Document
from lsp_server.weights import files, writing
from lsp_server.weights.plan import plan
from lsp_server.weights.rows import Row, rows
from tests.state import layer_cases, truth

from . import support

pytestmark = pytest.mark.frameworks

TARGETS = {"torch": Target("torch", "2.13.0", "any"), "mindspore": Target("mindspore", "2.10.0", "any")}
CLASS = """{head}


class Net(nn.{base}):
    def __init__(self):
        super().__init__()
        self.layer = {call}

    def {method}(self, x):
        return self.layer(x)
"""
SOURCES = {
    "torch": ("import torch\nimport torch.nn as nn", "Module", "forward"),
    "mindspore": ("import mindspore\nfrom mindspore import nn", "Cell", "construct"),
}
CONVERSION_RAISES = {
    "torch.nn.Conv1d(4, 8, (3,))",  # MindSpore wants a number
    "torch.nn.ConvTranspose1d(4, 8, (3,))",
    "torch.nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5, 10])",  # no layer without outputs there
    "torch.nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5, 10], head_bias=True)",
}


def analysed(source: str) -> Analysis:
    catalog = shipped()
    return Analysis(Document.parse(source), catalog, Project(catalog, ()))


def mapped(analysis: Analysis, framework: Framework) -> list[Row]:
    def chosen(rule: Rule) -> Counterpart | None:
        return choose(rule, TARGETS[framework])

    state = state_of_expression(analysis, "Net()")
    assert state is not None
    return rows(state, [key_map(state, analysis.catalog, framework, chosen)], analysis.catalog)


def text_of(call: str, source: Framework) -> str:
    head, base, method = SOURCES[source]
    return CLASS.format(head=head, base=base, method=method, call=call)


def converted(calls: list[str], source: Framework) -> list[str]:
    """The layers that the converter does not leave as they are, and that have state."""

    def is_converted(call: str) -> bool:
        analysis = analysed(text_of(call, source))
        return not convert(analysis, TARGETS[OTHER[source]]).left and bool(mapped(analysis, OTHER[source]))

    return [call for call in calls if call not in CONVERSION_RAISES and is_converted(call)]


def both(call: str, source: Framework) -> tuple[list[Row], Any, Any]:
    """The rows of a network of one layer, the network, and what the converter makes of it."""
    text = text_of(call, source)
    analysis = analysed(text)
    conversion = convert(analysis, TARGETS[OTHER[source]])
    found = mapped(analysis, OTHER[source])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return found, support.run(text)["Net"](), support.run(conversion.text)["Net"]()


def names(net: Any) -> dict[str, tuple[int, ...] | None]:
    return {row.name: row.shape for row in truth.real(net) if row.persistent}


def moved(path: Path, found: list[Row], source: Framework, target: Framework) -> Path:
    """The file that the plan for another one gives."""
    new = path.with_name(f"{path.stem}-{target}{'.pth' if target == 'torch' else '.ckpt'}")
    form = writing.format_of(new, target)
    planned = plan(files.read(path), found, True, source, target, form)
    assert not planned.problems
    left = [name for note in planned.notes if note.kind == "left" for name in note.names]
    # what torch's instance norm does not count, and the weights of a loss
    assert all(name.rpartition(".")[2].startswith(("moving_", "weight", "pos_weight")) for name in left)
    writing.write(new, planned, form, False, abs)
    return new


def randomized(net: Any) -> Any:
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.randn(tensor.shape))
    return net


@pytest.mark.parametrize("call", converted(layer_cases.TORCH, "torch"))
def test_torch_layers_and_what_the_converter_makes_of_them(call: str, tmp_path: Path) -> None:
    found, net, other = both(call, "torch")
    assert {row.written["torch"].name: row.written["torch"].shape for row in found if row.entry} == names(net)
    written = [row.written["mindspore"] for row in found if "mindspore" in row.written]
    assert {place.name: place.shape for place in written} == names(other)
    state = randomized(net).state_dict()
    if not names(other):
        return  # the weights of a loss are no state there
    torch.save(state, tmp_path / "x.pth")
    there = moved(tmp_path / "x.pth", found, "torch", "mindspore")
    loaded = mindspore.load_checkpoint(str(there))
    assert str(other.load_state_dict(loaded)) == "<All keys matched successfully>"
    for row in found:
        if row.entry is not None and "mindspore" in row.written:
            ours = loaded[row.written["mindspore"].name].asnumpy()
            assert np.array_equal(ours.reshape(-1), state[row.entry.name].numpy().reshape(-1), equal_nan=True)
    back = torch.load(moved(there, found, "mindspore", "torch"), weights_only=True)
    given = [row.entry.name for row in found if row.entry is not None and row.is_argument]
    assert list(back) == [name for name in state if name not in given]
    assert all(torch.equal(back[name], state[name]) and back[name].dtype == state[name].dtype for name in back)


@pytest.mark.parametrize("call", converted(layer_cases.MINDSPORE, "mindspore"))
def test_cells_and_what_the_converter_makes_of_them(call: str, tmp_path: Path) -> None:
    found, net, other = both(call, "mindspore")
    assert {row.written["mindspore"].name: row.written["mindspore"].shape for row in found if row.entry} == names(net)
    written = [row.written["torch"] for row in found if "torch" in row.written]
    assert {place.name: place.shape for place in written} == names(other)
    mindspore.save_checkpoint(net.state_dict(), str(tmp_path / "x.ckpt"))
    if not names(other):
        return
    there = moved(tmp_path / "x.ckpt", found, "mindspore", "torch")
    loaded = torch.load(there, weights_only=True)
    assert str(other.load_state_dict(loaded)) == "<All keys matched successfully>"
    back = mindspore.load_checkpoint(str(moved(there, found, "torch", "mindspore")))
    for name, parameter in mindspore.load_checkpoint(str(tmp_path / "x.ckpt")).items():
        row = next(row for row in found if row.entry is not None and row.entry.name == name)
        if "torch" in row.written:
            assert back[name].data.get_bytes() == parameter.data.get_bytes() and back[name].shape == parameter.shape
