"""``torchspore convert … --with PACKAGE``: what the code needs of an installed package is converted too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from lsp_server.cli import support, trees
from lsp_server.inference.packages import packages_of
from lsp_server.messages import cli as messages
from lsp_server.migrate.project import along, notebook, tree
from lsp_server.migrate.project.sources import Source, decode
from lsp_server.migrate.project.work import Order

_LICENCES = re.compile(r"(LICEN[SC]E|COPYING|NOTICE)([.-].*)?", re.IGNORECASE)


class Package(msgspec.Struct, frozen=True):
    """An installed package, and the folder of its converted modules."""

    name: str
    folder: Path
    target: Path
    modules: dict[str, str]
    """What the code needs of it: texts by their paths below the folder."""

    @property
    def licences(self) -> Iterator[Path]:
        """What its authors ask to go along with its sources."""
        described = self.folder.parent.glob(f"{self.name}-*.dist-info")
        for top in (self.folder, *described):
            yield from (one for one in sorted(top.rglob("*")) if one.is_file() and _LICENCES.fullmatch(one.name))


def packages(names: tuple[str, ...], paths: tuple[Path, ...], output: Path | None, interpreter: str) -> list[Package]:
    """Refuses what is not installed as Python source, what nothing imports, and what has no place to go to. All of this
    is known before anything is written."""
    if names and output is None:
        support.refuse(messages.WITH_NEEDS_OUTPUT)
    found: list[Package] = []
    for name in dict.fromkeys(names):
        folders = [one / name for one in packages_of(interpreter).folders if name.isidentifier()]
        folder = next((one for one in folders if (one / "__init__.py").is_file()), None)
        if folder is None:
            support.refuse(messages.WITH_NOT_INSTALLED, name=name, interpreter=interpreter)
        if output is not None:
            target = _top(paths, output) / name
            if any((path / name).exists() for path in paths if path.is_dir()):
                support.refuse(messages.WITH_OWN, name=name)
            trees.check(folder, target)
            modules = along.taken(folder, _texts(paths))
            if not modules:
                support.refuse(messages.WITH_UNUSED, name=name)
            found.append(Package(name, folder, target, modules))
    return found


def _top(paths: tuple[Path, ...], output: Path) -> Path:
    """Where imports of the converted code start."""
    if len(paths) > 1:
        return output
    path, output = next(iter(paths)).resolve(), output.resolve()
    inner = path if path.is_dir() else path.parent
    top = output if path.is_dir() or output.is_dir() else output.parent
    while (inner / "__init__.py").is_file():
        inner, top = inner.parent, top.parent
    return top


def convert(package: Package, order: Order, jobs: int) -> list[dict[str, Any]]:
    """The reports of the files of a package."""
    with TemporaryDirectory() as folder:
        staged = Path(folder) / package.name
        for path, text in package.modules.items():
            place = staged / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("utf-8"))
        for licence in package.licences:
            shutil.copy2(licence, staged / licence.name)
        if any("load_library(" in text for text in package.modules.values()):
            # nothing loads them any more, but the package asks whether they are there
            for library in (one for one in package.folder.iterdir() if one.suffix in EXTENSION_SUFFIXES):
                shutil.copy2(library, staged / library.name)
        roots = (Path(folder),)
        # nobody here wrote it, so nobody could say what is only likely
        changed = {"top": staged.resolve(), "roots": roots, "shown": Path(package.name), "best_effort": True}
        order = msgspec.structs.replace(order, **changed)
        return trees.convert(order, package.target, jobs)


def _texts(paths: tuple[Path, ...]) -> Iterator[str]:
    """The Python code that some paths hold; what cannot be read is refused where it is converted."""
    for path in paths:
        files = [path / one.path for one in tree.entries(path)] if path.is_dir() else [path]
        for file in files:
            try:
                data = file.read_bytes() if tree.sort_of(file.name) in ("python", "notebook") else b""
                if tree.sort_of(file.name) == "notebook":
                    yield notebook.read(data).text.decode("utf-8", "replace")
                elif isinstance(source := decode(data), Source):
                    yield source.text
            except (OSError, notebook.NoNotebook):
                continue
