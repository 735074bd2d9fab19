"""What the compiler of the mappings cannot see: whether a row says enough for every call that it admits."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.mapping import default_to_write, new_names, target_signature
from lsp_server.catalog.model import Counterpart, Signature
from lsp_server.migrate.handlers import HANDLERS

CATALOG = shipped()
ROWS = [
    (name, index)
    for name in CATALOG.rules()
    for index, one in enumerate(CATALOG.rule(name).counterparts)  # pyright: ignore[reportOptionalMemberAccess]  every name has a rule
    if not one.template and one.convert is None and one.safety != "display-only"
]


def row(name: str, index: int) -> tuple[Counterpart, Signature, Signature] | None:
    rule, symbol = CATALOG.rule(name), CATALOG.symbol(name)
    assert rule is not None and symbol is not None
    counterpart = rule.counterparts[index]
    target = CATALOG.symbol(counterpart.symbol)
    if target is None or not symbol.signatures or not target.signatures:
        return None
    signature = symbol.signatures[0]
    known = {parameter.name for parameter in signature.parameters} | set(counterpart.extra)
    known |= {mapped if isinstance(mapped, str) else mapped.to for mapped in counterpart.args.values()}
    theirs = target_signature(target, known)
    assert theirs is not None
    return counterpart, signature, theirs


@pytest.mark.parametrize(("name", "index"), ROWS)
def test_a_default_of_none_is_not_taken_for_another_default(name: str, index: int) -> None:
    found = row(name, index)
    if found is None:
        return
    counterpart, signature, theirs = found
    names = new_names(counterpart, signature, theirs)
    defaults = {parameter.name: parameter.default for parameter in theirs.parameters}
    silent = [
        f"{parameter.name}: None here, {defaults[names[parameter.name]]} there"
        for parameter in signature.parameters
        if parameter.default == "None"
        and parameter.name in names
        and defaults.get(names[parameter.name]) not in (None, "None", "...")
        and names[parameter.name] not in counterpart.extra
        and parameter.name not in counterpart.unset
        and parameter.name not in counterpart.keep_defaults
        and default_to_write(counterpart, parameter, defaults[names[parameter.name]]) is None
    ]
    assert silent == [], "say what None means in 'unset', or that nothing changes in 'keep_defaults'"


def test_handlers_are_those_that_rows_may_name() -> None:
    from typing import get_args

    from lsp_server.catalog.model import Handler

    assert set(HANDLERS) == set(get_args(Handler))
