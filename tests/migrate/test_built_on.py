"""Imports of packages that build on the framework are reported, as they bring it back into what was converted."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.packages import Packages
from lsp_server.inference.project import Project
from lsp_server.migrate.built_on import COUNTERPARTS
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Target


def installed() -> Path:
    found = find_spec("torchvision")
    assert found is not None and found.origin is not None
    return Path(found.origin).parents[1]


def left(folder: Path, text: str, to: str = "mindspore", along: frozenset[str] = frozenset()) -> list[str]:
    path = folder / "model.py"
    path.write_text(text, encoding="utf-8")
    project = Project(shipped(), (folder,), packages=Packages((installed(),)), along=along)
    analysis = project.file(path)
    assert analysis is not None
    target = Target(
        "torch" if to == "torch" else "mindspore", shipped().versions["torch" if to == "torch" else "mindspore"]
    )
    return [one.symbol for one in convert(analysis, target).left if one.reason.code == "TS321"]


@pytest.mark.parametrize(
    ("statement", "symbols"),
    [
        ("from torchvision.models import resnet18, vgg11", ["torchvision.models.resnet18"]),
        ("from torchvision import models", ["torchvision.models"]),
        ("import torchvision\nnetwork = torchvision.models.resnet18()", ["torch"]),
        ("import torchvision.models as models", ["torchvision.models"]),
        ("import timm, numpy", ["timm"]),
        ("from safetensors.torch import load_file", ["safetensors.torch.load_file"]),
    ],
)
def test_an_import_of_such_a_package_is_reported_once(tmp_path: Path, statement: str, symbols: list[str]) -> None:
    assert left(tmp_path, f"import torch\n{statement}\nx = torch.ones(2)\n") == symbols


@pytest.mark.parametrize(
    "statement",
    [
        "import json, numpy, tqdm",
        "from torchvision import transforms",
        "from torchvision.transforms import ToTensor",
        "from . import models",
        "from .torchvision import models",
        "import torch.nn as nn",
    ],
)
def test_others_are_not(tmp_path: Path, statement: str) -> None:
    assert left(tmp_path, f"import torch\n{statement}\nx = torch.ones(2)\n") == []


def test_the_users_own_package_of_that_name_is_not(tmp_path: Path) -> None:
    (tmp_path / "timm.py").write_text("import torch\n", encoding="utf-8")
    assert left(tmp_path, "import timm\n") == []


def test_one_that_is_converted_too_is_not(tmp_path: Path) -> None:
    text = "from torchvision.models import resnet18\nimport timm\n"
    assert left(tmp_path, text, along=frozenset({"torchvision"})) == ["timm"]


def test_on_the_way_back_those_of_the_other_framework(tmp_path: Path) -> None:
    text = "import mindspore\nimport timm\nfrom mindcv.models import create_model\n"
    assert left(tmp_path, text, "torch") == ["mindcv.models.create_model"]


def test_one_that_nobody_knows_is_found_by_what_it_imports(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    (site / "layers_of_mine").mkdir(parents=True)
    (site / "layers_of_mine" / "__init__.py").write_text("from torch import nn\n\n\nclass A(nn.Module): ...\n")
    path = tmp_path / "work" / "model.py"
    path.parent.mkdir()
    path.write_text("from layers_of_mine import A\n", encoding="utf-8")
    project = Project(shipped(), (path.parent,), packages=Packages((site,)))
    analysis = project.file(path)
    assert analysis is not None
    done = convert(analysis, Target("mindspore", shipped().versions["mindspore"]))
    assert [(one.symbol, one.reason.code) for one in done.left] == [("layers_of_mine.A", "TS321")]


def test_counterparts_are_none_of_the_packages_themselves() -> None:
    for packages in COUNTERPARTS.values():
        assert not {other.partition(".")[0] for other in packages.values()} & set(packages)
