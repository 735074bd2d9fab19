"""Where the file of a module is, found as Python finds it: by the folders of its search path, nothing is run."""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import msgspec

from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.inference.folders import Folders
from lsp_server.inference.packages import Packages

_MARKS = {"torch": ("nn", "modules", "module.py"), "mindspore": ("nn", "cell.py")}
"""A file that only the framework itself has, not a user's package of that name."""
_COMPILED = (*EXTENSION_SUFFIXES, ".pyd", ".so")
_SITES = {"site-packages", "dist-packages"}
_MOST_FOLDERS = 40
_LONGEST = 1000
"""Characters of a module's name; no file system has longer paths."""


class Place(msgspec.Struct, frozen=True):
    """A module that was found: its file, or None for a namespace package and for compiled code.

    ``sure`` is False where it depends on how the program is started whether Python finds it there.
    """

    path: Path | None
    sure: bool = True


class Finder:
    """Finds modules by the name that an import says, as seen from the importing file.

    Of installed packages only those are found that may have to do with a framework.
    """

    def __init__(
        self,
        roots: tuple[Path, ...] = (),
        packages: Packages | None = None,
    ) -> None:
        packages = packages or Packages()
        self.roots = roots
        self.sites = packages.folders
        self.relevant = packages.relevant
        self.folders = Folders()
        self._version = 0
        self._found: dict[tuple[Path | None, str], Place | None] = {}
        self._paths: dict[Path | None, tuple[list[Path], list[Path]]] = {}
        self._dotted: dict[Path, str] = {}
        self._owned: dict[Path, str] = {}

    def find(self, name: str, importer: Path | None) -> Place | None:
        """The module of ``import name`` or ``from name import …``, with leading dots if it is relative."""
        self._keep_up()
        key = (importer.parent if importer is not None else None, name)
        if key not in self._found:
            self._found[key] = self._find(name, importer)
        return self._found[key]

    def own(self, root: str, importer: Path | None) -> Place | None:
        """A module of the user's that has the name of a framework and hides it; None if there is none."""
        self._keep_up()
        key = (importer.parent if importer is not None else None, f"!{root}")
        if key not in self._found:
            self._found[key] = self._hiding(root, importer)
        return self._found[key]

    def is_foreign(self, top: str) -> bool:
        """Whether a package is known to have nothing to do with a framework: Python's own, or one installed."""
        self._keep_up()
        key = (None, f"~{top}")
        if key not in self._found:
            self._found[key] = self._walk([top], list(self.sites))
        return top in sys.stdlib_module_names or (
            self._found[key] is not None and not any(self.relevant(site, top) for site in self.sites)
        )

    def dotted(self, path: Path) -> str:
        """The full name of a module by the packages that its file lies in: ``torch.nn.modules.linear``."""
        self._keep_up()
        known = self._dotted.get(path)
        if known is None:
            known = self._dotted[path] = self._name(path)
        return known

    def framework_module(self, path: Path | None) -> str:
        """The full name of a module that belongs to a framework itself; empty for all other files."""
        if path is None:
            return ""
        self._keep_up()
        known = self._owned.get(path)
        if known is None:
            dotted = self.dotted(path)
            root = dotted.partition(".")[0]
            top = path.parents[dotted.count(".") + (path.stem == "__init__")]
            known = self._owned[path] = dotted if root in _MARKS and self._is_framework(top / root, root) else ""
        return known

    def _keep_up(self) -> None:
        if self._version != self.folders.version:
            self._version = self.folders.version
            self._found.clear()
            self._paths.clear()
            self._dotted.clear()
            self._owned.clear()

    def _find(self, name: str, importer: Path | None) -> Place | None:
        if len(name) > _LONGEST:
            return None
        relative = name.lstrip(".")
        dots = len(name) - len(relative)
        parts = relative.split(".") if relative else []
        if dots:
            if importer is None or dots > len(importer.parents):
                return None
            return self._walk(parts, [importer.parents[dots - 1]])
        sure, unsure = self._search_path(importer)
        wanted = [folder for folder in sure if not self._is_site(folder) or self.relevant(folder, parts[0])]
        found = self._walk(parts, wanted)
        if found is None and parts[0] not in sys.stdlib_module_names and parts[0] not in FRAMEWORKS:
            found = self._walk(parts, unsure)
            if found is not None:
                return Place(found.path, False)
        if found is None:
            found = self._walk(parts, [site for site in self.sites if self.relevant(site, parts[0])])
        if found is not None and found.path is not None and found.path.suffix == ".pyi" and parts[0] in FRAMEWORKS:
            return Place(
                None
            )  # what the frameworks have in C, the inventories know; their stubs are a million characters
        return found

    def is_installed(self, path: Path) -> bool:
        """Whether a file belongs to an installed package."""
        return any(path.is_relative_to(site) for site in self.sites) or not _SITES.isdisjoint(path.parts)

    def _is_site(self, folder: Path) -> bool:
        return folder.name in _SITES or folder in self.sites

    def _hiding(self, root: str, importer: Path | None) -> Place | None:
        for folder in self._search_path(importer)[0]:
            has = self.folders.has
            if has(folder, f"{root}.py"):
                path = folder / f"{root}.py"
            elif has(folder, root) and has(folder / root, "__init__.py"):
                if self._is_framework(folder / root, root):
                    return None
                path = folder / root / "__init__.py"
            else:
                continue
            beside = importer is not None and folder == importer.parent
            return Place(path, beside)
        return None

    def _is_framework(self, package: Path, root: str) -> bool:
        if root not in _MARKS:
            return False  # a companion is known by its interface, its sources are like a user's
        *between, last = _MARKS[root]
        return self.folders.has(package.joinpath(*between), last)

    def _search_path(self, importer: Path | None) -> tuple[list[Path], list[Path]]:
        """The folders where Python looks, and those where it would look if it were started otherwise.

        A file of a package is found from above the package, a script has what lies beside it.
        """
        folder = importer.parent if importer is not None else None
        known = self._paths.get(folder)
        if known is None:
            known = self._paths[folder] = self._searched(importer)
        return known

    def _searched(self, importer: Path | None) -> tuple[list[Path], list[Path]]:
        sure: list[Path] = []
        unsure: list[Path] = []
        if importer is not None:
            above = importer.parent
            while self.folders.has(above, "__init__.py") and above != above.parent:
                above = above.parent
            sure.append(above)
            if above != importer.parent:
                unsure.append(importer.parent)
            for folder in above.parents:
                if not any(folder != root and folder.is_relative_to(root) for root in self.roots):
                    break
                unsure += [folder, folder / "src"]
        for root in self.roots:
            sure += [root, root / "src"]
        return list(dict.fromkeys(sure))[:_MOST_FOLDERS], list(dict.fromkeys(unsure))[:_MOST_FOLDERS]

    def _walk(self, parts: list[str], folders: list[Path]) -> Place | None:
        """Follow the parts of a name from package to package."""
        if not parts:
            path = self._package(folders[0])
            return Place(path) if path is not None or folders else None
        for index, part in enumerate(parts):
            portions: list[Path] = []
            found: Place | None = None
            for folder in folders:
                has = self.folders.has
                is_there = has(folder, part)
                inner = folder / part if is_there else folder
                package = self._package(inner) if is_there else None
                if package is not None and package.suffix == ".py":
                    found = Place(package)
                elif has(folder, part + ".py"):
                    found = Place(folder / (part + ".py"))
                elif package is not None:
                    found = Place(package)
                elif has(folder, part + ".pyi"):
                    found = Place(folder / (part + ".pyi"))
                elif any(has(folder, part + suffix) for suffix in _COMPILED):
                    found = Place(None)
                elif is_there:
                    portions.append(inner)
                if found is not None:
                    folders = [folder / part]
                    break
            if found is None:
                if not portions:
                    return None
                folders = portions
            if index == len(parts) - 1:
                return found or (Place(None) if self._is_namespace(folders) else None)
        return None

    def _package(self, folder: Path) -> Path | None:
        for name in ("__init__.py", "__init__.pyi"):
            if self.folders.has(folder, name):
                return folder / name
        return None

    def _is_namespace(self, folders: list[Path]) -> bool:
        return any(folder.is_dir() for folder in folders)

    def _name(self, path: Path) -> str:
        parts = [] if path.stem == "__init__" else [path.stem]
        folder = path.parent
        while self._package(folder) is not None and folder != folder.parent:
            parts.append(folder.name)
            folder = folder.parent
        return ".".join(reversed(parts))
