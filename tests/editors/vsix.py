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

COPIED_FOLDERS = ("src", "scripts", "bundled", "l10n", "images")
# Made by a build: bundled/libs is expensive and brings its own stamp, so it stays from one build to the next.
GENERATED = shutil.ignore_patterns("libs", "__pycache__")
SERVER_SOURCES = ("lsp_server", "mappings", "pyproject.toml")


def build(layout: Layout) -> Path:
    """The .vsix of the work tree as it is now; built anew only if something in it changed."""
    target = layout.client_build / "torchspore.vsix"
    stamp = layout.client_build / "torchspore.vsix.stamp"
    fingerprint = source_fingerprint()
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return target
    stamp.unlink(missing_ok=True)
    copy_client(layout.client_build)
    call([sys.executable, "scripts/bundle.py", "--project", str(REPOSITORY)], layout)
    call(["npm", "run", "package", "--", "--out", str(target)], layout)
    stamp.write_text(fingerprint, encoding="utf-8")
    return target


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
        files += files_below(CLIENT / folder, skipped=("libs", "__pycache__"))
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


def call(command: list[str], layout: Layout) -> None:
    environment = {**os.environ, "PATH": f"{layout.node.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command,
        cwd=layout.client_build,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
