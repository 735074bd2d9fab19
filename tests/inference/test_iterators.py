"""Objects that are their own iterators."""

from __future__ import annotations

from tests.support import use

HEAD = "import torch\nclass Loader:\n    def __iter__(self):\n        return self\n"


def test_an_iterator_gives_what_its_next_gives() -> None:
    found = use(HEAD + "    def __next__(self):\n        return torch.ones(1)\nfor x in Loader():\n    x.$0view(1)\n")
    assert found is not None and found.symbol == "torch.Tensor.view"


def test_one_without_next_gives_nothing() -> None:
    assert use(HEAD + "for x in Loader():\n    x.$0view(1)\n") is None
