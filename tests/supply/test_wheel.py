"""The wheel: the same bytes from the same source wherever and whenever it is built, and a bill of materials in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tomli
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from lsp_server import __version__
from lsp_server.bill_of_materials import of_the_wheel

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("lsp_server", "mappings", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "catalog.msgpack")


def build(folder: Path, umask: int, touched: int, **environment: str) -> Path:
    """The wheel of a copy of the sources, made under the given umask, with files of the given age."""
    before = os.umask(umask)
    try:
        folder.mkdir()
        for name in SOURCES:
            source = ROOT / name
            copied = folder / name
            if source.is_dir():
                shutil.copytree(source, copied, ignore=LEFT_OUT, copy_function=shutil.copyfile)
            else:
                shutil.copyfile(source, copied)
        for path in folder.rglob("*"):
            os.utime(path, (touched, touched))
        command = [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            "--wheel",
            "--outdir",
            str(folder / "out"),
            str(folder),
        ]
        variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stdout + done.stderr
    return next((folder / "out").glob("*.whl"))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("wheels")
    one = build(folder / "one", 0o022, 1_000_000_000, TZ="UTC", PYTHONHASHSEED="1", LC_ALL="C")
    other = build(folder / "a longer name", 0o077, 1_700_000_001, TZ="Asia/Tokyo", PYTHONHASHSEED="2")
    return one, other


def test_two_builds_are_the_same_bytes(wheels: tuple[Path, Path]) -> None:
    one, other = (hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels)
    assert one == other


def test_the_wheel_has_a_valid_bill_of_materials(wheels: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as archive:
        text = archive.read(f"torchspore-{__version__}.dist-info/sboms/torchspore.cdx.json").decode()
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(text) is None
    document = json.loads(text)
    assert document["metadata"]["component"]["purl"] == f"pkg:pypi/torchspore@{__version__}"
    wanted = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    ranges = {item["name"]: item["versionRange"] for item in document["components"]}
    assert len(ranges) == len(wanted)
    assert ranges["jedi"] == "vers:pypi/>=0.19.2"
    needed = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert needed[f"pkg:pypi/torchspore@{__version__}"] == sorted(item["bom-ref"] for item in document["components"])


def test_a_bill_can_be_invalid() -> None:
    """The validator is one: a component without its name is refused."""
    document = json.loads(of_the_wheel("demo", "1.0", "MIT", ["other>=1,<2"]))
    assert document["components"][0]["versionRange"] == "vers:pypi/>=1|<2"
    del document["components"][0]["name"]
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(json.dumps(document)) is not None


def test_a_bill_tells_the_time_only_if_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "timestamp" not in json.loads(of_the_wheel("demo", "1.0", "MIT", []))["metadata"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1580601600")
    assert json.loads(of_the_wheel("demo", "1.0", "MIT", []))["metadata"]["timestamp"] == "2020-02-02T00:00:00Z"
