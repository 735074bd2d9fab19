"""What an evaluated expression is: Python's own constants and tuples, and the objects below.

Lists, dictionaries, tensors and modules are mutable and have identity, as they have in the program. Each remembers
how deep in doubt (`Machine.doubt`) it was made: a change that may or may not happen to an older object makes that
object inexact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from lsp_server.inference.values import Source, UserClass

if TYPE_CHECKING:
    from lsp_server.state.frames import Frame


class Unknown(Enum):
    """Not known; never guessed."""

    ANYTHING = "anything"
    PLAIN = "plain"
    """A number, a string or the like: surely no module, parameter or container of them."""


UNKNOWN = Unknown.ANYTHING
PLAIN = Unknown.PLAIN


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of a framework or of another package, by its full name; built-ins begin with ``builtins.``."""

    name: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """An imported module."""

    name: str
    path: Path | None = None


@dataclass(eq=False, slots=True)
class Function:
    """A function or lambda of the user, with the frame that it was defined in."""

    definition: Source
    frame: Frame | None = None
    owner: UserClass | None = None


@dataclass(frozen=True, slots=True)
class BoundMethod:
    """A user's method, read from an object."""

    function: Function
    receiver: Value


@dataclass(frozen=True, slots=True)
class Method:
    """A method that is not the user's, read from an object."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    """``super()``: the classes that are still to be looked at, and the object."""

    rest: tuple[UserClass | Symbol | Unknown, ...]
    receiver: Value


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial``."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(eq=False, slots=True)
class List:
    """A list; ``exact`` is False once items may be missing or too many."""

    items: list[Value]
    doubt: int = 0
    exact: bool = True
    frozen: bool = False
    """A ``mindspore.ParameterTuple``."""
    unordered: bool = False
    """A set: what is in it is known, in which order it comes is not."""


@dataclass(eq=False, slots=True)
class Dict:
    """A dictionary with known keys."""

    items: dict[Value, Value]
    doubt: int = 0
    exact: bool = True
    ordered: bool = False
    """An ``OrderedDict``."""


@dataclass(eq=False, slots=True)
class Tensor:
    """A tensor, a Parameter or an ``nn.Buffer``."""

    kind: str
    """``tensor``, ``parameter`` or ``buffer``."""
    shape: tuple[int, ...] | None
    dtype: str | None
    trainable: bool = False
    persistent: bool = True
    source: Source | None = None
    name: str | None = None
    """The name that MindSpore's ``Parameter(…, name=…)`` was given."""
    doubt: int = 0
    values: tuple[float, ...] | None = None
    """The numbers of a ``linspace``, which constructors take apart again."""
    path: str = ""
    """In MindSpore: the name that it has in the network that was asked for it."""


@dataclass(eq=False, slots=True)
class Object:
    """An object of a user's class that is no module: a configuration, mostly."""

    cls: UserClass
    attributes: dict[str, Value] = field(default_factory=dict["str", "Value"])
    doubt: int = 0
    exact: bool = True
    always_true: bool = False
    """Its class has no say in whether it counts as true."""


@dataclass(eq=False, slots=True)
class Module:
    """An ``nn.Module`` or a ``Cell``, of the library or of the user."""

    framework: str
    base: str
    """The nearest library class, by its canonical name."""
    cls: UserClass | None = None
    parameters: dict[str, Tensor | None] = field(default_factory=dict["str", "Tensor | None"])
    buffers: dict[str, Tensor | None] = field(default_factory=dict["str", "Tensor | None"])
    transient: set[str] = field(default_factory=set["str"])
    """Buffers that are not persistent."""
    children: dict[str, Module | None] = field(default_factory=dict["str", "Module | None"])
    attributes: dict[str, Value] = field(default_factory=dict["str", "Value"])
    call: Source | None = None
    """Of a library layer: its constructor call."""
    arguments: dict[str, Value] = field(default_factory=dict["str", "Value"])
    """Of a library layer: the arguments that were written, by parameter."""
    owned: frozenset[str] = frozenset()
    """Names of parameters and buffers that the library layer made."""
    doubt: int = 0
    exact: bool = True
    open_ended: bool = False
    """Of a container: how many parts it has is not known, nor the number of what is added."""


Value: TypeAlias = Union[
    Unknown,
    bool,
    int,
    float,
    str,
    "tuple[Value, ...]",
    Symbol,
    Namespace,
    Function,
    UserClass,
    BoundMethod,
    Method,
    Super,
    Partial,
    List,
    Dict,
    Tensor,
    Object,
    Module,
    None,
]


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None if that is not known."""
    if value is None or isinstance(value, (bool, int, float, str, tuple)):
        return bool(value)
    if isinstance(value, (List, Dict)):
        return bool(value.items) if value.exact else None
    if isinstance(value, Object):
        return True if value.always_true else None
    if isinstance(value, (Unknown, Tensor)):
        return None
    if isinstance(value, Module):
        return True if not value.base.endswith(_SIZED) else (bool(value.children) if value.exact else None)
    return True


_SIZED = ("Sequential", "SequentialCell", "ModuleList", "CellList", "ModuleDict", "CellDict", "ParameterList",
    "ParameterDict")  # fmt: skip


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same object or equal constants."""
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, (bool, int, float, str, Symbol, Namespace, UserClass)):
        return type(one) is type(other) and one == other
    return False


def plain(value: Value) -> Value:
    """Lists as tuples, deeply, so that formulas need to know tuples only."""
    if isinstance(value, List):
        return tuple(plain(item) for item in value.items) if value.exact else UNKNOWN
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value


def is_plain(value: Value) -> bool:
    """Whether a value surely holds no module and no tensor."""
    if isinstance(value, tuple):
        return all(is_plain(item) for item in value)
    return value is None or value is PLAIN or isinstance(value, (bool, int, float, str))


def may_hold_state(value: Value) -> bool:
    """Whether a value may be a module or a tensor, or hold one."""
    if isinstance(value, tuple):
        return any(may_hold_state(item) for item in value)
    return value is UNKNOWN or isinstance(value, (List, Dict, Tensor, Module))


def either(values: list[Value]) -> Value:
    """One of several values, nobody knows which: what they have in common."""
    first = values[0]
    if all(same(first, other) for other in values[1:]):
        return first
    if all(is_plain(value) for value in values):
        return PLAIN
    if isinstance(first, Module) and all(_is_stateless_layer(value) for value in values):
        return Module(first.framework, ANY_LAYER, doubt=first.doubt)
    return UNKNOWN


ANY_LAYER = ""
"""The base of a module that is one of several layers, all without state."""


def _is_stateless_layer(value: Value) -> bool:
    return (
        isinstance(value, Module)
        and value.exact
        and not (value.parameters or value.buffers or value.children or value.base.endswith(_SIZED))
    )
