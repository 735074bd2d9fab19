"""``**options`` in calls: what it can hold decides whether it stays, goes, or keeps the call as it is."""

from __future__ import annotations

import pytest

from tests.migrate.test_inner_gradients import HEAD, converted


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (
            "extra = dict(fused=True) if torch.cuda.is_available() else dict()\n"
            "opt = torch.optim.AdamW(net.parameters(), lr=1e-3, **extra)\n",
            "opt = optim.AdamW(net.trainable_params(), lr=1e-3)",
        ),
        (
            'options = {"lr": 0.1, "momentum": 0.9}\nopt = torch.optim.SGD(net.parameters(), **options)\n',
            "opt = optim.SGD(net.trainable_params(), **options)",
        ),
        (
            "opt = torch.optim.SGD(net.parameters(), lr=0.1, **dict(nesterov=True, momentum=0.9))\n",
            "opt = optim.SGD(net.trainable_params(), lr=0.1, **dict(nesterov=True, momentum=0.9))",
        ),
        (
            "opt = torch.optim.SGD(net.parameters(), lr=0.1, **dict(momentum=0.9, foreach=False))\n",
            "opt = optim.SGD(net.trainable_params(), lr=0.1, momentum=0.9)",
        ),
    ],
)
def test_what_the_counterpart_takes_stays_and_what_it_lacks_goes(text: str, call: str) -> None:
    found = converted(HEAD + text)
    assert call in found.text
    assert not found.left


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # the keys are not known
        ("def make(**options):\n    return torch.optim.SGD(net.parameters(), **options)\n", "hides"),
        # one argument would stay, another would go, and something else may have changed what is there
        (
            "options = dict(momentum=0.9, foreach=False)\noptions.update(momentum=0.5)\n"
            "opt = torch.optim.SGD(net.parameters(), lr=0.1, **options)\n",
            "`foreach`",
        ),
        # `lr` may be missing, and the defaults differ
        (
            'options = {"lr": 0.1}\noptions["momentum"] = 0.9\nopt = torch.optim.SGD(net.parameters(), **options)\n',
            "`lr`",
        ),
    ],
)
def test_the_rest_stays_with_a_reason(text: str, reason: str) -> None:
    found = converted(HEAD + text)
    assert "torch.optim.SGD" in found.text
    assert [reason in one.reason.text("en") for one in found.left if one.reason.code == "TS307"] == [True]


@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        ("torch.empty(n, 3, **dd)", "mint.empty((n, 3), dtype=dtype)"),
        ("torch.zeros(n, 3, **dd)", "ops.zeros((n, 3), dtype=dtype)"),
        ("torch.zeros((n, 3), **dd)", "ops.zeros((n, 3), dtype=dtype)"),
        ("nn.Linear(n, 3, **dd)", "nn.Dense(n, 3, dtype=dtype or mindspore.float32)"),
        ("nn.Linear(n, 3, bias=False, **dd)", "nn.Dense(n, 3, has_bias=False, dtype=dtype or mindspore.float32)"),
        ("nn.Linear(n, 3, device=device, dtype=dtype)", "nn.Dense(n, 3, dtype=dtype or mindspore.float32)"),
        ("nn.Linear(n, 3, dtype=None)", "nn.Dense(n, 3, dtype=mindspore.float32)"),
        ("nn.Linear(n, 3, dtype=torch.float16)", "nn.Dense(n, 3, dtype=mindspore.float16)"),
    ],
)
@pytest.mark.parametrize("options", ["dict(device=device, dtype=dtype)", '{"device": device, "dtype": dtype}'])
def test_devices_and_a_dtype_that_may_be_none(options: str, call: str, becomes: str) -> None:
    """What layers hand on to their parts, several in one file."""
    text = "".join(
        f"def {name}(n, device=None, dtype=None):\n    dd = {options}\n    return {call}\n" for name in ("f", "g")
    )
    found = converted(HEAD + text)
    assert not found.left
    assert found.text.count(f"    return {becomes}\n") == 2


@pytest.mark.parametrize("change", ['dd["dtype"] = torch.float16', "dd.update(other)", "change(dd)", "dd = other"])
def test_what_may_have_changed_since_stays(change: str) -> None:
    text = f"def f(n, other, device=None, dtype=None):\n    dd = dict(device=device, dtype=dtype)\n    {change}\n"
    found = converted(HEAD + text + "    return torch.empty(n, 3, **dd)\n")
    assert "    return torch.empty(n, 3, **dd)\n" in found.text
    assert [one.reason.code for one in found.left] == ["TS307"]


def test_a_name_that_means_something_else_by_then_is_read_from_the_dictionary() -> None:
    text = "def f(n, device=None, dtype=None):\n    dd = dict(device=device, dtype=dtype)\n    dtype = n\n"
    found = converted(HEAD + text + "    return torch.empty(n, 3, **dd)\n")
    assert '    return mint.empty((n, 3), dtype=dd["dtype"])\n' in found.text
    assert not found.left
