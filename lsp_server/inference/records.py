"""Tuples whose items have names: ``typing.NamedTuple``, and what torch gives (``torch.max(x, 1).values``)."""

from __future__ import annotations

from lsp_server.inference import classes
from lsp_server.inference.facts import sequence
from lsp_server.inference.values import NOTHING, Fact, Instance, Sequence, SymbolRef, UserInstance
from lsp_server.syntax.scopes import Origin

_NAMES = """
    values indices min max hist bin_edges mantissa exponent eigenvalues eigenvectors Q R sign logabsdet solution
    residuals rank singular_values LU LD L P U S V Vh pivots info inverse result a tau cloned_coefficient
    """
RESULTS = frozenset(_NAMES.split())
"""The names of the items of what torch's functions give."""


def fields(value: UserInstance) -> Fact | None:
    """The items of an object of a ``NamedTuple`` class, in their order; None for other classes."""
    for fact in classes.lineage(value.cls):
        if fact.value == SymbolRef("typing.NamedTuple"):
            break
    else:
        return None
    definition = value.cls.definition
    bound = definition.analysis.scope(definition.node).bindings
    names = tuple(name for name, bindings in bound.items() if bindings[-1].origin is Origin.ASSIGNMENT)
    return sequence([classes.attribute(value, name) or NOTHING for name in names], names)


def field(value: Sequence, name: str, certain: bool) -> Fact | None:
    """``value.name`` for an item that has a name."""
    if name in value.fields:
        return Fact(value.items[value.fields.index(name)], certain)
    if name in RESULTS and not value.fields and set(value.items) == {Instance("torch.Tensor")}:
        return Fact(Instance("torch.Tensor"), certain)
    return None
