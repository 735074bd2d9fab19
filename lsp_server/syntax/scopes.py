"""Which names a scope binds, where, and by what. One scope is looked at only when somebody asks."""

from __future__ import annotations

from enum import Enum

import msgspec
from tree_sitter import Node

SCOPES = {"module", "function_definition", "class_definition", "lambda"}
COMPREHENSIONS = {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
_BLOCKS = {
    "block",
    "if_statement",
    "elif_clause",
    "else_clause",
    "for_statement",
    "while_statement",
    "try_statement",
    "except_clause",
    "except_group_clause",
    "finally_clause",
    "with_statement",
    "match_statement",
    "case_clause",
    "ERROR",
}
LOOPS = {"for_statement", "while_statement"}


class Origin(Enum):
    """How a name comes to be bound."""

    IMPORT = "import"
    ASSIGNMENT = "assignment"
    AUGMENTED = "augmented"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    LOOP = "loop"
    WITH = "with"
    OPAQUE = "opaque"
    """``except … as``, ``del``, a capture pattern: bound to something not looked into."""


class Binding(msgspec.Struct, frozen=True):
    """One place that binds a name.

    ``node`` is the statement, definition or parameter; ``path`` the way into an unpacked value
    (``a, (b, c) = v`` binds c by the path (1, 1)); ``end`` the offset from which the binding holds;
    ``block`` the node whose execution makes it hold: it dominates what follows inside ``block``.
    """

    name: str
    origin: Origin
    node: Node
    end: int
    block: Node
    path: tuple[int, ...] = ()


class Scope(msgspec.Struct, frozen=True):
    """A module, function, class, lambda or comprehension with the names that it binds."""

    node: Node
    bindings: dict[str, list[Binding]] = msgspec.field(default_factory=dict[str, list[Binding]])
    stars: list[Node] = msgspec.field(default_factory=list[Node])
    """``from … import *`` statements."""
    outer: set[str] = msgspec.field(default_factory=set[str])
    """Names declared ``global`` or ``nonlocal``."""


def scope_of(node: Node) -> Node:
    """The innermost scope whose names an expression at this node sees.

    A function's decorators, defaults and annotations, and a class's bases, belong to the scope around it.
    """
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in COMPREHENSIONS:
            return parent
        if parent.type == "lambda" and child == parent.child_by_field_name("body"):
            return parent
        if parent.type in ("function_definition", "class_definition") and child == parent.child_by_field_name("body"):
            return parent
        child, parent = parent, parent.parent
    return child


def build(node: Node, data: bytes) -> Scope:
    """The bindings of one scope; nested functions and classes are not entered."""
    scope = Scope(node)
    builder = _Builder(scope, data)
    if node.type in ("function_definition", "lambda"):
        builder.parameters(node.child_by_field_name("parameters"))
    if node.type in COMPREHENSIONS:
        for clause in node.named_children:
            if clause.type == "for_in_clause":
                builder.targets(clause.child_by_field_name("left"), Origin.LOOP, clause, node)
        return scope
    body = node if node.parent is None else node.child_by_field_name("body")
    if body is not None and node.type != "lambda":
        builder.block(body, body)
    if b":=" in data[node.start_byte : node.end_byte]:
        builder.walruses(node)
    return scope


class _Builder:
    def __init__(self, scope: Scope, data: bytes) -> None:
        self.scope = scope
        self.data = data

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def add(
        self, name: str, origin: Origin, node: Node, block: Node, path: tuple[int, ...] = (), end: int | None = None
    ) -> None:
        if name in self.scope.outer:
            return
        binding = Binding(name, origin, node, node.end_byte if end is None else end, block, path)
        self.scope.bindings.setdefault(name, []).append(binding)

    def block(self, node: Node, dominated: Node) -> None:
        for child in node.named_children:
            self.statement(child, dominated)

    def statement(self, node: Node, block: Node) -> None:
        kind = node.type
        if kind == "expression_statement":
            for child in node.named_children:
                self.expression_statement(child, block)
        elif kind in ("function_definition", "class_definition"):
            self.definition(node, node, block)
        elif kind == "decorated_definition":
            inner = node.child_by_field_name("definition")
            if inner is not None:
                self.definition(inner, inner, block)
        elif kind in ("import_statement", "import_from_statement"):
            self.imports(node, block)
        elif kind in ("global_statement", "nonlocal_statement"):
            for child in node.named_children:
                self.scope.outer.add(self.text(child))
                self.scope.bindings.pop(self.text(child), None)
        elif kind == "delete_statement":
            for child in node.named_children:
                self.targets(child, Origin.OPAQUE, node, block)
        elif kind == "type_alias_statement":
            pass
        elif kind in _BLOCKS:
            self.compound(node, block)

    def expression_statement(self, node: Node, block: Node) -> None:
        if node.type == "assignment":
            right = node.child_by_field_name("right")
            while right is not None and right.type == "assignment":
                self.targets(right.child_by_field_name("left"), Origin.ASSIGNMENT, right, block)
                right = right.child_by_field_name("right")
            self.targets(node.child_by_field_name("left"), Origin.ASSIGNMENT, node, block)
        elif node.type == "augmented_assignment":
            self.targets(node.child_by_field_name("left"), Origin.AUGMENTED, node, block)

    def definition(self, inner: Node, node: Node, block: Node) -> None:
        name = inner.child_by_field_name("name")
        if name is not None:
            self.add(self.text(name), Origin.DEFINITION, node, block)

    def imports(self, node: Node, block: Node) -> None:
        module = node.child_by_field_name("module_name")
        for child in node.named_children:
            if module is not None and child == module:
                continue
            if child.type == "wildcard_import":
                self.scope.stars.append(node)
            elif child.type == "aliased_import":
                alias = child.child_by_field_name("alias")
                if alias is not None:
                    self.add(self.text(alias), Origin.IMPORT, child, block, end=node.end_byte)
            elif child.type == "dotted_name":
                first = child.named_children[0] if child.named_children else child
                self.add(self.text(first), Origin.IMPORT, child, block, end=node.end_byte)

    def compound(self, node: Node, block: Node) -> None:
        kind = node.type
        if kind == "for_statement":
            body = node.child_by_field_name("body")
            left = node.child_by_field_name("left")
            self.targets(left, Origin.LOOP, node, body or node, end=left.end_byte if left else None)
        elif kind == "with_statement":
            for item in _descend(node, "with_item"):
                self.with_item(item, node, block)
        elif kind in ("except_clause", "except_group_clause"):
            for pattern in _descend(node, "as_pattern_target"):
                self.targets(pattern, Origin.OPAQUE, node, node)
        elif kind == "case_clause":
            for pattern in node.named_children:
                if pattern.type == "case_pattern":
                    self.captures(pattern, node)
        for child in node.named_children:
            if child.type == "block":
                # a block of its own holds only inside; what a `with` or `finally` does holds afterwards too
                self.block(child, block if kind in ("with_statement", "finally_clause") else child)
            elif child.type in _BLOCKS:
                self.compound(child, block)
            elif kind == "ERROR":
                self.statement(child, block)
                self.expression_statement(child, block)

    def with_item(self, item: Node, node: Node, block: Node) -> None:
        value = item.child_by_field_name("value")
        if value is None or value.type != "as_pattern":
            return
        alias = value.child_by_field_name("alias")
        if alias is not None:
            for target in alias.named_children or [alias]:
                self.targets(target, Origin.WITH, value, block, end=value.end_byte)

    def captures(self, pattern: Node, clause: Node) -> None:
        for name in _descend(pattern, "dotted_name"):
            if len(name.named_children) == 1:
                self.add(self.text(name), Origin.OPAQUE, clause, clause, end=name.end_byte)

    def targets(
        self,
        node: Node | None,
        origin: Origin,
        statement: Node,
        block: Node,
        path: tuple[int, ...] = (),
        end: int | None = None,
    ) -> None:
        """Names in a target pattern; attributes and subscripts bind no name."""
        if node is None:
            return
        if node.type == "identifier":
            self.add(self.text(node), origin, statement, block, path, end)
        elif node.type in ("pattern_list", "tuple_pattern", "list_pattern", "expression_list", "as_pattern_target"):
            nested = node.type != "as_pattern_target"
            starred = False
            for index, child in enumerate(node.named_children):
                if child.type == "list_splat_pattern":
                    starred = True
                    for inner in child.named_children:
                        self.targets(inner, Origin.OPAQUE, statement, block, (), end)
                    continue
                step = (index - len(node.named_children) if starred else index,) if nested else ()
                self.targets(child, origin, statement, block, path + step, end)

    def parameters(self, node: Node | None) -> None:
        if node is None:
            return
        for parameter in node.named_children:
            name = parameter_name(parameter)
            if name is not None:
                self.add(self.text(name), Origin.PARAMETER, parameter, self.scope.node, end=node.end_byte)

    def walruses(self, node: Node) -> None:
        for walrus in _descend(node, "named_expression", blocks=True):
            holder = scope_of(walrus)
            while holder.type in COMPREHENSIONS:
                holder = scope_of(holder)
            name = walrus.child_by_field_name("name")
            if name is not None and holder == node:
                self.add(self.text(name), Origin.ASSIGNMENT, walrus, walrus)


def parameter_name(parameter: Node) -> Node | None:
    """The identifier of a parameter node of any form."""
    if parameter.type == "identifier":
        return parameter
    if parameter.type in ("default_parameter", "typed_default_parameter"):
        return parameter.child_by_field_name("name")
    if parameter.type in ("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern"):
        inner = parameter.named_children[0] if parameter.named_children else None
        return parameter_name(inner) if inner is not None else None
    return None


def _descend(node: Node, kind: str, blocks: bool = False) -> list[Node]:
    """Nodes of a kind below a node, nested functions and classes left out, nested blocks on request."""
    found: list[Node] = []
    stack = list(reversed(node.named_children))
    while stack:
        current = stack.pop()
        if current.type == kind:
            found.append(current)
        if current.type not in ("function_definition", "class_definition", "lambda") and (
            blocks or current.type != "block"
        ):
            stack.extend(reversed(current.named_children))
    return found


def reaching(bindings: list[Binding], use: Node) -> list[Binding]:
    """The bindings of one scope that may hold at a place in the same scope, latest first.

    Textual order stands for control flow: a binding whose block contains the place hides all earlier ones;
    inside a loop, later bindings of that loop reach too. ``if``/``else`` that both bind do not hide what was
    bound before, so a stale candidate can survive; it can make an answer unknown, never wrong.
    """
    offset = use.start_byte
    found: list[Binding] = []
    for binding in reversed(bindings):
        if binding.end > offset:
            continue
        found.append(binding)
        if binding.block.start_byte <= offset < binding.block.end_byte or binding.origin is Origin.PARAMETER:
            break
    later = [binding for binding in bindings if binding.end > offset]
    if later:
        loop = _enclosing_loop(use)
        while loop is not None:
            found += [
                b for b in later if b.node.start_byte >= loop.start_byte and b.end <= loop.end_byte and b not in found
            ]
            loop = _enclosing_loop(loop)
    return found


def _enclosing_loop(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type not in SCOPES:
        if parent.type in LOOPS:
            return parent
        parent = parent.parent
    return None
