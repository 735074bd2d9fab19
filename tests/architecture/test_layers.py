"""The house of docs/architecture.md: what may import what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "lsp_server"
FLOORS = ["messages", "catalog", "syntax", "inference", "documentation", "state", "weights", "migrate", "findings",
    "settings", "verify", "server", "cli"]  # fmt: skip
BESIDE = {("server", "cli"), ("cli", "server"), ("server", "verify")}
"""Floors that stand side by side, although one is listed after the other."""
VERIFY_FROM_CLI = "cli/verify.py"
FRAMEWORKS = {"torch", "mindspore"}
PROTOCOL = {"pygls", "lsprotocol"}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> list[tuple[str, bool]]:
    """Imported modules and whether the import stands inside a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
    }
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in inner) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            found += [(f"{node.module}.{alias.name}", id(node) in inner) for alias in node.names]
    return found


def floor_of(path: Path) -> str | None:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_floors_import_only_floors_above(path: Path) -> None:
    floor = floor_of(path)
    if floor is None:
        return  # the package itself puts the floors together
    for name, lazy in imports(path):
        parts = name.split(".")
        if parts[0] != "lsp_server" or len(parts) < 2 or parts[1] not in FLOORS:
            continue
        other = parts[1]
        if other == "verify" and floor == "cli":
            assert lazy and path.relative_to(PACKAGE).as_posix() == VERIFY_FROM_CLI, (
                f"{name} must be loaded when it is needed"
            )
            continue
        assert (floor, other) not in BESIDE, f"{floor} must not know {other}"
        assert FLOORS.index(other) <= FLOORS.index(floor), f"{floor} stands above {other} and must not know it"


def test_every_folder_is_a_floor() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(FLOORS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_frameworks_are_imported_in_verify_only_and_the_protocol_in_server_only(path: Path) -> None:
    floor = floor_of(path)
    roots = {name.split(".")[0] for name, _ in imports(path)}
    if floor != "verify":
        assert not roots & FRAMEWORKS
    if floor != "server":
        assert not roots & PROTOCOL
    if path.name != "jedi_worker.py":
        assert "jedi" not in roots


def test_the_check_itself_sees_imports(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text("import torch.nn\ndef f():\n    from pygls import lsp\n")
    assert imports(sample) == [("torch.nn", False), ("pygls.lsp", True)]
