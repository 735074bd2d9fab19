"""``convert --with PACKAGE``: which modules of a package the code needs, and that they run without the framework."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from lsp_server.cli import weights
from lsp_server.cli.convert import command
from lsp_server.migrate.project.along import taken

PACKAGE = {
    "__init__": """\
        import torch
        from . import compiled, layers
        from .models import *
        from .version import __version__
        SEEN = {}
        """,
    "compiled": "import torch\ntorch.ops.load_library('x.so')\n",
    "version": "__version__ = '1'\n",
    "constants": "MEAN = 0.5\n",
    "helpers": """\
        def used():
            from .late import something
            return inner()

        def inner():
            from .inner import something

        def unused():
            from .never import something

        def marked(f):
            from .at_import import something
            return f

        @marked
        def decorated(): ...
        """,
    **dict.fromkeys(("late", "inner", "never", "at_import"), "something = 1\n"),
    "layers.__init__": "from .norm import Norm, Other\nfrom .drop import Drop as Dropout\nfrom .conv import *\n",
    "layers.norm": "from ..constants import MEAN\nclass Norm: ...\nclass Other: ...\n",
    "layers.drop": "class Drop: ...\n",
    "layers.conv": "__all__ = ['Conv']\nfrom .norm import Norm\nclass Conv(Norm): ...\n",
    "models.__init__": "from .small import *\nfrom .large import *\n",
    "models.small": "from ..layers import Norm\nfrom ..helpers import used\n@register\ndef small(): ...\n",
    "models.large": "from .small import small\nfrom ..layers import Dropout\n@register\ndef large(): ...\n",
}


def package(folder: Path) -> Path:
    for name, text in PACKAGE.items():
        path = folder.joinpath("package", *name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder / "package"


SMALL = {
    "helpers",
    "late",
    "inner",
    "at_import",
    "layers.__init__",
    "layers.norm",
    "constants",
    "models.__init__",
    "models.small",
}


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("from package.models import small", SMALL),
        ("from package.models.small import small", SMALL),
        ("import package\npackage.small()", SMALL),
        ("import package as p\np.models.small()", SMALL),
        ("from package import models\nmodels.small()", SMALL),
        ("def f():\n    from package import small", SMALL),
        ("from package import models\nmodels.make('small')", SMALL),
        ("from package.models import large", {*SMALL, "models.large", "layers.drop"}),
        ("from package import models\nmodels.__dict__[name]()", {*SMALL, "models.large", "layers.drop"}),
        ("from package import models\ngetattr(models, name)()", {*SMALL, "models.large", "layers.drop"}),
        ("from package.models import *", {*SMALL, "models.large", "layers.drop"}),
        ("from package.layers import Conv", {"layers.__init__", "layers.conv", "layers.norm", "constants"}),
        ("from package.layers.drop import Drop", {"layers.__init__", "layers.drop"}),
        ("from package.constants import MEAN", {"constants"}),
        ("from package.helpers import unused", {"helpers", "at_import", "never"}),
        ("import package.version", {"version"}),
        ("from package import SEEN", set()),
        ("import package", set()),
    ],
)
def test_modules_that_are_taken(tmp_path: Path, code: str, modules: set[str]) -> None:
    found = taken(package(tmp_path), [code])
    assert {path.removesuffix(".py").replace("/", ".") for path in found} == {"__init__", *modules}


@pytest.mark.parametrize(
    "code", ["import numpy", "from .package import small", "x = 'package'", "from package import ("]
)
def test_code_that_needs_nothing_of_it(tmp_path: Path, code: str) -> None:
    assert taken(package(tmp_path), [code]) == {}


def test_what_only_imports_is_cut_down_to_what_is_asked_for(tmp_path: Path) -> None:
    found = taken(package(tmp_path), ["from package import large", "from package.layers import Dropout, Conv"])
    assert found["__init__.py"] == "from .models.large import large\n"
    assert found["layers/__init__.py"] == (
        "from .conv import Conv\nfrom .drop import Drop as Dropout\nfrom .norm import Norm\n"
    )
    assert found["models/__init__.py"] == ""
    assert found["models/large.py"] == PACKAGE["models.large"]


def test_names_of_companions_are_converted_where_they_are_used() -> None:
    assert taken(installed(), ["from torchvision import transforms\ntransforms.ToTensor()"]) == {}


def installed() -> Path:
    found = find_spec("torchvision")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent


TRANSFER = """\
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import ShuffleNet_V2_X0_5_Weights, shufflenet_v2_x0_5


class Classifier(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.backbone = shufflenet_v2_x0_5(weights=ShuffleNet_V2_X0_5_Weights.DEFAULT)
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        head = nn.Linear(self.backbone.fc.in_features, classes)
        nn.init.constant_(head.weight, 0.01)
        nn.init.zeros_(head.bias)
        self.backbone.fc = head

    def forward(self, x):
        return self.backbone(x)


net = Classifier(3)
optimizer = torch.optim.SGD(net.backbone.fc.parameters(), lr=0.001, momentum=0.9)
x = torch.linspace(-1, 1, 4 * 3 * 32 * 32).reshape(4, 3, 32, 32).sin()
labels = torch.tensor([0, 2, 1, 0])
net.train()
for step in range(4):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), labels)
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
net.eval()
print("output", net(x).sum().item())
"""
WEIGHTS = """\
import torch
from torchvision.models import shufflenet_v2_x0_5

torch.manual_seed(0)
net = shufflenet_v2_x0_5()
net(torch.randn(8, 3, 64, 64))
torch.save(net.state_dict(), "{path}")
"""


def run(code: str, folder: Path, home: Path, forbidden: str = "") -> list[float]:
    """The numbers that a program prints. A framework that is forbidden cannot be imported."""
    path = folder / "program.py"
    path.write_text(code, encoding="utf-8")
    start = (
        "import runpy, sys\n"
        "class Forbidden:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name.partition('.')[0] == sys.argv[2]: raise ImportError(name)\n"
        "sys.meta_path.insert(0, Forbidden())\n"
        "sys.path.insert(0, sys.argv[3])\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, str(path), forbidden, str(folder)],
        env={**os.environ, "TORCH_HOME": str(home), "GLOG_v": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [float(line.split()[-1]) for line in done.stdout.splitlines()]


def test_transfer_learning_with_a_network_of_torchvision(tmp_path: Path) -> None:
    """The network comes along, its weights by `torchspore weights`; MindSpore trains its head as torch does."""
    original, converted, home = tmp_path / "original", tmp_path / "converted", tmp_path / "home"
    checkpoints = home / "hub" / "checkpoints"
    for folder in (original, converted, checkpoints):
        folder.mkdir(parents=True)
    for path, text in taken(installed(), [TRANSFER]).items():
        place = original / "torchvision" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    saved = checkpoints / "shufflenetv2_x0.5-f707e7126e.pth"
    run(WEIGHTS.format(path=saved), original, home)
    expected = run(TRANSFER, original, home)

    builder = f"{original / 'torchvision' / 'models' / 'shufflenetv2.py'}:shufflenet_v2_x0_5()"
    arguments = [str(saved), "--model", builder, "-o", str(saved.with_suffix(".ckpt"))]
    assert CliRunner().invoke(weights.command, arguments).exit_code == 0
    report = tmp_path / "report.json"
    arguments = [str(original / "program.py"), "-o", str(converted / "program.py"), "--with", "torchvision"]
    done = CliRunner().invoke(command, [*arguments, "--training", "--report", str(report)])
    assert done.exit_code == 0, done.output
    assert json.loads(report.read_text())["totals"]["left"] == 0
    assert (converted / "torchvision" / "LICENSE").is_file()
    found = run((converted / "program.py").read_text(), converted, home, forbidden="torch")
    assert len(found) == len(expected) == 5
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert expected[3] < expected[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--with", "torchvision"], "name a place for both with -o"),
        (["-o", "{out}", "--with", "nothing_like_it"], "has no package of that name"),
        (["-o", "{out}", "--with", "torchvision/models"], "has no package of that name"),
        (["-o", "{out}", "--with", "torchvision"], "nothing that is converted imports it"),
    ],
)
def test_what_cannot_be_taken_along_is_refused(tmp_path: Path, arguments: list[str], words: str) -> None:
    path = tmp_path / "program.py"
    path.write_text("import torch\n\nx = torch.ones(2)\n", encoding="utf-8")
    given = [one.format(out=tmp_path / "out.py") for one in arguments]
    done = CliRunner().invoke(command, [str(path), *given])
    assert done.exit_code == 2
    assert words in done.output
    assert not (tmp_path / "out.py").exists()


def test_a_package_of_the_project_itself_is_not_taken_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "project" / "torchvision").mkdir(parents=True)
    (tmp_path / "project" / "torchvision" / "__init__.py").write_text("", encoding="utf-8")
    arguments = [str(tmp_path / "project"), "-o", str(tmp_path / "out"), "--with", "torchvision"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert "the project has a folder of that name" in done.output


def test_packages_that_are_named_from_within_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("outer", "outer/inner"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "outer" / "inner" / "net.py").write_text("from torchvision.ops import Permute\n", encoding="utf-8")
    out = tmp_path / "made" / "outer" / "inner"
    out.parent.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "outer")
    done = CliRunner().invoke(command, ["inner", "-o", str(out), "--with", "torchvision"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "made" / "torchvision" / "ops" / "misc.py").is_file()


def test_it_lies_where_the_imports_of_a_package_start(tmp_path: Path) -> None:
    project = tmp_path / "mine"
    project.mkdir()
    (project / "__init__.py").write_text("", encoding="utf-8")
    (project / "net.py").write_text("from torchvision.ops import Permute\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    for _ in range(2):  # the second time nothing is left to do
        done = CliRunner().invoke(command, [str(project), "-o", str(out / "mine"), "--with", "torchvision"])
        assert done.exit_code == 0, done.output
        assert (out / "torchvision" / "ops" / "misc.py").is_file()
    assert "0 of" in done.output
