"""What the planning of one call knows."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart, Symbol
from lsp_server.inference.binding import Binding
from lsp_server.inference.uses import Use
from lsp_server.migrate.plan import Reason


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
    link: Callable[[Use], Reason | None] | None = None
    """Why another call of a chain of in-place methods (``x.mul_(a).add_(b)``) cannot be converted, if so. None: this
    call is planned to answer that of another one."""

    @property
    def target(self) -> Symbol:
        target = self.catalog.symbol(self.counterpart.symbol)
        assert target is not None  # the compiler of the mappings refuses unknown counterparts
        return target

    def source(self, node: Node) -> str:
        return self.use.analysis.text(node)
