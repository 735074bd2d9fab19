"""TS153: in-place methods of MindSpore tensors that change nothing on the CPU.

Which ones do so was measured on mindspore 2.10.0 (PyNative mode); the others raise there, and say so themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import MINDSPORE, has, matches
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS153"
_SILENT = {"add_", "sub_", "mul_", "div_", "exp_", "floor_divide_", "remainder_"}
_TOLD = re.compile(rb"\.(%s)\(" % "|".join(sorted(_SILENT)).encode())
_CALLS = Pattern(
    f"""(expression_statement . (call function: (attribute object: (_) @owner attribute: (identifier) @name)
             (#any-of? @name {" ".join(f'"{name}"' for name in sorted(_SILENT))})) @call .)"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, MINDSPORE):
        return
    for captures in matches(analysis, _CALLS, _TOLD):
        call, owner, name = captures["call"][0], captures["owner"][0], analysis.text(captures["name"][0])
        if shapes.callee(analysis, call) == f"mindspore.Tensor.{name}":
            values = (("owner", analysis.text(owner)), ("name", name))
            yield Finding(CODE, call.start_byte, call.end_byte, values, _fix(analysis, call, owner))


def _fix(analysis: Analysis, call: Node, owner: Node) -> Fix | None:
    """The same method without its last letter, and its result copied into the tensor, which works on every device."""
    name = call.child_by_field_name("function")
    attribute = name.child_by_field_name("attribute") if name is not None else None
    if owner.type not in ("identifier", "attribute") or attribute is None:
        return None
    start = f"{analysis.text(owner)}.copy_("
    edits = (
        Edit(call.start_byte, call.start_byte, start),
        Edit(attribute.end_byte - 1, attribute.end_byte, ""),
        Edit(call.end_byte, call.end_byte, ")"),
    )
    return Fix(messages.TS153_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="in-place-lost",
    severity="information",
    message=messages.TS153_MESSAGE,
    what=messages.TS153_WHAT,
    why=messages.TS153_WHY,
    example="""import mindspore as ms

total = ms.Tensor([1.0, 2.0])
total.add_(1)
""",
    instead="""import mindspore as ms

total = ms.Tensor([1.0, 2.0])
total.copy_(total.add(1))
""",
    fix_safety=messages.TS153_SAFETY,
    check=check,
)
