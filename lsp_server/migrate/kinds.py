"""What an argument is, as far as the code shows it: some counterparts take only numbers, or only certain values."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.catalog.model import ValueKind
from lsp_server.inference.values import Constant, Instance, Repeated, Sequence, SymbolRef, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert

_BUILT_IN: dict[str, ValueKind] = {"int": "int", "float": "float", "bool": "bool", "str": "str"}


def kind_of(value: Value) -> ValueKind | None:
    """None if it is not known, or nothing that a rule tells apart."""
    if isinstance(value, Constant):
        return _BUILT_IN.get(type(value.value).__name__)
    if isinstance(value, (Sequence, Repeated)):
        return "sequence"
    if isinstance(value, Instance):
        return "tensor" if value.cls.endswith(".Tensor") else _BUILT_IN.get(value.cls)
    return None


def is_one_of(context: Context, node: Node, values: Iterable[str]) -> bool:
    """Whether an argument is one of these values: to the letter, by what a name is bound to, or as a symbol however the
    file spells it (``ms.float32`` is ``mindspore.float32``)."""
    value = context.use.analysis.fact(node).value
    known = {context.source(node)}
    if isinstance(value, Constant):
        known.add(repr(value.value))
    elif isinstance(value, SymbolRef):
        known.add(value.name)
    return any(literals.same(text, one) for text in known for one in values)


def check(context: Context) -> None:
    """Raises `CannotConvert` for an argument of a sort, or with a value, that the counterpart does not take."""
    for argument in context.binding.arguments:
        mapped = context.counterpart.args.get(argument.parameter.name)
        if not isinstance(mapped, Mapping):
            continue
        if mapped.kinds:
            kind = kind_of(context.use.analysis.value(argument.value).value)
            if kind is not None and kind not in mapped.kinds:
                raise _refused(context, argument.parameter.name, ", ".join(mapped.kinds))
        if is_one_of(context, argument.value, mapped.never):
            raise _refused(context, argument.parameter.name, f"not {' / '.join(mapped.never)}")


def _refused(context: Context, name: str, values: str) -> CannotConvert:
    return CannotConvert("TS304", messages.ARGUMENT_VALUE, symbol=context.symbol.name, argument=name, values=values)
