"""One file under analysis: facts about its expressions, worked out on demand and remembered.

Nothing is computed before it is asked for, so the first answer after a keystroke costs what that answer needs,
not what the file is long. Facts never run the user's code and never fail: what is not understood is unknown.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference import chains, expressions, library, names, stdlib, types
from lsp_server.inference.carried import ABSENT, Carried
from lsp_server.inference.digests import digest, path_of
from lsp_server.inference.questions import Key, Question, QuestionKey, Reader, Reads, T
from lsp_server.inference.solving import Frame, Tentative, Work
from lsp_server.inference.units import Outline, outline
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Constant,
    Fact,
    Instance,
    Source,
    SymbolRef,
    Union,
    join,
)
from lsp_server.syntax import binder, scopes
from lsp_server.syntax.document import Document

if TYPE_CHECKING:
    from lsp_server.inference.project import Lookup, Project
    from lsp_server.inference.versions import Memory


_ASKED_FOR = (
    "carriers",
    "exported",
    "plainly exported",
    "stars",
    "functions",
    "classes by base",
    "calls by name",
    "classes",
)
"""What other files ask for of what is cached."""
_READ = {Union, Bound, SymbolRef}
"""What gives another object when it is read."""


class Analysis:
    """Facts about one version of one file."""

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        project: Project,
        path: Path | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.document = document
        self.catalog = catalog
        self.project = project
        self.path = path
        self.home: Analysis = self
        """The file as a whole, where this is but one call's view of a function (`within`)."""
        self.given: Mapping[int, Fact] = {}
        """What parameters hold in that call, by the ids of their nodes."""
        self.memory = memory
        """What the last version of the file knew, if there was one."""
        self.earlier: Outline | None = None
        """The outline of the version before, where that has no memory yet."""
        self.known: dict[Hashable, Any] = {}
        """Facts by node, answers by question: final ones."""
        self.running: dict[Hashable, int] = {}
        self.tentative: dict[Hashable, Tentative] = {}
        self.reads = Reads()
        self.paths: dict[int, str] = {}
        self.answers: dict[Key, tuple[Node, Any]] = {}
        """By question: the owner and the answer."""
        self.carried: Carried | None = None
        self._noted: dict[QuestionKey, tuple[Key, Any]] = {}
        """Questions and digests of their answers, for those who asked."""
        self._scopes: dict[int, scopes.Scope] = {}
        self.stretches = scopes.Stretches()
        self.caches: dict[str, dict[Any, Any]] = {}
        self.lookups: dict[str | Path, Lookup] = {}
        """Which other files it was given. All that was worked out holds only as long as it would be given the same."""

    @cached_property
    def outline(self) -> Outline:
        memory = self.memory
        if memory is None or memory.newest is None:
            earlier, self.earlier = self.earlier, None
            return outline(self.document, earlier, earlier.next_serial if earlier is not None else 0)
        return outline(self.document, memory.newest.outline, memory.next_serial, memory.stamp)

    def fact(self, node: Node) -> Fact:
        """What an expression denotes. A member stays a member: ``x.shape`` is a `Bound`, see `value`."""
        known = self.known.get(node.id)
        if known is not None:
            return known
        kind = node.type
        handler = expressions.HANDLERS.get(kind)
        if handler is None:
            return NOTHING
        if kind in expressions.SIMPLE:
            found = self.known[node.id] = handler(self, node)
            return found
        return self.project.solver.solve(self, Work(node.id, node, handler))

    def ask(self, question: Question[T], node: Node, name: str = "", serial: int = -1) -> T:
        """The answer to a question about a definition of this file (the root for the module). It is remembered, and
        also that whoever works something out asked it."""
        key = (question.kind, node.id, name, serial)
        solver = self.project.solver
        answer: Any = self.known.get(key, ABSENT)
        if not self.project.has_versions:
            if answer is not ABSENT:
                return answer
            return solver.solve(self, Work(key, node, question.compute, (name,), question.start, question.empty))
        if answer is ABSENT:
            reader = Key(question, "", path_of(self, node), name, serial)
            carried = self.carried
            answer = carried.recall(reader, node) if carried is not None and key not in self.running else ABSENT
            if answer is ABSENT:
                work = Work(key, node, question.compute, (name,), question.start, question.empty, reader)
                answer = solver.solve(self, work)
            else:
                self.known[key] = answer
            if key in self.known:
                self._answered(reader, node, answer)
        asking = solver.frames[-1] if solver.frames else solver.asking
        if asking is not None:
            self._note(asking, question, key, node, answer)
        return answer

    def _answered(self, key: Key, node: Node, answer: Any) -> None:
        """Keep an answer for later versions, unless two owners have the same path of names."""
        known = self.answers.get(key)
        self.answers[key] = (node, answer if known is None or known[0].id == node.id else ABSENT)

    def forget(self) -> None:
        """Work everything out anew."""
        self.carried = None
        self.reads = Reads()
        for kept in (self.known, self.tentative, self.answers, self._noted):
            kept.clear()

    def rest(self) -> None:
        """Give up what only a look at the file itself needs. What others ask of it stays, or is worked out again."""
        self.known = {key: one for key, one in self.known.items() if type(key) is tuple and len(key) == 4}
        self.caches = {kind: kept for kind, kept in self.caches.items() if kind in _ASKED_FOR}
        self._scopes = {key: scope for key, scope in self._scopes.items() if not scope.is_deferred}
        self.stretches = scopes.Stretches()

    def close(self) -> None:
        """Give up everything, also itself: what an analysis knows leads back to it, and only a search finds that."""
        self.known.clear()
        self.caches.clear()
        self.__dict__.clear()

    def told(self, question: Question[T], name: str, answer: T) -> T:
        """As `ask` about the module, for an answer that is known without a tree."""
        solver = self.project.solver
        asking = (solver.frames[-1] if solver.frames else solver.asking) if self.project.has_versions else None
        if asking is not None and asking.analysis is not self:
            if asking.reader is None:
                outline = asking.analysis.outline
                index = outline.at(asking.node.start_byte)
                asking.reader = outline.units[index].serial if index >= 0 else None
            if asking.reader is not None:
                asking.analysis.reads.note(asking.reader, Key(question, str(self.path), "", name), digest(answer))
        return answer

    def _note(self, asking: Frame, question: Question[Any], key: QuestionKey, node: Node, answer: Any) -> None:
        noted = self._noted.get(key)
        if noted is None:
            noted = Key(question, "", path_of(self, node), key[2], key[3]), digest(answer)
            if key in self.known:
                self._noted[key] = noted
        home = asking.analysis.home
        reader = asking.reader
        if reader is None:
            index = home.outline.at(asking.node.start_byte)
            unit = home.outline.units[index] if index >= 0 else None
            if unit is None:
                return
            is_within = home is self and key[3] < 0 and question.touch not in ("called", "based")
            if is_within and self.outline.at(node.start_byte) == index and unit.holds(noted[0].owner):
                return  # what a function asks of itself changes with its text
            reader = asking.reader = unit.serial
        if home is self:
            home.reads.note(reader, *noted)
        else:
            home.reads.note(reader, Key(question, str(self.path), noted[0].owner, key[2], key[3]), noted[1])

    def value(self, node: Node) -> Fact:
        """The object that an expression gives: properties, attributes and states are read."""
        fact = self.fact(node)
        if type(fact.value) not in _READ:
            return fact
        if isinstance(fact.value, Bound) and node.type == "attribute":
            return chains.settled(self, node, self.read(fact))
        return self.read(fact)

    def read(self, fact: Fact) -> Fact:
        value = fact.value
        if isinstance(value, Union):
            return join([self.read(Fact(one, fact.certain)) for one in value.alternatives])
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
                special = library.attribute(value.name)
                if special is not None:
                    return Fact(special, fact.certain)
                return Fact(types.parse(symbol.returns, self.catalog, value.receiver), fact.certain)
        if isinstance(value, SymbolRef):
            symbol = self.catalog.symbol(value.name)
            if symbol is None:
                return Fact(stdlib.value(value.name), fact.certain) if stdlib.value(value.name) != UNKNOWN else fact
            if symbol.kind == "constant" and symbol.returns:
                return Fact(types.parse(symbol.returns, self.catalog), fact.certain)
        return fact

    def scope(self, node: Node) -> scopes.Scope:
        """The names that a scope node binds."""
        known = self._scopes.get(node.id)
        if known is None:
            known = self._scopes[node.id] = binder.build(node, self.document.data)
        return known

    def text(self, node: Node) -> str:
        return self.document.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def source(self, node: Node) -> Source:
        return Source(self, node)

    def constant(self, node: Node) -> Constant | None:
        value = self.value(node).value
        return value if isinstance(value, Constant) else None

    def global_fact(self, name: str) -> Fact:
        """What a name means to somebody who imports it from this module."""
        return self.ask(names.GLOBAL, self.document.root, name)

    def within(self, function: Node, given: Mapping[int, Fact]) -> View:
        """The same file with what the parameters of one function hold."""
        return View(self, function, given)


class View(Analysis):
    """What one call sees of the function that it calls; around the function, the facts are those of the file."""

    def __init__(self, home: Analysis, function: Node, given: Mapping[int, Fact]) -> None:
        super().__init__(home.document, home.catalog, home.project, home.path)
        self.home = home
        self.given = given
        self.outline = home.outline
        self.stretches = home.stretches
        self.reader: Reader | None = None
        """The question that the call asks: it asks all that is asked in here."""
        self._start, self._end = function.start_byte, function.end_byte

    def fact(self, node: Node) -> Fact:
        if not self._start <= node.start_byte < self._end:
            return self.home.fact(node)
        known = self.known.get(node.id)
        if known is not None:
            return known
        handler = expressions.HANDLERS.get(node.type)
        if handler is None:
            return NOTHING
        return self.project.solver.solve(self, Work(node.id, node, handler, reader=self.reader))

    def ask(self, question: Question[T], node: Node, name: str = "", serial: int = -1) -> T:
        return self.home.ask(question, node, name, serial)

    def scope(self, node: Node) -> scopes.Scope:
        return self.home.scope(node)

    def source(self, node: Node) -> Source:
        return self.home.source(node)
