"""Names that torch's documentation gives to parameters and torch does not take."""

from __future__ import annotations

from operator import attrgetter

import pytest

from lsp_server.catalog.model import Parameter, Signature

A, N, OUT = Parameter("A"), Parameter("n"), Parameter("out", "keyword", "None")


def kinds(name: str, *parameters: Parameter) -> list[str]:
    import torch

    from lsp_server.verify.inventory import keywords

    (signature,) = keywords.checked(attrgetter(name)(torch), (Signature(parameters),))
    return [parameter.kind for parameter in signature.parameters]


@pytest.mark.frameworks
def test_what_is_no_keyword_and_what_stands_before_it_goes_by_place() -> None:
    assert kinds("linalg.matrix_power", A, N, OUT) == ["positional", "standard", "keyword"]
    assert kinds("linalg.inv", A, OUT) == ["standard", "keyword"]  # there A is one
    assert kinds("broadcast_to", Parameter("input"), Parameter("shape")) == ["positional", "positional"]
    assert kinds("Tensor.mul", Parameter("value")) == ["positional"]


@pytest.mark.frameworks
def test_what_only_has_the_name_of_an_operator_is_left_alone() -> None:
    assert kinds("UntypedStorage.copy_", Parameter("source")) == ["standard"]
    assert kinds("nn.functional.interpolate", Parameter("anything")) == ["standard"]
    assert kinds("linalg.vector_norm", Parameter("x")) == ["standard"]  # as NumPy calls it
