"""What converting whole packages brought to light (`sweep.py`), each as small as it could be made."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Target
from tests.migrate.soundness import examine

# transformers, activations.py
PASSED_ON_AND_TAKEN = """\
from torch import nn


class Mish(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.functional.mish

    def forward(self, x):
        return self.act(x)


TABLE = {"mish": Mish}
mish = TABLE["mish"]()
"""

# transformers, cache_utils.py
ONLY_MOVES = """\
import torch


class Layer:
    def __init__(self, key: torch.Tensor, value: torch.Tensor):
        self.key = key
        self.value = value

    def offload(self):
        if self.key is not None:
            self.key = self.key.to("cpu", non_blocking=True)
            # and the other one
            self.value = self.value.to("cpu", non_blocking=True)

    def back(self):
        self.key = self.key.cuda()
        self.value = self.value.cuda()

    def together(self):
        if self.key is not None: self.key = self.key.cuda()
        for _ in range(3):
            self.key = self.key.cuda()  # why
            self.value = self.value.cuda()
            self.value = self.value.cuda()
        return self
"""

# transformers, trainer.py
MADE_ELSEWHERE = """\
import torch
from torch.optim.lr_scheduler import LambdaLR


def made(optimizer) -> LambdaLR: ...


class Base:
    def context(self):
        return torch.no_grad


class Block(torch.nn.Module): ...
"""
ONE_OF_TWO_FRAMEWORKS = """\
import torch

from .made_elsewhere import made


class Trainer:
    def __init__(self, optimizers: tuple[torch.optim.Optimizer | None, torch.optim.lr_scheduler.LRScheduler | None]):
        self.optimizer, self.schedule = optimizers

    def make(self, optimizer):
        self.schedule = made(optimizer)

    def save(self, path):
        torch.save(self.schedule.state_dict(), path)
"""
ONE_OF_SEVERAL = """\
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau


class Greedy(ReduceLROnPlateau):
    def step(self, metrics, epoch=None):
        return None


def first(optimizer) -> LambdaLR: ...
def second(optimizer) -> ReduceLROnPlateau: ...


class Trainer:
    def __init__(self, schedule: LambdaLR):
        self.schedule = schedule

    def make(self, name):
        self.schedule = {"a": first, "b": second, "c": Greedy}[name](self.optimizer)

    def go(self, metrics):
        if isinstance(self.schedule, (ReduceLROnPlateau, Greedy)):
            self.schedule.step(metrics["loss"])
"""

# transformers, modeling_bark.py
DOCUMENTED = """\
import torch
from torch import nn


def documented(given=None):
    def decorated(one):
        if "." in one.__qualname__:
            return of_method(one)
        return of_class(one)

    if given:
        return decorated(given)
    return decorated


def of_method(function):
    function.__doc__ = None
    return function


def of_class(cls):
    first = cls.__init__
    of_method(first)
    return cls


class Fine(nn.Module):
    @documented
    def forward(self, x):
        return torch.relu(x)

    def generate(self, x):
        return self.forward(x)


@documented
class Other(nn.Module):
    @documented()
    def forward(self, x):
        return torch.relu(x)

    def generate(self, x):
        return self.forward(x)
"""

# transformers, nearly everywhere
IN_QUOTES = """\
from typing import TYPE_CHECKING, Literal, Optional, Union

if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.fx import GraphModule


def f(images: list["torch.Tensor"], how: Literal["torch.Tensor"] = "torch.Tensor") -> "torch.Tensor | None":
    'Of "torch.Tensor".'
    out: "dict[str, torch.Tensor]" = {how: images}
    return out


def g(layer: "nn.Linear", other: Optional["nn.Module"], x: Union["torch.device", 'nn.Conv2d']): ...


def h(module: "GraphModule", by_name: "torch.fx.Node"): ...
"""

# transformers, pipelines/mask_generation.py
CONTEXT_OF_ANOTHER_FILE = """\
from .made_elsewhere import Base


class Pipeline(Base):
    def forward(self, x):
        context = self.context()
        with context():
            y = self.model(x)
        return y
"""

# torch, testing/_internal/common_fsdp.py: the class is not this file's, and stays one of torch
CLASS_OF_ANOTHER_FILE = """\
import torch
from .made_elsewhere import Block

block = Block().to(dtype=torch.float64)
"""

# transformers, longformer/modeling_longformer.py
COUNTED = """\
import torch


def places(mask: torch.Tensor) -> torch.Tensor:
    counts = mask.long().sum(dim=1)
    most = counts.max()
    return torch.arange(most, device=mask.device) < counts.unsqueeze(dim=-1)
"""

# timm, layers/mlp.py and models/gemma4_vit.py
FILLED = """\
import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.register_buffer("mean", torch.zeros(4))
        self.shift: torch.Tensor = nn.Parameter(torch.zeros(4))

    def reset(self):
        nn.init.ones_(self.fc.bias[2:])
        nn.init.zeros_(self.mean)
        nn.init.normal_(self.shift)
"""

SOURCES = {
    "passed_on_and_taken": PASSED_ON_AND_TAKEN,
    "only_moves": ONLY_MOVES,
    "one_of_two_frameworks": ONE_OF_TWO_FRAMEWORKS,
    "one_of_several": ONE_OF_SEVERAL,
    "documented": DOCUMENTED,
    "in_quotes": IN_QUOTES,
    "context_of_another_file": CONTEXT_OF_ANOTHER_FILE,
    "class_of_another_file": CLASS_OF_ANOTHER_FILE,
    "counted": COUNTED,
    "filled": FILLED,
}


def project(tmp_path: Path, name: str, source: str) -> tuple[Project, Path]:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "made_elsewhere.py").write_text(MADE_ELSEWHERE)
    path = package / f"{name}.py"
    path.write_text(source)
    return Project(shipped(), (tmp_path,)), path


def mindspore() -> Target:
    return Target("mindspore", shipped().versions["mindspore"])


@pytest.mark.parametrize("best_effort", [False, True])
@pytest.mark.parametrize("name", SOURCES)
def test_the_result_compiles_keeps_every_comment_and_is_final(name: str, best_effort: bool, tmp_path: Path) -> None:
    inside, path = project(tmp_path, name, SOURCES[name])
    found = examine(path, inside, mindspore(), best_effort)
    assert found.problems == ()
    assert not found.broken


@pytest.mark.parametrize("name", ["nn/init", "nn/modules/loss", "optim/lr_scheduler"])
def test_what_a_file_of_the_framework_defines_stays_what_it_is(name: str) -> None:
    found = find_spec("torch")
    assert found is not None and found.origin is not None
    top = Path(found.origin).parent
    for best_effort in (False, True):
        one = examine(top / f"{name}.py", Project(shipped(), (top.parent,)), mindspore(), best_effort)
        assert one.problems == ()
        assert one.converted > 10


def converted(tmp_path: Path, source: str) -> str:
    inside, path = project(tmp_path, "source", source)
    analysis = inside.file(path)
    assert analysis is not None
    return convert(analysis, mindspore(), best_effort=True).text


def test_of_moves_alone_a_pass_is_left(tmp_path: Path) -> None:
    text = converted(tmp_path, ONLY_MOVES)
    assert (
        text.partition("    def offload(self):\n")[2]
        == """\
        if self.key is not None:
            pass
            # and the other one

    def back(self):
        pass

    def together(self):
        for _ in range(3):
            self.key = self.key  # why
        return self
"""
    )


def test_a_method_of_one_of_several_keeps_its_object(tmp_path: Path) -> None:
    assert '            self.schedule.step(metrics["loss"])\n' in converted(tmp_path, ONE_OF_SEVERAL)


def test_calls_of_a_decorated_forward_follow_it(tmp_path: Path) -> None:
    text = converted(tmp_path, DOCUMENTED)
    assert text.count("def construct(self, x):") == text.count("return self.construct(x)") == 2


def test_parameters_are_filled_and_neither_buffers_nor_parts(tmp_path: Path) -> None:
    text = converted(tmp_path, FILLED)
    assert "self.shift.set_data(" in text
    assert "nn.init.ones_(self.fc.bias[2:])" in text
    assert "nn.init.zeros_(self.mean)" in text


def test_annotations_in_quotes_follow_and_what_stays_keeps_its_import(tmp_path: Path) -> None:
    inside, path = project(tmp_path, "source", IN_QUOTES)
    analysis = inside.file(path)
    assert analysis is not None
    done = convert(analysis, mindspore())
    expected = """\
from typing import TYPE_CHECKING, Literal, Optional, Union
from mindspore import Tensor, nn

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule


def f(images: list["Tensor"], how: Literal["torch.Tensor"] = "torch.Tensor") -> "Tensor | None":
    'Of "torch.Tensor".'
    out: "dict[str, Tensor]" = {how: images}
    return out


def g(layer: "nn.Dense", other: Optional["nn.Cell"], x: Union["str", 'nn.Conv2d']): ...


def h(module: "GraphModule", by_name: "torch.fx.Node"): ...
"""
    assert done.text == expected
    assert [one.symbol for one in done.left] == ["torch.fx.GraphModule", "torch.fx.Node"]


def test_a_private_name_in_quotes_keeps_its_import_with_a_reason(tmp_path: Path) -> None:
    inside, path = project(tmp_path, "source", 'import torch\n\n\ndef f(x: "torch.Tensor", y: "torch._C.Node"): ...\n')
    analysis = inside.file(path)
    assert analysis is not None
    done = convert(analysis, mindspore())
    assert done.text == (
        'import torch\nfrom mindspore import Tensor\n\n\ndef f(x: "Tensor", y: "torch._C.Node"): ...\n'
    )
    assert [one.reason.code for one in done.left] == ["TS315"]
