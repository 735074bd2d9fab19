"""Addresses of the frameworks' own pages about a symbol, in the version and language that the reader wants.

The patterns are those of docs.pytorch.org and mindspore.cn as of November 2026. A name whose page is not known has
none: a link that leads nowhere is worse than no link.
"""

from __future__ import annotations

import re

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.history import version_key
from lsp_server.catalog.model import Symbol

_TORCH = "https://docs.pytorch.org/docs"
_MINDSPORE = "https://www.mindspore.cn/docs"
_MEMBERS = ("method", "property", "attribute")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?(?:rc\d+)?")

_TORCH_PAGES = {
    "torch.distributed": "distributed",
    "torch.nn.init": "nn.init",
    "torch.random": "random",
    "torch.special": "special",
    "torch.utils.checkpoint": "checkpoint",
    "torch.utils.data": "data",
    "torch.utils.dlpack": "dlpack",
    "torch.utils.tensorboard": "tensorboard",
}
"""Modules of which one page tells everything."""
_TORCH_OWN_PAGES = {
    "torch", "torch.autograd", "torch.autograd.functional", "torch.cuda", "torch.fft", "torch.func", "torch.jit",
    "torch.linalg", "torch.nn", "torch.nn.functional", "torch.nn.utils", "torch.nn.utils.parametrizations",
    "torch.nn.utils.parametrize", "torch.nn.utils.prune", "torch.nn.utils.rnn", "torch.optim",
    "torch.optim.lr_scheduler", "torch.signal.windows", "torch.sparse",
}  # fmt: skip
"""Modules whose names have a page each."""
_TORCH_OTHERS = {
    "torch.Tensor": "tensors.html#torch.Tensor",
    "torch.Size": "size.html#torch.Size",
    "torch.device": "tensor_attributes.html#torch.device",
    "torch.dtype": "tensor_attributes.html#torch.dtype",
    "torch.layout": "tensor_attributes.html#torch.layout",
    "torch.memory_format": "tensor_attributes.html#torch.memory_format",
    "torch.finfo": "type_info.html#torch.finfo",
    "torch.iinfo": "type_info.html#torch.iinfo",
    "torch.autocast": "amp.html#torch.autocast",
}
_MINDSPORE_FOLDERS = {
    "mindspore": "mindspore",
    "mindspore.amp": "amp",
    "mindspore.communication": "communication",
    "mindspore.communication.comm_func": "communication",
    "mindspore.dataset": "dataset",
    "mindspore.dataset.audio": "dataset_audio",
    "mindspore.dataset.text": "dataset_text",
    "mindspore.dataset.transforms": "dataset_transforms",
    "mindspore.dataset.vision": "dataset_vision",
    "mindspore.experimental.optim": "experimental/optim",
    "mindspore.experimental.optim.lr_scheduler": "experimental/optim",
    "mindspore.mint": "mint",
    "mindspore.mint.distributed": "mint",
    "mindspore.mint.linalg": "mint",
    "mindspore.mint.nn": "mint",
    "mindspore.mint.nn.functional": "mint",
    "mindspore.mint.optim": "mint",
    "mindspore.mint.special": "mint",
    "mindspore.nn": "nn",
    "mindspore.numpy": "numpy",
    "mindspore.ops": "ops",
    "mindspore.parallel": "parallel",
    "mindspore.runtime": "runtime",
    "mindspore.train": "train",
}


def page(symbol: Symbol, version: str, language: str) -> str | None:
    """The address of a symbol's page; None if it has none that is known. ``version`` is that of its framework."""
    if not symbol.documented or symbol.kind in ("module", "constant", "exception"):
        return None
    if symbol.name.rpartition(".")[2].startswith("_") or _VERSION.match(version) is None:
        return None
    if framework_of(symbol.name) == "torch":
        place = _torch(symbol)
        return f"{_TORCH}/{_torch_version(version)}/{place}" if place is not None else None
    place = _mindspore(symbol)
    folder = "zh-CN" if language == "zh-cn" else "en"
    return f"{_MINDSPORE}/{folder}/{_mindspore_version(version)}/api_python/{place}" if place is not None else None


def _torch(symbol: Symbol) -> str | None:
    name = symbol.name
    if name in _TORCH_OTHERS:
        return _TORCH_OTHERS[name]
    owner, _, last = name.rpartition(".")
    if symbol.kind in _MEMBERS and owner != "torch.Tensor":
        module = owner.rpartition(".")[0]
        return f"generated/{owner}.html#{name}" if module in _TORCH_OWN_PAGES and owner not in _TORCH_OTHERS else None
    if owner == "torch.Tensor" or owner in _TORCH_OWN_PAGES:
        return f"generated/{name}.html"
    if owner == "torch.distributions":
        # its page tells of it under the module that defines it
        names = (alias for alias in symbol.aliases if alias.count(".") == 3 and alias.endswith(f".{last}"))
        defined = next(names, None)
        return f"distributions.html#{defined}" if defined is not None else None
    return f"{_TORCH_PAGES[owner]}.html#{name}" if owner in _TORCH_PAGES else None


def _torch_version(version: str) -> str:
    """One site for all corrections of a version."""
    return ".".join(map(str, version_key(version)[:2]))


def _mindspore(symbol: Symbol) -> str | None:
    name = symbol.name
    owner = name.rpartition(".")[0]
    if owner == "mindspore.common.initializer":
        return f"mindspore.common.initializer.html#{name}"
    if symbol.kind in _MEMBERS:
        if owner == "mindspore.Tensor":
            return f"mindspore/Tensor/{name}.html"
        folder = _MINDSPORE_FOLDERS.get(owner.rpartition(".")[0])
        return f"{folder}/{owner}.html#{name}" if folder is not None else None
    folder = _MINDSPORE_FOLDERS.get(owner)
    return f"{folder}/{name}.html" if folder is not None else None


def _mindspore_version(version: str) -> str:
    """Sites are called ``r2.0`` to ``r2.2`` and, from 2.3 on, by all three numbers."""
    numbers = version_key(version)
    if numbers[:2] < (2, 3):
        return f"r{numbers[0]}.{numbers[1]}"
    return f"r{version}" if version.count(".") > 1 else f"r{version}.0"
