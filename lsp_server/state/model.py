"""What the floor answers: the parameters and buffers of a module, and what each becomes in the other framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lsp_server.inference.values import Source

Kind = Literal["parameter", "buffer"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter or buffer, under the name that ``state_dict()`` gives it."""

    name: str
    kind: Kind
    shape: tuple[int, ...] | None
    """None: not known."""
    dtype: str | None
    """``float32``, ``int64``: without the framework's name; None: not known."""
    trainable: bool
    persistent: bool
    source: Source | None
    """The expression that creates it; of a library layer, the layer's constructor call."""
    layer: str | None
    """The library layer that owns it, by its canonical name; None if the user registered it."""
    layer_call: Source | None
    own_name: str
    """The last part of the name."""
    shared: bool = False
    """The same tensor stands earlier in the list under another name."""
    inside: tuple[tuple[str, str], ...] = ()
    """The library layers that hold the owner, outermost first, each with the name of the part that leads to it:
    ``(("torch.nn.TransformerEncoderLayer", "linear1"),)``."""
    arguments: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)
    """What the layer was given, by parameter; only what was written."""
    around: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)
    """The same of the outermost layer of ``inside``."""
    same_as: str = ""
    """Of a shared one: the name under which it stands earlier."""
    given_name: str = ""
    """What MindSpore's ``Parameter(…, name=…)`` was told. ``save_checkpoint`` goes by it where the network itself holds
    the parameter; further inside, the path replaces it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One module inside of another, under the name that ``named_modules()`` gives it."""

    name: str
    title: str
    """Its class, without the package."""
    call: Source | None
    """Its constructor call; None: not known."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An attribute that the module does not know of: it is neither saved nor moved, and no optimizer gets it."""

    name: str
    kind: Literal["tensor", "layers", "parameters"]
    """What it is, or what the plain list or dictionary holds."""
    shape: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ModuleState:
    """The state of a class, an instance or an expression, in the order of ``state_dict()``; non-persistent buffers
    in their place."""

    title: str
    framework: str
    entries: tuple[Entry, ...]
    complete: bool
    """False if anything had to stay unknown. What is listed is true even then."""
    parts: tuple[Part, ...] = ()
    """The modules inside, a shared one once, in the order of ``named_modules()``."""
    plain: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What an entry becomes in the other framework."""

    name: str
    kind: Kind
    shape: tuple[int, ...] | None
    transform: str | None = None
    """How the value changes, as an expression; None: it stays."""
    trainable: bool = True
    layer: str | None = None
    lost: bool = False
    """A name-for-name conversion loses it, because the counterpart switches it off by default."""
    reason: str = ""
    """Of a lost one: the argument that has to be written out, ``has_bias=True``."""
