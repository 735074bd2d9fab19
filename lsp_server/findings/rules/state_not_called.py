"""TS117: ``net.state_dict`` or ``net.parameters`` without a call, where its result is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import matches
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, UserClass, UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS117"
_NAMES = {
    "state_dict", "buffers", "named_buffers", "parameters", "named_parameters", "get_parameters", "trainable_params",
    "untrainable_params", "parameters_and_names", "parameters_dict", "modules", "named_modules", "children",
    "named_children", "cells", "cells_and_names", "name_cells",
}  # fmt: skip
_TOLD = re.compile(rb"\.(%s)\b(?!\s*[(\w])" % "|".join(sorted(_NAMES)).encode())
_QUOTED = " ".join(f'"{name}"' for name in sorted(_NAMES))
_READ = Pattern(f"(attribute object: (_) attribute: (identifier) @name (#any-of? @name {_QUOTED})) @read")
_TAKERS = {"list", "tuple", "dict", "set", "len", "sum", "sorted", "enumerate", "zip", "iter", "next"}
_METHODS = {"keys", "items", "values", "copy", "update"}
_SAVERS = {"save", "save_checkpoint"}


def check(analysis: Analysis) -> Iterator[Finding]:
    for captures in matches(analysis, _READ, _TOLD):
        read = captures["read"][0]
        if not _is_wanted(analysis, read):
            continue
        value = analysis.fact(read)
        if not value.certain or not isinstance(value.value, Bound):
            continue
        owner, _, name = value.value.name.rpartition(".")
        if owner not in ("torch.nn.Module", "mindspore.nn.Cell", "torch.optim.Optimizer") or name not in _NAMES:
            continue
        if _is_set(value.value, name):
            continue
        fix = Fix(messages.TS117_FIX, (Edit(read.end_byte, read.end_byte, "()"),), "safe")
        yield Finding(CODE, read.start_byte, read.end_byte, (("text", analysis.text(read)), ("name", name)), fix)


def _is_set(bound: Bound, name: str) -> bool:
    """Whether the class gives the name another meaning: ``self.buffers = []``."""
    receiver = bound.receiver
    if not isinstance(receiver, UserInstance):
        return False
    tables = [classes.table(fact.value) for fact in classes.lineage(receiver.cls) if isinstance(fact.value, UserClass)]
    return any(name in table.attributes or name in table.class_attributes for table in tables)


def _is_wanted(analysis: Analysis, read: Node) -> bool:
    """Whether the place takes what the method gives and cannot do anything with the method itself."""
    parent = read.parent
    if parent is None:
        return False
    if parent.type in ("for_statement", "for_in_clause"):
        return parent.child_by_field_name("right") == read
    if parent.type == "subscript":
        return parent.child_by_field_name("value") == read
    if parent.type == "attribute":
        name = parent.child_by_field_name("attribute")
        return name is not None and analysis.text(name) in _METHODS
    holder = parent
    saved = False
    while holder.type in ("keyword_argument", "pair", "dictionary"):
        saved = saved or holder.type == "dictionary"
        if holder.parent is None:
            return False
        holder = holder.parent
    call = holder.parent if holder.type == "argument_list" else None
    return call is not None and call.type == "call" and _takes(analysis, call, saved)


def _takes(analysis: Analysis, call: Node, in_dictionary: bool) -> bool:
    name = shapes.method_name(analysis, call)
    function = call.child_by_field_name("function")
    if not in_dictionary and function is not None and function.type == "identifier" and name in _TAKERS:
        return True
    if name not in _SAVERS and name != "load_state_dict" and not name[:1].isupper():
        return False
    symbol = shapes.callee(analysis, call)
    if name in _SAVERS:
        return symbol in ("torch.save", "mindspore.save_checkpoint")
    if in_dictionary:
        return False
    return symbol.endswith(".load_state_dict") or _is_optimizer(analysis, symbol)


def _is_optimizer(analysis: Analysis, symbol: str) -> bool:
    roots = ("torch.optim.Optimizer", "mindspore.nn.Optimizer", "mindspore.experimental.optim.Optimizer")
    return bool(symbol) and any(analysis.catalog.is_subclass(symbol, root) for root in roots)


RULE = Rule(
    code=CODE,
    name="state-not-called",
    severity="error",
    message=messages.TS117_MESSAGE,
    what=messages.TS117_WHAT,
    why=messages.TS117_WHY,
    example="""import torch
from torch import nn

net = nn.Linear(4, 2)
torch.save(net.state_dict, "net.pth")
""",
    instead="""import torch
from torch import nn

net = nn.Linear(4, 2)
torch.save(net.state_dict(), "net.pth")
""",
    fix_safety=messages.TS117_SAFETY,
    check=check,
)
