"""What the marketplaces ask of an extension: of its manifest, and of the built ``.vsix``.

The rules are those that `vsce` and Open VSX apply when something is published, as far as they can be checked here.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from editor_layout import CLIENT

ALWAYS = {"openWalkthrough", "openExample", "setMigrationMode", "restart", "showLogs", "debugInformation"}
"""Commands that need neither a server nor a file."""
MARKETPLACE = "{http://schemas.microsoft.com/developer/vsx-schema/2011}"
FEWEST_ICON_PIXELS = 128
LONGEST = {"displayName": 255, "description": 2048, "license": 255}
CATEGORIES = {"Programming Languages", "Linters", "Machine Learning", "Notebooks"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))


def texts(language: str = "") -> dict[str, str]:
    return json.loads((CLIENT / f"package.nls{language}.json").read_text(encoding="utf-8"))


def test_what_a_registry_requires_is_there(manifest: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", manifest["name"]) and re.fullmatch(r"[\w-]+", manifest["publisher"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"]), "vsce takes no other form"
    assert re.fullmatch(r"https://\S+\.git", manifest["repository"]["url"])
    assert manifest["repository"]["directory"] == CLIENT.name
    assert manifest["license"] == "Apache-2.0" and "Apache License" in (CLIENT / "LICENSE").read_text(encoding="utf-8")
    assert set(manifest["categories"]) <= CATEGORIES
    assert len(manifest["keywords"]) <= 30, "the marketplace takes no more"
    assert re.fullmatch(r"#[0-9a-f]{6}", manifest["galleryBanner"]["color"])
    shown = {**manifest, "description": texts()["description"]}
    assert all(0 < len(shown[name]) <= longest for name, longest in LONGEST.items())


def test_the_readme_is_one(manifest: dict[str, Any]) -> None:
    readme = (CLIENT / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# ") and len(readme) > 1000
    assert not re.search(r"\]\((?!https://|#)", readme), "links of a page in a marketplace lead to the web"


def test_the_icon_is_large_enough(manifest: dict[str, Any]) -> None:
    data = (CLIENT / manifest["icon"]).read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert width == height >= FEWEST_ICON_PIXELS


def test_only_what_is_stable_is_used(manifest: dict[str, Any]) -> None:
    assert "enabledApiProposals" not in manifest
    declared = manifest["engines"]["vscode"].lstrip("^")
    assert manifest["devDependencies"]["@types/vscode"] == declared, "newer types would hide what older editors lack"


def test_every_command_has_a_title_and_a_place_in_the_palette(manifest: dict[str, Any]) -> None:
    commands = {one["command"]: one for one in manifest["contributes"]["commands"]}
    palette = {one["command"]: one["when"] for one in manifest["contributes"]["menus"]["commandPalette"]}
    assert set(palette) == set(commands)
    for name, when in palette.items():
        assert (when == "true") == (name.partition(".")[2] in ALWAYS), name
        enablement = commands[name].get("enablement")
        assert enablement is None or enablement in when, name
        key = commands[name]["title"].strip("%")
        assert texts()[key] and texts(".zh-cn")[key] and texts()[key] != texts(".zh-cn")[key]


def test_every_command_of_the_client_is_contributed(manifest: dict[str, Any]) -> None:
    source = (CLIENT / "src" / "constants.ts").read_text(encoding="utf-8")
    known = set(re.findall(r"\w+: '(torchspore\.\w+)'", source))
    assert known == {one["command"] for one in manifest["contributes"]["commands"]}


def test_the_walkthrough_has_its_pages_in_both_languages(manifest: dict[str, Any]) -> None:
    (walkthrough,) = manifest["contributes"]["walkthroughs"]
    for step in walkthrough["steps"]:
        page = CLIENT / step["media"]["markdown"]
        chinese = page.with_name(f"{page.stem}.nls.zh-cn.md")
        assert re.search(r"[\u4e00-\u9fff]", chinese.read_text(encoding="utf-8"))
        assert not re.search(r"[\u4e00-\u9fff]", page.read_text(encoding="utf-8"))
    pages = {path.name.partition(".")[0] for path in (CLIENT / "walkthrough").glob("*.md")}
    assert pages == {step["id"] for step in walkthrough["steps"]}


def test_buttons_of_the_walkthrough_run_commands_that_are_there(manifest: dict[str, Any]) -> None:
    own = {one["command"] for one in manifest["contributes"]["commands"]}
    for language in ("", ".zh-cn"):
        links = re.findall(r"\]\(command:([\w.]+)", "".join(texts(language).values()))
        assert len(links) == 6 and set(links) - own == {"workbench.action.openSettings"}


def test_an_untrusted_or_virtual_workspace_is_told_what_it_gets(manifest: dict[str, Any]) -> None:
    capabilities = manifest["capabilities"]
    assert capabilities["untrustedWorkspaces"]["supported"] == "limited"
    assert capabilities["virtualWorkspaces"]["supported"] is False
    for one in capabilities.values():
        assert texts(".zh-cn")[one["description"].strip("%")]


@pytest.mark.editors
def test_the_package_holds_what_it_promises_and_no_sources(extension: Path, manifest: dict[str, Any]) -> None:
    """vsce refuses what it does not like, so that there is a package means that it has passed."""
    with zipfile.ZipFile(extension) as package:
        names = {name.lower() for name in package.namelist()}
        identity = ElementTree.fromstring(package.read("extension.vsixmanifest")).find(f".//{MARKETPLACE}Identity")
    assert identity is not None and identity.get("Publisher") == manifest["publisher"]
    assert identity.get("TargetPlatform"), "it holds compiled code"
    inside = {f"extension/{name}".lower() for name in (manifest["icon"], "dist/extension.js", "package.nls.zh-cn.json")}
    inside |= {f"extension/walkthrough/{path.name}" for path in (CLIENT / "walkthrough").iterdir()}
    inside |= {"extension/readme.md", "extension/license.txt", "extension/l10n/bundle.l10n.zh-cn.json"}
    assert inside <= names
    assert not [
        name for name in names if name.startswith(("extension/src/", "extension/node_modules/", "extension/scripts/"))
    ]
