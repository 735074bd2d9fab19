"""Fills bundled/libs with the server and everything it needs, so that the extension works in any environment.

    python3 scripts/bundle.py [--project DIR] [--libs DIR] [--dependencies-only]

The wheels with compiled code are taken once for each supported Python and laid into one folder: their extension
modules are told apart by name (`….cpython-311-….so`), everything else in them is the same. The result fits the
platform this runs on, and so does the .vsix made of it.
"""

from __future__ import annotations

import argparse
import filecmp
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

try:
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name
except ImportError:
    sys.exit(f"bundle: {sys.executable} has no pip; use a Python that has")

CLIENT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CLIENT / "bundled" / "requirements.txt"
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
        bundle_dependencies(options.libs)
        if not options.dependencies_only:
            bundle_server(options.project, options.libs)
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
    parser.add_argument("--dependencies-only", action="store_true", help="leave the server itself out")
    return parser.parse_args()


def bundle_dependencies(libs: Path) -> None:
    """Installs the pinned requirements for every Python; skipped while nothing that decides the result has changed."""
    stamp = {
        "requirements": hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        "pythons": list(PYTHONS),
        "unused": [*UNUSED_FOLDERS, *UNUSED_TREES],
        "platform": sysconfig.get_platform(),
    }
    if read_stamp(libs) == stamp:
        return
    shutil.rmtree(libs, ignore_errors=True)
    libs.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="torchspore-bundle-") as scratch:
        for python in PYTHONS:
            target = Path(scratch) / python
            install(target, ["--python-version", python, "--only-binary=:all:", *pinned_for(python)])
            merge(target, libs)
    prune(libs)
    (libs / STAMP).write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")


def pinned_for(python: str) -> list[str]:
    """The pins that hold for a Python. pip would judge a marker by the Python that runs pip."""
    lines = [line.partition("#")[0].strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines()]
    requirements = [Requirement(line) for line in lines if line]
    return [f"{item.name}{item.specifier}" for item in requirements if applies(item, python)]


def bundle_server(project: Path, libs: Path) -> None:
    """Puts the project's own wheel in, in place of an earlier one."""
    if not (project / "pyproject.toml").is_file():
        raise BundleError(f"{project} has no pyproject.toml, so no wheel can be built")
    remove_distribution(libs, OWN_DISTRIBUTION)
    with tempfile.TemporaryDirectory(prefix="torchspore-wheel-") as scratch:
        run_pip("wheel", "--no-deps", "--wheel-dir", scratch, str(project))
        wheels = list(Path(scratch).glob(f"{OWN_DISTRIBUTION}-*.whl"))
        if len(wheels) != 1:
            raise BundleError(f"{project} did not build one {OWN_DISTRIBUTION} wheel")
        target = Path(scratch) / "installed"
        install(target, [str(wheels[0])])
        # The list of files goes with it, so that the next wheel can replace this one without a trace.
        files = [str(path.relative_to(target)) for path in sorted(target.rglob("*")) if path.is_file()]
        merge(target, libs)
    prune(libs)
    (libs / f".{OWN_DISTRIBUTION}.files").write_text("\n".join(files) + "\n", encoding="utf-8")


def install(target: Path, arguments: list[str]) -> None:
    run_pip("install", "--no-deps", "--no-compile", "--ignore-installed", "--target", str(target), *arguments)


def run_pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
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
    distributions: list[Distribution] = [PathDistribution(info) for info in libs.glob("*.dist-info")]
    versions = {canonicalize_name(item.metadata["Name"]): item.version for item in distributions}
    problems: list[str] = []
    for distribution in distributions:
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


def read_stamp(libs: Path) -> object:
    try:
        return json.loads((libs / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    sys.exit(main())
