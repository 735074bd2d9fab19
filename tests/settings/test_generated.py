"""What is generated from the settings: complete, up to date, and the schema accepts what the reader accepts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lsp_server.settings import generated
from lsp_server.settings.files import load, settings_of
from lsp_server.settings.model import Settings
from lsp_server.settings.options import OPTIONS


def test_what_is_published_is_up_to_date() -> None:
    assert generated.stale() == [], "run 'python -m lsp_server.settings.generated'"


def test_both_spellings_are_in_the_schema() -> None:
    findings = generated.schema()["properties"]["findings"]["properties"]
    assert {"select", "ignore", "perFileIgnores", "per-file-ignores"} == set(findings)


def test_what_starts_programs_is_not_for_files() -> None:
    said = {option.name for option in OPTIONS if not option.in_file}
    assert {"interpreter", "path", "args", "importStrategy"} <= said
    assert not said & set(generated.schema()["properties"])


def test_the_table_has_every_setting_in_both_languages() -> None:
    text = (generated.ROOT / generated.TABLE).read_text(encoding="utf-8")
    for option in OPTIONS:
        assert len(re.findall(rf"^\| `{re.escape(option.name)}` \|", text, re.M)) == 2


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.in_file], ids=lambda one: one.name)
def test_the_schema_and_the_reader_accept_the_same(option: Any, tmp_path: Any) -> None:
    """The values that the schema names are taken, and nothing else is."""
    schema = generated.schema()
    for part in option.name.split("."):
        schema = schema["properties"][part]
    good: list[Any] = [schema["default"], *schema.get("enum", [])]
    if "pattern" in schema:
        good.append("2.10")
    for value in good:
        assert problems(option.name, value, tmp_path) == [], value
    for value in (3.5, {"a": 1}, [[]]):
        assert problems(option.name, value, tmp_path), value
    if "enum" in schema or "pattern" in schema:
        assert problems(option.name, "nonsense", tmp_path)


def problems(name: str, value: Any, folder: Any) -> list[str]:
    path = folder / "torchspore.toml"
    inline = (
        "{" + ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items()) + "}"
        if isinstance(value, dict)
        else json.dumps(value)
    )
    path.write_text(f"{name} = {inline}\n", encoding="utf-8")
    found = load(path)
    assert isinstance(settings_of(found), Settings)
    return [one.text("en") for one in found.problems]
