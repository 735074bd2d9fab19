"""What containers, built-in functions and the standard library do with tensors, layers and functions."""

from __future__ import annotations

import pytest

from tests.support import denotes, denotes_nothing, use

TORCH = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
MINDSPORE = "import mindspore as ms\nfrom mindspore import nn, ops, mint, Tensor\n"

TENSOR = {
    "dict display": "d = {'a': torch.zeros(3), 'b': 1}\nd['a'].vi$0ew(1)",
    "dict call": "d = dict(a=torch.zeros(3), b=1)\nd['a'].vi$0ew(1)",
    "dict values": "for v in {'a': torch.zeros(3)}.values():\n    v.vi$0ew(1)",
    "dict items": "for k, v in {'a': torch.zeros(3), 'b': torch.ones(2)}.items():\n    v.vi$0ew(1)",
    "dict get": "{'a': torch.zeros(3)}.get('a').vi$0ew(1)",
    "dict get with default": "d = {k: torch.zeros(3) for k in 'ab'}\nd.get('a', torch.ones(3)).vi$0ew(1)",
    "dict pop": "d = {'a': torch.zeros(3)}\nd.pop('a').vi$0ew(1)",
    "dict merged": "d = {**{'a': torch.zeros(3)}, 'b': 1}\nd['a'].vi$0ew(1)",
    "dict comprehension": "{k: torch.zeros(3) for k in range(3)}[0].vi$0ew(1)",
    "dict filled": "d = {}\nd['a'] = torch.zeros(3)\nd['a'].vi$0ew(1)",
    "dict updated": "d = {}\nd.update(a=torch.zeros(3))\nd['a'].vi$0ew(1)",
    "dict filled in a loop": "d = {}\nfor k in range(3):\n    d[k] = torch.zeros(3)\nd[1].vi$0ew(1)",
    "defaultdict of lists": (
        "from collections import defaultdict\nd = defaultdict(list)\nfor k in range(3):\n"
        "    d[k].append(torch.zeros(3))\nd[1][0].vi$0ew(1)"
    ),
    "list": "[torch.zeros(3)][0].vi$0ew(1)",
    "list appended": "xs = []\nxs.append(torch.zeros(3))\nxs[0].vi$0ew(1)",
    "list appended in a loop": "xs = []\nfor i in range(3):\n    xs.append(torch.zeros(3))\nxs[-1].vi$0ew(1)",
    "list extended": "xs = []\nxs.extend([torch.zeros(3)])\nxs[0].vi$0ew(1)",
    "list added to": "xs = []\nxs += [torch.zeros(3)]\nxs[0].vi$0ew(1)",
    "list of an attribute": (
        "class A(nn.Module):\n    def __init__(self):\n        self.xs = []\n    def f(self):\n"
        "        self.xs.append(torch.zeros(3))\n        self.xs[0].vi$0ew(1)"
    ),
    "list times": "xs = [torch.zeros(3)] * 4\nxs[2].vi$0ew(1)",
    "lists added": "(  [1] + [torch.zeros(3)])[1].vi$0ew(1)",
    "starred display": "xs = [torch.zeros(3), torch.ones(3)]\n[*xs, 1][1].vi$0ew(1)",
    "slice": "xs = [1, torch.zeros(3), torch.ones(3)]\nxs[1:][0].vi$0ew(1)",
    "slice of a repeated": "xs = [torch.zeros(3) for _ in range(3)]\nfor x in xs[1:]:\n    x.vi$0ew(1)",
    "tuple": "t = (1, (2, torch.zeros(3)))\nt[1][1].vi$0ew(1)",
    "set": "for x in {torch.zeros(3)}:\n    x.vi$0ew(1)",
    "sorted": "sorted([torch.zeros(3)], key=len)[0].vi$0ew(1)",
    "reversed": "for x in reversed([torch.zeros(3)]):\n    x.vi$0ew(1)",
    "enumerate": "for i, x in enumerate([torch.zeros(3)]):\n    x.vi$0ew(1)",
    "zip": "for a, b in zip([1, 2], [torch.zeros(3)]):\n    b.vi$0ew(1)",
    "zip star": "a, b = zip(*[(1, torch.zeros(3))])\nb[0].vi$0ew(1)",
    "map": "for x in map(torch.abs, [torch.zeros(3)]):\n    x.vi$0ew(1)",
    "map of a lambda": "a, b = map(lambda q: torch.zeros(q), [1, 2])\nb.vi$0ew(1)",
    "filter": "for x in filter(None, [torch.zeros(3)]):\n    x.vi$0ew(1)",
    "next": "next(iter([torch.zeros(3)])).vi$0ew(1)",
    "next parameter": "next(nn.Linear(1, 2).parameters()).vi$0ew(1)",
    "max of two": "max(torch.zeros(3), torch.ones(3)).vi$0ew(1)",
    "sum": "sum([torch.zeros(3)]).vi$0ew(1)",
    "abs": "abs(torch.zeros(3)).vi$0ew(1)",
    "unary": "(-torch.zeros(3)).vi$0ew(1)",
    "matmul": "(torch.zeros(3, 3) @ torch.zeros(3)).vi$0ew(1)",
    "right operand": "(1.0 / torch.zeros(3)).vi$0ew(1)",
    "comparison": "(torch.zeros(3) > 0).vi$0ew(1)",
    "augmented": "x = torch.zeros(3)\nx *= 2\nx.vi$0ew(1)",
    "number times tensor": "x = 1\nx = x * torch.zeros(3)\nx.vi$0ew(1)",
    "conditional": "import sys\n(torch.zeros(3) if sys else torch.ones(3)).vi$0ew(1)",
    "or": "(None or torch.zeros(3)).vi$0ew(1)",
    "named result": "torch.max(torch.zeros(3, 3), 1).values.vi$0ew(1)",
    "named result of a method": "torch.zeros(3).topk(2).indices.vi$0ew(1)",
    "partial of a function": "import functools\nf = functools.partial(torch.zeros, 3)\nf().vi$0ew(1)",
    "reduce": "from functools import reduce\nreduce(torch.add, [torch.zeros(3)]).vi$0ew(1)",
    "operator": "import operator\noperator.add(torch.zeros(3), 1).vi$0ew(1)",
    "chain": "import itertools\nfor x in itertools.chain([torch.zeros(3)], [torch.ones(3)]):\n    x.vi$0ew(1)",
    "chain from iterable": (
        "from itertools import chain\nfor x in chain.from_iterable([[torch.zeros(3)]]):\n    x.vi$0ew(1)"
    ),
    "zip longest": "import itertools\nfor a, b in itertools.zip_longest([1], [torch.zeros(3)]):\n    b.vi$0ew(1)",
    "product": "import itertools\nfor a, b in itertools.product([1], [torch.zeros(3)]):\n    b.vi$0ew(1)",
    "deepcopy": "import copy\ncopy.deepcopy(torch.zeros(3)).vi$0ew(1)",
    "ordered dict": "from collections import OrderedDict\nOrderedDict([('a', torch.zeros(3))])['a'].vi$0ew(1)",
    "deque": "from collections import deque\nd = deque([torch.zeros(3)])\nd.popleft().vi$0ew(1)",
    "namedtuple": "from collections import namedtuple\nP = namedtuple('P', 'a b')\nP(1, b=torch.zeros(3)).b.vi$0ew(1)",
    "namedtuple unpacked": (
        "from collections import namedtuple\nP = namedtuple('P', ['a', 'b'])\na, b = P(1, torch.zeros(3))\nb.vi$0ew(1)"
    ),
    "NamedTuple": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    a: int\n    b: torch.Tensor\n"
        "def f(p: P):\n    p.b.vi$0ew(1)"
    ),
    "NamedTuple unpacked": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    a: int\n    b: torch.Tensor\n"
        "def f(p: P):\n    a, b = p\n    b.vi$0ew(1)"
    ),
    "cast": "from typing import cast\ndef f(x):\n    cast(torch.Tensor, x).vi$0ew(1)",
    "getattr with a default": "getattr(nn.Linear(1, 2), 'weight', None).vi$0ew(1)",
    "lambda": "f = lambda: torch.zeros(3)\nf().vi$0ew(1)",
    "generator expression": "next(torch.zeros(i) for i in range(3)).vi$0ew(1)",
    "generator function": "def f():\n    yield torch.zeros(3)\nfor x in f():\n    x.vi$0ew(1)",
    "generator of pairs": "def f():\n    yield 1, torch.zeros(3)\nfor a, b in f():\n    b.vi$0ew(1)",
    "iterator of the user": (
        "class A:\n    def __iter__(self):\n        yield torch.zeros(3)\nfor x in A():\n    x.vi$0ew(1)"
    ),
    "item of the user": "class A:\n    def __getitem__(self, i):\n        return torch.zeros(3)\nA()[0].vi$0ew(1)",
    "called object": "class A:\n    def __call__(self):\n        return torch.zeros(3)\nA()().vi$0ew(1)",
    "optimizer groups": (
        "o = torch.optim.SGD([], lr=1)\nfor g in o.param_groups:\n    for p in g['params']:\n        p.grad.vi$0ew(1)"
    ),
    "state dict": "for k, v in nn.Linear(1, 2).state_dict().items():\n    v.vi$0ew(1)",
    "data loader": "for x in torch.utils.data.DataLoader(unknown):\n    x.vi$0ew(1)",
    "batches of a data set": (
        "class D(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n        return torch.zeros(3), i\n"
        "for x, y in torch.utils.data.DataLoader(D()):\n    y.vi$0ew(1)"
    ),
    "batches of dicts": (
        "class D(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n        return {'x': torch.zeros(3)}\n"
        "for batch in torch.utils.data.DataLoader(D()):\n    batch['x'].vi$0ew(1)"
    ),
    "tensor data set": (
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "for i, (x, y) in enumerate(DataLoader(TensorDataset(torch.zeros(3), torch.zeros(3)))):\n    y.vi$0ew(1)"
    ),
    "parts of a data set": (
        "from torch.utils.data import DataLoader, TensorDataset, random_split\n"
        "a, b = random_split(TensorDataset(torch.zeros(3), torch.zeros(3)), [1, 2])\n"
        "x, y = next(iter(DataLoader(b)))\ny.vi$0ew(1)"
    ),
    "collate function": (
        "def c(xs):\n    return {'q': torch.stack(xs)}\n"
        "for b in torch.utils.data.DataLoader(unknown, collate_fn=c):\n    b['q'].vi$0ew(1)"
    ),
    "autograd function": (
        "class Fn(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        return torch.zeros(3)\n"
        "Fn.apply(1).vi$0ew(1)"
    ),
    "autograd grad": "torch.autograd.grad(1, 2)[0].vi$0ew(1)",
    "vmap": "torch.vmap(torch.abs)(1).vi$0ew(1)",
    "compile": "def f():\n    return torch.zeros(3)\ntorch.compile(f)().vi$0ew(1)",
    "script": "torch.jit.script(nn.Linear(1, 2)).weight.vi$0ew(1)",
    "func grad": "torch.func.grad(lambda x: x)(1).vi$0ew(1)",
    "checkpoint": "torch.utils.checkpoint.checkpoint(nn.Linear(1, 2), 1).vi$0ew(1)",
    "called Sequential": "nn.Sequential(nn.Linear(1, 2), nn.ReLU())(1).vi$0ew(1)",
    "LSTM at the end": "nn.Sequential(nn.Linear(1, 2), nn.LSTM(2, 2))(1)[1][0].vi$0ew(1)",
    "data parallel": "nn.DataParallel(nn.Linear(1, 2)).module.weight.vi$0ew(1)",
    "nonzero as a tuple": "torch.zeros(3).nonzero(as_tuple=True)[0].vi$0ew(1)",
    "unique with counts": "a, b = torch.unique(torch.zeros(3), return_counts=True)\nb.vi$0ew(1)",
    "unique": "torch.unique(torch.zeros(3)).vi$0ew(1)",
    "annotation List": "from typing import List\ndef f(xs: List[torch.Tensor]):\n    xs[0].vi$0ew(1)",
    "annotation Dict": "from typing import Dict\ndef f(d: Dict[str, torch.Tensor]):\n    d['a'].vi$0ew(1)",
    "annotation dict": "def f(d: dict[str, torch.Tensor]):\n    for v in d.values():\n        v.vi$0ew(1)",
    "annotation nested": (
        "from typing import Dict, List\ndef f(d: Dict[str, List[torch.Tensor]]):\n    d['a'][0].vi$0ew(1)"
    ),
    "annotation Callable": (
        "from typing import Callable\ndef f(g: Callable[[int], torch.Tensor]):\n    g(1).vi$0ew(1)"
    ),
    "annotation module of typing": "import typing as T\ndef f(x: T.Optional[torch.Tensor]):\n    x.vi$0ew(1)",
    "annotation in quotes with brackets": "def f(xs: 'List[torch.Tensor]'):\n    xs[0].vi$0ew(1)",
    "annotation in quotes with a bar": "def f(x: 'torch.Tensor | None'):\n    x.vi$0ew(1)",
    "annotation inside quotes inside": "from typing import List\ndef f(xs: List['torch.Tensor']):\n    xs[0].vi$0ew(1)",
    "annotation alias": (
        "from typing import Tuple\nPair = Tuple[torch.Tensor, torch.Tensor]\ndef f(p: Pair):\n    p[0].vi$0ew(1)"
    ),
    "annotation alias of an option": (
        "from typing import Optional\nMaybe = Optional[torch.Tensor]\ndef f(x: Maybe):\n    x.vi$0ew(1)"
    ),
    "annotation alias with a bar": "Maybe = torch.Tensor | None\ndef f(x: Maybe):\n    x.vi$0ew(1)",
    "annotation TypeVar": (
        "from typing import TypeVar\nT = TypeVar('T', bound=torch.Tensor)\ndef f(x: T):\n    x.vi$0ew(1)"
    ),
    "annotation of another dtype": "def f(x: torch.LongTensor):\n    x.vi$0ew(1)",
    "annotation jaxtyping": (
        "from jaxtyping import Float\nfrom torch import Tensor\ndef f(x: Float[Tensor, 'b c']):\n    x.vi$0ew(1)"
    ),
    "annotation Iterator": "from typing import Iterator\ndef f(xs: Iterator[torch.Tensor]):\n    next(xs).vi$0ew(1)",
    "annotation of a generator": (
        "from typing import Iterator\ndef f() -> Iterator[torch.Tensor]:\n    yield 1\nfor x in f():\n    x.vi$0ew(1)"
    ),
    "annotation Annotated": "from typing import Annotated\ndef f(x: Annotated[torch.Tensor, 1]):\n    x.vi$0ew(1)",
    "annotated return of a tuple": (
        "from typing import Tuple\ndef f() -> Tuple[int, torch.Tensor]: ...\na, b = f()\nb.vi$0ew(1)"
    ),
}


@pytest.mark.parametrize("name", TENSOR)
def test_is_a_tensor(name: str) -> None:
    found = use(TORCH + TENSOR[name])
    assert found is not None
    assert found.symbol == "torch.Tensor.view"


MEMBERS = {
    "item of a Sequential of starred layers": (
        "layers = [nn.Linear(1, 2)]\nlayers.append(nn.BatchNorm1d(2))\ns = nn.Sequential(*layers)\ns[1].running_v$0ar",
        "torch.nn.BatchNorm1d.running_var",
    ),
    "last item": ("nn.Sequential(nn.ReLU(), nn.Linear(1, 2))[-1].bi$0as", "torch.nn.Linear.bias"),
    "slice of a Sequential": ("nn.Sequential(nn.ReLU(), nn.Linear(1, 2))[1:][0].bi$0as", "torch.nn.Linear.bias"),
    "nested": ("nn.Sequential(nn.Sequential(nn.ReLU(), nn.Linear(1, 2)))[0][1].bi$0as", "torch.nn.Linear.bias"),
    "ordered dict in a Sequential": (
        "from collections import OrderedDict\ns = nn.Sequential(OrderedDict([('a', nn.Linear(1, 2))]))\ns[0].bi$0as",
        "torch.nn.Linear.bias",
    ),
    "Sequential of a name": ("l = nn.Linear(1, 2)\nnn.Sequential(l)[0].bi$0as", "torch.nn.Linear.bias"),
    "loop over a ModuleList": (
        "for m in nn.ModuleList([nn.Linear(1, 2) for _ in range(3)]):\n    m.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "ModuleList appended to": (
        "class A(nn.Module):\n    def __init__(self):\n        self.ls = nn.ModuleList()\n        for i in range(3):\n"
        "            self.ls.append(nn.Linear(1, 2))\n    def forward(self, x):\n        self.ls[0].bi$0as",
        "torch.nn.Linear.bias",
    ),
    "enumerated ModuleList": (
        "class A(nn.Module):\n    def __init__(self):\n        self.ls = nn.ModuleList([nn.Linear(1, 2)])\n"
        "    def forward(self, x):\n        for i, l in enumerate(self.ls):\n            l.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "zip of ModuleLists": (
        "a = nn.ModuleList([nn.Linear(1, 2)])\nfor x, y in zip(a, nn.ModuleList([nn.BatchNorm1d(2)])):\n"
        "    y.running_v$0ar",
        "torch.nn.BatchNorm1d.running_var",
    ),
    "ModuleDict": ("nn.ModuleDict({'a': nn.Linear(1, 2)})['a'].bi$0as", "torch.nn.Linear.bias"),
    "items of a ModuleDict": (
        "for k, v in nn.ModuleDict({'a': nn.Linear(1, 2)}).items():\n    v.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "loop with a progress bar": (
        "from tqdm import tqdm\nfor m in tqdm(nn.ModuleList([nn.Linear(1, 2)]), desc='layers'):\n    m.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "loop with a bar that has a name": (
        "import tqdm.auto\nbar = tqdm.auto.tqdm(enumerate([nn.Linear(1, 2)]))\nfor i, m in bar:\n    m.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "attribute of a ModuleDict": ("nn.ModuleDict(dict(a=nn.Linear(1, 2))).a.bi$0as", "torch.nn.Linear.bias"),
    "attribute of a ModuleDict that one of its own hides": (
        "nn.ModuleDict({'keys': nn.Linear(1, 2)}).ke$0ys",
        "torch.nn.ModuleDict.keys",
    ),
    "attribute of a Sequential with names": (
        "from collections import OrderedDict\ns = nn.Sequential(OrderedDict([('a', nn.Linear(1, 2))]))\ns.a.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "filled ModuleDict": (
        "d = nn.ModuleDict()\nfor k in 'ab':\n    d[k] = nn.Linear(1, 2)\nd['a'].bi$0as",
        "torch.nn.Linear.bias",
    ),
    "ModuleList of unknown length": (
        "def f(xs):\n    for m in nn.ModuleList(xs):\n        m.par$0ameters",
        "torch.nn.Module.parameters",
    ),
    "partial of a class": (
        "from functools import partial\nnorm = partial(nn.BatchNorm2d, eps=1e-3)\nnorm(3).running_v$0ar",
        "torch.nn.BatchNorm2d.running_var",
    ),
    "type of an object": ("l = nn.Linear(1, 2)\ntype(l)(1, 2).bi$0as", "torch.nn.Linear.bias"),
    "type of self": (
        "class A(nn.Module):\n    def copy(self):\n        return type(self)()\n    def f(self):\n"
        "        self.copy().par$0ameters",
        "torch.nn.Module.parameters",
    ),
    "Type": (
        "from typing import Type\ndef f(c: Type[nn.Module]):\n    c(1).par$0ameters",
        "torch.nn.Module.parameters",
    ),
    "type in lower case": ("def f(c: type[nn.Module]):\n    c(1).par$0ameters", "torch.nn.Module.parameters"),
    "Callable that makes a layer": (
        "from typing import Callable\ndef f(c: Callable[..., nn.Module]):\n    c(1).par$0ameters",
        "torch.nn.Module.parameters",
    ),
    "default of a Callable": (
        "from typing import Callable\ndef f(norm: Callable[..., nn.Module] = nn.BatchNorm2d):\n"
        "    norm(3).running_v$0ar",
        "torch.nn.BatchNorm2d.running_var",
    ),
    "Callable that is None at first": (
        "from typing import Callable, Optional\ndef f(norm: Optional[Callable[..., nn.Module]] = None):\n"
        "    if norm is None:\n        norm = nn.BatchNorm2d\n    norm(3).running_v$0ar",
        "torch.nn.BatchNorm2d.running_var",
    ),
    "deepcopy of a layer": ("import copy\ncopy.deepcopy(nn.Linear(1, 2)).bi$0as", "torch.nn.Linear.bias"),
    "dict of classes": ("{'bn': nn.BatchNorm2d}['bn'](3).running_v$0ar", "torch.nn.BatchNorm2d.running_var"),
    "size unpacked": ("a, b = torch.zeros(3, 3).shape\nx = a * torch.zeros(3)\nx.vi$0ew", "torch.Tensor.view"),
    "device of a tensor": ("torch.zeros(3).device.ty$0pe", "torch.device.type"),
    "children of a Sequential": (
        "for m in nn.Sequential(nn.Linear(1, 2)).children():\n    m.bi$0as",
        "torch.nn.Linear.bias",
    ),
    "saved tensors": (
        "class Fn(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return x\n"
        "def f(ctx: torch.autograd.Function):\n    a, = ctx.saved_tensors\n    a.vi$0ew",
        "torch.Tensor.view",
    ),
    "scheduler": (
        "o = torch.optim.SGD([], lr=1)\ns = torch.optim.lr_scheduler.StepLR(o, 1)\ns.get_last_l$0r",
        "torch.optim.lr_scheduler.LRScheduler.get_last_lr",
    ),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_is_the_member(name: str) -> None:
    text, symbol = MEMBERS[name]
    found = use(TORCH + text)
    assert found is not None
    assert found.symbol == symbol


MINDSPORE_MEMBERS = {
    "item of a SequentialCell": ("nn.SequentialCell(nn.ReLU(), nn.Dense(1, 2))[1].bi$0as", "mindspore.nn.Dense.bias"),
    "SequentialCell of a list": (
        "nn.SequentialCell([nn.ReLU(), nn.Dense(1, 2)])[-1].bi$0as",
        "mindspore.nn.Dense.bias",
    ),
    "CellList": ("for c in nn.CellList([nn.Dense(1, 2)]):\n    c.bi$0as", "mindspore.nn.Dense.bias"),
    "CellList appended to": (
        "class A(nn.Cell):\n    def __init__(self):\n        self.ls = nn.CellList()\n        for i in range(3):\n"
        "            self.ls.append(nn.Dense(1, 2))\n    def construct(self, x):\n        self.ls[0].bi$0as",
        "mindspore.nn.Dense.bias",
    ),
    "called SequentialCell": ("nn.SequentialCell(nn.Dense(1, 2))(1).su$0m()", "mindspore.Tensor.sum"),
    "value and grad": (
        "def f(x):\n    return ops.relu(x)\nv, g = ms.value_and_grad(f, None, [])(1)\nv.su$0m()",
        "mindspore.Tensor.sum",
    ),
    "gradients of weights": (
        "def f(x):\n    return ops.relu(x)\nv, gs = ms.value_and_grad(f, None, [])(1)\nfor g in gs:\n    g.su$0m()",
        "mindspore.Tensor.sum",
    ),
    "grad": ("ms.grad(lambda x: x)(1).su$0m()", "mindspore.Tensor.sum"),
    "jit": ("def f(x):\n    return ops.relu(x)\nms.jit(f)(1).su$0m()", "mindspore.Tensor.sum"),
    "primitive": ("ops.ReduceMean()(1).su$0m()", "mindspore.Tensor.sum"),
    "tuple iterator": (
        "d = ms.dataset.GeneratorDataset([], ['a'])\nfor x, y in d.create_tuple_iterator():\n    x.su$0m()",
        "mindspore.Tensor.sum",
    ),
    "dict iterator": (
        "d = ms.dataset.GeneratorDataset([], ['a'])\nfor row in d.batch(3).create_dict_iterator():\n"
        "    row['a'].su$0m()",
        "mindspore.Tensor.sum",
    ),
    "split": ("a, b = ops.split(Tensor([1]), 1)\na.su$0m()", "mindspore.Tensor.sum"),
    "mint": ("v, i = mint.topk(Tensor([1]), 1)\nv.su$0m()", "mindspore.Tensor.sum"),
    "LSTM": ("o, (h, c) = nn.LSTM(1, 2)(1)\nh.su$0m()", "mindspore.Tensor.sum"),
    "trainable parameters": ("nn.Dense(1, 2).trainable_params()[0].su$0m()", "mindspore.Tensor.sum"),
    "parameter dict": ("for k, v in nn.Dense(1, 2).parameters_dict().items():\n    v.su$0m()", "mindspore.Tensor.sum"),
    "annotation": ("from typing import List\ndef f(x: List[ms.Tensor]):\n    x[0].su$0m()", "mindspore.Tensor.sum"),
}


@pytest.mark.parametrize("name", MINDSPORE_MEMBERS)
def test_is_the_member_of_mindspore(name: str) -> None:
    text, symbol = MINDSPORE_MEMBERS[name]
    found = use(MINDSPORE + text)
    assert found is not None
    assert found.symbol == symbol


NOTHING = {
    "dict with another key": "{'a': torch.zeros(3)}['b'].vi$0ew(1)",
    "dict item replaced": "d = {'a': torch.zeros(3)}\nd['a'] = 1\nd['a'].vi$0ew(1)",
    "keys": "for k in {'a': torch.zeros(3)}:\n    k.vi$0ew(1)",
    "list item replaced": "xs = [torch.zeros(3)]\nxs[0] = 1\nxs[0].vi$0ew(1)",
    "list inserted before": "xs = [torch.zeros(3)]\nxs.insert(0, 1)\nxs[0].vi$0ew(1)",
    "not yet appended": "xs = []\nxs[0].vi$0ew(1)\nxs.append(torch.zeros(3))",
    "another item": "[torch.zeros(3), 1][1].vi$0ew(1)",
    "slice": "[torch.zeros(3), 1][1:][0].vi$0ew(1)",
    "text with a tensor in it": "f'{torch.zeros(3)}'.vi$0ew(1)",
    "text formatted with a tensor": "('%s' % torch.zeros(3)).vi$0ew(1)",
    "number": "torch.zeros(3).size(0).vi$0ew(1)",
    "number of a shape": "torch.zeros(3).shape[0].vi$0ew(1)",
    "length": "len(torch.zeros(3)).vi$0ew(1)",
    "tolist": "torch.zeros(3).tolist().vi$0ew(1)",
    "not": "(not torch.zeros(3)).vi$0ew(1)",
    "in": "(1 in torch.zeros(3)).vi$0ew(1)",
    "count of enumerate": "for i, x in enumerate([torch.zeros(3)]):\n    i.vi$0ew(1)",
    "list itself": "[torch.zeros(3)].vi$0ew(1)",
    "dict itself": "{'a': torch.zeros(3)}.vi$0ew(1)",
    "generator itself": "(torch.zeros(3) for _ in range(2)).vi$0ew(1)",
    "partial itself": "from functools import partial\npartial(torch.zeros, 3).vi$0ew(1)",
    "own partial": "def partial(*a): ...\npartial(torch.zeros, 3)().vi$0ew(1)",
    "own dict": "def dict(**k):\n    return 1\ndict(a=torch.zeros(3))['a'].vi$0ew(1)",
    "own deepcopy": "class copy:\n    def deepcopy(x): ...\ncopy.deepcopy(torch.zeros(3)).vi$0ew(1)",
    "field that a plain tuple has not": "(torch.zeros(3), torch.ones(3)).nothing.vi$0ew(1)",
    "empty list": "[][0].vi$0ew(1)",
    "unique with flags that are not known": "def f(c):\n    torch.unique(torch.zeros(3), return_counts=c).vi$0ew(1)",
    "annotation of a list": "from typing import List\ndef f(x: List[torch.Tensor]):\n    x.vi$0ew(1)",
    "annotation of a dict's keys": (
        "from typing import Dict\ndef f(d: Dict[str, torch.Tensor]):\n    next(iter(d)).vi$0ew(1)"
    ),
    "annotation of a function": (
        "from typing import Callable\ndef f(x: Callable[[int], torch.Tensor]):\n    x.vi$0ew(1)"
    ),
    "annotation of a literal": "from typing import Literal\ndef f(x: Literal['torch.Tensor']):\n    x.vi$0ew(1)",
    "annotation of a union": "from typing import Union\ndef f(x: Union[int, nn.Module]):\n    x.vi$0ew(1)",
    "annotation with a shape of something else": (
        "from jaxtyping import Float\ndef f(x: Float[int, 'b c']):\n    x.vi$0ew(1)"
    ),
}

test_is_no_tensor = denotes_nothing(NOTHING, TORCH)


LIKELY = {
    "data loader": "for x in torch.utils.data.DataLoader(unknown):\n    x.vi$0ew(1)",
    "sum that may be empty": "def f(xs: 'list[torch.Tensor]'):\n    sum(xs).vi$0ew(1)",
    "entry that may have been replaced": "def f(k):\n    d = {'a': torch.zeros(3)}\n    d[k] = 1\n    d['a'].vi$0ew(1)",
}

test_is_only_likely = denotes(LIKELY, "likely", TORCH)


def test_long_lists_are_bounded() -> None:
    text = TORCH + "xs = []\n" + "xs.append(torch.zeros(3))\n" * 1000 + "xs[5].vi$0ew(1)"
    found = use(text)
    assert found is not None
    assert found.symbol == "torch.Tensor.view"
    assert found.certainty == "likely"
