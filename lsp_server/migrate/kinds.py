"""What sort of value an argument is, as far as the code shows it: some counterparts take numbers but no tensors."""

from __future__ import annotations

from lsp_server.catalog import literals
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.catalog.model import ValueKind
from lsp_server.inference.values import Constant, Instance, Repeated, Sequence, Value
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
        text = context.source(argument.value)
        if any(literals.same(text, one) for one in mapped.never):
            raise _refused(context, argument.parameter.name, f"not {' / '.join(mapped.never)}")


def _refused(context: Context, name: str, values: str) -> CannotConvert:
    return CannotConvert("TS304", messages.ARGUMENT_VALUE, symbol=context.symbol.name, argument=name, values=values)
