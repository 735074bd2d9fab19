"""How findings are printed: for people, as JSON, and as annotations of GitHub's workflows."""

from __future__ import annotations

from typing import Any

from lsp_server.cli.checked import Checked
from lsp_server.findings.kinds import KINDS
from lsp_server.findings.model import Finding
from lsp_server.messages import Language

_LEVELS = {"error": "error", "warning": "warning"}


def entry(one: Checked, finding: Finding, language: Language) -> dict[str, Any]:
    """One finding as plain data; ``cell`` only in notebooks."""
    kind = KINDS[finding.code]
    start, end = one.place(finding.start), one.place(finding.end)
    return {
        "path": str(one.path),
        **({"cell": start.cell} if start.cell is not None else {}),
        "line": start.line,
        "col": start.column,
        "end_line": end.line,
        "end_col": end.column,
        "code": finding.code,
        "severity": kind.severity,
        "message": kind.text(finding, language),
        "fix": finding.fix.safety if finding.fix is not None else None,
    }


def text(found: dict[str, Any]) -> str:
    cell = f"cell {found['cell']}:" if "cell" in found else ""
    return f"{found['path']}:{cell}{found['line']}:{found['col']}: {found['code']} {found['message']}"


def github(found: dict[str, Any]) -> str:
    """A workflow command (docs.github.com/actions/reference/workflow-commands): columns count from 1, and GitHub takes
    them only where they are of one line; places inside of notebooks mean nothing to it, so they go into the text."""
    level = _LEVELS.get(found["severity"], "notice")
    message = found["message"]
    place: dict[str, Any] = {}
    if "cell" in found:
        message = f"cell {found['cell']}, line {found['line']}: {message}"
    else:
        place = {"line": found["line"], "endLine": found["end_line"]}
        if found["line"] == found["end_line"]:
            place |= {"col": found["col"] + 1, "endColumn": found["end_col"] + 1}
    values = {"file": found["path"], **place, "title": f"TorchSpore ({found['code']})"}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in values.items())
    return f"::{level} {written}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
