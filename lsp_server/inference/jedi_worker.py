"""The process that runs jedi: one JSON question per line in, one JSON answer per line out.

Started by `externals` as a plain script: ``jedi_worker.py INTERPRETER ROOT…``. It never imports a module of the
user's environment: jedi would import compiled modules to look into them (1.5 s and 130 MB for ``torch._C``).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [entry for entry in os.environ.get("TORCHSPORE_SYS_PATH", "").split(os.pathsep) if entry]

# jedi has no types of its own; found through the path set above
_jedi: Any = import_module("jedi")
_imports: Any = import_module("jedi.inference.imports")


def _only_the_standard_library(original: Any) -> Any:
    def load(inference_state: Any, import_names: Any = None, sys_path: Any = None) -> Any:
        if import_names and import_names[0] not in sys.stdlib_module_names:
            return None
        return original(inference_state, import_names, sys_path)

    return load


def _use_writable_cache() -> None:
    """jedi gives no answer where it cannot write its cache."""
    folder = Path(_jedi.settings.cache_directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK)
    except OSError:
        usable = False
    if not usable:
        _jedi.settings.cache_directory = str(Path(tempfile.gettempdir()) / "torchspore-jedi")


def main() -> None:
    _use_writable_cache()
    _imports._load_builtin_module = _only_the_standard_library(_imports._load_builtin_module)
    interpreter, roots = sys.argv[1], sys.argv[2:]
    environment = _jedi.create_environment(interpreter, safe=False) if interpreter else None
    project = _jedi.Project(roots[0] if roots else Path.cwd(), added_sys_path=roots, load_unsafe_extensions=False)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            path = _definition(question["module"], question["name"], project, environment)
        except Exception:  # jedi fails in many ways on strange code; any of them means: not known
            path = None
        print(json.dumps({"path": path}), flush=True)


def _definition(module: str, name: str, project: Any, environment: Any) -> str | None:
    code = f"from {module} import {name}\n{name}"
    script = _jedi.Script(code, project=project, environment=environment)
    for found in script.goto(2, 0, follow_imports=True, follow_builtin_imports=False):
        path = found.module_path
        if path is not None and Path(path).suffix == ".py" and found.name == name:
            return str(path)
    return None


if __name__ == "__main__":
    main()
