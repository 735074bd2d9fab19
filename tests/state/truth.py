"""What the frameworks themselves say about a module, in the words of `lsp_server.state.model`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.state.model import ModuleState
from lsp_server.syntax.document import Document


class Row(NamedTuple):
    """One parameter or buffer."""

    name: str
    kind: str
    shape: tuple[int, ...] | None
    dtype: str | None
    trainable: bool
    persistent: bool
    shared: bool


def analysis(source: str, roots: tuple[Path, ...] = (), path: Path | None = None, version: str = "") -> Analysis:
    """A source, written for a version of torch if one is given."""
    catalog = shipped().at("torch", version)
    return Analysis(Document.parse(source), catalog, Project(catalog, roots), path)


def rows(state: ModuleState | None) -> list[Row]:
    """What we say."""
    assert state is not None
    return [
        Row(
            entry.name,
            entry.kind,
            entry.shape,
            entry.dtype,
            entry.trainable,
            entry.persistent,
            entry.shared,
        )
        for entry in state.entries
    ]


def real(module: Any) -> list[Row]:
    """What the framework says about a module that was really made."""
    found = _torch(module) if hasattr(module, "named_parameters") else _mindspore(module)
    assert [row.name for row in found if row.persistent] == list(module.state_dict())
    return found


def _torch(module: Any) -> list[Row]:
    seen: set[int] = set()
    found: list[Row] = []
    for prefix, owner in module.named_modules(remove_duplicate=False):
        start = f"{prefix}." if prefix else ""
        for name, tensor in owner._parameters.items():
            if tensor is not None:
                found.append(_row(start + name, "parameter", tensor, tensor.requires_grad, True, seen))
        for name, tensor in owner._buffers.items():
            if tensor is not None:
                kept = name not in owner._non_persistent_buffers_set
                found.append(_row(start + name, "buffer", tensor, False, kept, seen))
    return found


def _mindspore(cell: Any, start: str = "", seen: set[int] | None = None) -> list[Row]:
    seen = set() if seen is None else seen
    found: list[Row] = []
    for name, tensor in cell._params.items():
        if tensor is not None:
            found.append(_row(start + name, "parameter", tensor, tensor.requires_grad, True, seen))
    for name, tensor in cell._buffers.items():
        if tensor is not None:
            kept = name not in cell._non_persistent_buffers_set
            found.append(_row(start + name, "buffer", tensor, False, kept, seen))
    for name, child in cell._cells.items():
        if child is not None:
            found += _mindspore(child, f"{start}{name}.", seen)
    return found


def _row(name: str, kind: str, tensor: Any, trainable: bool, persistent: bool, seen: set[int]) -> Row:
    shared = id(tensor) in seen
    seen.add(id(tensor))
    try:
        shape: tuple[int, ...] | None = tuple(tensor.shape)
    except RuntimeError:
        shape = None  # a lazy layer that has not seen its input
    return Row(name, kind, shape, str(tensor.dtype).rpartition(".")[2].lower(), bool(trainable), persistent, shared)


def executed(source: str) -> dict[str, Any]:
    """The names that a source defines when it really runs."""
    module = ModuleType("executed")
    sys.modules["executed"] = module  # data classes look for their module
    exec(compile(source, "<model>", "exec"), module.__dict__)
    return module.__dict__


def classes(namespace: Any, base: type) -> Iterator[tuple[str, type]]:
    for name in sorted(dir(namespace)):
        value = getattr(namespace, name)
        if isinstance(value, type) and issubclass(value, base) and not name.startswith("_"):
            yield name, value
