"""Converts torchvision's tree, there and back, and carries weights along; both with what is shipped."""

from __future__ import annotations

import importlib.util
import io
import shutil
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.catalog.catalog import OTHER, shipped
from lsp_server.catalog.model import Counterpart, Framework, Rule
from lsp_server.cli import models, weights
from lsp_server.migrate.project.run import convert_tree
from lsp_server.migrate.project.work import Order
from lsp_server.migrate.target import Wishes, choose
from lsp_server.state.counterparts import key_map
from lsp_server.state.evaluator import state_of_expression

PACKAGE = "torchvision"


def installed() -> Path:
    """The folder that holds the installed package."""
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None, "install the project's extra 'test'"
    return Path(spec.origin).parents[1]


def staged(folder: Path) -> Path:
    """A folder that holds the part of the package that networks are made of: no data sets, video files or quantized
    layers, and only the first edition of the transforms."""
    top = folder / PACKAGE
    shutil.copytree(installed() / PACKAGE, top, dirs_exist_ok=True, ignore=_left_out)
    return folder


def _left_out(folder: str, names: list[str]) -> set[str]:
    others = {"datasets", "io", "tv_tensors", "v2", "quantization", "_modified_torch_utils"}
    # the library of operators stays: the package looks whether it is there, also where nothing loads it any more
    return {name for name in names if name in others or (name.endswith((".so", ".pyc")) and name != "_C.so")}


class Converted(msgspec.Struct, frozen=True):
    """A converted tree: what the converter says of each file, by its path in the tree."""

    root: Path
    reports: dict[str, dict[str, Any]]


def convert(root: Path, to: Framework, out: Path, jobs: int) -> Converted:
    """The whole package below ``root``, into a folder of its name below ``out``."""
    catalog = shipped()
    order = Order(
        top=root / PACKAGE,
        target=Wishes(device="CPU").target(OTHER[to], catalog),
        best_effort=True,
        training=False,
        language="en",
        roots=(root,),
        interpreter="",
        shown=Path(PACKAGE),
    )
    result = convert_tree(order, out / PACKAGE, jobs, catalog, lambda done, total: None)
    return Converted(out, {report["path"]: report for report in result.reports})


def carry(source: Path, target: Path, model: str, to: Framework) -> None:
    """``torchspore weights``, which must find everything."""
    heard = io.StringIO()
    arguments = [str(source), "-o", str(target), "--model", model, "--to", to, "--device", "CPU"]
    try:
        with redirect_stderr(heard):
            weights.command.main(arguments, standalone_mode=False)
    except SystemExit as done:
        if done.code:
            raise RuntimeError(heard.getvalue().strip()) from None


def renamed(file: Path, call: str) -> dict[str, str]:
    """What MindSpore calls the parameters and buffers of a model in torch."""
    analysis = models.analyse(file)
    state = state_of_expression(analysis, call)
    assert state is not None, call
    target = Wishes(device="CPU").target("torch", analysis.catalog)

    def chosen(rule: Rule) -> Counterpart | None:
        return choose(rule, target)

    found = key_map(state, analysis.catalog, "mindspore", chosen).counterparts
    return {one.name: there.name for one, there in zip(state.entries, found, strict=True) if there is not None}
