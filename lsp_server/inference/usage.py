"""What a function does with a parameter that nobody declares says what it is: ``x.unsqueeze(1)``, ``F.relu(x)``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import LAYERS, TENSORS, Framework
from lsp_server.inference import names
from lsp_server.inference.values import NOTHING, Fact, Instance, Module, SymbolRef
from lsp_server.syntax.words import places

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_OPTIMIZERS: dict[Framework, str] = {"torch": "torch.optim.Optimizer", "mindspore": "mindspore.nn.Optimizer"}
_ALIASES = ("torch", "nn", "F", "mindspore", "ms", "ops", "mint")
"""Names under which files hold a framework or its usual modules."""
_ARRAYS = frozenset(
    """
    T all any argmax argmin argpartition argsort astype base byteswap choose clip compress conj conjugate copy
    ctypes cumprod cumsum data device diagonal dot dtype dump dumps fill flags flat flatten getfield imag item
    itemsize mT max mean min nbytes ndim nonzero partition prod put ravel real repeat reshape resize round
    searchsorted setfield setflags shape size sort squeeze std strides sum swapaxes take to_device tobytes tofile
    tolist trace transpose var abs apply div mul add sub pow index values map to where head keys mode rank
    quantile median diff corr cov unique type close split eval isnull clamp multiply divide subtract name grad
    """.split()  # noqa: SIM905  a list of words reads better so
)
"""What arrays and tables of other packages have too; a tensor is not known by it."""
_OTHERS = _ARRAYS.union(*(dir(kind) for kind in (list, dict, str, bytes, set, float, int)))
_OF_MODULES = {
    "torch": ("named_parameters", "named_modules", "named_children", "named_buffers", "buffers", "children", "modules",
        "register_buffer", "register_forward_hook", "register_forward_pre_hook", "parameters"),
    "mindspore": ("trainable_params", "get_parameters", "parameters_and_names", "cells_and_names", "parameters_dict",
        "set_train", "untrainable_params", "name_cells"),
}  # fmt: skip
_INPUTS = ("input", "x")
"""What functions call the tensor that they take first."""
_MOST = 8
_QUOTES = (b".", b'"', b"'")
_READ = re.compile(rb"\.([A-Za-z_]\w*)(\()?")
_TESTING = re.compile(rb"(?:isinstance|hasattr|is_tensor|issubclass|type|callable)\($")
_OTHER = re.compile(rb"\[[bru]?[\"']|\.(?:keys|items|append|extend|get|pop)\(")


def of_parameter(analysis: Analysis, name: str, function: Node) -> Fact:
    """A tensor, a module or an optimizer, if everything that the function does with the parameter goes with that."""
    body = function.child_by_field_name("body")
    if body is None or not name.isascii() or name[0].isupper() or name in _ALIASES:
        return NOTHING  # a namespace that is passed (``F.relu``) has names that tensors have
    data = analysis.document.data[body.start_byte : body.end_byte]
    told = _told(data, name)
    if told.is_tested:
        return NOTHING  # it can be several things
    attributes, methods = told.attributes, told.methods
    offsets = [body.start_byte + place - 2 for place in told.passed][:_MOST]
    if not attributes and not offsets:
        return NOTHING
    framework = _framework(analysis)
    if framework is None:
        return NOTHING
    if any(method in _OF_MODULES[framework] for method in methods):
        return Fact(Instance(LAYERS[framework]), certain=False)
    if "param_groups" in attributes or {"zero_grad", "step"} <= methods:
        return Fact(Instance(_OPTIMIZERS[framework]), certain=False)
    tensor = TENSORS[framework]
    telling = attributes - _OTHERS or "size" in methods or {"shape", "device"} <= attributes
    if attributes <= _members(analysis.catalog, tensor) and (
        telling or any(_takes_tensor(analysis, offset) for offset in offsets)
    ):
        return Fact(Instance(tensor), certain=False)
    return NOTHING


def allows_tensor(analysis: Analysis, name: str, function: Node, is_given: bool) -> bool:
    """Whether a parameter that is a tensor by its role can be one: not if it is used as a dict, list or function. One
    that callers may leave out must also be used as a tensor."""
    body = function.child_by_field_name("body")
    if body is None:
        return False
    data = analysis.document.data[body.start_byte : body.end_byte]
    told = _told(data, name)
    if told.is_other:
        return False
    attributes = told.attributes
    return is_given or bool(attributes and attributes <= _every_member(analysis.catalog))


@lru_cache(maxsize=8)
def _every_member(catalog: Catalog) -> frozenset[str]:
    return frozenset(name for tensor in TENSORS.values() for name in _members(catalog, tensor))


class _Told(msgspec.Struct):
    """What a body does with a name."""

    attributes: set[str] = msgspec.field(default_factory=set[str])
    methods: set[str] = msgspec.field(default_factory=set[str])
    passed: list[int] = msgspec.field(default_factory=list[int])
    """Where it is the first argument of a call."""
    is_tested: bool = False
    is_other: bool = False
    """Whether it is used as a dict, list or function."""


def _told(data: bytes, name: str) -> _Told:
    told = _Told()
    word = name.encode()
    for place, _ in places(data, word):
        end = place + len(word)
        before = data[place - 1 : place]
        if before == b"(" and data[end : end + 1] in (b",", b")"):
            told.passed.append(place)
            told.is_tested = told.is_tested or _TESTING.search(data, max(place - 12, 0), place) is not None
        if before in _QUOTES:
            continue
        read = _READ.match(data, end)
        if read is not None:
            told.attributes.add(read[1].decode())
            if read[2]:
                told.methods.add(read[1].decode())
        told.is_other = told.is_other or _OTHER.match(data, end) is not None
    return told


@lru_cache(maxsize=8)
def _members(catalog: Catalog, tensor: str) -> frozenset[str]:
    start = tensor + "."
    framework: Framework = "torch" if tensor.startswith("torch.") else "mindspore"
    return frozenset(name[len(start) :] for name in catalog.names(framework) if name.startswith(start))


def _framework(analysis: Analysis) -> Framework | None:
    """The one framework that the names of the module stand for."""
    found: set[Framework] = set()
    for name in _ALIASES:
        value = analysis.ask(names.ANYTIME, analysis.document.root, name).value
        framework = framework_of(value.name) if isinstance(value, (Module, SymbolRef)) else None
        if framework is not None:
            found.add(framework)
    return found.pop() if len(found) == 1 else None


def _takes_tensor(analysis: Analysis, offset: int) -> bool:
    """Whether what is called at an offset is a library function or layer whose first argument is a tensor."""
    node = analysis.document.root.named_descendant_for_byte_range(offset, offset)
    if node is None or node.type != "identifier":
        return False
    callee = node.parent if node.parent is not None and node.parent.type == "attribute" else node
    value = analysis.value(callee).value
    if isinstance(value, Instance):
        framework = framework_of(value.cls)
        return framework is not None and analysis.catalog.is_subclass(value.cls, LAYERS[framework])
    symbol = analysis.catalog.symbol(value.name) if isinstance(value, SymbolRef) else None
    if symbol is None or symbol.kind != "function":
        return False
    return any(one.parameters and one.parameters[0].name in _INPUTS for one in symbol.signatures)
