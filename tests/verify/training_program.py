"""Runs a training program in torch and, converted, in MindSpore, with equal weights; a script of its own process.

Prints JSON: what is left, the text of the conversion's error if it does not run, and the losses of both sides.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.verify.frameworks import executed
from lsp_server.verify.weights import Filler, state_names
from tests.support import analyse


def losses_of_both(path: Path) -> dict[str, Any]:
    text = path.read_text()
    analysis = analyse(text, path)
    target = Wishes(device="CPU").target("torch", analysis.catalog)
    conversion = convert(analysis, target, best_effort=True)
    names = state_names(shipped())
    shapes: dict[int, Any] = {}
    Filler(names, "torch", shapes)
    before = executed(text, "original", {})["losses"]
    found: dict[str, Any] = {
        "left": [f"{one.symbol}: {one.reason.text('en')}" for one in conversion.left],
        "torch": [float(one) for one in before],
        "text": conversion.text,
    }
    if "import torch" in conversion.text or "from torch" in conversion.text:
        return {**found, "error": "the converted file imports torch"}
    Filler(names, "mindspore", shapes).adopt("converted")
    try:
        after = executed(conversion.text, "converted", {})["losses"]
    except Exception:
        return {**found, "error": traceback.format_exc(limit=-3)}
    return {**found, "mindspore": [float(one) for one in after]}


if __name__ == "__main__":
    print("\n" + json.dumps(losses_of_both(Path(sys.argv[1]))))
