"""Names of the framework in types that stand in quotes: ``images: list["torch.Tensor"]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.annotations import dotted
from lsp_server.inference.uses import Use
from lsp_server.inference.values import SymbolRef
from lsp_server.migrate.spelling import ImportedName

_TEXTS = re.compile(rb"""(["'])([A-Za-z_][\w.\[\], |]*)\1""")
_NAMES = re.compile(rb"[A-Za-z_][\w.]*")
_HEADS = re.compile(rb"Literal\s*\[[^\[\]]*\Z")


def uses(analysis: Analysis, imported: Iterable[ImportedName], source: Framework) -> Iterator[Use]:
    """A use of its own for each such name, in the order of the file; its node is the string. What is no public symbol
    has none: it keeps its import.

    ``imported`` are the file's imports of the framework: few strings begin with a name of theirs.
    """
    data, root = analysis.document.data, analysis.document.root
    roots = {one.local.encode() for one in imported}
    for found in _TEXTS.finditer(data) if roots else ():
        names = [name for name in _NAMES.finditer(found[2]) if name[0].partition(b".")[0] in roots]
        if not names:
            continue
        node = root.named_descendant_for_byte_range(found.start(), found.end())
        if node is None or (node.start_byte, node.end_byte) != found.span() or node.type != "string":
            continue
        parent = node.parent
        line = data[data.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        is_type = parent is not None and (parent.type in ("type", "union_type", "binary_operator") or _is_cast(node))
        if not is_type or _HEADS.search(line):
            continue
        for name in names:
            value = dotted(analysis, name[0].decode())
            known = analysis.catalog.symbol(value.name) if isinstance(value, SymbolRef) else None
            is_symbol = known is not None and framework_of(known.name) == source
            start = found.start(2) + name.start()
            symbol, kind = (known.name, known.kind) if known is not None and is_symbol else ("", "attribute")
            yield Use(analysis, start, start + len(name[0]), symbol, kind, "certain", node)


def _is_cast(node: Node) -> bool:
    """Whether a string is the type of ``cast("torch.Tensor", x)`` or of ``TypeVar("T", bound="torch.Tensor")``."""
    arguments, wanted = node.parent, b"cast"
    if arguments is not None and arguments.type == "keyword_argument":
        name = arguments.child_by_field_name("name")
        if name is None or name.text != b"bound":
            return False
        arguments, wanted = arguments.parent, b"TypeVar"
    call = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    if arguments is None or function is None or (function.text or b"").rpartition(b".")[2] != wanted:
        return False
    return wanted == b"TypeVar" or arguments.named_children[0] == node
