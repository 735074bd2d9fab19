"""Compares the three lock files with known vulnerabilities, without a network.

    python3 scripts/advisories.py [--osv FILE.zip|FOLDER]… [--no-older-than DAYS]

Two sources. advisories.json beside package.json is kept by hand: it holds what was known on its date about what the
.vsix holds, and knows nothing of later days or of other build tools. `--osv` takes exports of https://osv.dev, the
`all.zip` of PyPI and of npm, downloaded where there is a network: with those, every pinned package is looked up.

It says what it has looked at, never that all is well. Exit code 1: something pinned is affected.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from components import normalized
from lock import BUILD_REQUIREMENTS, CLIENT, REQUIREMENTS, read_lock

KEPT = CLIENT / "advisories.json"
VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(.*)")


@dataclass(frozen=True)
class Range:
    """Versions with a fault: from `first` to `last`, which is `None` if the fault has not been mended."""

    first: str
    last: str | None
    with_last: bool = False

    def holds(self, version: str) -> bool:
        try:
            at, first, last = order(version), order(self.first), None if self.last is None else order(self.last)
        except ValueError:
            return True  # what cannot be compared is for a person to look at
        return first <= at and (last is None or at < last or (self.with_last and at == last))


@dataclass(frozen=True)
class Advisory:
    """Versions of one package with a known fault."""

    id: str
    ecosystem: str
    """`PyPI` or `npm`."""
    package: str
    ranges: tuple[Range, ...]
    versions: frozenset[str] = frozenset()
    """Single versions, where a database lists them."""

    def affects(self, version: str) -> bool:
        return version in self.versions or any(part.holds(version) for part in self.ranges)


@dataclass(frozen=True)
class Pinned:
    ecosystem: str
    package: str
    version: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--osv", type=Path, action="append", default=[], help="an export of osv.dev: a zip file or a folder"
    )
    parser.add_argument("--no-older-than", type=int, metavar="DAYS", help="refuse a list by hand that is older")
    options = parser.parse_args()
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    age = (date.today() - date.fromisoformat(kept["read"])).days
    advisories = [*by_hand(kept), *(found for path in options.osv for found in from_osv(path))]
    pins = [*pinned_python(), *pinned_javascript(CLIENT / "package-lock.json")]
    hits = affected(pins, advisories)
    for pin, advisory in hits:
        print(f"{pin.package} {pin.version} ({pin.ecosystem}): {advisory.id}")
    known = {(item.ecosystem, item.package) for item in advisories}
    print(
        f"advisories: {len(pins)} pinned packages, {len(advisories)} advisories about {len(known)} packages; "
        f"the list by hand is of {kept['read']} ({kept['covers']})"
        + ("" if options.osv else "; no export of osv.dev was given, so all other packages were not looked up"),
        file=sys.stderr,
    )
    if options.no_older_than is not None and age > options.no_older_than:
        print(f"advisories: the list by hand is {age} days old; bring {KEPT.name} up to date", file=sys.stderr)
        return 1
    return 1 if hits else 0


def affected(pins: Iterable[Pinned], advisories: Iterable[Advisory]) -> list[tuple[Pinned, Advisory]]:
    about: dict[tuple[str, str], list[Advisory]] = {}
    for advisory in advisories:
        about.setdefault((advisory.ecosystem, advisory.package), []).append(advisory)
    candidates = [(pin, advisory) for pin in pins for advisory in about.get((pin.ecosystem, pin.package), [])]
    return [(pin, advisory) for pin, advisory in candidates if advisory.affects(pin.version)]


def pinned_python() -> list[Pinned]:
    pins = {(pin.name, pin.version) for lock in (REQUIREMENTS, BUILD_REQUIREMENTS) for pin in read_lock(lock)}
    return [Pinned("PyPI", normalized(name), version) for name, version in sorted(pins)]


def pinned_javascript(lock: Path) -> list[Pinned]:
    packages: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = {(path.rpartition("node_modules/")[2], entry["version"]) for path, entry in packages.items() if path}
    return [Pinned("npm", name, version) for name, version in sorted(found)]


def by_hand(kept: dict[str, Any]) -> Iterator[Advisory]:
    for entry in kept["advisories"]:
        ranges = tuple(Range(first, fixed) for first, fixed in entry["ranges"])
        yield Advisory(entry["id"], entry["ecosystem"], entry["package"], ranges)


def from_osv(path: Path) -> Iterator[Advisory]:
    """The advisories of an export. Format: https://ossf.github.io/osv-schema/; withdrawn ones are left out."""
    for text in osv_texts(path):
        record = json.loads(text)
        if "withdrawn" in record:
            continue
        for entry in record.get("affected", []):
            package = entry.get("package", {})
            if package.get("ecosystem") not in ("PyPI", "npm"):
                continue
            name = normalized(package["name"]) if package["ecosystem"] == "PyPI" else package["name"]
            ranges = [
                item
                for group in entry.get("ranges", [])
                if group["type"] != "GIT"
                for item in osv_ranges(group["events"])
            ]
            versions = frozenset(entry.get("versions", []))
            yield Advisory(record["id"], package["ecosystem"], name, tuple(ranges), versions)


def osv_texts(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        yield from (file.read_bytes() for file in sorted(path.rglob("*.json")))
        return
    with zipfile.ZipFile(path) as archive:
        yield from (archive.read(name) for name in archive.namelist() if name.endswith(".json"))


def osv_ranges(events: list[dict[str, str]]) -> Iterator[Range]:
    """`introduced` opens a range, `fixed` or `last_affected` closes it; what stays open goes on."""
    first: str | None = None
    for event in events:
        if "introduced" in event:
            first = event["introduced"]
        elif first is not None and "fixed" in event:
            yield Range(first, event["fixed"])
            first = None
        elif first is not None and "last_affected" in event:
            yield Range(first, event["last_affected"], with_last=True)
            first = None
    if first is not None:
        yield Range(first, None)


def order(version: str) -> tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]:
    """A version as something that sorts: numbers, then whether it is before (`-rc.1`, `b2`) or after (`.post1`) those.

    As far as both ecosystems agree; zeros at the end do not count, and what follows `+` says nothing about the order.
    """
    found = VERSION.fullmatch(version.partition("+")[0])
    if found is None:
        raise ValueError(f"no version: {version}")
    numbers = tuple(int(part) for part in found[1].split("."))
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    rest = found[2].lstrip(".-_").lower()
    stage = 0 if not rest else 1 if rest.startswith("post") else -1
    pieces = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[a-z]+", rest))
    return numbers, stage, pieces


if __name__ == "__main__":
    sys.exit(main())
