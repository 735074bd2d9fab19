"""Whole programs for MindSpore, as its users write them: what `networks` measures beside the short ones.

Each makes ``Net()``. A program of several files names them in `FILES`.
"""

from __future__ import annotations

PROGRAMS = {
    "u-net": """
def double(inside, outside):
    return nn.SequentialCell([
        nn.Conv2d(inside, outside, 3, has_bias=True), nn.BatchNorm2d(outside), nn.ReLU(),
        nn.Conv2d(outside, outside, 3), nn.BatchNorm2d(outside), nn.ReLU(),
    ])

class Up(nn.Cell):
    def __init__(self, inside, outside, bilinear):
        super().__init__()
        if bilinear:
            self.up = nn.SequentialCell(nn.Conv2d(inside, inside // 2, 1))
        else:
            self.up = nn.Conv2dTranspose(inside, inside // 2, 2, stride=2, has_bias=True)
        self.conv = double(inside, outside)

class Net(nn.Cell):
    def __init__(self, channels=3, classes=2, base=4, depth=3, bilinear=False):
        super(Net, self).__init__()
        widths = [base * 2**level for level in range(depth + 1)]
        self.stem = double(channels, widths[0])
        self.downs = nn.CellList()
        self.ups = nn.CellList()
        for above, below in zip(widths[:-1], widths[1:]):
            self.downs.append(nn.SequentialCell(nn.MaxPool2d(2, 2), double(above, below)))
        for below, above in zip(reversed(widths[1:]), reversed(widths[:-1])):
            self.ups.append(Up(below, above, bilinear))
        self.head = nn.Conv2d(widths[0], classes, kernel_size=1, has_bias=True)
""",
    "shared embeddings": """
class Attention(nn.Cell):
    def __init__(self, width, heads):
        super().__init__()
        assert width % heads == 0
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.query, self.key, self.value = [nn.Dense(width, width, has_bias=False) for _ in range(3)]
        self.out = nn.Dense(width, width)

class Layer(nn.Cell):
    def __init__(self, width, heads, cross=False, ratio=4):
        super().__init__()
        self.norm1 = nn.LayerNorm((width,))
        self.attention = Attention(width, heads)
        if cross:
            self.cross = Attention(width, heads)
            self.norm2 = nn.LayerNorm((width,))
        self.mlp = nn.SequentialCell(OrderedDict([
            ("up", nn.Dense(width, width * ratio)), ("act", nn.GELU()), ("down", nn.Dense(width * ratio, width)),
        ]))

class Net(nn.Cell):
    def __init__(self, words=13, width=8, heads=2, depth=2, longest=5):
        super().__init__()
        self.source = nn.Embedding(words, width)
        self.target = self.source
        self.register_buffer("positions", Tensor(np.arange(longest), ms.int32), persistent=False)
        self.encoder = nn.CellList([Layer(width, heads) for _ in range(depth)])
        self.decoder = nn.CellList([Layer(width, heads, cross=True) for _ in range(depth)])
        self.head = nn.Dense(width, words, has_bias=False)
        self.head.weight = self.source.embedding_table
""",
    "speech": """
class Pyramid(nn.Cell):
    def __init__(self, inside, hidden, layers, both):
        super().__init__()
        ways = 2 if both else 1
        self.lstms = nn.CellList()
        self.norms = nn.CellList()
        for index in range(layers):
            size = inside if index == 0 else hidden * ways * 2
            self.lstms.append(nn.LSTM(size, hidden, num_layers=1 + index, bidirectional=both, batch_first=True))
            self.norms.append(nn.LayerNorm([hidden * ways]))
        self.size = hidden * ways

class Net(nn.Cell):
    def __init__(self, **options):
        super().__init__()
        options = {"inside": 5, "hidden": 3, "layers": 2, "both": True, **options}
        self.listener = Pyramid(**options)
        self.speller = nn.GRU(self.listener.size, 4, num_layers=2, has_bias=True)
        self.step = nn.LSTMCell(4, 3)
        self.plain = nn.RNN(3, 2, bidirectional=True, has_bias=False)
        self.start = Parameter(ops.zeros((2, 1, 4), ms.float32), name="start", requires_grad=False)
""",
    "mobile": """
SETTINGS = (
    # expansion, width, repeats, stride
    (1, 8, 1, 1),
    (2, 12, 2, 2),
)

def width_of(value, divisor=4, least=None):
    least = least or divisor
    found = max(least, int(value + divisor / 2) // divisor * divisor)
    if found < 0.9 * value:
        found += divisor
    return found

class ConvNorm(nn.SequentialCell):
    def __init__(self, inside, outside, kernel=3, stride=1, groups=1):
        super().__init__(
            nn.Conv2d(inside, outside, kernel, stride, pad_mode="pad", padding=(kernel - 1) // 2, group=groups),
            nn.BatchNorm2d(outside),
            nn.ReLU6(),
        )

class Squeeze(nn.Cell):
    def __init__(self, width, reduction=4):
        super().__init__()
        self.gates = nn.CellDict(OrderedDict(reduce=nn.Dense(width, width // reduction)))
        self.gates["expand"] = nn.Dense(width // reduction, width)

class Inverted(nn.Cell):
    def __init__(self, inside, outside, stride, expansion):
        super().__init__()
        hidden = round(inside * expansion)
        self.residual = stride == 1 and inside == outside
        parts = []
        if expansion != 1:
            parts.append(ConvNorm(inside, hidden, kernel=1))
        parts.extend([
            ConvNorm(hidden, hidden, stride=stride, groups=hidden),
            Squeeze(hidden),
            nn.Conv2d(hidden, outside, 1, has_bias=False),
            nn.BatchNorm2d(outside),
        ])
        self.conv = nn.SequentialCell(parts)

class Net(nn.Cell):
    def __init__(self, classes=3, multiplier=1.4):
        super().__init__()
        inside = width_of(8 * multiplier)
        features = OrderedDict(stem=ConvNorm(3, inside, stride=2))
        for stage, (expansion, width, repeats, stride) in enumerate(SETTINGS, start=1):
            outside = width_of(width * multiplier)
            for index in range(repeats):
                features[f"stage{stage}_{index}"] = Inverted(inside, outside, stride if not index else 1, expansion)
                inside = outside
        self.features = nn.SequentialCell(features)
        self.heads = nn.CellDict()
        self.heads.update([("classes", nn.Dense(inside, classes)), ("embedding", nn.Dense(inside, 2, has_bias=False))])
""",
    "gan": """
class Generator(nn.Cell):
    def __init__(self, latent, widths):
        super().__init__(auto_prefix=False)
        layers = []
        for inside, outside in zip([latent, *widths], widths + [1]):
            layers += [nn.Conv2dTranspose(inside, outside, 4, 2, pad_mode="pad", padding=1)]
            if outside != 1:
                layers += [nn.BatchNorm2d(outside), nn.ReLU()]
        self.main = nn.SequentialCell(*layers, nn.Tanh())

class Discriminator(nn.Cell):
    def __init__(self, widths):
        super().__init__()
        def block(inside, outside, normalize=True):
            made = [nn.Conv2d(inside, outside, 4, 2, pad_mode="pad", padding=1, weight_init="normal")]
            if normalize:
                made.append(nn.BatchNorm2d(outside, 0.8))
            made.append(nn.LeakyReLU(0.2))
            return made
        self.model = nn.SequentialCell(
            *block(1, widths[0], normalize=False), *block(widths[0], widths[1]), nn.Conv2d(widths[1], 1, 4),
        )

class Net(nn.Cell):
    def __init__(self, latent=6):
        super().__init__()
        widths = [8, 4]
        self.generator = Generator(latent, widths)
        self.discriminator = Discriminator(widths[::-1])
        self.discriminator.update_parameters_name("d.")
        for cell in self.cells_and_names():
            pass
        for parameter in self.discriminator.trainable_params():
            parameter.requires_grad = False
""",
    "experts": """
def expert(width, hidden, kind):
    if kind == "gated":
        return Gated(width, hidden)
    return nn.SequentialCell(nn.Dense(width, hidden, activation="relu"), nn.Dense(hidden, width))

class Gated(nn.Cell):
    def __init__(self, width, hidden):
        super().__init__()
        self.up = nn.Dense(width, hidden, has_bias=False)
        self.gate = nn.Dense(width, hidden, has_bias=False)
        self.down = nn.Dense(hidden, width, has_bias=False)

def experts(width, count, **options):
    kinds = ["gated", "plain"]
    return nn.CellList([expert(width, options["hidden"], kinds[index % len(kinds)]) for index in range(count)])

class Mixture(nn.Cell):
    def __init__(self, width, count, shared=None):
        super().__init__()
        self.router = nn.Dense(width, count, has_bias=False, weight_init="zeros")
        self.experts = experts(width, count, hidden=2 * width)
        self.shared = shared if shared is not None else nn.Identity()
        self.bias = Parameter(Tensor(np.zeros(count), ms.float32), name="bias", requires_grad=False)

class Net(nn.Cell):
    def __init__(self, width=4, depth=2):
        super().__init__()
        common = Gated(width, 3)
        self.layers = nn.CellList([
            Mixture(width, 3 + level, shared=common if level else None) for level in range(depth)
        ])
        self.layers.insert(0, nn.LayerNorm((width,)))
        self.layers.extend([nn.GroupNorm(2, width), nn.Dense(width, 1)])
""",
    "tied": """
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scale = Parameter(Tensor(np.ones((3,)), ms.float32), name="scale")
        self.same = self.scale
        self.encoder = nn.Dense(3, 5)
        self.decoder = nn.Dense(3, 5)
        self.decoder.weight = self.encoder.weight
        self.parts = ms.ParameterTuple([
            Parameter(initializer("ones", (2, index + 1)), name=f"part{index}") for index in range(2)
        ])
        self.register_buffer("mean", Tensor(np.zeros((3,)), ms.float32))
        self.register_buffer("count", Tensor(0, ms.int64), persistent=False)
        self.register_buffer("later", None)
        self.encoder.weight.requires_grad = False
        self.shadow = Parameter(self.scale.clone(), name="shadow", requires_grad=False)
""",
    "conditional": """
NORMS = {"batch": nn.BatchNorm2d, "group": lambda width: nn.GroupNorm(2, width), "none": None}

class Block(nn.Cell):
    def __init__(self, inside, outside, norm="batch", attention=False, drop=0.0):
        super().__init__()
        make = NORMS[norm]
        self.conv = nn.Conv2d(inside, outside, 3, has_bias=make is None)
        self.norm = make(outside) if make else None
        self.act = {"relu": nn.ReLU, "prelu": nn.PReLU}["prelu" if attention else "relu"]()
        if attention and outside >= 4:
            self.attention = nn.MultiheadAttention(outside, 2)
        elif attention:
            raise ValueError("too narrow")
        self.drop = nn.Dropout(p=drop) if drop > 0 else nn.Identity()
        try:
            self.gamma = Parameter(1e-6 * ops.ones((outside,), ms.float32), name="gamma")
        except TypeError:
            self.gamma = None

class Net(nn.Cell):
    def __init__(self, plan=(("batch", False), ("group", True), ("none", False)), deep=True):
        super().__init__()
        width = 2
        for index, (norm, attention) in enumerate(plan):
            setattr(self, f"block{index + 1}", Block(width, 2 * width, norm, attention, drop=0.1 * index))
            width *= 2
        while width > 4:
            self.insert_child_to_cell(f"narrow{width}", nn.Conv2d(width, width // 2, 1))
            width //= 2
        self.head = nn.Dense(width, 2) if deep and width < 10 else None
        if not deep:
            self.aux = nn.Dense(width, 2)
""",
    "mint": """
class Stem(nn.Cell):
    def __init__(self, inside, outside):
        super().__init__()
        self.conv = mint.nn.Conv2d(inside, outside, 3, padding=1, bias=False)
        self.bn = mint.nn.BatchNorm2d(outside)
        self.norm = mint.nn.LayerNorm(outside)
        self.group = mint.nn.GroupNorm(2, outside, affine=False)

class Net(nn.Cell):
    def __init__(self, width=4):
        super().__init__()
        self.stem = Stem(3, width)
        self.words = mint.nn.Embedding(7, width, padding_idx=0)
        self.body = nn.SequentialCell(
            mint.nn.Linear(width, 2 * width), mint.nn.ReLU(), mint.nn.Linear(2 * width, width, bias=False),
            nn.Dense(width, 2), mint.nn.Dropout(0.1),
        )
        self.act = mint.nn.PReLU()
""",
    "named": """
class Branch(nn.Cell):
    def __init__(self, prefix):
        super().__init__(auto_prefix=False)
        self.weight = Parameter(initializer("normal", [2, 3], ms.float32), name=f"{prefix}.weight")
        self.bias = Parameter(initializer("zeros", [2], ms.float16), name=prefix + ".bias")
        self.insert_param_to_cell("extra", Parameter(Tensor([1.0, 2.0], ms.float32), name="extra"))

class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.branches = nn.CellList([Branch(name) for name in ("left", "right")])
        self.body = nn.Dense(3, 3)
        self.body.update_parameters_name("body.", recurse=True)
        self.update_parameters_name("net.")
        self.gate: Parameter = Parameter(Tensor(0.5, ms.float32), name="gate")
        del self.body.bias
""",
    "several files": "from nets.classifier import Net\n",
}

FILES = {
    "several files": {
        "nets/__init__.py": "from .base import Backbone\n",
        "nets/base.py": """
from mindspore import nn

from .parts import conv_norm, init

class Backbone(nn.Cell):
    widths = (4, 8)

    def __init__(self, inside=3, *, norm=nn.BatchNorm2d, **kwargs):
        super().__init__()
        self.norm = norm
        self.stages = nn.SequentialCell(list(self.make(inside)))
        self.extra = self.make_extra(**kwargs)
        init(self)

    def make(self, inside):
        for width in self.widths:
            yield conv_norm(inside, width, self.norm)
            inside = width

    def make_extra(self, **kwargs):
        return None

    @property
    def out(self):
        return self.widths[-1]
""",
        "nets/parts.py": """
from functools import partial

from mindspore import nn
from mindspore.common.initializer import HeNormal, initializer

Conv = partial(nn.Conv2d, kernel_size=3, pad_mode="pad", padding=1)

def conv_norm(inside, outside, norm):
    return nn.SequentialCell([Conv(inside, outside), norm(outside), nn.ReLU()])

def init(net):
    for _, cell in net.cells_and_names():
        if isinstance(cell, nn.Conv2d):
            cell.weight.set_data(initializer(HeNormal(), cell.weight.shape, cell.weight.dtype))
""",
        "nets/classifier.py": """
from mindspore import Parameter, Tensor, nn
import mindspore as ms
import numpy as np

from . import Backbone

class Mixin:
    def with_head(self, classes):
        self.head = nn.Dense(self.out, classes)

class Middle(Backbone, Mixin):
    widths = (*Backbone.widths, 16)

    def __init__(self, classes, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.with_head(classes)

class Net(Middle):
    def __init__(self):
        super().__init__(5, 1, norm=nn.BatchNorm2d, size=3)
        self.scale = Parameter(Tensor(np.ones((1,), dtype=np.float32)), name="scale")

    def make_extra(self, size=1):
        return nn.CellList([nn.Dense(size, size + step) for step in range(size)])
""",
    }
}
