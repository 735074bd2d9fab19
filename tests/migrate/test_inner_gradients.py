"""``torch.autograd.grad``: which calls become gradients of functions, how, and which are refused."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = """import torch
from torch import nn

net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))

"""


def converted(text: str) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog), best_effort=True)


def body(text: str) -> str:
    found = converted(HEAD + text)
    assert not found.left, [one.reason.text("en") for one in found.left]
    assert converted(found.text).text == found.text
    return found.text.partition("nn.Dense(8, 1))\n\n")[2]


def refusal(text: str) -> str:
    found = converted(HEAD + text)
    reasons = [one.reason for one in found.left if one.reason.text("en").startswith("torch.autograd.grad:")]
    assert reasons, found.text
    assert "mindspore.grad(" not in found.text.replace("call mindspore.grad(fn)(input)", "")
    assert all(one.text("zh-cn") != one.text("en") for one in reasons)
    return reasons[0].text("en")


def test_what_nothing_else_needs_goes_into_the_function() -> None:
    assert (
        body("""def saliency(image):
    image = image.detach().requires_grad_(True)
    scores = net(image)
    score = scores[0, 0]
    found, = torch.autograd.grad(score, image)
    return found.abs()
""")
        == """def saliency(image):
    image = ops.stop_gradient(image)
    def score_of(image):
        scores = net(image)
        score = scores[0, 0]
        return score

    found = mindspore.grad(score_of)(image)
    return found.abs()
"""
    )


def test_derivatives_of_derivatives_are_nested() -> None:
    found = body("""x = torch.rand(8, 2, requires_grad=True)
u = net(x)
u_x = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
u_xx = torch.autograd.grad(u_x.sum(), x, create_graph=True)[0]
residual = u + u_xx
""")
    assert "requires_grad" not in found
    assert (
        """def u_x_of(x):
    u = net(x)
    def u_of(x):
        u = net(x)
        return u.sum()

    u_x = mindspore.grad(u_of)(x)
    return u_x.sum()

u_xx = mindspore.grad(u_x_of)(x)
"""
        in found
    )


def test_other_factors_are_multiplied_and_several_inputs_have_places() -> None:
    found = body("""def pull(a, b, weight):
    a.requires_grad_()
    b.requires_grad_()
    out = net(a) * net(b)
    first, second = torch.autograd.grad(out, [a, b], grad_outputs=weight)
    return first + second
""")
    assert "return (out * weight).sum()" in found
    assert "first, second = mindspore.grad(out_of, (0, 1))(a, b)" in found


def test_gradients_of_weights() -> None:
    found = body("""def norm(x):
    loss = net(x).pow(2).mean()
    grads = torch.autograd.grad(loss, net.parameters())
    return sum(one.pow(2).sum() for one in grads)
""")
    assert "def loss_of():\n        loss = net(x).pow(2).mean()\n        return loss\n" in found
    assert "grads = mindspore.grad(loss_of, None, net.trainable_params())()" in found


def test_a_gradient_without_a_graph_is_a_constant_of_a_step() -> None:
    found = body("""optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x in torch.rand(4, 8, 2):
    optimizer.zero_grad()
    x.requires_grad_()
    push = torch.autograd.grad(net(x).sum(), x)[0]
    loss = net(x + push.sign()).mean()
    loss.backward()
    optimizer.step()
""")
    assert "push = ops.stop_gradient(mindspore.grad(net_of)(x))" in found
    assert "requires_grad" not in found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(y, x):\n    return torch.autograd.grad(y, x, torch.ones_like(y))[0]\n", "(`x`)"),
        ("x = torch.rand(3, 2)\ny = x * 2\nx = x + 1\nz = y + x\ng = torch.autograd.grad(z.sum(), x)[0]\n", "(`y`)"),
        ("x = torch.rand(3, 2)\ny = net(x)\ng = torch.autograd.grad(y, x, allow_unused=True)[0]\n", "unused"),
        ("x = torch.rand(3, 2)\ny = net(x)\nprint(torch.autograd.grad([y, y], x)[0])\n", "several outputs"),
        ("rows = [torch.rand(2)]\ny = net(rows[0])\ng = torch.autograd.grad(y, rows[0])[0]\n", "names of tensors"),
        (
            "critic = nn.Sequential(nn.Linear(2, 8), nn.LayerNorm(8))\nx = torch.rand(3, 2)\ny = critic(x)\n"
            "g = torch.autograd.grad(y.sum(), x, create_graph=True)[0]\n",
            "torch.nn.LayerNorm",
        ),
        (
            "class Block(nn.Module):\n    def forward(self, x):\n        return torch.cat([x, net(x)], 1)\n\n\n"
            "block = Block()\nx = torch.rand(3, 2)\ny = block(x)\n"
            "g = torch.autograd.grad(y.sum(), x, create_graph=True)[0]\n",
            "torch.cat",
        ),
        *(
            (
                f"class Block(nn.Module):\n    def forward(self, x):\n        {body}\n\n\nblock = Block()\n"
                "x = torch.rand(3, 2)\ny = block(x)\ng = torch.autograd.grad(y.sum(), x, create_graph=True)[0]\n",
                "without keepdim",
            )
            for body in (
                "return x - x.mean(0)",
                "return x / (x * x).sum().sqrt()",
                "middle = torch.mean(x, 0)\n        return x - middle",
            )
        ),
    ],
)
def test_what_is_not_understood_stays_with_a_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


@pytest.mark.parametrize("body", ["x - x.mean(0, keepdim=True)", "(x * x).sum(1)", "net(x).mean()"])
def test_reductions_that_keep_their_dimensions_or_come_last_convert(body: str) -> None:
    """The others are differentiated wrongly the second time (`second_order`)."""
    found = converted(
        f"{HEAD}class Block(nn.Module):\n    def forward(self, x):\n        return {body}\n\n\nblock = Block()\n"
        "x = torch.rand(3, 2)\ny = block(x)\ng = torch.autograd.grad(y.sum(), x, create_graph=True)[0]\n"
    )
    assert "mindspore.grad(" in found.text


def test_marks_stay_where_gradients_are_read_from_tensors() -> None:
    found = converted(f"""{HEAD}x = torch.rand(3, 2, requires_grad=True)
y = net(x)
g = torch.autograd.grad(y.sum(), x)[0]
y.mean().backward()
print(x.grad)
""")
    assert "requires_grad=True" in found.text
