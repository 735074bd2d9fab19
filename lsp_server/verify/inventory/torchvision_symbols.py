"""The names of torchvision that have rules: transforms of images, data sets, and the operators that it adds to torch.

Version 2 of the transforms lies under the names of version 1 where it has the same parameters.
"""

from __future__ import annotations

import inspect
from typing import Any

from lsp_server.catalog.model import Kind, Parameter, Signature, Symbol
from lsp_server.verify import companions
from lsp_server.verify.inventory import signatures

_TRANSFORMS, _FUNCTIONAL, _DATASETS = (
    "torchvision.transforms",
    "torchvision.transforms.functional",
    "torchvision.datasets",
)
_OPERATORS = ("_cuda_version", "box_iou_rotated", "nms", "roi_align")
"""Of its extension, as ``torch.ops.torchvision``."""
_NAMED = ("torch.nn.modules.batchnorm._BatchNorm", "torch.nn.modules.instancenorm._InstanceNorm")
"""Private bases that its functions ask for: values to name. As classes they would take the members of public ones."""


def all_symbols() -> tuple[str, list[Symbol]]:
    """Version and symbols of the installed package."""
    companions.prepare()
    import torchvision
    from torchvision import datasets, transforms
    from torchvision.transforms import functional, v2

    found = [Symbol(name, "module") for name in (_TRANSFORMS, _FUNCTIONAL, _DATASETS)]
    mode = transforms.InterpolationMode
    for name, value in vars(transforms).items():
        if (
            inspect.isclass(value)
            and value.__module__.startswith(_TRANSFORMS)
            and value is not transforms.InterpolationMode
        ):
            found.append(_symbol(f"{_TRANSFORMS}.{name}", value, "class", getattr(v2, name, None)))
    name = f"{_TRANSFORMS}.InterpolationMode"
    found.append(Symbol(name, "class", aliases=_paths("InterpolationMode")))
    for one in mode:
        aliases = tuple(f"{path}.{one.name}" for path in _paths("InterpolationMode"))
        found.append(Symbol(f"{name}.{one.name}", "constant", returns=name, aliases=aliases))
    for name, value in vars(functional).items():
        if inspect.isfunction(value) and value.__module__ == _FUNCTIONAL and not name.startswith("_"):
            found.append(_symbol(f"{_FUNCTIONAL}.{name}", value, "function", getattr(v2.functional, name, None)))
    for name in datasets.__all__:
        found.append(_symbol(f"{_DATASETS}.{name}", getattr(datasets, name), "class", None))
    found += [Symbol(name, "constant", documented=False) for name in _NAMED]
    found += _operators()
    return torchvision.__version__.partition("+")[0], sorted(found, key=lambda symbol: symbol.name)


def _operators() -> list[Symbol]:
    """``torch.ops``, what loads an extension's operators, and the operators of this one."""
    import torch

    found = [Symbol(name, "module", documented=False) for name in ("torch.ops", "torch.ops.torchvision")]
    path = Parameter("path")
    found.append(Symbol("torch.ops.load_library", "function", (Signature((path,)),), documented=False))
    for name in _OPERATORS:
        schema = getattr(torch.ops.torchvision, name).default._schema
        parameters = tuple(Parameter(one.name) for one in schema.arguments)
        returns = "torch.Tensor" if str(schema.returns[0].type) == "Tensor" else str(schema.returns[0].type)
        signature = Signature(parameters, returns)
        found.append(Symbol(f"torch.ops.torchvision.{name}", "function", (signature,), returns, documented=False))
    return found


def _symbol(name: str, value: Any, kind: Kind, newer: Any) -> Symbol:
    parameters = signatures.from_inspect(value, lambda one: "")
    aliases = [f"{value.__module__}.{value.__name__}"]
    if newer is not None and _parameters(newer) == _parameters(value):
        aliases += [name.replace(_TRANSFORMS, f"{_TRANSFORMS}.v2", 1), f"{newer.__module__}.{newer.__name__}"]
    others = tuple(dict.fromkeys(one for one in aliases if one != name))
    return Symbol(name, kind, (Signature(parameters or ()),), aliases=others)


def _parameters(value: Any) -> list[str]:
    return list(inspect.signature(value).parameters)


def _paths(name: str) -> tuple[str, ...]:
    return tuple(f"{_TRANSFORMS}.{module}.{name}" for module in ("functional", "transforms", "v2"))
