"""Whether a use that cannot be converted reads as one that is converted already: in a half converted file, names
still count as torch's where nothing is left to do."""

from __future__ import annotations

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference.binding import argument_nodes, bind
from lsp_server.inference.imports import is_framework_file, own_symbol
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Instance, SymbolRef, Union, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate.plan import Refusal
from lsp_server.migrate.target import Target, choose

_ATTRIBUTES = ("property", "attribute")


def is_finished(refusal: Refusal, target: Target, catalog: Catalog) -> bool:
    use, message = refusal.use, refusal.reason.message
    rule = catalog.rule(use.symbol)
    there = [catalog.symbol(one.symbol) for one in rule.counterparts] if rule is not None else []
    if message is messages.CANNOT_BIND and use.call is not None:
        if use.receiver is None:
            return False  # the name itself is the source's
        own = catalog.symbol(use.symbol)
        if own is not None and bind(use.analysis, use.call, own) is not None:
            return False  # it is called as one calls it here, which no counterpart takes
        return any(bind(use.analysis, use.call, symbol) is not None for symbol in there if symbol is not None)
    if message is messages.NO_RULE and catalog.symbol(use.symbol) is None:
        layer = catalog.rule(use.symbol.rpartition(".")[0])  # that it stays is said where it is made
        return layer is not None and choose(layer, target) is None
    if message is messages.NOT_CALLED and use.call is None:
        last = use.symbol.rpartition(".")[2]
        return any(one is not None and one.kind in _ATTRIBUTES and one.name.endswith(f".{last}") for one in there)
    return _is_given_names(use, target)


def is_mixed(use: Use, target: Target) -> bool:
    """Whether the object of a member may as well be one of the target's: this file is converted, and what another
    one gives it is not yet."""
    owner = use.owner if use.certainty == "likely" else None
    value = use.analysis.fact(owner).value if owner is not None else None
    return isinstance(value, Union) and any(_framework(one) == target.framework for one in value.alternatives)


def is_defined_here(use: Use) -> bool:
    """Whether it is a member of a class that this file of the framework's own defines: the class stays what it is."""
    owner = use.symbol.rpartition(".")[0]
    here = own_symbol(use.analysis, owner.rpartition(".")[2]) if is_framework_file(use.analysis) else None
    return here is not None and here.name == owner


def _framework(value: Value) -> Framework | None:
    name = value.name if isinstance(value, SymbolRef) else value.cls if isinstance(value, Instance) else ""
    return framework_of(name)


def _is_given_names(use: Use, target: Target) -> bool:
    """Whether a call is given names of the target: ``x.to(mindspore.float32)``."""
    for node in argument_nodes(use.call) if use.call is not None else ():
        value = use.analysis.value(node.child_by_field_name("value") or node).value
        if _framework(value) == target.framework:
            return True
    return False
