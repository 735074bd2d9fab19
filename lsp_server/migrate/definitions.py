"""Functions and classes that conversions write into the file, for what the target framework does not have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.catalog.model import Counterpart, Symbol
from lsp_server.inference import names
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.inference.values import SymbolRef
from lsp_server.messages import migration as messages
from lsp_server.migrate import imports, templates
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.plan import CannotConvert, Name, Plan
from lsp_server.migrate.spelling import Speller
from lsp_server.syntax.scopes import Binding, Origin, scope_of

_MADE = re.compile(r"(\w+)\(([^()]*)\)")


def named(symbol: Symbol, counterpart: Counterpart) -> str:
    """What a rule defines for a class, or for a function that is called with the same arguments: it can be named where
    nothing is called. Empty if there is no such thing."""
    made = _MADE.fullmatch(counterpart.template)
    if made is None or made[1] not in counterpart.define:
        return ""
    return made[1] if symbol.kind == "class" or made[2] == "{args}" else ""


def check(use: Use, node: Node, counterpart: Counterpart) -> None:
    """Raises `CannotConvert` where the file gives one of the names another meaning."""
    analysis = use.analysis
    for name, definition in analysis.catalog.defined(counterpart).items():
        taken = _bound(analysis, name) and not is_present(analysis, name, definition.source)
        taken = taken and not (_takes_the_same(counterpart) and _is_imported(analysis, name, use.symbol))
        if taken or _is_hidden(analysis, node, name):
            raise CannotConvert("TS313", messages.NAME_TAKEN, symbol=use.symbol, name=name)
        templates.check_builtins(use, analysis.document.root, definition.source)


def added(analysis: Analysis, plans: Iterable[Plan], speller: Speller) -> tuple[Edit, ...]:
    """One edit behind the imports with every definition that the plans need and the file does not have yet.

    Spelling the definitions may need imports of its own, so this comes before the imports are added.
    """
    wanted = {name: one for plan in plans for name, one in analysis.catalog.defined(plan.counterpart).items()}
    missing = [one.source for name, one in wanted.items() if not is_present(analysis, name, one.source)]
    if not missing:
        return ()
    newline = analysis.document.newline
    texts = [_spelled(one, analysis, speller) for one in missing]
    place, _ = imports.place_for_imports(analysis)
    text = "".join(f"\n\n{one}\n" for one in texts).replace("\n", newline)
    data = analysis.document.data
    if place and data[place - 1 : place] not in (b"\n", b"\r"):
        text = newline + text
    rest = data[place:]
    if rest.strip():
        blank = len(rest) - len(rest.lstrip(b"\r\n"))
        text += newline * max(0, 2 - blank // len(newline))
    return (Edit(place, place, text),)


def _spelled(source: str, analysis: Analysis, speller: Speller) -> str:
    parts = templates.names(source, analysis.catalog)
    return "".join(speller.spell(part.symbol) if isinstance(part, Name) else str(part) for part in parts)


def _bound(analysis: Analysis, name: str) -> list[Binding]:
    return analysis.scope(analysis.document.root).bindings.get(name, [])


def _takes_the_same(counterpart: Counterpart) -> bool:
    """Whether the definition takes the arguments of what it stands for, so that it may have its name."""
    made = _MADE.fullmatch(counterpart.template)
    return made is not None and made[2] == "{args}"


def _is_imported(analysis: Analysis, name: str, symbol: str) -> bool:
    """Whether the file has the name from importing the very symbol that the definition stands for: the framework's own
    file has it from defining it."""
    scope, bound = analysis.scope(analysis.document.root), _bound(analysis, name)
    values = [names.binding_fact(analysis, one, scope).value for one in bound]
    is_symbol = all(isinstance(value, SymbolRef) and value.name == symbol for value in values)
    return is_symbol and not any(one.origin is Origin.DEFINITION for one in bound)


def _is_hidden(analysis: Analysis, node: Node, name: str) -> bool:
    """Whether a function around the use binds the name, so that the module's is out of reach."""
    scope = scope_of(node)
    while scope.parent is not None:
        if name in analysis.scope(scope).bindings and scope.type != "class_definition":
            return True
        scope = scope_of(scope)
    return False


def is_present(analysis: Analysis, name: str, source: str) -> bool:
    """Whether an earlier conversion wrote this definition: the same code, however the file spells the framework."""
    found = _bound(analysis, name)
    if len(found) != 1:
        return False
    node = found[0].node
    while node is not None and node.type not in ("class_definition", "function_definition"):
        node = node.parent
    if node is not None and node.parent is not None and node.parent.type == "decorated_definition":
        node = node.parent
    return node is not None and _shape(analysis.text(node), name) == _shape(source, name) != ""


def _shape(source: str, name: str) -> str:
    """The code of one definition, each dotted name cut to its last part."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
            return re.sub(r"\b[A-Za-z_][\w.]*\.(\w+)", r"\1", ast.unparse(node))
    return ""
