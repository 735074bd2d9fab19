"""The list of what is bundled: up to date, and no licence that nobody agreed to."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from components import (
    CLIENT,
    INSIDE,
    Component,
    ComponentError,
    is_allowed,
    javascript_components,
    package_folder,
    problems,
    python_components,
)
from lock import REQUIREMENTS, read_lock

MIT = "Permission is hereby granted,\n  free of charge, to any person"
GOOD = Component("pypi", "demo", "1.0", "MIT", (("LICENSE", MIT),), ())
ROW = re.compile(r"^\| ([\w@/.-]+) \| (\d[\w.]*) \| [^|]+ \|", re.MULTILINE)


def test_the_list_names_what_the_lock_files_pin() -> None:
    """Packaging compares all of it with what is really bundled; this needs no bundle."""
    _, python, javascript, _ = (CLIENT / "THIRD_PARTY.md").read_text(encoding="utf-8").split("\n## ")
    assert ROW.findall(python) == [(pin.name, pin.version) for pin in read_lock(REQUIREMENTS)]
    locked = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    listed = ROW.findall(javascript)
    assert len(listed) > 5
    assert [row for row in listed if locked[f"node_modules/{row[0]}"]["version"] != row[1]] == []


def test_texts_that_we_bring_ourselves_are_there() -> None:
    own = {inside.text for inside in INSIDE if inside.text.startswith("bundled/licences/")}
    assert own == {f"bundled/licences/{path.name}" for path in (CLIENT / "bundled" / "licences").iterdir()}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("", False),
        ("MIT AND GPL-2.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("LGPL-2.1-only", False),
    ],
)
def test_allowed_licences(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_nothing_is_said_of_what_is_right() -> None:
    assert problems([GOOD]) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"licence": "GPL-3.0-only"}, "demo 1.0: its licence (GPL-3.0-only) is not on the list"),
        ({"licence": ""}, "demo 1.0: its licence (none named) is not on the list"),
        ({"texts": ()}, "demo 1.0: brings no text of its licence"),
        ({"licence": "Apache-2.0"}, "demo 1.0: the text of its licence does not read like Apache-2.0"),
        ({"name": "msgspec", "version": "9.9"}, "msgspec 9.9: look into its sources again"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, object], said: str) -> None:
    found = problems([dataclasses.replace(GOOD, **changed)])
    assert found
    assert all(line.startswith(said) for line in found)


def bundle(libs: Path, metadata: str) -> Path:
    info = libs / "some_package-2.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: some.package\nVersion: 2.0\n{metadata}", encoding="utf-8"
    )
    (info / "licenses" / "LICENSE").write_text(MIT, encoding="utf-8")
    stamp = {"wheels": {"some_package-2.0-py3-none-any.whl": "0" * 64, "other-1.0-py3-none-any.whl": "1" * 64}}
    (libs / ".bundle.json").write_text(json.dumps(stamp), encoding="utf-8")
    return libs


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT\n", "MIT"),
        ("Classifier: License :: OSI Approved :: MIT License\n", "MIT"),
        ("License: MIT\n", "MIT"),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License\n", ""),
    ],
)
def test_python_packages_are_found_with_their_licences(tmp_path: Path, metadata: str, licence: str) -> None:
    (found,) = python_components(bundle(tmp_path / "bundled" / "libs", metadata))
    assert (found.purl, found.licence) == ("pkg:pypi/some-package@2.0", licence)
    assert found.texts == (("bundled/libs/some_package-2.0.dist-info/licenses/LICENSE", MIT),)
    assert found.files == (("some_package-2.0-py3-none-any.whl", "SHA-256", "0" * 64),)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComponentError, match="no bundle"):
        python_components(tmp_path)


def test_javascript_packages_are_those_with_code_in_the_extension(tmp_path: Path) -> None:
    inputs = {
        "node_modules/a/x.js": 5,
        "node_modules/b/node_modules/@c/d/y.js": 1,
        "node_modules/unused/z.js": 0,
        "src/e.ts": 9,
    }
    outputs = {"dist/e.js": {"inputs": {path: {"bytesInOutput": size} for path, size in inputs.items()}}}
    (tmp_path / "meta.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    locked = {
        "node_modules/a": {
            "version": "1.0.0",
            "license": "MIT",
            "integrity": "sha512-QQ==",
            "dependencies": {"d": "*"},
        },
        "node_modules/b/node_modules/@c/d": {"version": "2.0.0", "license": "ISC", "integrity": "sha512-QQ=="},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": locked}), encoding="utf-8")
    found = javascript_components(tmp_path / "meta.json", tmp_path)
    assert [(item.purl, item.licence, item.needs) for item in found] == [
        ("pkg:npm/a@1.0.0", "MIT", ("d",)),
        ("pkg:npm/%40c/d@2.0.0", "ISC", ()),
    ]
    assert package_folder("node_modules/b/node_modules/@c/d/lib/y.js") == "node_modules/b/node_modules/@c/d"
