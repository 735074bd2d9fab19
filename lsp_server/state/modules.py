"""What registration does to a module: ``__setattr__``, ``register_buffer``, ``add_module`` and their like.

The rules are those of ``torch.nn.Module.__setattr__`` (torch 2.13) and ``mindspore.nn.Cell.__setattr__`` (2.10): a
Parameter goes to the parameters, a module to the children, a plain tensor stays a plain attribute unless a buffer
of that name is there already. Dictionaries keep the place of a name that is assigned again.
"""

from __future__ import annotations

from lsp_server.state.frames import Machine
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, List, Module, Object, Tensor, Value, is_plain


def set_attribute(machine: Machine, module: Module, name: str, value: Value) -> None:
    """``module.name = value``."""
    if machine.doubt > module.doubt and _is_stateless(value) and not _is_registered(module, name):
        module.attributes[name] = PLAIN if is_plain(value) else UNKNOWN
    elif not machine.certain(module):
        _forget(module, name)
        module.attributes[name] = UNKNOWN
    elif isinstance(value, Module):
        _set_child(module, name, value)
    elif isinstance(value, Tensor):
        _set_tensor(module, name, value)
    elif value is None:
        _set_none(module, name)
    elif _is_parameter_tuple(module, value):
        _set_tuple(module, name, value)
    else:
        if not is_plain(value) and value is UNKNOWN:
            module.exact = False
            _forget(module, name)
        elif name in module.children or name in module.parameters or name in module.buffers:
            module.exact = False
        module.attributes[name] = value


def _is_stateless(value: Value) -> bool:
    """Whether it makes no difference to a module's state if the value is there or not."""
    if isinstance(value, Module):
        return all(not (owner.parameters or owner.buffers) for _, owner in tree(value) or [("", value)]) and value.exact
    return is_plain(value) or (isinstance(value, Tensor) and value.kind == "tensor")


def _is_registered(module: Module, name: str) -> bool:
    return any(module_table.get(name) is not None for module_table in (module.parameters, module.buffers)) or (
        module.children.get(name) is not None
    )


def _set_child(module: Module, name: str, child: Module) -> None:
    for table in (module.attributes, module.parameters, module.buffers):
        table.pop(name, None)
    module.transient.discard(name)
    module.children[name] = child


def _set_tensor(module: Module, name: str, tensor: Tensor) -> None:
    if tensor.kind == "parameter":
        for table in (module.attributes, module.buffers, module.children):
            table.pop(name, None)
        module.transient.discard(name)
        module.parameters[name] = tensor
    elif tensor.kind == "buffer":
        for table in (module.attributes, module.parameters, module.children):
            table.pop(name, None)
        register_buffer(module, name, tensor, tensor.persistent)
    elif module.framework == "mindspore" and module.parameters.get(name) is not None:
        return  # the Parameter stays and takes the value
    elif name in module.buffers:
        module.buffers[name] = tensor
    elif name in module.parameters or name in module.children:
        module.exact = False  # torch raises
    else:
        module.attributes[name] = tensor


def _set_none(module: Module, name: str) -> None:
    if name in module.parameters:
        module.parameters[name] = None
    elif name in module.children:
        module.children[name] = None
    elif name in module.buffers:
        module.buffers[name] = None
    else:
        module.attributes[name] = None


def _is_parameter_tuple(module: Module, value: Value) -> bool:
    return isinstance(value, List) and module.framework == "mindspore" and value.frozen


def _set_tuple(module: Module, name: str, value: Value) -> None:
    """A ``ParameterTuple`` registers its Parameters under their own names."""
    items = value.items if isinstance(value, List) else []
    for item in items:
        if isinstance(item, Tensor) and item.name:
            module.parameters[item.name] = item
        else:
            module.exact = False
    module.attributes[name] = value


def _forget(module: Module, name: str) -> None:
    for table in (module.parameters, module.buffers, module.children):
        table.pop(name, None)


def delete_attribute(machine: Machine, module: Module, name: str) -> None:
    """``del module.name``."""
    machine.certain(module)
    _forget(module, name)
    module.attributes.pop(name, None)


def register_buffer(module: Module, name: str, tensor: Tensor | None, persistent: bool) -> None:
    module.buffers[name] = tensor
    if persistent:
        module.transient.discard(name)
    else:
        module.transient.add(name)


def tensors(module: Module, kind: str, seen: set[int] | None = None) -> list[tuple[str, Tensor]] | None:
    """``named_parameters()`` or ``named_buffers()``: each tensor once; None if that is not known."""
    known = seen if seen is not None else set[int]()
    found: list[tuple[str, Tensor]] = []
    for prefix, owner in tree(module) or []:
        if not owner.exact:
            return None
        for name, tensor in (owner.parameters if kind == "parameter" else owner.buffers).items():
            if tensor is not None and id(tensor) not in known:
                known.add(id(tensor))
                found.append((f"{prefix}.{name}" if prefix else name, tensor))
    return found


def tree(module: Module) -> list[tuple[str, Module]] | None:
    """``named_modules()``: a module and everything below it, each once; None if that is not known."""
    found: list[tuple[str, Module]] = []
    seen: set[int] = set()
    stack: list[tuple[str, Module]] = [("", module)]
    while stack:
        prefix, current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if not current.exact:
            return None
        found.append((prefix, current))
        below = [
            (f"{prefix}.{name}" if prefix else name, child)
            for name, child in current.children.items()
            if child is not None
        ]
        stack += reversed(below)
    return found


def copied(machine: Machine, value: Value, known: dict[int, Value] | None = None) -> Value:
    """``copy.deepcopy``; shared parts stay shared."""
    memo = known if known is not None else {}
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, tuple):
        return tuple(copied(machine, item, memo) for item in value)
    if isinstance(value, Tensor):
        tensor = Tensor(
            value.kind, value.shape, value.dtype, value.trainable, value.persistent, value.source, value.name,
            machine.doubt,
        )  # fmt: skip
        memo[id(value)] = tensor
        return tensor
    if isinstance(value, List):
        result = List([], machine.doubt, value.exact, value.frozen)
        memo[id(value)] = result
        result.items = [copied(machine, item, memo) for item in value.items]
        return result
    if isinstance(value, Dict):
        table = Dict({}, machine.doubt, value.exact)
        memo[id(value)] = table
        table.items = {key: copied(machine, item, memo) for key, item in value.items.items()}
        return table
    if isinstance(value, Object):
        memo[id(value)] = twin = Object(value.cls, {}, machine.doubt, value.exact, value.always_true)
        twin.attributes = {name: copied(machine, item, memo) for name, item in value.attributes.items()}
        return twin
    return _copied_module(machine, value, memo) if isinstance(value, Module) else value


def shallow(machine: Machine, value: Value) -> Value:
    """``copy.copy``; of a module nothing is claimed."""
    if isinstance(value, List):
        return List(list(value.items), machine.doubt, value.exact, value.frozen)
    if isinstance(value, Dict):
        return Dict(dict(value.items), machine.doubt, value.exact)
    if isinstance(value, Object):
        return Object(value.cls, dict(value.attributes), machine.doubt, value.exact, value.always_true)
    return UNKNOWN if isinstance(value, (Module, Tensor)) else value


def _copied_module(machine: Machine, module: Module, memo: dict[int, Value]) -> Module:
    result = Module(
        module.framework, module.base, module.cls, transient=set(module.transient), call=module.call,
        arguments=module.arguments, owned=module.owned, doubt=machine.doubt, exact=module.exact,
        open_ended=module.open_ended,
    )  # fmt: skip
    memo[id(module)] = result
    for mine, theirs in ((result.parameters, module.parameters), (result.buffers, module.buffers)):
        for name, tensor in theirs.items():
            copy = copied(machine, tensor, memo)
            mine[name] = copy if isinstance(copy, Tensor) else None
    for name, child in module.children.items():
        copy = copied(machine, child, memo)
        result.children[name] = copy if isinstance(copy, Module) else None
    for name, value in module.attributes.items():
        result.attributes[name] = copied(machine, value, memo)
    return result
