"""The public names of PyTorch: which modules its reference documents, and what lies in them.

``MODULES`` are the namespaces that have a page in PyTorch's reference (docs/source/*.rst of 2.13). The names
in them come from the installed package: ``__all__`` where a module has one, else what is defined below it.
"""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator
from typing import Any

import torch

from lsp_server.verify.inventory.naming import Naming
from lsp_server.verify.inventory.walk import (
    Found,
    exists,
    exported,
    home,
    is_public,
    is_shared_value,
    kind_of,
    load,
    member_kind,
    members,
    own_doc,
    own_names,
    read,
)

MODULES = tuple(
    """
    torch torch.__config__ torch.__future__ torch.accelerator torch.amp torch.ao.nn.qat torch.ao.nn.quantized
    torch.ao.quantization torch.autograd torch.autograd.forward_ad torch.autograd.function torch.autograd.functional
    torch.autograd.grad_mode torch.autograd.graph torch.autograd.profiler torch.backends torch.backends.cpu
    torch.backends.cuda torch.backends.cudnn torch.backends.mkl torch.backends.mkldnn torch.backends.mps
    torch.backends.nnpack torch.backends.openmp torch.backends.opt_einsum torch.backends.quantized torch.compiler
    torch.cpu torch.cpu.amp torch.cuda torch.cuda.amp torch.cuda.comm torch.cuda.memory torch.cuda.nvtx
    torch.cuda.random torch.cuda.tunable torch.distributed torch.distributed.algorithms.ddp_comm_hooks
    torch.distributed.algorithms.join torch.distributed.checkpoint torch.distributed.checkpoint.state_dict
    torch.distributed.device_mesh torch.distributed.elastic.multiprocessing.errors torch.distributed.fsdp
    torch.distributed.launch torch.distributed.nn torch.distributed.nn.functional torch.distributed.optim
    torch.distributed.pipelining torch.distributed.rpc torch.distributed.tensor torch.distributed.tensor.parallel
    torch.distributions torch.distributions.constraint_registry torch.distributions.constraints
    torch.distributions.kl torch.distributions.transforms torch.distributions.utils torch.export torch.fft
    torch.func torch.functional torch.futures torch.fx torch.hub torch.jit torch.library torch.linalg torch.masked
    torch.monitor torch.mps torch.mtia torch.multiprocessing torch.nested torch.nn torch.nn.attention
    torch.nn.attention.bias torch.nn.attention.flex_attention torch.nn.functional torch.nn.init torch.nn.modules
    torch.nn.parallel torch.nn.parameter torch.nn.quantized torch.nn.utils torch.nn.utils.fusion
    torch.nn.utils.parametrizations
    torch.nn.utils.parametrize torch.nn.utils.prune torch.nn.utils.rnn torch.nn.utils.stateless torch.onnx
    torch.optim torch.optim.lr_scheduler torch.optim.swa_utils torch.overrides torch.package torch.profiler
    torch.quantization torch.random torch.serialization torch.signal torch.signal.windows
    torch.sparse torch.special torch.storage torch.testing torch.types torch.utils torch.utils.benchmark
    torch.utils.checkpoint torch.utils.cpp_extension torch.utils.data torch.utils.data.dataloader
    torch.utils.data.dataset torch.utils.data.distributed torch.utils.data.sampler torch.utils.dlpack
    torch.utils.flop_counter torch.utils.hooks torch.utils.mobile_optimizer torch.utils.model_zoo
    torch.utils.module_tracker
    torch.version torch.xpu
    """.split()  # noqa: SIM905  a list of words reads better so
)

_LEGACY = ("torch.quantization", "torch.nn.quantized", "torch.functional", "torch.nn.modules")
"""Namespaces that only hand on what another one documents."""

_EXTRA_ROOTS = {
    "torch": ("torch",),
    "torch.distributed": ("torch._C._distributed_c10d",),
    "torch.fft": ("torch._C._fft",),
    "torch.jit": ("torch._jit_internal",),
    "torch.linalg": ("torch._C._linalg", "torch._C"),
    "torch.monitor": ("torch._C._monitor",),
    "torch.nn.functional": ("torch._C._nn",),
    "torch.special": ("torch._C._special",),
    "torch.utils.mobile_optimizer": ("torch._C",),
}
_INCOMPLETE_ALL = (
    "torch", "torch.compiler", "torch.distributed.fsdp", "torch.fft", "torch.fx", "torch.jit", "torch.library",
    "torch.mtia", "torch.multiprocessing", "torch.nn.utils.rnn", "torch.onnx", "torch.overrides",
    "torch.utils.flop_counter", "torch.utils.mobile_optimizer",
)  # fmt: skip
"""Modules whose ``__all__`` leaves out names that the reference documents."""

_PREFERRED = ("torch.amp.GradScaler", "torch.jit.ScriptFunction", "torch.jit.ScriptModule")
"""Documented spellings that are not the shortest."""

_BEHIND = ("torch.autograd.function.FunctionCtx", "torch.nn.utils.rnn.PackedSequence_")
"""Bases whose members the reference documents on the class that people use."""

_IMPORTED = {
    "torch.nn.functional": (
        "boolean_dispatch", "handle_torch_function", "has_torch_function", "has_torch_function_unary",
        "has_torch_function_variadic",
    ),
}  # fmt: skip
"""Internals with a docstring that modules import and that people import from there."""

_INTERNALS = (
    "torch._C._get_tracing_state", "torch._C._log_api_usage_once", "torch._assert",
    "torch._dynamo.utils.is_compile_supported", "torch._shape_as_tensor", "torch.hub._get_torch_home",
    "torch.jit._overload_method", "torch.jit._script_if_tracing", "torch.jit.annotations.BroadcastingList1",
    "torch.jit.annotations.BroadcastingList2", "torch.jit.annotations.BroadcastingList3",
    "torch.nn.init._calculate_fan_in_and_fan_out", "torch.nn.modules.utils._ntuple", "torch.nn.modules.utils._pair",
    "torch.nn.modules.utils._quadruple", "torch.nn.modules.utils._single", "torch.nn.modules.utils._triple",
)  # fmt: skip
"""Names with an underscore, or of modules without a page, that libraries of models use all the same."""

_DOCUMENTED_VALUES = (
    "torch.distributions.biject_to", "torch.distributions.identity_transform", "torch.distributions.transform_to",
)  # fmt: skip
"""Instances that the reference describes; they carry no docstring."""

_TENSOR_OPERATORS = ("__abs__", "__contains__", "__getitem__", "__neg__", "__setitem__")
LEGACY_TENSOR = type(torch.FloatTensor)
"""Type of ``torch.FloatTensor`` and its like: they have the members of ``torch.Tensor``."""

_CONSTANT_TYPES = (torch.dtype, torch.layout, torch.memory_format, torch.qscheme)

_BARE_CLASSES = (
    torch.Tensor,
    torch.Size,
    torch.Generator,
    torch.device,
    torch.dtype,
    torch.layout,
    torch.memory_format,
    torch.qscheme,
    torch.finfo,
    torch.iinfo,
)
"""Documented classes that carry no docstring, because they are made in C."""

_INSTANCE_ATTRIBUTES = {
    "torch.nn.Module": {"training": "bool"},
    "torch.nn.Linear": {"in_features": "int", "out_features": "int"},
    "torch.nn.Conv1d": {"groups": "int"},
    "torch.nn.Conv2d": {"groups": "int"},
    "torch.nn.Conv3d": {"groups": "int"},
    "torch.nn.LayerNorm": {"eps": "float"},
    "torch.nn.Embedding": {"num_embeddings": "int", "embedding_dim": "int"},
    "torch.optim.Optimizer": {"param_groups": "list[dict]", "state": "dict", "defaults": "dict"},
    "torch.optim.lr_scheduler.LRScheduler": {
        "optimizer": "torch.optim.Optimizer",
        "base_lrs": "list[float]",
        "last_epoch": "int",
    },
}
"""Attributes that ``__init__`` sets, so that the class does not show them. Of layers only those that MindSpore has
under another name or with another meaning: all are called like the argument that they keep."""


def module_names() -> list[Found]:
    """Every public name of the documented modules, modules included."""
    found: dict[str, Found] = {}
    for module_name in MODULES:
        module = load(module_name)
        if module is None:
            continue
        found[module_name] = Found(module_name, module, "module", None)
        for name in _names(module_name, module):
            value = read(module, name)
            if exists(value) and not isinstance(value, types.ModuleType):
                full = f"{module_name}.{name}"
                documented = full in _DOCUMENTED_VALUES or _documented(value)
                found[full] = Found(full, value, _kind(module, name, value), module, documented)
    for full in _INTERNALS:
        module_name, _, name = full.rpartition(".")
        module = load(module_name)
        value = read(module, name) if module is not None else None
        if exists(value):
            found[full] = Found(full, value, kind_of(value), module, False)
    return list(found.values())


def _names(module_name: str, module: Any) -> Iterator[str]:
    names = set(exported(module))
    if module is torch:
        names.add("__version__")
    roots = (module_name, *_EXTRA_ROOTS.get(module_name, ()))
    if not names or module_name in _INCOMPLETE_ALL:
        names |= set(own_names(module, roots))
        names |= {
            name for name in vars(module) if name.isupper() and is_public(name) and is_shared_value(vars(module)[name])
        }
    names |= {name for name in _IMPORTED.get(module_name, ()) if exists(read(module, name))}
    if module is torch.nn.functional:
        names |= _functional_docstrings()
    names |= {name for name in dir(module) if is_public(name) and isinstance(read(module, name), _CONSTANT_TYPES)}
    if type(module) is not types.ModuleType:
        names |= _property_module_names(module)
    return iter(sorted(names))


def _property_module_names(module: Any) -> set[str]:
    """Names of a module that torch replaced by an object (``torch.backends.cudnn``)."""
    inner = read(module, "m")
    names = {name for name in vars(type(module)) if is_public(name)}
    if exists(inner) and isinstance(inner, types.ModuleType):
        names |= set(own_names(inner, (inner.__name__,)))
        names |= {name for name, value in vars(inner).items() if is_public(name) and is_shared_value(value)}
    return names


def _kind(module: Any, name: str, value: Any) -> Any:
    raw = vars(type(module)).get(name)
    if raw is not None and type(module) is not types.ModuleType and not isinstance(raw, types.FunctionType):
        return "attribute"
    return kind_of(value)


def _documented(value: Any) -> bool:
    if isinstance(value, _CONSTANT_TYPES) or kind_of(value) == "constant":
        return True
    if isinstance(value, type) and (value in _BARE_CLASSES or type(value) is LEGACY_TENSOR):
        return True
    return bool(own_doc(value))


def naming(found: list[Found]) -> Naming:
    """Canonical names: the documented home, else the shortest."""
    documented_in_functional = _functional_docstrings()

    def rank(item: Found) -> tuple[Any, ...]:
        namespace, _, leaf = item.name.rpartition(".")
        if isinstance(item.obj, _CONSTANT_TYPES):
            return (item.name != str(item.obj), len(item.name), item.name)
        functional = namespace == "torch.nn.functional" and leaf in documented_in_functional
        own = read(item.obj, "__name__") != leaf
        return (item.name not in _PREFERRED, namespace in _LEGACY, not functional, own, item.name.count("."), item.name)

    return Naming(found, rank)


def _functional_docstrings() -> set[str]:
    """Names that ``torch.nn.functional`` documents itself: ``conv2d = _add_docstr(torch.conv2d, …)``."""
    tree = ast.parse(inspect.getsource(torch.nn.functional))
    names = set()
    for node in tree.body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Name) and ast.unparse(node.value.func).endswith("_add_docstr"):
            names.add(target.id)
    return names


def class_members(classes: list[Found], names: Naming) -> list[tuple[Found, Any, type]]:
    """Members of the public classes: (found, raw descriptor, class that defines it)."""
    result = []
    public = {item.obj for item in classes if item.name not in _BEHIND}
    for item in classes:
        cls = item.obj
        if type(cls) is LEGACY_TENSOR or (not item.documented and home(cls) in ("torch", "torch._C")):
            continue
        for name, raw, value, base in members(cls, lambda base: base in public):
            kind = member_kind(raw, value)
            if kind == "class" and not value.__qualname__.startswith(cls.__name__ + "."):
                continue
            documented = item.documented and (
                home(cls) in ("torch", "torch._C") or _member_documented(kind, raw, value)
            )
            found = Found(f"{item.name}.{name}", value, kind, cls, documented)
            result.append((found, raw, base))
        if cls is torch.Tensor:
            result += [
                (Found(f"{item.name}.{n}", getattr(cls, n), "method", cls), None, cls) for n in _TENSOR_OPERATORS
            ]
        if cls is torch.Size:
            result += [
                (Found(f"{item.name}.{n}", getattr(cls, n), "method", cls), None, tuple) for n in ("count", "index")
            ]
    return result


def _member_documented(kind: str, raw: Any, value: Any) -> bool:
    return kind in ("attribute", "constant", "property") or bool(own_doc(raw) or own_doc(value))


def instance_attributes(class_name: str) -> dict[str, str]:
    """Documented attributes of instances, with what reading them gives."""
    return _INSTANCE_ATTRIBUTES.get(class_name, {})
