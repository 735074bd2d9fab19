"""What becomes of imports of the source framework: which are no longer needed, and why others stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.catalog.model import Framework
from lsp_server.inference import sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.migrate import imports
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.plan import Adjustment, Plan, piece
from lsp_server.migrate.ranges import Ranges
from lsp_server.migrate.spelling import ImportedName
from lsp_server.syntax.words import places

ALL = "*"
_COMPANION = "torchvision"
"""The package of which torch's companions are parts."""


def of_framework(analysis: Analysis, framework: Framework) -> list[ImportedName]:
    """All names of the framework that the file imports, in functions and branches too, in the order of the file."""
    if framework.encode() not in analysis.document.data or analysis.project.own(framework, analysis) is not None:
        return []
    found: list[ImportedName] = []
    for statement in sites.of_file(analysis, "import"):
        module = statement.child_by_field_name("module_name")
        if module is not None and not _may_be_of(analysis, module, framework):
            continue
        for node in statement.named_children:
            if node.type == "wildcard_import":
                found.append(ImportedName(ALL, node, statement, framework))
        for node in statement.children_by_field_name("name"):
            alias = node.child_by_field_name("alias")
            path = analysis.text(node.child_by_field_name("name") or node)
            if _is_own(analysis, root_of(analysis.text(module) if module is not None else path)):
                continue
            if framework_of(f"{analysis.text(module)}.{path}" if module is not None else path) != framework and not (
                module is None and framework == "torch" and path == _COMPANION
            ):
                continue
            local = analysis.text(alias) if alias is not None else path if module is not None else path.split(".")[0]
            found.append(ImportedName(local, node, statement, framework))
    return sorted(found, key=lambda one: one.node.start_byte)


def _is_own(analysis: Analysis, root: str) -> bool:
    """Whether the sources of torch's companion are those that are converted."""
    return root == _COMPANION and analysis.project.own(root, analysis) is not None


def _may_be_of(analysis: Analysis, module: Node, framework: Framework) -> bool:
    text = analysis.text(module)
    return framework_of(text) == framework or (framework == "torch" and text == _COMPANION)


def readings(
    analysis: Analysis, imported: Sequence[ImportedName], plans: Sequence[Plan | Adjustment], quoted: Iterable[Use]
) -> dict[str, Node]:
    """Of the imported names those that something still reads once the plans are carried out, and the first place.

    ``quoted`` are uses in strings.
    """
    gone = Ranges((change.start, change.end) for plan in plans for change in plan.changes if change.end > change.start)
    kept_pieces = Ranges(
        (node.start_byte, node.end_byte)
        for plan in plans
        for change in plan.changes
        for part in change.parts
        if (node := piece(part)) is not None
    )
    data, root = analysis.document.data, analysis.document.root
    needed: dict[str, Node] = {}
    for name in dict.fromkeys(one.local for one in imported):
        word = name.encode()
        for start, _ in places(data, word) if name != ALL else ():
            end = start + len(word)
            removed = gone.smallest(start, end)
            kept = kept_pieces.smallest(start, end) if removed is not None else None
            if removed is not None and (kept is None or kept[1] - kept[0] >= removed[1] - removed[0]):
                continue
            node = root.named_descendant_for_byte_range(start, end)
            if node is not None and node.type == "identifier" and not _is_other_name(node):
                needed[name] = node
                break
    for use in quoted:
        name = use.text.partition(".")[0]
        if gone.smallest(use.start, use.end) is None and any(one.local == name for one in imported):
            needed.setdefault(name, use.node)
    return needed


def chain(analysis: Analysis, node: Node) -> str:
    """The longest chain of attributes that a name begins: ``torchvision.models.resnet18``."""
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    return analysis.text(node)


def is_exported(analysis: Analysis, imported: ImportedName) -> bool:
    """Whether other files take a name from here that this one does not read: a package's ``__init__`` (of which nobody
    takes torch itself), a name of ``__all__``, an import that linters are told to leave alone."""
    is_part = imported.statement.child_by_field_name("module_name") is not None
    if is_part and analysis.path is not None and analysis.path.name == "__init__.py":
        return True
    data, lines = analysis.document.data, analysis.document.lines
    last = lines.content(lines.line_of(imported.statement.end_byte - 1))
    if re.search(rb"#\s*noqa(?:\s*$|\s*:.*401)", last):
        return True
    listed = re.search(rb"__all__\s*\+?=\s*[\[(]([^\])]*)", data)
    return listed is not None and re.search(rb"['\"]%s['\"]" % imported.local.encode(), listed[1]) is not None


def _is_other_name(node: Node) -> bool:
    """Part of an import, an attribute or a keyword's name: no reading of the imported name."""
    parent = node.parent
    if parent is None or parent.type in ("dotted_name", "aliased_import"):
        return True
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    return parent.type == "keyword_argument" and parent.child_by_field_name("name") == node


def removals(analysis: Analysis, unused: list[ImportedName]) -> Iterator[Edit]:
    """The edits that take imports out; a block that would be empty passes, and comments stay."""
    by_statement: dict[int, list[ImportedName]] = {}
    for one in unused:
        by_statement.setdefault(one.statement.id, []).append(one)
    emptied = set(_emptied(unused))
    passing: set[int] = set()
    for statement_id, names in by_statement.items():
        statement = names[0].statement
        block = statement.parent
        if statement_id in emptied and block is not None and block.id not in passing:
            passing.add(block.id)
            text = "  ".join(["pass", *_comments(analysis, statement, names)])
            yield Edit(statement.start_byte, statement.end_byte, text)
            continue
        for start, end in imports.removals(analysis, names):
            kept = _comments(analysis, statement, names) if start <= statement.start_byte < end else []
            indentation = analysis.document.lines.indentation(statement.start_byte)
            yield Edit(start, end, "".join(f"{indentation}{one}{analysis.document.newline}" for one in kept))


def _comments(analysis: Analysis, statement: Node, names: list[ImportedName]) -> list[str]:
    """What stands between the names of a statement that goes as a whole."""
    if len(names) < len(statement.children_by_field_name("name")):
        return []
    return [analysis.text(child) for child in statement.children if child.type == "comment"]


def _emptied(unused: Iterable[ImportedName]) -> Iterator[int]:
    """The statements of blocks of which nothing would be left."""
    gone: dict[int, int] = {}
    blocks: dict[int, Node] = {}
    for one in unused:
        gone[one.statement.id] = gone.get(one.statement.id, 0) + 1
        block = one.statement.parent
        if block is not None and block.type == "block":
            blocks[block.id] = block
    for block in blocks.values():
        statements = [child for child in block.named_children if child.type != "comment"]
        if all(gone.get(child.id) == len(child.children_by_field_name("name")) for child in statements):
            yield from (child.id for child in statements)
