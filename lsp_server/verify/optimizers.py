"""Optimizers with given gradients, parameters compared after every step; schedulers, learning rates compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lsp_server.catalog.model import Framework
from lsp_server.verify import outcome
from lsp_server.verify.samples import Kind, Sample, Writer

STEPS = 20
EPOCHS = 50

_HEAD = "import torch\n\nnet = torch.nn.Linear(3, 2)\n"
_SGD = "optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)\n"

SCHEDULERS: dict[str, tuple[str, ...]] = {
    "StepLR": ("optimizer, 3", "optimizer, step_size=7, gamma=0.5"),
    "MultiStepLR": ("optimizer, [5, 20]", "optimizer, milestones=[3, 4, 30], gamma=0.5"),
    "ConstantLR": ("optimizer", "optimizer, factor=0.5, total_iters=8"),
    "LinearLR": ("optimizer", "optimizer, start_factor=0.25, end_factor=0.75, total_iters=10"),
    "ExponentialLR": ("optimizer, 0.9", "optimizer, gamma=0.5"),
    "PolynomialLR": ("optimizer", "optimizer, total_iters=12, power=2.0"),
    "CosineAnnealingLR": ("optimizer, 10", "optimizer, T_max=25, eta_min=0.01"),
    "CosineAnnealingWarmRestarts": ("optimizer, 5", "optimizer, T_0=4, T_mult=2, eta_min=0.01"),
    "LambdaLR": ("optimizer, lambda epoch: 0.9 ** epoch", "optimizer, lr_lambda=lambda epoch: 1 / (epoch + 1)"),
    "MultiplicativeLR": ("optimizer, lambda epoch: 0.95", "optimizer, lr_lambda=lambda epoch: 0.9"),
    "CyclicLR": (
        "optimizer, 0.01, 0.1",
        'optimizer, base_lr=0.01, max_lr=0.2, step_size_up=5, mode="triangular2", cycle_momentum=False',
    ),
    "OneCycleLR": ("optimizer, 0.2, total_steps=60", "optimizer, max_lr=0.2, epochs=6, steps_per_epoch=10"),
    "ReduceLROnPlateau": ("optimizer", 'optimizer, mode="min", factor=0.5, patience=2'),
    "SequentialLR": (
        "optimizer, [torch.optim.lr_scheduler.ConstantLR(optimizer, 0.5, 4), "
        "torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)], [4]",
    ),
    "ChainedScheduler": (
        "[torch.optim.lr_scheduler.ConstantLR(optimizer, 0.5, 4), "
        "torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)]",
    ),
}


def optimizer_sample(symbol: str, kwargs: Mapping[str, Any]) -> Sample:
    """An optimizer of the weights of a small layer. Raises `Unwritable`."""
    given = Writer("w")
    arguments = ", ".join(["net.parameters()", *given.arguments((), kwargs)])
    line = f"{symbol}({arguments})"
    tensors = "".join(f"{name}: torch.Tensor\n" for name in given.arrays)
    text = _HEAD.replace("net =", f"{tensors}net =") + f"optimizer = {line}\n"
    return Sample(text, line, {}, given.arrays, "optimizer")


def scheduler_samples(name: str) -> list[Sample]:
    """The schedulers of that class that are compared."""
    lines = [f"torch.optim.lr_scheduler.{name}({arguments})" for arguments in SCHEDULERS[name]]
    return [Sample(f"{_HEAD}{_SGD}scheduler = {line}\n", line, {}, kind="scheduler") for line in lines]


def _steps(space: Mapping[str, Any], framework: Framework) -> Any:
    """The parameters after each of the steps."""
    random = np.random.default_rng(7)
    parameters = _parameters(space["net"], framework)
    seen: list[Any] = []
    for _ in range(STEPS):
        gradients = [random.standard_normal(tuple(one.shape)).astype(np.float32) for one in parameters]
        _step(space["optimizer"], parameters, gradients, framework)
        seen.append([outcome.Array("tensor", "float32", _numbers(one, framework)) for one in parameters])
    return seen


def _rates(space: Mapping[str, Any], framework: Framework) -> Any:
    """The learning rate of the first group before each epoch."""
    random = np.random.default_rng(7)
    parameters = _parameters(space["net"], framework)
    optimizer, scheduler = space["optimizer"], space["scheduler"]
    plateau = type(scheduler).__name__ == "ReduceLROnPlateau"
    seen: list[float] = []
    for epoch in range(EPOCHS):
        seen.append(_rate(optimizer.param_groups[0]["lr"]))
        gradients = [random.standard_normal(tuple(one.shape)).astype(np.float32) for one in parameters]
        _step(optimizer, parameters, gradients, framework)
        # a loss that stops falling after a while
        scheduler.step(*((1.0 / min(epoch + 1, 15),) if plateau else ()))
    return [float(f"{rate:.6g}") for rate in seen]


HARNESSES: dict[Kind, Callable[[Mapping[str, Any], Framework], Any]] = {"optimizer": _steps, "scheduler": _rates}


def _parameters(net: Any, framework: Framework) -> list[Any]:
    return list(net.parameters()) if framework == "torch" else list(net.trainable_params())


def _step(optimizer: Any, parameters: Sequence[Any], gradients: Sequence[Any], framework: Framework) -> None:
    if framework == "torch":
        import torch

        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
        return
    import mindspore

    optimizer(tuple(mindspore.Tensor(gradient) for gradient in gradients))


def _numbers(parameter: Any, framework: Framework) -> Any:
    return (parameter.detach().numpy() if framework == "torch" else parameter.asnumpy()).copy()


def _rate(value: Any) -> float:
    return float(value.asnumpy()) if hasattr(value, "asnumpy") else float(value)
