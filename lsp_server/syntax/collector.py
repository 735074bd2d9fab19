"""What targets, parameters and expressions of a scope bind, and under which conditions their parts are worked out."""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.syntax import conditions
from lsp_server.syntax.conditions import Condition, chain
from lsp_server.syntax.flow import Event
from lsp_server.syntax.scopes import COMPREHENSIONS, Binding, Origin, Scope, parameter_name

_MAYBE = re.compile(rb"for\b|lambda\b|:=|is(?:instance|_tensor)?\b|type\b")
"""What `_NOTABLE` finds and some more, in a fifth of the time: most expressions have none of it."""
_NOTABLE = re.compile(rb"\bfor\b|\blambda\b|:=|\bisinstance\b|\bis_tensor\b|\bis\b|\btype\b")
TARGETS = {"pattern_list", "tuple_pattern", "list_pattern", "expression_list", "as_pattern_target", "tuple", "list"}
_MAX_EXPRESSION = 300


class Collector:
    """Adds to a scope what its nodes bind and test."""

    def __init__(self, scope: Scope, data: bytes) -> None:
        self.scope = scope
        self.data = data

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def add(
        self,
        name: str,
        origin: Origin,
        node: Node,
        block: Node,
        path: tuple[int, ...] = (),
        end: int | None = None,
        is_weak: bool = False,
    ) -> None:
        binding = Binding(name, origin, node, node.end_byte if end is None else end, block, path)
        self.happens(name, Event(binding.end, binding, is_weak))
        if "." in name:
            return
        own = self.scope.rebound if name in self.scope.outer else self.scope.bindings
        own.setdefault(name, []).append(binding)

    def happens(self, key: str, event: Event) -> None:
        self.scope.events.setdefault(key, []).append(event)

    def mentions(self, condition: Condition, at: int) -> None:
        for key in conditions.keys(condition):
            self.happens(key, Event(at))

    # -- targets and parameters -----------------------------------------------------------------------------------

    def targets(
        self,
        node: Node | None,
        origin: Origin,
        statement: Node,
        block: Node,
        path: tuple[int, ...] = (),
        end: int | None = None,
    ) -> None:
        """Names and attribute chains in a target pattern; subscripts bind no name."""
        if node is None:
            return
        if node.type in ("identifier", "attribute"):
            key = chain(node, self.data)
            if key:
                self.add(key, origin, statement, block, path, end)
        elif node.type in TARGETS:
            nested = node.type != "as_pattern_target"
            starred = False
            children = [child for child in node.named_children if child.type != "comment"]
            for index, child in enumerate(children):
                if child.type == "list_splat_pattern":
                    starred = True
                    for inner in child.named_children:
                        self.targets(inner, Origin.OPAQUE, statement, block, (), end)
                    continue
                step = (index - len(children) if starred else index,) if nested else ()
                self.targets(child, origin, statement, block, path + step, end)

    def parameters(self, node: Node | None, body: Node) -> None:
        if node is None:
            return
        for parameter in node.named_children:
            name = parameter_name(parameter)
            if name is not None:
                end = min(node.end_byte, body.start_byte - 1)
                self.add(self.text(name), Origin.PARAMETER, parameter, self.scope.node, end=end)

    # -- expressions ----------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> None:
        """The scopes, bindings and conditions inside of an expression or simple statement."""
        start, end = node.start_byte, node.end_byte
        if _MAYBE.search(self.data, start, end) and _NOTABLE.search(self.data, start, end):
            self.visit(node, False, 0)

    def visit(self, node: Node, is_optional: bool, depth: int) -> None:
        kind = node.type
        if depth > _MAX_EXPRESSION or not node.named_child_count:
            return
        if kind == "lambda":
            body, parameters = node.child_by_field_name("body"), node.child_by_field_name("parameters")
            if parameters is not None:
                self.visit(parameters, is_optional, depth + 1)
            if body is not None:
                self.scope.inner.append((body.start_byte, body.end_byte, node))
            return
        if kind in COMPREHENSIONS:
            self.nested(node, depth)
            return
        children = [child for child in node.named_children if child.type != "comment"]
        if kind == "boolean_operator" and len(children) == 2:
            operator = node.child_by_field_name("operator")
            self.visit(children[0], is_optional, depth + 1)
            self.region(children[0], children[1], operator is not None and operator.type == "and")
            self.visit(children[1], True, depth + 1)
            return
        if kind == "conditional_expression" and len(children) == 3:
            self.region(children[1], children[0], True)
            self.region(children[1], children[2], False)
            for child in children:
                self.visit(child, is_optional or child is not children[1], depth + 1)
            return
        for child in children:
            self.visit(child, is_optional, depth + 1)
        if kind == "named_expression":
            name = node.child_by_field_name("name")
            if name is not None:
                self.add(self.text(name), Origin.ASSIGNMENT, node, node, is_weak=is_optional)

    def region(self, test: Node, place: Node, holds: bool) -> None:
        """A part of an expression that is worked out only if a condition holds or does not."""
        told = conditions.parse(test, self.data)
        for key in conditions.keys(told):
            self.happens(key, Event(place.start_byte, condition=told, holds=holds, end=place.end_byte))

    def nested(self, node: Node, depth: int) -> None:
        """A comprehension inside: what it runs over first belongs to this scope, and what ``:=`` binds there."""
        clause = next((child for child in node.named_children if child.type == "for_in_clause"), None)
        first = clause.child_by_field_name("right") if clause is not None else None
        if first is None:
            self.scope.inner.append((node.start_byte, node.end_byte, node))
            return
        self.scope.inner.append((node.start_byte, first.start_byte, node))
        self.scope.inner.append((first.end_byte, node.end_byte, node))
        self.visit(first, False, depth + 1)
        if self.scope.node.type not in COMPREHENSIONS and self.data.find(b":=", node.start_byte, node.end_byte) >= 0:
            for walrus in descend(node, "named_expression"):
                name = walrus.child_by_field_name("name")
                if name is not None and not first.start_byte <= walrus.start_byte < first.end_byte:
                    self.add(self.text(name), Origin.ASSIGNMENT, walrus, walrus, is_weak=True)

    def comprehension(self, node: Node) -> None:
        """A comprehension's own names hold everywhere in it; its conditions in what is worked out after them."""
        first = True
        body = node.child_by_field_name("body")
        for clause in node.named_children:
            if clause.type == "for_in_clause":
                self.targets(clause.child_by_field_name("left"), Origin.LOOP, clause, node, end=node.start_byte)
                right = clause.child_by_field_name("right")
                if right is not None and not first:
                    self.expression(right)
                first = False
            elif clause.type == "if_clause" and clause.named_children:
                self.expression(clause.named_children[0])
                told = conditions.parse(clause.named_children[0], self.data)
                for key in conditions.keys(told):
                    if body is not None:
                        self.happens(key, Event(body.start_byte, condition=told, end=body.end_byte))
                    self.happens(key, Event(clause.end_byte, condition=told, end=node.end_byte))
        if body is not None:
            self.expression(body)


def descend(node: Node, kind: str, through_blocks: bool = False) -> list[Node]:
    """Nodes of a kind below a node; nested functions, classes and, if not wanted, blocks are left out."""
    found: list[Node] = []
    stack = list(reversed(node.named_children))
    while stack:
        current = stack.pop()
        if current.type == kind:
            found.append(current)
        if current.type not in ("function_definition", "class_definition", "lambda") and (
            through_blocks or current.type != "block"
        ):
            stack.extend(reversed(current.named_children))
    return found
