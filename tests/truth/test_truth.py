"""What inference says of running programs: floors that are not to be fallen below, and the tool that measures it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from . import instrument, recorder, tables
from .__main__ import DOCUMENT, false_certainties, line, records, rows
from .compare import HELD, OWN, Row, judge
from .record import Denoted, Record
from .store import GROUPS

RECALL = {
    "module": 0.99, "function": 0.99, "class": 0.99, "constant": 0.99, "Tensor member": 0.94, "Module member": 0.93,
    "Cell member": 0.77, "Optimizer member": 0.95, "other member": 0.8,
}  # fmt: skip


@pytest.fixture(scope="module")
def programs() -> dict[str, Record]:
    return records(GROUPS)


@pytest.fixture(scope="module")
def found(programs: dict[str, Record]) -> list[Row]:
    return rows(programs.values())


@pytest.mark.frameworks
def test_programs_run(programs: dict[str, Record]) -> None:
    assert not programs["small"].failed
    files = {file for name, record in programs.items() if name != "small" for file in record.files}
    assert len(files) >= 250


@pytest.mark.frameworks
def test_nothing_certain_is_false(found: list[Row]) -> None:
    assert not [line(row) for row in false_certainties(found)]


@pytest.mark.frameworks
def test_recall_and_precision(found: list[Row]) -> None:
    everything = tables.figures(found)
    assert everything.recall >= 0.975
    assert everything.precision >= 0.995
    for group, floor in RECALL.items():
        some = tables.figures([row for row in found if row.group == group])
        assert some.recall >= floor, group
    assert tables.figures([row for row in found if row.group not in (HELD, OWN)]).precision >= 0.998


@pytest.mark.frameworks
def test_documented_figures_are_those_of_today(found: list[Row]) -> None:
    cells = re.search(r"\| \*\*all\*\* .*", DOCUMENT.read_text())
    assert cells is not None, "python -m tests.truth --write"
    recall, precision = (float(one) / 100 for one in re.findall(r"([\d.]+)%", cells.group()))
    today = tables.figures(found)
    assert abs(recall - today.recall) < 0.005, "python -m tests.truth --write"
    assert abs(precision - today.precision) < 0.005, "python -m tests.truth --write"


def test_a_claim_is_judged_by_what_happened() -> None:
    view, shape = Denoted(("torch.Tensor.view",)), Denoted(("torch.Tensor.shape",))
    step = Denoted(("torch.optim.SGD.step", "torch.optim.Optimizer.step"))
    nothing, held = Denoted(), Denoted(("torch.relu",), held=True)
    overridden = Denoted(overridden=("torch.Tensor.view",))

    def verdict(denotations: tuple[Denoted, ...], claim: str, certain: bool = True) -> str | None:
        row = judge(denotations, claim, certain)
        return row[0] if row is not None else None

    assert verdict((view,), "torch.Tensor.view") == "right"
    assert verdict((view,), "torch.Tensor.mul") == "wrong"
    assert verdict((view,), "") == "missed"
    assert verdict((nothing,), "") is None
    assert verdict((nothing,), "torch.Tensor.view") == "extra"
    assert verdict((view, shape), "") is None
    assert verdict((view, shape), "torch.Tensor.view", certain=False) == "right"
    assert verdict((view, shape), "torch.Tensor.view") == "wrong"
    assert verdict((view, nothing), "torch.Tensor.view") == "wrong"
    assert verdict((step,), "torch.optim.Optimizer.step") == "right"
    assert verdict((held,), "") is None
    assert verdict((held,), "torch.relu") == "right"
    assert verdict((overridden,), "torch.Tensor.view") is None
    assert verdict((overridden,), "torch.Tensor.shape") == "extra"


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    __hidden = 3\n    def f(self):\n        return self.__hidden\nanswer = A().f()",
        "class A:\n    def f(self): return 2\nclass B(A):\n    def f(self): return super().f() + 1\nanswer = B().f()",
        "import math\nmatch 3:\n    case math.pi: answer = 1\n    case int(): answer = 3",
        "from __future__ import annotations\ndef f(x: no_such_name) -> nor_this: return 3\nanswer = f(1)",
        "answer = len([x for x in 'abc' if (y := x)])",
        "import math as m\nanswer = f'{int(m.pi)}'\nanswer = int(answer)",
        "x = [0]\nx[0] += 3\ndel x[0:0]\nanswer = x[0]",
        "def f(*a, b=1, **c): return len(a) + b + len(c)\nanswer = f(1, c=2)",
        "class A:\n    x = 3\n    y = [x for _ in range(1)] if False else x\nanswer = A.y",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(): return 3\nanswer = f()",
    ],
    ids=[
        "private",
        "super",
        "match",
        "annotations",
        "walrus",
        "f-string",
        "targets",
        "arguments",
        "class",
        "decorator",
    ],
)
def test_instrumented_code_does_what_it_did(source: str) -> None:
    recorder.install()
    space: dict[str, object] = {"__name__": "program"}
    exec(instrument.instrumented("program.py", "program", source.encode()), space)
    assert space["answer"] == 3


def test_instrumented_code_keeps_its_places() -> None:
    recorder.install()
    source = b"import math\ndef f():\n    return math.no_such_name\n"
    space: dict[str, object] = {"__name__": "program"}
    exec(instrument.instrumented("program.py", "program", source), space)
    with pytest.raises(AttributeError) as caught:
        space["f"]()  # type: ignore[operator]  what was executed is of any type
    assert caught.traceback[1].lineno + 1 == 3


def test_small_programs_are_the_constructs() -> None:
    for path in (Path(__file__).parent / "programs").glob("[a-z]*.py"):
        assert ast.get_docstring(ast.parse(path.read_bytes())), path.name
