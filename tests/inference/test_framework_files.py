"""The frameworks' own files: their public names are symbols, what is private is followed in source."""

from __future__ import annotations

import importlib
import sys
import types
from collections import Counter
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.packages import packages_of
from lsp_server.inference.project import Project
from lsp_server.inference.uses import use_at, uses
from lsp_server.inference.values import External, Module, SymbolRef, Unknown
from lsp_server.syntax.document import Document

TREE = {
    "torch/__init__.py": "",
    "torch/nn/__init__.py": "",
    "torch/nn/functional.py": "import torch\nfrom torch import _VF\ndef relu(x): ...\nconv1d = object()\n",
    "torch/nn/modules/__init__.py": "",
    "torch/nn/modules/module.py": "import torch\nclass Module:\n    def __init__(self):\n"
    "        self._kept = torch.zeros(3)\n    def _made(self):\n        return torch.zeros(3)\n",
    "torch/nn/modules/utils.py": "import torch\ndef _zeros():\n    return torch.zeros(3)\n",
    "mindspore/__init__.py": "",
    "mindspore/common/__init__.py": "",
    "mindspore/ops/__init__.py": "",
    "mindspore/nn/__init__.py": "",
    "mindspore/nn/cell.py": "class Cell: ...\n",
    "mindspore/nn/layer/__init__.py": "",
}
LINEAR = "torch/nn/modules/linear.py"
BASIC = "mindspore/nn/layer/basic.py"
DENOTES = {
    "relative import": (LINEAR, "from .module import Module\nMod$0ule", "torch.nn.Module"),
    "relative import of a module": (LINEAR, "from .. import functional as F\nF.re$0lu", "torch.nn.functional.relu"),
    "relative import, in the statement": (LINEAR, "from .module import Mod$0ule", "torch.nn.Module"),
    "import from above": (LINEAR, "from torch import Tensor\nTen$0sor", "torch.Tensor"),
    "its own class": (LINEAR, "class Linear: ...\nLin$0ear", "torch.nn.Linear"),
    "its own class as a base": (LINEAR, "class Linear: ...\nclass X(Lin$0ear): ...", "torch.nn.Linear"),
    "its own function": ("torch/nn/init.py", "def zeros_(x): ...\nzer$0os_", "torch.nn.init.zeros_"),
    "its own function that is assigned": (
        "torch/nn/functional.py",
        "conv1d = f()\nconv$01d",
        "torch.nn.functional.conv1d",
    ),
    "what it hands on": (
        "torch/nn/functional.py",
        "from torch.overrides import has_torch_function_unary\nhas_torch_func$0tion_unary",
        "torch.nn.functional.has_torch_function_unary",
    ),
    "state": (
        LINEAR,
        "class Linear:\n    def f(self):\n        self.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "inherited method": (
        LINEAR,
        "from .module import Module\nclass Linear(Module):\n    def f(self):\n        self.buf$0fers()",
        "torch.nn.Module.buffers",
    ),
    "method of super": (
        LINEAR,
        "from .module import Module\nclass Linear(Module):\n    def f(self):\n        super().buf$0fers()",
        "torch.nn.Module.buffers",
    ),
    "private method": (
        LINEAR,
        "import torch\nclass Linear:\n    def _f(self):\n        return torch.zeros(3)\n"
        "    def forward(self):\n        self._f().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "private method of a public base": (
        LINEAR,
        "from .module import Module\nclass _Own(Module):\n    def f(self):\n        self.named_buf$0fers()",
        "torch.nn.Module.named_buffers",
    ),
    "private method that a public base in another file has": (
        LINEAR,
        "from .module import Module\nclass Linear(Module):\n    def f(self):\n        self._made().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "private attribute that a public base in another file sets": (
        LINEAR,
        "from .module import Module\nclass Linear(Module):\n    def f(self):\n        self._kept.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "private function of another module": (
        LINEAR,
        "from .utils import _zeros\n_zeros().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "argument of forward": (
        LINEAR,
        "from .module import Module\nclass Linear(Module):\n    def forward(self, x):\n        x.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "cell": (BASIC, "from mindspore.nn.cell import Cell\nCe$0ll", "mindspore.nn.Cell"),
    "tensor by its module": (BASIC, "from mindspore.common.tensor import Tensor\nTen$0sor", "mindspore.Tensor"),
    "operations": (BASIC, "from mindspore.ops import operations as P\nP.Ad$0d", "mindspore.ops.Add"),
    "functional": (BASIC, "from mindspore.ops import functional as F\nF.rel$0u", "mindspore.ops.relu"),
}


def tree(folder: Path) -> None:
    for name, text in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", DENOTES)
def test_denotes(tmp_path: Path, name: str) -> None:
    file, text, symbol = DENOTES[name]
    tree(tmp_path)
    before, _, after = text.partition("$0")
    (tmp_path / file).write_text(before + after)
    analysis = Project(shipped()).file(tmp_path / file)
    assert analysis is not None
    found = use_at(analysis, len(before))
    assert found is not None and found.symbol == symbol


def test_a_users_package_of_that_name_is_not_the_framework(tmp_path: Path) -> None:
    (tmp_path / "torch/nn/modules").mkdir(parents=True)
    for name in ("torch", "torch/nn", "torch/nn/modules"):
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / "torch/nn/modules/linear.py").write_text(
        "class Linear: ...\nLinear\nfrom torch.nn import Conv2d\nConv2d"
    )
    analysis = Project(shipped(), (tmp_path,)).file(tmp_path / "torch/nn/modules/linear.py")
    assert analysis is not None
    assert list(uses(analysis)) == []


def _public_modules(framework: Framework) -> dict[str, types.ModuleType]:
    importlib.import_module(framework)
    return {
        name: module
        for name, module in list(sys.modules.items())
        if (name == framework or name.startswith(framework + "."))
        and isinstance(module, types.ModuleType)
        and not any(part.startswith("_") for part in name.split("."))
    }


def _value(name: str) -> object:
    """The object of a full name; None if it has none of its own (numbers are shared by many names)."""
    module, _, rest = name, "", ""
    while module and module not in sys.modules:
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    found: object = sys.modules.get(module)
    for part in rest.split(".") if rest else []:
        found = getattr(found, part, None)
    return None if isinstance(found, (int, float, str, bool, tuple, list, dict)) else found


@pytest.mark.frameworks
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_public_name_of_the_installed_frameworks(framework: Framework) -> None:
    """Wherever a public module holds a known function or class, ``from module import name`` denotes that symbol."""
    catalog = shipped()
    modules = _public_modules(framework)
    symbols: dict[int, list[tuple[str, object]]] = {}
    for name in catalog.names(framework):
        symbol = catalog.symbol(name)
        value = _value(name) if symbol is not None and symbol.kind in ("class", "exception", "function") else None
        if value is not None:
            symbols.setdefault(id(value), []).append((name, value))
    project = Project(catalog, packages=packages_of(sys.executable))
    outcomes: Counter[str] = Counter()
    wrong: list[tuple[str, str]] = []
    for module, contents in sorted(modules.items()):
        known = {
            name: value
            for name, value in vars(contents).items()
            if not name.startswith("_")
            and not isinstance(value, types.ModuleType)
            and any(value is other for _, other in symbols.get(id(value), []))
        }
        text = "".join(f"from {module} import {name} as x{index}\n" for index, name in enumerate(known))
        analysis = Analysis(Document.parse(text), catalog, project)
        for index, (name, value) in enumerate(known.items()):
            fact = analysis.global_fact(f"x{index}")
            denoted = fact.value
            if isinstance(denoted, SymbolRef):
                is_right = _value(denoted.name) is value or denoted.name == f"{module}.{name}"
                outcomes["right" if is_right else "wrong"] += 1
                if not is_right:
                    wrong.append((f"{module}.{name}", denoted.name))
            else:
                outcomes["unknown" if isinstance(denoted, (Unknown, External, Module)) else "followed"] += 1
    assert wrong == []
    assert outcomes["right"] > 4000
    assert outcomes["right"] / sum(outcomes.values()) > 0.97, outcomes
