"""Training steps of MindSpore: how torch's are written, and which are refused."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

PROGRAMS = sorted((Path(__file__).parent / "programs/mindspore").glob("*.py"))
HEAD = """import mindspore
from mindspore import nn, ops

net = nn.Dense(3, 2)
optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
criterion = nn.MSELoss()
net.set_train()
"""
FORWARD = """

def forward_fn(x, y):
    out = net(x)
    loss = criterion(out, y)
    return loss


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)
"""
LOOP = """for x, y in loader:
    loss, grads = grad_fn(x, y)
    optimizer(grads)
"""
AUX = FORWARD.replace("return loss", "return loss, out").replace("parameters)", "parameters, has_aux=True)")


def converted(text: str, training: bool = True, best_effort: bool = False) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes(device="CPU").target("mindspore", analysis.catalog), best_effort, training)


def written(text: str) -> str:
    """What becomes of the text behind the head."""
    found = converted(HEAD + text)
    assert not found.left, [one.reason.text("en") for one in found.left]
    ast.parse(found.text)
    return found.text.partition("net.train()\n")[2].strip()


def refusal(text: str) -> str:
    found = converted(HEAD + text)
    reasons = [one.reason for one in found.left if one.reason.code == "TS320"]
    assert reasons, "it was rewritten"
    assert ".backward()" not in found.text
    assert all(one.text("zh-cn") != one.text("en") for one in reasons)
    return reasons[0].text("en")


def test_the_forward_function_unfolds() -> None:
    assert (
        written(FORWARD + LOOP)
        == """for x, y in loader:
    optimizer.zero_grad()
    out = net(x)
    loss = criterion(out, y)
    loss.backward()
    optimizer.step()"""
    )


def test_what_is_called_with_other_names_stays_a_function() -> None:
    text = written(FORWARD + LOOP.replace("x, y", "a, b"))
    assert "def forward_fn(x, y):\n    out = net(x)" in text
    assert "    optimizer.zero_grad()\n    loss = forward_fn(a, b)\n    loss.backward()\n    optimizer.step()" in text


def test_what_others_call_stays_a_function() -> None:
    text = written(FORWARD + LOOP + "print(forward_fn(one, two))\n")
    assert "loss = forward_fn(x, y)\n    loss.backward()" in text


def test_variables_of_others_are_not_taken() -> None:
    text = written("out = []\n" + FORWARD + LOOP + "    out.append(1)\n")
    assert "loss = forward_fn(x, y)" in text


def test_auxiliary_results_are_unpacked() -> None:
    loop = LOOP.replace("loss, grads", "(loss, out), grads") + "    print(out, loss)\n"
    assert "    loss = criterion(out, y)\n    loss.backward()\n    optimizer.step()\n    print(out" in written(
        AUX + loop
    )
    text = written(AUX + loop.replace("x, y", "a, b"))
    assert "    loss, out = forward_fn(a, b)\n    loss.backward()\n" in text


def test_results_that_go_on_lose_their_graph() -> None:
    loop = LOOP.replace("loss, grads", "(loss, out), grads")
    text = written(AUX + loop + "    seen.append(out)\n    print(float(loss))\n")
    assert "seen.append(out.detach())" in text and "float(loss))" in text
    found = converted(HEAD + AUX + loop + "    print(loss.asnumpy())\n", best_effort=True)
    assert "loss.detach().numpy()" in found.text


def test_comments_are_kept() -> None:
    text = written(
        "\n\n# forward\ndef forward_fn(x, y):\n    # network\n    out = net(x)  # logits\n\n    # loss\n"
        "    loss = criterion(out, y)\n    return loss  # a number\n\n\n# gradients\n"
        "grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)\n" + LOOP
    )
    for comment in ("# forward", "# network", "# logits", "# loss", "# a number", "# gradients"):
        assert text.count(comment) == 1, comment
    assert "    out = net(x)  # logits\n\n    # loss\n    loss = criterion(out, y)\n" in text


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ops.clip_by_global_norm(grads, 0.5)", "nn.utils.clip_grad_norm_(net.parameters(), max_norm=0.5)"),
        ("ops.clip_by_value(grads, -0.5, 0.5)", "nn.utils.clip_grad_value_(net.parameters(), clip_value=0.5)"),
        (
            "tuple(ops.clip_by_value(g, -1, 2) for g in grads)",
            "for weight in net.parameters():\n        weight.grad.clamp_(-1, 2)",
        ),
        ("[g * 0.5 for g in grads]", "for weight in net.parameters():\n        weight.grad.mul_(0.5)"),
    ],
)
def test_gradients_are_changed_on_their_way(statement: str, expected: str) -> None:
    text = written(FORWARD + LOOP.replace("    optimizer(", f"    grads = {statement}\n    optimizer("))
    assert f"    loss.backward()\n    {expected}\n    optimizer.step()" in text


def test_gradients_add_up_until_they_are_set_back() -> None:
    text = written(
        FORWARD + "total = None\nfor i, (x, y) in enumerate(loader):\n    loss, grads = grad_fn(x, y)\n"
        "    total = grads if total is None else tuple(a + b for a, b in zip(total, grads))\n"
        "    if i % 4 == 3:\n        optimizer(total)\n        total = None\n"
    )
    assert text.startswith("optimizer.zero_grad()\nfor i,")
    assert "    if i % 4 == 3:\n        optimizer.step()\n        optimizer.zero_grad()" in text
    assert text.count("zero_grad") == 2


def test_gradients_of_another_optimizer_that_wait_are_not_touched() -> None:
    text = written(
        "other = nn.Dense(2, 1)\nsecond = nn.Adam(other.trainable_params())\n"
        + FORWARD
        + "\n\ndef forward_2(x):\n    return other(net(x)).sum()\n\n\n"
        "grad_2 = mindspore.value_and_grad(forward_2, None, second.parameters)\nfor x, y in loader:\n"
        "    loss, grads = grad_fn(x, y)\n    value, grads_2 = grad_2(x)\n    optimizer(grads)\n    second(grads_2)\n"
    )
    assert ".backward(inputs=list(other.parameters()))" in text


def test_a_class_of_its_own() -> None:
    text = written("""

class Trainer:
    def __init__(self, net, optimizer):
        self.net, self.optimizer = net, optimizer
        self.grad_fn = mindspore.value_and_grad(self.forward, None, self.optimizer.parameters)

    def forward(self, x):
        return self.net(x).sum()

    def step(self, x):
        loss, grads = self.grad_fn(x)
        self.optimizer(grads)
        return loss
""")
    assert "self.grad_fn" not in text
    assert (
        "        self.optimizer.zero_grad()\n        loss = self.forward(x)\n        loss.backward()\n"
        "        self.optimizer.step()\n        return loss.detach()" in text
    )


def test_an_object_that_trains_becomes_the_step() -> None:
    text = written(
        "step = nn.TrainOneStepCell(nn.WithLossCell(net, criterion), optimizer)\nfor x, y in loader:\n    step(x, y)\n"
    )
    assert "TrainOneStepCell(" in text, "a network that is made in place keeps its class"
    text = written(
        "both = nn.WithLossCell(net, criterion)\nstep = nn.TrainOneStepCell(both, optimizer)\nstep.set_train()\n"
        "for x, y in loader:\n    step(x, y)\n"
    )
    assert (
        text == "net.train()\nfor x, y in loader:\n    optimizer.zero_grad()\n    loss = criterion(net(x), y)\n"
        "    loss.backward()\n    optimizer.step()"
    )


def test_nothing_happens_without_being_asked() -> None:
    found = converted(HEAD + FORWARD + LOOP, training=False)
    assert "optimizer(grads)" in found.text and len(found.training) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FORWARD + LOOP.replace("optimizer(grads)", "print(grads)"), "gradients are read"),
        (FORWARD + LOOP.replace("    optimizer(grads)\n", ""), "no optimizer"),
        (FORWARD + LOOP.replace("loss, grads = grad_fn(x, y)", "loss, grads = step(grad_fn, x, y)"), "passed on"),
        (FORWARD.replace("None, optimizer", "0, optimizer") + LOOP, "gradients of the inputs"),
        (AUX + LOOP, "not taken apart"),
        (
            FORWARD + LOOP.replace("    optimizer(", "    good = mindspore.amp.all_finite(grads)\n    optimizer("),
            "scaled by hand",
        ),
        (FORWARD.replace("parameters)", "parameters, has_aux=flag)") + LOOP, "not literal"),
        (FORWARD + LOOP + "    nn.Adam(net.trainable_params())(grads)\n", "gradients are read"),
        (
            FORWARD + "opt2 = nn.Adam(net.trainable_params())\n" + LOOP + "    opt2(grads)\n",
            "two optimizers share one backward",
        ),
        (
            "class Rate(nn.Cell):\n    def construct(self, step):\n        return 0.1 / (1 + step)\n\n"
            "optimizer = nn.SGD(net.trainable_params(), Rate())\n" + FORWARD + LOOP,
            "LearningRateSchedule",
        ),
        (
            FORWARD
            + LOOP.replace("    optimizer(", "    grads = ops.clip_by_global_norm(grads, 1.0, True)\n    optimizer("),
            "arguments of the clipping",
        ),
    ],
)
def test_refused(text: str, reason: str) -> None:
    assert reason in refusal(text)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_twice_changes_nothing(program: Path) -> None:
    once = converted(program.read_text()).text
    assert converted(once).text == once


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_comment_is_lost(program: Path) -> None:
    text = program.read_text()
    assert converted(text).text.count("#") >= text.count("#")


@pytest.mark.parametrize(("rate", "said"), [("[0.1, 0.05]", "list"), ("nn.WarmUpLR(0.1, 4)", "list")])
def test_changing_rates_without_a_step_stay_with_the_reason(rate: str, said: str) -> None:
    found = converted(f"{HEAD}optimizer = nn.SGD(net.trainable_params(), {rate})\n")
    assert [one.symbol for one in found.left if said in one.reason.text("en")] == ["mindspore.nn.SGD"]
    assert found.text.splitlines()[-1].startswith("optimizer = nn.SGD(")


def test_a_layer_of_rates_is_asked_by_a_scheduler() -> None:
    text = written("optimizer = nn.SGD(net.trainable_params(), nn.WarmUpLR(0.1, 4))\n" + FORWARD + LOOP)
    assert "schedule = WarmUpLR(0.1, 4)\n" in text
    assert "lr_scheduler.LambdaLR(optimizer, lambda step: float(schedule(step)))" in text
    assert "optimizer.step()\n    scheduler.step()" in text


def test_a_schedule_of_the_users_is_asked_with_a_tensor() -> None:
    own = """from mindspore.nn.learning_rate_schedule import LearningRateSchedule


class Rate(LearningRateSchedule):
    def construct(self, step):
        return 0.1 / (1 + step)


optimizer = nn.SGD(net.trainable_params(), Rate())
"""
    made = "optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)\n"
    found = converted(HEAD.replace(made, own) + FORWARD + LOOP)
    assert not found.left
    assert "class Rate(nn.Module):\n    def forward(self, step):" in found.text
    assert "lambda step: float(schedule(torch.tensor([step])))" in found.text
