"""Python's grammar.

The package's own ``__init__`` imports ``importlib.resources`` for its queries, which we do not use, and with it
tempfile, shutil, bz2 and lzma. Its compiled module is all that we need.
"""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from tree_sitter import Language

_PACKAGE = "tree_sitter_python"


def _compiled() -> Any:
    package = find_spec(_PACKAGE)
    folders = package.submodule_search_locations if package is not None else None
    spec = PathFinder.find_spec(f"{_PACKAGE}._binding", list(folders)) if folders is not None else None
    if spec is None or spec.loader is None:
        return import_module(_PACKAGE)  # it does not lie in a folder: the package knows where
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CAPSULE: object = _compiled().language()
PYTHON = Language(_CAPSULE)
