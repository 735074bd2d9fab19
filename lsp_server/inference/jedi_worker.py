"""The process that runs jedi: one JSON question per line in, one JSON answer per line out.

Started by `externals` as a plain script with the folders to look in, as JSON: those of the workspace and those of the
environment's packages. It runs nothing of either. Left to itself jedi would start the environment's interpreter, to ask
it for these folders, and import compiled modules, to look into them (1.5 s and 130 MB for ``torch._C``).
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [entry for entry in os.environ.get("TORCHSPORE_SYS_PATH", "").split(os.pathsep) if entry]

# jedi has no types of its own; found through the path set above
_jedi: Any = import_module("jedi")
_environments: Any = import_module("jedi.api.environment")
_imports: Any = import_module("jedi.inference.imports")


def _only_built_in(original: Any) -> Any:
    """A file of the workspace may have the name of any other module, compiled ones of the standard library included."""

    def load(inference_state: Any, import_names: Any = None, sys_path: Any = None) -> Any:
        if import_names and import_names[0] not in sys.builtin_module_names:
            return None
        return original(inference_state, import_names, sys_path)

    return load


def _use_writable_cache() -> None:
    """jedi gives no answer where it cannot write its cache. Its files are pickles: a folder in a place where others
    write has a name that nobody can know beforehand."""
    folder = Path(_jedi.settings.cache_directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK)
    except OSError:
        usable = False
    if not usable:
        _jedi.settings.cache_directory = tempfile.mkdtemp(prefix="torchspore-jedi-")
        atexit.register(shutil.rmtree, _jedi.settings.cache_directory, ignore_errors=True)


def main() -> None:
    _use_writable_cache()
    _imports._load_builtin_module = _only_built_in(_imports._load_builtin_module)
    roots, sites = json.loads(sys.argv[1])
    environment = _environments.InterpreterEnvironment()
    project = _jedi.Project(
        roots[0] if roots else sites[0] if sites else tempfile.gettempdir(),
        sys_path=sites,
        added_sys_path=roots,
        smart_sys_path=False,
        load_unsafe_extensions=False,
    )
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
