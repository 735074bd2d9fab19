"""Runs a source in a process of its own and says what it showed.

MindSpore must not have run anything in a process that forks, and what fails in it fails again at the next operator.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Observe = Callable[[ModuleType], object]


def shown(source: str, observe: Observe, folder: Path) -> object:
    """What ``observe`` sees in the module that a source is, as JSON keeps it; the name of an exception if it raises.
    The source is a file, because MindSpore's graph mode reads it."""
    path = folder / "example.py"
    path.write_text(source, encoding="utf-8")
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.write(writer, json.dumps(_observed(path, observe)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0 and answer, f"the process died: {status}"
    return json.loads(answer)


def _observed(path: Path, observe: Observe) -> Any:
    os.chdir(path.parent)
    sys.dont_write_bytecode = True
    try:
        specification = importlib.util.spec_from_file_location("example", path)
        assert specification is not None and specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        sys.modules["example"] = module
        specification.loader.exec_module(module)
        return observe(module)
    except Exception as error:
        return type(error).__name__
