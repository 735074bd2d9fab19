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
        # one argument would stay, another would go
        ("opt = torch.optim.SGD(net.parameters(), lr=0.1, **dict(momentum=0.9, foreach=False))\n", "`foreach`"),
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
