"""Which argument of a call goes to which parameter of a user's function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.definitions import Parameters

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


class Arguments(msgspec.Struct, frozen=True):
    """The arguments of a call by the parameters that take them."""

    given: dict[int, Node]
    """By the id of the parameter's node."""
    rest: tuple[Node, ...] = ()
    """What ``*args`` takes."""
    is_whole: bool = True
    """Nothing is hidden in a ``*`` or ``**``: parameters that are not given have their defaults."""


def bind(analysis: Analysis, call: Node, parameters: Parameters, skipped: int = 0) -> Arguments | None:
    """The arguments of a call, the first ``skipped`` parameters being taken already. None: they do not fit."""
    positional = parameters.positional[skipped:]
    by_name = dict((*positional, *parameters.keyword))
    given: dict[int, Node] = {}
    rest: list[Node] = []
    index = 0
    is_whole = True
    for node in argument_nodes(call):
        if node.type in ("list_splat", "dictionary_splat"):
            is_whole = False
        elif node.type == "keyword_argument":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            parameter = by_name.get(analysis.text(name)) if name is not None else None
            if value is None or (parameter is None and parameters.open is None):
                return None
            if parameter is not None:
                given[parameter.id] = value
        elif not is_whole:
            continue  # how many the star before it gave, nobody knows
        elif index < len(positional):
            given[positional[index][1].id] = node
            index += 1
        elif parameters.rest is not None:
            rest.append(node)
        else:
            return None
    return Arguments(given, tuple(rest), is_whole)
