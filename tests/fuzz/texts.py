"""Texts to begin with, and what may happen to them: all from one source of chance, so that a seed gives the same."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
FOLDERS = ("migrate/programs", "migrate/programs/mindspore", "truth/programs", "editors/workspace", "migrate/modules")
STRANGE = (
    "\0", "\ud800", "\udfff\ud800", "\ufeff", "\r", "\r\n", "\x0c", "\u2028", "\u0085", "\x1a", "变量", "😀",
    "e\u0301", "\u202e", "\t", "    ", "\\\n", "'''", '"""', "#", "(", ")", "[", "]", "{", "}", ":", ",", ".",
    "=", ":=", "->", "*", "**", "@", ";", "f'{", "}'", "lambda:", "await ", "async ", "yield ", "import ",
    "from . import *", "global x", "del ", "nonlocal x", "match x:", "case _:", "type X = int", "except* E:",
    "with a, b:", "if x:", "else:", "try:", "finally:", "class A(A):", "def f(self, *, x=f()):", "self.",
    "self.self = self", "torch.", "nn.", "mindspore.", "ops.", "mint.", "torch.nn.Module.", "super().",
    "super().__init__()", "x.x.x", "x()()()", "x[x][x]", "nn.Conv2d(3, 3, ", "*args, **kwargs", "% matplotlib",
    "!ls", "0x", "1e999", "9" * 400, "-1", "...", "None", "True", "__class__", "__dict__", "_",
    "register_buffer(", "nn.Sequential(*[nn.Linear(i, i) for i in range(10**9)])", "range(10**18)",
    "'a' * 10**9", "[0] * 10**9", "2 ** 10 ** 9", "while True: x = nn.Linear(x, x)", "def f(): return f()",
    "for _ in range(10**9): x.append(x)", "x = [x]", "x = x, x",
)  # fmt: skip


@cache
def seeds() -> tuple[str, ...]:
    """Programs as people write them, of both frameworks."""
    paths = [path for folder in FOLDERS for path in sorted((TESTS / folder).glob("*.py"))]
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def text(chance: random.Random) -> str:
    """A program, or none at all."""
    kind = chance.randrange(10)
    if kind == 0:
        return "".join(chance.choice(STRANGE) for _ in range(chance.randrange(60)))
    if kind == 1:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(300))).decode("utf-8", "surrogateescape")
    found = chance.choice(seeds())
    for _ in range(chance.randrange(5)):
        found = apply(found, change(chance, found))
    return found


def change(chance: random.Random, text: str) -> tuple[int, int, str]:
    """An edit: characters ``start:end`` give way to others."""
    start = chance.randrange(len(text) + 1)
    length = chance.choice((0, 0, 1, 1, 3, 10, 100, 1000))
    end = min(start + length, len(text))
    kind = chance.randrange(8)
    if kind == 0:
        return start, end, ""
    if kind == 1:
        return start, start, text[start:end]
    if kind == 2:
        # a piece of another program, of whole lines
        lines = chance.choice(seeds()).splitlines(keepends=True)
        first = chance.randrange(len(lines))
        at = text.rfind("\n", 0, start) + 1
        return at, at, "".join(lines[first : first + chance.randrange(1, 12)])
    if kind == 3:
        # a line goes, or moves in
        at, stop = text.rfind("\n", 0, start) + 1, (text.find("\n", start) + 1) or len(text)
        return at, stop, chance.choice(("", " " * chance.randrange(9) + text[at:stop].lstrip(" ")))
    if kind == 4:
        return start, end, chance.choice(STRANGE) * chance.choice((1, 1, 2, 30))
    if kind == 5:
        return start, end, chr(chance.randrange(32, 127))
    if kind == 6:
        word = chance.choice(text.split() or ["x"])
        return start, start, f" {word} "
    return start, end, chance.choice(STRANGE)


def apply(text: str, edit: tuple[int, int, str]) -> str:
    start, end, new = edit
    return text[:start] + new + text[end:]


def deep(chance: random.Random) -> str:
    """Regular texts without measure: nests, chains, repetitions."""
    number = chance.choice((10, 100, 1000, 5000))
    shallow = min(number, 300)
    indents = "".join(f"{' ' * depth}if x:\n" for depth in range(shallow))
    functions = "".join(f"{' ' * depth}def f{depth}(x):\n" for depth in range(shallow))
    classes = "".join(f"class A{one}(A{one - 1}):\n    x = A{one - 1}.x\n" for one in range(1, number))
    bodies = (
        "(" * number,
        "[" * number + "]" * number,
        "f(" * number + ")" * number,
        "x" + ".x" * number,
        "x" + "()" * number,
        "x" + "[0]" * number,
        "-" * number + "x",
        "not " * number + "x",
        "x + " * number + "x",
        "x if x else " * number + "x",
        "lambda: " * number + "x",
        "x = " * number + "torch.zeros(3)",
        "nn.Sequential(" * number + "nn.ReLU()" + ")" * number,
        "torch.relu(" * number + "x" + ")" * number,
        "x = torch.zeros(3)" + ".view(1)" * number,
        "[x for x in " * shallow + "x" + "]" * shallow,
        "{**" * number + "{}" + "}" * number,
        indents + " " * shallow + "torch.cat([])\n",
        functions + " " * shallow + "return torch.cat([])\n",
        "class A0: x = torch.zeros(1)\n" + classes,
        "x = torch.zeros(3)\n" + "x = x.view(1)\n" * number,
        "".join(f"x{one} = x{one + 1}\n" for one in range(number)),
        "".join(f"def f{one}(x): return f{one + 1}(x)\n" for one in range(number)),
        "for x in x:\n    x = x.y = x\n" * number,
        "f'{" * shallow + "x" + "}'" * shallow,
        "'" + "\\" * number,
        "import torch as " + "a" * number + "\n",
        "from torch import (" + "cat, " * number + ")\n",
        "x: " + "list[" * number + "int" + "]" * number,
        "@f\n" * number + "def f(): pass\n",
        "try:\n    x\nexcept E:\n    x\n" * number,
        "match x:\n" + "    case [1, x]:\n        torch.cat([])\n" * number,
        "#" * number + "\n" * number,
    )
    return "import torch\nfrom torch import nn\n" + chance.choice(bodies) + "\n"
