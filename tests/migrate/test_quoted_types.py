"""Types in quotes that are arguments: of ``cast`` and of ``TypeVar``."""

from __future__ import annotations

import pytest

from tests.support import converted_file

HEAD = "import typing\nfrom typing import TypeVar, cast\n\nimport torch\n\n"
AFTER = "import typing\nfrom typing import TypeVar, cast\n\nfrom mindspore import Tensor\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('x = typing.cast("torch.Tensor", y)\n', 'x = typing.cast("Tensor", y)\n'),
        ('x = cast("list[torch.Tensor] | None", y)\n', 'x = cast("list[Tensor] | None", y)\n'),
        ('T = TypeVar("T", bound="torch.Tensor")\n', 'T = TypeVar("T", bound="Tensor")\n'),
    ],
)
def test_they_are_converted(before: str, after: str) -> None:
    assert converted_file(HEAD + before, "mindspore") == AFTER + after


@pytest.mark.parametrize(
    "text", ['x = cast("str", "torch.Tensor")\n', 'x = show("torch.Tensor", y)\n', 'x = f(bound="torch.Tensor")\n']
)
def test_plain_texts_stay(text: str) -> None:
    assert converted_file(HEAD + text, "mindspore").endswith(text)
