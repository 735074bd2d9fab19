"""Calls of the user's functions that are looked into with what they pass."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, Fact

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis, View

Body = Callable[["Analysis", Node], Fact]
_MOST = 500
"""Different calls of one function that are looked into."""
_NUMBERS = itertools.count()


def result(home: Analysis, function: Node, given: dict[int, Fact], body: Body) -> Fact:
    """What the body of a function gives for what its parameters hold; calls that pass the same share the answer."""
    known: dict[Any, tuple[View, Question[Any]]] = kept(home, "views", function.id, _nothing)
    key = tuple(sorted(given.items(), key=lambda one: one[0]))
    found = known.get(key)
    if found is None:
        if len(known) >= _MOST:
            return NOTHING
        view = home.within(function, given)
        found = known[key] = (view, _question(view, body))
    return home.ask(found[1], function)


def _nothing() -> dict[Any, tuple[View, Question[Any]]]:
    return {}


def _question(view: View, body: Body) -> Question[Any]:
    """A question of this version only: the next one cannot ask it again, and looks anew at who asked it.

    It outlives its version in what is written down of who asked what, so it must not keep the version alive.
    """
    reference = weakref.ref(view)

    def compute(analysis: Analysis, node: Node, _: str) -> Any:
        own = reference()
        if own is None or own.home is not analysis:
            return object()
        own.reader = analysis.project.solver.frames[-1].reader
        return body(own, node)

    return Question(f"call {next(_NUMBERS)}", "owner", compute, NOTHING)
