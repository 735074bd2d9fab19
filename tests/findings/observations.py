"""What the example of each finding does wrong and what is right, as somebody sees it who runs it."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import torch

from tests.findings.running import Observe


class Seen(NamedTuple):
    """How to look, what the example shows, and what the code that should stand there shows."""

    observe: Observe
    wrong: object
    right: object


def keys(cls: str) -> Observe:
    return lambda module: list(getattr(module, cls)().state_dict())


def parameters(cls: str) -> Observe:
    return lambda module: [name for name, _ in getattr(module, cls)().named_parameters()]


def made(cls: str) -> Observe:
    """Whether it can be made: the name of the exception, or None."""

    def observe(module: ModuleType) -> object:
        getattr(module, cls)()
        return None

    return observe


def everything_made(module: ModuleType) -> object:
    """Makes an object of each class of the module; what a constructor asks for is 3."""
    for value in list(vars(module).values()):
        if inspect.isclass(value) and value.__module__ == module.__name__:
            parameters = list(inspect.signature(value).parameters.values())
            value(*[3 for one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD])
    return None


def call_of_net(module: Any) -> object:
    module.Net()(torch.ones(1))
    return None


def device_of_scale(module: Any) -> object:
    return module.Scale().to("meta").weight.device.type


def devices_of_bands(module: Any) -> object:
    return sorted({band.device.type for band in module.Bands().to("meta").bands})


def filled_loads(module: Any) -> object:
    filled = module.Whiten()
    filled.fit()
    module.Whiten().load_state_dict(filled.state_dict())
    return None


def errors_of_type_checker(module: Any) -> object:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, module.__file__]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(module.__file__).parent)
    return json.loads(answer.stdout)["summary"]["errorCount"]


def two_steps(module: Any) -> object:
    net = module.Centre()
    for _ in range(2):
        net(torch.ones(3, 2)).square().sum().backward()
    return None


def counted_by_a_replica(module: Any) -> object:
    inner = module.net.module
    inner._replicate_for_data_parallel()(torch.ones(1))
    return inner.calls.item()


def wrong_angle(module: Any) -> object:
    exact = 4000 / 10000 ** (torch.arange(0, 8, 2, dtype=torch.float64) / 8)
    return bool((module.net(torch.tensor([4000.0])) - exact).abs().max() > 0.1)


def steps_are_there(module: Any) -> object:
    return torch.equal(module.net.steps, torch.arange(4.0))


def saved_file(module: Any) -> object:
    return sorted(torch.load("net.pth", weights_only=True))


def mask(module: Any) -> object:
    return module.saved_mask().tolist()


def upgraded(module: Any) -> object:
    return type(module.upgraded()).__name__


def still_tied(module: Any) -> object:
    module.load({name: value.clone() for name, value in module.net.state_dict().items()})
    return module.net.head.weight is module.net.embed.weight


def statistics_copied(module: Any) -> object:
    module.source(torch.randn(8, 3) + 5)
    module.sync()
    return torch.equal(module.source.running_mean, module.copy.running_mean)


def new_layer_learns(module: Any) -> object:
    held = [parameter for group in module.optimizer.param_groups for parameter in group["params"]]
    return all(any(parameter is one for one in held) for parameter in module.net.parameters())


def mean_is_that_of_the_last(module: Any) -> object:
    for value in (1.0, 5.0, 9.0):
        module.net(torch.full((4, 1), value))
        module.averaged.update_parameters(module.net)
    return torch.equal(module.averaged.module.running_mean, module.net.running_mean)


def table_learns(module: Any) -> object:
    return module.net.table.requires_grad


def decayed(module: Any) -> object:
    before = module.net.weight.detach().clone()
    module.decay()
    return torch.equal(module.net.weight, before * 0.5)


def lengths(module: Any) -> object:
    return list(module.lengths().shape)


def mean_updated(module: Any) -> object:
    net = module.Mean()
    net(module.ms.Tensor([1.0, 1.0]))
    return [round(float(value), 4) for value in net.mean.asnumpy()]


def mean_is_saved(module: Any) -> object:
    module.save("net.ckpt")
    return "mean" in module.ms.load_checkpoint("net.ckpt")


def total_in_graph_mode(module: Any) -> object:
    module.ms.set_context(mode=module.ms.GRAPH_MODE)
    net = module.Total()
    net(module.ms.Tensor([1.0, 2.0]))
    return net.total.asnumpy().tolist()


def total(module: Any) -> object:
    return module.total.asnumpy().tolist()


def trains(module: Any) -> object:
    module.step(module.ms.Tensor([[1.0, 1.0, 1.0, 1.0]]))
    return module.net.training


def incomplete_loads(module: Any) -> object:
    weight = module.ms.Parameter(module.ms.Tensor([[1.0, 1.0], [1.0, 1.0]]), name="weight")
    module.load({"weight": weight})
    return None


def trainable_statistics(module: Any) -> object:
    return [one.name for one in module.net.trainable_params() if "moving" in one.name]


def optimizer_takes(module: Any) -> object:
    module.nn.SGD(module.Affine().trainable_params(), 0.1)
    return None


SEEN: dict[str, Seen] = {
    "TS101": Seen(keys("Mask"), [], ["mask"]),
    "TS102": Seen(call_of_net, "NotImplementedError", None),
    "TS103": Seen(device_of_scale, "cpu", "meta"),
    "TS104": Seen(parameters("Scale"), [], ["gain"]),
    "TS105": Seen(keys("Stack"), [], [f"layers.{index}.{name}" for index in range(3) for name in ("weight", "bias")]),
    "TS106": Seen(parameters("Gains"), [], ["gains.0", "gains.1", "gains.2"]),
    "TS107": Seen(devices_of_bands, ["cpu"], ["meta"]),
    "TS108": Seen(made("Head"), "AttributeError", None),
    "TS109": Seen(made("Mask"), "KeyError", None),
    "TS110": Seen(filled_loads, "RuntimeError", None),
    "TS111": Seen(errors_of_type_checker, 1, 0),
    "TS112": Seen(parameters("Positions"), ["table"], []),
    "TS113": Seen(two_steps, "RuntimeError", None),
    "TS114": Seen(counted_by_a_replica, 0, 1),
    "TS115": Seen(wrong_angle, True, False),
    "TS116": Seen(steps_are_there, False, True),
    "TS117": Seen(saved_file, "UnpicklingError", ["bias", "weight"]),
    "TS118": Seen(mask, "KeyError", [1.0, 1.0, 1.0]),
    "TS119": Seen(upgraded, "RuntimeError", "New"),
    "TS120": Seen(still_tied, False, True),
    "TS121": Seen(statistics_copied, False, True),
    "TS122": Seen(new_layer_learns, False, True),
    "TS123": Seen(new_layer_learns, False, True),
    "TS124": Seen(mean_is_that_of_the_last, True, False),
    "TS125": Seen(table_learns, True, False),
    "TS126": Seen(decayed, False, True),
    "TS127": Seen(lengths, "KeyError", [2]),
    "TS128": Seen(errors_of_type_checker, 1, 0),
    "TS150": Seen(mean_updated, "TypeError", [0.1, 0.1]),
    "TS151": Seen(mean_is_saved, False, True),
    "TS152": Seen(total_in_graph_mode, [0.0, 0.0], [1.0, 2.0]),
    "TS153": Seen(total, [1.0, 2.0], [2.0, 3.0]),
    "TS154": Seen(trains, False, True),
    "TS155": Seen(incomplete_loads, None, "ValueError"),
    "TS156": Seen(trainable_statistics, ["1.moving_mean", "1.moving_variance"], []),
    "TS157": Seen(optimizer_takes, "ValueError", None),
    "TS158": Seen(keys("Total"), [], ["total"]),
}
