"""The public names of MindSpore: which modules its API reference documents, and what lies in them.

``__all__`` of ``mindspore`` and ``mindspore.mint`` names things that do not exist and misses real ones, so a
name counts only if ``getattr`` finds it, and names defined below the package count too.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import mindspore

from lsp_server.verify.inventory.naming import Naming
from lsp_server.verify.inventory.signatures import hidden_function
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
    mindspore mindspore.amp mindspore.common.initializer mindspore.communication mindspore.communication.comm_func
    mindspore.context mindspore.dataset mindspore.dataset.audio mindspore.dataset.config
    mindspore.dataset.engine.samplers mindspore.dataset.text mindspore.dataset.transforms mindspore.dataset.utils
    mindspore.dataset.vision mindspore.device_context.ascend mindspore.device_context.cpu
    mindspore.device_context.gpu mindspore.experimental mindspore.experimental.optim
    mindspore.experimental.optim.lr_scheduler mindspore.graph mindspore.hal mindspore.mindrecord mindspore.mint
    mindspore.mint.distributed mindspore.mint.linalg mindspore.mint.nn mindspore.mint.nn.functional
    mindspore.mint.optim mindspore.mint.special mindspore.multiprocessing mindspore.nn
    mindspore.nn.probability.bijector mindspore.nn.probability.distribution mindspore.nn.utils mindspore.numpy
    mindspore.numpy.fft mindspore.onnx mindspore.ops mindspore.ops.communication mindspore.parallel
    mindspore.parallel.distributed mindspore.parallel.function mindspore.parallel.nn mindspore.parallel.strategy
    mindspore.profiler mindspore.rewrite mindspore.runtime mindspore.scipy
    mindspore.scipy.fft mindspore.scipy.linalg mindspore.scipy.optimize mindspore.tools mindspore.train
    mindspore.utils
    """.split()  # noqa: SIM905  a list of words reads better so
)

_SEPARATE = ("mindspore.mint", "mindspore.ops", "mindspore.nn", "mindspore.numpy")
"""Namespaces whose names stay symbols of their own, even if another one has the same object."""

_ORDER = (
    "mindspore.amp", "mindspore.train", "mindspore.runtime", "mindspore.parallel", "mindspore.rewrite",
    "mindspore", "mindspore.common.initializer", "mindspore.dataset", "mindspore.ops.communication", "mindspore.ops",
    "mindspore.nn", "mindspore.mint",
)  # fmt: skip
"""Which of several names is the documented one; namespaces that are not here come last."""

_AT_ROOT = ("mindspore.train.serialization", "mindspore.train.dataset_helper", "mindspore.train.data_sink")
"""Modules of ``mindspore.train`` whose names the reference documents as ``mindspore.X``."""

_BROKEN_ALL = (
    "mindspore",
    "mindspore.mint",
    "mindspore.mint.distributed",
    "mindspore.mint.nn",
    "mindspore.mint.nn.functional",
    "mindspore.dataset",
)
_BUILD = {
    "mindspore": (),
    "mindspore.mint": ("mindspore.mint", "mindspore.ops"),
    "mindspore.mint.nn": ("mindspore.mint.nn", "mindspore.nn.layer"),
    "mindspore.mint.nn.functional": ("mindspore.mint", "mindspore.ops"),
}  # fmt: skip

_OPERATORS = tuple(
    f"__{name}__"
    for name in """abs add and array bool contains eq float floordiv ge getitem gt int invert iter le len lt matmul
    mod mul     ne neg or pow setitem sub truediv xor""".split()  # noqa: SIM905  a list of words reads better so
)
"""Operators of a Tensor that the reference lists."""

ALIAS_MODULES = (
    "mindspore.common", "mindspore.common.dtype", "mindspore.dtype",
    "mindspore.ops.operations", "mindspore.ops.functional",
    "mindspore.ops.composite", "mindspore.nn.optim", "mindspore.nn.loss", "mindspore.nn.layer", "mindspore.nn.metrics",
    "mindspore.communication.management",
)  # fmt: skip
"""Modules that are not documented but that people import from."""

_DTYPE_NAMES = {"mindspore.bool": "mindspore.bool_", "mindspore.string_": "mindspore.string"}
"""Documented spelling of dtypes where it is not what ``repr`` says."""

_VALUE_TYPES = ("mindspore._c_expression.typing",)

_INSTANCE_ATTRIBUTES = {
    "mindspore.nn.Dense": {"in_channels": "int", "out_channels": "int"},
    "mindspore.nn.Conv1d": {"group": "int"},
    "mindspore.nn.Conv2d": {"group": "int"},
    "mindspore.nn.Conv3d": {"group": "int"},
    "mindspore.nn.LayerNorm": {"epsilon": "float"},
    "mindspore.nn.Embedding": {"vocab_size": "int", "embedding_size": "int"},
    "mindspore.nn.Cell": {"training": "bool"},
    "mindspore.experimental.optim.Optimizer": {"param_groups": "list[dict]"},
    "mindspore.experimental.optim.lr_scheduler.LRScheduler": {"last_epoch": "int"},
    "mindspore.nn.Optimizer": {"parameters": "mindspore.ParameterTuple", "global_step": "mindspore.Parameter"},
}
"""Attributes that ``__init__`` sets or that ``__getattr__`` gives, so that the class does not show them."""


def module_names() -> list[Found]:
    """Every public name of the documented modules, modules included."""
    found: dict[str, Found] = {}
    for module_name in MODULES:
        module = load(module_name)
        if module is None:
            continue
        found[module_name] = Found(module_name, module, "module", None)
        listed = set(exported(module))
        for name in sorted(listed | _unlisted(module_name, module, bool(listed))):
            value = read(module, name)
            if not exists(value) or isinstance(value, types.ModuleType):
                continue
            documented = (name in listed or module_name in _BUILD or not listed) and _documented(value)
            item = Found(f"{module_name}.{name}", value, kind_of(value), module, documented)
            found[item.name] = item
    return list(found.values())


def _unlisted(module_name: str, module: Any, has_all: bool) -> set[str]:
    """Names that ``__all__`` misses."""
    if has_all and module_name not in _BROKEN_ALL:
        return set()
    names = {name for name in dir(module) if is_public(name) and home(read(module, name)) in _VALUE_TYPES}
    if module_name == "mindspore":
        names |= {"__version__", "bool", "float", "int"} & set(dir(module))
    return names | set(own_names(module, (module_name, *_BUILD.get(module_name, ()))))


def _documented(value: Any) -> bool:
    return kind_of(value) == "constant" or bool(own_doc(value) or own_doc(hidden_function(value)))


def naming(found: list[Found]) -> Naming:
    """Canonical names. ``mint``, ``ops``, ``nn`` and ``numpy`` keep their own."""

    def rank(item: Found) -> tuple[Any, ...]:
        namespace, _, leaf = item.name.rpartition(".")
        if home(item.obj) in _VALUE_TYPES and not isinstance(item.obj, type):
            return (item.name != _DTYPE_NAMES.get(repr(item.obj), repr(item.obj)), len(item.name), item.name)
        order = _ORDER.index(namespace) if namespace in _ORDER else len(_ORDER)
        where = home(item.obj)
        if namespace in _ORDER[:5] and (where in _AT_ROOT or not where.startswith(("mindspore.train", namespace))):
            order = len(_ORDER)
        return (order, read(item.obj, "__name__") != leaf, item.name.count("."), item.name)

    def family(item: Found) -> str:
        namespace = item.name.rpartition(".")[0]
        if (
            home(item.obj).startswith(("mindspore.train", "mindspore.amp"))
            or namespace == "mindspore.ops.communication"
        ):
            return ""
        if home(item.obj) == "mindspore.ops.communication":
            return ""
        return namespace if namespace.startswith(_SEPARATE) else ""

    return Naming(found, rank, family)


def class_members(classes: list[Found], names: Naming) -> list[tuple[Found, Any, type]]:
    """Members of the public classes: (found, raw descriptor, class that defines it).

    A primitive's own members are how MindSpore compiles it, not something that users call.
    """
    public = {item.obj for item in classes}
    result = []
    for item in classes:
        cls = item.obj
        if not names.is_preferred(item) or _is_primitive(cls):
            continue
        for name, raw, value, base in members(cls, lambda base: base in public):
            kind = member_kind(raw, value)
            if kind == "class" or (base in mindspore.Tensor.__mro__ and cls is not mindspore.Tensor):
                continue
            documented = item.documented and (kind != "method" or bool(own_doc(raw) or own_doc(value)))
            result.append((Found(f"{item.name}.{name}", value, kind, cls, documented), raw, base))
        if cls is mindspore.Tensor:
            operators = [n for n in _OPERATORS if exists(read(cls, n))]
            result += [
                (Found(f"{item.name}.{n}", getattr(cls, n), "method", cls), getattr(cls, n), cls) for n in operators
            ]
    return result


def _is_primitive(cls: type) -> bool:
    primitive = sys.modules["mindspore.ops"].Primitive
    return cls is not primitive and issubclass(cls, primitive)


def other_names(names: Naming) -> dict[str, list[str]]:
    """Names in the modules of ``ALIAS_MODULES``, by the canonical name of their object."""
    result: dict[str, list[str]] = {}
    for module_name in ALIAS_MODULES:
        module = load(module_name) if module_name != "mindspore.dtype" else read(mindspore, "dtype")
        if module is None or not exists(module):
            continue
        for name in sorted(dir(module)):
            value = read(module, name)
            canonical = names.name_of(value) if is_public(name) and not is_shared_value(value) else ""
            if canonical and not isinstance(value, types.ModuleType):
                result.setdefault(canonical, []).append(f"{module_name}.{name}")
    return result


def instance_attributes(class_name: str) -> dict[str, str]:
    """Attributes of instances, with what reading them gives."""
    return _INSTANCE_ATTRIBUTES.get(class_name, {})
