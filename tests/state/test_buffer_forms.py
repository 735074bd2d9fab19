"""``register_buffer`` and ``nn.Buffer``: both forms of the same source run in torch and hold the same."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_server.findings.buffer_forms import registration_at
from lsp_server.migrate.edits import apply
from lsp_server.state.evaluator import state_of_expression

from . import truth

torch = pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")
pytestmark = pytest.mark.frameworks

HEAD = "import torch\nfrom torch import nn\n\n\n"
BODIES = {
    "plain": ('self.register_buffer("x", torch.arange(3.0))', "self.x = nn.Buffer(torch.arange(3.0))"),
    "not saved": (
        'self.register_buffer("x", torch.ones(2), persistent=False)',
        "self.x = nn.Buffer(torch.ones(2), persistent=False)",
    ),
    "by place": (
        'self.register_buffer("x", torch.ones(2), bool(0))',
        "self.x = nn.Buffer(torch.ones(2), persistent=bool(0))",
    ),
    "by name": (
        'self.register_buffer(name="x", tensor=torch.zeros(1, dtype=torch.int64), persistent=True)',
        "self.x = nn.Buffer(torch.zeros(1, dtype=torch.int64), persistent=True)",
    ),
    "many lines": (
        'self.register_buffer(\n            "x",\n            torch.eye(2),  # 2\n            '
        "persistent=False,\n        )",
        "self.x = nn.Buffer(\n            torch.eye(2),  # 2\n            persistent=False,\n        )",
    ),
    "in a part": (
        'self.first.register_buffer("x", 1 - torch.ones(2))',
        "self.first.x = nn.Buffer(1 - torch.ones(2))",
    ),
}


def source(line: str) -> str:
    return (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.first = nn.BatchNorm1d(2)\n        self.before = nn.Buffer(torch.zeros(1))\n        {line}\n"
        "        self.weight = nn.Parameter(torch.ones(1))\n        self.register_buffer('last', torch.zeros(2))\n"
    )


def other_form(text: str, line: str) -> str:
    """The text with the registration that begins with a line in the other form."""
    analysis = truth.analysis(text)
    found = registration_at(analysis, text.index(line) + 3)
    assert found is not None
    return apply(analysis.document.data, found.fix.edits)


def held(text: str) -> dict[str, Any]:
    """What somebody can see of the buffers of the net that a source makes."""
    net = truth.executed(text)["Net"]()
    state = net.state_dict()
    return {
        "state": [(name, value.tolist(), str(value.dtype)) for name, value in state.items()],
        "buffers": [(name, value.tolist()) for name, value in net.named_buffers()],
        "parameters": [name for name, _ in net.named_parameters()],
        "moved": [(name, str(value.dtype)) for name, value in net.double().named_buffers()],
        "taken": list(truth.executed(text)["Net"]().load_state_dict(state)),
    }


@pytest.mark.parametrize("name", BODIES)
def test_both_forms_hold_the_same(name: str) -> None:
    call, buffer = BODIES[name]
    assert other_form(source(call), call) == source(buffer)
    assert held(source(call)) == held(source(buffer))
    ours = [state_of_expression(truth.analysis(source(form)), "Net()") for form in (call, buffer)]
    assert truth.rows(ours[0]) == truth.rows(ours[1]) == truth.real(truth.executed(source(call))["Net"]())


@pytest.mark.parametrize("name", BODIES)
def test_there_and_back(name: str) -> None:
    _, buffer = BODIES[name]
    call = other_form(source(buffer), buffer)
    assert held(call) == held(source(buffer))
    assert other_form(call, "register_buffer(") == source(buffer)


REFUSED = {
    "a name that is worked out": 'self.register_buffer("x" + "y", torch.ones(1))',
    "a formatted name": 'self.register_buffer(f"x{1}", torch.ones(1))',
    "in a loop": 'for i in range(1): self.register_buffer("x", torch.ones(1))',
    "no identifier": 'self.register_buffer("x-y", torch.ones(1))',
    "a private name": 'self.register_buffer("__x", torch.ones(1))',
    "none": 'self.register_buffer("x", None)',
    "nothing": "self.x = nn.Buffer()",
    "annotated": "self.x: torch.Tensor = nn.Buffer(torch.ones(1))",
    "another buffer": 'self.register_buffer("x", self.before)',
    "a statistic": 'self.register_buffer("x", self.first.running_mean)',
    "one tensor under two names": 't = torch.ones(1); self.y = t; self.register_buffer("x", t)',
    "a name that is taken": "self.weight = nn.Buffer(torch.ones(1))",
    "arguments in a star": 'self.register_buffer("x", *[torch.ones(1)])',
    "its value is used": 'y = self.register_buffer("x", torch.ones(1))',
    "in another order": 'self.register_buffer(tensor=torch.ones(1), name="x")',
}


@pytest.mark.parametrize("name", REFUSED)
def test_left_alone(name: str) -> None:
    text, line = source(REFUSED[name]), REFUSED[name]
    offset = text.index(line) + max(line.find("register_buffer"), line.find("Buffer("))
    assert registration_at(truth.analysis(text), offset) is None


def test_one_tensor_under_two_names_is_the_difference() -> None:
    """Why such are left alone."""
    both = "t = torch.ones(1)\n        {0}\n        {1}"
    call = both.format('self.register_buffer("x", t)', 'self.register_buffer("y", t)')
    buffer = both.format("self.x = nn.Buffer(t)", "self.y = nn.Buffer(t)")
    counts = [len(held(source(text))["buffers"]) for text in (call, buffer)]
    assert counts[0] + 1 == counts[1]


@pytest.mark.parametrize(("version", "is_offered"), [("2.4.1", False), ("2.5.0", True), ("2.13.0", True)])
def test_only_where_torch_has_it(version: str, is_offered: bool) -> None:
    text = source('self.register_buffer("x", torch.ones(1))')
    analysis = truth.analysis(text, version=version)
    assert (registration_at(analysis, text.index("register_buffer")) is not None) == is_offered
