"""Small models, each about one construct. `TORCH` and `MINDSPORE` are evaluated exactly; `UNKNOWN` must be called
incomplete, with nothing false in it."""

from __future__ import annotations

from typing import NamedTuple


class Model(NamedTuple):
    """A source and the expression that makes the model."""

    source: str
    expression: str


def torch_model(body: str, expression: str = "Net()") -> Model:
    header = (
        "import math\nfrom collections import OrderedDict\nfrom functools import partial\nimport torch\n"
        "import torch.nn as nn\n"
    )
    return Model(header + body, expression)


def cell(body: str, expression: str = "Net()") -> Model:
    header = (
        "from collections import OrderedDict\nimport numpy as np\nimport mindspore as ms\nfrom mindspore import "
        "Tensor, Parameter, ParameterTuple, nn\nfrom mindspore.common.initializer import initializer, One\n"
    )
    return Model(header + body, expression)


TORCH = {
    "norms of weights": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.utils.weight_norm(nn.Conv1d(4, 6, 3))
        self.b = nn.utils.weight_norm(nn.Linear(4, 6), name="weight", dim=None)
        self.c = nn.utils.weight_norm(nn.Linear(4, 6), "bias")
        self.d = nn.utils.spectral_norm(nn.Conv1d(4, 6, 3))
        self.e = nn.utils.spectral_norm(nn.ConvTranspose2d(4, 6, 3))
        self.f = nn.utils.remove_weight_norm(nn.utils.weight_norm(nn.Linear(4, 6), dim=1))
        self.g = nn.utils.remove_spectral_norm(nn.utils.spectral_norm(nn.Linear(4, 6)))
        self.h = nn.Linear(2, 2)
        nn.utils.weight_norm(self.h)
"""),
    "parametrizations": torch_model("""
from torch.nn.utils import parametrizations
from torch.nn.utils.parametrize import remove_parametrizations
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = parametrizations.weight_norm(nn.Conv1d(4, 6, 3))
        self.b = parametrizations.weight_norm(nn.Linear(4, 6), dim=None)
        self.c = parametrizations.spectral_norm(nn.Conv1d(4, 6, 3))
        self.d = parametrizations.spectral_norm(nn.ConvTranspose1d(4, 6, 3), dim=0)
        self.e = parametrizations.spectral_norm(nn.Linear(4, 6), "bias")
        self.f = parametrizations.orthogonal(nn.Linear(4, 6))
        self.g = parametrizations.orthogonal(nn.Linear(4, 2), use_trivialization=False)
        self.h = remove_parametrizations(parametrizations.weight_norm(nn.Linear(4, 6)), "weight")
        self.i = parametrizations.weight_norm(parametrizations.spectral_norm(nn.Linear(4, 6)), "bias")
"""),
    "parametrizations of one's own": torch_model("""
from torch.nn.utils import parametrizations, parametrize
from torch.nn.utils.parametrize import register_parametrization
class Scaled(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(size))
        self.register_buffer("shift", torch.zeros(1))
    def forward(self, x):
        return x * self.scale + self.shift
class Twice(nn.Module):
    def forward(self, x):
        return x * 2
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        register_parametrization(self.a, "weight", Scaled(2))
        parametrize.register_parametrization(module=self.a, tensor_name="bias", parametrization=Twice())
        self.b = nn.BatchNorm1d(4)
        register_parametrization(self.b, "running_mean", Twice())
        self.c = parametrizations.spectral_norm(nn.Linear(2, 3))
        register_parametrization(self.c, "weight", Scaled(1))
        self.d = register_parametrization(nn.Linear(2, 3), "weight", Twice())
        parametrizations.spectral_norm(self.d)
        self.e = nn.Linear(2, 3)
        self.e.weight.requires_grad_(False)
        parametrizations.weight_norm(self.e)
        self.f = parametrize.remove_parametrizations(parametrizations.orthogonal(nn.Linear(3, 3)), "weight")
        self.g = nn.BatchNorm1d(4)
        parametrize.remove_parametrizations(register_parametrization(self.g, "running_var", Twice()), "running_var")
        self.attention = parametrizations.weight_norm(nn.MultiheadAttention(4, 2), "in_proj_weight")
        self.lstm = nn.LSTM(3, 4, num_layers=2)
        for name, _ in list(self.lstm.named_parameters()):
            if name.startswith("weight_hh"):
                parametrizations.weight_norm(self.lstm, name)
"""),
    "old norms of an LSTM": torch_model("""
from torch.nn.utils import weight_norm, spectral_norm, remove_weight_norm
def normed(layer, kind):
    if kind == "spectral":
        return spectral_norm(layer, n_power_iterations=2)
    return weight_norm(layer) if kind == "weight" else layer
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = weight_norm(weight_norm(nn.LSTM(3, 4), "weight_hh_l0", dim=None), "weight_ih_l0")
        self.layers = nn.ModuleList([normed(nn.Conv2d(3, 4, 3), kind) for kind in ("spectral", "weight", "none")])
        self.apply(self.norm_linear)
    def norm_linear(self, layer):
        if isinstance(layer, nn.Conv2d) and hasattr(layer, "weight_g"):
            remove_weight_norm(layer)
"""),
    "sizes asked of a backbone": torch_model("""
import torch.nn.functional as F
class Squeeze(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Conv2d(width, width, 1)
    def forward(self, x):
        return torch.sigmoid(self.fc(self.pool(x))) * x
class Block(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1), nn.BatchNorm2d(outside), nn.ReLU())
        self.squeeze = Squeeze(outside)
        self.skip = stride == 1 and inside == outside
    def forward(self, x):
        y = self.squeeze(self.body(x))
        if self.skip:
            y += x
        return F.relu(y)
class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        conv = nn.Conv2d(3, 4, 7, stride=2, padding=3, bias=False)
        self.stem = nn.Sequential(conv, nn.MaxPool2d(3, 2, 1, ceil_mode=True))
        self.blocks = nn.ModuleList([Block(4, 8, 2), Block(8, 8), Block(8, 6, (2, 1))])
        self.extra = nn.Conv2d(6, 5, 3, dilation=2, padding="valid")
    def forward(self, x):
        maps = OrderedDict()
        x = self.stem(x)
        for place, block in enumerate(self.blocks):
            x = block(x)
            maps[str(place)] = x
        maps["last"] = self.extra(x)
        return maps
class Net(nn.Module):
    def __init__(self, size=(121, 97)):
        super().__init__()
        self.backbone = Backbone()
        with torch.no_grad():
            maps = self.backbone(torch.zeros(1, 3, *size))
        self.heads = nn.ModuleList([nn.Conv2d(one.size(1), 2, 3) for one in maps.values()])
        height, width = maps["last"].shape[-2:]
        self.places = nn.Parameter(torch.zeros(height * width, maps["last"].shape[1]))
        self.pool = nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), nn.Dropout(0.1))
        self.fc = nn.Linear(self.pool(maps["0"]).shape[1], 3)
        self.conv1d = nn.Conv1d(3, 4, 5, stride=3)
        self.after = nn.Linear(self.conv1d(torch.zeros(2, 3, 33)).shape[-1], 1)
"""),
    "prunings": torch_model("""
from torch.nn.utils import prune
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = prune.l1_unstructured(nn.Linear(4, 3), "weight", amount=0.5)
        self.b = prune.random_structured(nn.Conv2d(2, 4, 3), name="weight", amount=1, dim=0)
        prune.identity(self.b, "bias")
        self.c = nn.Linear(2, 2)
        prune.custom_from_mask(self.c, "bias", mask=torch.tensor([1, 0]))
        self.d = prune.remove(prune.ln_structured(nn.Linear(4, 3), "weight", amount=0.3, n=2, dim=0), "weight")
"""),
    "mission": torch_model(
        """
class ConvBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)
    def construct(self, x):
        return self.bn(self.conv(x))
class MyNet(nn.Module):
    def __init__(self):
        super(MyNet, self).__init__()
        self.build_block = nn.Sequential(ConvBN(), nn.ReLU())
    def construct(self, x):
        return self.build_block(x)
""",
        "MyNet()",
    ),
    "registration": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 3))
        self.register_parameter('bias', nn.Parameter(torch.zeros(3)))
        self.register_buffer('running_mean', torch.zeros(3))
        self.register_buffer('running_var', torch.ones(3))
        self.plain = torch.zeros(7)
"""),
    "non persistent buffers and None": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('a', torch.zeros(2, dtype=torch.int64), persistent=False)
        self.register_buffer('b', torch.arange(5))
        self.register_buffer('c', None)
        self.register_buffer('d', torch.tensor([[1.0, 2.0], [3.0, 4.0]]), False)
        self.e = nn.Buffer(torch.eye(3))
        self.f = nn.Buffer(torch.full((2, 2), True), persistent=False)
        self.register_parameter('g', None)
        self.step = torch.zeros(1)
"""),
    "creation": torch_model("""
class Net(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        size = (n, n + 1)
        self.a = nn.Parameter(torch.empty(size))
        self.b = nn.Parameter(torch.rand(n, 2), requires_grad=False)
        self.c = nn.Parameter(torch.ones_like(self.a))
        self.d = nn.Parameter(torch.full((1, n), 0.5))
        self.e = nn.Parameter(torch.tensor(3.5))
        self.f = nn.Parameter(torch.linspace(0, 1, steps=n))
        self.g = nn.Parameter(torch.zeros(1, n, 8).unsqueeze(0))
        self.h = nn.Parameter(torch.randn(n, 8).view(2, -1))
        self.i = nn.Parameter(torch.ones(n) * 0.1)
        self.register_buffer('j', torch.arange(0, n, 0.5))
        self.register_buffer('k', torch.arange(n).expand((1, -1)) if n < 0 else torch.arange(n).unsqueeze(1))
        self.register_buffer('l', torch.tensor(0, dtype=torch.long))
        self.register_buffer('m', torch.tril(torch.ones(n, n)).view(1, 1, n, n))
        self.o = nn.Parameter(torch.Tensor(n, 3))
        self.p = nn.Parameter(torch.FloatTensor(2))
"""),
    "inheritance and super arguments": torch_model("""
class Base(nn.Module):
    width = 8
    def __init__(self, inner, *, bias=True):
        super().__init__()
        self.first = nn.Linear(inner, self.width, bias=bias)
class Middle(Base):
    width = 16
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.second = nn.Linear(self.width, 2)
class Net(Middle):
    def __init__(self):
        super(Net, self).__init__(5, bias=False)
        self.third = nn.Linear(2, 1)
"""),
    "several bases": torch_model("""
class Mixin:
    def build(self, n):
        self.extra = nn.Linear(n, n)
class Left(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.Linear(1, 1)
class Right(nn.Module):
    def __init__(self):
        super().__init__()
        self.right = nn.Linear(2, 2)
class Net(Left, Right, Mixin):
    def __init__(self):
        super().__init__()
        self.build(3)
"""),
    "helpers and constants": torch_model("""
WIDTHS = [4, 8, 16]
BIAS = False
def block(a, b, kernel=3):
    padding = (kernel - 1) // 2
    return nn.Sequential(nn.Conv2d(a, b, kernel, padding=padding, bias=BIAS), nn.BatchNorm2d(b), nn.ReLU(True))
class Net(nn.Module):
    def __init__(self, kernel=5):
        super().__init__()
        self._build(kernel)
        self.head = self.make_head(WIDTHS[-1])
    def _build(self, kernel):
        self.body = nn.Sequential(*[block(a, b, kernel) for a, b in zip(WIDTHS, WIDTHS[1:])])
    @staticmethod
    def make_head(n, classes=10):
        return nn.Linear(n, classes)
"""),
    "loops with names": torch_model("""
class Net(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        for i in range(depth):
            self.add_module(f'layer{i + 1}', nn.Linear(i + 1, i + 2))
            setattr(self, 'norm_%d' % i, nn.LayerNorm(i + 2))
        for index, (name, size) in enumerate([('x', 2), ('y', 3)]):
            self.register_buffer('{}_{}'.format(name, index), torch.zeros(size))
        i = 0
        while i < 2:
            setattr(self, 'w' + str(i), nn.Parameter(torch.zeros(i + 1)))
            i += 1
"""),
    "ordered dict": torch_model("""
class Net(nn.Sequential):
    def __init__(self):
        super().__init__(OrderedDict([('conv', nn.Conv2d(1, 2, 3)), ('act', nn.ReLU()), ('bn', nn.BatchNorm2d(2))]))
        self.add_module('last', nn.Linear(2, 2))
"""),
    "sequential subclass with a list": torch_model("""
class Net(nn.Sequential):
    def __init__(self, a=3, b=4, norm=nn.BatchNorm2d):
        layers = [nn.Conv2d(a, b, 1, bias=norm is None)]
        if norm is not None:
            layers.append(norm(b))
        layers += [nn.ReLU(inplace=True)] * 2
        super().__init__(*layers)
        self.out_channels = b
"""),
    "module list": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(i, i + 1) for i in range(1, 3)])
        self.a.append(nn.Linear(3, 4))
        self.a.extend([nn.Linear(4, 5), nn.ReLU()])
        self.a += [nn.Linear(5, 6)]
        self.a.insert(0, nn.Linear(9, 9))
        self.b = self.a[1:3]
        self.c = nn.ModuleList()
        self.c.append(self.a[-1])
        self.a[2] = nn.Identity()
        self.sizes = [len(self.a), len(self.b)]
        self.d = nn.Linear(len(self.a), 1)
"""),
    "module dict": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({'a': nn.Linear(1, 2), 'b': nn.Linear(2, 3)})
        self.heads['c'] = nn.Conv1d(1, 2, 3)
        self.heads.update({'d': nn.Linear(1, 1)})
        for name in self.heads.keys():
            self.register_buffer('count_' + name, torch.zeros((), dtype=torch.int32))
        self.more = nn.ModuleDict([['x', nn.ReLU()], ['y', nn.PReLU()]])
"""),
    "parameter containers": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.ParameterList([nn.Parameter(torch.zeros(i + 1)) for i in range(3)])
        self.p.append(nn.Parameter(torch.zeros(2, 2)))
        self.q = nn.ParameterDict({'a': nn.Parameter(torch.ones(2)), 'b': torch.ones(3)})
"""),
    "weight tying": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embed.weight
        self.again = self.head
"""),
    "deleting and replacing": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 2)
        self.b = nn.Linear(2, 3)
        self.c = nn.Linear(3, 4)
        self.a = nn.Conv2d(1, 1, 1)
        del self.b
        self.c = None
        self.d = nn.Sequential(nn.Linear(1, 1), nn.Linear(2, 2), nn.ReLU())
        self.d[1] = nn.Identity()
        del self.d[0]
        self.a.bias = None
        self.x = torch.zeros(2)
        self.x = nn.Parameter(self.x)
"""),
    "freezing": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        self.head = nn.Linear(3, 4)
        self.neck = nn.Linear(3, 3)
        for parameter in self.body.parameters():
            parameter.requires_grad = False
        self.head.weight.requires_grad_(False)
        self.neck.requires_grad_(False)
        for name, p in self.named_parameters():
            if name.endswith('neck.bias'):
                p.requires_grad = True
"""),
    "initialisation loops": torch_model("""
class Net(nn.Module):
    def __init__(self, zero=True):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero:
            nn.init.zeros_(self.bn.weight)
        self.apply(self._init)
    def _init(self, m):
        if isinstance(m, nn.Conv2d):
            m.weight.data.normal_(0.0, 0.02)
"""),
    "conditions": torch_model("""
class Net(nn.Module):
    def __init__(self, kind='gru', bias=None, extra=()):
        super().__init__()
        if kind == 'lstm':
            self.rnn = nn.LSTM(3, 4)
        elif kind in ('gru', 'GRU'):
            self.rnn = nn.GRU(3, 4, num_layers=2, bidirectional=True)
        else:
            raise ValueError(kind)
        bias = bias if bias is not None else True
        self.out = nn.Linear(8 if self.rnn.bidirectional else 4, 2, bias=bias and not extra)
        self.norm = nn.LayerNorm(2) if extra else nn.Identity()
        assert isinstance(self.out, nn.Linear), 'linear'
        try:
            self.tail = nn.Linear(1, 1)
        except ImportError:
            self.tail = None
        with torch.no_grad():
            self.out.weight.fill_(0)
"""),
    "partial and classes as arguments": torch_model("""
class Block(nn.Module):
    expansion = 2
    def __init__(self, n, norm_layer=None, act=nn.ReLU):
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        self.conv = nn.Conv2d(n, n * self.expansion, 1, bias=False)
        self.norm = norm_layer(n * self.expansion)
        self.act = act()
class Net(nn.Module):
    def __init__(self, block=Block, norm_layer=None):
        super().__init__()
        if norm_layer is None:
            norm_layer = partial(nn.GroupNorm, 2, eps=1e-3)
        self.a = block(4, norm_layer)
        self.b = block(n=2, act=nn.PReLU)
        self.c = nn.Linear(block.expansion, 1)
        make = lambda k: nn.Linear(k, k)
        self.d = make(3)
"""),
    "configuration object": torch_model(
        """
from dataclasses import dataclass
@dataclass
class Config:
    width: int = 8
    heads: int = 2
    layers: int = 2
    bias: bool = False
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        assert config.width % config.heads == 0
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=config.bias)
        self.register_buffer('mask', torch.tril(torch.ones(4, 4)).view(1, 1, 4, 4))
class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.h = nn.ModuleDict(dict(wte=nn.Embedding(5, config.width),
            blocks=nn.ModuleList([Attention(config) for _ in range(config.layers)])))
        self.lm_head = nn.Linear(config.width, 5, bias=False)
        self.h.wte.weight = self.lm_head.weight
""",
        "Net(Config(layers=3))",
    ),
    "table of layers": torch_model(
        """
cfgs = {'A': [4, 'M', 8], 'B': [4, 4, 'M']}
def make_layers(cfg, batch_norm=False):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == 'M':
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            else:
                layers += [conv2d, nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)
class Net(nn.Module):
    def __init__(self, features, num_classes=10):
        super().__init__()
        self.features = features
        self.classifier = nn.Sequential(nn.Linear(8 * 7 * 7, 16), nn.ReLU(True), nn.Linear(16, num_classes))
def build(key='A', **kwargs):
    return Net(make_layers(cfgs[key], batch_norm=True), **kwargs)
""",
        "build('A', num_classes=3)",
    ),
    "transformer": torch_model("""
class Net(nn.Module):
    def __init__(self, d=8, heads=2, layers=2):
        super().__init__()
        layer = nn.TransformerEncoderLayer(d_model=d, nhead=heads, dim_feedforward=d * 4, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=layers, norm=nn.LayerNorm(d))
        self.cls = nn.Parameter(torch.zeros(1, 1, d))
        self.pos = nn.Parameter(torch.zeros(1, 17, d) * math.sqrt(d))
        self.attn = nn.MultiheadAttention(d, heads, kdim=4, vdim=4)
"""),
    "plain containers": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(1, 1), nn.Linear(2, 2)]
        self.table = {'a': nn.Linear(3, 3), 'p': nn.Parameter(torch.zeros(1))}
        self.pair = (nn.Linear(1, 1), 3)
        self.x = self.register_buffer('y', torch.zeros(2))
"""),
    "types": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2).half()
        self.b = nn.BatchNorm1d(2).double()
        self.c = nn.Linear(2, 2, dtype=torch.bfloat16)
        self.register_buffer('d', torch.zeros(2).long())
        self.register_buffer('e', torch.ones(2, 2, dtype=torch.bool))
        self.f = nn.Parameter(torch.zeros(3).to(torch.float64))
"""),
    "stateless in doubt": torch_model("""
import random
class Net(nn.Module):
    def __init__(self, rate=random.random(), depth: int = 3):
        super().__init__()
        self.rate = rate
        if rate > 0:
            self.drop = nn.Dropout(rate)
            self.flag = 3
        else:
            self.drop = nn.Identity()
        rates = [x.item() for x in torch.linspace(0, rate, depth)]
        self.blocks = nn.ModuleList([nn.Sequential(nn.Dropout(r), nn.Linear(1, 1)) for r in rates])
        self.act = nn.ReLU() if rate > 0.5 else nn.Identity()
"""),
    "nested definitions": torch_model("""
class Net(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        def make(k, scale=n):
            return nn.Linear(k, k * scale)
        class Inner(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = nn.Parameter(torch.zeros(n))
        self.a = make(3)
        self.b = nn.Sequential(*(make(i, 1) for i in range(1, 3)))
        self.c = Inner()
        total = sum(len(list(p.shape)) for p in self.parameters())
        self.register_buffer('d', torch.zeros(total))
"""),
    "subclass of a layer": torch_model("""
class Scaled(nn.Linear):
    def __init__(self, a, b):
        super().__init__(a, b, bias=False)
        self.scale = nn.Parameter(torch.ones(b))
class Plain(nn.Conv2d):
    pass
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Scaled(2, 3)
        self.b = Plain(1, 2, 3)
        self.c = nn.Linear(self.a.out_features, self.b.out_channels)
"""),
    "comprehension over a dictionary": torch_model("""
SIZES = dict(small=2, big=3)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({name: nn.Linear(size, 1) for name, size in SIZES.items() if size > 1})
        first, *rest = [nn.Linear(i, i) for i in range(1, 4)]
        self.first, (self.second, self.third) = first, rest
        self.fourth = self.fifth = nn.Linear(1, 5)
"""),
    "constructed twice": torch_model("""
class A(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)
class B(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = nn.Linear(2, 2)
class Net(A, B):
    def __init__(self):
        A.__init__(self)
        B.__init__(self)
        self.c = nn.ParameterDict({'z': nn.Parameter(torch.zeros(1)), 'a': torch.zeros(2)})
        self.d = nn.ParameterDict(OrderedDict(z=torch.zeros(1), a=torch.zeros(2)))
"""),
    "copies": torch_model("""
import copy
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(2, 2)
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])
        self.same = nn.ModuleList([layer] * 2)
"""),
}

MINDSPORE = {
    "mission": cell(
        """
class ConvBN(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)
    def construct(self, x):
        return self.bn(self.conv(x))
class MyNet(nn.Cell):
    def __init__(self):
        super(MyNet, self).__init__()
        self.build_block = nn.SequentialCell(ConvBN(), nn.ReLU())
    def construct(self, x):
        return self.build_block(x)
""",
        "MyNet()",
    ),
    "parameters": cell("""
class Net(nn.Cell):
    def __init__(self, n=3):
        super().__init__()
        self.a = Parameter(Tensor(np.ones((n, 2)), ms.float32), name='a')
        self.b = Parameter(initializer('zeros', (n, n), ms.float32), name='b', requires_grad=False)
        self.c = Parameter(initializer(One(), [2, n]))
        self.d = Parameter(Tensor([1.0, 2.0, 3.0]))
        self.e = Parameter(Tensor(np.zeros((2, 2)).astype(np.float32)), 'e')
        self.f = ms.Parameter(ms.ops.zeros((2, 3), ms.float16))
        self.plain = Tensor([1, 2])
"""),
    "buffers": cell("""
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer('mean', Tensor(np.zeros(3), ms.float32))
        self.register_buffer('cache', Tensor([1, 2], ms.int32), persistent=False)
        self.register_buffer('none', None)
        self.w = Parameter(Tensor(np.zeros(3), ms.float32))
"""),
    "containers": cell("""
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.CellList([nn.Dense(i, i + 1) for i in range(1, 3)])
        self.a.append(nn.Dense(3, 4))
        self.b = nn.SequentialCell([nn.Conv2d(1, 2, 3), nn.ReLU()])
        self.c = nn.SequentialCell(OrderedDict([('x', nn.Dense(1, 1)), ('y', nn.ReLU())]))
        self.d = nn.SequentialCell(*[nn.Dense(2, 2, has_bias=False) for _ in range(2)])
        self.e = nn.CellDict({'p': nn.Dense(1, 2)})
        self.f = [nn.Dense(9, 9)]
        self.insert_child_to_cell('g', nn.Dense(2, 1))
        self.b.append(nn.Dense(5, 5))
"""),
    "parameter tuple": cell("""
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.ps = ParameterTuple([Parameter(Tensor(np.zeros(i + 1), ms.float32), name=f'p{i}') for i in range(3)])
        self.fc = nn.Dense(1, 1)
"""),
    "freezing": cell("""
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(2, 2)
        self.b = nn.Dense(2, 2)
        for p in self.a.get_parameters():
            p.requires_grad = False
        for p in self.b.trainable_params():
            if p.requires_grad:
                p.requires_grad = False
"""),
    "residual network": cell("""
def conv3x3(a, b, stride=1):
    return nn.Conv2d(a, b, 3, stride, 'pad', 1)
class Block(nn.Cell):
    expansion = 1
    def __init__(self, a, b, stride=1, down=None):
        super().__init__()
        self.conv1 = conv3x3(a, b, stride)
        self.bn1 = nn.BatchNorm2d(b)
        self.conv2 = conv3x3(b, b)
        self.bn2 = nn.BatchNorm2d(b)
        self.relu = nn.ReLU()
        self.down_sample = down
class Net(nn.Cell):
    def __init__(self, block=Block, layers=(1, 2), classes=3):
        super().__init__()
        self.inplanes = 4
        self.conv = nn.Conv2d(3, 4, 7, 2, 'pad', 3, has_bias=True)
        self.layer1 = self.make_layer(block, 4, layers[0])
        self.layer2 = self.make_layer(block, 8, layers[1], stride=2)
        self.fc = nn.Dense(8 * block.expansion, classes)
    def make_layer(self, block, planes, n, stride=1):
        down = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            down = nn.SequentialCell([nn.Conv2d(self.inplanes, planes, 1, stride), nn.BatchNorm2d(planes)])
        layers = [block(self.inplanes, planes, stride, down)]
        self.inplanes = planes
        for _ in range(1, n):
            layers.append(block(planes, planes))
        return nn.SequentialCell(layers)
"""),
    "sharing and layers": cell("""
from mindspore import mint
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(5, 4)
        self.bn = mint.nn.BatchNorm1d(4)
        self.ln = nn.LayerNorm((4,))
        self.lstm = nn.LSTM(4, 3, num_layers=2, bidirectional=True)
        self.fc = mint.nn.Linear(4, 2, bias=False)
        self.again = self.fc
        self.bn3 = nn.BatchNorm3d(2)
"""),
    "network inside a library wrapper": cell("""
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.WithLossCell(nn.Dense(1, 1), nn.MSELoss())
        self.b = nn.Dense(2, 2)
"""),
}

RESNET = torch_model(
    '''
from typing import Any, Callable, List, Optional, Type, Union
def conv3x3(in_planes: int, out_planes: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Conv2d:
    """3x3 convolution with padding"""
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=dilation, groups=groups, bias=False)
class BasicBlock(nn.Module):
    expansion: int = 1
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: Optional[nn.Module] = None,
                 norm_layer: Optional[Callable[..., nn.Module]] = None) -> None:
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm_layer(planes)
        self.downsample = downsample
        self.stride = stride
class Bottleneck(nn.Module):
    expansion: int = 4
    def __init__(self, inplanes, planes, stride=1, downsample=None, norm_layer=None):
        super().__init__()
        norm_layer = norm_layer if norm_layer is not None else nn.BatchNorm2d
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = norm_layer(planes)
        self.conv2 = conv3x3(planes, planes, stride)
        self.bn2 = norm_layer(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, 1, bias=False)
        self.bn3 = norm_layer(planes * self.expansion)
        self.downsample = downsample
class ResNet(nn.Module):
    def __init__(self, block: Type[Union[BasicBlock, Bottleneck]], layers: List[int], num_classes: int = 1000,
                 zero_init_residual: bool = False) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        for index, (planes, count) in enumerate(zip((64, 128, 256, 512), layers), 1):
            setattr(self, f"layer{index}", self._make_layer(block, planes, count, stride=1 if index == 1 else 2))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck) and m.bn3.weight is not None:
                    nn.init.constant_(m.bn3.weight, 0)
    def _make_layer(self, block, planes: int, blocks: int, stride: int = 1) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                                       nn.BatchNorm2d(planes * block.expansion))
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)
def _resnet(block, layers, weights: Optional[str], progress: bool, **kwargs: Any) -> ResNet:
    model = ResNet(block, layers, **kwargs)
    if weights is not None:
        model.load_state_dict(torch.load(weights))
    return model
def resnet18(*, weights: Optional[str] = None, progress: bool = True, **kwargs: Any) -> ResNet:
    return _resnet(BasicBlock, [2, 2, 2, 2], weights, progress, **kwargs)
def resnet50(*, weights=None, progress=True, **kwargs) -> ResNet:
    return _resnet(Bottleneck, [3, 4, 6, 3], weights, progress, **kwargs)
''',
    "resnet18()",
)

UNKNOWN = {
    # the expression of each gives the real model when it is run; our evaluator must not be able to tell
    "condition from the environment": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 2)
        if os.environ.get('NO_SUCH_VARIABLE'):
            self.b = nn.Linear(2, 2)
        else:
            self.c = nn.Linear(3, 3)
        self.d = nn.Linear(4, 4)
"""),
    "size from the environment": torch_model("""
import os
class Net(nn.Module):
    def __init__(self, n=int(os.environ.get('NO_SUCH_VARIABLE', '3'))):
        super().__init__()
        self.a = nn.Linear(n, 2)
        self.n = n
        self.b = nn.Linear(2, 2)
"""),
    "number of layers from outside": torch_model("""
import random
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(1, 1) for _ in range(random.randint(1, 3))])
        self.b = nn.Linear(1, 1)
"""),
    "early return": torch_model("""
import time
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        if time.time() > 0:
            return
        self.b = nn.Linear(2, 2)
"""),
    "unknown function keeps the module": torch_model("""
import types
def patch(f):
    return f
register = types.FunctionType(patch.__code__, globals())
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        register(self)
        getattr(types, 'SimpleNamespace')(x=self)
"""),
    "weight norm of an unknown dimension": torch_model("""
import random
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.utils.weight_norm(nn.Linear(2, 3), dim=random.choice([0, 1]))
        self.b = nn.Linear(1, 1)
"""),
    "parametrization that goes back": torch_model("""
class Rank(nn.Module):
    def forward(self, x, y):
        return x @ y
    def right_inverse(self, a):
        return a[:, :1], a[:1, :]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        nn.utils.parametrize.register_parametrization(self.a, "weight", Rank(), unsafe=True)
        self.b = nn.Linear(1, 1)
"""),
    "loop that changes what is known": torch_model("""
import random
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        n = 1
        for _ in range(random.randint(2, 2)):
            n = n * 2
        self.a = nn.Linear(n, 3)
        self.b = nn.Linear(3, 3)
"""),
    "name from outside": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        self.register_buffer(os.environ.get('NO_SUCH_VARIABLE', 'x'), torch.zeros(2))
        setattr(self, os.environ.get('NO_SUCH_VARIABLE', 'y'), nn.Linear(2, 2))
"""),
    "freezing in doubt": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        if not os.environ.get('NO_SUCH_VARIABLE'):
            self.a.weight.requires_grad = True
"""),
    "base from another package": torch_model("""
import collections
Base = type('Base', (nn.Module,), {})
class Net(Base, nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
"""),
    "persistence from outside": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('a', torch.zeros(2), persistent=not os.environ.get('NO_SUCH_VARIABLE'))
        self.b = nn.Linear(1, 1)
"""),
    "list grown in doubt": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Linear(1, 1)]
        if os.environ.get('NO_SUCH_VARIABLE') is None:
            layers.append(nn.Linear(2, 2))
        self.a = nn.Sequential(*layers)
        self.b = nn.Linear(3, 3)
"""),
    "container in doubt": torch_model("""
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        if os.environ.get('NO_SUCH_VARIABLE') is None:
            self.a = nn.ModuleList()
            for i in range(2):
                self.a.append(nn.Linear(1, 1))
        self.b = nn.Linear(3, 3)
"""),
    "container under an unknown name": torch_model("""
import random
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.Sequential(nn.ReLU())])
        self.a[random.randint(0, 0)].append(nn.Linear(1, 1))
        self.b = nn.Linear(3, 3)
"""),
    "item replaced under an unknown name": torch_model("""
import random
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.ReLU(), nn.ReLU()])
        self.a[random.randint(0, 1)] = nn.PReLU()
        self.b = nn.Linear(3, 3)
"""),
    "global list that changes": torch_model("""
SIZES = [1]
def more():
    SIZES.append(2)
more()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(n, n) for n in SIZES])
        self.b = nn.Linear(1, 1)
"""),
    "lazy": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.LazyLinear(3)
        self.b = nn.LazyBatchNorm1d()
"""),
    "buffer from a computation": torch_model("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('a', torch.fft.fftfreq(8).cumsum(0)[::2])
        self.b = nn.Linear(1, 1)
"""),
    "cell in doubt": cell("""
import os
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(1, 1)
        if os.environ.get('NO_SUCH_VARIABLE') is None:
            self.b = nn.Dense(2, 2)
"""),
}
