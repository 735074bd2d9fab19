"""Strings: plain ones, f-strings with known parts, and pieces side by side."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state.code import Code, Handlers, children, code, field
from lsp_server.state.expressions import constant
from lsp_server.state.frames import Frame
from lsp_server.state.values import PLAIN, Value


def _string(analysis: Analysis, node: Node) -> Code:
    parts = [child for child in node.named_children if child.type == "interpolation"]
    if not parts:
        return constant(analysis, node)
    pieces: list[str | Code] = []
    for child in node.named_children:
        if child.type == "string_content":
            pieces.append(analysis.text(child).replace("{{", "{").replace("}}", "}"))
        elif child.type == "interpolation":
            pieces.append(_interpolation(analysis, child))
        elif child.type not in ("string_start", "string_end"):
            return lambda frame: PLAIN

    def run(frame: Frame) -> Value:
        texts = [piece if isinstance(piece, str) else piece(frame) for piece in pieces]
        known = [text for text in texts if isinstance(text, str)]
        return "".join(known) if len(known) == len(texts) else PLAIN

    return run


def _interpolation(analysis: Analysis, node: Node) -> Code:
    value = field(analysis, node, "expression")
    specification = next((child for child in node.named_children if child.type == "format_specifier"), None)
    form = analysis.text(specification).removeprefix(":") if specification is not None else ""
    odd = any(child.type == "type_conversion" for child in node.named_children) or "{" in form

    def run(frame: Frame) -> Value:
        found = value(frame)
        if odd or not isinstance(found, (bool, int, float, str)):
            return PLAIN
        try:
            return format(found, form)
        except ValueError:
            return PLAIN

    return run


def _concatenated(analysis: Analysis, node: Node) -> Code:
    parts = [code(analysis, child) for child in children(node)]

    def run(frame: Frame) -> Value:
        texts = [part(frame) for part in parts]
        known = [text for text in texts if isinstance(text, str)]
        return "".join(known) if len(known) == len(texts) else PLAIN

    return run


HANDLERS: Handlers = {
    "string": _string,
    "concatenated_string": _concatenated,
}
