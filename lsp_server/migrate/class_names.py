"""Layers that are told apart by the names of their classes: ``if m.__class__.__name__.find("Linear") != -1``.

The names become those that the classes have in the other framework, and so do the parameters that the branch reads of
the layer: of a ``BatchNorm`` MindSpore calls the weight ``gamma``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER, Catalog
from lsp_server.catalog.model import Counterpart, Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.migrate import definitions
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.migrate.target import Target, serving
from lsp_server.syntax.scopes import scope_of

_LAYERS: dict[Framework, str] = {"torch": "torch.nn.", "mindspore": "mindspore.nn."}
_PARTS: dict[Framework, dict[str, str]] = {"torch": {"ConvTranspose": "Transpose"}, "mindspore": {}}
"""Beginnings of names that the other framework says otherwise: ``ConvTranspose2d`` is ``Conv2dTranspose``."""
_OF_PARTS = ("find", "startswith", "endswith", "count", "rfind", "index")
_BRANCHES = ("if_statement", "elif_clause")


def adjustments(analysis: Analysis, target: Target) -> Iterator[Adjustment]:
    if b"__name__" not in analysis.document.data:
        return
    source = OTHER[target.framework]
    for node, _ in analysis.document.attributes("__class__"):
        owner, name = node.child_by_field_name("object"), node.parent
        if owner is not None and name is not None and _is_name(analysis, name):
            yield from _of_name(analysis, name, owner, source, target)
    for call in analysis.document.calls("type"):
        name, given = call.parent, argument_nodes(call)
        if name is not None and len(given) == 1 and _is_name(analysis, name):
            yield from _of_name(analysis, name, given[0], source, target)


def _is_name(analysis: Analysis, node: Node) -> bool:
    word = node.child_by_field_name("attribute") if node.type == "attribute" else None
    return word is not None and analysis.text(word) == "__name__"


def _of_name(analysis: Analysis, name: Node, layer: Node, source: Framework, target: Target) -> Iterator[Adjustment]:
    for place in _read(analysis, name):
        for string, exact in _compared(analysis, place):
            text = analysis.text(string)
            said, quotes = text.strip("'\""), text[: len(text) - len(text.lstrip("'\""))]
            known = _classes(analysis.catalog, said, exact, source, target)
            if not known:
                continue
            new = _new_name(said, exact, known, source)
            if new != said:
                change = Change(string.start_byte, string.end_byte, (f"{quotes}{new}{quotes}",))
                yield Adjustment(string.start_byte, string.end_byte, (change,))
            yield from _states(analysis, place, layer, known)


def _read(analysis: Analysis, name: Node) -> Iterator[Node]:
    """Where the class's name is read: there, or by a name that holds it alone."""
    statement = name.parent
    if statement is None or statement.type != "assignment":
        yield name
        return
    left = statement.child_by_field_name("left")
    if left is None or left.type != "identifier":
        return
    holder = scope_of(left)
    if len(analysis.scope(holder).bindings.get(analysis.text(left), [])) != 1:
        return
    pending = [holder]
    while pending:
        node = pending.pop()
        if node.type == "identifier" and node != left and analysis.text(node) == analysis.text(left):
            yield node
        pending += reversed(node.named_children)


def _compared(analysis: Analysis, place: Node) -> Iterator[tuple[Node, bool]]:
    """The strings that a name is compared with, and whether with the whole of it."""
    parent = place.parent
    if parent is None:
        return
    if parent.type == "comparison_operator":
        others = [one for one in parent.named_children if one != place]
        signs = {child.type for child in parent.children if not child.is_named}
        first = parent.named_children[0] == place
        for other in others if len(others) == 1 else ():
            if other.type == "string" and signs & {"==", "!="}:
                yield other, True
            elif other.type == "string" and not first:
                yield other, False
            elif other.type in ("tuple", "list", "set") and first:
                yield from ((one, True) for one in other.named_children if one.type == "string")
    call = parent.parent if parent.type == "attribute" else None
    if call is None or call.type != "call" or call.child_by_field_name("function") != parent:
        return
    method = parent.child_by_field_name("attribute")
    if method is not None and analysis.text(method) in _OF_PARTS:
        yield from ((one, False) for one in argument_nodes(call)[:1] if one.type == "string")


def _classes(
    catalog: Catalog, said: str, exact: bool, source: Framework, target: Target
) -> dict[str, tuple[str, Counterpart]]:
    """The layers of that name, or whose names begin so: what each is called in the other framework."""
    prefix = _LAYERS[source]
    found: dict[str, tuple[str, Counterpart]] = {}
    names = [f"{prefix}{said}"] if exact else [one for one in catalog.names(source) if one.startswith(prefix + said)]
    for name in names if said else ():
        symbol, rule = catalog.symbol(name), catalog.rule(name)
        there = serving(rule, target) if rule is not None else ()
        if symbol is not None and symbol.kind == "class" and there:
            own = definitions.named(symbol, there[0])
            found[name.removeprefix(prefix)] = (own or there[0].symbol.rpartition(".")[2], there[0])
    return found


def _new_name(said: str, exact: bool, known: dict[str, tuple[str, Counterpart]], source: Framework) -> str:
    if not exact and all(said in new for new, _ in known.values()):
        return said
    if said in known:
        return known[said][0]
    names = {new for new, _ in known.values()}
    return names.pop() if len(names) == 1 else _PARTS[source].get(said, said)


def _states(
    analysis: Analysis, place: Node, layer: Node, known: dict[str, tuple[str, Counterpart]]
) -> Iterator[Adjustment]:
    """What the branch that is taken for these layers reads of them, where all of them call it the same there."""
    branch = place
    while branch.parent is not None and branch.type not in _BRANCHES:
        branch = branch.parent
    condition, taken = branch.child_by_field_name("condition"), branch.child_by_field_name("consequence")
    if condition is None or taken is None or not condition.start_byte <= place.start_byte < condition.end_byte:
        return
    if any(child.type in ("boolean_operator", "not_operator") for child in (condition, *condition.named_children)):
        return
    text = analysis.text(condition)
    if "== -1" in text or "< 0" in text or " not in " in text or "!=" in text.replace("!= -1", ""):
        return  # the branch of all others
    maps = [{old: new.rpartition(".")[2] for old, new in one.state.items()} for _, one in known.values()]
    agreed = {old: new for old, new in maps[0].items() if all(other.get(old) == new for other in maps)}
    pending = [taken]
    while pending:
        node = pending.pop()
        held, word = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if node.type == "attribute" and held is not None and word is not None:
            new = agreed.get(analysis.text(word), "")
            if new and new != analysis.text(word) and analysis.text(held) == analysis.text(layer):
                yield Adjustment(word.start_byte, word.end_byte, (Change(word.start_byte, word.end_byte, (new,)),))
        pending += node.named_children
