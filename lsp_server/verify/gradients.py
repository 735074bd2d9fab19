"""Gradients of inputs and of a layer's parameters in both frameworks, for a fixed weighting of the outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsp_server.catalog.model import Framework
from lsp_server.verify.frameworks import as_tensors

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Gradients:
    """By name of the input, or of the parameter with ``net.`` before it; and of how many outputs."""

    values: dict[str, NDArray[Any]]
    outputs: int


def of_torch(space: Mapping[str, Any], inputs: Arrays, state: Mapping[str, str]) -> Gradients:
    """What torch gives; no values if nothing can be differentiated."""
    import torch

    tensors = dict(zip(inputs, as_tensors(inputs, "torch"), strict=True))
    wanted = {name: tensor.requires_grad_() for name, tensor in tensors.items() if tensor.is_floating_point()}
    net = space.get("net")
    if net is not None:
        wanted |= {f"net.{name}": one for name, one in net.named_parameters() if state.get(name, name)}
    outputs = [one for one in _tensors(space["case"](*tensors.values())) if one.requires_grad]
    outputs = [one for one in outputs if one.is_floating_point()]
    if not wanted or not outputs:
        return Gradients({}, 0)
    total = torch.stack([(one * torch.from_numpy(weighting(tuple(one.shape)))).sum() for one in outputs]).sum()
    found: Any = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    values = {
        name: (torch.zeros_like(wanted[name]) if gradient is None else gradient.to_dense()).detach().numpy()
        for name, gradient in zip(wanted, found, strict=True)
    }
    return Gradients(values, len(outputs))


def of_mindspore(
    space: Mapping[str, Any], inputs: Arrays, state: Mapping[str, str], differentiable: int
) -> dict[str, NDArray[Any]]:
    """The same from the converted module. ``differentiable``: how many outputs torch's side has a gradient for."""
    import mindspore

    tensors = as_tensors(inputs, "mindspore")
    places = tuple(place for place, array in enumerate(inputs.values()) if array.dtype.kind == "f")
    net = space.get("net")
    back = {new: old for old, new in state.items() if new}
    parameters: dict[str, Any] = {}
    if net is not None:
        for name, parameter in net.parameters_and_names():
            old = back.get(name) or back.get(name.rpartition(".")[2]) or name
            if parameter.requires_grad:
                parameters[f"net.{old}"] = parameter

    def scalar(*arguments: Any) -> Any:
        outputs = [one for one in _tensors(space["case"](*arguments)) if "Float" in str(one.dtype)]
        total = 0.0
        for one in outputs[:differentiable]:
            total = total + (one * mindspore.Tensor(weighting(tuple(one.shape)))).sum()
        return total

    weights = mindspore.ParameterTuple(list(parameters.values())) if parameters else None
    found: Any = mindspore.grad(scalar, places or None, weights)(*tensors)
    values: Any = found
    of_weights: Any = ()
    if parameters:
        values, of_weights = found if places else ((), found)
    if not isinstance(values, (tuple, list)):
        values = (values,)
    names = [list(inputs)[place] for place in places]
    pairs = [*zip(names, values, strict=False), *zip(parameters, of_weights, strict=False)]
    return {name: value.asnumpy() for name, value in pairs}


def buffers(net: Any, state: Mapping[str, str], framework: Framework) -> dict[str, NDArray[Any]]:
    """What a layer remembers of its inputs, by torch's names: the running statistics that the rule maps."""
    if framework == "torch":
        found = {name: one.detach().numpy() for name, one in net.named_buffers() if state.get(name)}
    else:
        back = {new: old for old, new in state.items() if new}
        found = {back[name]: one.asnumpy() for name, one in net.parameters_and_names() if name in back}
    return {name: found[name] for name in sorted(found) if name.startswith("running_")}


def weighting(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Different for each element, so that gradients that were mixed up do not look alike."""
    size = int(np.prod(shape, dtype=np.int64))
    return (0.5 + np.arange(size, dtype=np.float32) % 7 / 7).reshape(shape)


def _tensors(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
    elif hasattr(value, "dtype") and hasattr(value, "shape"):
        yield value
