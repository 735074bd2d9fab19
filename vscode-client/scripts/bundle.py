"""Fills bundled/libs with the server and everything it needs, so that the extension works in any environment.

    python3 scripts/bundle.py [--project DIR] [--libs DIR] [--wheels DIR] [--keep-wheel DIR] [--dependencies-only]

What goes in is pinned with its SHA-256 in bundled/requirements.txt, and what builds the server's wheel in
bundled/build-requirements.txt; pip refuses everything else. Wheels are downloaded into a folder of their own first, so
that a second bundle needs no network.

The wheels with compiled code are taken once for each supported Python and laid into one folder: their extension
modules are told apart by name (`….cpython-311-….so`), everything else in them is the same. The result fits the
platform this runs on, and so does the .vsix made of it.
"""

from __future__ import annotations

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

try:
    # The same as pip's copy. Importing pip turns setuptools off for the rest of the process, which tests would notice.
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name
except ImportError:
    try:
        from pip._vendor.packaging.requirements import Requirement
        from pip._vendor.packaging.utils import canonicalize_name
    except ImportError:
        sys.exit(f"bundle: {sys.executable} has no pip; use a Python that has")

from lock import BUILD_REQUIREMENTS, CLIENT, REQUIREMENTS, Pin, read_lock

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
OWN_DISTRIBUTION = "torchspore"
STAMP = ".bundle.json"
# Records of an installation that never took place on the user's machine; licences and entry points stay.
INSTALLER_FILES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
UNUSED_FOLDERS = ("tests", "test", "__pycache__")
# Type stubs for packages outside the standard library: four of five files, and jedi does without them where they are
# absent. What the server asks jedi about is in the user's environment, with stubs of its own or readable source.
UNUSED_TREES = ("bin", "jedi/third_party/django-stubs", "jedi/third_party/typeshed/stubs")


def main() -> int:
    options = parse_arguments()
    started = time.monotonic()
    try:
        bundle_dependencies(options.libs, options.wheels)
        if not options.dependencies_only:
            bundle_server(options.project, options.libs, options.wheels, options.keep_wheel)
            check_complete(options.libs)
    except BundleError as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 2
    print(f"bundle: {options.libs} ready after {time.monotonic() - started:.1f} s", file=sys.stderr)
    return 0


class BundleError(Exception):
    """What went wrong, in one line."""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=CLIENT.parent, help="the project whose wheel is bundled")
    parser.add_argument("--libs", type=Path, default=CLIENT / "bundled" / "libs", help="the folder to fill")
    parser.add_argument("--wheels", type=Path, default=CLIENT / "bundled" / "wheels", help="where downloads are kept")
    parser.add_argument("--keep-wheel", type=Path, metavar="DIR", help="put the server's own wheel there too")
    parser.add_argument("--dependencies-only", action="store_true", help="leave the server itself out")
    return parser.parse_args()


def bundle_dependencies(libs: Path, wheels: Path) -> None:
    """Installs what the lock pins for every Python; skipped while nothing that decides the result has changed."""
    decisive = {
        "requirements": hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        "pythons": list(PYTHONS),
        "unused": [*UNUSED_FOLDERS, *UNUSED_TREES],
        "platform": sysconfig.get_platform(),
    }
    stamp = read_stamp(libs)
    if stamp is not None and {**stamp, "wheels": None} == {**decisive, "wheels": None}:
        return
    shutil.rmtree(libs, ignore_errors=True)
    libs.mkdir(parents=True)
    used: dict[str, str] = {}
    settled: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="torchspore-bundle-") as scratch:
        for python in PYTHONS:
            target = Path(scratch) / python
            pins = [pin for pin in pins_for(python) if pin.name not in settled]
            if not pins:
                continue
            used |= install_pins(target, pins, wheels / python, "--python-version", python)
            merge(target, libs)
            # The same file for every Python: once is enough.
            settled |= {canonicalize_name(item.metadata["Name"]) for item in distributions(target) if is_pure(item)}
    prune(libs)
    write_json(libs / STAMP, {**decisive, "wheels": used})


def pins_for(python: str) -> list[Pin]:
    """The pins that hold for a Python. pip would judge a marker by the Python that runs pip."""
    return [pin for pin in read_lock(REQUIREMENTS) if applies(Requirement(pin.requirement), python)]


def install_pins(target: Path, pins: list[Pin], wheels: Path, *options: str) -> dict[str, str]:
    """Installs exactly these wheels, each with its hash. Gives the names of the files with their SHA-256."""
    wheels.mkdir(parents=True, exist_ok=True)
    listed = target.with_suffix(".txt")
    listed.write_text("".join(pin.line() for pin in pins), encoding="utf-8")
    chosen = ["--no-deps", "--require-hashes", "--only-binary=:all:", *options, "--requirement", str(listed)]
    complete = wheels / ".complete"
    if not complete.exists() or complete.read_text(encoding="utf-8") != listed.read_text(encoding="utf-8"):
        complete.unlink(missing_ok=True)
        for old in wheels.glob("*.whl"):
            old.unlink()
        run_pip("download", "--dest", str(wheels), *chosen)
        shutil.copy2(listed, complete)
    install(target, ["--no-index", "--find-links", str(wheels), *chosen])
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(wheels.glob("*.whl"))}


def bundle_server(project: Path, libs: Path, wheels: Path, kept: Path | None) -> None:
    """Puts the project's own wheel in, in place of an earlier one."""
    if not (project / "pyproject.toml").is_file():
        raise BundleError(f"{project} has no pyproject.toml, so no wheel can be built")
    remove_distribution(libs, OWN_DISTRIBUTION)
    with tempfile.TemporaryDirectory(prefix="torchspore-wheel-") as scratch:
        wheel = build_wheel(project, Path(scratch), wheels)
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copy2(wheel, kept)
        target = Path(scratch) / "installed"
        install(target, ["--no-deps", str(wheel)])
        # The list of files goes with it, so that the next wheel can replace this one without a trace.
        files = [str(path.relative_to(target)) for path in sorted(target.rglob("*")) if path.is_file()]
        merge(target, libs)
    prune(libs)
    (libs / f".{OWN_DISTRIBUTION}.files").write_text("\n".join(files) + "\n", encoding="utf-8")


def build_wheel(project: Path, scratch: Path, wheels: Path) -> Path:
    """The server's wheel, built with the pinned build tools and nothing of this interpreter's packages."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pins = [pin for pin in read_lock(BUILD_REQUIREMENTS) if applies(Requirement(pin.requirement), python)]
    tools = scratch / "tools"
    install_pins(tools, pins, wheels / f"build-{python}")
    # First on the path, so that they go before whatever this interpreter has.
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    run_pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(scratch), str(project), env=environment)
    built = list(scratch.glob(f"{OWN_DISTRIBUTION}-*.whl"))
    if len(built) != 1:
        raise BundleError(f"{project} did not build one {OWN_DISTRIBUTION} wheel")
    return built[0]


def install(target: Path, arguments: list[str]) -> None:
    run_pip("install", "--no-compile", "--ignore-installed", "--target", str(target), *arguments)


def run_pip(*arguments: str, env: dict[str, str] | None = None) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise BundleError(f"pip {arguments[0]} failed:\n{done.stderr.strip()}")


def merge(source: Path, libs: Path) -> None:
    """Copies a tree over another; a module that is there already must be the same one."""
    for path in source.rglob("*"):
        if path.is_dir():
            continue
        target = libs / path.relative_to(source)
        if target.exists():
            in_metadata = any(part.endswith(".dist-info") for part in target.parts)
            if not in_metadata and not filecmp.cmp(path, target, shallow=False):
                raise BundleError(f"{path.relative_to(source)} differs between Python versions")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def prune(libs: Path) -> None:
    """Takes out what is never loaded."""
    for tree in UNUSED_TREES:
        shutil.rmtree(libs / tree, ignore_errors=True)
    for folder in [path for path in libs.rglob("*") if path.is_dir() and path.name in UNUSED_FOLDERS]:
        # The stubs of the standard library describe its test modules; as data they belong together.
        if "third_party" not in folder.relative_to(libs).parts:
            shutil.rmtree(folder, ignore_errors=True)
    for info in libs.glob("*.dist-info"):
        for name in INSTALLER_FILES:
            (info / name).unlink(missing_ok=True)


def remove_distribution(libs: Path, name: str) -> None:
    record = libs / f".{name}.files"
    if not record.exists():
        return
    for line in record.read_text(encoding="utf-8").splitlines():
        (libs / line).unlink(missing_ok=True)
    record.unlink()
    for folder in sorted((path for path in libs.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def check_complete(libs: Path) -> None:
    """Every requirement of every bundled distribution must be bundled, in a version that it accepts."""
    bundled = distributions(libs)
    versions = {canonicalize_name(item.metadata["Name"]): item.version for item in bundled}
    problems: list[str] = []
    for distribution in bundled:
        for requirement in map(Requirement, distribution.requires or []):
            if not any(applies(requirement, python) for python in PYTHONS):
                continue
            version = versions.get(canonicalize_name(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                problems.append(f"{distribution.metadata['Name']} needs {requirement}, bundled: {version}")
    if problems:
        raise BundleError(f"{REQUIREMENTS.name} does not fit:\n  " + "\n  ".join(sorted(problems)))


def applies(requirement: Requirement, python: str) -> bool:
    environment = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    return requirement.marker is None or requirement.marker.evaluate(environment)


def distributions(folder: Path) -> list[Distribution]:
    return [PathDistribution(info) for info in sorted(folder.glob("*.dist-info"))]


def is_pure(distribution: Distribution) -> bool:
    """Whether the wheel fits every Python and platform."""
    lines = (distribution.read_text("WHEEL") or "").splitlines()
    tags = [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]
    return bool(tags) and all(tag.endswith("-none-any") for tag in tags)


def read_stamp(libs: Path) -> dict[str, object] | None:
    try:
        return json.loads((libs / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
