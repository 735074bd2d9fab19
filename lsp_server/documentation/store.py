"""The indices of the user's environment: read from disk if they were built before, built in the background if not.

Building takes seconds of a processor, so a process of its own does it, at low priority, and is killed if it takes too
long. A request asks what is there and never waits.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Lock, Thread

import msgspec

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.documentation.model import Documentation, Index
from lsp_server.inference.answers import cache_folder
from lsp_server.inference.environment import installed_versions, sites_of

_FORMAT = "1"
_BUILD_DELAY = 3.0
"""Seconds before anything is built: the editor has just started, and the first answers come first."""
_BUILD_SECONDS = 180
_MOST_FILES = 12
_MOST_BYTES = 50_000_000
_ENTRY = msgspec.msgpack.Decoder(Documentation)


class Library:
    """What the frameworks of one environment say of their names."""

    def __init__(self, digest: str) -> None:
        """``digest`` is that of the catalog, whose names are looked for."""
        self._digest = digest
        self._indices: dict[str, Index] = {}
        self._interpreter: str | None = None
        self._building: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._stop = Event()

    def use(self, interpreter: str | None) -> None:
        """Begin to load what this interpreter's environment has; does nothing if it is loaded or being loaded."""
        if interpreter == self._interpreter or self._stop.is_set():
            return
        self._interpreter = interpreter
        self._indices = {}
        if interpreter is not None:
            Thread(target=self._load, args=(interpreter,), daemon=True).start()

    def get(self, name: str) -> Documentation | None:
        """What is said of a canonical name; None as long as nobody knows."""
        index = self._indices.get(framework_of(name) or "")
        raw = index.entries.get(name) if index is not None else None
        return _ENTRY.decode(raw) if raw is not None else None

    @property
    def loaded(self) -> object:
        """The same object as long as `get` answers the same."""
        return self._indices

    def version(self, framework: Framework) -> str | None:
        """The version of a framework whose words are loaded."""
        index = self._indices.get(framework)
        return index.version if index is not None else None

    def close(self) -> None:
        """Stop what is being built."""
        self._stop.set()
        with self._lock:
            if self._building is not None:
                self._building.kill()

    def _load(self, interpreter: str) -> None:
        for framework, version in installed_versions(interpreter):
            site = next((one for one in sites_of(interpreter) if (one / framework).is_dir()), None)
            index = self._index(framework, version, site) if site is not None else None
            if self._interpreter != interpreter or self._stop.is_set():
                return
            if index is not None:
                self._indices = {**self._indices, framework: index}

    def _index(self, framework: Framework, version: str, site: Path) -> Index | None:
        path = index_path(framework, version, site, self._digest)
        known = read(path) if path is not None else None
        if known is not None:
            return known
        if path is not None:
            return read(path) if self._build(framework, version, site, path) else None
        import tempfile  # where nothing can be kept

        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder, "index.msgpack")
            return read(kept) if self._build(framework, version, site, kept) else None

    def _build(self, framework: Framework, version: str, site: Path, path: Path) -> bool:
        if self._stop.wait(_BUILD_DELAY):
            return False
        script = Path(__file__).with_name("builder.py")
        command = [sys.executable, "-I", str(script), framework, version, str(site), str(path)]
        with self._lock:
            if self._stop.is_set():
                return False
            try:
                self._building = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "TORCHSPORE_SYS_PATH": os.pathsep.join(sys.path)},
                )
            except OSError:
                return False
        try:
            return self._building.wait(_BUILD_SECONDS) == 0
        except subprocess.TimeoutExpired:
            self._building.kill()
            self._building.wait()
            return False
        finally:
            self._building = None


def index_path(framework: Framework, version: str, site: Path, digest: str) -> Path | None:
    """Where the index of an installation is kept; None where nothing can be kept. An installation that is replaced in
    place has another one."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        stamp = site.joinpath(framework, "__init__.py").stat().st_mtime_ns
    except OSError:
        stamp = 0
    import hashlib  # OpenSSL comes with it: in the thread that loads

    key = hashlib.sha256("\n".join((_FORMAT, digest, str(site), str(stamp))).encode()).hexdigest()[:16]
    return folder / "documentation" / f"{framework}-{version}-{key}.msgpack"


def read(path: Path) -> Index | None:
    """An index that was written before; None if there is none that can be read."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return msgspec.msgpack.decode(path.read_bytes(), type=Index)
    except (OSError, msgspec.MsgspecError):
        return None


def write(index: Index, path: Path) -> None:
    """Keep an index: whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(path.parent.glob("*.msgpack"), key=lambda one: one.stat().st_mtime)
    for old in files[: max(0, len(files) - _MOST_FILES + 1)]:
        old.unlink(missing_ok=True)
    import tempfile  # only to write

    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(index))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
