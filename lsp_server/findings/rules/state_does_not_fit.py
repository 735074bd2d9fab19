"""TS119: ``b.load_state_dict(a.state_dict())`` where the two have different keys or shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.rules import renamed_by_norm
from lsp_server.findings.searching import has
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.state.model import ModuleState
from lsp_server.state.renamed import as_loaded

CODE = "TS119"
_TOLD = re.compile(rb"load_state_dict")
_SYMBOLS = ("torch.nn.Module.load_state_dict", "mindspore.nn.Cell.load_state_dict")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD):
        return
    for call, given in _loads(analysis):
        strict = shapes.argument(analysis, call, 1, "strict")
        if (strict is not None and strict.type != "true") or shapes.callee(analysis, call) not in _SYMBOLS:
            continue
        to = known_state(analysis, shapes.receiver(call))
        taken = known_state(analysis, shapes.receiver(given)) if to is not None and to.complete else None
        if to is None or taken is None or not taken.complete:
            continue
        if renamed_by_norm.fits_renamed(to, taken):
            continue  # TS127 says which names are the same
        missing, unexpected, misfits = _differences(to, taken)
        if missing or unexpected or misfits:
            first = (missing or unexpected or misfits)[0]
            values = (("name", first), ("to", to.title), ("from", taken.title))
            message = (
                messages.TS119_MESSAGE if missing else messages.TS119_UNEXPECTED if unexpected else messages.TS119_SHAPE
            )
            fix = None if misfits else _fix(call, strict)
            yield Finding(CODE, call.start_byte, call.end_byte, values, fix, message)


def _loads(analysis: Analysis) -> Iterator[tuple[Node, Node]]:
    """Every ``b.load_state_dict(a.state_dict())``, and what it is given."""
    for function, _ in analysis.document.attributes("load_state_dict"):
        call = function.parent
        if call is None or call.type != "call" or call.child_by_field_name("function") != function:
            continue
        given = next(iter(argument_nodes(call)), None)
        inner = given.child_by_field_name("function") if given is not None and given.type == "call" else None
        name = inner.child_by_field_name("attribute") if inner is not None else None
        if given is not None and name is not None and analysis.text(name) == "state_dict":
            yield call, given


def _differences(to: ModuleState, taken: ModuleState) -> tuple[list[str], list[str], list[str]]:
    """Names that are missing, names that nobody expects, names with another shape."""
    wanted = {entry.name: entry.shape for entry in to.entries if entry.persistent}
    shapes_of = {entry.name: entry.shape for entry in taken.entries if entry.persistent}
    given = {new: shapes_of[old] for old, new in as_loaded(shapes_of, wanted).items()}
    misfits = [
        name for name in wanted if name in given and wanted[name] != given[name] and wanted[name] and given[name]
    ]
    return [name for name in wanted if name not in given], [name for name in given if name not in wanted], misfits


def _fix(call: Node, strict: Node | None) -> Fix | None:
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return None
    if strict is not None:
        edits = (Edit(strict.start_byte, strict.end_byte, "False"),)
    else:
        last = arguments.named_children[-1]
        edits = (Edit(last.end_byte, last.end_byte, ", strict=False"),)
    return Fix(messages.TS119_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="state-does-not-fit",
    severity="error",
    message=messages.TS119_MESSAGE,
    what=messages.TS119_WHAT,
    why=messages.TS119_WHY,
    example="""import torch
from torch import nn


class Old(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)


class New(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
        self.register_buffer("scale", torch.ones(2))


def upgraded():
    old, new = Old(), New()
    new.load_state_dict(old.state_dict())
    return new
""",
    instead="""import torch
from torch import nn


class Old(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)


class New(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
        self.register_buffer("scale", torch.ones(2), persistent=False)


def upgraded():
    old, new = Old(), New()
    new.load_state_dict(old.state_dict())
    return new
""",
    fix_safety=messages.TS119_SAFETY,
    check=check,
)
