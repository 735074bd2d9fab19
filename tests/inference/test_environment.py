"""Versions of the frameworks in an environment, read without running it."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.inference.environment import installed_versions, sites_of


@pytest.mark.frameworks
def test_the_environment_of_the_tests() -> None:
    found = dict(installed_versions(sys.executable))
    for framework in ("torch", "mindspore"):
        assert found[framework] == importlib.metadata.version(framework).partition("+")[0]


def test_an_environment_without_them(tmp_path: Path) -> None:
    assert installed_versions(str(tmp_path / "bin" / "python")) == ()


def test_an_older_version(tmp_path: Path) -> None:
    (tmp_path / "lib/python3.11/site-packages/mindspore-2.7.0.dist-info").mkdir(parents=True)
    assert installed_versions(str(tmp_path / "bin" / "python")) == (("mindspore", "2.7.0"),)


def test_a_virtual_environment_that_shows_the_systems_packages(tmp_path: Path) -> None:
    """As Python itself says it, started without any of the user's settings."""
    made = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", str(made)], check=True)
    python = str(made / "bin" / "python")
    asked = subprocess.run(
        [python, "-c", "import sys, json; print(json.dumps(sys.path))"], capture_output=True, check=True
    )
    expected = [path for path in json.loads(asked.stdout) if path.endswith("-packages") and Path(path).is_dir()]
    assert set(map(str, sites_of(python))) == set(expected)


def test_environments_that_name_each_other_end(tmp_path: Path) -> None:
    for name, home in (("a", "b"), ("b", "a")):
        (tmp_path / name / "lib/python3.11/site-packages").mkdir(parents=True)
        settings = f"home = {tmp_path / home / 'bin'}\ninclude-system-site-packages = true\n"
        (tmp_path / name / "pyvenv.cfg").write_text(settings)
    found = sites_of(str(tmp_path / "a" / "bin" / "python"))
    assert [path.relative_to(tmp_path).parts[0] for path in found] == ["a", "b"]


def test_the_packages_of_debian(tmp_path: Path) -> None:
    for folder in ("lib/python3/dist-packages", "local/lib/python3.11/dist-packages"):
        (tmp_path / folder).mkdir(parents=True)
    found = sites_of(str(tmp_path / "bin" / "python3"))
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "local/lib/python3.11/dist-packages",
        "lib/python3/dist-packages",
    ]
