"""What MindSpore is measured with: every layer with state, and networks as people write them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lsp_server.state.evaluator import state_of_expression
from lsp_server.state.model import ModuleState

from . import layer_cases, models, truth
from .network_programs import FILES, PROGRAMS

_HEADER = "import mindspore\n"


def _network(body: str) -> tuple[str, str]:
    header = (
        "import numpy as np\nimport mindspore as ms\nfrom collections import OrderedDict\n"
        "from mindspore import mint, nn, ops, Tensor, Parameter\nfrom mindspore.common.initializer import initializer\n"
    )
    return "Net()", header + body


NETWORKS = {
    "lenet": """
class Net(nn.Cell):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, pad_mode="valid")
        self.conv2 = nn.Conv2d(6, 16, 5, pad_mode="valid", has_bias=True)
        self.fc = nn.SequentialCell(nn.Flatten(), nn.Dense(400, 120), nn.ReLU(), nn.Dense(120, classes))
""",
    "residual": """
class Block(nn.Cell):
    expansion = 2
    def __init__(self, inside, width, stride=1):
        super().__init__()
        out = width * self.expansion
        self.body = nn.SequentialCell([nn.Conv2d(inside, width, 1), nn.BatchNorm2d(width), nn.ReLU(),
                                       nn.Conv2d(width, out, 3, stride), nn.BatchNorm2d(out)])
        self.down = None
        if stride != 1 or inside != out:
            self.down = nn.SequentialCell(nn.Conv2d(inside, out, 1, stride), nn.BatchNorm2d(out))
class Net(nn.Cell):
    def __init__(self, layers=(1, 2)):
        super().__init__()
        self.inside = 8
        self.stages = nn.CellList([self._stage(8 * 2**i, n, 1 + i) for i, n in enumerate(layers)])
    def _stage(self, width, count, stride):
        blocks = []
        for i in range(count):
            blocks.append(Block(self.inside, width, stride if i == 0 else 1))
            self.inside = width * Block.expansion
        return nn.SequentialCell(blocks)
""",
    "transformer": """
class Net(nn.Cell):
    def __init__(self, width=16, heads=2, depth=2):
        super().__init__()
        self.embedding = nn.Embedding(11, width)
        self.position = Parameter(initializer("zeros", (1, 7, width)), name="position")
        layer = nn.TransformerEncoderLayer(width, heads, dim_feedforward=width * 4)
        self.encoder = nn.TransformerEncoder(layer, depth)
""",
    "recurrent": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 6, num_layers=2, bidirectional=True)
        self.gru = nn.GRU(12, 4, has_bias=False)
        self.cell = nn.RNNCell(4, 3)
""",
    "ordered": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        parts = [(f"conv{i}", nn.Conv2d(2**i, 2 ** (i + 1), 3)) for i in range(3)]
        self.features = nn.SequentialCell(OrderedDict(parts))
""",
    "dictionary": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.heads = nn.CellDict({name: nn.Dense(4, n) for name, n in (("a", 1), ("b", 2))})
""",
    "configured": """
from dataclasses import dataclass, field
@dataclass
class Config:
    width: int = 4
    sizes: list = field(default_factory=lambda: [2, 3])
class Net(nn.Cell):
    def __init__(self, config=None):
        super().__init__()
        config = config or Config()
        self.layers = nn.CellList()
        for size in config.sizes:
            self.layers.append(nn.Dense(config.width, size))
""",
    "buffers": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", Tensor(np.zeros((3,)), ms.float32))
        self.register_buffer("step", ops.zeros((), ms.int32), persistent=False)
        self.scale = Parameter(Tensor(np.ones((2, 3)), ms.float32), requires_grad=False)
""",
    "frozen": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.backbone = nn.SequentialCell(nn.Dense(3, 4), nn.LayerNorm((4,)))
        for parameter in self.backbone.get_parameters():
            parameter.requires_grad = False
        self.head = nn.Dense(4, 2, has_bias=False)
""",
    "inserted": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        for i in range(3):
            self.insert_child_to_cell(f"dense{i}", nn.Dense(i + 1, i + 2))
        setattr(self, "last", nn.Conv1d(2, 3, 3))
""",
    "partial": """
from functools import partial
class Net(nn.Cell):
    def __init__(self, norm=partial(nn.BatchNorm2d, affine=False)):
        super().__init__()
        self.a = norm(4)
        self.b = nn.GroupNorm(2, 4)
""",
    "generated": """
def layers(sizes):
    for a, b in zip(sizes, sizes[1:]):
        yield nn.Dense(a, b)
        yield nn.ReLU()
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(*layers([3, 4, 5]))
""",
}
"""Networks as people write them for MindSpore."""

CASES: dict[str, tuple[str, str]] = {
    **{call: (call, _HEADER) for call in layer_cases.MINDSPORE},
    **{f"network {name}": (model.expression, model.source) for name, model in models.MINDSPORE.items()},
    **{f"network {name}": _network(body) for name, body in (NETWORKS | PROGRAMS).items()},
}
"""The expression that makes each, and its source."""


def real(name: str) -> list[truth.Row]:
    """What MindSpore says about a case: the network is really made."""
    expression, source = CASES[name]
    with _folder(name) as folder:
        sys.path.insert(0, str(folder))
        try:
            return truth.real(eval(expression, truth.executed(source)))  # our own source
        finally:
            sys.path.remove(str(folder))


def evaluated(name: str) -> ModuleState | None:
    """What we say."""
    expression, source = CASES[name]
    with _folder(name) as folder:
        return state_of_expression(truth.analysis(source, (folder,), folder / "main.py"), expression)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """The other files of a case, as files."""
    with TemporaryDirectory() as made:
        for path, text in FILES.get(name.removeprefix("network "), {}).items():
            file = Path(made, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield Path(made)
