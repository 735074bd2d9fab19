"""Blocks under autocast become functions in mixed precision; scalers of losses become MindSpore's."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = """import torch
from torch import nn

net = nn.Linear(3, 2)
net.train()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
criterion = nn.MSELoss()
scaler = torch.cuda.amp.GradScaler()
"""
STEP = """    optimizer.zero_grad()
    with {autocast}:
        loss = criterion(net(x), y)
    {update}
"""
SCALED = """scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()"""


def converted(text: str, device: str = "CPU", training: bool = True) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes(device=device).target("torch", analysis.catalog), training=training)


def step(autocast: str, update: str = "loss.backward()\n    optimizer.step()", device: str = "CPU") -> str:
    found = converted(f"{HEAD}for x, y in loader:\n{STEP.format(autocast=autocast, update=update)}", device)
    assert not found.left, [one.reason.text("en") for one in found.left]
    return found.text.partition("DynamicLossScaler")[2].partition("\n")[2]


def test_a_block_with_a_loop_is_passed_what_it_reads_first_and_no_more() -> None:
    text = """
def score(batches):
    total = 0
    with torch.autocast("cuda"):
        for x, y in batches:
            out = net(x)
            total += criterion(out, y)
    return total
"""
    assert "= lowered(total)\n" in converted(f"{HEAD}\n{text}").text


def test_a_step_under_autocast_is_lowered_as_a_whole() -> None:
    found = step("torch.autocast('cuda')")
    assert "    loss = criterion(net(x), y)\n    return loss\n" in found
    assert (
        '\nforward_fn = mindspore.amp.auto_mixed_precision(forward_fn, "auto", mindspore.float16)\ngrad_fn =' in found
    )
    assert "with" not in found


def test_the_cpu_has_no_bfloat16() -> None:
    lowering = 'forward_fn = mindspore.amp.auto_mixed_precision(forward_fn, "auto", mindspore.bfloat16)\n'
    for device in ("CPU", "any"):
        found = step("torch.autocast('cuda', dtype=torch.bfloat16)", device=device)
        assert (
            f'if mindspore.get_context("device_target") != "CPU":  # it has no bfloat16: float32 there\n    {lowering}'
            in found
        )
    found = step("torch.autocast(device_type='cpu')", device="Ascend")
    assert f"\n{lowering}" in found and "get_context" not in found


def test_what_is_switched_at_run_time() -> None:
    assert "\nif use_amp:\n    forward_fn = mindspore.amp" in step("torch.cuda.amp.autocast(use_amp)")
    assert "if use_amp and mindspore.get_context(" in step("torch.cpu.amp.autocast(enabled=use_amp)")
    assert "auto_mixed_precision" not in step("torch.autocast('cuda', enabled=False)")


def test_a_scaler_leaves_steps_out_that_overflow() -> None:
    found = step("torch.autocast('cuda')", SCALED)
    assert "    return scaler.scale(loss)\n" in found
    assert (
        "    scaled, grads = grad_fn(x, y)\n    grads = scaler.unscale(grads)\n"
        "    finite = mindspore.amp.all_finite(grads)\n    if finite:\n        optimizer(grads)\n"
        "    scaler.adjust(finite)\n"
    ) in found


def test_overflow_is_looked_for_before_gradients_are_clipped() -> None:
    clipped = SCALED.replace(
        "scaler.step",
        "scaler.unscale_(optimizer)\n    nn.utils.clip_grad_norm_(net.parameters(), 1.0)\n    scaler.step",
    )
    lines = [line.strip() for line in step("torch.autocast('cuda')", clipped).splitlines()]
    start = lines.index("grads = scaler.unscale(grads)")
    assert lines[start + 1] == "finite = mindspore.amp.all_finite(grads)"
    assert lines[start + 2].startswith("grads = ") and "clip_by_global_norm(grads, 1.0)" in lines[start + 2]
    assert lines[start + 3 : start + 5] == ["if finite:", "optimizer(grads)"]


def test_a_block_beside_steps_becomes_a_function_where_it_stands() -> None:
    text = (
        "import torch\n\n\ndef predict(net, x):\n    x = x + 1\n    # lower\n    with torch.autocast('cuda'):  # here\n"
        "        # first\n        x = net(x)\n        y = x * 2\n    return x, y\n"
    )
    found = converted(text)
    assert not found.left
    assert found.text.partition("def predict")[2] == (
        "(net, x):\n    x = x + 1\n    # lower\n    def lowered(x):\n        # here\n        # first\n"
        "        x = net(x)\n"
        "        y = x * 2\n        return x, y\n\n"
        '    lowered = mindspore.amp.auto_mixed_precision(lowered, "auto", mindspore.float16)\n'
        "    x, y = lowered(x)\n    return x, y\n"
    )


def test_a_block_that_returns() -> None:
    found = converted(
        "import torch\n\n\ndef predict(net, x):\n    with torch.cuda.amp.autocast():\n        return net(x)\n"
    )
    assert "    return lowered()\n" in found.text and "        return net(x)\n" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "for x in data:\n    with torch.autocast('cuda'):\n        if x:\n            continue\n        print(x)\n",
        "with torch.autocast('cuda') as cast:\n    print(cast)\n",
        "with open('a') as file, torch.autocast('cuda'):\n    print(file)\n",
    ],
)
def test_what_no_function_can_say_stays(text: str) -> None:
    found = converted(f"import torch\n{text}")
    assert text in found.text
    assert [one.symbol for one in found.left] == ["torch.autocast"]


@pytest.mark.parametrize(
    "update",
    [
        "scaler.scale(loss).backward()\n    optimizer.step()",
        "other.scale(loss).backward()\n    scaler.step(optimizer)",
        "scaler.scale(loss).backward()\n    scaler.step(optimizer)\n    if x is None:\n        scaler.update()",
        "scaler.scale(loss).backward()\n    scaler.step(optimizer)\n    scaler.unscale_(optimizer)",
        "scaler.scale(loss).backward(retain_graph=True)\n    scaler.step(optimizer)",
    ],
)
def test_other_uses_of_a_scaler_are_refused(update: str) -> None:
    found = converted(f"{HEAD}for x, y in loader:\n{STEP.format(autocast='torch.autocast(0)', update=update)}")
    assert "TS320" in [one.reason.code for one in found.left]


@pytest.mark.parametrize("body", ["    # later\n", "\n", "    \n\nprint(net)\n"])
def test_a_block_that_nothing_stands_in_yet_stays(body: str) -> None:
    assert f'with torch.autocast("cpu"):\n{body}' in converted(f'{HEAD}with torch.autocast("cpu"):\n{body}').text


def test_nothing_happens_without_being_asked() -> None:
    text = f"{HEAD}for x, y in loader:\n{STEP.format(autocast='torch.autocast(0)', update=SCALED)}"
    found = converted(text, training=False)
    assert "with torch.autocast(0):" in found.text
