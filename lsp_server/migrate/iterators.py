"""``next(net.parameters())`` is ``next(iter(net.trainable_params()))``: what PyTorch gives as a generator is a list, or
a view of a dictionary, in MindSpore, and ``next`` takes neither."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.migrate import lookups
from lsp_server.migrate.plan import Adjustment, Change

_LISTS = tuple(f"torch.nn.Module.{name}" for name in ("parameters", "buffers", "children", "named_children"))


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """The calls behind ``next``, there or where the name stands that it is given."""
    wrapped: set[int] = set()
    for call in analysis.document.calls("next"):
        given = argument_nodes(call)
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if not given or function is None or arguments is None or function.type != "identifier":
            continue
        made: Node | None = given[0]
        if given[0].type == "identifier":
            made = lookups.assigned(analysis, given[0])
        use = lookups.called(analysis, made)
        if made is None or use is None or use.symbol not in _LISTS or made.start_byte in wrapped:
            continue
        wrapped.add(made.start_byte)
        start, end = made.start_byte, made.end_byte
        before = arguments.start_byte  # the bracket itself: what stands behind it may be written twice
        if made is given[0] and start == before + 1:
            yield Adjustment(before, start, (Change(before, start, ("(iter(",)),))
        elif not use.symbol.endswith(".buffers"):
            yield Adjustment(start, start, (Change(start, start, ("iter(",)),))
        else:
            continue
        yield Adjustment(end, end, (Change(end, end, (")",)),))
