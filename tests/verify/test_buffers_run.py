"""Buffers that change: torch, and what its conversion does in MindSpore, in PyNative and in graph mode."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import converted_file

ROOT = Path(__file__).parents[2]
NETWORK = ROOT / "tests/migrate/modules/buffers.py"

pytestmark = pytest.mark.frameworks

RUN = """
import json, sys
import numpy as np

inputs = [np.random.default_rng(seed).normal(size=(4, 5)).astype(np.float32) for seed in range(3)]
net = Running(5)
net.{train}(True)
outputs = [net({tensor}(value)) for value in inputs]
state = {{name: value.{numpy}.tolist() for name, value in net.state_dict().items()}}
print("\\n" + json.dumps({{"outputs": [value.{numpy}.tolist() for value in outputs], "state": state}}))
"""


def run(text: str, folder: Path, mode: str) -> dict[str, Any]:
    framework = "torch" if mode == "torch" else "mindspore"
    words = {"train": "train", "tensor": "torch.from_numpy", "numpy": "detach().numpy()"}
    if framework == "mindspore":
        words = {"train": "set_train", "tensor": "mindspore.Tensor", "numpy": "asnumpy()"}
        graph = {"pynative": "PYNATIVE_MODE", "graph": "GRAPH_MODE", "jit": "PYNATIVE_MODE"}[mode]
        text = f"{text}\nimport mindspore\nmindspore.set_context(mode=mindspore.{graph})\n"
        if mode == "jit":
            text = text.replace("    def construct(", "    @mindspore.jit\n    def construct(")
    program = folder / f"in_{mode}.py"
    program.write_text(text + RUN.format(**words), encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def torch_says(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(NETWORK.read_text(encoding="utf-8"), tmp_path_factory.mktemp("torch"), "torch")


@pytest.mark.parametrize("mode", ["pynative", "graph", "jit"])
def test_every_update_does_the_same(mode: str, torch_says: dict[str, Any], tmp_path: Path) -> None:
    text = converted_file(NETWORK.read_text(encoding="utf-8"))
    assert "torch" not in text.replace("# ", ""), text
    mindspore_says = run(text, tmp_path, mode)
    assert mindspore_says["state"].keys() == torch_says["state"].keys()
    for name, values in torch_says["state"].items():
        assert flat(mindspore_says["state"][name]) == pytest.approx(flat(values), abs=1e-5), name
    for ours, theirs in zip(mindspore_says["outputs"], torch_says["outputs"], strict=True):
        assert flat(ours) == pytest.approx(flat(theirs), abs=1e-4)


def flat(values: Any) -> list[float]:
    return [one for value in values for one in flat(value)] if isinstance(values, list) else [float(values)]
