"""Command: ``python -m lsp_server.verify.inventory {torch|mindspore|torchvision|history|all} [-o mappings/inventory]``.

``history`` compares the inventory with older packages of MindSpore, which it downloads (4 GB); ``all`` does everything.
"""

from __future__ import annotations

import argparse
import logging
import os
import warnings
from pathlib import Path

from lsp_server.catalog.model import Framework, Symbol
from lsp_server.verify.inventory import history, measured, store, torchvision_symbols
from lsp_server.verify.inventory.walk import progress


def main(arguments: list[str] | None = None) -> int:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m lsp_server.verify.inventory", description=(__doc__ or "").partition("\n")[2]
    )
    parser.add_argument("what", choices=("torch", "mindspore", "torchvision", "history", "all"))
    parser.add_argument("-o", "--output", type=Path, default=store.INVENTORY)
    options = parser.parse_args(arguments)
    os.environ.setdefault("GLOG_v", "3")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    if options.what in ("torch", "all"):
        _write("torch", *_torch(), options.output)
    if options.what in ("mindspore", "all"):
        _write("mindspore", *_mindspore(), options.output)
    if options.what in ("torchvision", "all"):
        version, symbols = torchvision_symbols.all_symbols()
        progress(f"written: {store.write('torchvision', version, symbols, options.output)}")
    if options.what in ("history", "all"):
        _write_history(options.output)
    return 0


def _write(framework: Framework, version: str, symbols: list[Symbol], folder: Path) -> None:
    symbols = measured.merged(symbols, measured.read(measured.path_of(framework, version, store.INVENTORY)))
    path = store.write(framework, version, symbols, folder)
    store.summarize(symbols)
    progress(f"written: {path}")


def _write_history(folder: Path) -> None:
    for framework, versions in history.OLDER.items():
        (newest,) = folder.glob(f"{framework}-*.jsonl")
        version = newest.stem.removeprefix(f"{framework}-")
        surfaces = [history.surface_of_package(framework, older) for older in versions]
        surfaces.append(history.surface_of_file(newest, version))
        path = history.write(framework, (*versions, version), history.compare(surfaces), folder.parent / "history")
        progress(f"written: {path}")


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
