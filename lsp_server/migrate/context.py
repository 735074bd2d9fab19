"""What the planning of one call knows."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart, Symbol
from lsp_server.inference.binding import Binding
from lsp_server.inference.uses import Use


class Context(msgspec.Struct, frozen=True):
    """One call of a symbol, bound to a signature, on its way to one counterpart."""

    catalog: Catalog
    use: Use
    call: Node
    symbol: Symbol
    counterpart: Counterpart
    binding: Binding
    sharing: bool = False
    """Whether a template may work out a call that it repeats in a ``lambda``, once."""

    @property
    def target(self) -> Symbol:
        target = self.catalog.symbol(self.counterpart.symbol)
        assert target is not None  # the compiler of the mappings refuses unknown counterparts
        return target

    def source(self, node: Node) -> str:
        return self.use.analysis.text(node)
