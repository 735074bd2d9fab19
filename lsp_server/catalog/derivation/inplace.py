"""In-place methods: ``x.add_(y)`` is ``x = x.add(y)`` or ``x.copy_(x.add(y))`` where MindSpore changes nothing."""

from __future__ import annotations

from msgspec.structs import replace

from lsp_server.catalog import mapping
from lsp_server.catalog.derivation import cases
from lsp_server.catalog.derivation.surface import Surface, fits, parameters
from lsp_server.catalog.derivation.transport import without_shadowed
from lsp_server.catalog.model import TENSORS, Counterpart, Rule, Symbol, Text

_ASSIGNED = Text(
    "`x.{last}(…)` becomes `x = x.{plain}(…)`, or a `copy_` into what others hold: views keep the old values.",
    "`x.{last}(…)` 改写为 `x = x.{plain}(…)`，其他地方也持有该张量时改用 `copy_`：其视图仍保留旧值。",
)

_NEW_SHAPES = {"as_strided", "detach", "squeeze", "swapaxes", "swapdims", "t", "transpose", "unsqueeze"}
"""What cannot be copied into the tensor as it is."""
_TRUTH_VALUES = {
    *("eq", "ne", "lt", "le", "gt", "ge", "greater", "greater_equal", "less", "less_equal", "not_equal"),
    *("logical_and", "logical_not", "logical_or", "logical_xor"),
}


def in_place(symbol: Symbol, source: Symbol, surface: Surface) -> Rule | None:
    """The rule of ``add_`` from that of ``add``. It never claims more than ``differs``: the tensor is a new one."""
    rule = surface.rules[source.name]
    if not symbol.name.startswith("torch."):
        return None  # torch has in-place methods of its own, which are their counterparts
    if symbol.kind != source.kind or symbol.name != f"{source.name}_" or not fits(symbol, source):
        return None
    if rule.verdict == "none":
        return replace(rule, cases=(), derived=source.name)
    last = _last(symbol.name)
    names = parameters(symbol)
    assigned = [
        replace(
            _keeping_dtype(one, symbol),
            convert="inplace_assignment" if last.removesuffix("_") in _NEW_SHAPES else "inplace_update",
            args={name: mapped for name, mapped in one.args.items() if name in names},
            unset={name: text for name, text in one.unset.items() if name in names},
            keep_defaults=tuple(name for name in one.keep_defaults if name in names),
            safety=None,
        )
        for one in rule.counterparts
        if one.convert is None
        and surface.symbols[one.symbol].kind in ("function", "method")
        and mapping.placeholders(one.template) <= {*names, *mapping.RESERVED}
    ]
    counterparts = without_shadowed([*_real(symbol, assigned, surface), *assigned])
    if not assigned:
        return None
    words = {"last": last, "plain": last.removesuffix("_")}
    note = Text(_ASSIGNED.en.format(**words).replace("…", "..."), _ASSIGNED.zh_cn.format(**words))
    examples = cases.in_place(rule.cases, source, symbol) if cases.can_run(counterparts) else ()
    return Rule("differs", counterparts, note=note, cases=examples, derived=source.name)


def _keeping_dtype(one: Counterpart, symbol: Symbol) -> Counterpart:
    """A tensor that is changed in place keeps its dtype, also where the result would be truth values."""
    last = _last(symbol.name).removesuffix("_")
    if one.template or one.args or last not in _TRUTH_VALUES or symbol.kind != "method":
        return one
    method = f"{TENSORS['mindspore']}.{_last(one.symbol)}"
    if one.symbol != method:
        return one
    arguments = ", ".join(f"{{{name}}}" for name in parameters(symbol))
    return replace(one, template=f"{{self}}.{_last(method)}({arguments}).astype({{self}}.dtype)")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _real(symbol: Symbol, assigned: list[Counterpart], surface: Surface) -> list[Counterpart]:
    """MindSpore's own in-place method. On the CPU such methods raise, or silently leave their receiver alone."""
    last = _last(symbol.name)
    method = surface.symbols.get(f"{TENSORS['mindspore']}.{last}")
    if symbol.kind != "method" or method is None or not fits(symbol, method):
        return []
    plain = f"{TENSORS['mindspore']}.{last.removesuffix('_')}"
    simple = any(one.symbol == plain and not one.args and not one.template for one in assigned)
    known = parameters(method).keys() >= parameters(symbol).keys()
    return [Counterpart(method.name, devices=("Ascend",), since=method.since)] if simple or known else []
