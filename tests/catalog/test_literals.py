"""Values worked out on paper, against Python's own decimal arithmetic."""

from __future__ import annotations

import pytest

from lsp_server.catalog.literals import fold, is_atom, same


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [("1 - {value}", "0.1", "0.9"), ("1 - {value}", "0.9", "0.1"), ("1 - {value}", "1e-3", "0.999"),
     ("{value} * 2", "3", "6"), ("1 - {value}", "m", None), ("1 - {value}", "0.1 + x", None),
     ("f({value})", "1", None), ("float({value})", "1", "1.0"), ("float({value})", "1e-3", "1e-3"),
     ("1 / {value}", "0", None), ("not {value}", "True", "False"), ("not {value}", "x", None),
     ("{value} == 'U'", '"U"', "True"), ("{value} == 'U'", "'L'", "False"), ("g(not {value})", "True", None)],
)  # fmt: skip
def test_fold(template: str, value: str, expected: str | None) -> None:
    assert fold(template, value) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("1e-05", "0.00001", True), ("'a'", '"a"', True), ("1", "1.0", True), ("1", "True", False), ("None", "None", True),
     ("x", "x", True), ("x", "y", False), ("(1, 2)", "(1,2)", True)],
)  # fmt: skip
def test_same(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected


def test_atoms() -> None:
    assert is_atom("f(x)") and is_atom("x.y") and not is_atom("x + y") and not is_atom("-x")
