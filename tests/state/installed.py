"""torchvision and timm as they are installed: their builders, and the modules that these really make.

torchvision 0.28 belongs to torch 2.13; its compiled operators, which do not load with the CPU build, are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project
from lsp_server.state.evaluator import state_of_expression
from lsp_server.state.model import ModuleState

TIMM = (
    "beit_base_patch16_224", "halonet26t", "mobileone_s0", "cait_xxs24_224", "coat_mini", "convit_tiny",
    "convmixer_768_32", "convnext_atto", "cpubone_nano", "crossvit_tiny_240", "csatv2", "cs3darknet_s",
    "cspnext_tiny", "davit_tiny", "deepseek_vit_412m", "deit_tiny_patch16_224", "densenet264d", "dla34", "dpn68",
    "edgenext_small", "efficientformer_l1", "efficientformerv2_s0", "efficientnet_b0", "efficientvim_m1",
    "efficientvit_b0", "efficientvit_m0", "eva02_tiny_patch14_224", "fasternet_t0", "fastvit_t8",
    "focalnet_tiny_lrf", "gcvit_xxtiny", "gemma4_vit_167m", "ghostnet_050", "hardcorenas_a", "hgnetv2_b0",
    "hiera_tiny_224", "sam2_hiera_tiny", "hrnet_w18_small", "iformer_t", "inception_next_atto",
    "inception_resnet_v2", "inception_v3", "inception_v4", "lcnetv2_small", "levit_384_s8", "lowformer_b0",
    "mambaout_femto", "maxvit_pico_rw_256", "caformer_s18", "gmlp_ti16_224", "mobilenetv3_small_050",
    "mobilenetv5_300m", "mobilevit_xxs", "mvitv2_tiny", "naflexvit_base_patch16_siglip", "nasnetalarge",
    "nest_tiny", "nextvit_small", "nf_regnet_b0", "pit_xs_224", "pnasnet5large", "pvt_v2_b0", "qwen3_vit_88m",
    "rdnet_tiny", "regnetx_004_tv", "repghostnet_050", "repvit_m0_9", "res2net50_26w_4s", "resnest26d",
    "gluon_senet154", "resnetv2_50", "rexnet_100", "selecsls42", "legacy_senet154", "sequencer2d_s",
    "shvit_s1", "skresnet18", "starnet_s050", "swiftformer_xs", "swin_s3_tiny_224", "swinv2_tiny_window8_256",
    "swinv2_cr_tiny_224", "tiny_vit_5m_224", "tnt_s_patch16_224", "tresnet_l", "twins_svt_small", "vgg19",
    "visformer_tiny", "vit_xsmall_patch16_clip_224", "vit_tiny_r_s16_p8_224", "vit_relpos_small_patch16_224",
    "samvit_base_patch16", "vitamin_small_224", "volo_d1_224", "ese_vovnet19b_slim", "xception", "xception41",
    "xcit_nano_12_p8_224",
)  # fmt: skip
"""A small variant of each of timm 1.0.31's families (the files of ``timm.models`` that register architectures)."""


def prepare() -> None:
    """Let torchvision load without its compiled operators."""
    extension = ModuleType("torchvision.extension")
    extension.__dict__.update(
        _has_ops=lambda: False, _assert_has_ops=lambda: None, _check_cuda_version=lambda: -1, _load_library=print
    )
    sys.modules["torchvision.extension"] = extension
    sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")


def root(package: str) -> Path:
    """Where a package is installed."""
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, "install the project's extra 'test'"
    return Path(spec.origin).parents[1]


def torchvision_names() -> list[str]:
    """All builders but the quantized ones."""
    models: Any = importlib.import_module("torchvision.models")
    return [name for name in models.list_models() if not name.startswith("quantized_")]


def timm_names() -> list[str]:
    """The sixty architectures."""
    timm: Any = importlib.import_module("timm")
    known = set(timm.list_models())
    return [name for name in TIMM if name in known]


def builder(package: str, name: str) -> Any:
    """The function that makes a model."""
    if package == "timm":
        importlib.import_module("timm")
        registry: Any = importlib.import_module("timm.models._registry")
        return registry.model_entrypoint(name)
    models: Any = importlib.import_module("torchvision.models")
    return models.get_model_builder(name)


def make(package: str, name: str) -> Any:
    """The module, without its values."""
    torch: Any = importlib.import_module("torch")
    function = builder(package, name)
    keywords: dict[str, Any] = {"pretrained": False} if package == "timm" else {"weights": None}
    if package == "torchvision" and function.__module__.split(".")[2] in ("detection", "segmentation"):
        keywords["weights_backbone"] = None
    try:
        with torch.device("meta"):
            return function(**keywords)
    except (NotImplementedError, RuntimeError):  # it computes with tensors: memory that nobody writes to costs nothing
        init = torch.nn.init
        fillers = [one for one in dir(init) if one.endswith("_") and not one.startswith("_")]
        with ExitStack() as stack:
            for one in fillers:
                stack.enter_context(patch.object(init, one, _untouched))
            return function(**keywords)


def _untouched(tensor: Any, *given: Any, **named: Any) -> Any:
    """Stands for the functions that fill a tensor."""
    return tensor


def place(package: str, name: str) -> tuple[str, str]:
    """The file of a builder, and the call that stands in it."""
    function = builder(package, name)
    given = ""
    if package == "torchvision":
        homes = ("detection", "segmentation")
        given = "weights=None" + (", weights_backbone=None" if function.__module__.split(".")[2] in homes else "")
    return sys.modules[function.__module__].__file__ or "", f"{function.__name__}({given})"


def evaluated(package: str, file: str, call: str) -> ModuleState | None:
    """What we say about the call in its file."""
    analysis = Project(shipped(), (root(package),)).file(Path(file))
    assert analysis is not None
    return state_of_expression(analysis, call)
