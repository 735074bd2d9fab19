"""Runs converted networks in MindSpore, on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mindspore
import numpy as np

from tests.migrate.networks import arrays

Arrays = dict[str, Any]


def prepare() -> None:
    mindspore.set_device("CPU")
    mindspore.runtime.launch_blocking()  # an error is raised where it happens


def seed() -> None:
    mindspore.set_seed(0)


def load(net: Any, path: Path) -> None:
    """Every parameter and buffer must be found. What a user would call, twice: buffers are not for the first."""
    found = mindspore.load_checkpoint(str(path))
    missing, _ = mindspore.load_param_into_net(net, dict(found))
    assert not missing, f"not in the file: {missing[:5]}"
    known = {name for name, _ in net.parameters_and_names()}
    for name, buffer in net.named_buffers():
        known.add(name)
        if name in found:
            buffer.assign_value(mindspore.Tensor(found[name].asnumpy(), buffer.dtype))
    unexpected = sorted(set(found) - known)
    assert not unexpected, f"not in the network: {unexpected[:5]}"


def evaluated(net: Any, data: Any, detects: bool) -> Arrays:
    net.set_train(False)
    return {name: one.asnumpy() for name, one in arrays.leaves(net(*_given(data, detects)))}


def trained(net: Any, data: Any, detects: bool) -> tuple[Arrays, Arrays, Arrays]:
    """The outputs and loss of one step in training mode, the gradients, and what is not trained after it."""
    net.set_train(True)
    for _, one in net.cells_and_names():
        if type(one).__name__ in arrays.NO_CHANCE:
            one.set_train(False)
    names: list[str] = []

    def forward(*given: Any) -> Any:
        found = dict(arrays.leaves(net(*given)))
        names[:] = found
        terms = [(one * mindspore.Tensor(arrays.weighting(name, one.shape))).sum() for name, one in found.items()]
        return sum(terms[1:], terms[0]), tuple(found.values())

    trainable = [(name, one) for name, one in net.parameters_and_names() if one.requires_grad]
    step = mindspore.value_and_grad(forward, None, [one for _, one in trainable], has_aux=True)
    (loss, found), gradients = step(*_given(data, detects, training=True))
    results = {name: one.asnumpy() for name, one in zip(names, found, strict=True)}
    changed = {name: one.asnumpy() for (name, _), one in zip(trainable, gradients, strict=True)}
    frozen = [(name, one) for name, one in net.parameters_and_names() if not one.requires_grad]
    buffers = {name: one.asnumpy() for name, one in (*frozen, *net.named_buffers())}
    return {**results, "loss": np.asarray(loss.asnumpy())}, changed, buffers


def _given(data: Any, detects: bool, training: bool = False) -> tuple[Any, ...]:
    if not detects:
        return (mindspore.Tensor(data),)
    images = [mindspore.Tensor(one) for one in data]
    told = [{name: mindspore.Tensor(one) for name, one in image.items()} for image in arrays.targets(data.shape)]
    return (images, told) if training else (images,)
