"""Rules that follow from other rules. What is written always wins.

First the names of torch: aliases and namesakes, methods of functions and functions of methods, in-place methods of
methods.
Then the way back: every rule of torch that can be inverted, and from there the namesakes on MindSpore's side.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.catalog.derivation import kinship
from lsp_server.catalog.derivation.inverse import invert
from lsp_server.catalog.derivation.surface import Surface
from lsp_server.catalog.model import Rule, Symbol


def derive(symbols: Mapping[str, Symbol], written: Mapping[str, Rule]) -> dict[str, Rule]:
    """The written rules and all that follow from them; a derived rule says in `Rule.derived` from which."""
    surface = Surface(symbols, dict(written))
    kinship.spread("torch", surface)
    surface.rules.update(invert(surface))
    kinship.spread("mindspore", surface)
    kinship.same_name_in_torch(surface)
    kinship.spread("mindspore", surface)
    return surface.rules
