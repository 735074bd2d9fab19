"""timm's models from their source, against the modules that it makes: a small variant of many families."""

from __future__ import annotations

import importlib.util

import pytest

from . import installed, truth

pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.skipif(importlib.util.find_spec("timm") is None, reason="timm is not installed"),
]
EXACT = ("beit_base_patch16_224", "cait_xxs24_224", "convnext_atto", "crossvit_tiny_240", "deit_tiny_patch16_224",
    "densenet121", "dpn68", "edgenext_small", "efficientnet_b0", "fastvit_t8", "ghostnet_050", "halonet26t",
    "inception_v3", "levit_128s", "mobilenetv3_small_050", "nf_regnet_b0", "poolformer_s12", "pvt_v2_b0",
    "qwen3_vit_88m", "res2net50_14w_8s", "resnet18", "resnest14d", "rexnet_100", "swiftformer_xs", "tresnet_m",
    "vgg11", "vit_tiny_patch16_224", "xcit_nano_12_p8_224")  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_exact(name: str) -> None:
    installed.prepare()
    real = truth.real(installed.make("timm", name))
    file, call = installed.place("timm", name)
    state = installed.evaluated("timm", file, call)
    assert truth.rows(state) == real
    assert state is not None and state.complete


def test_names_and_kinds_are_exact_where_a_shape_is_computed() -> None:
    installed.prepare()
    real = truth.real(installed.make("timm", "swin_s3_tiny_224"))
    state = installed.evaluated("timm", *installed.place("timm", "swin_s3_tiny_224"))
    assert state is not None and not state.complete
    ours = truth.rows(state)
    assert [(row.name, row.kind, row.persistent) for row in ours] == [
        (row.name, row.kind, row.persistent) for row in real
    ]
    assert all(row.shape in (None, other.shape) for row, other in zip(ours, real, strict=True))


def test_what_is_not_followed_is_said_to_be_incomplete() -> None:
    installed.prepare()
    real = truth.real(installed.make("timm", "mobilevit_xxs"))
    state = installed.evaluated("timm", *installed.place("timm", "mobilevit_xxs"))
    assert state is not None and not state.complete
    assert {(row.name, row.kind) for row in truth.rows(state)} <= {(row.name, row.kind) for row in real}
