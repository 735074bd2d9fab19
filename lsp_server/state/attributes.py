"""``owner.name``: reading, writing and deleting, for each kind of owner."""

from __future__ import annotations

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference.values import UserClass
from lsp_server.state import containers, hierarchy, lookup, methods, modules
from lsp_server.state.frames import Frame
from lsp_server.state.values import (
    PLAIN,
    UNKNOWN,
    BoundMethod,
    Dict,
    Function,
    List,
    Method,
    Module,
    Namespace,
    Object,
    Partial,
    Super,
    Symbol,
    Tensor,
    Unknown,
    Value,
    may_hold_state,
)

_TENSOR_SAME = {"data", "grad", "real"}


def get(frame: Frame, owner: Value, name: str) -> Value:
    """``owner.name``."""
    if isinstance(owner, Module):
        return _module_member(frame, owner, name)
    if isinstance(owner, Symbol):
        return _symbol_member(frame, owner, name)
    if isinstance(owner, Namespace):
        return lookup.namespace_member(frame.machine, frame.analysis, owner, name)
    if isinstance(owner, UserClass):
        return _class_member(frame, owner, name)
    if isinstance(owner, Object):
        return _object_member(frame, owner, name)
    if isinstance(owner, Super):
        return _super_member(frame, owner, name)
    if isinstance(owner, Tensor):
        return _tensor_member(owner, name)
    if isinstance(owner, (List, Dict, str, tuple)):
        return Method(owner, name)
    if isinstance(owner, Function):
        return _function_name(owner) if name in ("__name__", "__qualname__") else PLAIN
    if isinstance(owner, Partial):
        parts: dict[str, Value] = {
            "func": owner.function,
            "keywords": Dict({**owner.keywords}, frame.machine.doubt),
            "args": owner.arguments,
        }
        return parts.get(name, UNKNOWN)
    if owner is UNKNOWN and name in methods.GROWING:
        return Method(owner, name)
    return PLAIN if owner is PLAIN else UNKNOWN


def _module_member(frame: Frame, module: Module, name: str) -> Value:
    for table in (module.attributes, module.parameters, module.buffers, module.children):
        if name in table:
            return table[name]
    if name == "training":
        return module.framework == "torch"
    if name == "_modules" or name == "_cells":
        return Dict({**module.children}, module.doubt, module.exact)
    if name == "__class__":
        return module.cls if module.cls is not None else Symbol(module.base)
    if module.cls is not None:
        found = _inherited(frame, hierarchy.order(frame.machine, module.cls), module, name)
        if found is not None:
            return found
    if frame.machine.catalog.member(module.base, name) is not None or name in _NEW_METHODS:
        return Method(module, name)
    return UNKNOWN


_NEW_METHODS = {"append", "extend", "insert", "keys", "values", "items", "update", "pop", "get", "register_buffer"}


def _inherited(frame: Frame, line: tuple[hierarchy.Base, ...], receiver: Value, name: str) -> Value | None:
    """What the classes of a line say about a name; None if they say nothing."""
    for base in line:
        if isinstance(base, UserClass):
            function = hierarchy.method(base, name)
            if function is not None:
                return _bound(frame, function, receiver)
            value = hierarchy.class_attribute(frame.machine, base, name)
            if value is not None:
                return value
        elif isinstance(base, Unknown):
            return UNKNOWN
        elif isinstance(receiver, Module) and frame.machine.catalog.member(base.name, name) is not None:
            return Method(receiver, name)
    return None


def _bound(frame: Frame, function: Function, receiver: Value) -> Value:
    marks = hierarchy.marks(function)
    if "property" in marks or any(mark.endswith("cached_property") for mark in marks):
        from lsp_server.state.calls import run
        from lsp_server.state.library import Arguments

        return run(frame, function, Arguments([receiver]))
    if not hierarchy.is_followed(function):
        return UNKNOWN
    if "staticmethod" in marks:
        return function
    if "classmethod" in marks:
        return BoundMethod(function, receiver.cls if isinstance(receiver, (Module, Object)) else receiver)
    return function if isinstance(receiver, UserClass) else BoundMethod(function, receiver)


def _symbol_member(frame: Frame, owner: Symbol, name: str) -> Value:
    full = f"{owner.name}.{name}"
    if full in lookup.CONSTANTS:
        return lookup.CONSTANTS[full]
    if name == "__name__":
        return owner.name.rpartition(".")[2]
    found = frame.machine.catalog.member(owner.name, name)
    return Symbol(found.name if found is not None else full)


def _class_member(frame: Frame, owner: UserClass, name: str) -> Value:
    if name == "__name__":
        title = owner.definition.node.child_by_field_name("name")
        return owner.definition.analysis.text(title) if title is not None else PLAIN
    found = _inherited(frame, hierarchy.order(frame.machine, owner), owner, name)
    if found is not None:
        return found
    base = hierarchy.library_base(frame.machine, owner)
    return Symbol(f"{base}.{name}") if base is not None else UNKNOWN


def _function_name(function: Function) -> Value:
    name = function.definition.node.child_by_field_name("name")
    return function.definition.analysis.text(name) if name is not None else "<lambda>"


def _object_member(frame: Frame, owner: Object, name: str) -> Value:
    if name in owner.attributes:
        return owner.attributes[name]
    found = _inherited(frame, hierarchy.order(frame.machine, owner.cls), owner, name)
    return found if found is not None else UNKNOWN


def _super_member(frame: Frame, owner: Super, name: str) -> Value:
    found = _inherited(frame, owner.rest, owner.receiver, name)
    if found is not None and not isinstance(found, Method):
        return found
    return Method(owner, name)


def _tensor_member(tensor: Tensor, name: str) -> Value:
    if name == "shape":
        return tensor.shape if tensor.shape is not None else PLAIN
    if name == "dtype":
        return Symbol(f"torch.{tensor.dtype}") if tensor.dtype is not None else PLAIN
    if name == "requires_grad":
        return tensor.trainable
    if name == "name" and tensor.path:
        return tensor.path
    if name in ("ndim", "is_leaf", "device", "name", "itemsize", "nbytes"):
        return len(tensor.shape) if name == "ndim" and tensor.shape is not None else PLAIN
    if name in _TENSOR_SAME:
        return Tensor("tensor", tensor.shape, tensor.dtype)
    if name in ("T", "mT"):
        shape = tensor.shape[::-1] if tensor.shape is not None and len(tensor.shape) <= 2 else None
        return Tensor("tensor", shape, tensor.dtype)
    return Method(tensor, name)


def assign(frame: Frame, owner: Value, name: str, value: Value) -> None:
    """``owner.name = value``."""
    if isinstance(owner, Module):
        modules.set_attribute(frame.machine, owner, name, value)
    elif isinstance(owner, Object):
        owner.attributes[name] = value if frame.machine.certain(owner) else UNKNOWN
    elif isinstance(owner, (Symbol, UserClass)):
        frame.machine.blind = True  # every object of the class has it now
    elif isinstance(owner, Tensor):
        _assign_tensor(frame, owner, name, value)
    elif owner is UNKNOWN and (may_hold_state(value) or name == "requires_grad"):
        frame.machine.blind = True


def _assign_tensor(frame: Frame, tensor: Tensor, name: str, value: Value) -> None:
    if name == "requires_grad":
        if isinstance(value, bool) and frame.machine.doubt <= tensor.doubt:
            tensor.trainable = value
        else:
            frame.machine.blind = True
    elif name == "data":
        tensor.values = None
        found = value if isinstance(value, Tensor) else Tensor("tensor", None, None)
        sure = frame.machine.doubt <= tensor.doubt
        tensor.shape, tensor.dtype = (found.shape, found.dtype) if sure else (None, None)


def delete(frame: Frame, owner: Value, name: str) -> None:
    """``del owner.name``."""
    if isinstance(owner, Module):
        modules.delete_attribute(frame.machine, owner, name)
    elif isinstance(owner, Object) and frame.machine.certain(owner):
        owner.attributes.pop(name, None)
    elif owner is UNKNOWN:
        frame.machine.blind = True


def has(frame: Frame, owner: Value, name: str) -> Value:
    """``hasattr(owner, name)``."""
    if isinstance(owner, Module):
        found = get(frame, owner, name)
        if found is not UNKNOWN:
            return True
        return False if owner.exact and name not in owner.attributes and owner.base not in containers.KEYED else PLAIN
    if isinstance(owner, (Symbol, Namespace)) and framework_of(owner.name) is not None:
        return True if frame.machine.catalog.symbol(f"{owner.name}.{name}") is not None else PLAIN
    if isinstance(owner, Object):
        return True if get(frame, owner, name) is not UNKNOWN else PLAIN
    return PLAIN
