"""Adds, merges and removes import statements."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.memory import kept
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import ImportedName, Speller

_BETWEEN = ("comment", "line_continuation")
"""What may stand between the names of an import without being one."""
_DEFINITIONS = ("class_definition", "function_definition", "decorated_definition")


def place_for_imports(analysis: Analysis) -> tuple[int, bool]:
    """Offset for new import lines, and whether a blank line should follow.

    Behind the last import of the module's top level before its functions and classes, which need
    what is imported; without any, behind the docstring and comments at the start.
    """
    return kept(analysis, "place for imports", 0, lambda: _place_for_imports(analysis))


def _place_for_imports(analysis: Analysis) -> tuple[int, bool]:
    root = analysis.document.root
    last: Node | None = None
    leading: Node | None = None
    at_start = True
    for child in root.named_children:
        if child.type in ("import_statement", "import_from_statement", "future_import_statement"):
            last = child
        elif child.type in _DEFINITIONS:
            break
        elif at_start and (child.type == "comment" or _is_docstring(child)):
            leading = child
            continue
        at_start = False
    anchor = last or leading
    return (_after_line(analysis, anchor), last is None) if anchor is not None else (0, True)


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and bool(node.named_children) and node.named_children[0].type == "string"


def _after_line(analysis: Analysis, node: Node) -> int:
    """The start of the line after a statement."""
    lines = analysis.document.lines
    line = lines.line_of(max(node.end_byte - 1, 0))
    return lines.starts[line + 1] if line + 1 < len(lines) else len(analysis.document.data)


def merged(statements: list[str]) -> list[str]:
    """One statement for each module of which names are imported; the order of the modules stays."""
    names: dict[str, list[str]] = {}
    for statement in statements:
        head, found, name = statement.partition(" import ")
        names.setdefault(head if found else statement, []).append(name)
    return [f"{head} import {', '.join(sorted(found))}" if found[0] else head for head, found in names.items()]


def added(analysis: Analysis, statements: list[str], offset: int, blank_line: bool) -> str:
    """The text of new import lines for an offset at the start of a line, or at the end of a file without line end."""
    newline = analysis.document.newline
    text = "".join(statement + newline for statement in statements)
    data = analysis.document.data
    if offset and data[offset - 1 : offset] not in (b"\n", b"\r"):
        text = newline + text
    if blank_line and statements and offset < len(data) and data[offset : offset + 1] not in (b"\n", b"\r"):
        text += newline
    return text


def with_imports(
    analysis: Analysis, edits: Iterable[Edit], speller: Speller, gone: Iterable[Edit], defined: Iterable[Edit]
) -> list[Edit]:
    """All edits of a text in their order: those of its code, the imports that they need, those that are ``gone``, and
    what is ``defined`` behind them."""
    removals = list(gone)
    # `import …` before `from … import …`, as every sorter of imports has it
    statements = merged(sorted(speller.needed, key=lambda one: (one.startswith("from"), one)))
    if not statements:
        return _ordered([*edits, *removals, *defined])
    lines, data = analysis.document.lines, analysis.document.data
    # a line that goes at the top level; one inside of a function is no place for what all of the file needs
    whole_lines = [
        edit
        for edit in removals
        if data[edit.end - 1 : edit.end] in (b"\n", b"\r") and not lines.indentation(edit.start)
    ]
    if whole_lines:
        place, blank = whole_lines[0].start, False
    else:
        place, blank = place_for_imports(analysis)
    new = Edit(place, place, added(analysis, statements, place, blank))
    return _ordered([*edits, *removals, new, *defined])


def _ordered(edits: list[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end > edit.start, edit.end))


def removals(analysis: Analysis, unused: list[ImportedName]) -> list[tuple[int, int]]:
    """The byte ranges to delete so that these names are no longer imported; whole lines where nothing is left."""
    ranges: list[tuple[int, int]] = []
    statements = {imported.statement.id: imported.statement for imported in unused}
    for statement in statements.values():
        module = statement.child_by_field_name("module_name")
        names = [node for node in statement.named_children if node.type not in _BETWEEN and node != module]
        gone = {imported.node.start_byte for imported in unused if imported.statement == statement}
        if all(node.start_byte in gone for node in names):
            ranges.append(_whole_statement(analysis, statement))
            continue
        ranges += _some_names(names, gone, analysis.document.data)
    return ranges


def _whole_statement(analysis: Analysis, statement: Node) -> tuple[int, int]:
    """A statement with its line; only itself if something else stands on the line, or if a block would be empty."""
    lines = analysis.document.lines
    start = lines.starts[lines.line_of(statement.start_byte)]
    end = _after_line(analysis, statement)
    before = analysis.document.data[start : statement.start_byte]
    after = analysis.document.data[statement.end_byte : end]
    alone = not before.strip() and not after.strip()
    return (start, end) if alone else (statement.start_byte, statement.end_byte)


def _some_names(names: list[Node], gone: set[int], data: bytes) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    previous: Node | None = None
    for index, node in enumerate(names):
        if node.start_byte not in gone:
            previous = node
        elif previous is not None:
            # a comment before the name belongs to the name that stays
            keeps = b"#" in data[previous.end_byte : node.start_byte]
            ranges.append(_with_comma(node) if keeps else (previous.end_byte, node.end_byte))
            previous = node
        else:
            ranges.append((node.start_byte, names[index + 1].start_byte))
    return ranges


def _with_comma(name: Node) -> tuple[int, int]:
    comma = name.next_sibling
    return (name.start_byte, comma.end_byte if comma is not None and comma.type == "," else name.end_byte)
