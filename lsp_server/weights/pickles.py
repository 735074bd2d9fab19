"""Reads a pickle without running anything.

A machine of its own for the instructions that ``torch.save`` writes (the list of ``torch/_weights_only_unpickler.py``,
and those of later protocols that only make strings and numbers). No name of the pickle is ever looked up: what a
pickle may call is answered by `objects`, everything else is refused with its name.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from lsp_server.messages import weights as messages
from lsp_server.weights import objects
from lsp_server.weights.refused import Refused

LONGEST = 64 << 20
"""Of a string or number, in bytes."""


def load(file: BinaryIO, persistent: Callable[[object], object]) -> Any:
    """The next object of a file, which is left behind it. ``persistent`` answers for storages."""
    machine = _Machine(file, persistent)
    try:
        return machine.run()
    except (IndexError, KeyError, ValueError, TypeError, struct.error, OverflowError, RecursionError) as error:
        raise Refused(messages.BROKEN_PICKLE, reason=f"{type(error).__name__}: {error}") from error


class _Machine:
    """The stack machine of ``pickletools``; sizes are little-endian."""

    def __init__(self, file: BinaryIO, persistent: Callable[[object], object]) -> None:
        self.file = file
        self.persistent = persistent
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        while True:
            code = self.read(1)
            if code == b".":
                return self.stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Refused(messages.BROKEN_PICKLE, reason=f"instruction {code!r}")
            step(self)

    def read(self, count: int) -> bytes:
        if not 0 <= count <= LONGEST:
            raise ValueError(f"{count} bytes in one piece")
        found = self.file.read(count)
        if len(found) != count:
            raise ValueError("the data ends")
        return found

    def line(self) -> str:
        found = self.file.readline(1 << 16)
        if not found.endswith(b"\n"):
            raise ValueError("a name without end")
        return found[:-1].decode("utf-8")

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.read(struct.calcsize(form)))[0]

    def marked(self) -> list[Any]:
        """What stands above the last mark."""
        found = self.stack
        self.stack = self.marks.pop()
        return found

    def mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def push_name(self) -> None:
        module, name = self.line(), self.line()
        self.stack.append(objects.named(module, name))

    def push_stacked_name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.stack.append(objects.named(str(module), str(name)))

    def call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        self.stack.append(objects.called(function, _tuple(arguments)))

    def make(self) -> None:
        arguments, cls = self.stack.pop(), self.stack.pop()
        self.stack.append(objects.made(cls, _tuple(arguments)))

    def build(self) -> None:
        state, target = self.stack.pop(), self.stack.pop()
        self.stack.append(objects.built(target, state))

    def refer(self) -> None:
        self.stack.append(self.persistent(self.stack.pop()))

    def append(self) -> None:
        item = self.stack.pop()
        _list(self.stack[-1]).append(item)

    def extend(self) -> None:
        items = self.marked()
        _list(self.stack[-1]).extend(items)

    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        _dict(self.stack[-1])[objects.flat_key(key)] = value

    def set_items(self) -> None:
        items = self.marked()
        target = _dict(self.stack[-1])
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[objects.flat_key(key)] = value

    def add_items(self) -> None:
        items = self.marked()
        target: object = self.stack[-1]
        if type(target) is not set:
            raise TypeError("items for what is no set")
        cast("set[object]", target).update(objects.flat_key(item) for item in items)

    def long(self, count: int) -> None:
        self.stack.append(int.from_bytes(self.read(count), "little", signed=True))

    def put(self, index: int) -> None:
        self.memo[index] = self.stack[-1]

    def text(self, count: int) -> None:
        self.stack.append(self.read(count).decode("utf-8", "surrogatepass"))

    def binary(self, count: int) -> None:
        self.stack.append(self.read(count))

    def old_text(self, count: int) -> None:
        """A string of Python 2: the names in old files."""
        self.stack.append(self.read(count).decode("latin-1"))

    def tuple_of_marked(self) -> None:
        items = tuple(self.marked())
        self.stack.append(items)

    def tuple_of(self, count: int) -> None:
        items = tuple(self.stack[-count:])
        if len(items) != count:
            raise IndexError("the stack is too short")
        self.stack[-count:] = [items]


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise TypeError("items for what is no list")
    return cast("list[Any]", value)


def _dict(value: object) -> dict[Any, Any]:
    if type(value) is not dict:
        raise TypeError("entries for what is no dictionary")
    return cast("dict[Any, Any]", value)


def _tuple(value: object) -> tuple[Any, ...]:
    if type(value) is not tuple:
        raise TypeError("arguments that are no tuple")
    return cast("tuple[Any, ...]", value)


Step = Callable[[_Machine], object]


def _push(make: Callable[[_Machine], object]) -> Step:
    return lambda machine: machine.stack.append(make(machine))


_STEPS: dict[bytes, Step] = {
    b"\x80": lambda machine: machine.read(1),  # protocol
    b"\x95": lambda machine: machine.read(8),  # frame: only a hint for reading
    b"c": _Machine.push_name,
    b"\x93": _Machine.push_stacked_name,
    b"R": _Machine.call,
    b"\x81": _Machine.make,
    b"b": _Machine.build,
    b"Q": _Machine.refer,
    b"(": _Machine.mark,
    b"0": lambda machine: machine.stack.pop(),
    b"N": _push(lambda _: None),
    b"\x88": _push(lambda _: True),
    b"\x89": _push(lambda _: False),
    b"J": _push(lambda machine: machine.number("<i")),
    b"K": _push(lambda machine: machine.number("<B")),
    b"M": _push(lambda machine: machine.number("<H")),
    b"G": _push(lambda machine: machine.number(">d")),
    b"\x8a": lambda machine: machine.long(machine.number("<B")),
    b"\x8b": lambda machine: machine.long(machine.number("<i")),
    b"X": lambda machine: machine.text(machine.number("<I")),
    b"\x8c": lambda machine: machine.text(machine.number("<B")),
    b"\x8d": lambda machine: machine.text(machine.number("<Q")),
    b"U": lambda machine: machine.old_text(machine.number("<B")),
    b"T": lambda machine: machine.old_text(machine.number("<i")),
    b"C": lambda machine: machine.binary(machine.number("<B")),
    b"B": lambda machine: machine.binary(machine.number("<I")),
    b"\x8e": lambda machine: machine.binary(machine.number("<Q")),
    b")": _push(lambda _: ()),
    b"t": _Machine.tuple_of_marked,
    b"\x85": lambda machine: machine.tuple_of(1),
    b"\x86": lambda machine: machine.tuple_of(2),
    b"\x87": lambda machine: machine.tuple_of(3),
    b"]": _push(lambda _: []),
    b"}": _push(lambda _: {}),
    b"\x8f": _push(lambda _: set[object]()),
    b"a": _Machine.append,
    b"e": _Machine.extend,
    b"s": _Machine.set_item,
    b"u": _Machine.set_items,
    b"\x90": _Machine.add_items,
    b"h": _push(lambda machine: machine.memo[machine.number("<B")]),
    b"j": _push(lambda machine: machine.memo[machine.number("<I")]),
    b"q": lambda machine: machine.put(machine.number("<B")),
    b"r": lambda machine: machine.put(machine.number("<I")),
    b"\x94": lambda machine: machine.put(len(machine.memo)),
}
