"""A Module runs ``forward``, a Cell runs ``construct``: the method changes its name where its class changes sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.catalog.catalog import OTHER, Catalog
from lsp_server.catalog.model import FORWARD, LAYERS, Framework
from lsp_server.inference import classes, sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import SymbolRef, Union, UserClass, UserFunction, Value
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call) @call")
_SUPER = re.compile(r"super\([^()]*\)\.__init__")


def renamed(analysis: Analysis, holder: Node, source: Framework) -> tuple[Change, ...]:
    """The change of the method that a class defines itself."""
    old, new = FORWARD[source], FORWARD[OTHER[source]]
    method = classes.table(UserClass(analysis.source(holder))).methods.get(old)
    name = method.node.child_by_field_name("name") if method is not None else None
    return (Change(name.start_byte, name.end_byte, (new,)),) if name is not None else ()


def is_layer(catalog: Catalog, symbol: str, source: Framework) -> bool:
    return catalog.is_subclass(symbol, LAYERS[source])


def adjustments(analysis: Analysis, plans: Sequence[Plan], source: Framework) -> Iterator[Adjustment]:
    """What the plan of a base does not reach: classes that only have bases of the user, and every ``self.forward``."""
    converted = {(plan.start, plan.end) for plan in plans}
    old, new = FORWARD[source], FORWARD[OTHER[source]]
    for node in sites.of_file(analysis, "class"):
        cls = UserClass(analysis.source(node))
        if not _own_base(cls, source) and changes_sides(cls, source, analysis, converted):
            for change in renamed(analysis, node, source):
                yield Adjustment(change.start, change.end, (change,))
    for node, name in analysis.document.attributes(old):
        holders = list(_holders(analysis.fact(node).value))
        if holders and all(changes_sides(cls, source, analysis, converted) for cls in holders):
            change = Change(name.start_byte, name.end_byte, (new,))
            yield Adjustment(name.start_byte, name.end_byte, (change,))


def _holders(value: Value) -> Iterator[UserClass]:
    """The classes that define a method. What a decorator may put in its place is none."""
    for method in value.alternatives if isinstance(value, Union) else (value,):
        holder = classes.enclosing_class(method.definition.node) if isinstance(method, UserFunction) else None
        if isinstance(method, UserFunction) and holder is not None:
            yield UserClass(method.definition.analysis.source(holder))


def plain_constructors(analysis: Analysis, plans: Sequence[Plan]) -> Iterator[Adjustment]:
    """``super().__init__(auto_prefix=False)`` of a Cell: a Module takes nothing, and prefixes by attributes always."""
    converted = {(plan.start, plan.end) for plan in plans}
    for call in _CALLS.captures(analysis.document.root, "call"):
        function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if given is None or function is None or not _SUPER.fullmatch(analysis.text(function)):
            continue
        names = [one.child_by_field_name("name") for one in given.named_children if one.type != "comment"]
        if not names or any(name is None or analysis.text(name) not in ("auto_prefix", "flags") for name in names):
            continue
        method = classes.enclosing_function(call)
        holder = classes.enclosing_class(method) if method is not None else None
        arguments = holder.child_by_field_name("superclasses") if holder is not None else None
        bases = arguments.named_children if arguments is not None else []
        if any((one.start_byte, one.end_byte) in converted for one in bases) and _is_cell(analysis, bases):
            change = Change(given.start_byte, given.end_byte, ("()",))
            yield Adjustment(given.start_byte, given.end_byte, (change,))


def _is_cell(analysis: Analysis, bases: Sequence[Node]) -> bool:
    values = [analysis.fact(one).value for one in bases]
    return any(isinstance(one, SymbolRef) and one.name == LAYERS["mindspore"] for one in values)


def _own_base(cls: UserClass, source: Framework) -> bool:
    catalog = cls.definition.analysis.catalog
    return any(
        isinstance(base.value, SymbolRef) and is_layer(catalog, base.value.name, source) for base in classes.bases(cls)
    )


def changes_sides(
    cls: UserClass, source: Framework, analysis: Analysis, converted: set[tuple[int, int]], depth: int = 0
) -> bool:
    """Whether one of the framework's layers below a class is converted. Those of other files are taken to be."""
    arguments = cls.definition.node.child_by_field_name("superclasses")
    own = cls.definition.analysis
    for node in arguments.named_children if arguments is not None and depth < classes.MAX_BASES else ():
        base = own.fact(node).value
        if isinstance(base, SymbolRef) and is_layer(own.catalog, base.name, source):
            return own is not analysis or (node.start_byte, node.end_byte) in converted
        if isinstance(base, UserClass) and changes_sides(base, source, analysis, converted, depth + 1):
            return True
    return False
