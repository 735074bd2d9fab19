"""The .vsix as a file: the same bytes from the same sources, and it says what is in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vsix
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from editor_layout import CLIENT, REPOSITORY, Layout

pytestmark = pytest.mark.editors

SOURCES = (*vsix.SERVER_SOURCES, ".gitignore")


@pytest.fixture(scope="module")
def package(require, layout: Layout) -> Path:
    """The one to be released, if it is given; else the one that the other tests install."""
    require("node", "vscode-client")
    built, ready = vsix.build(layout), os.environ.get("TORCHSPORE_VSIX")
    return Path(ready) if ready else built


@pytest.fixture(scope="module")
def contents(package: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(package) as archive:
        yield archive


@pytest.fixture(scope="module")
def bill(contents: zipfile.ZipFile) -> dict[str, Any]:
    return json.loads(contents.read("extension/sbom.cdx.json"))


def test_two_builds_are_the_same_bytes(package: Path, layout: Layout, tmp_path: Path) -> None:
    """The second one in another folder, of files of another age, under another umask, time zone and language."""
    project = tmp_path / "project"
    project.mkdir()
    for name in SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "catalog.msgpack")
            shutil.copytree(source, project / name, ignore=ignored, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source, project / name)
    for path in project.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    folder = layout.cache / "vscode-client-again"  # where files of the cache can be linked
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        again = vsix.build_again(folder, project, layout, 0o077, TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="7")
        assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(package.read_bytes()).digest()
    finally:
        shutil.rmtree(folder)


def test_it_has_a_valid_bill_of_materials(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(json.dumps(bill)) is None


def test_the_bill_names_every_bundled_distribution(bill: dict[str, Any], contents: zipfile.ZipFile) -> None:
    infos = {name.split("/")[3] for name in contents.namelist() if ".dist-info/" in name}
    bundled = {info.removesuffix(".dist-info").replace("_", "-").lower().rpartition("-")[::2] for info in infos}
    listed = {(item["name"], item["version"]) for item in bill["components"] if item["purl"].startswith("pkg:pypi/")}
    assert len(listed) > 15
    assert listed == bundled


def test_the_hashes_of_the_bill_are_those_of_the_lock_files(bill: dict[str, Any]) -> None:
    lock = (CLIENT / "bundled" / "requirements.txt").read_text(encoding="utf-8")
    wheels = [part for item in bill["components"] for part in item.get("components", []) if part["type"] == "file"]
    assert len(wheels) > 20
    assert [part["name"] for part in wheels if f"sha256:{part['hashes'][0]['content']}" not in lock] == []


def test_everything_in_the_bill_is_needed_by_the_extension(bill: dict[str, Any]) -> None:
    needs = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    seen: set[str] = set()
    ahead = [bill["metadata"]["component"]["bom-ref"]]
    while ahead:
        ref = ahead.pop()
        if ref not in seen:
            seen.add(ref)
            ahead += needs[ref]
    assert seen == set(needs) == {item["bom-ref"] for item in [*bill["components"], bill["metadata"]["component"]]}


def test_the_licences_go_with_it(bill: dict[str, Any], contents: zipfile.ZipFile) -> None:
    names = set(contents.namelist())
    listed = contents.read("extension/THIRD_PARTY.md").decode()
    assert listed == (CLIENT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    paths = [cell.strip().strip("`") for row in listed.splitlines() for cell in row.split("|")[-2:-1]]
    files = [path for cell in paths for path in cell.split("`, `") if "/" in path or path.endswith(".txt")]
    assert len(files) > 20
    assert [path for path in files if f"extension/{path}" not in names] == []
    texts = contents.read("extension/dist/LICENSES.txt").decode()
    javascript = [item for item in bill["components"] if item["purl"].startswith("pkg:npm/")]
    assert javascript
    assert [item["name"] for item in javascript if f"{item['name']} {item['version']}: " not in texts] == []


def test_nothing_that_only_builds_it_is_in_it(contents: zipfile.ZipFile) -> None:
    ours = {name for name in contents.namelist() if not name.startswith("extension/bundled/libs/")}
    tops = {name.removeprefix("extension/").split("/")[0] for name in ours}
    assert not tops & {"src", "scripts", "node_modules", "advisories.json", "package-lock.json", "tsconfig.json"}
    assert not [
        name for name in ours if "wheels/" in name or "requirements" in name or name.endswith((".map", ".stamp"))
    ]
    assert {entry.external_attr >> 16 for entry in contents.infolist()} <= {0o100644, 0o100755}
