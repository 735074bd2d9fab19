"""Which names a module has for others: those that it binds, and those that its star imports bring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of, root_of
from lsp_server.inference import imports, names
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, UNKNOWN, Fact, Module
from lsp_server.syntax.scopes import Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_ALL = "__all__"
_PLAIN = re.compile(rb"^__all__[^=\n]*=\s*([\[(])", re.MULTILINE)
_MORE = re.compile(rb"[ \t]*[^ \t\r\n#]")
_COMMENT = re.compile(rb"#[^\n]*")
_QUOTED = re.compile(rb"[\"'](\w+)[\"']")
_FUNCTION = re.compile(rb"\ndef ([\w\x80-\xff]+)")
_STAR = re.compile(rb"import\s*\(?\s*\*")


class Listed(msgspec.Struct, frozen=True):
    """What ``__all__`` says: the names as far as they are understood, and whether that is all of them."""

    names: frozenset[str]
    complete: bool = True


class Export(msgspec.Struct, frozen=True):
    """What a module itself says about a name, its star imports left out."""

    fact: Fact | None
    """None if nothing in the module binds the name."""
    hidden: bool
    """Whether ``__all__`` or an underscore keeps the name from star imports."""
    doubt: bool
    """Whether ``__all__`` is not understood."""
    is_listed: bool
    stars: tuple[str, ...]
    """The modules of its star imports."""


def _export(analysis: Analysis, root: Node, name: str) -> Export:
    if _is_absent(analysis, name):
        return _NOTHING
    listed = exported(analysis)
    is_listed = listed is not None and name in listed.names
    hidden = listed.complete and not is_listed if listed is not None else name.startswith("_")
    if hidden and not name.startswith("_") and _is_decorated(analysis, name):
        hidden = False  # timm's decorators add what they decorate to ``__all__``
    scope = analysis.scope(root)
    return Export(
        analysis.global_fact(name) if name in scope.bindings else None,
        hidden,
        listed is not None and not is_listed,
        is_listed,
        tuple(imports.module_text(analysis, statement) for statement in scope.stars),
    )


def _is_absent(analysis: Analysis, name: str) -> bool:
    """Whether the text alone shows that a module does not have a name."""
    return name.encode() not in analysis.document.data and not _has_stars(analysis)


def _has_stars(analysis: Analysis) -> bool:
    return kept(analysis, "stars", 0, lambda: _STAR.search(analysis.document.data) is not None)


def _starred(analysis: Analysis, root: Node, name: str) -> Export:
    return _without_tree(analysis, name) or _shown(_export(analysis, root, name))


def _shown(export: Export) -> Export:
    return _HIDDEN if export.hidden else export


def _without_tree(analysis: Analysis, name: str) -> Export | None:
    """What the text alone shows of most modules of a package, for most names: no tree is made for that."""
    plain = _plain_list(analysis)
    if plain is None:
        return _NOTHING if _is_absent(analysis, name) else None
    if name in plain.names or name.encode() in _functions(analysis):
        return None
    if not analysis.project.has_versions:
        analysis.document.release()  # the rest of a package of thousands of modules is never asked for
    return _HIDDEN


def _functions(analysis: Analysis) -> frozenset[bytes]:
    """The functions at the top level: timm's decorators add what they decorate to ``__all__``."""
    return kept(analysis, "functions", 0, lambda: frozenset(_FUNCTION.findall(b"\n" + analysis.document.data)))


def _is_decorated(analysis: Analysis, name: str) -> bool:
    bindings = analysis.scope(analysis.document.root).bindings.get(name, [])
    return any(
        binding.node.parent is not None and "decorated_definition" in (binding.node.type, binding.node.parent.type)
        for binding in bindings
    )


def _brought(analysis: Analysis, root: Node, name: str) -> Fact | None:
    return _Search(name).among(analysis, analysis.ask(EXPORT, root, name).stars)


_HIDDEN = Export(None, True, False, False, ())
_NOTHING = Export(None, False, False, False, ())
EXPORT = Question("export", "bound", _export, _NOTHING)
"""A name as an import says it."""
STARRED = Question("starred", "bound", _starred, _NOTHING)
"""A name as a star import brings it."""
BROUGHT: Question[Fact | None] = Question("brought", "bound", _brought, None)
"""What the star imports of a module bring under a name: packages of packages look into thousands of modules for it."""


def named(module: Analysis, name: str) -> Fact | None:
    """What ``from module import name`` gives; None if nothing in the module binds the name."""
    if _is_absent(module, name):
        module.told(EXPORT, name, _NOTHING)
        return None
    export = module.ask(EXPORT, module.document.root, name)
    if export.fact is not None:
        return export.fact
    return module.ask(BROUGHT, module.document.root, name) if export.stars else None


def is_open(module: Analysis) -> bool:
    """Whether a module makes up names when it is asked for them."""
    return module.ask(EXPORT, module.document.root, "__getattr__").fact is not None


def with_stars(analysis: Analysis, name: str, scope: Scope, own: Fact | None, first: int, position: int) -> Fact:
    """A name in a scope with star imports, given what the scope itself binds it to (at ``first`` the earliest).

    A later star import goes before. One of a module that nobody can read may or may not bring the name: then what was
    known before is only likely.
    """
    search = _Search(name)
    stars = [one for one in scope.stars if one.start_byte < position and (own is None or one.start_byte >= first)]
    found = search.among(analysis, [imports.module_text(analysis, one) for one in stars])
    if found is not None:
        return found.likely() if own is not None else found
    fact = own if own is not None else names.builtin(name)
    return fact.likely() if search.doubt else fact


class _Search:
    """One name looked for through star imports. Each module is visited once, however they import each other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.doubt = False
        """Whether a module that is not known, or not understood, may have brought the name."""
        self._seen: set[Analysis] = set()

    def among(self, analysis: Analysis, stars: Iterable[str]) -> Fact | None:
        """What the last of the modules brings that brings the name."""
        self._seen.add(analysis)
        for module in reversed(tuple(stars)):
            found = self._from(analysis, module)
            if found is not None:
                return found.likely() if self.doubt else found
        return None

    def _from(self, analysis: Analysis, module: str) -> Fact | None:
        full = imports.absolute(analysis, module)
        framework = framework_of(full)
        if framework is not None:
            if analysis.project.own(root_of(full), analysis) is not None:
                self.doubt = True
                return None
            if not self.name.startswith("_"):
                fact = imports.dotted_fact(analysis, f"{full}.{self.name}", follow=False)
                if not isinstance(fact.value, Module) or analysis.catalog.symbol(fact.value.name) is not None:
                    return fact
            if not imports.is_framework_file(analysis):
                return None
        other = analysis.project.module(full if framework is not None else module, analysis)
        if other is None:
            self.doubt = self.doubt or not analysis.project.finder.is_foreign(module.partition(".")[0])
            return None
        return self._of(other)

    def _of(self, other: Analysis) -> Fact | None:
        if other in self._seen:
            return None
        known = _without_tree(other, self.name)
        if known is not None:
            export = other.told(STARRED, self.name, known)
        else:
            export = other.ask(STARRED, other.document.root, self.name)
        if export.hidden:
            return None
        self.doubt = self.doubt or export.doubt
        if export.fact is not None:
            return export.fact
        found = self.among(other, export.stars)
        if found is None and export.is_listed:
            return imports.submodule(other, self.name) or NOTHING
        return found


def exported(analysis: Analysis) -> Listed | None:
    """What ``__all__`` says; None if the module has none."""
    if _ALL.encode() not in analysis.document.data:
        return None
    cache = cast("dict[str, Listed | None]", analysis.caches.setdefault("exported", {}))
    if not cache:
        plain = _plain_list(analysis)
        if plain is not None:
            cache[_ALL] = plain
    if _ALL not in cache:
        cache[_ALL] = Listed(frozenset(), False)  # modules that list each other's names
        cache[_ALL] = _exported(analysis)
    return cache[_ALL]


def _plain_list(analysis: Analysis) -> Listed | None:
    """As `_plainly_exported`, once per version: packages of packages ask thousands of modules for every name."""
    cache = cast("dict[str, Listed | None]", analysis.caches.setdefault("plainly exported", {}))
    if _ALL not in cache:
        cache[_ALL] = _plainly_exported(analysis.document.data)
    return cache[_ALL]


def _plainly_exported(data: bytes) -> Listed | None:
    """One list of strings at the top level, which is what most modules have: read without making a tree."""
    start = _PLAIN.search(data)
    if start is None or data.count(_ALL.encode()) != 1:
        return None
    end = data.find(b"]" if start[1] == b"[" else b")", start.end())
    if _MORE.match(data, end + 1) is not None:
        return None
    inside = _COMMENT.sub(b"", data[start.end() : end])
    if _QUOTED.sub(b"", inside).strip(b" \t\r\n,"):
        return None
    return Listed(frozenset(name.decode() for name in _QUOTED.findall(inside)))


def _exported(analysis: Analysis) -> Listed | None:
    bindings = analysis.scope(analysis.document.root).bindings.get(_ALL)
    if not bindings:
        return None
    names: set[str] = set()
    complete = all(binding.block == analysis.document.root for binding in bindings)
    for statement in analysis.document.root.named_children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None:
            continue
        change = _change(analysis, inner)
        if change is None:
            continue
        listed = _strings(analysis, change[1])
        complete = complete and listed.complete
        if change[0] == "=":
            names = set(listed.names)
        elif change[0] == "remove":
            names -= listed.names
        else:
            names |= listed.names
    return Listed(frozenset(names), complete)


def _change(analysis: Analysis, node: Node) -> tuple[str, Node] | None:
    """``__all__ = …``, ``__all__ += …``, ``__all__.extend(…)``: how it changes, and by what."""
    if node.type in ("assignment", "augmented_assignment"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or analysis.text(left) != _ALL:
            return None
        return ("=" if node.type == "assignment" else "+=", right)
    function = node.child_by_field_name("function") if node.type == "call" else None
    owner = function.child_by_field_name("object") if function is not None else None
    method = function.child_by_field_name("attribute") if function is not None else None
    arguments = node.child_by_field_name("arguments")
    if owner is None or method is None or arguments is None or analysis.text(owner) != _ALL:
        return None
    return (analysis.text(method), arguments)


def _strings(analysis: Analysis, node: Node) -> Listed:
    """The names in a list of strings, a sum of such lists, or another module's ``__all__``."""
    kind = node.type
    if kind == "string":
        try:
            value = ast.literal_eval(analysis.text(node))
        except (ValueError, SyntaxError):
            value = None
        return Listed(frozenset([value]) if isinstance(value, str) else frozenset(), isinstance(value, str))
    if kind in ("list", "tuple", "set", "argument_list", "parenthesized_expression", "expression_list"):
        parts = [_strings(analysis, child) for child in node.named_children if child.type != "comment"]
    elif kind == "binary_operator":
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        parts = [_strings(analysis, side) for side in sides if side is not None]
    elif kind == "list_splat" and node.named_children:
        parts = [_strings(analysis, node.named_children[0])]
    elif kind == "attribute":
        return _all_of(analysis, node)
    else:
        parts = [Listed(frozenset(), False)]
    names = frozenset(name for part in parts for name in part.names)
    return Listed(names, all(part.complete for part in parts))


def _all_of(analysis: Analysis, node: Node) -> Listed:
    """``blocks.__all__``."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    value = analysis.value(owner).value if owner is not None else UNKNOWN
    if name is None or analysis.text(name) != _ALL or not isinstance(value, Module) or value.path is None:
        return Listed(frozenset(), False)
    other = analysis.project.at(value.path, analysis)
    return (exported(other) if other is not None else None) or Listed(frozenset(), False)
