"""The comparison with known vulnerabilities: what is pinned is clean, what is known to be faulty is found."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from advisories import (
    KEPT,
    Pinned,
    affected,
    by_hand,
    from_osv,
    order,
    pinned_javascript,
    pinned_python,
)
from lock import CLIENT
from packaging.version import Version

SCRIPT = CLIENT / "scripts" / "advisories.py"
RECORD = {
    "id": "TEST-1",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Spore_Demo"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "1.2"}]},
                {"type": "SEMVER", "events": [{"introduced": "2.0.0"}, {"last_affected": "2.3.0"}]},
                {"type": "GIT", "events": [{"introduced": "0"}]},
            ],
            "versions": ["0.5"],
        },
        {
            "package": {"ecosystem": "npm", "name": "@spore/demo"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "3.0.0"}]}],
        },
        {"package": {"ecosystem": "crates.io", "name": "spore"}},
    ],
}


def kept() -> list[object]:
    return list(by_hand(json.loads(KEPT.read_text(encoding="utf-8"))))


def test_nothing_that_is_pinned_is_known_to_be_faulty() -> None:
    pins = [*pinned_python(), *pinned_javascript(CLIENT / "package-lock.json")]
    names = {(pin.ecosystem, pin.package) for pin in pins}
    assert {("PyPI", "jedi"), ("PyPI", "hatchling"), ("npm", "esbuild"), ("npm", "vscode-jsonrpc")} <= names
    assert affected(pins, kept()) == []


@pytest.mark.parametrize(
    ("ecosystem", "package", "version", "ids"),
    [
        ("PyPI", "pygments", "2.19.2", ["CVE-2026-4539"]),
        ("PyPI", "pygments", "2.20.0", []),
        ("PyPI", "markdown-it-py", "2.1.0", ["CVE-2023-26302", "CVE-2023-26303"]),
        ("npm", "minimatch", "9.0.6", ["CVE-2026-27903"]),
        ("npm", "minimatch", "10.2.3", []),
        ("npm", "brace-expansion", "2.0.1", ["GHSA-v6h2-p8h4-qcjw", "GHSA-f886-m6hf-6m8v"]),
        ("npm", "semver", "7.5.1", ["GHSA-c2qf-rxjj-qqgw"]),
        ("npm", "pygments", "2.19.2", []),
    ],
)
def test_older_versions_are_found(ecosystem: str, package: str, version: str, ids: list[str]) -> None:
    assert [hit.id for _, hit in affected([Pinned(ecosystem, package, version)], kept())] == ids


@pytest.mark.parametrize(
    ("package", "version", "hit"),
    [
        (("PyPI", "spore-demo"), "0.9", False),
        (("PyPI", "spore-demo"), "0.5", True),
        (("PyPI", "spore-demo"), "1.0", True),
        (("PyPI", "spore-demo"), "1.2rc1", True),
        (("PyPI", "spore-demo"), "1.2", False),
        (("PyPI", "spore-demo"), "2.3", True),
        (("PyPI", "spore-demo"), "2.3.1", False),
        (("PyPI", "spore-demo"), "unheard of", True),
        (("npm", "@spore/demo"), "2.9.9", False),
        (("npm", "@spore/demo"), "3.1.0", True),
    ],
)
def test_an_export_of_osv_is_read(tmp_path: Path, package: tuple[str, str], version: str, hit: bool) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("TEST-1.json", json.dumps(RECORD))
        archive.writestr("TEST-2.json", json.dumps({**RECORD, "id": "TEST-2", "withdrawn": "2026-01-01T00:00:00Z"}))
    found = affected([Pinned(*package, version)], from_osv(tmp_path / "all.zip"))
    assert [advisory.id for _, advisory in found] == (["TEST-1"] if hit else [])


def test_versions_sort_as_pip_sorts_them() -> None:
    versions = ["0.9", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.0.1", "1.9", "1.10", "2.0", "2025.0.0"]
    assert versions == sorted(versions, key=Version)
    for before, after in itertools.combinations(versions, 2):
        assert order(before) < order(after), (before, after)
    assert order("2.0.0") == order("2.0") == order("v2")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_command_says_what_it_did_not_look_at(tmp_path: Path) -> None:
    done = run()
    assert (done.returncode, done.stdout) == (0, "")
    assert "all other packages were not looked up" in done.stderr
    record = {"id": "TEST-3", "affected": [{"package": {"ecosystem": "PyPI", "name": "jedi"}, "versions": ["0.20.1"]}]}
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    done = run("--osv", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == "jedi 0.20.1 (PyPI): TEST-3\n"
    assert "not looked up" not in done.stderr


def test_an_old_list_is_refused_where_that_is_asked_for() -> None:
    done = run("--no-older-than", "-1")
    assert done.returncode == 1
    assert "bring advisories.json up to date" in done.stderr
