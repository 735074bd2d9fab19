"""Versions of the frameworks in an environment, read without running it."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from lsp_server.inference.environment import installed_versions


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
