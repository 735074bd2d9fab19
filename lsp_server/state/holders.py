"""Methods of lists, dictionaries and strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from lsp_server.state import containers, operators
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments, argument
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, List, Value

_TEXTS = {"lower", "upper", "strip", "split", "replace", "startswith", "endswith", "format", "join", "lstrip",
    "rstrip", "title", "removeprefix", "removesuffix", "isdigit", "find", "count", "rpartition", "partition",
    "zfill"}  # fmt: skip

_QUESTIONS = {"issubset", "issuperset", "isdisjoint"}
"""Of sets, which are lists here."""


def list_method(frame: Frame, target: List, name: str, arguments: Arguments) -> Value:
    first = argument(arguments, 0)
    if name == "copy":
        return List(list(target.items), frame.machine.doubt, target.exact)
    if name in ("index", "count"):
        matches = [index for index, item in enumerate(target.items) if item == first]
        return (matches[0] if matches else PLAIN) if name == "index" and target.exact else PLAIN
    if name in _QUESTIONS:
        return PLAIN
    if not frame.machine.certain(target) or not target.exact:
        return UNKNOWN
    if name in ("append", "add"):
        target.items.append(first)
    elif name == "extend":
        items = containers.elements(first)
        target.items += items or []
        target.exact = items is not None
    elif name == "insert" and isinstance(first, int):
        target.items.insert(first, argument(arguments, 1))
    elif name == "pop" and (first is None or isinstance(first, int)):
        place = -1 if first is None else first
        return target.items.pop(place) if -len(target.items) <= place < len(target.items) else UNKNOWN
    elif name == "clear":
        target.items.clear()
    elif name == "reverse":
        target.items.reverse()
    else:
        target.exact = False
        return UNKNOWN
    return None


def dict_method(frame: Frame, target: Dict, name: str, arguments: Arguments) -> Value:
    if name == "copy":
        return Dict(dict(target.items), frame.machine.doubt, target.exact)
    if not target.exact:
        return UNKNOWN
    reader = _READERS.get(name)
    if reader is not None:
        return reader(frame, target, arguments)
    if not frame.machine.certain(target):
        return UNKNOWN
    key = argument(arguments, 0)
    if name == "update":
        other = key if isinstance(key, Dict) else None
        target.items.update(other.items if other is not None else {})
        target.items.update(arguments.keywords)
        target.exact = key is None or (other is not None and other.exact)
        return None
    if name in ("pop", "setdefault") and operators.is_key(key):
        default = argument(arguments, 1)
        if name == "pop":
            return target.items.pop(key, default)
        return target.items.setdefault(key, default)
    target.exact = False
    return UNKNOWN


_READERS: dict[str, Callable[[Frame, Dict, Arguments], Value]] = {
    "keys": lambda frame, target, arguments: List(list(target.items), frame.machine.doubt),
    "values": lambda frame, target, arguments: List(list(target.items.values()), frame.machine.doubt),
    "items": lambda frame, target, arguments: List(list(target.items.items()), frame.machine.doubt),
    "get": lambda frame, target, arguments: (
        target.items.get(argument(arguments, 0), argument(arguments, 1))
        if operators.is_key(argument(arguments, 0))
        else UNKNOWN
    ),
}


def text_method(frame: Frame, target: str, name: str, arguments: Arguments) -> Value:
    if name not in _TEXTS or not arguments.exact:
        return PLAIN
    if name == "join":
        items = containers.elements(argument(arguments, 0))
        texts = [item for item in items or [] if isinstance(item, str)]
        return target.join(texts) if items is not None and len(texts) == len(items) else PLAIN
    values = [*arguments.positional, *arguments.keywords.values()]
    first = values[0] if values else None  # of several endings, one
    texts = [*first, *values[1:]] if isinstance(first, tuple) and name in ("startswith", "endswith") else values
    if not all(isinstance(value, (bool, int, float, str)) for value in texts):
        return PLAIN
    try:
        result = getattr(target, name)(*arguments.positional, **arguments.keywords)
    except (TypeError, ValueError, IndexError, KeyError):
        return PLAIN
    if isinstance(result, list):
        return List([*cast("list[str]", result)], frame.machine.doubt)
    return result
