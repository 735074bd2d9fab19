"""What other floors ask: objects in the source, several files, counterparts, limits. Needs no framework."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Framework, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserClass, UserInstance
from lsp_server.state.counterparts import counterparts, key_map
from lsp_server.state.evaluator import state_of, state_of_expression
from lsp_server.state.model import Counterpart, ModuleState

from . import truth
from .models import MINDSPORE, RESNET, TORCH

HEADER = "import torch\nimport torch.nn as nn\n"


def cell_layer(rule: Rule) -> RuleCounterpart | None:
    """The counterpart that runs on the CPU."""
    return next((found for found in rule.counterparts if "CPU" in found.devices), None)


def mint_layer(rule: Rule) -> RuleCounterpart | None:
    return next((found for found in rule.counterparts if "Ascend" in found.devices), None)


def object_named(analysis: Analysis, name: str) -> UserClass | UserInstance | Instance:
    value = analysis.global_fact(name).value
    assert isinstance(value, (UserClass, UserInstance, Instance))
    return value


def state_named(source: str, name: str) -> ModuleState | None:
    analysis = truth.analysis(source)
    return state_of(analysis, object_named(analysis, name))


def names(state: ModuleState | None) -> list[str]:
    assert state is not None
    return [entry.name for entry in state.entries]


class TestObjects:
    def test_an_object_has_the_arguments_of_its_call(self) -> None:
        state = state_named(
            HEADER + "class Net(nn.Module):\n"
            "    def __init__(self, n):\n        super().__init__()\n        self.a = nn.Linear(n, 2)\n"
            "width = 3\nnet = Net(width * 2)\nwidth = 99\n",
            "net",
        )
        assert state is not None and state.complete
        assert state.entries[0].shape == (2, 6)

    def test_a_call_inside_a_function_sees_what_ran_before(self) -> None:
        source = (
            HEADER + "def main(flag):\n    layers = []\n    for i in range(2):\n"
            "        layers.append(nn.Linear(i + 1, 1))\n    net = nn.Sequential(*layers)\n    net.buffers()\n"
        )
        analysis = truth.analysis(source)
        call = analysis.document.root.descendant_for_byte_range(source.index("nn.Seq"), source.index("(*layers)") + 9)
        assert call is not None
        state = state_of(analysis, Instance("torch.nn.Sequential", analysis.source(call)))
        assert state is not None and state.complete
        assert names(state) == ["0.weight", "0.bias", "1.weight", "1.bias"]

    def test_a_class_without_its_arguments_keeps_the_names(self) -> None:
        state = state_named(
            HEADER + "class Net(nn.Module):\n    def __init__(self, n, bias: bool):\n        super().__init__()\n"
            "        self.a = nn.Linear(n, 2)\n        self.b = nn.Linear(2, 3, bias=bias)\n",
            "Net",
        )
        assert state is not None and not state.complete
        assert [(entry.name, entry.shape) for entry in state.entries] == [
            ("a.weight", None),
            ("a.bias", (2,)),
            ("b.weight", (3, 2)),
        ]

    def test_sources_lead_to_the_line_that_creates(self) -> None:
        state = state_named(
            HEADER + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.bn = nn.BatchNorm2d(4)\n        self.register_buffer('m', torch.zeros(2))\n",
            "Net",
        )
        assert state is not None
        mean = next(entry for entry in state.entries if entry.own_name == "running_mean")
        mask = next(entry for entry in state.entries if entry.own_name == "m")
        assert mean.layer == "torch.nn.BatchNorm2d"
        assert mean.layer_call is not None and mean.layer_call.text == "nn.BatchNorm2d(4)"
        assert mask.layer is None and mask.source is not None and mask.source.text == "torch.zeros(2)"

    def test_what_is_no_module_has_no_state(self) -> None:
        assert state_named("class Plain:\n    pass\n", "Plain") is None
        analysis = truth.analysis(HEADER)
        assert state_of(analysis, Instance("torch.Tensor")) is None
        for text in ("", "1 +", "nothing", "3", "torch.zeros(2)", "nn.Linear(", "import os"):
            assert state_of_expression(analysis, text) is None, text


class TestFiles:
    def test_classes_and_constants_of_other_files(self, tmp_path: Path) -> None:
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / "__init__.py").write_text("from .blocks import Block, WIDTH\n")
        (tmp_path / "parts" / "blocks.py").write_text(
            "from torch import nn\nfrom . import sizes\nWIDTH = sizes.BASE * 2\n"
            "class Block(nn.Module):\n    def __init__(self, n=sizes.BASE):\n        super().__init__()\n"
            "        self.conv = nn.Conv1d(n, WIDTH, 3)\n"
        )
        (tmp_path / "parts" / "sizes.py").write_text("BASE = 4\n")
        source = (
            "import torch.nn as nn\nimport parts\nfrom parts import Block\nfrom parts.sizes import *\n"
            "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.a = Block()\n        self.b = parts.blocks.Block(BASE + 1)\n"
            "        self.c = nn.Linear(parts.WIDTH, 1)\n"
        )
        (tmp_path / "main.py").write_text(source)
        analysis = truth.analysis(source, (tmp_path,), tmp_path / "main.py")
        state = state_of_expression(analysis, "Net()")
        assert state is not None and state.complete
        assert [(entry.name, entry.shape) for entry in state.entries if entry.own_name == "weight"] == [
            ("a.conv.weight", (8, 4, 3)),
            ("b.conv.weight", (8, 5, 3)),
            ("c.weight", (1, 8)),
        ]

    def test_names_that_a_package_takes_from_its_modules(self, tmp_path: Path) -> None:
        """``from torchvision.models import resnet18``: the package says ``from .resnet import *``."""
        (tmp_path / "zoo").mkdir()
        (tmp_path / "zoo" / "__init__.py").write_text("from .outer import *\n")
        (tmp_path / "zoo" / "outer.py").write_text("from .inner import *\nfrom zoo import *\n")
        (tmp_path / "zoo" / "inner.py").write_text("from torch import nn\ndef made(n=2):\n    return nn.Linear(n, 3)\n")
        source = "from zoo import made, nothing\ndef net():\n    return made()\n"
        state = state_of_expression(truth.analysis(source, (tmp_path,), tmp_path / "main.py"), "net()")
        assert state is not None and [entry.shape for entry in state.entries] == [(3, 2), (3,)]


class TestCounterparts:
    def found(self, source: str, expression: str, choose: object = cell_layer) -> dict[str, Counterpart | None]:
        state = state_of_expression(truth.analysis(source), expression)
        assert state is not None
        target = "mindspore" if state.framework == "torch" else "torch"
        assert callable(choose)
        others = counterparts(state, shipped(), target, choose)
        assert len(others) == len(state.entries)
        return {entry.name: other for entry, other in zip(state.entries, others, strict=True)}

    def test_the_network_of_the_mission(self) -> None:
        found = self.found(TORCH["mission"].source, "MyNet()")
        start = "build_block.0."
        assert {name: other.name if other else None for name, other in found.items()} == {
            f"{start}conv.weight": f"{start}conv.weight",
            f"{start}conv.bias": f"{start}conv.bias",
            f"{start}bn.weight": f"{start}bn.gamma",
            f"{start}bn.bias": f"{start}bn.beta",
            f"{start}bn.running_mean": f"{start}bn.moving_mean",
            f"{start}bn.running_var": f"{start}bn.moving_variance",
            f"{start}bn.num_batches_tracked": None,
        }
        mean = found[f"{start}bn.running_mean"]
        assert mean is not None and (mean.kind, mean.trainable, mean.shape) == ("parameter", False, (64,))
        bias = found[f"{start}conv.bias"]
        assert bias is not None and bias.lost and bias.reason == "has_bias=True"
        assert [name for name, other in found.items() if other is not None and other.lost] == [f"{start}conv.bias"]

    def test_mint_keeps_the_names_and_the_bias(self) -> None:
        found = self.found(TORCH["mission"].source, "MyNet()", mint_layer)
        assert all(other is not None and other.name == name and not other.lost for name, other in found.items())

    def test_back_to_torch(self) -> None:
        found = self.found(MINDSPORE["mission"].source, "MyNet()")
        names = {name: other.name for name, other in found.items() if other is not None}
        assert names["build_block.0.bn.moving_mean"] == "build_block.0.bn.running_mean"

    def test_a_bias_that_was_asked_for_is_not_lost(self) -> None:
        found = self.found(HEADER, "nn.Conv2d(3, 4, 3, bias=True)")
        bias = found["bias"]
        assert bias is not None and not bias.lost

    def test_another_shape_is_a_transform(self) -> None:
        weight = self.found(HEADER, "nn.Conv1d(4, 8, 3)")["weight"]
        assert weight is not None
        assert (weight.shape, weight.transform) == ((8, 4, 1, 3), "reshape(8, 4, 1, 3)")

    def test_parts_of_a_layer_take_the_names_that_they_have_there(self) -> None:
        found = self.found(HEADER, "nn.Sequential(nn.ReLU(), nn.TransformerEncoderLayer(8, 2, 16))")
        assert {name: other.name for name, other in found.items() if other is not None} == {
            "1.self_attn.in_proj_weight": "1.self_attn.in_proj_weight",
            "1.self_attn.in_proj_bias": "1.self_attn.in_proj_bias",
            "1.self_attn.out_proj.weight": "1.self_attn.out_proj.weight",
            "1.self_attn.out_proj.bias": "1.self_attn.out_proj.bias",
            "1.linear1.weight": "1.dense1.weight",
            "1.linear1.bias": "1.dense1.bias",
            "1.linear2.weight": "1.dense2.weight",
            "1.linear2.bias": "1.dense2.bias",
            "1.norm1.weight": "1.norm1.gamma",
            "1.norm1.bias": "1.norm1.beta",
            "1.norm2.weight": "1.norm2.gamma",
            "1.norm2.bias": "1.norm2.beta",
        }

    def test_layers_without_a_rule_have_none(self) -> None:
        found = self.found(HEADER, "nn.RNNBase('LSTM', 3, 4)")
        assert found and set(found.values()) == {None}

    def test_a_class_that_the_conversion_writes_has_its_own_names(self) -> None:
        """``AdaptiveLogSoftmaxWithLoss`` and ``PlainBatchNorm`` of ``mappings/definitions/mindspore``."""
        found = self.found(HEADER, "nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5])")
        assert {name: other.name for name, other in found.items() if other} == {name: name for name in found}
        found = self.found(HEADER, "nn.BatchNorm2d(4, track_running_stats=False)")
        assert [other.name for other in found.values() if other] == ["gamma", "beta"]

    def test_wrappers_that_conversions_drop_are_left_out_of_names(self) -> None:
        found = self.found(HEADER, "nn.DataParallel(nn.Conv1d(2, 3, 1))")
        weight = found["module.weight"]
        assert weight is not None and (weight.name, weight.shape) == ("weight", (3, 2, 1, 1))

    def test_what_only_the_counterpart_has(self) -> None:
        """Norms of MindSpore keep all of their parameters; ``without_bias`` leaves a bias of zeros."""

        def constants(source: str, target: Framework = "mindspore") -> dict[str, tuple[tuple[int, ...], int]]:
            state = state_of_expression(truth.analysis(HEADER + "import mindspore\n"), source)
            assert state is not None
            return {one.name: (one.shape, one.value) for one in key_map(state, shipped(), target, cell_layer).constants}

        assert constants("nn.BatchNorm2d(4, affine=False)") == {"gamma": ((4,), 1), "beta": ((4,), 0)}
        assert constants("nn.LayerNorm(4, bias=False)") == {"beta": ((4,), 0)}
        assert constants("nn.Conv2d(3, 4, 1, bias=False)") == {} == constants("nn.BatchNorm2d(4)")
        assert constants("mindspore.nn.BatchNorm2d(4)", "torch") == {"num_batches_tracked": ((), 0)}

    def test_what_the_user_registered_stays(self) -> None:
        found = self.found(TORCH["registration"].source, "Net()")
        assert [(other.name, other.kind) for other in found.values() if other is not None] == [
            ("weight", "parameter"),
            ("bias", "parameter"),
            ("running_mean", "buffer"),
            ("running_var", "buffer"),
        ]


class TestLimits:
    @pytest.mark.parametrize(
        "body",
        [
            "        self.a = Net()\n",
            "        self.a = self\n",
            "        while True:\n            self.a = nn.Linear(1, 1)\n",
            "        for i in range(10 ** 9):\n            self.a = nn.Linear(1, 1)\n",
            "        self.a = nn.ModuleList([nn.Linear(1, 1)] * 10 ** 9)\n",
            "        self.help()\n    def help(self):\n        self.help()\n",
            "        self.a = (lambda f: f(f))(lambda f: f(f))\n",
            "        self.a = nn.Linear(" + "(" * 300 + "1" + ")" * 300 + ", 1)\n",
            "        self.a = nn.Linear(" + "1 + " * 900 + "1, 1)\n",
            "        x = []\n        x.append(x)\n        self.a = nn.Sequential(*x)\n        unknown(x)\n",
            "        raise ValueError\n",
            "        self.a = nn.Linear(1 / 0, 'x' % 3)\n        self.b = nn.Linear(-1, [][3])\n",
            "        self.a = nn.Linear(1, 1\n        self.b = nn.Linear(2, 2)\n",
        ],
    )
    def test_never_fails_and_comes_to_an_end(self, body: str) -> None:
        source = HEADER + f"class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{body}"
        analysis = truth.analysis(source)
        start = time.process_time()
        state_of_expression(analysis, "Net()")
        state = state_of(analysis, object_named(analysis, "Net"))
        assert time.process_time() - start < 15
        assert state is not None

    def test_a_class_that_is_its_own_base(self) -> None:
        analysis = truth.analysis("from torch import nn\nclass A(B):\n    pass\nclass B(A, nn.Module):\n    pass\n")
        state_of_expression(analysis, "A()")
        state_of_expression(analysis, "B()")

    def test_answers_are_kept(self) -> None:
        analysis = truth.analysis(RESNET.source)
        cls = object_named(analysis, "ResNet")
        assert state_of(analysis, cls) is state_of(analysis, cls)
