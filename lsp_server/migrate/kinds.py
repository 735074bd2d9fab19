"""What an argument is, as far as the code shows it, and whether a counterpart takes it: some take only numbers, or only
certain values, and some have no place for it."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.mapping import mapping_of
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.catalog.model import ValueKind
from lsp_server.inference.binding import Argument
from lsp_server.inference.values import UNKNOWN, Constant, Instance, Repeated, Sequence, SymbolRef, Union, Value
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


def is_one_of(context: Context, node: Node, values: Iterable[str], certainly: bool = False) -> bool:
    """Whether an argument is one of these values: to the letter, by what a name is bound to, or as a symbol however the
    file spells it (``ms.float32`` is ``mindspore.float32``). A name that is only likely bound to one may hold another:
    ``certainly`` leaves it out."""
    fact = context.use.analysis.fact(node)
    value = UNKNOWN if certainly and not fact.certain else fact.value
    known = {context.source(node)}
    if isinstance(value, Constant):
        known.add(repr(value.value))
    elif isinstance(value, SymbolRef):
        known.add(value.name)
    return any(literals.same(text, one) for text in known for one in values)


def may_be_none(context: Context, node: Node) -> bool:
    """Whether an argument may be None, as far as the code shows it: what a parameter is given is not known."""
    value = context.use.analysis.value(node).value
    alternatives = value.alternatives if isinstance(value, Union) else (value,)
    return any(one == UNKNOWN or (isinstance(one, Constant) and one.value is None) for one in alternatives)


def check(context: Context) -> None:
    """Raises `CannotConvert` for an argument of a sort, or with a value, that the counterpart does not take."""
    for argument in context.binding.arguments:
        name = argument.parameter.name
        mapped = mapping_of(context.counterpart, name)
        if mapped is None:
            continue
        if mapped.kinds:
            kind = kind_of(context.use.analysis.value(argument.value).value)
            if kind is not None and kind not in mapped.kinds:
                raise _refused(context, name, ", ".join(mapped.kinds))
        if is_one_of(context, argument.value, mapped.never):
            raise _refused(context, name, f"not {' / '.join(mapped.never)}")


def check_value(context: Context, argument: Argument, values: Iterable[str]) -> None:
    """Raises `CannotConvert` for an argument with another value."""
    if not is_one_of(context, argument.value, values, certainly=True):
        raise _refused(context, argument.parameter.name, ", ".join(values))


def check_droppable(context: Context, argument: Argument, mapped: Mapping | None) -> None:
    """Raises `CannotConvert` for an argument that has no place in the counterpart and means something at its value."""
    if mapped is not None and mapped.ignore:
        return
    allowed = mapped.only if mapped is not None and mapped.only else (argument.parameter.default or "None",)
    if not is_one_of(context, argument.value, allowed, certainly=True) and not _is_mark(context, argument):
        raise CannotConvert(
            "TS303",
            messages.ARGUMENT_WITHOUT_COUNTERPART,
            symbol=context.symbol.name,
            argument=argument.parameter.name.lstrip("*"),
        )


def _is_mark(context: Context, argument: Argument) -> bool:
    """Whether ``requires_grad=True`` is for a ``torch.autograd.grad`` that becomes the gradient of a function."""
    if argument.keyword is None or argument.parameter.name != "requires_grad":
        return False
    from lsp_server.migrate.training.marks import is_mark  # what few files need, no hover loads

    return is_mark(context.use.analysis, argument.node)


def check_left_out(context: Context) -> None:
    """Raises `CannotConvert` for an argument that must be passed and is not, or whose default is no value for it."""
    counterpart = context.counterpart
    for parameter in context.binding.signature.parameters:
        name, default = parameter.name, parameter.default
        if context.binding.get(name) is not None:
            continue
        if counterpart.unset.get(name) == "":
            raise CannotConvert("TS312", messages.MUST_BE_GIVEN, symbol=context.symbol.name, argument=name)
        mapped = mapping_of(counterpart, name)
        only = mapped.only if mapped is not None and name not in counterpart.unset else ()
        if only and default is not None and not any(literals.same(default, one) for one in only):
            raise _refused(context, name, ", ".join(only))


def _refused(context: Context, name: str, values: str) -> CannotConvert:
    return CannotConvert("TS304", messages.ARGUMENT_VALUE, symbol=context.symbol.name, argument=name, values=values)
