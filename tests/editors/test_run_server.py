"""The script that starts the bundled server: whose modules run, and what it says when it cannot. Needs no editor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from editor_layout import CLIENT

SCRIPT = CLIENT / "bundled" / "run_server.py"
SAY_WHERE = "import helper, sys\nprint('server of', {name!r}, 'helper of', helper.OWNER, sys.argv[1:])\n"


def write_server(folder: Path, name: str) -> None:
    """A package `lsp_server` that says whose it is, with a module beside it that can be shadowed."""
    (folder / "lsp_server").mkdir(parents=True)
    (folder / "lsp_server" / "__init__.py").touch()
    (folder / "lsp_server" / "__main__.py").write_text(SAY_WHERE.format(name=name), encoding="utf-8")
    (folder / "helper.py").write_text(f"OWNER = {name!r}\n", encoding="utf-8")


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """A copy of the script with a bundled server beside it."""
    folder = tmp_path / "bundled"
    folder.mkdir()
    shutil.copy2(SCRIPT, folder)
    write_server(folder / "libs", "bundle")
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment without pip; its site-packages are empty."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def run(bundled: Path, environment: Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(environment / "bin" / "python"), str(bundled / "run_server.py"), "server", "--stdio"],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def site_packages(environment: Path) -> Path:
    return next(environment.glob("lib/python3.*/site-packages"))


def test_the_bundled_server_gets_the_arguments(bundled: Path, environment: Path, tmp_path: Path) -> None:
    done = run(bundled, environment, tmp_path)
    assert done.stdout == "server of bundle helper of bundle ['server', '--stdio']\n", done.stderr


def test_the_bundle_goes_before_the_environment(bundled: Path, environment: Path, tmp_path: Path) -> None:
    write_server(site_packages(environment), "environment")
    done = run(bundled, environment, tmp_path, LS_IMPORT_STRATEGY="useBundled")
    assert "server of bundle helper of bundle" in done.stdout, done.stderr


def test_the_environment_goes_first_if_it_is_asked_for(bundled: Path, environment: Path, tmp_path: Path) -> None:
    write_server(site_packages(environment), "environment")
    done = run(bundled, environment, tmp_path, LS_IMPORT_STRATEGY="fromEnvironment")
    assert "server of environment helper of environment" in done.stdout, done.stderr


def test_the_bundle_stands_in_for_an_environment_without_a_server(
    bundled: Path, environment: Path, tmp_path: Path
) -> None:
    done = run(bundled, environment, tmp_path, LS_IMPORT_STRATEGY="fromEnvironment")
    assert "server of bundle" in done.stdout, done.stderr


@pytest.mark.parametrize("strategy", ["useBundled", "fromEnvironment"])
def test_no_module_of_the_workspace_is_loaded(bundled: Path, environment: Path, tmp_path: Path, strategy: str) -> None:
    workspace = tmp_path / "workspace"
    write_server(workspace, "workspace")
    (workspace / "runpy.py").write_text("raise SystemExit('the workspace ran')\n", encoding="utf-8")
    done = run(bundled, environment, workspace, LS_IMPORT_STRATEGY=strategy, PYTHONPATH=str(workspace))
    assert "server of bundle helper of bundle" in done.stdout, done.stderr


def test_without_a_server_it_says_so_in_one_line(bundled: Path, environment: Path, tmp_path: Path) -> None:
    shutil.rmtree(bundled / "libs")
    done = run(bundled, environment, tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no lsp_server" in done.stderr


def test_a_dependency_that_does_not_fit_is_named(bundled: Path, environment: Path, tmp_path: Path) -> None:
    (bundled / "libs" / "helper.py").write_text("import no_such_extension_module\n", encoding="utf-8")
    done = run(bundled, environment, tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no_such_extension_module" in done.stderr
