"""Which variables statements read, bind and change, as far as their own text shows it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

LOOPS = ("for_statement", "while_statement")
PARTS = ("block", "elif_clause", "else_clause")
"""What an ``if`` consists of beside its condition."""
_COMPREHENSIONS = ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
_TARGETS = ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list")


def text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from walk(child)


def field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def is_label(node: Node) -> bool:
    """Whether a word names an attribute or a parameter of a call, and no variable."""
    parent = node.parent
    if parent is None or parent.type not in ("attribute", "keyword_argument"):
        return False
    return field(parent, "attribute" if parent.type == "attribute" else "name") == node


def reads(node: Node) -> set[str]:
    """The names that are read somewhere below a node, those of its own comprehensions and lambdas left out."""
    found: set[str] = set()
    _read(node, frozenset(), found)
    return found


def _read(node: Node, hidden: frozenset[str], found: set[str]) -> None:
    if node.type == "identifier":
        if text(node) not in hidden:
            found.add(text(node))
        return
    if node.type == "attribute":
        owner = field(node, "object")
        if owner is not None:
            _read(owner, hidden, found)
        return
    if node.type == "keyword_argument":
        value = field(node, "value")
        if value is not None:
            _read(value, hidden, found)
        return
    if node.type in ("assignment", "for_statement", "for_in_clause"):
        left = field(node, "left")
        skipped = set(_plain_targets(left)) if left is not None else set[int]()
        for child in node.named_children:
            if child.id not in skipped:
                _read_target(child, skipped, hidden, found)
        return
    if node.type == "as_pattern_target":
        return
    if node.type in _COMPREHENSIONS:
        clauses = [child for child in node.named_children if child.type == "for_in_clause"]
        own = {name for clause in clauses for name in targets(field(clause, "left"))}
        hidden = hidden | own
    if node.type in ("lambda", "function_definition"):
        hidden = hidden | parameters(node)
        if node.type == "function_definition":
            body = field(node, "body")
            if body is not None:
                hidden = hidden | binds(body)
            for part in (field(node, "parameters"), body):
                if part is not None:
                    _read(part, hidden, found)
            return
    for child in node.named_children:
        _read(child, hidden, found)


def _read_target(node: Node, skipped: set[int], hidden: frozenset[str], found: set[str]) -> None:
    if node.type in _TARGETS and any(child.id in skipped for child in node.named_children):
        for child in node.named_children:
            if child.id not in skipped:
                _read_target(child, skipped, hidden, found)
        return
    _read(node, hidden, found)


def _plain_targets(node: Node) -> Iterator[int]:
    if node.type == "identifier":
        yield node.id
    elif node.type in _TARGETS:
        for child in node.named_children:
            yield from _plain_targets(child)


def parameters(function: Node) -> set[str]:
    """The names of a function's or lambda's parameters."""
    return set(ordered_parameters(function))


def ordered_parameters(function: Node) -> list[str]:
    """The same in their order."""
    listed = field(function, "parameters")
    found: list[str] = []
    for child in listed.named_children if listed is not None else ():
        name = child if child.type == "identifier" else field(child, "name")
        if name is None:
            name = next((one for one in walk(child) if one.type == "identifier"), None)
        if name is not None:
            found.append(text(name))
    return found


def targets(node: Node | None) -> set[str]:
    """The plain names of an assignment's left side."""
    if node is None:
        return set()
    if node.type == "identifier":
        return {text(node)}
    if node.type in _TARGETS:
        return {name for child in node.named_children for name in targets(child)}
    return set()


def binds(node: Node) -> set[str]:
    """The names that a statement binds, whatever path is taken through it."""
    found: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("assignment", "augmented_assignment", "for_statement"):
            found |= targets(field(current, "left"))
        elif current.type in ("function_definition", "class_definition"):
            name = field(current, "name")
            if name is not None:
                found.add(text(name))
            continue
        elif current.type == "named_expression":
            found |= targets(field(current, "name"))
        elif current.type in ("as_pattern_target", "import_statement", "import_from_statement"):
            found |= {text(one) for one in walk(current) if one.type == "identifier"}
        elif current.type in ("lambda", *_COMPREHENSIONS):
            continue
        stack.extend(current.named_children)
    return found


def bound_in(own: list[Node]) -> set[str]:
    return {name for statement in own for name in binds(statement)}


def changes(node: Node) -> set[str]:
    """The names whose objects a statement may change: ``found.append(x)``, ``table[i] = x``, ``box.value = x``."""
    found: set[str] = set()
    for one in walk(node):
        changed: Node | None = None
        if one.type in ("assignment", "augmented_assignment"):
            left = field(one, "left")
            changed = left if left is not None and left.type in ("attribute", "subscript") else None
        elif one.type == "expression_statement" and one.named_children and one.named_children[0].type == "call":
            function = field(one.named_children[0], "function")
            changed = function if function is not None and function.type == "attribute" else None
        root = root_of(changed)
        if root is not None:
            found.add(text(root))
    return found


def certainly_binds(statement: Node, name: str) -> bool:
    """Whether a statement binds a name on every path, before it could read it."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else statement
    return inner.type == "assignment" and name in targets(field(inner, "left")) and name not in reads(inner)


def reads_first(statement: Node, name: str) -> bool:
    """Whether a statement reads what it was given by others. A loop, block or branch may bind the name first."""
    if statement.type in ("if_statement", "elif_clause", "else_clause"):
        if any(name in reads(one) for one in statement.named_children if one.type not in PARTS):
            return True
        parts = [one for one in statement.named_children if one.type in PARTS]
        return any(_first_in(one, name) if one.type == "block" else reads_first(one, name) for one in parts)
    body = field(statement, "body")
    if statement.type in ("for_statement", "with_statement", "while_statement") and body is not None:
        head = [child for child in statement.named_children if child.id != body.id]
        targets = {one for child in head for one in binds(child)}
        if statement.type == "for_statement":
            targets |= binds(statement) - binds(body)
        if any(name in reads(child) for child in head if child != field(statement, "left")):
            return True
        return name not in targets and _first_in(body, name)
    return name in reads(statement)


def _first_in(block: Node, name: str) -> bool:
    """Whether the statements of a block read a name before one of them binds it."""
    for inner in statements(block):
        if reads_first(inner, name):
            return True
        if certainly_binds(inner, name) or (inner.type != "if_statement" and name in binds(inner)):
            return False
    return False


def has_long_string(node: Node) -> bool:
    """Whether a string over several lines stands in a node: it must not be moved to another indentation."""
    return any(one.type == "string" and one.start_point[0] != one.end_point[0] for one in walk(node))


def root_of(node: Node | None) -> Node | None:
    """The name at the start of ``a.b[c].d``."""
    while node is not None and node.type in ("attribute", "subscript", "call", "parenthesized_expression"):
        if node.type == "parenthesized_expression":
            node = node.named_children[0] if node.named_children else None
        else:
            node = field(node, {"attribute": "object", "subscript": "value", "call": "function"}[node.type])
    return node if node is not None and node.type == "identifier" else None


def statements(block: Node) -> list[Node]:
    return [child for child in block.named_children if child.type != "comment"]


def block_of(statement: Node) -> Node | None:
    parent = statement.parent
    return parent if parent is not None and parent.type in ("block", "module") else None


def loops_around(block: Node) -> list[Node]:
    """The loops around a block, the innermost first, up to the function that holds it."""
    found: list[Node] = []
    node: Node | None = block
    while node is not None and node.type not in ("function_definition", "class_definition", "lambda"):
        if node.type in LOOPS:
            found.append(node)
        node = node.parent
    return found


def is_bound_before(statement: Node, name: str, but: list[Node]) -> bool:
    """Whether the function (or the module) has bound a name before a statement, by another one than ``but``."""
    skipped = {one.id for one in but}
    current: Node | None = statement
    while current is not None and current.type not in ("module", "lambda"):
        if current.type == "function_definition":
            return name in parameters(current)
        if current != statement and current.type == "for_statement" and name in targets(field(current, "left")):
            return True
        around = block_of(current)
        for one in statements(around) if around is not None else ():
            if one.start_byte < current.start_byte and one.id not in skipped and name in binds(one):
                return True
        current = current.parent
    return False


def function_around(node: Node) -> Node:
    """The function, or the module, that a node belongs to."""
    current = node
    while current.parent is not None and current.type not in ("function_definition", "lambda"):
        current = current.parent
    return current
