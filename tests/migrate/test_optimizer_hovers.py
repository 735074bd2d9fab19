"""What a hover says of the parameters of an optimizer, of what holds one, and of a module that is not known."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.uses import use_at
from lsp_server.messages import Language
from lsp_server.migrate.explain import explain_use
from lsp_server.migrate.target import Wishes, target_for
from tests.support import analyse

TORCH = "import torch\nfrom torch import nn\nnet = nn.Linear(2, 2)\n"
CELL = (
    "import mindspore as ms\nfrom mindspore import nn\n\n\nclass Net(nn.Cell):\n    def __init__(self):\n"
    "        super().__init__()\n        self.fc = nn.Dense(2, 2)\n        self.bn = nn.BatchNorm1d(2)\n\n\n"
    "net = Net()\n"
    "opt = nn.Momentum(net.trainable_params(), 0.1, 0.9)\n"
)


def hover(text: str, language: Language = "en") -> str:
    """The hover at ``$0``."""
    offset, text = text.index("$0"), text.replace("$0", "")
    use = use_at(analyse(text), offset)
    assert use is not None
    target = target_for(use.symbol, Wishes(), shipped())
    found = explain_use(use, target, language) if target is not None else None
    return "\n".join(found.lines) if found is not None else ""


UNSEEN = {
    "an argument": ("def f(model): torch.optim.SG$0D(model.parameters(), 1)", "`model` is an argument of the function"),
    "any module": ("def f(m: nn.Module): torch.optim.SG$0D(m.parameters(), 1)", "`m` is an argument of the function"),
    "another file": ("from x import m\ntorch.optim.SG$0D(m.parameters(), 1)", "the class of `m` is not known"),
    "a call": ("m = make()\ntorch.optim.SG$0D(m.parameters(), 1)", "what `make(…)` gives is not known"),
    "a condition": (
        "torch.optim.SG$0D([p for n, p in net.named_parameters() if good(n)], 1)",
        "the condition `good(n)` cannot be decided",
    ),
    "steps": (
        "def f(m, ps=[]):\n    qs = []\n    for p in m: qs.append(p)\n    torch.optim.SG$0D(qs, 1)",
        "`qs` is put together in steps",
    ),
    "stars": ("torch.optim.SG$0D(*args)", "its arguments are not written out"),
    "a part of the network": ("torch.optim.SG$0D(chain(net.parameters(), x.parameters()), 1)", "`x` is not defined"),
}


@pytest.mark.parametrize("case", UNSEEN)
def test_it_says_that_it_cannot_be_seen_and_why(case: str) -> None:
    code, why = UNSEEN[case]
    text = hover(TORCH + code)
    assert "Which parameters it gets cannot be seen from here: " in text and why in text
    assert "无法从这里看出它得到哪些参数" in hover(TORCH + code, "zh-cn")


def test_a_group_that_cannot_be_seen_beside_one_that_can() -> None:
    text = hover(TORCH + 'def f(m): torch.optim.SG$0D([{"params": net.parameters()}, {"params": m.parameters()}])')
    assert "- `net.parameters()`: 6 parameters in 2 tensors" in text
    assert "- `m.parameters()`: cannot be seen from here: `m` is an argument" in text


@pytest.mark.parametrize("method", ["buffers", "named_buffers", "parameters", "named_parameters", "state_dict"])
def test_a_module_of_a_class_that_is_not_known(method: str) -> None:
    text = hover(TORCH + f"def f(model: nn.Module):\n    return model.{method[:3]}$0{method[3:]}()")
    assert "What it lists cannot be seen from here: `model` is an argument of the function" in text
    assert "0 buffers" not in text and "no parameters" not in text


@pytest.mark.parametrize("method", ["get_parameters", "trainable_params", "untrainable_params", "parameters_and_names"])
def test_a_cell_of_a_class_that_is_not_known(method: str) -> None:
    text = hover(f"from mindspore import nn\ndef f(net: nn.Cell):\n    return net.{method[:3]}$0{method[3:]}()")
    assert "What it lists cannot be seen from here: `net` is an argument of the function" in text


@pytest.mark.parametrize(
    "code", ["nn.TrainOneStep$0Cell(net, opt)", "ms.Mod$0el(net, None, opt)", "ms.train.Mod$0el(net, optimizer=opt)"]
)
def test_what_trains_a_network(code: str) -> None:
    text = hover(CELL + code)
    assert "Updates what `opt` was made with:" in text
    assert "Gets all trainable parameters of `net`: 10 parameters in 4 tensors" in text


def test_a_model_that_only_evaluates_says_nothing_of_optimizers() -> None:
    assert "Updates" not in hover(CELL + "ms.Mod$0el(net)")


def test_groups_and_what_is_added_to_them() -> None:
    made = TORCH + "opt = torch.optim.SGD(net.parameters(), lr=1)\n"
    text = hover(made + 'for group in opt.param_gr$0oups: group["lr"] = 1')
    assert "What `opt` was made with:" in text and "Gets all parameters of `net`: 6 parameters" in text
    assert "add_param_group" not in text
    added = made + 'head = nn.Linear(2, 3)\nopt.add_param_group({"params": head.parameters()})\n'
    assert "`opt.add_param_group(…)` in this file adds more." in hover(added + "opt.param_gr$0oups[0]['params']")
    assert "Adds one group: 9 parameters in 2 tensors" in hover(added.replace("add_param", "add_par$0am"))
    grown = made + "ps = []\nps += net.parameters()\nopt.add_param_gr$0oup(dict(params=ps))\n"
    assert "Adds one group: 6 parameters in 2 tensors" in hover(grown)
    unknown = made + 'def f(m): opt.add_param_gr$0oup({"params": m.parameters()})\n'
    assert "cannot be seen from here: `m` is an argument" in hover(unknown)
