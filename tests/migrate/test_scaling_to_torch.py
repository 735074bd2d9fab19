"""Losses scaled by hand and lowered networks of MindSpore: what torch's GradScaler takes over, and what stays."""

from __future__ import annotations

import pytest

from tests.migrate.test_training_to_torch import converted

HEAD = """import mindspore
from mindspore import amp, nn, ops
from mindspore.amp import DynamicLossScaler, StaticLossScaler, all_finite

net = nn.Dense(3, 2)
optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
criterion = nn.MSELoss()
scaler = DynamicLossScaler(1024, 2, 1000)


def forward_fn(x, y):
    loss = criterion(net(x), y)
    return scaler.scale(loss), loss


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
for x, y in loader:
    (_, loss), grads = grad_fn(x, y)
"""
WRITTEN = """for x, y in loader:
    optimizer.zero_grad()
    loss = criterion(net(x), y)
    scaler.scale(loss).backward()
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)\n"
            "scaler.adjust(finite)",
            "scaler.unscale_(optimizer)\nscaler.step(optimizer)\nscaler.update()",
        ),
        (
            "finite = amp.all_finite(grads)\nif finite:\n    # in time\n    grads = scaler.unscale(grads)\n"
            "    optimizer(grads)  # now\nscaler.adjust(finite)",
            "# in time\nscaler.unscale_(optimizer)\nscaler.step(optimizer)  # now\nscaler.update()",
        ),
        (
            "if all_finite(grads):\n    grads = scaler.unscale(grads)\n"
            "    grads = ops.clip_by_global_norm(grads, 1.0)\n    optimizer(grads)\nscaler.adjust(all_finite(grads))",
            "scaler.unscale_(optimizer)\nnn.utils.clip_grad_norm_(net.parameters(), max_norm=1.0)\n"
            "scaler.step(optimizer)\nscaler.update()",
        ),
    ],
    ids=["tested behind", "tested before", "tested in place"],
)
def test_the_scaler_steps(step: str, expected: str) -> None:
    found = converted(HEAD + indented(step))
    assert not found.left, [one.reason.text("en") for one in found.left]
    assert found.text.endswith(WRITTEN + indented(expected))


REFUSED = {
    "no scaler": "if all_finite(grads):\n    optimizer(grads)",
    "another case": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)\n"
    "else:\n    print('skipped')\nscaler.adjust(finite)",
    "more in the block": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)\n"
    "    steps += 1\nscaler.adjust(finite)",
    "told to others": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)\n"
    "print(finite)\nscaler.adjust(finite)",
    "never adjusted": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)",
    "not tested": "grads = scaler.unscale(grads)\noptimizer(grads)\nscaler.adjust(True)",
    "negated": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif not finite:\n    continue\n"
    "optimizer(grads)\nscaler.adjust(finite)",
    "another's": "grads = scaler.unscale(grads)\nfinite = all_finite(grads)\nif finite:\n    optimizer(grads)\n"
    "other.adjust(finite)",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_torchs_scaler_does_not_do_stays(name: str) -> None:
    found = converted(HEAD + indented(REFUSED[name]))
    reasons = [one.reason for one in found.left if one.reason.code == "TS320"]
    assert any("scaled by hand" in one.text("en") for one in reasons)
    assert all(one.text("zh-cn") != one.text("en") for one in reasons)
    assert ".backward()" not in found.text


def test_a_fixed_scale_needs_no_test() -> None:
    text = HEAD.replace("DynamicLossScaler(1024, 2, 1000)", "StaticLossScaler(1024)").replace(
        "import DynamicLossScaler, ", "import "
    )
    found = converted(text + indented("grads = scaler.unscale(grads)\noptimizer(grads)"))
    assert not found.left
    assert "class StaticLossScaler:" in found.text
    assert found.text.endswith(WRITTEN + indented("scaler.unscale_(optimizer)\noptimizer.step()"))


def test_what_a_scaler_knows_is_asked_for() -> None:
    found = converted(
        HEAD.partition("\n\n\ndef")[0] + "\nprint(scaler.scale_value.asnumpy(), float(scaler.scale_value))\n"
    )
    assert "print(scaler.get_scale(), float(scaler.get_scale()))" in found.text
    written = converted(HEAD.partition("\n\n\ndef")[0] + "\nscaler.scale_value = 1.0\n")
    assert any("scale_value" in one.symbol for one in written.left)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('amp.auto_mixed_precision(net, "O2")', "with_autocast(net, torch.float16)"),
        (
            'amp.auto_mixed_precision(net, amp_level="auto", dtype=mindspore.bfloat16)',
            "with_autocast(net, torch.bfloat16)",
        ),
        ('amp.auto_mixed_precision(net, "O0")', "net"),
        ('amp.auto_mixed_precision(net, "O3")', None),
        ("amp.auto_mixed_precision(net, level)", None),
    ],
)
def test_levels_of_precision(call: str, expected: str | None) -> None:
    found = converted(f"{HEAD.partition('scaler =')[0]}lowered = {call}\n")
    if expected is None:
        assert any("auto_mixed_precision" in one.symbol for one in found.left)
        assert f"lowered = {call}" in found.text
    else:
        assert not found.left
        assert found.text.endswith(f"lowered = {expected}\n")


def test_a_condition_that_mindspores_cpu_needed_goes() -> None:
    head = HEAD.partition("grad_fn =")[0]
    block = """if mindspore.get_context("device_target") != "CPU":  # it has no bfloat16: float32 there
    forward_fn = mindspore.amp.auto_mixed_precision(forward_fn, "auto", mindspore.bfloat16)
"""
    found = converted(head + block)
    assert not found.left
    assert found.text.endswith("\n\n\nforward_fn = with_autocast(forward_fn, torch.bfloat16)\n")
    found = converted(head + block.replace("if m", "if mixed and m"))
    assert not found.left
    assert found.text.endswith("\n\n\nif mixed:\n    forward_fn = with_autocast(forward_fn, torch.bfloat16)\n")
    found = converted(head + block.partition("  #")[0] + "\n    forward_fn = None\n")
    assert '!= "CPU":\n    forward_fn = None\n' in found.text  # what somebody else decides by the device


def test_what_a_scaled_loss_is_read_by() -> None:
    """The bracket around the division, and what is asked of the unscaled loss: converted or reported, never neither."""
    text = HEAD.replace("return scaler.scale(loss), loss", "return scaler.scale(loss)")
    text = text.replace(", has_aux=True", "").replace("(_, loss), grads", "loss, grads")
    text += indented("grads = scaler.unscale(grads)\nif all_finite(grads):\n    optimizer(grads)\n")
    text += indented("scaler.adjust(all_finite(grads))\nseen.append(scaler.unscale(loss).asnumpy())\n")
    found = converted(text)
    assert "    seen.append((loss.detach() / scaler.get_scale())." in found.text
    said = {one.symbol for one in found.left}
    assert ".asnumpy()" not in found.text or "mindspore.Tensor.asnumpy" in said
