"""On the way back: what a conversion has written into a file gives way to what it stands for.

A class ``Conv2d`` that takes torch's arguments, written by the conversion to MindSpore, is ``torch.nn.Conv2d`` again:
its definition goes, and what names it names the library's. Definitions that only others needed go with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.mapping import mapping_of
from lsp_server.catalog.model import Counterpart, Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.migrate import definitions
from lsp_server.migrate.plan import Adjustment, Change, Name, Part
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import scope_of

_NAMES = Pattern("(identifier) @name")
_SAME = re.compile(r"(\w+)\(\{args\}\)")
_METHOD = re.compile(r"(\w+)\(\{self\}((?:, \{\w+\})*)\)")


class Returned(msgspec.Struct, frozen=True):
    """The changes, and the ranges of the file that are gone."""

    adjustments: tuple[Adjustment, ...] = ()
    gone: tuple[tuple[int, int], ...] = ()

    def covers(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self.gone)


def returned(analysis: Analysis, source: Framework) -> Returned:
    """What of the file's own definitions stands for something of the framework that the file is converted to."""
    catalog = analysis.catalog
    known = catalog.definitions(source)
    present: dict[str, Node] = {}
    for node in analysis.document.root.named_children:
        head = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        name = head.child_by_field_name("name") if head is not None else None
        if head is None or name is None or head.type not in ("class_definition", "function_definition"):
            continue
        text = analysis.text(name)
        if text in known and definitions.is_present(analysis, text, known[text].source):
            present[text] = node
    if not present:
        return Returned()
    symbols = _stood_for(catalog, source)
    readings = _readings(analysis, present)
    gone: dict[str, Node] = {}
    adjustments: list[Adjustment] = []
    for name in present:
        if name in symbols and (changes := _spelled(symbols[name], readings[name])) is not None:
            adjustments += changes
            gone[name] = present[name]
    if not gone:
        return Returned()
    while True:
        unread = [
            name
            for name in present
            if name not in gone and all(_inside(node, gone.values()) for node in readings[name])
        ]
        if not unread:
            break
        gone |= {name: present[name] for name in unread}
    ranges = tuple(_with_blank_lines(analysis, node) for node in gone.values())
    kept = [one for one in adjustments if not any(a <= one.start < b for a, b in ranges)]
    for (name, node), (start, end) in zip(gone.items(), ranges, strict=True):
        # what nobody reads here is there for other files
        handed_on = name in symbols and all(_inside(one, gone.values()) for one in readings[name])
        blank = analysis.document.slice(node.end_byte, end)
        parts: tuple[Part, ...] = (f"{name} = ", Name(symbols[name].name), blank) if handed_on else ()
        kept.append(Adjustment(start, end, (Change(start, end, parts),)))
    return Returned(tuple(kept), ranges)


class _Symbol(msgspec.Struct, frozen=True):
    name: str
    is_method: bool = False


@lru_cache(maxsize=4)
def _stood_for(catalog: Catalog, source: Framework) -> dict[str, _Symbol]:
    """By definition: the one symbol that it takes the place of, with the same arguments."""
    found: dict[str, set[_Symbol]] = {}
    for name in catalog.rules():
        rule, symbol = catalog.rule(name), catalog.symbol(name)
        if rule is None or symbol is None or framework_of(name) != OTHER[source] or rule.derived:
            continue
        for counterpart in rule.counterparts:
            method = _METHOD.fullmatch(counterpart.template)
            same = _SAME.fullmatch(counterpart.template)
            if counterpart.stands_in and (own := definitions.named(symbol, counterpart)):
                found.setdefault(own, set()).add(_Symbol(name))
            elif method is not None and method[1] in counterpart.define and symbol.kind == "method":
                found.setdefault(method[1], set()).add(_Symbol(name, is_method=True))
            elif same is not None and symbol.kind == "class" and _as_given(counterpart, same[1]):
                found.setdefault(same[1], set()).add(_Symbol(name))
    return {name: symbols.pop() for name, symbols in found.items() if len(symbols) == 1}


def _as_given(counterpart: Counterpart, name: str) -> bool:
    """Whether a definition of this name is called with the arguments that its symbol was given, to the letter."""
    mapped = (mapping_of(counterpart, one) for one in counterpart.args)
    changed = any(one is not None and (one.value or one.to or one.ignore) for one in mapped)
    return name in counterpart.define and not changed and not counterpart.extra and not counterpart.unset


def _readings(analysis: Analysis, present: dict[str, Node]) -> dict[str, list[Node]]:
    """Where the names are read, and mean the module's."""
    found: dict[str, list[Node]] = {name: [] for name in present}
    for node in _NAMES.captures(analysis.document.root, "name"):
        name, parent = analysis.text(node), node.parent
        if name not in present or parent is None:
            continue
        if parent.type in ("class_definition", "function_definition") and parent.child_by_field_name("name") == node:
            continue
        if parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
            continue
        if parent.type == "keyword_argument" and parent.child_by_field_name("name") == node:
            continue
        if not _is_hidden(analysis, node, name):
            found[name].append(node)
    return found


def _is_hidden(analysis: Analysis, node: Node, name: str) -> bool:
    scope = scope_of(node)
    while scope.parent is not None:
        if name in analysis.scope(scope).bindings:
            return True
        scope = scope_of(scope)
    return False


def _spelled(symbol: _Symbol, readings: list[Node]) -> list[Adjustment] | None:
    """None if one of the readings is no call of a method, which cannot be said otherwise."""
    if not symbol.is_method:
        return [
            Adjustment(node.start_byte, node.end_byte, (Change(node.start_byte, node.end_byte, (Name(symbol.name),)),))
            for node in readings
        ]
    found: list[Adjustment] = []
    for node in readings:
        call = node.parent
        if call is None or call.type != "call" or call.child_by_field_name("function") != node:
            return None
        owner, *others = argument_nodes(call)
        parts: list[Part] = [owner, f".{symbol.name.rpartition('.')[2]}("]
        for index, other in enumerate(others):
            parts += [", ", other] if index else [other]
        start, end = call.start_byte, call.end_byte
        found.append(Adjustment(start, end, (Change(start, end, (*parts, ")")),)))
    return found


def _inside(node: Node, holders: Iterable[Node]) -> bool:
    return any(one.start_byte <= node.start_byte < one.end_byte for one in holders)


def _with_blank_lines(analysis: Analysis, node: Node) -> tuple[int, int]:
    """A definition with the blank lines that follow it."""
    data, end = analysis.document.data, node.end_byte
    while end < len(data) and data[end : end + 1] in (b"\n", b"\r"):
        end += 1
    return node.start_byte, end
