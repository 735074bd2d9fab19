"""Findings as SARIF 2.1.0, which code hosts and editors read (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from lsp_server import __version__
from lsp_server.findings import registry
from lsp_server.findings.model import Kind
from lsp_server.messages import Language

_BASE = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}


def log(entries: list[dict[str, Any]], rules: list[Kind], language: Language) -> dict[str, Any]:
    """One run over all files. Columns are counted in code points from 1, paths are relative to the working folder."""
    places = {rule.code: index for index, rule in enumerate(rules)}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "TorchSpore",
                        "version": __version__,
                        "rules": [_rule(rule, language) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_BASE: {"uri": Path.cwd().as_uri() + "/"}},
                "results": [_result(entry, places) for entry in entries],
            }
        ],
    }


def _rule(rule: Kind, language: Language) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.what.text(language)},
        "fullDescription": {"text": rule.why.text(language)},
        # what code hosts show beside an alert: without it GitHub refuses the file
        "help": {"text": rule.why.text(language), "markdown": registry.page(rule, language)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(entry: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": entry["code"],
        "ruleIndex": places[entry["code"]],
        "level": _LEVELS[entry["severity"]],
        "message": {"text": entry["message"]},
        "locations": [_location(entry)],
    }


def _location(entry: dict[str, Any]) -> dict[str, Any]:
    """Lines of a cell are none of the file: in a notebook the place is said in words."""
    artifact = _artifact(entry["path"])
    if "cell" in entry:
        name = f"cell {entry['cell']}, line {entry['line']}"
        return {"physicalLocation": {"artifactLocation": artifact}, "logicalLocations": [{"name": name}]}
    region = {
        "startLine": entry["line"],
        "startColumn": entry["col"] + 1,
        "endLine": entry["end_line"],
        "endColumn": entry["end_col"] + 1,
    }
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """Relative to the working folder, which in continuous integration is the checkout; absolute if not below it."""
    absolute, here = Path(path).resolve(), Path.cwd()
    if not absolute.is_relative_to(here):
        return {"uri": absolute.as_uri()}
    return {"uri": quote(absolute.relative_to(here).as_posix()), "uriBaseId": _BASE}
