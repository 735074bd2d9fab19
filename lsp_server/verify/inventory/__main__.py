"""Command: ``python -m lsp_server.verify.inventory {torch|mindspore} [-o mappings/inventory]``."""

from __future__ import annotations

import argparse
import logging
import os
import warnings
from pathlib import Path

from lsp_server.catalog.model import Symbol
from lsp_server.verify.inventory import measured, store
from lsp_server.verify.inventory.walk import progress

MAPPINGS = Path("mappings/inventory")


def main(arguments: list[str] | None = None) -> int:
    """Write one inventory."""
    parser = argparse.ArgumentParser(prog="python -m lsp_server.verify.inventory", description=__doc__)
    parser.add_argument("framework", choices=("torch", "mindspore"))
    parser.add_argument("-o", "--output", type=Path, default=MAPPINGS)
    options = parser.parse_args(arguments)
    os.environ.setdefault("GLOG_v", "3")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    version, symbols = _torch() if options.framework == "torch" else _mindspore()
    symbols = measured.merged(symbols, measured.read(measured.path_of(options.framework, version, MAPPINGS)))
    path = store.write(options.framework, version, symbols, options.output)
    store.summarize(symbols)
    progress(f"written: {path}")
    return 0


def _torch() -> tuple[str, list[Symbol]]:
    import torch

    from lsp_server.verify.inventory.torch_symbols import TorchSymbols

    return torch.__version__.split("+")[0], TorchSymbols().all()


def _mindspore() -> tuple[str, list[Symbol]]:
    import mindspore

    from lsp_server.verify.inventory.mindspore_symbols import MindSporeSymbols

    return mindspore.__version__, MindSporeSymbols().all()


if __name__ == "__main__":
    raise SystemExit(main())
