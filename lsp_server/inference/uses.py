"""The occurrences of framework symbols in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework, Kind
from lsp_server.inference import names
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, Fact, Module, SymbolRef, Value
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin

Certainty = Literal["certain", "likely"]
_NAMES = Pattern("(identifier) @name")
_DEFINING = {
    "function_definition": "name",
    "class_definition": "name",
    "keyword_argument": "name",
    "default_parameter": "name",
    "typed_default_parameter": "name",
    "named_expression": "name",
    "assignment": "left",
    "augmented_assignment": "left",
    "for_statement": "left",
    "for_in_clause": "left",
}
_NOT_EXPRESSIONS = {
    "dotted_name",
    "aliased_import",
    "import_statement",
    "import_from_statement",
    "parameters",
    "lambda_parameters",
    "typed_parameter",
    "global_statement",
    "nonlocal_statement",
    "as_pattern_target",
    "pattern_list",
    "tuple_pattern",
    "list_splat_pattern",
    "dictionary_splat_pattern",
}


class Use(msgspec.Struct, frozen=True):
    """One occurrence of a framework symbol: the longest name or attribute chain that denotes it.

    ``name_start`` is where the last part begins: the ``buffers`` of ``net.buffers``. ``receiver`` is the object
    of a member read from an instance. ``call`` is the call whose function this use is.
    """

    analysis: Analysis
    node: Node
    symbol: str
    kind: Kind
    certainty: Certainty
    receiver: Value | None
    call: Node | None

    @property
    def start(self) -> int:
        return self.node.start_byte

    @property
    def end(self) -> int:
        return self.node.end_byte

    @property
    def name_start(self) -> int:
        name = self.node.child_by_field_name("attribute")
        return name.start_byte if name is not None else self.node.start_byte

    @property
    def text(self) -> str:
        return self.analysis.text(self.node)

    @property
    def owner(self) -> Node | None:
        """The expression before the last dot."""
        return self.node.child_by_field_name("object")


def of_node(analysis: Analysis, node: Node) -> Use | None:
    """The use that an identifier or attribute node is, if it denotes a framework symbol."""
    fact = analysis.fact(node)
    name, kind = _denoted(analysis, fact)
    if name is None or kind is None:
        return None
    parent = node.parent
    call = (
        parent
        if parent is not None and parent.type == "call" and parent.child_by_field_name("function") == node
        else None
    )
    receiver = fact.value.receiver if isinstance(fact.value, Bound) else None
    return Use(analysis, node, name, kind, "certain" if fact.certain else "likely", receiver, call)


def _denoted(analysis: Analysis, fact: Fact) -> tuple[str | None, Kind | None]:
    value = fact.value
    if isinstance(value, Module):
        known = analysis.catalog.symbol(value.name)
        return (known.name, known.kind) if known is not None else (None, None)
    if isinstance(value, (SymbolRef, Bound)):
        symbol = analysis.catalog.symbol(value.name)
        if symbol is not None:
            return symbol.name, symbol.kind
        if isinstance(value, Bound) and framework_of(value.name) is not None:
            return value.name, "attribute"
    return None, None


def is_expression(node: Node) -> bool:
    """Whether an identifier is read as a value: not a definition, a keyword's name or a part of an import."""
    parent = node.parent
    if parent is None or parent.type in _NOT_EXPRESSIONS or (parent.type == "ERROR" and node.type != "identifier"):
        return False
    field = _DEFINING.get(parent.type)
    if field is not None and parent.child_by_field_name(field) == node:
        return False
    return not (parent.type == "attribute" and parent.child_by_field_name("attribute") == node)


def use_at(analysis: Analysis, offset: int) -> Use | None:
    """The use whose last name is at an offset: on ``buffers`` of ``net.buffers()``, but not on ``net``."""
    node = analysis.document.node_at(offset)
    if node.type != "identifier":
        return None
    parent = node.parent
    if parent is not None and parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
        return of_node(analysis, parent)
    imported = _import_statement(node)
    if imported is not None:
        return _imported(analysis, node, imported)
    return of_node(analysis, node) if is_expression(node) else None


def _import_statement(node: Node) -> Node | None:
    """The import statement that a name stands in."""
    holder = node.parent
    while holder is not None and holder.type in ("dotted_name", "aliased_import"):
        holder = holder.parent
    return holder if holder is not None and holder.type in ("import_statement", "import_from_statement") else None


def _imported(analysis: Analysis, node: Node, statement: Node) -> Use | None:
    """A name inside an import statement: the symbol that is imported up to there, or under that alias."""
    dotted, last = node.parent, node
    if dotted is not None and dotted.type == "aliased_import":
        dotted = dotted.child_by_field_name("name")
        last = dotted if dotted is not None else node
    if dotted is None:
        return None
    full = analysis.document.slice(dotted.start_byte, last.end_byte)
    module = statement.child_by_field_name("module_name")
    if module is not None and module != dotted:
        full = f"{analysis.text(module)}.{full}"
    canonical = analysis.catalog.canonical(full)
    symbol = analysis.catalog.symbol(canonical) if canonical is not None else None
    return Use(analysis, node, symbol.name, symbol.kind, "certain", None, None) if symbol is not None else None


def uses(analysis: Analysis, start: int = 0, end: int | None = None) -> Iterator[Use]:
    """All uses of a file, or of a byte range, in the order of their starts; imports are not uses."""
    stop = len(analysis.document.data) if end is None else end
    seen: set[int] = set()
    for node in sorted(_NAMES.captures(analysis.document.root, "name", start, stop), key=lambda one: one.start_byte):
        parent = node.parent
        if parent is not None and parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
            candidate = parent
        elif is_expression(node):
            candidate = node
        else:
            continue
        longer = candidate.parent
        if (
            longer is not None
            and longer.type == "attribute"
            and longer.child_by_field_name("object") == candidate
            and isinstance(analysis.fact(candidate).value, (Module, SymbolRef))
            and of_node(analysis, longer) is not None
        ):
            continue  # `torch.nn` inside `torch.nn.Conv2d` is part of the longer use
        if candidate.id in seen:
            continue
        seen.add(candidate.id)
        use = of_node(analysis, candidate)
        if use is not None:
            yield use


def main_framework(analysis: Analysis) -> Framework | None:
    """The framework that a file imports more from at its top level; None if it imports neither.

    Imports are counted and not uses: this is asked at every move of the cursor.
    """
    counts: Counter[Framework] = Counter()
    scope = analysis.scope(analysis.document.root)
    for bindings in scope.bindings.values():
        for binding in bindings:
            if binding.origin is Origin.IMPORT:
                value = names.binding_fact(analysis, binding, scope).value
                framework = framework_of(value.name) if isinstance(value, (Module, SymbolRef)) else None
                if framework is not None:
                    counts[framework] += 1
    return counts.most_common(1)[0][0] if counts else None
