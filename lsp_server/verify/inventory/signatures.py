"""Signatures: from ``inspect``, from a line of text, and how defaults are written.

A default is kept as the text a user would write. ``inspect`` gives values, so each value is written
back: with ``repr`` where that is Python source, with the canonical name for objects of the framework.
"""

from __future__ import annotations

import enum
import inspect
import math
import re
import types
import typing
from collections.abc import Callable
from typing import Any

from lsp_server.catalog.model import Parameter, ParameterKind, Signature
from lsp_server.verify.inventory.walk import read

NameOf = Callable[[Any], str]
"""Canonical name of a framework's object, empty if it has none."""

_KINDS: dict[Any, ParameterKind] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "standard",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}
_RECEIVERS = ("self", "cls")
_TYPED = re.compile(r"^(?:bool|int|float|str|Tensor)\s+(?=\w+\s*(?:=|$))")
_PARAMETER = re.compile(r"(\w+)\s*(?::\s*(.*?))?\s*(?:=\s*(.+))?", re.DOTALL)


def default_text(value: Any, name_of: NameOf) -> str:
    """A default value as source text; ``...`` if it cannot be written."""
    if value is Ellipsis:
        return "..."
    if isinstance(value, enum.Enum):
        owner = name_of(type(value)) or type(value).__name__
        return f"{owner}.{value.name}"
    if value is None or isinstance(value, (bool, str, bytes)):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if isinstance(value, (int, complex)):
        return repr(value) if type(value) in (int, complex) else str(value)
    named = name_of(value)
    if named:
        return named
    if type(value) in (tuple, list, set, frozenset):
        return _collection_text(value, name_of)
    if type(value) is dict:
        items = (f"{default_text(k, name_of)}: {default_text(v, name_of)}" for k, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) and "<" not in value.__qualname__:
        module = value.__module__ or ""
        return value.__qualname__ if module in ("builtins", "") else f"{module}.{value.__qualname__}"
    text = repr(value)
    if text.startswith("Tensor("):
        return "..."
    return text if re.fullmatch(r"[A-Za-z_][\w.]*(\(.*\))?", text) and " at 0x" not in text else "..."


def _collection_text(value: Any, name_of: NameOf) -> str:
    items = [default_text(item, name_of) for item in value]
    if isinstance(value, (set, frozenset)):
        items.sort()
        return (
            f"{type(value).__name__}([{', '.join(items)}])"
            if not items or type(value) is frozenset
            else "{" + ", ".join(items) + "}"
        )
    if isinstance(value, list):
        return f"[{', '.join(items)}]"
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def from_inspect(obj: Any, name_of: NameOf, drop_first: bool = False) -> tuple[Parameter, ...] | None:
    """Parameters as ``inspect`` sees them, None if it sees nothing."""
    try:
        parameters = list(inspect.signature(obj).parameters.values())
    except Exception:
        return None
    if (
        drop_first
        and parameters
        and parameters[0].kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ):
        parameters = parameters[1:]
    return tuple(
        Parameter(
            p.name, _KINDS[p.kind], None if p.default is inspect.Parameter.empty else default_text(p.default, name_of)
        )
        for p in parameters
    )


def is_generic(parameters: tuple[Parameter, ...] | None) -> bool:
    """True for ``(*args, **kwargs)``, ``(*args)`` and ``(**kwargs)`` by these names: it says nothing."""
    if parameters is None:
        return True
    return bool(parameters) and all(
        p.kind in ("var-positional", "var-keyword") and p.name in ("args", "kwargs", "kwds") for p in parameters
    )


def hidden_function(obj: Any) -> Any:
    """The function that a wrapper made with a closure calls, None if there is none.

    ``torch._jit_internal.boolean_dispatch`` keeps two; the one for False is what people call. Other decorators
    that forget ``functools.wraps`` keep a function of the same name, or only one.
    """
    if not isinstance(obj, types.FunctionType) or not obj.__closure__:
        return None
    cells = dict(zip(obj.__code__.co_freevars, obj.__closure__, strict=True))
    contents = {}
    for name, cell in cells.items():
        try:
            contents[name] = cell.cell_contents
        except ValueError:
            continue
    if "if_false" in contents:
        return contents["if_false"]
    functions = [value for value in contents.values() if isinstance(value, types.FunctionType) and value is not obj]
    named = [value for value in functions if value.__name__ == obj.__name__]
    return named[0] if named else functions[0] if len(functions) == 1 else None


def registered_overloads(obj: Any) -> list[Any]:
    """Overloads that ``typing.overload`` registered for a Python function (Python 3.11 keeps them)."""
    get_overloads = getattr(typing, "get_overloads", None)
    if get_overloads is None or not isinstance(obj, types.FunctionType):
        return []
    try:
        return list(get_overloads(obj))
    except Exception:
        return []


def split_top_level(text: str, separator: str = ",") -> list[str]:
    """Split at separators that are outside brackets and strings."""
    parts: list[str] = []
    depth, quote, start = 0, "", 0
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[index - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts]


_OPTIONAL_KEYWORDS = {"device", "dtype", "generator", "out"}
"""torch's docstrings give these without a default (``abs(input: Tensor, *, out: Optional[Tensor])``)."""


def parse_parameters(text: str, drop_receiver: bool = True) -> tuple[Parameter, ...] | None:
    """Parameters of a signature written in a docstring; None if the text is not one.

    Tolerates what documentation writes and Python does not: escaped stars, a bare ``*`` after ``*sizes``,
    a required parameter after an optional one.
    """
    text = " ".join(text.replace("\\*", "*").replace("``", "").split())
    text = re.sub(r"\[\s*,\s*([^\[\]=]+?)\s*\]", r", \1=None", text)
    kind: ParameterKind = "standard"
    found: list[Parameter] = []
    for item in split_top_level(text):
        if not item:
            continue
        if item == "/":
            found = [Parameter(p.name, "positional", p.default) if p.kind == "standard" else p for p in found]
        elif item == "*":
            kind = "keyword"
        elif item.startswith("**"):
            found.append(Parameter(item[2:].split(":")[0].strip(), "var-keyword"))
        elif item.startswith("*"):
            found.append(Parameter(item[1:].split(":")[0].strip(), "var-positional"))
            kind = "keyword"
        else:
            match = _PARAMETER.fullmatch(_TYPED.sub("", item))
            if match is None:
                return None
            default = _tidy_default(match[3])
            if default is None and kind == "keyword" and match[1] in _OPTIONAL_KEYWORDS:
                default = "None"
            found.append(Parameter(match[1], kind, default))
    if drop_receiver and found and found[0].name in _RECEIVERS and found[0].default is None:
        found = found[1:]
    names = [p.name for p in found]
    if len(set(names)) != len(names) or not all(name.isidentifier() for name in names):
        return None
    return tuple(found)


def _tidy_default(text: str | None) -> str | None:
    if text is None:
        return None
    text = text.strip().rstrip(".").strip() if text.strip() != "..." else "..."
    if text.startswith("<"):
        member = re.fullmatch(r"<(\w+\.\w+): -?\d+>", text)
        return member[1] if member else "..."
    if re.fullmatch(r"\".*\"", text):
        text = "'" + text[1:-1] + "'"
    return {"true": "True", "false": "False", "none": "None"}.get(text, text)


def is_python(parameters: tuple[Parameter, ...]) -> bool:
    """False if a required parameter follows an optional one: documentation does that, Python cannot."""
    optional = False
    for parameter in parameters:
        if parameter.kind in ("positional", "standard"):
            if parameter.default is not None:
                optional = True
            elif optional:
                return False
    return True


def unique(signatures: list[Signature]) -> tuple[Signature, ...]:
    """The signatures in order, without those whose parameters were there before."""
    kept: list[Signature] = []
    for signature in signatures:
        if not any(signature.parameters == other.parameters for other in kept):
            kept.append(signature)
    return tuple(kept)


def common_returns(signatures: tuple[Signature, ...]) -> str:
    """What every overload gives, empty if they differ or one is not known."""
    returns = {signature.returns for signature in signatures}
    return returns.pop() if len(returns) == 1 else ""


def underlying(obj: Any) -> Any:
    """The function inside a classmethod, a staticmethod or a bound method."""
    inner = read(obj, "__func__")
    return inner if isinstance(inner, types.FunctionType) else obj
