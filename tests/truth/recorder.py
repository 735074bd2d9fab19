"""What executed expressions were: raw notes, as cheap as they can be, named only when the program is over.

Imports nothing but the standard library, because torch's own files run under it while torch is being imported.
"""

from __future__ import annotations

import builtins
import sys
import types
from dataclasses import dataclass
from typing import Any

ALWAYS = 40
"""So many executions of one expression are looked at one by one, then every 64th."""
MOST_OUTCOMES = 40
NAME, MEMBER = "__truth_name__", "__truth_member__"


@dataclass(slots=True)
class Expression:
    """One name or attribute expression of an instrumented file; columns are UTF-8 bytes."""

    path: str
    module: str
    line: int
    column: int
    end_line: int
    end_column: int
    attribute: str
    """Empty for a name."""
    inner: int
    """The expression before the last dot if it is a name or attribute itself, else -1."""
    held: bool
    """A name that neither an import nor a definition binds."""
    imported: str = ""
    """The dotted name that an import bound to this name, if there is just one."""
    own: str = ""
    """The dotted name of a variable of this module."""


@dataclass(slots=True)
class Outcome:
    """What one execution of an expression saw. ``owner`` is None for a name, a module, a class, or a type."""

    how: str
    """"name", "import" (a name that still has the value of its import), "module", "class", "super", "instance";
    "method" for a name that holds what was read from an instance."""
    owner: Any = None
    value: Any = None
    """The object, where it may be one that a framework names; None for any other."""
    in_instance: bool = False
    start: Any = None
    """For ``super``: the class after which the lookup begins."""


EXPRESSIONS: list[Expression] = []
COUNTS: list[int] = []
OUTCOMES: list[dict[Any, Outcome]] = []

_NAMED = (types.FunctionType, type, types.ModuleType, types.WrapperDescriptorType, types.MethodDescriptorType)
_BOUND = (types.MethodType, types.BuiltinFunctionType)
_PLAIN = (int, float, str, bool, type(None), list, dict, tuple)
_CONSTANTS = {"dtype", "layout", "memory_format", "qscheme"}
_CONSTANT_HOMES = {
    "mindspore._c_expression.typing",
    "torch._C",
    "torch.distributions.constraints",
    "torch.distributions.transforms",
}
"""Types of the objects that frameworks give a name."""


def add(expression: Expression) -> int:
    EXPRESSIONS.append(expression)
    COUNTS.append(0)
    OUTCOMES.append({})
    return len(EXPRESSIONS) - 1


def name(index: int, value: Any) -> Any:
    count = COUNTS[index]
    COUNTS[index] = count + 1
    if count < ALWAYS or not count & 63:
        found = OUTCOMES[index]
        if isinstance(value, _BOUND) and not isinstance(value.__self__, (types.ModuleType, type, type(None))):
            outcome = Outcome("method", type(value.__self__), value.__name__)
            key: Any = (outcome.owner, outcome.value)
        else:
            kept = _kept(value)
            imported = kept is None and _is_imported(EXPRESSIONS[index].imported, value)
            outcome = Outcome("import" if imported else "name", None, kept)
            key = (id(kept), imported)
        if key not in found and len(found) < MOST_OUTCOMES:
            found[key] = outcome
    return value


def _is_imported(target: str, value: Any) -> bool:
    """Whether a value without a name of its own is still what an import bound: ``from torch import nan``."""
    module, _, last = target.rpartition(".")
    return module in sys.modules and getattr(sys.modules[module], last, None) is value


def member(index: int, owner: Any, attribute: str) -> Any:
    value = getattr(owner, attribute)
    count = COUNTS[index]
    COUNTS[index] = count + 1
    if count < ALWAYS or not count & 63:
        _note(index, owner, attribute, value)
    return value


def _note(index: int, owner: Any, attribute: str, value: Any) -> None:
    found = OUTCOMES[index]
    cls = type(owner)
    kept = _kept(value)
    in_instance = False
    start = None
    if issubclass(cls, types.ModuleType):
        how, holder = "module", owner
    elif issubclass(cls, type):
        how, holder = "class", owner
    elif cls is super:
        how, holder, start = "super", owner.__self_class__, owner.__thisclass__
    else:
        how, holder = "instance", cls
        try:
            in_instance = attribute in object.__getattribute__(owner, "__dict__")
        except (AttributeError, TypeError):
            in_instance = False
        if in_instance and callable(value) and getattr(value, "__name__", "") == attribute:
            in_instance = False  # torch wraps an optimizer's `step` and puts it into the object itself
    key = (how, id(holder), id(kept), in_instance, id(start))
    if key not in found and len(found) < MOST_OUTCOMES:
        found[key] = Outcome(how, holder, kept, in_instance, start)


def _kept(value: Any) -> Any:
    """The object itself if it may have a name in a framework: nothing else is kept alive."""
    cls = type(value)
    if cls in _PLAIN:
        return None
    if isinstance(value, _NAMED):
        return value
    if cls is types.BuiltinFunctionType:
        holder = value.__self__
        return value if holder is None or isinstance(holder, (types.ModuleType, type)) else None
    if cls.__name__ in _CONSTANTS and cls.__module__ == "torch":
        return value
    return value if cls.__module__ in _CONSTANT_HOMES else None


def install() -> None:
    """Make the two functions that instrumented code calls reachable from every module."""
    setattr(builtins, NAME, name)
    setattr(builtins, MEMBER, member)
