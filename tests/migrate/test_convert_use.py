"""Conversions of one call: before and after, and as many that are refused."""

from __future__ import annotations

import pytest

from tests.support import converted_use, refused_use

NN = "import torch.nn as nn\n"
T = "import torch\n"
ARGUMENT = "import torch\ndef f(x: torch.Tensor):\n    return "

CONVERTED = {
    "defaults are written out": (
        NN + "nn.Conv$02d(3, 64, 3)",
        "import mindspore\nmindspore.nn.Conv2d(3, 64, 3, has_bias=True, pad_mode='pad')",
    ),
    "keyword renamed": (
        NN + "nn.Conv$02d(3, 64, 3, bias=False)",
        "import mindspore\nmindspore.nn.Conv2d(3, 64, 3, has_bias=False, pad_mode='pad')",
    ),
    "string padding": (
        NN + "nn.Conv$02d(3, 64, 3, padding='same')",
        "import mindspore\nmindspore.nn.Conv2d(3, 64, 3, pad_mode='same', has_bias=True)",
    ),
    "pair of paddings": (
        NN + "nn.Conv$02d(3, 64, 3, padding=(1, 2))",
        "import mindspore\nmindspore.nn.Conv2d(3, 64, 3, padding=(1, 1, 2, 2), has_bias=True, pad_mode='pad')",
    ),
    "a pair of paddings stays a pair for a function": (
        T + "torch.nn.functional.con$0v2d(1, 2, padding=(1, 2))",
        "ops.conv2d(1, 2, padding=(1, 2), pad_mode='pad')",
    ),
    "a documented name that is no keyword is passed by place": (
        "from mindspore import ops\nops.pi$0nv(rtol=0.3, x=m)",
        "from mindspore import ops\nimport torch\ntorch.linalg.pinv(m, rtol=0.3)",
    ),
    "and so are those before it": (
        "from mindspore import ops\nops.broadcast$0_to(shape=(2, 3), input=ops.pinv(x=m))",
        "from mindspore import ops\nimport torch\ntorch.broadcast_to(ops.pinv(x=m), (2, 3))",
    ),
    "string padding before others": (
        NN + "nn.Conv$02d(3, 64, 3, 1, 'same', 2)",
        "import mindspore\nmindspore.nn.Conv2d(3, 64, 3, 1, pad_mode='same', dilation=2, has_bias=True)",
    ),
    "value worked out": (
        NN + "nn.BatchNorm$02d(64, momentum=0.2)",
        "import mindspore\nmindspore.nn.BatchNorm2d(64, momentum=0.8)",
    ),
    "value as an expression": (
        NN + "m = 0.2\nnn.BatchNorm$02d(64, momentum=m / 2)",
        "import mindspore\nm = 0.2\nmindspore.nn.BatchNorm2d(64, momentum=1 - (m / 2))",
    ),
    "comments and lines stay": (
        NN + "nn.Conv$02d(\n    3,  # in\n    64,\n    kernel_size=3,\n    bias=False,  # none\n)",
        "import mindspore\nmindspore.nn.Conv2d(\n    3,  # in\n    64,\n    kernel_size=3,\n"
        "    has_bias=False, pad_mode='pad',  # none\n)",
    ),
    "the file's own alias": (
        T + "import mindspore as ms\ntorch.c$0at([1], dim=1)",
        "import mindspore as ms\nms.ops.cat([1], axis=1)",
    ),
    "the file's own name": (
        T + "from mindspore import ops\ntorch.c$0at([1], dim=1)",
        "from mindspore import ops\nops.cat([1], axis=1)",
    ),
    "the counterpart that takes the value": (
        ARGUMENT + "torch.linalg.co$0nd(x, -2)",
        "(lambda s: s[..., -1] / s[..., 0])",
    ),
    "the counterpart that takes the default": (
        ARGUMENT + "torch.linalg.co$0nd(x)",
        "(lambda s: s[..., 0] / s[..., -1])",
    ),
    "the counterpart for what is not known": (
        "import torch\ndef f(x: torch.Tensor, up: bool):\n    return torch.linalg.solve_tri$0angular(x, x, upper=up)",
        "solve_triangular(x, x, lower=not up)",
    ),
    "a list where only a tuple will do": (ARGUMENT + "torch.linalg.vector_nor$0m(x, dim=[0, 1])", "axis=(0, 1)"),
    "a number where only a tuple will do": (ARGUMENT + "torch.fft.ff$0tn(x, dim=-1)", "ops.fftn(x, dim=(-1,))"),
    "a function without a signature": (ARGUMENT + "torch.sparse.m$0m(x, x)", "SparseTensorDenseMatmul()(a.indices"),
    "a template's own default": (T + "torch.signal.windows.ha$0nn(5)", "astype(mindspore.float32)"),
    "a submodule that must be imported": (
        ARGUMENT + "torch.linalg.lst$0sq(x, x)",
        "from mindspore.scipy import linalg",
    ),
    "size becomes shape": (ARGUMENT + "x.si$0ze(0)", "x.shape[0]"),
    "size of all": (ARGUMENT + "x.si$0ze()", "x.shape"),
    "method renamed": (ARGUMENT + "x.num$0py()", "x.asnumpy()"),
    "sizes as a tuple": (T + "torch.zer$0os(2, 3)", "zeros((2, 3))"),
    "expression of its own": (ARGUMENT + "x.contig$0uous()", "x"),
    "expression with what is not passed": (
        ARGUMENT + "torch.randint_l$0ike(x, 5)",
        "ops.randint(0, 5, x.shape).astype(x.dtype)",
    ),
    "expression with what is passed": (
        ARGUMENT + "torch.randint_l$0ike(x, 5, dtype=torch.int64)",
        "ops.randint(0, 5, x.shape).astype(torch.int64)",
    ),
    "what is written twice is worked out once": (
        ARGUMENT + "torch.special.e$0ntr(x.exp())",
        "return (lambda input_: ops.where(input_ ",
    ),
    "variables of the expression stand apart from the file's": (
        ARGUMENT + "[torch.fr$0exp(e) for e in [x]]",
        "(lambda e_: (ops.ldexp(e, -e_), e_))(",
    ),
    "field of a named result": (ARGUMENT + "torch.m$0ax(x, 1).values", "mint.max(x, 1)[0]"),
    "constant that is an expression": (T + "angle = 2 * torch.p$0i", "angle = 2 * 3.14159"),
    "the type of another tensor": (
        "import torch\ndef f(x: torch.Tensor, y: torch.Tensor):\n    return x.t$0o(y)",
        "return x.astype(y.dtype)",
    ),
    "the type of a sum": (
        "import torch\ndef f(x: torch.Tensor, y: torch.Tensor):\n    return x.t$0o(x + y, copy=True)",
        "return x.astype((x + y).dtype)",
    ),
    "truth values are not made of truth values": (ARGUMENT + "(x > 0).an$0y(1)", "return (x > 0).any(1)"),
    "but of numbers": (ARGUMENT + "(x + 1).an$0y()", "return (x + 1).bool().any()"),
    "nor compared with 0": (ARGUMENT + "torch.a$0ll(x == x.abs())", "return ops.all(x == x.abs())"),
    "overload by a truth value": (ARGUMENT + "torch.s$0td(x, False)", "ops.std(x, ddof=0)"),
    "several keywords of an open signature": (
        ARGUMENT + "torch.unique_consec$0utive(x, return_inverse=True, return_counts=True)",
        "ops.unique_consecutive(x, return_inverse=True, return_counts=True)",
    ),
    "overload by its sizes": (ARGUMENT + "torch.view_c$0opy(x, (20,))", "ops.reshape(x, (20,)).copy()"),
    "what is not passed names an argument again": (
        ARGUMENT + "torch.randint_l$0ike(abs(x), 5)",
        "return (lambda input_: ops.randint(0, 5, input_.shape).astype(input_.dtype))(abs(x))",
    ),
    "another sort of value": (
        ARGUMENT + "torch.tensor_sp$0lit(x, x[0], 1)",
        "ops.tensor_split(x, x[0].tolist(), 1)",
    ),
    "property that is a constant": (ARGUMENT + "x.is_m$0ps", "return False"),
    "package that must be imported": (
        ARGUMENT + "torch.triangular_so$0lve(x, x)",
        "from mindspore.scipy import linalg\n",
    ),
    "move between devices": (ARGUMENT + "x.cu$0da()", "x"),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_converted(name: str) -> None:
    before, after = CONVERTED[name]
    assert after in converted_use(before)


REFUSED = {
    "a sort of value that is not taken": (T + "torch.ara$0nge(0.5, 3, dtype=torch.int64)", {"TS303", "TS304"}),
    "a value that is not taken": (NN + "nn.Embed$0ding(3, 4, max_norm=1.0)", {"TS303", "TS304"}),
    "argument without counterpart": (NN + "nn.Conv$03d(3, 64, 3, padding_mode='circular')", {"TS303", "TS304"}),
    "argument without counterpart that may be at its default": (
        T + "def f(x, wanted):\n    grad = False\n    if wanted:\n        grad = wanted.get()\n"
        "    return torch.emp$0ty_like(x, requires_grad=grad)",
        {"TS303"},
    ),
    "a default that callers may replace": (
        T + "def f(x, grad=False):\n    return torch.emp$0ty_like(x, requires_grad=grad)",
        {"TS303"},
    ),
    "two arguments that are one there": (
        T + "def f(p, q):\n    return torch.distributions.Categor$0ical(probs=p, logits=q)",
        {"TS305"},
    ),
    "hidden arguments": (NN + "a = {}\nnn.LS$0TM(**a)", {"TS307"}),
    "wrong arguments": (NN + "nn.Conv$02d(3, 64, 3, no_such=1)", {"TS307"}),
    "only likely": (
        "import torch\nclass N(torch.nn.Module):\n    def forward(self, x):\n        return x.si$0ze(0)",
        {"TS309"},
    ),
    "no counterpart": ("import torch\ntorch.no_g$0rad()", {"TS302"}),
    "a property of the class": (T + "torch.Tensor.is_spa$0rse.__get__", {"TS306"}),
    "passed on": ("import torch.nn as nn\nlayers = [nn.ZeroPad$02d]", {"TS306"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    before, codes = REFUSED[name]
    assert refused_use(before) in codes


@pytest.mark.parametrize(
    ("device", "package"), [("any", "mindspore.nn"), ("CPU", "mindspore.nn"), ("Ascend", "mint.nn")]
)
def test_the_device_decides_between_mint_and_nn(device: str, package: str) -> None:
    assert f"{package}.Conv2d(3, 64, 3" in converted_use(NN + "nn.Conv$02d(3, 64, 3)", device)


def test_both_sides_of_the_version_that_brought_buffers() -> None:
    network = "import torch\nnet = torch.nn.BatchNorm2d(3)\nnet.buf$0fers()"
    assert "net.untrainable_params()" in converted_use(network, version="2.0")
    assert "net.untrainable_params()" in converted_use(network, version="2.10")
    by_hand = (
        "import torch\nclass N(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.register_buffer('m', torch.zeros(3))\nnet = N()\nnet.buf$0fers()"
    )
    assert "net.buffers()" in converted_use(by_hand, version="2.10")
    assert "net.untrainable_params()" in converted_use(by_hand, version="2.0")
