"""Training steps: which are rewritten, how, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
HEAD = """import torch
from torch import nn

net = nn.Linear(3, 2)
other = nn.Linear(2, 1)
net.train()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
criterion = nn.MSELoss()
"""


def converted(text: str, training: bool = True) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog), training=training)


def body(text: str) -> str:
    """What becomes of a loop over ``loader``, behind the head."""
    found = converted(f"{HEAD}for x, y in loader:\n{text}")
    assert not found.left, [one.reason.text("en") for one in found.left]
    return found.text.partition("nn.MSELoss()\n")[2].strip()


def refusal(text: str) -> str:
    source = f"{HEAD}for x, y in loader:\n{text}"
    found = converted(source)
    reasons = [one.reason.text("en") for one in found.left if one.reason.code == "TS320"]
    assert reasons, "it was rewritten"
    assert "value_and_grad" not in found.text
    assert all(one.reason.text("zh-cn") != one.reason.text("en") for one in found.left if one.reason.code == "TS320")
    return reasons[0]


SIMPLE = """    optimizer.zero_grad()
    out = net(x)
    loss = criterion(out, y)
    loss.backward()
    optimizer.step()
"""


def test_a_step_becomes_a_function_and_its_gradients() -> None:
    assert (
        body(SIMPLE)
        == """def forward_fn(x, y):
    out = net(x)
    loss = criterion(out, y)
    return loss


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)
for x, y in loader:
    loss, grads = grad_fn(x, y)
    optimizer(grads)"""
    )


def test_what_is_read_afterwards_comes_back() -> None:
    written = body(SIMPLE + "    print(out, loss.item())\n")
    assert "return loss, out\n" in written
    assert "has_aux=True" in written
    assert "(loss, out), grads = grad_fn(x, y)" in written


def test_what_is_bound_anew_before_it_is_read_does_not_come_back() -> None:
    written = body(SIMPLE + "for x, y in others:\n    out = net(x)\n    print(out)\n")
    assert "has_aux" not in written


def test_comments_are_kept() -> None:
    written = body(SIMPLE.replace("    out", "    # forward\n    out").replace("y)\n", "y)  # one number\n"))
    assert "    # forward\n    out = net(x)\n    loss = criterion(out, y)  # one number\n" in written


def test_a_metric_between_waits_for_the_call() -> None:
    written = body(SIMPLE.replace("    loss.back", "    best = out.max()\n    loss.back"))
    assert "    (loss, out), grads = grad_fn(x, y)\n    best = out.max()\n    optimizer(grads)" in written


def test_the_loss_may_be_an_expression() -> None:
    written = body(SIMPLE.replace("loss.backward()", "(loss / 2).backward()"))
    assert "return (loss / 2)\n" in written
    assert "value, grads = grad_fn(x, y)" in written


def test_gradients_are_added_up_where_the_step_is_conditional() -> None:
    written = body("""    loss = criterion(net(x), y) / 4
    loss.backward()
    if count % 4 == 0:
        optimizer.step()
        optimizer.zero_grad()
""")
    assert "accumulated = None\nfor x, y in loader:" in written
    assert "        optimizer(accumulated)\n        accumulated = None" in written


LOOP = """    for part in x:
        loss = criterion(net(part), y)
        part = y
        loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""


def test_gradients_are_added_up_where_the_step_comes_after_a_loop() -> None:
    written = body(LOOP)
    assert "        loss, grads = grad_fn(part, y)\n        accumulated = grads if" in written
    assert "    optimizer(accumulated)\n    accumulated = None" in written


def test_what_is_renewed_before_the_backward_pass_is_passed_in_as_it_was() -> None:
    assert "        part = y\n    optimizer(" in body(LOOP)
    assert "`part`" in refusal(LOOP.replace("        loss.b", "        loss = loss + net(part).sum()\n        loss.b"))


def test_a_loop_that_never_clears_is_refused() -> None:
    assert "never cleared" in refusal(LOOP.replace("    optimizer.zero_grad()\n", ""))


def test_gradients_of_several_losses_are_added() -> None:
    written = body(
        SIMPLE.replace("    optimizer.step", "    extra = net(x).sum()\n    extra.backward()\n    optimizer.step")
    )
    assert (
        "    loss, grads = grad_fn(x, y)\n"
        "    extra, grads_2 = grad_fn_2(x)\n"
        "    grads = tuple(a + b for a, b in zip(grads, grads_2))\n"
        "    optimizer(grads)" in written
    )


BRANCHES = """    optimizer.zero_grad()
    if count % 2:
        for row in x:
            out = net(row)
    else:
        for row in y:
            out = net(row)
    loss = criterion(out, y)
    loss.backward()
    optimizer.step()
"""


def test_what_each_branch_binds_for_itself_is_not_passed_in() -> None:
    assert "def forward_fn(x, y):\n    if count" in body(BRANCHES)


def test_what_a_branch_may_leave_as_it_was_is_passed_in() -> None:
    written = body(SIMPLE.replace("    out = net(x)", "    out = x * 2\n    if count:\n        out = net(x)"))
    assert "def forward_fn(x, out, y):\n    if count:\n        out = net(x)" in written
    assert "    out = x * 2\n    loss, grads = grad_fn(x, out, y)" in written


def test_a_network_made_in_a_loop_around_the_step_is_not_passed_in() -> None:
    step = "".join(f"    {line}\n" for line in SIMPLE.splitlines())
    made = "    net = nn.Linear(3, 2)\n    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n    net.train()\n"
    written = converted(f"{HEAD}for fold in range(3):\n{made}    for x, y in loader:\n{step}").text
    assert "    def forward_fn(x, y):\n        out = net(x)\n" in written


def test_data_stay_outside() -> None:
    written = body(SIMPLE.replace("    out", "    x = x.to(torch.float32)\n    out"))
    assert written.count("def forward_fn(x, y):\n    out = net(x)") == 1


def test_a_network_whose_mode_nobody_sets_is_set_to_training() -> None:
    written = body(SIMPLE.replace("net(x)", "other(net(x))"))
    assert "optimizer.parameters)\nother.set_train()\nfor" in written


def test_no_grad_is_taken_off_what_stands_beside() -> None:
    written = body(SIMPLE + "    with torch.no_grad():  # measured\n        if True:\n            print(net(x))\n")
    assert "    optimizer(grads)\n    # measured\n    if True:\n        print(net(x))" in written


def test_a_move_that_is_idle_goes_out_of_what_stands_beside() -> None:
    written = body(SIMPLE + "    with torch.no_grad():\n        net = net.cuda()\n        print(net(x))\n")
    assert written.endswith("    optimizer(grads)\n    print(net(x))")


HELPED = """    optimizer.zero_grad()
    rows = helper({given})
    loss = criterion(net(rows), y)
    loss.backward()
    optimizer.step()
"""
OUTSIDE = {
    "only its arguments": ("def helper(x):\n    return [row + 1 for row in x]\n", "x"),
    "what it calls is known": ("def add(x):\n    return x + 1\n\n\ndef helper(x):\n    return add(x)\n", "x"),
    "a constant beside": ("STEP = 2\n\n\ndef helper(x):\n    return torch.relu(x) * STEP\n", "x"),
    "a function for each": ("def helper(x):\n    return list(map(lambda row: row + 1, x))\n", "x"),
}
INSIDE = {
    "a network of the file": ("def helper(x):\n    return other(x)\n", "x"),
    "a network that it is given": ("def helper(run, x):\n    return run(x)\n", "other, x"),
    "a network for each": ("def helper(run, x):\n    return list(map(run, x))\n", "other, x"),
    "a weight of the file": ("w = nn.Parameter(torch.ones(3))\n\n\ndef helper(x):\n    return x * w\n", "x"),
    "what nobody knows": ("from elsewhere import *\n\n\ndef helper(x):\n    return x * scale\n", "x"),
    "a network that is called further down": (
        "def add(x):\n    return other(x)\n\n\ndef helper(x):\n    return add(x)\n",
        "x",
    ),
}


@pytest.mark.parametrize("name", [*OUTSIDE, *INSIDE])
def test_a_helper_goes_in_unless_all_that_it_does_is_known(name: str) -> None:
    helper, given = {**OUTSIDE, **INSIDE}[name]
    text = f"{HEAD}\n\n{helper}\n\nfor x, y in loader:\n{HELPED.format(given=given)}"
    written = converted(text).text
    assert "value_and_grad" in written
    body = written.partition("def forward_fn")[2].partition("return")[0]
    assert ("rows = helper" in body) == (name in INSIDE)


IN_FUNCTIONS = """import torch


def train(model, optimizer, criterion, loader):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


def tune(net, optimizer, criterion, x, y):
    loss = criterion(net(x), y)
    loss.backward()
    optimizer.step(again)
"""


def test_a_function_whose_arguments_are_unknown_and_one_that_is_refused() -> None:
    found = converted(IN_FUNCTIONS)
    assert (
        """    model.set_train()

    def forward_fn(x, y):
        loss = criterion(model(x), y)
        return loss

    grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)
    for x, y in loader:
        loss, grads = grad_fn(x, y)
        optimizer(grads)
"""
        in found.text
    )
    assert "    loss.backward()\n    optimizer.step(again)\n" in found.text
    assert [one.reason.code for one in found.left] == ["TS320"]


def test_nothing_happens_without_being_asked() -> None:
    found = converted(f"{HEAD}for x, y in loader:\n{SIMPLE}", training=False)
    assert "loss.backward()" in found.text
    assert len(found.training) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SIMPLE.replace(".step()", ".step(closure)"), "closure"),
        (SIMPLE.replace("    optimizer.zero_grad()\n", ""), "never cleared"),
        (SIMPLE.replace("backward()", "backward(inputs=[w])"), "arguments"),
        (SIMPLE.replace("    optimizer.step", "    net.weight.grad.mul_(2)\n    optimizer.step"), "gradients are read"),
        (SIMPLE.replace("    optimizer.step()\n", ""), "no optimizer.step"),
        (SIMPLE.replace("loss.backward", "scaler.scale(loss).backward"), "GradScaler"),
        (
            SIMPLE.replace("    out = net(x)", "    with torch.autocast('cpu'), other:\n        out = net(x)"),
            "autocast",
        ),
        (
            SIMPLE.replace("    optimizer.step", "    print(nn.utils.clip_grad_norm_(w, 1.0))\n    optimizer.step"),
            "result of clipping",
        ),
        (
            SIMPLE.replace("    optimizer.step", "    nn.utils.clip_grad_norm_(w, 1.0, 1)\n    optimizer.step"),
            "arguments of the clipping",
        ),
        (
            SIMPLE.replace(
                "    optimizer.step", "    nn.utils.clip_grad_norm_(other.parameters(), 1.0)\n    optimizer.step"
            ),
            "clips other parameters",
        ),
        (SIMPLE.replace("    loss.backward()\n    optimizer", "    loss.backward(); optimizer"), "one line"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_a_module_of_lightning_is_refused() -> None:
    found = converted(
        "import torch\nimport lightning as L\n\n\nclass Net(L.LightningModule):\n"
        "    def training_step(self, batch, index):\n        return torch.ones(1)\n"
    )
    assert [one.reason.code for one in found.left] == ["TS321", "TS320"]
    assert "Net is trained by a Trainer of Lightning" in found.left[1].reason.text("en")


def test_two_optimizers_share_the_gradients() -> None:
    written = body(
        "    optimizer.zero_grad()\n    second.zero_grad()\n    loss = other(net(x)).sum()\n    loss.backward()\n"
        "    optimizer.step()\n    second.step()\n"
    )
    assert "[*optimizer.parameters, *second.parameters])" in written
    assert "    optimizer(grads[: len(optimizer.parameters)])\n" in written
    assert "    second(grads[len(optimizer.parameters) :])" in written


def test_a_gradient_that_backward_is_given() -> None:
    written = body(SIMPLE.replace("backward()", "backward(y - x)"))
    assert "return (loss * (y - x)).sum()\n" in written


def test_what_runs_without_gradients_stays_outside() -> None:
    written = body(SIMPLE.replace("    out", "    with torch.no_grad():\n        y = other(x)\n    out", 1))
    assert "def forward_fn(x, y):\n    out = net(x)\n" in written
    assert "    y = other(x)\n    loss, grads = grad_fn(x, y)" in written


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_twice_changes_nothing(program: Path) -> None:
    once = converted(program.read_text()).text
    assert converted(once).text == once


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_comment_is_lost(program: Path) -> None:
    text = program.read_text()
    assert converted(text).text.count("#") >= text.count("#")


def test_what_a_step_has_gone_through_is_passed_on_and_not_worked_out_with_changed_weights() -> None:
    # CycleGAN's order: the generator first; its pictures of before the update go to the critic
    text = f"""{HEAD}critics = torch.optim.SGD(other.parameters(), lr=0.1)
for x, y in loader:
    optimizer.zero_grad()
    fake = net(x)
    loss = other(fake).mean()
    loss.backward()
    optimizer.step()
    critics.zero_grad()
    loss_d = other(fake.detach()).mean() - other(y).mean()
    loss_d.backward()
    critics.step()
"""
    found = converted(text)
    assert not found.left
    assert "(loss, fake), grads = grad_fn(x)" in found.text
    assert "loss_d, grads_2 = grad_fn_2(fake, y)" in found.text
    assert found.text.count("net(x)") == 1


def test_the_norm_that_clipping_gives_is_worked_out_before() -> None:
    text = SIMPLE.replace(
        "    optimizer.step()\n",
        "    norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)\n    optimizer.step()\n    print(norm)\n",
    )
    found = body(text)
    assert "    norm = ops.sqrt(sum((grad ** 2).sum() for grad in grads))\n" in found
    assert "    grads = ops.clip_by_global_norm(grads, 1.0)\n    optimizer(grads)\n    print(norm)" in found
