"""The standard library's functions that constructors use, and the few of numpy that are like them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from typing import Any, cast

from lsp_server.inference.values import Source
from lsp_server.state import calls, containers, hierarchy, modules, operators
from lsp_server.state.frames import Frame, is_installed
from lsp_server.state.library import Arguments
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, List, Object, Partial, Symbol, Value

_MOST = 20_000
_LONGEST = 1000
_MATH: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt, "ceil": math.ceil, "floor": math.floor, "log": math.log, "log2": math.log2,
    "log10": math.log10, "exp": math.exp, "pow": math.pow, "gcd": math.gcd, "fabs": math.fabs,
    "isclose": math.isclose, "cos": math.cos, "sin": math.sin, "prod": math.prod,
}  # fmt: skip


def constants(function: Callable[..., Any], arguments: Arguments) -> Value:
    """A function of known numbers and strings."""
    values = [item.items if isinstance(item, List) else item for item in arguments.positional]
    if not arguments.exact or not all(_is_known(value) for value in values):
        return PLAIN
    try:
        result = function(*values)
    except (TypeError, ValueError, ArithmeticError, MemoryError):
        return PLAIN
    if isinstance(result, tuple):
        return tuple(cast("tuple[Value, ...]", result))
    return result if isinstance(result, (bool, int, float, str)) else PLAIN


def _is_known(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(_is_known(item) for item in cast("tuple[Any, ...]", value))
    return value is None or isinstance(value, (bool, int, float, str))


def first(arguments: Arguments) -> Value:
    """The first argument by place."""
    return arguments.positional[0] if arguments.positional else UNKNOWN


def dictionary(frame: Frame, arguments: Arguments) -> Value:
    """``dict(…)``."""
    result = Dict({}, frame.machine.doubt, arguments.exact)
    if arguments.positional:
        given = arguments.positional[0]
        if isinstance(given, Dict):
            result.items.update(given.items)
            result.exact = result.exact and given.exact
        else:
            pairs = [containers.elements(item) for item in containers.elements(given) or [UNKNOWN]]
            if containers.elements(given) == []:
                pairs = []
            for pair in pairs:
                if pair is None or len(pair) != 2 or not operators.is_key(pair[0]):
                    result.exact = False
                else:
                    result.items[pair[0]] = pair[1]
    result.items.update(arguments.keywords)
    return result


def _math(function: Callable[..., Any]) -> Callable[[Frame, Arguments], Value]:
    return lambda frame, arguments: constants(function, arguments)


def _repeat(frame: Frame, arguments: Arguments) -> Value:
    """``itertools.repeat(value, times)``; without an end it is not followed."""
    values = arguments.positional
    times = arguments.keywords.get("times", values[1] if len(values) > 1 else UNKNOWN)
    if not values or not isinstance(times, int) or not 0 <= times <= _MOST:
        return UNKNOWN
    return List([values[0]] * times, frame.machine.doubt)


def _reduce(frame: Frame, arguments: Arguments) -> Value:
    """``functools.reduce``."""
    values = arguments.positional
    items = containers.elements(values[1]) if len(values) > 1 else None
    if items is None or not arguments.exact or (len(values) < 3 and not items):
        return UNKNOWN
    result, rest = (values[2], items) if len(values) > 2 else (items[0], items[1:])
    here = Source(frame.analysis, frame.analysis.document.root)
    for item in rest:
        result = calls.call(frame, values[0], Arguments([result, item]), here)
    return result


def _operator(sign: str) -> Callable[[Frame, Arguments], Value]:
    def run(frame: Frame, arguments: Arguments) -> Value:
        values = arguments.positional
        return operators.binary(frame.machine, sign, values[0], values[1]) if len(values) == 2 else UNKNOWN

    return run


def _product(frame: Frame, arguments: Arguments) -> Value:
    lists = [containers.elements(value) for value in arguments.positional]
    known = [items for items in lists if items is not None]
    if len(known) != len(lists) or arguments.keywords or math.prod(len(items) for items in known) > _MOST:
        return UNKNOWN
    return List([*itertools.product(*known)], frame.machine.doubt)


def _accumulate(frame: Frame, arguments: Arguments) -> Value:
    items = containers.elements(first(arguments))
    if items is None or len(arguments.positional) != 1 or arguments.keywords:
        return UNKNOWN
    total: Value = 0
    sums: list[Value] = []
    for item in items:
        total = operators.binary(frame.machine, "+", total, item)
        sums.append(total)
    return List(sums, frame.machine.doubt)


def _environment(frame: Frame, arguments: Arguments) -> Value:
    """``os.environ.get(name, default)``: the variables that switch a library's ways are taken as not set."""
    if not is_installed(frame.analysis):
        return PLAIN
    return arguments.positional[1] if len(arguments.positional) > 1 else None


def _pattern(name: str) -> Callable[[Frame, Arguments], Value]:
    """``re.split`` and ``re.sub`` on known strings, for patterns that cannot take long."""

    def run(frame: Frame, arguments: Arguments) -> Value:
        texts = [value for value in arguments.positional if isinstance(value, str)]
        wanted = 2 if name == "split" else 3
        if len(texts) != wanted or len(arguments.positional) != wanted or arguments.keywords:
            return PLAIN if name == "sub" else UNKNOWN
        if sum(texts[0].count(sign) for sign in "*+{") > 1 or len(texts[-1]) > _LONGEST:
            return PLAIN if name == "sub" else UNKNOWN
        try:
            found = re.split(texts[0], texts[1]) if name == "split" else re.sub(texts[0], texts[1], texts[2])
        except (re.error, IndexError):
            return UNKNOWN
        return found if isinstance(found, str) else List([*found], frame.machine.doubt)

    return run


def _cyclic(frame: Frame, arguments: Arguments) -> Value:
    """``collections.deque``."""
    items = containers.elements(first(arguments)) if arguments.positional else []
    return List(items or [], frame.machine.doubt, items is not None)


def _replace(frame: Frame, arguments: Arguments) -> Value:
    """``dataclasses.replace``."""
    value = first(arguments)
    if not isinstance(value, Object) or not value.exact or not arguments.exact:
        return UNKNOWN
    return calls.construct(frame, value.cls, Arguments(keywords={**value.attributes, **arguments.keywords}), None)


def _asdict(frame: Frame, arguments: Arguments) -> Value:
    """``dataclasses.asdict``: of objects that hold no others."""
    value = first(arguments)
    if not isinstance(value, Object) or not value.exact or not hierarchy.is_data(value.cls):
        return UNKNOWN
    names = [name for name, _, _ in hierarchy.fields(frame.machine, value.cls)]
    found = {name: modules.copied(frame.machine, value.attributes.get(name, UNKNOWN)) for name in names}
    return UNKNOWN if any(isinstance(item, Object) for item in found.values()) else Dict({**found}, frame.machine.doubt)


def _deepcopy(frame: Frame, arguments: Arguments) -> Value:
    return modules.copied(frame.machine, first(arguments))


def _copy(frame: Frame, arguments: Arguments) -> Value:
    return modules.shallow(frame.machine, first(arguments))


def _cast(frame: Frame, arguments: Arguments) -> Value:
    return arguments.positional[1] if len(arguments.positional) > 1 else UNKNOWN


def _chain(frame: Frame, arguments: Arguments) -> Value:
    lists = [containers.elements(value) for value in arguments.positional]
    known = [items for items in lists if items is not None]
    return List([item for items in known for item in items], frame.machine.doubt, len(known) == len(lists))


def _ordered(frame: Frame, arguments: Arguments) -> Value:
    result = dictionary(frame, arguments)
    if isinstance(result, Dict):
        result.ordered = True
    return result


def _partial(frame: Frame, arguments: Arguments) -> Value:
    if not arguments.positional or not arguments.exact:
        return UNKNOWN
    function, *rest = arguments.positional
    if isinstance(function, Partial):  # Python makes one of the two
        return Partial(function.function, (*function.arguments, *rest), {**function.keywords, **arguments.keywords})
    return Partial(function, tuple(rest), dict(arguments.keywords))


FUNCTIONS: dict[str, Callable[[Frame, Arguments], Value]] = {
    "functools.wraps": lambda frame, arguments: Symbol("functools.wraps"),
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "operator.mul": _operator("*"),
    "operator.add": _operator("+"),
    "collections.OrderedDict": _ordered,
    "collections.deque": _cyclic,
    "typing.OrderedDict": _ordered,
    "typing.cast": _cast,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _copy,
    "dataclasses.replace": _replace,
    "dataclasses.asdict": _asdict,
    "itertools.chain": _chain,
    "itertools.repeat": _repeat,
    "itertools.product": _product,
    "itertools.accumulate": _accumulate,
    "re.split": _pattern("split"),
    "re.sub": _pattern("sub"),
    "os.environ.get": _environment,
    "os.getenv": _environment,
    **{f"math.{name}": _math(function) for name, function in _MATH.items()},
    "numpy.prod": _math(math.prod),
    "numpy.sqrt": _math(math.sqrt),
    "numpy.log2": _math(math.log2),
}
