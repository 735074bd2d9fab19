"""The machine that evaluates, and the frame of one running function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass
from lsp_server.state.values import UNKNOWN, Dict, List, Module, Object, Value, either

if TYPE_CHECKING:
    from lsp_server.state.library import Arguments

MAX_STEPS = 250_000
MAX_CALLS = 48


def is_installed(analysis: Analysis) -> bool:
    """Whether a file belongs to an installed package, whose switches stand as they were delivered."""
    return analysis.path is not None and "site-packages" in analysis.path.parts


class Exhausted(Exception):
    """The program does more than we are ready to follow."""


class Raised(Exception):
    """The program raises here."""


class Endless(Exception):
    """A generator gives more than we are ready to collect."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame


class Found(Exception):
    """The watched call was reached."""

    def __init__(self, value: Value, frame: Frame, arguments: Arguments) -> None:
        self.value = value
        self.frame = frame
        self.arguments = arguments


FAILURES = (Exhausted, Raised, RecursionError)
"""What an evaluation ends with that does not come to its end."""


@dataclass(slots=True)
class Machine:
    """What one evaluation shares."""

    catalog: Catalog
    steps: int = 0
    calls: int = 0
    doubt: int = 0
    """How many conditions around this point are not known. What is made here is made in doubt too."""
    blind: bool = False
    """Something was changed that cannot be told: nothing at all is complete."""
    watch: int = 0
    """The id of a call whose value and arguments are asked for (`Found`)."""
    watches_arguments: bool = False
    """Only its arguments are, as they are before it runs."""
    running: list[int] = field(default_factory=list["int"])
    """The functions that are running, by the id of their node."""
    homes: dict[int, Frame] = field(default_factory=dict["int", "Frame"])
    """Where classes inside of functions were defined, by the id of their node."""
    registered: dict[str, Analysis] = field(default_factory=dict["str", "Analysis"])
    """The modules of functions that a decorator registers somewhere and gives back, by the functions' names."""
    globals: dict[tuple[int, str], Value] = field(default_factory=dict["tuple[int, str]", "Value"])

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Exhausted

    def certain(self, target: List | Dict | Object | Module) -> bool:
        """Whether a change of an object surely happens; if not, the object is no longer exact."""
        if self.doubt > target.doubt:
            target.exact = False
            return False
        return True


@dataclass(slots=True)
class Frame:
    """The names of one running function, class body or comprehension."""

    machine: Machine
    analysis: Analysis
    parent: Frame | None = None
    names: dict[str, Value] = field(default_factory=dict["str", "Value"])
    owner: UserClass | None = None
    """The class that the running method stands in."""
    receiver: Value = UNKNOWN
    """``self``."""
    foreign: dict[str, Frame | None] = field(default_factory=dict["str", "Frame | None"])
    """Names declared ``nonlocal`` with their home; None for ``global``."""
    doubts: int = 0
    """What this frame added to the machine's doubt: after a ``return`` that may have happened."""
    returned: list[Value] = field(default_factory=list["Value"])
    """Values that may have been returned already."""
    given: List | None = None
    """What a running generator has given so far."""
    is_static: bool = False
    """Names are looked up where they stand in the source, not in the order of execution."""

    def assign(self, name: str, value: Value) -> None:
        if name in self.foreign:
            home = self.foreign[name]
            if home is None or self.machine.doubt:
                self.machine.blind = True
            if home is not None:
                home.names[name] = value
            return
        self.names[name] = value

    def method_frame(self) -> Frame:
        """The frame that knows what ``super()`` means."""
        frame = self
        while frame.owner is None and frame.parent is not None:
            frame = frame.parent
        return frame


def merge(outcomes: list[dict[str, Value]]) -> dict[str, Value]:
    """The names after alternatives of which one happened: what they agree on."""
    result: dict[str, Value] = {}
    for name in {name for names in outcomes for name in names}:
        result[name] = either([names.get(name, UNKNOWN) for names in outcomes])
    return result
