"""Built-in functions and the few of the standard library that constructors use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference.values import Source, UserClass
from lsp_server.state import attributes, calls, containers, hierarchy, kinds, operators, standard
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments
from lsp_server.state.standard import constants, dictionary, first
from lsp_server.state.values import (
    PLAIN,
    UNKNOWN,
    List,
    Module,
    Namespace,
    Object,
    Super,
    Symbol,
    Tensor,
    Value,
    is_plain,
    truth,
)

_NUMERIC: dict[str, Callable[..., Any]] = {
    "int": int, "float": float, "str": str, "abs": abs, "round": round, "pow": pow, "divmod": divmod, "chr": chr,
    "ord": ord,
}  # fmt: skip
_MOST = 20_000
_QUIET = {"print", "warn", "warning", "info", "debug", "id", "repr", "hash", "input", "open", "vars", "globals",
    "locals", "format", "exit"}  # fmt: skip


def call(frame: Frame, name: str, arguments: Arguments, source: Source) -> Value:
    """A built-in or standard function by its full name."""
    short = name.removeprefix("builtins.")
    if name in standard.FUNCTIONS:
        return standard.FUNCTIONS[name](frame, arguments)
    if short == "super":
        return _super(frame, arguments)
    if short in _NUMERIC:
        return constants(_NUMERIC[short], arguments)
    handler = _BUILTINS.get(short)
    if handler is not None:
        return handler(frame, arguments)
    if short not in _QUIET and not short.endswith(("Error", "Exception", "Warning")):
        calls.escape(arguments)
    return PLAIN if short in _QUIET else UNKNOWN


def _super(frame: Frame, arguments: Arguments) -> Value:
    home = frame.method_frame()
    owner: Value = home.owner if home.owner is not None else UNKNOWN
    receiver = home.receiver
    if len(arguments.positional) == 2:
        owner, receiver = arguments.positional
    if not isinstance(owner, UserClass):
        return UNKNOWN
    cls = receiver.cls if isinstance(receiver, (Module, Object)) else owner
    line = hierarchy.order(frame.machine, cls) if cls is not None else ()
    rest = line[line.index(owner) + 1 :] if owner in line else (UNKNOWN,)
    return Super(rest, receiver)


def _len(frame: Frame, arguments: Arguments) -> Value:
    value = first(arguments)
    items = value.items if isinstance(value, List) and value.exact else containers.elements(value)
    if items is not None:
        return len(items)
    return value.shape[0] if isinstance(value, Tensor) and value.shape else PLAIN


def _range(frame: Frame, arguments: Arguments) -> Value:
    numbers = [value for value in arguments.positional if isinstance(value, int)]
    if len(numbers) != len(arguments.positional) or not 1 <= len(numbers) <= 3 or not arguments.exact:
        return UNKNOWN
    if len(numbers) == 3 and numbers[2] == 0:
        return UNKNOWN
    found = range(*numbers)
    return tuple(found) if len(found) <= _MOST else UNKNOWN


def _collected(kind: str) -> Callable[[Frame, Arguments], Value]:
    def run(frame: Frame, arguments: Arguments) -> Value:
        items = containers.elements(first(arguments)) if arguments.positional else []
        value = first(arguments)
        if kind == "sorted" and isinstance(value, List) and value.exact:
            items = list(value.items)
        if items is None:
            if kind == "tuple":
                return PLAIN if value is PLAIN else UNKNOWN
            return List([], frame.machine.doubt, exact=False)
        if kind == "reversed":
            items = items[::-1]
        if kind == "sorted":
            return _sorted(frame, items, arguments)
        return tuple(items) if kind == "tuple" else List(items, frame.machine.doubt)

    return run


def _sorted(frame: Frame, items: list[Value], arguments: Arguments) -> Value:
    numbers = [item for item in items if isinstance(item, (int, float))]
    texts = [item for item in items if isinstance(item, str)]
    backwards = truth(arguments.keywords.get("reverse", False))
    if "key" in arguments.keywords or backwards is None:
        return UNKNOWN
    if len(numbers) == len(items):
        return List([*sorted(numbers, reverse=backwards)], frame.machine.doubt)
    if len(texts) == len(items):
        return List([*sorted(texts, reverse=backwards)], frame.machine.doubt)
    return UNKNOWN


def _set(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(first(arguments)) if arguments.positional else []
    if items is None or not all(isinstance(item, (int, float, str)) or item is None for item in items):
        return List(items or [], frame.machine.doubt, exact=items is not None and len(items) <= 1)
    return List(list(dict.fromkeys(items)), frame.machine.doubt, unordered=True)


def _enumerate(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(first(arguments))
    start = arguments.keywords.get("start", arguments.positional[1] if len(arguments.positional) > 1 else 0)
    if items is None or not isinstance(start, int):
        return UNKNOWN
    return tuple((start + index, item) for index, item in enumerate(items))


def _zip(frame: Frame, arguments: Arguments) -> Value:
    lists = [containers.elements(value) for value in arguments.positional]
    known = [items for items in lists if items is not None]
    if len(known) != len(lists) or not arguments.exact:
        return UNKNOWN
    return tuple(tuple(row) for row in zip(*known, strict=False))


def _map(frame: Frame, arguments: Arguments) -> Value:
    lists = [containers.elements(value) for value in arguments.positional[1:]]
    known = [items for items in lists if items is not None]
    if len(known) != len(lists) or not known:
        return UNKNOWN
    function = arguments.positional[0]
    here = Source(frame.analysis, frame.analysis.document.root)
    return List(
        [calls.call(frame, function, Arguments(list(row)), here) for row in zip(*known, strict=False)],
        frame.machine.doubt,
    )


def _filter(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(arguments.positional[1]) if len(arguments.positional) > 1 else None
    if items is None:
        return UNKNOWN
    result = List([], frame.machine.doubt)
    here = Source(frame.analysis, frame.analysis.document.root)
    for item in items:
        function = arguments.positional[0]
        found = truth(item if function is None else calls.call(frame, function, Arguments([item]), here))
        if found is None:
            result.exact = False
        elif found:
            result.items.append(item)
    return result


def _extreme(function: Callable[..., Any]) -> Callable[[Frame, Arguments], Value]:
    def run(frame: Frame, arguments: Arguments) -> Value:
        values = arguments.positional
        items = containers.elements(values[0]) if len(values) == 1 else list(values)
        numbers = [item for item in items or [] if isinstance(item, (int, float))]
        if not items or len(numbers) != len(items) or arguments.keywords or not arguments.exact:
            return PLAIN if items is None or all(is_plain(item) for item in items) else UNKNOWN
        return function(numbers)

    return run


def _sum(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(first(arguments))
    result: Value = arguments.positional[1] if len(arguments.positional) > 1 else 0
    if items is None:
        return UNKNOWN
    for item in items:
        result = operators.binary(frame.machine, "+", result, item)
    return result


def _quantifier(stops: bool) -> Callable[[Frame, Arguments], Value]:
    def run(frame: Frame, arguments: Arguments) -> Value:
        items = containers.elements(first(arguments))
        if items is None:
            return PLAIN
        found = [truth(item) for item in items]
        return stops if stops in found else PLAIN if None in found else not stops

    return run


def _bool(frame: Frame, arguments: Arguments) -> Value:
    found = truth(first(arguments)) if arguments.positional else False
    return PLAIN if found is None else found


def _getattr(frame: Frame, arguments: Arguments) -> Value:
    values = arguments.positional
    if len(values) < 2 or not isinstance(values[1], str):
        return UNKNOWN
    found = attributes.get(frame, values[0], values[1])
    if len(values) > 2 and attributes.has(frame, values[0], values[1]) is False:
        return values[2]
    return found


def _setattr(frame: Frame, arguments: Arguments) -> Value:
    values = arguments.positional
    if len(values) == 3 and isinstance(values[1], str):
        attributes.assign(frame, values[0], values[1], values[2])
    elif values and isinstance(values[0], Module):
        values[0].exact = False
    elif not values or values[0] is UNKNOWN:
        frame.machine.blind = True
    return None


def _delattr(frame: Frame, arguments: Arguments) -> Value:
    values = arguments.positional
    if len(values) == 2 and isinstance(values[1], str):
        attributes.delete(frame, values[0], values[1])
    elif values and isinstance(values[0], Module):
        values[0].exact = False
    return None


def _hasattr(frame: Frame, arguments: Arguments) -> Value:
    values = arguments.positional
    return attributes.has(frame, values[0], values[1]) if len(values) == 2 and isinstance(values[1], str) else PLAIN


def _next(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(first(arguments))
    return items[0] if items else UNKNOWN


def _dir(frame: Frame, arguments: Arguments) -> Value:
    """The public names of a framework's module or class; that there are others is not excluded."""
    owner = first(arguments)
    framework = framework_of(owner.name) if isinstance(owner, (Symbol, Namespace)) else None
    if framework is None or not isinstance(owner, (Symbol, Namespace)):
        return PLAIN
    start = f"{owner.name}."
    known = [name.removeprefix(start) for name in frame.machine.catalog.names(framework) if name.startswith(start)]
    return (*[name for name in known if "." not in name], PLAIN)


Handler = Callable[[Frame, Arguments], Value]
_BUILTINS: dict[str, Handler] = {
    "len": _len, "range": _range, "list": _collected("list"), "tuple": _collected("tuple"), "set": _set,
    "frozenset": _set, "iter": _collected("list"), "reversed": _collected("reversed"),
    "sorted": _collected("sorted"), "dict": dictionary, "enumerate": _enumerate, "zip": _zip, "map": _map,
    "filter": _filter, "max": _extreme(max), "min": _extreme(min), "sum": _sum, "any": _quantifier(True),
    "all": _quantifier(False), "bool": _bool, "isinstance": kinds.isinstance_, "getattr": _getattr, "setattr": _setattr,
    "delattr": _delattr, "hasattr": _hasattr, "type": kinds.type_, "issubclass": kinds.issubclass_,
    "callable": kinds.callable_,
    "next": _next, "dir": _dir,
}  # fmt: skip
