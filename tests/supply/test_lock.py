"""The lock files: they fit what the project asks for, and nothing else than what they pin gets into a bundle."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

import pytest
import tomli
from bundle import BundleError, install_pins
from lock import BUILD_REQUIREMENTS, REQUIREMENTS, Pin, parse_lock, read_lock
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SHA256 = re.compile(r"sha256:[0-9a-f]{64}")


def project() -> dict[str, dict[str, list[str]]]:
    return tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [REQUIREMENTS, BUILD_REQUIREMENTS], ids=lambda path: path.stem)
def test_every_pin_has_the_hashes_of_its_files(lock: Path) -> None:
    pins = read_lock(lock)
    assert len(pins) > 5
    assert [pin.name for pin in pins if not pin.hashes or not all(map(SHA256.fullmatch, pin.hashes))] == []


@pytest.mark.parametrize(
    ("lock", "table", "key"),
    [(REQUIREMENTS, "project", "dependencies"), (BUILD_REQUIREMENTS, "build-system", "requires")],
    ids=["bundled", "build"],
)
def test_the_pins_fit_what_the_project_asks_for(lock: Path, table: str, key: str) -> None:
    """What the pinned packages ask for in their turn is looked at whenever a bundle is made."""
    pinned = {pin.name: pin.version for pin in read_lock(lock)}
    wanted = [Requirement(line) for line in project()[table][key]]
    assert [str(item) for item in wanted if not item.specifier.contains(pinned.get(item.name, "0"))] == []


def test_every_package_of_npm_has_its_hash() -> None:
    """`npm ci` refuses what does not match, and what package.json asks for otherwise."""
    packages = json.loads((ROOT / "vscode-client" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 100
    missing = [path for path, one in packages.items() if path and not one.get("integrity", "").startswith("sha512-")]
    assert missing == []


def test_a_pin_keeps_its_marker_out_of_what_pip_reads() -> None:
    pin = "a-b==1.2 ; python_full_version < '3.11' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    text = f"# head\n{pin}    # via c\n"
    assert list(parse_lock(text)) == [Pin("a-b==1.2 ; python_full_version < '3.11'", ("sha256:aa", "sha256:bb"))]
    assert next(parse_lock(text)).line() == "a-b==1.2 --hash=sha256:aa --hash=sha256:bb\n"


def wheel(folder: Path, content: str) -> Path:
    path = folder / "spore_demo-1.0-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("spore_demo.py", content)
        archive.writestr("spore_demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: spore-demo\nVersion: 1.0\n")
        archive.writestr(
            "spore_demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("spore_demo-1.0.dist-info/RECORD", "")
    return path


def test_a_wheel_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    """Also where it lies in the folder of what was downloaded already."""
    wheels = tmp_path / "wheels"
    digest = hashlib.sha256(wheel(wheels, "GOOD = True\n").read_bytes()).hexdigest()
    pin = Pin("spore-demo==1.0", (f"sha256:{digest}",))
    (wheels / ".complete").write_text(pin.line(), encoding="utf-8")
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    used = install_pins(tmp_path / "good", [pin], wheels, "--python-version", python)
    assert used == {"spore_demo-1.0-py3-none-any.whl": digest}
    assert (tmp_path / "good" / "spore_demo.py").read_text(encoding="utf-8") == "GOOD = True\n"
    wheel(wheels, "GOOD = False\n")
    with pytest.raises(BundleError, match="DO NOT MATCH THE HASHES"):
        install_pins(tmp_path / "bad", [pin], wheels, "--python-version", python)
    assert not (tmp_path / "bad" / "spore_demo.py").exists()
