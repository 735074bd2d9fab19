"""Names from other files of the workspace: found as Python finds them, and never from memory that no longer holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, use_at, uses
from lsp_server.syntax.document import Document
from tests.support import CURSOR

BLOCK = "import torch\nclass Block(torch.nn.Module):\n    pass\n"
OF_BLOCK = "torch.nn.Module.buffers"
DENOTES: dict[str, tuple[dict[str, str], str]] = {
    "absolute": ({"a.py": BLOCK, "main.py": "from a import Block\nBlock().buf$0fers"}, OF_BLOCK),
    "module": ({"a.py": BLOCK, "main.py": "import a\na.Block().buf$0fers"}, OF_BLOCK),
    "module under another name": ({"a.py": BLOCK, "main.py": "import a as b\nb.Block().buf$0fers"}, OF_BLOCK),
    "package": ({"p/__init__.py": BLOCK, "main.py": "import p\np.Block().buf$0fers"}, OF_BLOCK),
    "one dot": (
        {"p/__init__.py": "", "p/a.py": BLOCK, "p/main.py": "from .a import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "one dot and a module": (
        {"p/__init__.py": "", "p/a.py": BLOCK, "p/main.py": "from . import a\na.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "three dots": (
        {
            "p/__init__.py": "",
            "p/q/__init__.py": "",
            "p/q/r/__init__.py": "",
            "p/a.py": BLOCK,
            "p/q/r/main.py": "from ...a import Block\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "a blank after the dots": (
        {"p/__init__.py": "", "p/a.py": BLOCK, "p/main.py": "from . a import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "relative from an __init__": (
        {"p/__init__.py": "from .a import Block\nBlock().buf$0fers", "p/a.py": BLOCK},
        OF_BLOCK,
    ),
    "handed on": (
        {"p/__init__.py": "from .a import Block as B", "p/a.py": BLOCK, "main.py": "from p import B\nB().buf$0fers"},
        OF_BLOCK,
    ),
    "handed on twice": (
        {
            "p/__init__.py": "from .q import *",
            "p/q/__init__.py": "from .a import *",
            "p/q/a.py": BLOCK,
            "main.py": "from p import Block\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "module handed on": (
        {"p/__init__.py": "from . import a", "p/a.py": BLOCK, "main.py": "import p\np.a.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "module handed on by its package's name": (
        {"p/__init__.py": "from p import a", "p/a.py": BLOCK, "main.py": "import p\np.a.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "framework handed on": (
        {"common.py": "import torch.nn.functional as F", "main.py": "from common import F\nF.re$0lu"},
        "torch.nn.functional.relu",
    ),
    "framework handed on by a star": (
        {"common.py": "import torch\nfrom torch import nn", "main.py": "from common import *\nnn.Lin$0ear"},
        "torch.nn.Linear",
    ),
    "full name of a module": (
        {"p/__init__.py": "", "p/a.py": BLOCK, "main.py": "import p.a\np.a.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "full name of a module, handed on": (
        {"p/__init__.py": "", "p/a.py": BLOCK, "x.py": "import p.a", "main.py": "import x\nx.p.a.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "two modules of one package": (
        {
            "p/__init__.py": "",
            "p/a.py": BLOCK,
            "p/b.py": "",
            "main.py": "import p.a\nimport p.b\np.a.Block().buf$0fers",
        },
        OF_BLOCK,
    ),
    "namespace package": ({"n/a.py": BLOCK, "main.py": "from n.a import Block\nBlock().buf$0fers"}, OF_BLOCK),
    "namespace package by its full name": ({"n/a.py": BLOCK, "main.py": "import n.a\nn.a.Block().buf$0fers"}, OF_BLOCK),
    "module of a namespace package": (
        {"n/m/a.py": BLOCK, "main.py": "from n.m import a\na.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "src": (
        {"src/p/__init__.py": BLOCK, "tests/main.py": "from p import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "beside a script": (
        {"tools/a.py": BLOCK, "tools/main.py": "from a import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "from the root for a script below it": (
        {"p/__init__.py": BLOCK, "tools/main.py": "from p import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "conditional import": (
        {
            "a.py": BLOCK,
            "main.py": "try:\n    from a import Block\nexcept ImportError:\n    Block = None\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "fallback that does not exist": (
        {
            "a.py": BLOCK,
            "main.py": "try:\n    from fast_a import Block\nexcept ImportError:\n    from a import Block\n"
            "Block().buf$0fers",
        },
        OF_BLOCK,
    ),
    "package before module": (
        {"a.py": "Block = 1", "a/__init__.py": BLOCK, "main.py": "from a import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "source before stub": (
        {"a.py": BLOCK, "a.pyi": "class Block: ...", "main.py": "from a import Block\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "stub of compiled code": (
        {
            "a.pyi": "import torch\ndef f() -> torch.Tensor: ...\n",
            "a.so": "",
            "main.py": "from a import f\nf().vi$0ew(1)",
        },
        "torch.Tensor.view",
    ),
    "__all__ with a private name": (
        {"a.py": BLOCK + "_B = Block\n__all__ = ['_B']", "main.py": "from a import *\n_B().buf$0fers"},
        OF_BLOCK,
    ),
    "__all__ that grows": (
        {
            "a.py": BLOCK + "__all__ = []\n__all__ += ['x']\n__all__.extend(('Block',))",
            "main.py": "from a import *\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "__all__ of another module": (
        {
            "p/__init__.py": "from . import a\nfrom .a import *\n__all__ = a.__all__ + ['x']",
            "p/a.py": BLOCK + "__all__ = ['Block']",
            "main.py": "from p import *\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "__all__ that names a module": (
        {"p/__init__.py": "__all__ = ['a']", "p/a.py": BLOCK, "main.py": "from p import *\na.Block().buf$0fers"},
        OF_BLOCK,
    ),
    "the last star": (
        {"a.py": "Block = 1", "b.py": BLOCK, "main.py": "from a import *\nfrom b import *\nBlock().buf$0fers"},
        OF_BLOCK,
    ),
    "a star after the use": (
        {"b.py": "Block = 1", "main.py": BLOCK + "Block().buf$0fers\nfrom b import *\n"},
        OF_BLOCK,
    ),
    "files that import each other": (
        {
            "a.py": "import b\nclass A:\n    def f(self):\n        return b.B()",
            "b.py": BLOCK + "import a\nclass B(Block):\n    def g(self):\n        return a.A()",
            "main.py": "import a\na.A().f().g().f().buf$0fers",
        },
        OF_BLOCK,
    ),
    "stars that import each other": (
        {
            "a.py": "from b import *\n" + BLOCK,
            "b.py": "from a import *",
            "main.py": "from b import *\nBlock().buf$0fers",
        },
        OF_BLOCK,
    ),
    "a name that a package and its module share": (
        {
            "p/__init__.py": "from .block import block",
            "p/block.py": BLOCK + "def block():\n    return Block()",
            "main.py": "import p\np.block().buf$0fers",
        },
        OF_BLOCK,
    ),
    "a package's file named as the framework": (
        {"p/__init__.py": "", "p/torch.py": "x = 1", "p/main.py": "import torch\ntorch.c$0at"},
        "torch.cat",
    ),
    "a folder named as the framework": ({"torch/data.txt": "", "main.py": "import torch\ntorch.c$0at"}, "torch.cat"),
    "own file named nn": ({"nn.py": "x = 1", "main.py": "import torch.nn as nn\nnn.Lin$0ear"}, "torch.nn.Linear"),
    "members of an own module named as the framework": (
        {"torch.py": "from mindspore import nn", "main.py": "import torch\ntorch.nn.Ce$0ll"},
        "mindspore.nn.Cell",
    ),
}


def made(folder: Path, files: dict[str, str]) -> tuple[Analysis, int]:
    """Writes the files; the analysis of the one with the cursor, and where that is."""
    found: tuple[Path, str] | None = None
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(CURSOR, ""), encoding="utf-8")
        found = (path, text) if CURSOR in text else found
    assert found is not None
    analysis = Project(shipped(), (folder,)).file(found[0])
    assert analysis is not None
    return analysis, len(found[1].partition(CURSOR)[0].encode())


def use(folder: Path, files: dict[str, str]) -> Use | None:
    return use_at(*made(folder, files))


@pytest.mark.parametrize("name", DENOTES)
def test_denotes(tmp_path: Path, name: str) -> None:
    files, symbol = DENOTES[name]
    found = use(tmp_path, files)
    assert found is not None and found.symbol == symbol
    assert found.certainty == "certain" or "fallback" in name


NOTHING: dict[str, dict[str, str]] = {
    "name that is not there": {"a.py": BLOCK, "main.py": "from a import Blok\nBlok().buf$0fers"},
    "too many dots": {"a.py": BLOCK, "main.py": "from ....................a import Block\nBlock().buf$0fers"},
    "private name of a star": {"a.py": BLOCK + "_B = Block", "main.py": "from a import *\n_B().buf$0fers"},
    "function that __all__ leaves out": {
        "a.py": BLOCK + "__all__ = ['other']\ndef f() -> Block: ...", "main.py": "from a import *\nf().buf$0fers",
    },
    "name that __all__ leaves out": {
        "a.py": BLOCK + "__all__ = ['other']", "main.py": "from a import *\nBlock().buf$0fers",
    },
    "star that hides an earlier one": {
        "a.py": "Block = input()", "b.py": BLOCK, "main.py": "from b import *\nfrom a import *\nBlock().buf$0fers",
    },
    "star that hides a framework's": {
        "a.py": "def relu(x): ...", "main.py": "from torch.nn.functional import *\nfrom a import *\nre$0lu",
    },
    "star that hides a name": {
        "a.py": "F = input()", "main.py": "import torch.nn.functional as F\nfrom a import *\nF.re$0lu",
    },
    "star that hides a name of a function": {
        "a.py": "F = input()",
        "main.py": "import torch.nn.functional as F\nfrom a import *\ndef f():\n    F.re$0lu",
    },
    "made up by __getattr__": {
        "p/__init__.py": "def __getattr__(name): ...", "p/a.py": BLOCK,
        "main.py": "from p import Block\nBlock().buf$0fers",
    },
    "own torch.py": {"torch.py": "def cat(x): ...", "main.py": "import torch\ntorch.c$0at"},
    "own torch.py, from import": {"torch.py": "def cat(x): ...", "main.py": "from torch import cat\nc$0at"},
    "own torch.py, submodule": {"torch.py": "", "main.py": "import torch.nn as nn\nnn.Lin$0ear"},
    "own torch.py, from a submodule": {"torch.py": "", "main.py": "from torch.nn import Linear\nLin$0ear"},
    "own torch.py, star": {"torch.py": "", "main.py": "from torch import *\nc$0at"},
    "own torch.py, in the import": {"torch.py": "", "main.py": "from torch import c$0at"},
    "own torch.py, name of the module": {"torch.py": "", "main.py": "import torch\nt$0orch"},
    "own package torch": {"torch/__init__.py": "def cat(x): ...", "main.py": "import torch\ntorch.c$0at"},
    "own mindspore.py": {"mindspore.py": "", "main.py": "import mindspore as ms\nms.Ten$0sor"},
    "own torch.py at the root": {"torch.py": "", "tools/main.py": "import torch\ntorch.c$0at"},
    "package's module before the framework's name": {
        "p/__init__.py": "", "p/nn.py": "def Linear(): ...", "p/main.py": "from . import nn\nnn.Lin$0ear",
    },
    "files that import the same name from each other": {
        "a.py": "from b import X", "b.py": "from a import X", "main.py": "from a import X\nX.buf$0fers",
    },
    "stars that import each other": {
        "a.py": "from b import *", "b.py": "from c import *", "c.py": "from a import *\nfrom b import *",
        "main.py": "from a import *\nX.buf$0fers",
    },
    "itself": {"main.py": "from main import X\nX.buf$0fers"},
    "itself by a star": {"main.py": "from main import *\nX.buf$0fers"},
    "compiled code": {"a.so": "", "src/a.py": BLOCK, "main.py": "from a import Block\nBlock().buf$0fers"},
    "module without the rest": {
        "p.py": BLOCK, "src/p/a.py": BLOCK, "main.py": "from p.a import Block\nBlock().buf$0fers",
    },
    "another case": {"Utils.py": BLOCK, "main.py": "from utils import Block\nBlock().buf$0fers"},
    "not text": {"a.py": BLOCK + "\0", "main.py": "from a import Block\nBlock().buf$0fers"},
    "name longer than a file's": {"main.py": f"from {'a' * 5000} import Block\nBlock().buf$0fers"},
    "name with more parts than a path": {"main.py": f"from {'a.' * 3000}a import Block\nBlock().buf$0fers"},
    "a module's file that is a folder": {"a.py/x.txt": "", "main.py": "from a import Block\nBlock().buf$0fers"},
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_denotes_nothing(tmp_path: Path, name: str) -> None:
    assert use(tmp_path, NOTHING[name]) is None


LIKELY: dict[str, dict[str, str]] = {
    "a star after the name": {"b.py": BLOCK, "main.py": "def Block(): ...\nfrom b import *\nBlock().buf$0fers"},
    "beside a file of a package": {
        "p/__init__.py": "", "p/a.py": BLOCK, "p/main.py": "from a import Block\nBlock().buf$0fers",
    },
    "after a star of an unknown module": {"main.py": "import torch\nfrom unknown_thing import *\ntorch.c$0at"},
    "before a star of an unknown module": {"main.py": "from torch import *\nfrom unknown_thing import *\nc$0at"},
    "__all__ that leaves out what a decorator may add": {
        "a.py": "from reg import register\n" + BLOCK + "__all__ = ['other']\n@register\ndef f() -> Block: ...",
        "main.py": "from a import *\nf().buf$0fers",
    },
    "__all__ that is not understood": {
        "a.py": BLOCK + "__all__ = [n for n in dir()]", "main.py": "from a import *\nBlock().buf$0fers",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", LIKELY)
def test_only_likely(tmp_path: Path, name: str) -> None:
    found = use(tmp_path, LIKELY[name])
    assert found is not None and found.certainty == "likely"


def test_stars_of_the_standard_library_are_no_doubt(tmp_path: Path) -> None:
    found = use(tmp_path, {"main.py": "import torch\nfrom math import *\ntorch.c$0at"})
    assert found is not None and found.certainty == "certain"


def test_modules_are_seen_from_the_file_that_imports_them(tmp_path: Path) -> None:
    """`helpers` is another file for `b` than for `main`."""
    files = {
        "x/helpers.py": BLOCK, "x/b.py": "import helpers", "helpers.py": "",
        "main.py": "import sys\nfrom x.b import helpers\nhelpers.Block().buf$0fers",
    }  # fmt: skip
    assert use(tmp_path, files) is not None


def test_several_roots(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a.py").write_text(BLOCK)
    text = "from a import Block\nBlock().buffers"
    project = Project(shipped(), (tmp_path / "one", tmp_path / "two"))
    analysis = Analysis(Document.parse(text), shipped(), project, tmp_path / "one" / "main.py")
    assert [one.symbol for one in uses(analysis)] == [OF_BLOCK]
    untitled = Analysis(Document.parse(text), shipped(), project)
    assert [one.symbol for one in uses(untitled)] == [OF_BLOCK]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_that_lead_in_circles(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "q").symlink_to(tmp_path / "p", target_is_directory=True)
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "p" / "a.py").write_text(BLOCK)
    text = "from loop import X\nfrom p.q.q.q.q.a import Block\nX.buf$0fers\nBlock().buffers"
    analysis, offset = made(tmp_path, {"main.py": text})
    assert use_at(analysis, offset) is None
    assert [one.symbol for one in uses(analysis)] == [OF_BLOCK]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert use(tmp_path, {"main.py": "from a import Block\nBlock().buf$0fers"}) is None


def test_stars_of_many_modules_that_import_each_other_are_bounded(tmp_path: Path) -> None:
    stars = "".join(f"from m{index} import *\n" for index in range(60))
    files = {f"m{index}.py": stars for index in range(60)}
    assert use(tmp_path, files | {"main.py": stars + "X.buf$0fers"}) is None
