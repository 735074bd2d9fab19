"""One file under analysis: facts about its expressions, worked out on demand and remembered.

Nothing is computed before it is asked for, so the first answer after a keystroke costs what that answer needs,
not what the file is long. Facts never run the user's code and never fail: what is not understood is unknown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference import expressions, names, types
from lsp_server.inference.values import NOTHING, Bound, Constant, Fact, Instance, Source, SymbolRef
from lsp_server.syntax import scopes
from lsp_server.syntax.document import Document

if TYPE_CHECKING:
    from lsp_server.inference.project import Project

_MAX_DEPTH = 60
_MAX_STEPS = 20_000


class Analysis:
    """Facts about one version of one file."""

    def __init__(self, document: Document, catalog: Catalog, project: Project, path: Path | None = None) -> None:
        self.document = document
        self.catalog = catalog
        self.project = project
        self.path = path
        self._facts: dict[int, Fact] = {}
        self._scopes: dict[int, scopes.Scope] = {}
        self._running: set[int] = set()
        self._asked: set[str] = set()
        self.caches: dict[str, dict[int, object]] = {}

    def fact(self, node: Node) -> Fact:
        """What an expression denotes. A member stays a member: ``x.shape`` is a `Bound`, see `value`."""
        key = node.id
        known = self._facts.get(key)
        if known is not None:
            return known
        effort = self.project.effort
        if key in self._running or effort.depth > _MAX_DEPTH or effort.steps > _MAX_STEPS:
            effort.cuts += 1
            return NOTHING
        if not effort.depth:
            effort.steps = 0
        effort.steps += 1
        before = effort.cuts
        effort.depth += 1
        self._running.add(key)
        try:
            fact = expressions.evaluate(self, node)
        finally:
            self._running.discard(key)
            effort.depth -= 1
        if effort.cuts == before or not effort.depth:
            # what was cut short is only half the truth: it counts here, but is not remembered
            self._facts[key] = fact
        return fact

    def value(self, node: Node) -> Fact:
        """The object that an expression gives: properties, attributes and states are read."""
        return self.read(self.fact(node))

    def read(self, fact: Fact) -> Fact:
        value = fact.value
        if isinstance(value, Bound):
            member = self.catalog.member(*value.name.rsplit(".", 1))
            if member is None:
                return NOTHING
            if member.state is not None:
                framework = value.name.partition(".")[0]
                parameter = "torch.nn.Parameter" if framework == "torch" else "mindspore.Parameter"
                tensor = "torch.Tensor" if framework == "torch" else "mindspore.Tensor"
                return Fact(Instance(parameter if member.state.kind == "parameter" else tensor), fact.certain)
            symbol = member.symbol
            if symbol is not None and symbol.kind in ("property", "attribute"):
                return Fact(types.parse(symbol.returns, self.catalog, value.receiver), fact.certain)
        if isinstance(value, SymbolRef):
            symbol = self.catalog.symbol(value.name)
            if symbol is not None and symbol.kind == "constant" and symbol.returns:
                return Fact(types.parse(symbol.returns, self.catalog), fact.certain)
        return fact

    def scope(self, node: Node) -> scopes.Scope:
        """The names that a scope node binds."""
        known = self._scopes.get(node.id)
        if known is None:
            known = self._scopes[node.id] = scopes.build(node, self.document.data)
        return known

    def text(self, node: Node) -> str:
        return self.document.text_of(node)

    def source(self, node: Node) -> Source:
        return Source(self, node)

    def constant(self, node: Node) -> Constant | None:
        value = self.value(node).value
        return value if isinstance(value, Constant) else None

    def global_fact(self, name: str) -> Fact:
        """What a name means to somebody who imports it from this module."""
        if name in self._asked:
            self.project.effort.cuts += 1  # files that import each other
            return NOTHING
        self._asked.add(name)
        try:
            return names.module_name(self, name)
        finally:
            self._asked.discard(name)
