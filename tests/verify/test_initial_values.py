"""Initial values: torch, and what a conversion makes of them in MindSpore. Constants are equal, random numbers have the
same distribution."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import converted_file

ROOT = Path(__file__).parents[2]
NETWORK = ROOT / "tests/migrate/modules/initialised.py"
LAYERS = {
    "Linear": "nn.Linear(300, 200)",
    "Bilinear": "nn.Bilinear(40, 30, 20)",
    "Conv1d": "nn.Conv1d(40, 60, 5)",
    "Conv2d": "nn.Conv2d(30, 40, 3)",
    "Conv2d in groups": "nn.Conv2d(32, 64, 5, groups=8)",
    "Conv3d": "nn.Conv3d(12, 16, 3)",
    "ConvTranspose1d": "nn.ConvTranspose1d(40, 60, 5)",
    "ConvTranspose2d": "nn.ConvTranspose2d(30, 40, 3)",
    "ConvTranspose3d": "nn.ConvTranspose3d(12, 16, 3)",
    "Embedding": "nn.Embedding(100, 60)",
    "LSTM": "nn.LSTM(50, 60)",
    "GRU": "nn.GRU(50, 60)",
    "RNN": "nn.RNN(50, 60)",
    "LSTMCell": "nn.LSTMCell(50, 60)",
    "BatchNorm2d": "nn.BatchNorm2d(20)",
    "LayerNorm": "nn.LayerNorm((30, 20))",
    "GroupNorm": "nn.GroupNorm(4, 20)",
    "PReLU": "nn.PReLU(7)",
    "MultiheadAttention": "nn.MultiheadAttention(64, 4)",
    "TransformerEncoderLayer": "nn.TransformerEncoderLayer(64, 4, 256)",
}

DIFFERENT = {
    "MultiheadAttention": "out_proj.bias is zero in torch and drawn in MindSpore",
    "TransformerEncoderLayer": "self_attn.out_proj.bias is zero in torch and drawn in MindSpore",
}
"""Layers of which one weight starts otherwise; a converted network that needs torch's values initialises it itself."""

pytestmark = pytest.mark.frameworks

RUN = """
import json

{seed}(0)
found = {{}}
for name, net in NETS.items():
    found[name] = []
    for value in net.{parameters}():
        value = value.{numpy}.astype("float64")
        found[name].append([value.size, value.mean(), value.std(), value.min(), value.max()])
print("\\n" + json.dumps(found))
"""
TORCH = {"seed": "torch.manual_seed", "parameters": "parameters", "numpy": "detach().numpy()"}
MINDSPORE = {"seed": "mindspore.set_seed", "parameters": "trainable_params", "numpy": "asnumpy()"}


def values(folder: Path, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """By network: count, mean, deviation, least and largest of each weight, in torch and in MindSpore."""
    found: list[dict[str, Any]] = []
    for framework, words in (("torch", TORCH), ("mindspore", MINDSPORE)):
        source = text if framework == "torch" else converted_file(text)
        if framework == "mindspore":
            assert "import torch" not in source, source
        program = folder / f"in_{framework}.py"
        program.write_text(f"import {framework}\n{source}{RUN.format(**words)}", encoding="utf-8")
        done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return found[0], found[1]


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    made = "\n".join(f"NETS[{name!r}] = {call}" for name, call in LAYERS.items())
    return values(tmp_path_factory.mktemp("layers"), f"import torch\nfrom torch import nn\n\nNETS = {{}}\n{made}\n")


@pytest.mark.parametrize("name", LAYERS)
def test_a_fresh_layer_has_the_same_distribution(name: str, layers: tuple[dict[str, Any], dict[str, Any]]) -> None:
    if name in DIFFERENT:
        with pytest.raises(AssertionError):
            compare(layers[0][name], layers[1][name])
    else:
        compare(layers[0][name], layers[1][name])


def test_what_a_network_initialises_itself(tmp_path: Path) -> None:
    text = NETWORK.read_text(encoding="utf-8") + "\n\nNETS = {'net': Net()}\n"
    ours, theirs = values(tmp_path, text)
    compare(ours["net"], theirs["net"])


def compare(in_torch: list[list[float]], in_mindspore: list[list[float]]) -> None:
    def order(one: list[float]) -> tuple[float, float, float]:
        return one[0], round(one[2], 2), round(one[1], 2)

    assert len(in_torch) == len(in_mindspore)
    for one, other in zip(sorted(in_torch, key=order), sorted(in_mindspore, key=order), strict=True):
        count, mean, deviation, least, largest = one
        assert other[0] == count
        if deviation == 0:
            assert other[1:] == pytest.approx(one[1:], abs=1e-6)
            continue
        # four times the error of an estimate from so many numbers
        error = 4 * deviation / count**0.5 * 1.5
        assert other[1] == pytest.approx(mean, abs=error), (one, other)
        assert other[2] == pytest.approx(deviation, abs=error, rel=0.02), (one, other)
        assert other[4] - other[3] == pytest.approx(largest - least, rel=0.35), (one, other)
