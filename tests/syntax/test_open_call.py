"""Which call the cursor stands in, in code as it is while somebody types."""

from __future__ import annotations

import time

import pytest

from lsp_server.syntax.document import Document
from lsp_server.syntax.open_call import open_call


def at(text: str) -> tuple[str, int, str | None] | None:
    before, _, after = text.partition("$0")
    document = Document.parse(before + after)
    found = open_call(document, len(before.encode()))
    if found is None:
        return None
    return document.slice(found.callee_start, found.parenthesis), found.index, found.keyword


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f($0)", ("f", 0, None)),
        ("f(1, $0)", ("f", 1, None)),
        ("f(1, $0", ("f", 1, None)),
        ("f(1, 2$0, 3)", ("f", 1, None)),
        ("a.b.c(x, [1, 2, $0])", ("a.b.c", 1, None)),
        ("f(g(1, 2), $0", ("f", 1, None)),
        ("f(g(1, 2, $0", ("g", 2, None)),
        ("f(g(1, 2)$0)", ("f", 0, None)),
        ("f(1, key=$0)", ("f", 1, "key")),
        ("f(1, key=2, $0)", ("f", 2, None)),
        ("f(1, key=g(x)[$0", ("f", 1, "key")),
        ("make(1).to($0", ("make(1).to", 0, None)),
        ("items[0].view($0", ("items[0].view", 0, None)),
        ('"text, (".join($0', ('"text, (".join', 0, None)),
        ("x = f(\n    1,\n    $0", ("f", 1, None)),
        ("x = f(\n    1,  # a comment, with (\n    $0\n)", ("f", 1, None)),
        ("def g():\n    y = f(1, $0\n\ndef h():\n    return 1\n", ("f", 1, None)),
        ('f("名字", $0', ("f", 1, None)),
        ('f"{g($0)}"', ("g", 0, None)),
        ("f(1)$0", None),
        ("$0f(1)", None),
        ("f$0(1)", None),
        ('f("a, $0")', None),
        ("f(1)  # g($0", None),
        ("(1, $0)", None),
        ("f(\nreturn $0", None),
        ("", None),
    ],
)
def test_the_call_around_the_cursor(text: str, expected: tuple[str, int, str | None] | None) -> None:
    assert at(text) == expected


def test_names_that_are_given_before() -> None:
    document = Document.parse("f(1, a=2, b=3, ")
    found = open_call(document, len(document.data))
    assert found is not None and set(found.used) == {"a", "b"}


def test_every_place_of_broken_code_has_an_answer() -> None:
    text = "import torch.nn as nn\nx = nn.Conv2d(3, f(\"a\", [1, {'k': (2,\n    y.view(-1, **z), *w  # end (\n"
    for end in range(len(text) + 1):
        document = Document.parse(text[:end])
        for offset in range(end + 1):
            open_call(document, offset)


def test_depth_costs_no_more_than_length() -> None:
    """Once each of 4,000 tokens was followed up to the root, at a cost that grew with its depth: minutes."""
    text = "-" * 5000 + "f(x"
    begun = time.process_time()
    found = open_call(Document.parse(text), len(text))
    assert found is not None and found.callee_start == 5000
    assert time.process_time() - begun < 5
