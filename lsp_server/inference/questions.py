"""Questions: what one piece of a file may want to know about another, or about another file.

Facts inside of a function follow from its text alone but for what it asks: what a name of the module is, what a class
has under a name, what a function gives. Answers are remembered within a version, and who asked what is written down
(`Reads`), so that the next version knows which results still hold (`reuse`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Union

from tree_sitter import Node

from lsp_server.inference.values import CIRCULAR, NOTHING

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

T = TypeVar("T")
Touch = Literal["bound", "member", "owner", "called", "based"]
"""What may change an answer: a piece that binds the name, that sets a member of that name, the owner itself, a piece
that calls the name, or the head of a class that has a base of that name."""


class Question(Generic[T]):
    """``compute(analysis, node, name)`` answers it; ``empty`` is the answer where it runs in a circle."""

    def __init__(self, kind: str, touch: Touch, compute: Callable[[Analysis, Node, str], T], empty: T) -> None:
        self.kind = kind
        self.touch: Touch = touch
        self.compute = compute
        self.start: Any = CIRCULAR if empty is NOTHING else empty
        self.empty = empty


class Key:
    """A question as other versions of the file can ask it again: the owner by its path of names."""

    __slots__ = ("_hash", "name", "owner", "path", "question", "serial")

    def __init__(self, question: Question[Any], path: str, owner: str, name: str, serial: int = -1) -> None:
        self.question = question
        self.path = path
        """The other file that is asked; empty for this one."""
        self.owner = owner
        self.name = name
        self.serial = serial
        """The unit in whose place a name is looked up, for questions that depend on it."""
        self._hash = hash((question.kind, path, owner, name, serial))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Key)
            and self._hash == other._hash
            and self.question is other.question
            and (self.path, self.owner, self.name, self.serial) == (other.path, other.owner, other.name, other.serial)
        )


QuestionKey = tuple[str, int, str, int]
"""A question within one version: kind, owner's node, name, serial."""
Reader = Union[int, Key]
"""The index of a unit, or a question that asked others for its answer."""


class Reads:
    """The answers, as digests, that each reader was given since they were last taken into a `Memory`. The last one
    counts: in a cycle that is the stable one."""

    __slots__ = ("again", "by_reader", "is_taken")

    def __init__(self) -> None:
        self.by_reader: dict[Reader, dict[Key, Any]] = {}
        self.again: set[Reader] = set()
        """Questions of which something was taken: what they ask now, they ask besides."""
        self.is_taken = False
        """Whether some memory has taken any."""

    def note(self, reader: Reader, key: Key, digest: Any) -> None:
        known = self.by_reader.get(reader)
        if known is None:
            self.by_reader[reader] = {key: digest}
        else:
            known[key] = digest

    def taken(self) -> Iterable[tuple[Reader, dict[Key, Any]]]:
        """What was not taken yet; from here on it is."""
        found, self.by_reader = self.by_reader, {}
        self.is_taken = self.is_taken or bool(found)
        return found.items()
