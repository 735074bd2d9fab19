"""Models as people write them: torchvision's source, against the modules that it makes.

torchvision 0.28 belongs to torch 2.13; its compiled operators, which do not load with the CPU build, are left out.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project
from lsp_server.state.evaluator import state_of_expression

from . import truth

pytestmark = pytest.mark.frameworks
SPEC = importlib.util.find_spec("torchvision")
assert SPEC is not None and SPEC.origin is not None, "install the project's extra 'test'"
ROOT = Path(SPEC.origin).parents[1]
MODELS = ("alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "inception_v3", "mnasnet0_5",
    "mobilenet_v2", "mobilenet_v3_small", "mvit_v1_b", "mvit_v2_s", "raft_small", "regnet_x_1_6gf", "resnet18",
    "resnet50", "shufflenet_v2_x1_0", "squeezenet1_0", "swin_t", "vgg11_bn", "vit_b_16")  # fmt: skip
DETECTORS = ("ssd300_vgg16", "ssdlite320_mobilenet_v3_large")
"""They run their backbone when they are made."""


@pytest.fixture(scope="module")
def builders() -> Any:
    extension = ModuleType("torchvision.extension")
    extension.__dict__.update(
        _has_ops=lambda: False, _assert_has_ops=lambda: None, _check_cuda_version=lambda: -1, _load_library=print
    )
    sys.modules["torchvision.extension"] = extension
    sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")
    return importlib.import_module("torchvision.models")


def both(builders: Any, name: str, **given: None) -> tuple[list[truth.Row], list[truth.Row], bool]:
    builder = builders.get_model_builder(name)
    with torch.device("cpu" if name.startswith("regnet") else "meta"):  # it reads numbers out of tensors
        real = truth.real(builder(weights=None, **given))
    catalog = shipped()
    analysis = Project(catalog, (ROOT,)).file(Path(sys.modules[builder.__module__].__file__ or ""))
    assert analysis is not None
    state = state_of_expression(analysis, f"{builder.__name__}({', '.join(f'{key}=None' for key in given)})")
    assert state is not None
    return truth.rows(state), real, state.complete


@pytest.mark.parametrize("name", MODELS)
def test_exact(builders: Any, name: str) -> None:
    ours, real, complete = both(builders, name)
    assert ours == real
    assert complete


@pytest.mark.parametrize("name", DETECTORS)
def test_what_runs_its_backbone_is_exact(builders: Any, name: str) -> None:
    ours, real, complete = both(builders, name, weights_backbone=None)
    assert ours == real
    assert complete
