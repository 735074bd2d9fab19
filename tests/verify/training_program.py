"""Runs training programs in the framework that they were written for and, converted, in the other one, with equal
weights; what was written for torch is converted back and run again. A script of its own process: each program has a
child that is forked after both frameworks are imported.

Prints one line of JSON for each program: what is left, the losses of each side, and the error of what does not run.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from lsp_server.catalog.catalog import OTHER, shipped
from lsp_server.catalog.model import Framework
from lsp_server.inference.uses import main_framework
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from lsp_server.verify import companions
from lsp_server.verify.frameworks import executed
from lsp_server.verify.weights import Filler, state_names
from tests.support import analyse


def losses_of_both(path: Path) -> dict[str, Any]:
    """``left``, ``first``, ``second``; of a program for torch ``left_back``, ``back``; ``error`` or ``error_back``."""
    companions.prepare()
    text = path.read_text()
    source: Framework = main_framework(analyse(text, path)) or "torch"
    shapes: dict[int, Any] = {}
    names = _names()
    fillers = {source: Filler(names, source, shapes)}
    found: dict[str, Any] = {"program": path.stem, "source": source, "first": _losses(text, "original")}
    conversion = _converted(text, path, source)
    found["left"] = _left(conversion)
    other = OTHER[source]
    fillers[other] = Filler(names, other, shapes)
    if other == "mindspore":
        fillers[other].adopt("converted")
    try:
        _check_imports(conversion.text, source)
        found["second"] = _losses(conversion.text, "converted")
    except Exception:
        return {**found, "error": traceback.format_exc(limit=-3), "text": conversion.text}
    if source == "torch":
        returned = _converted(conversion.text, path, "mindspore")
        found["left_back"] = _left(returned)
        fillers["torch"].restart()
        try:
            _check_imports(returned.text, "mindspore")
            found["back"] = _losses(returned.text, "returned")
        except Exception:
            return {**found, "error_back": traceback.format_exc(limit=-3), "text": returned.text}
    return found


@functools.cache
def _names() -> dict[str, dict[str, str]]:
    return state_names(shipped())


def _losses(text: str, name: str) -> list[float]:
    return [float(one) for one in executed(text, name, {})["losses"]]


def _converted(text: str, path: Path, source: Framework) -> Conversion:
    analysis = analyse(text, path)
    target = Wishes(device="CPU").target(source, analysis.catalog)
    return convert(analysis, target, best_effort=True)


def _left(conversion: Conversion) -> list[str]:
    return [f"{one.symbol}: {one.reason.text('en')}" for one in conversion.left]


def _check_imports(text: str, source: Framework) -> None:
    if f"import {source}" in text or f"from {source}" in text:
        raise ImportError(f"the converted file imports {source}")


def _in_child(path: Path, results: Path) -> None:
    """Run one program in a child; what it leaves is read from a file, as frameworks write to stdout as well."""
    child = os.fork()
    if child == 0:
        try:
            found = losses_of_both(path)
        except Exception:
            found: dict[str, Any] = {"program": path.stem, "error": traceback.format_exc(limit=-3), "left": []}
        results.write_text(json.dumps(found))
        os._exit(0)
    os.waitpid(child, 0)


def main(paths: list[Path]) -> None:
    for name in ("mindspore", "torch", "torch._dynamo"):  # the last is what every optimizer of torch imports
        importlib.import_module(name)
    _names()
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            results = Path(folder) / f"{path.stem}.json"
            _in_child(path, results)
            if not results.exists():
                results.write_text(json.dumps({"program": path.stem, "error": "the process died", "left": []}))
            print("\n" + results.read_text(), flush=True)


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
