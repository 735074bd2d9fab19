"""`torchspore check` with findings that only unsafe fixes resolve, and with optional ones."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from lsp_server.cli.check import command
from lsp_server.findings.rules import buffer_annotation, modules_in_container, unregistered_tensor

BOTH = unregistered_tensor.RULE.example + "\n\n" + modules_in_container.RULE.example


def check(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_unsafe_fixes_are_made_on_request_and_once(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(BOTH, encoding="utf-8")
    assert check(path, "--fix").exit_code == 1
    assert path.read_text(encoding="utf-8") == BOTH
    assert check(path, "--fix", "--unsafe-fixes").exit_code == 0
    fixed = path.read_text(encoding="utf-8")
    assert "register_buffer" in fixed and "nn.ModuleList([" in fixed
    assert check(path, "--fix", "--unsafe-fixes").exit_code == 0
    assert path.read_text(encoding="utf-8") == fixed


def test_selected_and_ignored(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(BOTH, encoding="utf-8")
    assert "TS105" not in check(path, "--select", "TS103").output
    assert "TS103" not in check(path, "--ignore", "TS103").output
    assert check(path, "--format", "github").output.count("::") == 4


def test_optional_findings(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(buffer_annotation.RULE.example, encoding="utf-8")
    assert check(path).exit_code == 0
    assert check(path, "--select", "TS111", "--fix").exit_code == 0
    assert path.read_text(encoding="utf-8") == buffer_annotation.RULE.instead
