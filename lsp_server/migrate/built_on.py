"""Packages that build on a framework: what they give is of that framework, whatever the file around it becomes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.inference import sites
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import migration as messages
from lsp_server.migrate.plan import Reason

COUNTERPARTS: dict[Framework, dict[str, str]] = {
    "torch": {
        "accelerate": "mindspore.communication",
        "apex": "mindspore.amp",
        "bitsandbytes": "",
        "deepspeed": "mindformers",
        "detectron2": "",
        "diffusers": "mindone.diffusers",
        "efficientnet_pytorch": "mindcv",
        "einops": "",
        "fairseq": "",
        "fastai": "",
        "flash_attn": "mindspore.ops.flash_attention_score",
        "ignite": "mindspore.train",
        "kornia": "",
        "lightning": "mindspore.train",
        "lightning_fabric": "mindspore.train",
        "lpips": "",
        "mmcv": "",
        "mmdet": "mindyolo",
        "mmengine": "",
        "monai": "",
        "open_clip": "",
        "peft": "mindnlp.peft",
        "pytorch_lightning": "mindspore.train",
        "pytorch_metric_learning": "",
        "pytorch_msssim": "mindspore.ops",
        "segmentation_models_pytorch": "",
        "sentence_transformers": "",
        "stable_baselines3": "",
        "timm": "mindcv",
        "torch_geometric": "mindspore_gl",
        "torch_scatter": "mindspore.ops",
        "torchaudio": "mindspore.dataset.audio",
        "torchinfo": "",
        "torchmetrics": "mindspore.train",
        "torchsummary": "",
        "torchtext": "mindspore.dataset.text",
        "torchvision": "mindcv",
        "transformers": "mindnlp.transformers",
        "trl": "",
        "ultralytics": "mindyolo",
        "xformers": "",
    },
    "mindspore": {
        "mindaudio": "torchaudio",
        "mindcv": "timm",
        "mindformers": "transformers",
        "mindnlp": "transformers",
        "mindocr": "",
        "mindone": "diffusers",
        "mindspore_gl": "torch_geometric",
        "mindyolo": "ultralytics",
    },
}
"""By framework: what a package is imported as, and what does its work in the other framework, if something does."""
_IMPORTS: dict[Framework, re.Pattern[bytes]] = {
    framework: re.compile(rb"^[ \t]*(?:import|from)[ \t]+%s\b" % framework.encode(), re.MULTILINE)
    for framework in FRAMEWORKS
}


class Import(msgspec.Struct, frozen=True):
    """A name that a file imports from such a package. ``symbol`` is its full name, ``start`` where it stands."""

    start: int
    symbol: str
    reason: Reason


def imports(analysis: Analysis, source: Framework) -> Iterator[Import]:
    """One for each package and statement, in the order of the file."""
    for statement in sites.of_file(analysis, "import"):
        module = statement.child_by_field_name("module_name")
        told: set[str] = set()
        for node in statement.children_by_field_name("name"):
            path = "".join(analysis.text(node.child_by_field_name("name") or node).split())
            symbol = f"{analysis.text(module)}.{path}" if module is not None else path
            package = root_of(symbol)
            is_plain = module is None and node.type != "aliased_import"
            if package in told or (is_plain and package == "torchvision"):
                continue  # what a file reads of it is more than the import says: `kept_imports` has the reason
            if builds_on(analysis, symbol, module or node, source):
                told.add(package)
                yield Import(statement.start_byte, symbol, reason(symbol, source))


def builds_on(analysis: Analysis, symbol: str, module: Node, source: Framework) -> bool:
    """Whether a package is one of those; one that is converted too is none."""
    package = root_of(symbol)
    project = analysis.project
    if (
        not package
        or package in project.along
        or package in sys.stdlib_module_names
        or framework_of(symbol) is not None
    ):
        return False
    path = analysis.path
    if path is not None and project.finder.is_installed(path) and root_of(project.finder.dotted(path)) == package:
        return False
    place = project.find(package, analysis)
    if place is not None and place.path is not None and not project.finder.is_installed(place.path):
        return False  # the user's own, and converted like all of it
    if package in COUNTERPARTS[source]:
        return True
    if place is None or place.path is None:
        return False
    dotted = symbol if module.type == "dotted_name" and symbol == analysis.text(module) else symbol.rpartition(".")[0]
    for name in dict.fromkeys((package, dotted)):
        other = project.module(name, analysis) if name else None
        if other is not None and _IMPORTS[source].search(other.document.data) is not None:
            return True
    return False


def reason(symbol: str, source: Framework) -> Reason:
    package = root_of(symbol)
    other = COUNTERPARTS[source].get(package, "")
    values = (("symbol", symbol), ("package", package), ("framework", source), ("other", other))
    return Reason("TS321", messages.BUILT_ON_WITH_COUNTERPART if other else messages.BUILT_ON, values)
