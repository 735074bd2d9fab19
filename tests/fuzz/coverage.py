"""Lets atheris steer: ``python -m tests.fuzz.coverage KIND [libFuzzer's options]``. Needs ``pip install atheris``.

Inputs are the bytes that all chances are drawn from, so that a byte that leads to new code is kept.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["lsp_server"]):
    from .checks import CHECKS


class Steered(random.Random):
    """Chance that comes from bytes; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        super().__init__(0)

    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        taken = self._data[self._at : self._at + size].ljust(size, b"\0")
        self._at += size
        return int.from_bytes(taken, "little") >> (8 * size - k)

    def random(self) -> float:
        return self.getrandbits(16) / (1 << 16)


def main() -> None:
    kind = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: CHECKS[kind](Steered(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
