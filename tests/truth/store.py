"""Records of groups, made once for a version of the programs and kept beside the other caches of development."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import FRAMEWORKS

from .record import Record

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "torchspore-dev" / "truth"
GROUPS = ("small", "torch", "torchvision", "timm", "mindspore")
_PACKAGES = ("torch", "torchvision", "timm", "mindspore")
_SLOWEST = 900
_MOST_KEPT = 6
"""Records of one group: other checkouts have other versions of the programs."""


def record(group: str, catalog: Catalog, fresh: bool = False) -> Record:
    """What the programs of a group do; they run in a process of their own if nobody ran them before."""
    kept = CACHE / f"{group}-{_key(group, catalog)}.json"
    if fresh or not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = kept.with_suffix(f".{os.getpid()}")
        command = [sys.executable, "-m", "tests.truth.record", group, str(made)]
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with TemporaryDirectory() as folder:  # MindSpore leaves files where it runs
            subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, check=True, timeout=_SLOWEST)
        made.replace(kept)
        known = sorted(kept.parent.glob(f"{group}-*.json"), key=lambda path: path.stat().st_mtime)
        for old in known[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    return msgspec.json.decode(kept.read_bytes(), type=Record)


def _key(group: str, catalog: Catalog) -> str:
    digest = hashlib.sha256(sys.version.encode())
    files = [FOLDER / f"{name}.py" for name in ("instrument", "recorder", "naming", "record", f"groups/{group}")]
    if group == "small":
        files += sorted((FOLDER / "programs").glob("*.py"))
        digest.update(bytes(FOLDER))
    for path in files:
        digest.update(path.read_bytes())
    for package in _PACKAGES:
        digest.update(metadata.version(package).encode())
    for framework in FRAMEWORKS:
        digest.update("\n".join(catalog.names(framework)).encode())
    digest.update("\n".join(catalog.states()).encode())
    return digest.hexdigest()[:16]
