"""TS102: a ``torch.nn.Module`` that defines ``construct``, or a ``mindspore.nn.Cell`` that defines ``forward``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import FORWARD, LAYERS, Framework
from lsp_server.findings import shapes
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import MINDSPORE, TORCH, has, matches
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass, UserInstance
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS102"
_DEFINED = Pattern('(function_definition name: (identifier) @name (#any-of? @name "construct" "forward")) @function')
_CONSTRUCT, _FORWARD = re.compile(rb"def construct"), re.compile(rb"def forward")
_EITHER = re.compile(rb"def\s+(construct|forward)\b")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not (has(analysis, _CONSTRUCT) and has(analysis, TORCH)) and not (
        has(analysis, _FORWARD) and has(analysis, MINDSPORE)
    ):
        return
    for node in _classes(analysis):
        cls = UserClass(analysis.source(node))
        framework = _framework(analysis, cls)
        if framework is None:
            continue
        root, wrong, right = LAYERS[framework], FORWARD[OTHER[framework]], FORWARD[framework]
        method = classes.table(cls).methods.get(wrong)
        name = method.node.child_by_field_name("name") if method is not None else None
        if name is None or classes.find_method(cls, right) is not None or _overridden_call(cls):
            continue
        called = f"self.{wrong}" in analysis.text(node)
        fix = Fix(messages.TS102_FIX, (Edit(name.start_byte, name.end_byte, right),), "unsafe" if called else "safe")
        values = (("cls", _name(analysis, cls)), ("base", root), ("wrong", wrong), ("right", right))
        yield Finding(CODE, name.start_byte, name.end_byte, values, fix)


def _classes(analysis: Analysis) -> Iterator[Node]:
    """The classes with bases that define one of the methods."""
    seen: set[int] = set()
    for captures in matches(analysis, _DEFINED, _EITHER):
        node = shapes.enclosing(captures["function"][0], "class_definition", "function_definition")
        if node is None or node.type != "class_definition" or node.id in seen:
            continue
        seen.add(node.id)
        if node.child_by_field_name("superclasses") is not None:
            yield node


def _framework(analysis: Analysis, cls: UserClass) -> Framework | None:
    """Whose layer a class is; none if it is both, or if a base is unknown and may define the method itself."""
    lineage = classes.lineage(cls)
    found: list[Framework] = [
        framework
        for framework, root in LAYERS.items()
        if any(
            analysis.catalog.is_subclass(base, root) for base in classes.framework_classes(analysis, UserInstance(cls))
        )
    ]
    known = all(fact.certain for fact in lineage)
    return found[0] if len(found) == 1 and known and _is_direct(analysis, cls, LAYERS[found[0]]) else None


def _is_direct(analysis: Analysis, cls: UserClass, root: str) -> bool:
    """Library layers define the method themselves; only classes right below the root must."""
    return all(base == root for base in classes.framework_classes(analysis, UserInstance(cls)))


def _overridden_call(cls: UserClass) -> bool:
    return classes.find_method(cls, "__call__") is not None


def _name(analysis: Analysis, cls: UserClass) -> str:
    name = cls.definition.node.child_by_field_name("name")
    return analysis.text(name) if name is not None else "?"


RULE = Rule(
    code=CODE,
    name="forward-name",
    severity="error",
    message=messages.TS102_MESSAGE,
    what=messages.TS102_WHAT,
    why=messages.TS102_WHY,
    example="""import torch


class Net(torch.nn.Module):
    def construct(self, x):
        return x
""",
    instead="""import torch


class Net(torch.nn.Module):
    def forward(self, x):
        return x
""",
    fix_safety=messages.TS102_SAFETY,
    check=check,
)
