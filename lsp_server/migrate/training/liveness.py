"""Whether the value that a statement leaves in a name may be read later."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from lsp_server.migrate.training.variables import (
    block_of,
    certainly_binds,
    field,
    function_around,
    reads,
    statements,
    targets,
    walk,
)

Moved = Mapping[int, frozenset[str]]
"""What becomes of statements that training steps take into functions: what is read there from outside."""


def is_read_later(name: str, block: Node, index: int, moved: Moved) -> bool:
    """``index``: the first statement of the block that runs afterwards."""
    holder = function_around(block)
    if holder.type == "module" and _read_in_functions(name, holder):
        return True
    current: Node = block
    while True:
        own = statements(current)
        seen = _scan(name, own[index:], moved)
        if seen is not None:
            return seen
        owner = current.parent
        if owner is None or owner.type in ("function_definition", "module"):
            return False
        if owner.type in ("for_statement", "while_statement") and _carried(name, owner, own[:index], moved):
            return True
        statement = owner
        while block_of(statement) is None:
            if statement.parent is None or statement.type == "function_definition":
                return False
            statement = statement.parent
        around = block_of(statement)
        assert around is not None  # the loop above ended there
        current = around
        index = next(at for at, one in enumerate(statements(around)) if one.id == statement.id) + 1


def _carried(name: str, loop: Node, before: list[Node], moved: Moved) -> bool:
    """Whether the next turn of a loop reads the name first."""
    condition = field(loop, "condition")
    if condition is not None and name in reads(condition):
        return True
    if loop.type == "for_statement" and name in targets(field(loop, "left")):
        return False
    return _scan(name, before, moved) is True


def _scan(name: str, following: list[Node], moved: Moved) -> bool | None:
    """True: read; False: bound anew before it is read; None: neither."""
    for statement in following:
        given = moved.get(statement.id)
        if given is not None:
            if name in given:
                return True
            continue
        if certainly_binds(statement, name):
            return False
        if _reads(name, statement, moved):
            return True
    return None


def _reads(name: str, statement: Node, moved: Moved) -> bool:
    if statement.type == "for_statement" and name in targets(field(statement, "left")):
        right = field(statement, "right")
        return right is not None and name in reads(right)
    if statement.type in ("for_statement", "while_statement", "with_statement"):
        body = field(statement, "body")
        head = [child for child in statement.named_children if body is None or child.id != body.id]
        if any(name in reads(part) for part in head):
            return True
        return body is not None and _scan(name, statements(body), moved) is True
    return name in reads(statement)


def _read_in_functions(name: str, module: Node) -> bool:
    return any(node.type == "function_definition" and name in reads(node) for node in walk(module))
