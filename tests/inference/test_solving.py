"""Facts that depend on themselves, and facts that are far away."""

from __future__ import annotations

import random

import pytest

from lsp_server.inference.uses import uses
from tests.support import analyse, use

CIRCLES = {
    "loop": "x = torch.zeros(3)\nfor i in range(3):\n    x = x.abs() + 1\nx.vi$0ew(3)",
    "two variables in turns": (
        "x = torch.zeros(3)\ny = torch.ones(3)\nwhile i:\n    x, y = y, x.abs()\n    x.vi$0ew(3)"
    ),
    "variable of its own list": (
        "xs = [torch.zeros(3)]\nfor i in range(3):\n    xs = [x.abs() for x in xs]\nxs[0].vi$0ew(3)"
    ),
    "recursion with an end": (
        "def f(x: torch.Tensor, n):\n    if n == 0:\n        return x\n    return f(x, n - 1)\n"
        "f(torch.zeros(3), 2).vi$0ew(3)"
    ),
    "functions that call each other": (
        "def f(n):\n    return torch.zeros(3) if n == 0 else g(n)\ndef g(n):\n    return f(n - 1)\ng(2).vi$0ew(3)"
    ),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles_have_a_solution(name: str) -> None:
    found = use("import torch\n" + CIRCLES[name])
    assert found is not None
    assert found.symbol == "torch.Tensor.view"


ENDLESS = {
    "of itself": "x = x\nx.vi$0ew(3)",
    "recursion without an end": "def f(n):\n    return f(n - 1)\nf(3).vi$0ew(3)",
    "grows": "x = 1\nfor i in range(3):\n    x = (x, x)\nx.vi$0ew(3)",
    "another kind each time": "x = torch.zeros(3)\nfor i in y:\n    x = [x]\nx.vi$0ew",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_nothing_certain_is_said_of_what_has_none(name: str) -> None:
    found = use("import torch\n" + ENDLESS[name])
    assert found is None or found.certainty == "likely"


def test_a_chain_of_any_length_is_followed_from_its_end() -> None:
    text = "import torch\nx = torch.zeros(3)\n" + "x = x.abs()\n" * 2_000
    found = use(text + "x.vi$0ew(3)\n")
    assert found is not None
    assert (found.symbol, found.certainty) == ("torch.Tensor.view", "certain")


def test_knots_of_loops_cost_their_length() -> None:
    """Twenty variables that are mixed in a loop; each was worked out for every way through the others once."""
    names = [f"x{number}" for number in range(20)]
    mixed = "\n".join(f"    {one} = {one} + {other}" for one, other in zip(names, names[1:] + names[:1], strict=True))
    text = "import torch\n" + "\n".join(f"{name} = torch.zeros(3)" for name in names)
    analysis = analyse(f"{text}\nfor i in range(9):\n{mixed}\n{names[3]}.view(3)\n")
    assert [found.symbol for found in uses(analysis)][-1] == "torch.Tensor.view"
    assert analysis.project.solver.steps < 20_000


def test_functions_that_all_call_each_other_cost_little_more_than_their_number() -> None:
    """Every circle was worked out anew for every way that leads to it; most of the file was cut short then."""
    chance = random.Random(1)
    lines = ["import torch"]
    for number in range(20):
        first, second, last = (chance.randrange(20) for _ in range(3))
        lines += [f"def f{number}(g, x):", f"    y = f{first}(g, x)", "    if x is None:", "        return g.abs()"]
        lines += [f"    z = f{second}(y, x)", f"    return f{last}(z, y)"]
    analysis = analyse("\n".join([*lines, "f0(torch.zeros(3), 1).view(3)", ""]))
    assert [found.symbol for found in uses(analysis)][-1] == "torch.zeros"
    assert analysis.project.solver.cuts < 1_000
