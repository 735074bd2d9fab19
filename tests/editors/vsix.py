"""Builds the .vsix that the VS Code tests install: from the work tree, in a copy of it inside the cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from editor_layout import CLIENT, REPOSITORY, Layout

COPIED_FOLDERS = ("src", "scripts", "bundled", "l10n", "images", "walkthrough")
# Made by a build: what is bundled is expensive and brings its own stamps, so it stays from one build to the next.
GENERATED = shutil.ignore_patterns("libs", "wheels", "__pycache__")
SERVER_SOURCES = ("lsp_server", "mappings", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")


def build(layout: Layout) -> Path:
    """The .vsix of the work tree as it is now; built anew only if something in it changed."""
    target = layout.client_build / "torchspore.vsix"
    stamp = layout.client_build / "torchspore.vsix.stamp"
    fingerprint = source_fingerprint()
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return target
    stamp.unlink(missing_ok=True)
    assemble(layout.client_build, target, layout, REPOSITORY)
    stamp.write_text(fingerprint, encoding="utf-8")
    return target


def build_again(folder: Path, project: Path, layout: Layout, umask: int, **environment: str) -> Path:
    """The .vsix made a second time, elsewhere and of a copy of the project. `build` must have been called."""
    target = folder / "again.vsix"
    before = os.umask(umask)
    try:
        shutil.copytree(
            layout.client_build / "node_modules", folder / "node_modules", symlinks=True, copy_function=os.link
        )
        assemble(folder, target, layout, project, layout.client_build / "bundled" / "wheels", environment)
    finally:
        os.umask(before)
    return target


def assemble(
    folder: Path,
    target: Path,
    layout: Layout,
    project: Path,
    wheels: Path | None = None,
    environment: dict[str, str] | None = None,
) -> None:
    """Everything that CONTRIBUTING.md says of a release, in a folder that has the packages of npm already."""
    copy_client(folder)
    downloads = ["--wheels", str(wheels)] if wheels is not None else []
    call([sys.executable, "scripts/bundle.py", "--project", str(project), *downloads], folder, layout, environment)
    call(["npm", "run", "package", "--", "--out", str(target)], folder, layout, environment)


def pack(folder: Path, target: Path) -> Path:
    """A .vsix of a plain folder, for a test's own helper extensions: a zip file is all it takes."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"extension/{path.name}")
    return target


def source_fingerprint() -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in sorted([*client_files(), *server_files()]):
        total.update(f"{path}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def client_files() -> list[Path]:
    files = [path for path in CLIENT.iterdir() if path.is_file() and path.suffix != ".vsix"]
    for folder in COPIED_FOLDERS:
        files += files_below(CLIENT / folder, skipped=("libs", "wheels", "__pycache__"))
    return files


def server_files() -> list[Path]:
    files: list[Path] = []
    for name in SERVER_SOURCES:
        path = REPOSITORY / name
        files += [path] if path.is_file() else files_below(path, skipped=("__pycache__",))
    return files


def files_below(folder: Path, skipped: tuple[str, ...]) -> list[Path]:
    return [
        path for path in folder.rglob("*") if path.is_file() and not set(path.relative_to(folder).parts) & set(skipped)
    ]


def copy_client(build_folder: Path) -> None:
    for path in CLIENT.iterdir():
        if path.is_file() and path.suffix != ".vsix":
            shutil.copy2(path, build_folder / path.name)
    for name in COPIED_FOLDERS:
        # A source that was deleted or renamed must not live on in the copy.
        if name != "bundled":
            shutil.rmtree(build_folder / name, ignore_errors=True)
        shutil.copytree(CLIENT / name, build_folder / name, ignore=GENERATED, dirs_exist_ok=True)


def call(command: list[str], folder: Path, layout: Layout, extra: dict[str, str] | None) -> None:
    path = f"{layout.node.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **(extra or {})}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
