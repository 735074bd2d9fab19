"""Loads torchvision's compiled operators beside a build of torch without CUDA.

Its wheel on PyPI is linked against CUDA's runtime and torch's CUDA libraries, also for what runs on the CPU. Where
these are missing, libraries of their names are made by the C compiler, whose functions do nothing: no operator that
runs on the CPU calls them.
"""

from __future__ import annotations

import ctypes
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_OBJECT = "_ZN3c104cuda20CUDACachingAllocator9allocatorE"
"""The one name among the missing that is a variable."""
_RUNTIME = re.compile(r"libcudart\.so\.\d+")


@cache
def load() -> bool:
    """Whether ``torch.ops.torchvision`` has its operators now. They are loaded once in a process."""
    import torch

    spec = importlib.util.find_spec("torchvision")
    places = spec.submodule_search_locations if spec is not None else None
    library = Path(next(iter(places))) / "_C.so" if places else None
    if library is None or not library.exists():
        return False
    try:
        torch.ops.load_library(str(library))
    except OSError:
        if shutil.which("cc") is None or shutil.which("nm") is None:
            return False
        _stand_in(library)
        torch.ops.load_library(str(library))
    return True


def _stand_in(library: Path) -> None:
    """Load libraries under the names of the missing ones, which have what this one wants of them."""
    listed = subprocess.run(
        ["nm", "-D", "--undefined-only", str(library)], capture_output=True, text=True, check=True
    ).stdout
    runtime: list[str] = []
    others: list[str] = []
    version = ""
    for line in listed.splitlines():
        name, _, wanted = line.split()[-1].partition("@")
        if _RUNTIME.fullmatch(wanted):
            runtime.append(name)
            version = wanted
        elif "4cuda" in name:
            others.append(name)
    with tempfile.TemporaryDirectory() as folder:
        if version:
            _made(Path(folder) / version, runtime, version)
        _made(Path(folder) / "libc10_cuda.so", others, "")
        _made(Path(folder) / "libtorch_cuda.so", (), "")


def _made(path: Path, names: Sequence[str], version: str) -> None:
    source = path.with_name(f"{path.name}.c")
    lines = [f"char {name}[64];" if name == _OBJECT else f"void *{name}(void) {{ return 0; }}" for name in names]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["cc", "-shared", "-fPIC", "-w", "-nostdlib", f"-Wl,-soname,{path.name}", "-o", str(path), str(source)]
    if version:
        script = path.with_name(f"{path.name}.map")
        script.write_text(f"{version} {{ global: *; }};\n", encoding="utf-8")
        command.append(f"-Wl,--version-script={script}")
    subprocess.run(command, check=True, capture_output=True)
    ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
