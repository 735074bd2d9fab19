"""What the extension says, in both languages, and what it promises about itself. Needs no editor."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from editor_layout import CLIENT

from lsp_server import __version__
from lsp_server.settings.model import Settings

PLACEHOLDER = re.compile(r"%([\w.-]+)%")
# The first argument of l10n.t(…), in either kind of quotes.
RUNTIME_TEXT = re.compile(r"l10n\.t\(\s*(['\"])(.*?)(?<!\\)\1", re.DOTALL)
ARGUMENT = re.compile(r"\{\d\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def load(name: str) -> dict[str, Any]:
    return json.loads((CLIENT / name).read_text(encoding="utf-8"))


def runtime_texts() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in (CLIENT / "src").glob("*.ts")]
    return {match[2] for source in sources for match in RUNTIME_TEXT.finditer(source)}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return load("package.json")


@pytest.mark.parametrize("language", ["package.nls.json", "package.nls.zh-cn.json"])
def test_every_text_of_the_manifest_is_defined_once_and_used(language: str) -> None:
    used = set(PLACEHOLDER.findall((CLIENT / "package.json").read_text(encoding="utf-8")))
    assert set(load(language)) == used


def test_the_manifest_is_in_chinese() -> None:
    texts = load("package.nls.zh-cn.json")
    assert [key for key, text in texts.items() if not CHINESE.search(text)] == []


def test_every_message_has_its_chinese() -> None:
    assert set(load("l10n/bundle.l10n.zh-cn.json")) == runtime_texts()


def test_translations_keep_the_arguments() -> None:
    for english, chinese in load("l10n/bundle.l10n.zh-cn.json").items():
        assert sorted(ARGUMENT.findall(chinese)) == sorted(ARGUMENT.findall(english)), english


def test_the_extension_has_the_version_of_its_server(manifest: dict[str, Any]) -> None:
    assert manifest["version"] == __version__
    assert load("package-lock.json")["version"] == __version__


def test_settings_that_name_programs_are_restricted(manifest: dict[str, Any]) -> None:
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == {f"torchspore.{name}" for name in ("path", "interpreter", "importStrategy", "args")}


def test_the_python_extension_is_not_required(manifest: dict[str, Any]) -> None:
    assert "extensionDependencies" not in manifest


def test_every_setting_of_the_server_can_be_set(manifest: dict[str, Any]) -> None:
    settings = Settings()

    def names(value: Any, prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in msgspec.structs.fields(type(value)):
            inner = getattr(value, field.name)
            name = f"{prefix}.{field.encode_name}"
            found |= names(inner, name) if isinstance(inner, msgspec.Struct) else {name: inner}
        return found

    properties = manifest["contributes"]["configuration"]["properties"]
    for name, default in names(settings, "torchspore").items():
        expected = list(default) if isinstance(default, tuple) else default
        assert properties[name]["default"] == expected, name


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in Path(CLIENT / "package-lock.json").read_text(encoding="utf-8")
