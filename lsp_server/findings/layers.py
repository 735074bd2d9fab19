"""The module and cell classes of a file, and what their methods do with ``self``.

Most findings ask the same of a class: which attributes its methods set, and where ``forward`` reads them. It is worked
out once per version of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

import msgspec
from tree_sitter import Node

from lsp_server.catalog.model import FORWARD, FRAMEWORKS, LAYERS, TENSORS, Framework
from lsp_server.findings.model import Finding
from lsp_server.findings.remembered import Record
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.inference.units import definition_of
from lsp_server.inference.values import Fact, Instance, UserClass, UserInstance, Value
from lsp_server.syntax.patterns import Pattern

PARAMETERS = {"torch": "torch.nn.Parameter", "mindspore": "mindspore.Parameter"}
_READS = Pattern('(attribute object: (identifier) @self attribute: (identifier) @name (#eq? @self "self")) @read')
_MANAGES = ("_apply", "to", "cuda", "parameters", "named_parameters", "state_dict", "__setattr__", "__getattr__",
    "_save_to_state_dict", "named_modules", "_named_members")  # fmt: skip
_ANYTHING = r"__dict__|\bsetattr\(|\bvars\("
_MAX_STATEMENT = 40


class Read(msgspec.Struct, frozen=True):
    """``self.name`` where it is read."""

    node: Node
    method: str


class Layer:
    """A class of the file that is surely a ``torch.nn.Module`` or a ``mindspore.nn.Cell``."""

    def __init__(
        self, analysis: Analysis, framework: Framework, node: Node | None, index: int = -1, record: Record | None = None
    ) -> None:
        """``node`` is looked for when it is needed where the ``index`` of the unit is known."""
        self.analysis = analysis
        self.framework: Framework = framework
        self._node = node
        self._index = index
        self._record = record
        self._depends_on_file = False

    @property
    def cls(self) -> UserClass:
        return UserClass(self.analysis.source(self.node))

    @property
    def node(self) -> Node:
        if self._node is None:
            self._node = definition_of(self.analysis.outline.nodes[self._index])
        return self._node

    def depends_on_file(self) -> None:
        """What is being looked for depends on more than the class, its bases and facts: the text of the whole file, or
        the state of a module."""
        self._depends_on_file = True

    def look(self, code: str, check: Callable[[Layer], Iterator[Finding]]) -> list[Finding]:
        """What a rule finds in the class. That there is nothing is remembered for later versions."""
        record = self._record
        if record is None:
            return list(check(self))
        self._depends_on_file = False
        with self.analysis.project.solver.asked_for(self.analysis, self.node, record.serials[0]):
            found = list(check(self))
        if not found and not self._depends_on_file:
            record.silent.add(code)
        return found

    @property
    def reads(self) -> dict[str, list[Read]]:
        """Where the methods read each attribute; worked out when a finding first asks."""
        cache = cast("dict[int, dict[str, list[Read]]]", self.analysis.caches.setdefault("findings.reads", {}))
        if self.node.id not in cache:
            cache[self.node.id] = _reads(self.analysis, self.cls)
        return cache[self.node.id]

    @property
    def name(self) -> str:
        name = self.node.child_by_field_name("name")
        return self.analysis.text(name) if name is not None else "?"

    @property
    def settings(self) -> dict[str, list[Setting]]:
        return classes.table(self.cls).attributes

    def forward_reads(self, name: str) -> list[Read]:
        """Where an attribute is read by ``forward`` or by what it calls."""
        found = self.reads.get(name, [])
        running = self.running() if found else set[str]()
        return [read for read in found if read.method in running]

    def running(self) -> set[str]:
        """The methods that run when the object is called, as far as the class itself shows."""
        cache = cast("dict[int, set[str]]", self.analysis.caches.setdefault("findings.running", {}))
        if self.node.id not in cache:
            cache[self.node.id] = self._running()
        return cache[self.node.id]

    def _running(self) -> set[str]:
        methods = classes.table(self.cls).methods
        called: dict[str, set[str]] = {}
        for name, reads in self.reads.items():
            if name in methods:
                for read in reads:
                    called.setdefault(read.method, set()).add(name)
        pending = [name for name in (FORWARD[self.framework], "__call__") if name in methods]
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += called.get(name, ())
        return found

    def looks_after(self, name: str) -> bool:
        """Whether the class, or a base, moves, saves or lists an attribute by itself; a base that is not known may."""
        if any(not fact.certain for fact in classes.lineage(self.cls)):
            return True
        found = [classes.find_method(self.cls, method) for method in _MANAGES]
        texts = [method.definition.text for method in found if method is not None]
        return any(re.search(rf"\b{re.escape(name)}\b|{_ANYTHING}", text) for text in texts)


def _reads(analysis: Analysis, cls: UserClass) -> dict[str, list[Read]]:
    reads: dict[str, list[Read]] = {}
    for name, binding in classes.table(cls).methods.items():
        for captures in _READS.matches(binding.node):
            node = captures["read"][0]
            if not _is_target(node):
                reads.setdefault(analysis.text(captures["name"][0]), []).append(Read(node, name))
    return reads


def framework_of_class(analysis: Analysis, cls: UserClass) -> Framework | None:
    """Whose layer a class is; none if it is no layer, or of both."""
    found: set[Framework] = {
        framework
        for fact in classes.lineage(cls)
        for framework in FRAMEWORKS
        if fact.certain and is_layer(analysis, fact.value, framework)
    }
    return found.pop() if len(found) == 1 else None


def is_layer(analysis: Analysis, value: object, framework: Framework) -> bool:
    """Whether a framework's class is a layer."""
    name = getattr(value, "name", None)
    return isinstance(name, str) and analysis.catalog.is_subclass(name, LAYERS[framework])


def is_module(analysis: Analysis, value: Value) -> bool:
    """Whether an object is a module or cell."""
    if isinstance(value, Instance):
        return any(analysis.catalog.is_subclass(value.cls, root) for root in LAYERS.values())
    return isinstance(value, UserInstance) and framework_of_class(analysis, value.cls) is not None


def is_parameter(fact: Fact) -> bool:
    return isinstance(fact.value, Instance) and fact.value.cls in PARAMETERS.values()


def is_plain_tensor(fact: Fact) -> bool:
    return isinstance(fact.value, Instance) and fact.value.cls in TENSORS.values()


def _is_target(node: Node) -> bool:
    """Whether an attribute is assigned to and not read."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "assignment":
        return parent.child_by_field_name("left") == node
    return parent.type in ("pattern_list", "tuple_pattern")


def method_of(setting: Setting) -> str:
    name = setting.function.child_by_field_name("name")
    return (name.text or b"").decode() if name is not None else ""


def statement(node: Node) -> Node:
    """The statement that an expression stands in."""
    current = node
    for _ in range(_MAX_STATEMENT):
        parent = current.parent
        if parent is None or parent.type in ("block", "module"):
            return current
        current = parent
    return current


def assignment(setting: Setting) -> Node | None:
    """The statement ``self.name = value``, if nothing else is assigned in it."""
    node = setting.target.parent
    if node is None or node.type != "assignment" or node.child_by_field_name("left") != setting.target:
        return None
    holder, value = node.parent, node.child_by_field_name("right")
    alone = holder is not None and holder.type == "expression_statement" and len(holder.named_children) == 1
    return node if alone and value is not None and value.type != "assignment" else None
