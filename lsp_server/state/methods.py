"""Methods that are not the user's: of modules and cells, tensors, lists, dictionaries, strings."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_server.inference.values import Source, UserClass
from lsp_server.state import attributes, calls, containers, holders, library, modules, tensor_methods
from lsp_server.state.dtypes import FLOATING, dtype_name
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments, argument
from lsp_server.state.values import (
    PLAIN,
    UNKNOWN,
    Dict,
    List,
    Method,
    Module,
    Object,
    Super,
    Symbol,
    Tensor,
    Value,
    is_plain,
    may_hold_state,
)

_RENAMES = re.compile(rb"update_parameters_name\((?!\))")
"""Without a prefix it names every Parameter by the way to it."""
_CASTS = {"half": "float16", "float": "float32", "double": "float64", "bfloat16": "bfloat16"}
_SELF = {"train", "eval", "cuda", "cpu", "to_empty", "share_memory", "set_train", "set_grad", "xpu", "npu"}
GROWING = {"append", "extend", "insert", "update", "add_module", "register_module", "register_buffer",
    "register_parameter", "insert_child_to_cell", "insert_param_to_cell", "requires_grad_", "apply"}  # fmt: skip


def call(frame: Frame, method: Method, arguments: Arguments, source: Source) -> Value:
    """``receiver.name(…)``."""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, Super):
        return _super(frame, receiver, name, arguments, source)
    if isinstance(receiver, Module):
        return _module(frame, receiver, name, arguments)
    if isinstance(receiver, Tensor):
        return tensor_methods.method(receiver, name, arguments, source)
    if isinstance(receiver, List):
        return holders.list_method(frame, receiver, name, arguments)
    if isinstance(receiver, Dict):
        return holders.dict_method(frame, receiver, name, arguments)
    if receiver is UNKNOWN:
        _grow_unknown(frame, name, arguments)
    if isinstance(receiver, str):
        return holders.text_method(frame, receiver, name, arguments)
    if isinstance(receiver, tuple) and name == "index" and arguments.positional:
        matches = [index for index, item in enumerate(receiver) if item == arguments.positional[0]]
        return matches[0] if matches else PLAIN
    return PLAIN if is_plain(receiver) else UNKNOWN


def _grow_unknown(frame: Frame, name: str, arguments: Arguments) -> None:
    """Something that may well be a part of the module gets a new member."""
    given = (*arguments.positional, *arguments.keywords.values())
    if (
        name.startswith(("register_", "requires_grad_"))
        or not arguments.exact
        or any(may_hold_state(value) for value in given)
    ):
        frame.machine.blind = True
    calls.escape(arguments)


def _super(frame: Frame, receiver: Super, name: str, arguments: Arguments, source: Source) -> Value:
    """A method of the library's part of a user's class."""
    target = receiver.receiver
    if isinstance(target, Object) and name == "__init__":
        calls.initialize(frame, target, receiver.rest, arguments)
        return None
    if not isinstance(target, Module):
        return UNKNOWN
    base = next((cls.name for cls in receiver.rest if isinstance(cls, Symbol)), None)
    if base is None or (UNKNOWN in receiver.rest):
        target.exact = False
        return UNKNOWN
    if name == "__init__":
        library.initialize(frame.machine, target, base, arguments, source)
        return None
    if name == "__setattr__" and len(arguments.positional) == 2 and isinstance(arguments.positional[0], str):
        attributes.assign(frame, target, arguments.positional[0], arguments.positional[1])
        return None
    return _module(frame, target, name, arguments)


def _module(frame: Frame, module: Module, name: str, arguments: Arguments) -> Value:
    handler = _MODULE.get(name)
    if handler is not None:
        return handler(frame, module, arguments)
    if name in _SELF:
        return module
    if name in _CASTS:
        return _cast(module, _CASTS[name])
    if name in ("to", "type", "to_float"):
        given = [*arguments.positional, *arguments.keywords.values()]
        dtype = next((found for found in map(dtype_name, given) if found is not None), None)
        return module if name == "to_float" or dtype is None else _cast(module, dtype)
    if name == "__init__" and not arguments.positional and not arguments.keywords:
        return None
    if name in ("forward", "construct", "__call__", "__repr__", "extra_repr", "state_dict", "parameters_dict"):
        return UNKNOWN
    if name in ("load_state_dict", "init_weights", "reset_parameters", "_reset_parameters", "_log_api_usage_once"):
        return UNKNOWN
    if name.startswith(("register_forward", "register_full", "register_state", "register_load", "_register")):
        return UNKNOWN
    if name.startswith(("set_", "shard", "recompute", "compile", "update_", "init_parameters", "add_flags")):
        return UNKNOWN
    module.exact = False
    calls.escape(arguments)
    return UNKNOWN


def _cast(module: Module, dtype: str) -> Module:
    owners = modules.tree(module)
    if owners is None:
        module.exact = False
        return module
    for _, owner in owners:
        for tensor in (*owner.parameters.values(), *owner.buffers.values()):
            if tensor is not None and (tensor.dtype is None or tensor.dtype in FLOATING):
                tensor.dtype = dtype if tensor.dtype is not None else None
    return module


def _register_buffer(frame: Frame, module: Module, arguments: Arguments) -> Value:
    name, tensor = argument(arguments, 0, "name"), argument(arguments, 1, "tensor")
    kept = arguments.keywords.get("persistent", arguments.positional[2] if len(arguments.positional) > 2 else True)
    if not isinstance(name, str) or not isinstance(kept, bool) or not frame.machine.certain(module):
        module.exact = False
        if isinstance(name, str):
            modules.delete_attribute(frame.machine, module, name)
    elif isinstance(tensor, Tensor) or tensor is None:
        if isinstance(tensor, Tensor) and tensor.kind == "parameter" and module.framework == "torch":
            tensor = Tensor("tensor", tensor.shape, tensor.dtype, tensor.trainable, source=tensor.source)
        module.attributes.pop(name, None)
        modules.register_buffer(module, name, tensor, kept)
    else:
        tensor = Tensor("tensor", None, None)
        module.attributes.pop(name, None)
        modules.register_buffer(module, name, tensor, kept)
        module.exact = False
    return None


def _register_parameter(frame: Frame, module: Module, arguments: Arguments) -> Value:
    name, tensor = argument(arguments, 0, "name", "param_name"), argument(arguments, 1, "param")
    if not isinstance(name, str) or not (tensor is None or isinstance(tensor, Tensor)):
        module.exact = False
    elif not frame.machine.certain(module):
        modules.delete_attribute(frame.machine, module, name)
    else:
        module.attributes.pop(name, None)
        module.parameters[name] = tensor
    return None


def _add_module(frame: Frame, module: Module, arguments: Arguments) -> Value:
    name, child = argument(arguments, 0, "name", "child_name"), argument(arguments, 1, "module", "child_cell")
    if not isinstance(name, str) or not (child is None or isinstance(child, Module)):
        module.exact = False
    elif frame.machine.certain(module):
        module.attributes.pop(name, None)
        module.children[name] = child
    return None


def _append(frame: Frame, module: Module, arguments: Arguments) -> Value:
    containers.extend(frame.machine, module, [argument(arguments, 0, "module", "cell", "value")])
    return module


def _extend(frame: Frame, module: Module, arguments: Arguments) -> Value:
    items = containers.elements(argument(arguments, 0, "modules", "cells", "values", "sequential"))
    if items is None:
        module.exact, module.open_ended = False, True
    else:
        containers.extend(frame.machine, module, items)
    return module


def _insert(frame: Frame, module: Module, arguments: Arguments) -> Value:
    index, item = argument(arguments, 0, "index"), argument(arguments, 1, "module", "cell")
    if isinstance(index, int):
        containers.insert(frame.machine, module, index, item)
    else:
        module.exact = False
    return None


def _update(frame: Frame, module: Module, arguments: Arguments) -> Value:
    containers.fill(frame.machine, module, argument(arguments, 0, "modules", "cells", "parameters"))
    return None


def _pop(frame: Frame, module: Module, arguments: Arguments) -> Value:
    index = argument(arguments, 0, "key")
    index = -1 if index is None else index
    found = containers.at(module, index)
    containers.remove(frame.machine, module, index)
    return found


def _listed(kind: str, pairs: bool) -> Callable[[Frame, Module, Arguments], Value]:
    """``parameters()``, ``named_buffers()`` and their like."""

    def run(frame: Frame, module: Module, arguments: Arguments) -> Value:
        if arguments.positional or arguments.keywords:
            return UNKNOWN
        found = _held(module, kind)
        if found is None:
            return UNKNOWN
        if module.framework == "mindspore" and module.cls is not None:
            _name(module.cls, found)
        return List([(name, item) if pairs else item for name, item in found], frame.machine.doubt)

    return run


def _name(cls: UserClass, found: list[tuple[str, Value]]) -> None:
    """MindSpore's Parameters know the way to them from the outermost network, unless something else was said."""
    text = cls.definition.analysis.document.data
    if b"auto_prefix" in text or _RENAMES.search(text) is not None:
        return
    for name, item in found:
        own = name.rpartition(".")[2]
        if isinstance(item, Tensor) and item.name in (None, own) and len(name) > len(item.path):
            item.path = name


def _held(module: Module, kind: str) -> list[tuple[str, Value]] | None:
    if kind == "modules":
        owners = modules.tree(module)
        return list(owners) if owners is not None else None
    if kind == "children":
        members = [(name, child) for name, child in module.children.items() if child is not None]
        return list(members) if module.exact else None
    if modules.tree(module) is None:
        return None
    found = modules.tensors(module, "buffer" if kind == "buffers" else "parameter")
    if found is None:
        return None
    if kind in ("trainable", "untrainable"):
        return [(name, tensor) for name, tensor in found if tensor.trainable is (kind == "trainable")]
    return list(found)


def _of_container(kind: str) -> Callable[[Frame, Module, Arguments], Value]:
    """``keys()``, ``values()``, ``items()`` of a dictionary of modules; ``items`` of anything else is not known."""

    def run(frame: Frame, module: Module, arguments: Arguments) -> Value:
        held = containers.members(module)
        if held is None:
            return UNKNOWN
        if kind == "keys":
            return List(list(held), frame.machine.doubt)
        if kind == "values":
            return List(list(held.values()), frame.machine.doubt)
        return List(list(held.items()), frame.machine.doubt)

    return run


def _apply(frame: Frame, module: Module, arguments: Arguments) -> Value:
    """Children first, then the module itself."""
    owners = modules.tree(module)
    function = argument(arguments, 0, "fn")
    if owners is None:
        calls.escape(Arguments([module]))
        return module
    here = Source(frame.analysis, frame.analysis.document.root)
    for _, owner in reversed(owners):
        calls.call(frame, function, Arguments([owner]), here)
    return module


def _requires_grad(frame: Frame, module: Module, arguments: Arguments) -> Value:
    wanted = argument(arguments, 0, "requires_grad")
    wanted = True if wanted is None else wanted
    found = modules.tensors(module, "parameter") if modules.tree(module) is not None else None
    if found is None or not isinstance(wanted, bool) or frame.machine.doubt > module.doubt:
        calls.escape(Arguments([module]))
        return module
    for _, tensor in found:
        tensor.trainable = wanted
    return module


def _submodule(frame: Frame, module: Module, arguments: Arguments) -> Value:
    path = argument(arguments, 0, "target")
    found: Value = module
    for name in path.split(".") if isinstance(path, str) and path else []:
        found = attributes.get(frame, found, name)
    return found if isinstance(path, str) else UNKNOWN


_MODULE: dict[str, Callable[[Frame, Module, Arguments], Value]] = {
    "register_buffer": _register_buffer,
    "register_parameter": _register_parameter,
    "insert_param_to_cell": _register_parameter,
    "add_module": _add_module,
    "register_module": _add_module,
    "insert_child_to_cell": _add_module,
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "update": _update,
    "pop": _pop,
    "apply": _apply,
    "requires_grad_": _requires_grad,
    "get_submodule": _submodule,
    "get_parameter": _submodule,
    "get_buffer": _submodule,
    "get_sub_cell": _submodule,
    "parameters": _listed("parameters", False),
    "named_parameters": _listed("parameters", True),
    "get_parameters": _listed("parameters", False),
    "parameters_and_names": _listed("parameters", True),
    "trainable_params": _listed("trainable", False),
    "untrainable_params": _listed("untrainable", False),
    "buffers": _listed("buffers", False),
    "named_buffers": _listed("buffers", True),
    "modules": _listed("modules", False),
    "named_modules": _listed("modules", True),
    "cells_and_names": _listed("modules", True),
    "children": _listed("children", False),
    "named_children": _listed("children", True),
    "cells": _listed("children", False),
    "keys": _of_container("keys"),
    "values": _of_container("values"),
    "items": _of_container("items"),
}
