"""Reads one scope: its names, what happens to them, and in which order its statements run."""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.syntax import conditions
from lsp_server.syntax.collector import TARGETS, Collector, descend
from lsp_server.syntax.conditions import Compound, Condition, Test, chain
from lsp_server.syntax.flow import Block, Event, Part, Piece, Role, Shape
from lsp_server.syntax.scopes import COMPREHENSIONS, Origin, Scope

_SUITES = {
    "if_statement",
    "for_statement",
    "while_statement",
    "try_statement",
    "with_statement",
    "match_statement",
}
_SUPPRESSES = re.compile(rb"suppress|raises")
_EXITS = {b"sys.exit", b"os._exit", b"exit", b"quit"}
_MAX_NESTING = 40
"""Of blocks, beyond which any name may have been bound."""


def build(node: Node, data: bytes) -> Scope:
    """The bindings of one scope; nested functions and classes are not entered."""
    body = node if node.type == "module" or node.parent is None else node.child_by_field_name("body")
    if body is None or node.type in COMPREHENSIONS:
        body = node
    root = Block(body.start_byte if body.type != "module" else 0, body.end_byte)
    kind = node.type
    scope = Scope(node, root, kind == "class_definition", kind in ("function_definition", "lambda"))
    binder = _Binder(scope, data)
    if node.type in COMPREHENSIONS:
        binder.comprehension(node)
        return scope
    if node.type in ("function_definition", "lambda"):
        binder.parameters(node.child_by_field_name("parameters"), body)
    if node.type == "lambda":
        binder.expression(body)
    else:
        binder.statements(body, body)
    return scope


class _Binder(Collector):
    def __init__(self, scope: Scope, data: bytes) -> None:
        super().__init__(scope, data)
        self.current = scope.root
        self.nesting = 0

    # -- statements -----------------------------------------------------------------------------------------------

    def statements(self, node: Node, block: Node) -> None:
        for child in node.named_children:
            self.statement(child, block)

    def statement(self, node: Node, block: Node) -> None:
        kind = node.type
        if kind == "expression_statement":
            for child in node.named_children:
                self.simple(child, block)
        elif kind in ("function_definition", "class_definition"):
            self.definition(node, node, block)
        elif kind == "decorated_definition":
            inner = node.child_by_field_name("definition")
            if inner is not None:
                self.definition(inner, node, block)
        elif kind in ("import_statement", "import_from_statement"):
            self.imports(node, block)
        elif kind in ("return_statement", "raise_statement"):
            self.expression(node)
            self.jump(node, Shape.LEAVE)
        elif kind == "break_statement":
            self.jump(node, Shape.BREAK)
        elif kind == "continue_statement":
            self.jump(node, Shape.CONTINUE)
        elif kind in ("global_statement", "nonlocal_statement"):
            for child in node.named_children if self.scope.is_deferred else ():
                name = self.text(child)
                self.scope.outer.add(name)
                self.scope.rebound.setdefault(name, []).extend(self.scope.bindings.pop(name, []))
        elif kind == "delete_statement":
            for child in node.named_children:
                self.targets(child, Origin.DELETED, node, block)
        elif kind == "assert_statement":
            self.asserted(node)
        elif kind in _SUITES:
            self.suite(node, block)
        elif kind in ("ERROR", "block"):
            # unfinished code: what is left of its statements
            for child in node.named_children:
                self.statement(child, block)
                self.simple(child, block)
        elif kind not in ("comment", "pass_statement", "type_alias_statement"):
            self.expression(node)

    def simple(self, node: Node, block: Node) -> None:
        """An expression that is a statement, assignments included."""
        kind = node.type
        self.expression(node)
        if kind == "assignment":
            right = node.child_by_field_name("right")
            while right is not None and right.type == "assignment":
                self.targets(right.child_by_field_name("left"), Origin.ASSIGNMENT, right, block)
                right = right.child_by_field_name("right")
            left = node.child_by_field_name("left")
            if right is None and left is not None and left.type != "identifier":
                return  # ``self.x: Tensor`` alone sets nothing
            self.targets(left, Origin.ASSIGNMENT, node, block)
        elif kind == "augmented_assignment":
            self.targets(node.child_by_field_name("left"), Origin.AUGMENTED, node, block)
        elif kind == "call":
            function = node.child_by_field_name("function")
            if function is not None and self.data[function.start_byte : function.end_byte] in _EXITS:
                self.jump(node, Shape.LEAVE)

    def jump(self, node: Node, shape: Shape) -> None:
        self.current.add(
            Piece(shape, node.start_byte, node.end_byte, (), False, shape is Shape.BREAK, shape is Shape.CONTINUE)
        )

    def definition(self, inner: Node, whole: Node, block: Node) -> None:
        body = inner.child_by_field_name("body")
        for part in whole.named_children if whole is not inner else ():
            if part.type == "decorator":
                self.expression(part)
        for field in ("parameters", "superclasses", "return_type"):
            part = inner.child_by_field_name(field)
            if part is not None:
                self.expression(part)
        if body is not None:
            self.scope.inner.append((body.start_byte, body.end_byte, inner))
        name = inner.child_by_field_name("name")
        if name is not None:
            self.add(self.text(name), Origin.DEFINITION, inner, block, end=whole.end_byte)

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

    def asserted(self, node: Node) -> None:
        self.expression(node)
        told = conditions.parse(node.named_children[0], self.data) if node.named_children else None
        if told is False:
            self.jump(node, Shape.LEAVE)
        for key in conditions.keys(told):
            self.happens(key, Event(node.end_byte, condition=told))

    # -- compound statements --------------------------------------------------------------------------------------

    def suite(self, node: Node, block: Node) -> None:
        if self.nesting >= _MAX_NESTING:
            for name in {self.text(name) for name in descend(node, "identifier", through_blocks=True)}:
                self.add(name, Origin.OPAQUE, node, node, is_weak=True)
            return
        outer, self.nesting = self.current, self.nesting + 1
        kind = node.type
        if kind == "if_statement":
            piece = self.choice(node)
        elif kind in ("for_statement", "while_statement"):
            piece = self.loop(node)
        elif kind == "try_statement":
            piece = self.trial(node, block)
        elif kind == "with_statement":
            piece = self.inside(node, block)
        else:
            piece = self.match(node)
        self.current, self.nesting = outer, self.nesting - 1
        outer.add(piece)

    def suite_block(self, node: Node | None, holder: Node, block: Node | None = None) -> Block:
        """The block of a header; an empty one in unfinished code."""
        if node is None:
            return Block(holder.end_byte, holder.end_byte)
        self.current = made = Block(node.start_byte, node.end_byte)
        self.statements(node, block if block is not None else node)
        return made

    def choice(self, node: Node) -> Piece:
        parts: list[Part] = []
        for clause in (node, *node.children_by_field_name("alternative")):
            test = clause.child_by_field_name("condition")
            if test is not None:
                self.expression(test)
            told = conditions.parse(test, self.data)
            if told is not None and not isinstance(told, bool):
                self.mentions(told, clause.start_byte)
            is_last = clause.type == "else_clause"
            body = clause.child_by_field_name("body" if is_last else "consequence")
            made = self.suite_block(body, clause)
            parts.append(Part(Role.ELSE if is_last else Role.BODY, clause.start_byte, made, told))
        reached = [part for part in parts if part.condition is not False]
        certain = next((index for index, part in enumerate(reached) if part.condition is True), len(reached))
        reached = reached[: certain + 1]
        is_total = certain < len(reached) or any(part.role is Role.ELSE for part in reached)
        completes = not is_total or any(part.block.completes for part in reached)
        return _piece(Shape.CHOICE, node, parts, completes)

    def loop(self, node: Node) -> Piece:
        body = node.child_by_field_name("body")
        told: Condition = None
        if node.type == "for_statement":
            for field in ("right", "left"):
                part = node.child_by_field_name(field)
                if part is not None and (field == "right" or part.type not in ("identifier", *TARGETS)):
                    self.expression(part)
            at = body.start_byte - 1 if body is not None else node.end_byte
            self.targets(node.child_by_field_name("left"), Origin.LOOP, node, body or node, end=at)
        else:
            test = node.child_by_field_name("condition")
            if test is not None:
                self.expression(test)
            told = conditions.parse(test, self.data)
            self.mentions(told, node.start_byte)
        parts = [Part(Role.BODY, node.start_byte, self.suite_block(body, node), told)]
        last = node.child_by_field_name("alternative")
        if last is not None:
            made = self.suite_block(last.child_by_field_name("body"), last)
            parts.append(Part(Role.ELSE, last.start_byte, made))
        ends = told is not True and (len(parts) == 1 or parts[1].block.completes)
        return Piece(
            Shape.LOOP if node.type == "for_statement" else Shape.REPEAT,
            node.start_byte,
            node.end_byte,
            tuple(parts),
            ends or parts[0].block.breaks,
            len(parts) > 1 and parts[1].block.breaks,
            len(parts) > 1 and parts[1].block.continues,
        )

    def trial(self, node: Node, block: Node) -> Piece:
        parts = [Part(Role.BODY, node.start_byte, self.suite_block(node.child_by_field_name("body"), node))]
        for clause in node.named_children:
            inner = next((child for child in clause.named_children if child.type == "block"), None)
            if clause.type in ("except_clause", "except_group_clause"):
                for target in descend(clause, "as_pattern_target"):
                    self.targets(target, Origin.OPAQUE, clause, clause, end=target.end_byte)
                parts.append(Part(Role.HANDLER, clause.start_byte, self.suite_block(inner, clause)))
            elif clause.type == "else_clause":
                parts.append(Part(Role.ELSE, clause.start_byte, self.suite_block(inner, clause)))
            elif clause.type == "finally_clause":
                # what it binds holds afterwards in any case
                parts.append(Part(Role.FINALLY, clause.start_byte, self.suite_block(inner, clause, block)))
        by_role = {role: [part.block for part in parts if part.role is role] for role in Role}
        body = [*by_role[Role.BODY], *by_role[Role.ELSE]]
        completes = all(one.completes for one in body) or any(one.completes for one in by_role[Role.HANDLER])
        completes = completes and all(one.completes for one in by_role[Role.FINALLY])
        return _piece(Shape.TRIAL, node, parts, completes)

    def inside(self, node: Node, block: Node) -> Piece:
        body = node.child_by_field_name("body")
        end = body.start_byte if body is not None else node.end_byte
        for item in descend(node, "with_item"):
            value = item.child_by_field_name("value")
            if value is None:
                continue
            self.expression(value)
            alias = value.child_by_field_name("alias") if value.type == "as_pattern" else None
            if alias is not None:
                for target in alias.named_children or [alias]:
                    self.targets(target, Origin.WITH, value, block, end=value.end_byte)
        suppresses = _SUPPRESSES.search(self.data, node.start_byte, end) is not None
        part = Part(Role.BODY, node.start_byte, self.suite_block(body, node, block), is_guarded=suppresses)
        return _piece(Shape.INSIDE, node, [part], suppresses or part.block.completes)

    def match(self, node: Node) -> Piece:
        subjects = node.children_by_field_name("subject")
        subject = chain(subjects[0], self.data) if len(subjects) == 1 else ""
        for one in subjects:
            self.expression(one)
        parts: list[Part] = []
        is_total = False
        body = node.child_by_field_name("body")
        for clause in body.named_children if body is not None else ():
            if clause.type != "case_clause":
                continue
            patterns = [child for child in clause.named_children if child.type == "case_pattern"]
            guard = clause.child_by_field_name("guard")
            told: Condition = None
            if len(patterns) == 1:
                self.captures(patterns[0], clause)
                told = _pattern(patterns[0], subject)
            if guard is not None:
                self.expression(guard)
            asked = conditions.parse(guard.named_children[0], self.data) if guard and guard.named_children else None
            self.mentions(told, clause.start_byte)
            self.mentions(asked, clause.start_byte)
            made = self.suite_block(clause.child_by_field_name("consequence"), clause)
            parts.append(Part(Role.BODY, clause.start_byte, made, told, asked, guard is not None))
            is_total = is_total or (told is True and guard is None)
        completes = not is_total or any(part.block.completes for part in parts)
        return _piece(Shape.MATCH, node, parts, completes)

    def captures(self, pattern: Node, clause: Node) -> None:
        inner = pattern.named_children[0] if pattern.named_children else pattern
        if inner.type == "as_pattern" and inner.named_children[-1].type == "identifier":
            alias = inner.named_children[-1]
            self.add(self.text(alias), Origin.MATCH, inner, clause, end=alias.end_byte)
        for name in (*descend(pattern, "dotted_name"), *descend(pattern, "splat_pattern")):
            holder = name.parent
            if len(name.named_children) == 1 and (holder is None or holder.type != "class_pattern"):
                self.add(self.text(name.named_children[0]), Origin.OPAQUE, clause, clause, end=name.end_byte)


def _piece(shape: Shape, node: Node, parts: list[Part], completes: bool) -> Piece:
    breaks = any(part.block.breaks for part in parts)
    continues = any(part.block.continues for part in parts)
    return Piece(shape, node.start_byte, node.end_byte, tuple(parts), completes, breaks, continues)


def _pattern(pattern: Node, subject: str) -> Condition:
    """What a ``case`` says about the subject; True if it takes everything."""
    inner = pattern.named_children[0] if pattern.named_children else None
    if inner is None or (inner.type == "dotted_name" and len(inner.named_children) == 1):
        return True
    if inner.type == "as_pattern":
        return _pattern(inner.named_children[0], subject)
    if not subject:
        return None
    if inner.type == "none":
        return Test(subject, "none", inner)
    parts = inner.named_children if inner.type == "union_pattern" else [inner]
    if not all(part.type == "class_pattern" for part in parts):
        return None
    told = Test(subject, "pattern", inner)
    if all(len(part.named_children) == 1 for part in parts):
        return told
    return Compound("and", (told, None))  # more than the class is asked: if it does not match, nothing is known
