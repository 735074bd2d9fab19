"""The two forms of a norm keep the same tensors under the names that we say: torch loads one's state into the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")
from torch import nn  # noqa: E402  torch must be there
from torch.nn.utils import parametrizations  # noqa: E402  the same

from lsp_server.state.renamed import as_loaded, made_from, other_name  # noqa: E402  the same

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore::FutureWarning")]

FORMS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "weight_norm": (nn.utils.weight_norm, parametrizations.weight_norm),
    "spectral_norm": (nn.utils.spectral_norm, parametrizations.spectral_norm),
}
LAYERS: dict[str, tuple[Callable[[], Any], str, tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(3, 4), "weight", (2, 3)),
    "convolution": (lambda: nn.Conv2d(3, 4, 3), "weight", (1, 3, 5, 5)),
    "transposed": (lambda: nn.ConvTranspose1d(3, 4, 3), "weight", (1, 3, 5)),
    "bilinear": (lambda: nn.Sequential(nn.Linear(3, 4)), "0.weight", (2, 3)),
}


def made(form: Callable[..., Any], layer: str) -> Any:
    make, path, _ = LAYERS[layer]
    net = make()
    owner, _, name = path.rpartition(".")
    form(net.get_submodule(owner), name)
    return net.eval()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("norm", FORMS)
@pytest.mark.parametrize("way", [(0, 1), (1, 0)], ids=["old to new", "new to old"])
def test_renamed_state_loads_and_computes_the_same(norm: str, layer: str, way: tuple[int, int]) -> None:
    source, target = (made(FORMS[norm][side], layer) for side in way)
    given, wanted = source.state_dict(), target.state_dict()
    renamed = {other_name(name, wanted) or name: value for name, value in given.items()}
    assert set(renamed) == set(wanted)
    target.load_state_dict(renamed)
    x = torch.randn(LAYERS[layer][2])
    torch.testing.assert_close(target(x), source(x))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("norm", FORMS)
@pytest.mark.parametrize("way", [(0, 1), (1, 0)], ids=["old to new", "new to old"])
def test_which_form_takes_the_other(norm: str, layer: str, way: tuple[int, int]) -> None:
    source, target = (made(FORMS[norm][side], layer) for side in way)
    given, wanted = source.state_dict(), target.state_dict()
    takes = set(as_loaded(given, wanted).values()) == set(wanted)
    if takes:
        target.load_state_dict(given)
    else:
        with pytest.raises(RuntimeError, match="Missing key"):
            target.load_state_dict(given)
    assert takes == (norm == "weight_norm" and way == (0, 1))


def test_half_of_the_old_names_is_not_taken() -> None:
    target = parametrizations.weight_norm(nn.Linear(2, 2))
    given = {"bias": torch.ones(2), "weight_g": torch.ones(2, 1)}
    assert as_loaded(given, target.state_dict()) == {name: name for name in given}
    assert target.load_state_dict(given, strict=False).unexpected_keys == ["weight_g"]


@pytest.mark.parametrize("norm", FORMS)
@pytest.mark.parametrize("side", [0, 1], ids=["old", "new"])
def test_the_weight_itself_is_in_neither(norm: str, side: int) -> None:
    names = made(FORMS[norm][side], "bilinear").state_dict()
    assert "0.weight" not in names
    origins = made_from("0.weight", names)
    assert origins and set(origins) <= set(names)
    assert made_from("0.bias", names) == [] == made_from("0.other", names)
