"""What a module gives when a constructor calls it with a tensor: some ask a backbone for its sizes in this way.

Only shapes are followed, and only through torch's common layers and the user's own ``forward``; whatever else is called
gives something unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from lsp_server.inference.values import Source, UserClass
from lsp_server.state import calls, containers, hierarchy, shapes
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments
from lsp_server.state.values import UNKNOWN, Module, Tensor, Value, plain

Shape = tuple[int, ...]
_SAME = {"BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "LayerNorm", "GroupNorm", "InstanceNorm2d",
    "Identity", "Dropout", "Dropout2d", "ReLU", "ReLU6", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LeakyReLU",
    "ELU", "Hardswish", "Hardsigmoid", "Hardtanh", "Mish", "PReLU"}  # fmt: skip


def called(frame: Frame, module: Module, arguments: Arguments, source: Source) -> Value:
    """``module(x)``."""
    line = hierarchy.order(frame.machine, module.cls) if module.cls is not None else ()
    for cls in line:
        function = hierarchy.method(cls, "forward") if isinstance(cls, UserClass) else None
        if function is not None:
            known = [isinstance(value, Tensor) and value.shape is not None for value in arguments.positional]
            return calls.run(frame, function, calls.with_first(module, arguments)) if known and all(known) else UNKNOWN
        if cls is UNKNOWN:
            return UNKNOWN
    given = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else UNKNOWN
    if module.base == "torch.nn.Sequential":
        for layer in containers.elements(module) or [UNKNOWN]:
            given = called(frame, layer, Arguments([given]), source) if isinstance(layer, Module) else UNKNOWN
        return given
    if not isinstance(given, Tensor) or given.shape is None or not module.base.startswith("torch.nn."):
        return UNKNOWN
    name = module.base.rpartition(".")[2]
    shape = given.shape if name in _SAME else _after(module, name, given.shape)
    return Tensor("tensor", shape, given.dtype, doubt=frame.machine.doubt) if shape is not None else UNKNOWN


def _after(module: Module, name: str, shape: Shape) -> Shape | None:
    step = next((step for start, step in _STEPS.items() if name.startswith(start)), None)
    try:
        return step(module, name, shape) if step is not None else None
    except (TypeError, ValueError, ZeroDivisionError):
        return None  # an argument that is not known


def _rank(name: str) -> int:
    return int(name[-2]) if name[-2:-1].isdigit() else 0


def _each(module: Module, key: str, rank: int, default: int) -> Shape:
    """An argument for every dimension of the picture."""
    value = plain(module.attributes.get(key, default))
    value = default if value is None else value
    found = (value,) * rank if isinstance(value, int) else value
    sizes = tuple(size for size in found if isinstance(size, int)) if isinstance(found, tuple) else ()
    if len(sizes) != rank:
        raise ValueError(key)
    return sizes


def _convolved(module: Module, name: str, shape: Shape) -> Shape | None:
    rank, weight = _rank(name), module.parameters.get("weight")
    if weight is None or weight.shape is None or len(shape) != rank + 2:
        return None
    kernel, stride = weight.shape[2:], _each(module, "stride", rank, 1)
    dilation = _each(module, "dilation", rank, 1)
    if module.attributes.get("padding") == "same":
        return (shape[0], weight.shape[0], *shape[2:])
    padding = (0,) * rank if module.attributes.get("padding") == "valid" else _each(module, "padding", rank, 0)
    sizes = [
        (size + 2 * padding[place] - dilation[place] * (kernel[place] - 1) - 1) // stride[place] + 1
        for place, size in enumerate(shape[2:])
    ]
    return (shape[0], weight.shape[0], *sizes)


def _pooled(module: Module, name: str, shape: Shape) -> Shape | None:
    rank = _rank(name)
    kernel = _each(module, "kernel_size", rank, 0)
    given = module.attributes.get("stride")
    stride = kernel if given is None else _each(module, "stride", rank, 1)
    padding, dilation = _each(module, "padding", rank, 0), _each(module, "dilation", rank, 1)
    ceil = module.attributes.get("ceil_mode", False)
    if not isinstance(ceil, bool) or len(shape) != rank + 2 or 0 in kernel:
        return None
    sizes: list[int] = []
    for place, size in enumerate(shape[2:]):
        room = size + 2 * padding[place] - dilation[place] * (kernel[place] - 1) - 1
        count = (math.ceil(room / stride[place]) if ceil else room // stride[place]) + 1
        # the last window must begin inside of the picture or its padding on the left
        outside = ceil and (count - 1) * stride[place] >= size + padding[place]
        sizes.append(count - 1 if outside else count)
    return (*shape[:2], *sizes)


def _adapted(module: Module, name: str, shape: Shape) -> Shape | None:
    rank = _rank(name)
    wanted = plain(module.attributes.get("output_size", UNKNOWN))
    sizes = (wanted,) * rank if isinstance(wanted, int) else wanted
    if not isinstance(sizes, tuple) or len(sizes) != rank or len(shape) != rank + 2:
        return None
    found = [old if size is None else size for old, size in zip(shape[2:], sizes, strict=True)]
    whole = [size for size in found if isinstance(size, int)]
    return (*shape[:2], *whole) if len(whole) == rank else None


def _linear(module: Module, name: str, shape: Shape) -> Shape | None:
    weight = module.parameters.get("weight")
    return (*shape[:-1], weight.shape[0]) if weight is not None and weight.shape is not None else None


def _flat(module: Module, name: str, shape: Shape) -> Shape | None:
    first, last = module.attributes.get("start_dim", 1), module.attributes.get("end_dim", -1)
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    return shapes.flattened(Tensor("tensor", shape, None), Arguments([first, last]))


_STEPS: dict[str, Callable[[Module, str, Shape], Shape | None]] = {
    "Conv1d": _convolved,
    "Conv2d": _convolved,
    "Conv3d": _convolved,
    "MaxPool": _pooled,
    "AvgPool": _pooled,
    "Adaptive": _adapted,
    "Linear": _linear,
    "Flatten": _flat,
}
"""By the start of a layer's name."""
