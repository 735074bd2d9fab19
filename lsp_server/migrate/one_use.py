"""The edits of one use: what a hover shows and a code action writes. Conversions of files do more (``files.py``)."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.inference.uses import Use
from lsp_server.migrate import comments, definitions, imports
from lsp_server.migrate.edits import Edit, Renderer
from lsp_server.migrate.fields import adjustments
from lsp_server.migrate.plan import Plan
from lsp_server.migrate.spelling import Speller


def convert_use(use: Use, plan: Plan, nested: Iterable[Plan] = ()) -> tuple[Edit, ...]:
    """The edits of one use, its imports included; what else the file holds stays as it is."""
    speller = Speller(use.analysis)
    plans = [plan, *nested]
    around = use.call.parent if use.call is not None else None
    fields = adjustments(use.analysis, around) if around is not None and around.type == "attribute" else ()
    edits = Renderer([*comments.moved(use.analysis, plans), *plans, *fields], speller).edits()
    defined = definitions.added(use.analysis, plans, speller)
    return tuple(imports.with_imports(use.analysis, edits, speller, (), defined))
