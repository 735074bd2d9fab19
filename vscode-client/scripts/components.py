"""What the .vsix holds besides our own code: each component with its licence, its texts and its hashes.

Python packages are found in bundled/libs, JavaScript packages by what esbuild put into dist/extension.js, and sources
that those two carry inside of them in the list here, which was made by reading their source distributions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent
OWN_DISTRIBUTION = "torchspore"
BUNDLE_STAMP = ".bundle.json"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|thirdpartynotices)", re.IGNORECASE)

ALLOWED = {"0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ISC", "MIT", "PSF-2.0",
    "Unicode-DFS-2016"}  # fmt: skip
"""Licences (SPDX) under which something may be bundled: those that ask for no more than their text and a name."""

CLASSIFIERS = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""Older metadata name no SPDX licence. `BSD License` is not here: it does not say which."""

PHRASES = {
    "0BSD": "Permission to use, copy, modify",
    "Apache-2.0": "Apache License",
    "BSL-1.0": "Boost Software License",
    "BSD-2-Clause": "Redistribution and use in source and binary forms",
    "BSD-3-Clause": "Neither the name",
    "BlueOak-1.0.0": "Blue Oak Model License",
    "ISC": "Permission to use, copy, modify",
    "MIT": "Permission is hereby granted, free of charge",
    "PSF-2.0": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
    "Unicode-DFS-2016": "Unicode, Inc.",
}
"""Words that the text of a licence has, so that metadata and text cannot say different things."""


class ComponentError(Exception):
    """What is not as it must be, in one line."""


@dataclass(frozen=True)
class Inside:
    """Sources that a package carries. `seen_in` is the version of the package whose sources were read."""

    package: str
    seen_in: str
    name: str
    licence: str
    holder: str
    url: str
    text: str
    """The file with the licence's text, from the root of the extension."""


INSIDE = (
    Inside("jedi", "0.20.1", "typeshed, stubs of the standard library", "Apache-2.0", "the typeshed contributors",
        "https://github.com/python/typeshed", "bundled/libs/jedi/third_party/typeshed/LICENSE"),
    Inside("msgspec", "0.22.0", "yyjson, conversion of integers", "MIT", "2020 YaoYuan",
        "https://github.com/ibireme/yyjson", "bundled/licences/yyjson.txt"),
    Inside("msgspec", "0.22.0", "Ryū, printing of floats", "Apache-2.0 OR BSL-1.0", "2018 Ulf Adams",
        "https://github.com/ulfjack/ryu", "LICENSE.txt"),
    Inside("msgspec", "0.22.0", "Wuffs, reading of floats", "Apache-2.0", "2020 The Wuffs Authors",
        "https://github.com/google/wuffs", "LICENSE.txt"),
    Inside("tree-sitter", "0.26.1", "tree-sitter, the library", "MIT", "2018 Max Brunsfeld",
        "https://github.com/tree-sitter/tree-sitter", "bundled/libs/tree_sitter-0.26.1.dist-info/licenses/LICENSE"),
    Inside("tree-sitter", "0.26.1", "ICU, headers for UTF-8 and UTF-16", "Unicode-DFS-2016", "1991-2019 Unicode, Inc.",
        "https://github.com/unicode-org/icu", "bundled/licences/unicode.txt"),
)  # fmt: skip


@dataclass(frozen=True)
class Component:
    """One package as it lies in the .vsix."""

    kind: str
    """`pypi` or `npm`."""
    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]
    """Licence files: where they lie from the root of the extension (npm: in the package), and what they say."""
    files: tuple[tuple[str, str, str], ...]
    """What was downloaded: name, algorithm, hash in hexadecimal digits (npm: the integrity of the lock file)."""
    needs: tuple[str, ...] = ()
    """Names of other components of its kind."""

    @property
    def purl(self) -> str:
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def python_components(libs: Path) -> list[Component]:
    """What bundled/libs holds, our own distribution left out. Raises `ComponentError`."""
    try:
        wheels: dict[str, str] = json.loads((libs / BUNDLE_STAMP).read_text(encoding="utf-8"))["wheels"]
    except (OSError, ValueError, KeyError):
        raise ComponentError(f"{libs} is no bundle; run scripts/bundle.py first") from None
    found = {info: PathDistribution(info) for info in sorted(libs.glob("*.dist-info"))}
    names = {normalized(item.metadata["Name"]) for item in found.values()}
    components: list[Component] = []
    for info, item in found.items():
        name = normalized(item.metadata["Name"])
        if name == OWN_DISTRIBUTION:
            continue
        files = tuple(
            (file, "SHA-256", wheels[file]) for file in sorted(wheels) if normalized(file.split("-")[0]) == name
        )
        if not files:
            raise ComponentError(f"{name} {item.version}: the bundle's stamp knows no wheel of it")
        needs = {
            normalized(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in item.requires or [] if "extra" not in line
        }
        texts = licence_texts(info, info.relative_to(libs.parent.parent).as_posix())
        licence = metadata_licence(item)
        components.append(Component("pypi", name, item.version, licence, texts, files, tuple(sorted(needs & names))))
    return components


def javascript_components(metafile: Path, root: Path) -> list[Component]:
    """What esbuild put into the extension, by its metafile; `root` holds node_modules and package-lock.json."""
    outputs: dict[str, dict[str, dict[str, dict[str, int]]]] = json.loads(metafile.read_text(encoding="utf-8"))[
        "outputs"
    ]
    locked = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    used = {path for output in outputs.values() for path, part in output["inputs"].items() if part["bytesInOutput"]}
    folders = {package_folder(path) for path in used if "node_modules/" in path}
    components: list[Component] = []
    for folder in sorted(folders):
        entry = locked.get(folder)
        if entry is None:
            raise ComponentError(f"{folder} is in the extension, but not in package-lock.json")
        algorithm, _, value = entry["integrity"].partition("-")
        needs = sorted(
            name for name in entry.get("dependencies", {}) if any(other.endswith(f"/{name}") for other in folders)
        )
        components.append(
            Component(
                "npm",
                folder.rpartition("node_modules/")[2],
                entry["version"],
                entry.get("license", ""),
                licence_texts(root / folder, folder),
                ((f"{folder.rpartition('/')[2]}-{entry['version']}.tgz", algorithm, value),),
                tuple(needs),
            )
        )
    return components


def package_folder(path: str) -> str:
    """`node_modules/a/node_modules/@b/c/lib/d.js` -> `node_modules/a/node_modules/@b/c`."""
    before, _, inner = path.rpartition("node_modules/")
    parts = inner.split("/")
    return f"{before}node_modules/{'/'.join(parts[: 2 if inner.startswith('@') else 1])}"


def licence_texts(folder: Path, label: str) -> tuple[tuple[str, str], ...]:
    found = sorted({*folder.glob("*"), *folder.glob("licenses/*")})
    files = [path for path in found if path.is_file() and LICENCE_FILE.match(path.name)]
    return tuple((f"{label}/{path.relative_to(folder).as_posix()}", path.read_text(encoding="utf-8")) for path in files)


def metadata_licence(item: Distribution) -> str:
    """The SPDX expression that the metadata give in one of three ways; empty if they give none."""
    expression: str | None = item.metadata.get("License-Expression")
    if expression:
        return expression
    by_class = [CLASSIFIERS[line] for line in item.metadata.get_all("Classifier", []) if line in CLASSIFIERS]
    if by_class:
        return " AND ".join(sorted(set(by_class)))
    plain: str = item.metadata.get("License", "")
    return plain if plain in PHRASES else ""


def problems(components: Iterable[Component]) -> list[str]:
    """Why this may not be published, a line each."""
    found: list[str] = []
    versions: dict[str, str] = {}
    for component in components:
        versions[component.name] = component.version
        label = f"{component.name} {component.version}"
        if not is_allowed(component.licence):
            found.append(
                f"{label}: its licence ({component.licence or 'none named'}) is not on the list of allowed ones"
            )
            continue
        texts = " ".join(" ".join(text.split()) for _, text in component.texts)
        if not texts:
            found.append(f"{label}: brings no text of its licence")
        elif not any(PHRASES[name] in texts for name in names_of(component.licence)):
            found.append(f"{label}: the text of its licence does not read like {component.licence}")
    for inside in INSIDE:
        if not is_allowed(inside.licence):
            found.append(f"{inside.name}: {inside.licence} is not on the list of allowed ones")
        if versions.get(inside.package, inside.seen_in) != inside.seen_in:
            found.append(
                f"{inside.package} {versions[inside.package]}: look into its sources again and bring INSIDE up to date "
                f"(read in {inside.seen_in}: {inside.name})"
            )
    return found


def is_allowed(expression: str) -> bool:
    """SPDX expressions without brackets: every part of `AND` must be allowed, one part of `OR` is enough."""
    return all(any(name.strip() in ALLOWED for name in part.split(" OR ")) for part in expression.split(" AND "))


def names_of(expression: str) -> list[str]:
    return [name.strip() for name in re.split(r" AND | OR ", expression) if name.strip() in PHRASES]


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
