"""Imports a tree of packages lazily, so that a network loads only the files that it needs.

A package's ``__init__`` is not run: its names come from the files that it imports them from, when somebody asks.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    __path__: list[str]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        folder = Path(self.__path__[0])
        body = ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body
        for module, original in _named(body, name):
            if module:
                return getattr(importlib.import_module(f".{module}", self.__name__), original)
        if (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists():
            return importlib.import_module(f".{name}", self.__name__)
        if any(isinstance(one, ast.FunctionDef) and one.name == name for one in body):
            return self._own(body, name)
        for module in _starred(body):
            found = importlib.import_module(f".{module}", self.__name__)
            if hasattr(found, name):
                return getattr(found, name)
        raise AttributeError(name)

    def _own(self, body: Sequence[ast.stmt], name: str) -> Any:
        """A function that the ``__init__`` defines itself, with the plain imports that it reads."""
        (function,) = [one for one in body if isinstance(one, ast.FunctionDef) and one.name == name]
        read = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
        imports = [one for one in body if isinstance(one, ast.Import) and one.names[0].name in read]
        exec(compile(ast.Module([*imports, function], []), f"{self.__name__}/__init__.py", "exec"), vars(self))
        return vars(self)[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """Importing a file binds its name in the package, but what an ``__init__`` binds under that name wins."""
        if isinstance(value, ModuleType) and name[:1] != "_":
            body = ast.parse((Path(self.__path__[0]) / "__init__.py").read_text(encoding="utf-8")).body
            if any(module for module, _ in _named(body, name)):
                return
        super().__setattr__(name, value)


def _named(body: Sequence[ast.stmt], name: str) -> Iterator[tuple[str, str]]:
    """The file that an ``__init__`` imports a name from, and its name there."""
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.level == 1:
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    yield statement.module or "", alias.name


def _starred(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.level == 1 and statement.names[0].name == "*":
            yield statement.module or ""


class _LazyPackages(MetaPathFinder, Loader):
    def __init__(self, root: Path, package: str) -> None:
        self.root = root
        self.package = package

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.package:
            return None
        folder = self.root / fullname.replace(".", "/")
        if not (folder / "__init__.py").exists():
            return None
        spec = ModuleSpec(fullname, self, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: that is the point."""


class _Refusing(MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname.partition(".")[0] == self.package:
            raise ImportError(f"{fullname} is not there: this side does without {self.package}")


def install(root: Path, package: str, forbidden: str) -> None:
    """From now on ``package`` comes from ``root``, and whatever imports ``forbidden`` fails."""
    sys.meta_path.insert(0, _LazyPackages(root, package))
    sys.meta_path.insert(0, _Refusing(forbidden))


def loaded(root: Path, package: str) -> list[str]:
    """The files of the tree that are loaded, by their paths in it."""
    paths = [Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
    return sorted(
        {path.relative_to(root).as_posix() for path in paths if root / package in path.parents and path.suffix == ".py"}
    )


def forget(package: str) -> None:
    """Unload the package, so that the next network shows what it needs itself."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
