"""Library containers: how they name what they are given, and what iterating, indexing and growing them does."""

from __future__ import annotations

from lsp_server.state.frames import Machine
from lsp_server.state.values import UNKNOWN, Dict, List, Module, Tensor, Value

LISTS = {"torch": "torch.nn.ModuleList", "mindspore": "mindspore.nn.CellList"}
_SEQUENTIAL = {"torch.nn.Sequential", "mindspore.nn.SequentialCell"}
_LIST = {"torch.nn.ModuleList", "mindspore.nn.CellList"}
_DICT = {"torch.nn.ModuleDict", "mindspore.nn.CellDict"}
_PARAMETERS = {"torch.nn.ParameterList", "torch.nn.ParameterDict"}
_MOST = 10_000
INDEXED = _SEQUENTIAL | _LIST | {"torch.nn.ParameterList"}
KEYED = _DICT | {"torch.nn.ParameterDict"}


def initialize(machine: Machine, module: Module, name: str, positional: list[Value], exact: bool) -> bool:
    """What the constructor of a container does; False if the class is none."""
    if name not in INDEXED | KEYED:
        return False
    if not exact:
        module.exact, module.open_ended = False, True
    elif name in _SEQUENTIAL and not (len(positional) == 1 and isinstance(positional[0], (Dict, List))):
        extend(machine, module, positional)
    elif positional:
        fill(machine, module, positional[0])
    return True


def fill(machine: Machine, module: Module, value: Value) -> None:
    """Everything that one argument holds: a list of modules, or a dictionary or list of pairs with their names."""
    if value is None:
        return
    pairs = _pairs(value) if isinstance(value, Dict) or module.base in KEYED else None
    if pairs is not None:
        if isinstance(value, Dict) and not value.ordered and module.base == "torch.nn.ParameterDict":
            pairs.sort(key=lambda pair: pair[0])  # it sorts what has no order of its own
        for name, item in pairs:
            put(machine, module, name, item)
        return
    items = elements(value)
    if items is None or module.base in KEYED:
        module.exact, module.open_ended = False, True
    else:
        extend(machine, module, items)


def _pairs(value: Value) -> list[tuple[str, Value]] | None:
    if isinstance(value, Dict) and value.exact:
        found = [(name, item) for name, item in value.items.items() if isinstance(name, str)]
        return found if len(found) == len(value.items) else None
    if isinstance(value, Module) and value.exact:
        return [*value.children.items(), *value.parameters.items()]
    pairs: list[tuple[str, Value]] = []
    for item in elements(value) or []:
        pair = elements(item)
        if pair is None or len(pair) != 2 or not isinstance(pair[0], str):
            return None
        pairs.append((pair[0], pair[1]))
    return pairs or None


def extend(machine: Machine, module: Module, items: list[Value]) -> None:
    """More members at the end, under the next numbers."""
    if not machine.certain(module):
        module.open_ended = True
    if module.open_ended:
        module.exact = False
        return
    for item in items:
        put(machine, module, str(length(module)), item)


def put(machine: Machine, module: Module, name: str, item: Value) -> None:
    """One member under its name."""
    if not machine.certain(module):
        return
    if isinstance(item, Module):
        module.children[name] = item
    elif isinstance(item, Tensor) and module.base in _PARAMETERS:
        if item.kind == "tensor":
            item = Tensor("parameter", item.shape, item.dtype, True, source=item.source, doubt=machine.doubt)
        module.parameters[name] = item
    elif item is None and module.base in _SEQUENTIAL | _LIST:
        module.children[name] = None
    else:
        module.exact = False
        if module.base in _SEQUENTIAL | _LIST:
            module.children[name] = None  # what follows has the next number


def length(module: Module) -> int:
    return len(module.children) + (len(module.parameters) if module.base in _PARAMETERS else 0)


def members(module: Module) -> dict[str, Module | Tensor | None] | None:
    """What a container holds, by name; None if that is not known."""
    if not module.exact:
        return None
    return {**module.children, **(module.parameters if module.base in _PARAMETERS else {})}


def elements(value: Value) -> list[Value] | None:
    """What iteration gives; None if that is not known."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, List):
        return list(value.items) if value.exact and not (value.unordered and len(value.items) > 1) else None
    if isinstance(value, Dict):
        return list(value.items) if value.exact else None
    if isinstance(value, str):
        return list(value)
    if isinstance(value, Tensor) and value.shape and value.shape[0] <= _MOST:
        parts = [Tensor("tensor", value.shape[1:], value.dtype) for _ in range(value.shape[0])]
        for part, number in zip(parts, value.values or (), strict=False):
            part.values = (number,)
        return list(parts)
    if isinstance(value, Module):
        held = members(value)
        if held is None or value.base not in INDEXED | KEYED:
            return None
        return list(held) if value.base in KEYED else list(held.values())
    return None


def insert(machine: Machine, module: Module, index: int, item: Value) -> None:
    """``container.insert(index, item)``: what stood there moves on."""
    if not machine.certain(module):
        return
    items: list[Value] = list(module.children.values())
    items.insert(index, item)
    module.children.clear()
    extend(machine, module, items)


def subset(machine: Machine, module: Module, start: int | None, stop: int | None, step: int | None) -> Value:
    """A slice of a container is a container; ``Sequential`` keeps the names, a list counts anew."""
    held = members(module)
    if held is None or module.base not in INDEXED:
        return UNKNOWN
    result = Module(module.framework, module.base, doubt=machine.doubt)
    chosen = list(held.items())[start:stop:step]
    if module.base in _SEQUENTIAL:
        for name, item in chosen:
            put(machine, result, name, item)
    else:
        extend(machine, result, [item for _, item in chosen])
    return result


def at(module: Module, index: Value) -> Value:
    """``container[index]``."""
    held = members(module)
    if held is None:
        return UNKNOWN
    if isinstance(index, str):
        return held.get(index, UNKNOWN)
    items = list(held.values())
    if isinstance(index, int) and -len(items) <= index < len(items):
        return items[index]
    return UNKNOWN


def replace(machine: Machine, module: Module, index: Value, item: Value) -> None:
    """``container[index] = item``."""
    held = members(module)
    names = list(held) if held is not None else []
    if isinstance(index, int) and -len(names) <= index < len(names):
        put(machine, module, names[index], item)
    elif isinstance(index, str):
        put(machine, module, index, item)
    else:
        module.exact = False


def remove(machine: Machine, module: Module, index: Value) -> None:
    """``del container[index]``: a list counts anew."""
    names = list(members(module) or {})
    if not machine.certain(module):
        return
    if isinstance(index, str) and index in names:
        module.children.pop(index, None)
        module.parameters.pop(index, None)
    elif isinstance(index, int) and -len(names) <= index < len(names):
        module.children.pop(names[index], None)
        if module.base != "torch.nn.ParameterList":
            items = list(module.children.values())
            module.children.clear()
            extend(machine, module, list(items))
        else:
            module.exact = False
    else:
        module.exact = False
