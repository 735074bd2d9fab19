"""The small programs of ``tests/truth/programs``: each is a module that runs when it is imported."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

INSTRUMENTED = ("tests.truth.programs",)
FOLDER = Path(__file__).resolve().parents[1] / "programs"


def parts() -> Iterator[tuple[str, Callable[[], object]]]:
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        yield path.name, lambda name=path.stem: importlib.import_module(f"tests.truth.programs.{name}")
