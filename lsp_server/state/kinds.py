"""Questions about what something is: ``isinstance``, ``type``, ``issubclass``, ``callable``."""

from __future__ import annotations

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference.values import UserClass
from lsp_server.state import hierarchy
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments
from lsp_server.state.values import (
    ANY_LAYER,
    PLAIN,
    UNKNOWN,
    Dict,
    Function,
    List,
    Module,
    Object,
    Partial,
    Symbol,
    Tensor,
    Unknown,
    Value,
    is_plain,
)

_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (float,), "str": (str,), "bool": (bool,), "tuple": (tuple,), "list": (List,),
    "dict": (Dict,), "OrderedDict": (Dict,), "Iterable": (tuple, List, Dict, str), "Sequence": (tuple, List, str),
    "Number": (int, float), "Integral": (int,), "Real": (int, float), "Mapping": (Dict,),
}  # fmt: skip


def isinstance_(frame: Frame, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return PLAIN
    value, kinds = arguments.positional
    found = [_is_a(frame, value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    return True if True in found else PLAIN if None in found else False


def _is_a(frame: Frame, value: Value, kind: Value) -> bool | None:
    if isinstance(value, Unknown):
        return None
    machine = frame.machine
    if isinstance(value, (Module, Object)):
        line = hierarchy.order(machine, value.cls) if value.cls is not None else ()
        if kind in line:
            return True
        if isinstance(value, Module) and value.base == ANY_LAYER:
            return None
        bases = machine.catalog.lineage(value.base) if isinstance(value, Module) else ()
        if isinstance(kind, Symbol):
            return kind.name in bases or (None if UNKNOWN in line else False)
        return False if isinstance(kind, UserClass) and UNKNOWN not in line else None
    if not isinstance(kind, Symbol):
        return False if isinstance(kind, UserClass) else None
    last = kind.name.rpartition(".")[2]
    if last in ("type", "partial", "FunctionType", "Callable", "str", "tuple", "list", "dict", "int"):
        found = _is_callable_kind(machine.catalog, value, last)
        if found is not None:
            return found
    if isinstance(value, Tensor):
        return last in ("Tensor", "Parameter") and (last == "Tensor" or value.kind == "parameter")
    expected = _TYPES.get(last)
    if expected is not None:
        return isinstance(value, expected) and not (isinstance(value, bool) and last == "float")
    return None if not kind.name.startswith(("torch", "mindspore")) or isinstance(value, Symbol) else False


def _is_callable_kind(catalog: Catalog, value: Value, kind: str) -> bool | None:
    """Whether a function, class or partial is of a kind; None for other values."""
    if isinstance(value, UserClass) or (isinstance(value, Symbol) and _is_class(catalog, value)):
        return kind in ("type", "Callable")
    if isinstance(value, Partial):
        return kind in ("partial", "Callable")
    if isinstance(value, Function):
        return kind in ("FunctionType", "Callable")
    if isinstance(value, (bool, int, float, str, tuple, List, Dict)) or value is None:
        return None if kind not in ("type", "partial", "FunctionType", "Callable") else False
    return None


def _is_class(catalog: Catalog, value: Symbol) -> bool:
    symbol = catalog.symbol(value.name)
    return symbol is not None and symbol.kind == "class"


def type_(frame: Frame, arguments: Arguments) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    if len(arguments.positional) != 1:
        return UNKNOWN  # it makes a class
    if isinstance(value, Module) and value.base != ANY_LAYER:
        return value.cls if value.cls is not None else Symbol(value.base)
    if isinstance(value, Object):
        return value.cls
    for name in ("bool", "int", "float", "str", "tuple", "list", "dict"):
        if type(value) in _TYPES[name]:
            return Symbol(f"builtins.{name}")
    return UNKNOWN


def issubclass_(frame: Frame, arguments: Arguments) -> Value:
    values = arguments.positional
    if len(values) == 2 and isinstance(values[0], UserClass):
        line = hierarchy.order(frame.machine, values[0])
        wanted = values[1] if isinstance(values[1], tuple) else (values[1],)
        if any(cls in line for cls in wanted):
            return True
        known = hierarchy.is_closed(frame.machine, values[0]) and not any(isinstance(cls, Unknown) for cls in wanted)
        return False if known else PLAIN
    if len(values) == 2 and isinstance(values[0], Symbol) and isinstance(values[1], Symbol):
        return frame.machine.catalog.is_subclass(values[0].name, values[1].name)
    return PLAIN


def callable_(frame: Frame, arguments: Arguments) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    if isinstance(value, (Function, UserClass, Module, Partial, Symbol)):
        return True
    return False if is_plain(value) and value is not PLAIN else PLAIN
