"""Decides for one use whether and how it is converted."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import FRAMEWORKS, Applicability, Counterpart, Rule, Symbol
from lsp_server.inference.binding import bind, has_splat
from lsp_server.inference.uses import Use
from lsp_server.inference.values import SymbolRef
from lsp_server.messages import migration as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate import (
    by_hand,
    calls,
    definitions,
    forward,
    handlers,
    initial_values,
    inplace,
    kinds,
    passing,
    templates,
    unpacked,
)
from lsp_server.migrate.context import Context
from lsp_server.migrate.data import derived, pipelines, reading
from lsp_server.migrate.lookups import is_written
from lsp_server.migrate.plan import CannotConvert, Change, Name, Plan, Reason, Refusal, RepeatedCall, renamed
from lsp_server.migrate.target import Target, choose, serving

OF_DICTIONARIES = {f"{framework}.Tensor.{name}" for framework in FRAMEWORKS for name in ("indices", "values")}
"""What sparse tensors share with dictionaries and named results: what is only likely a tensor is one of these."""


def plan_use(
    use: Use, target: Target, catalog: Catalog, uncertain: bool = False, is_link: bool = False
) -> Plan | Refusal:
    """The conversion of one use for a target. ``uncertain`` admits uses that are only likely; ``is_link`` leaves what
    the other calls of a chain of in-place methods come to out of it."""

    def link(other: Use) -> Reason | None:
        planned = plan_use(other, target, catalog, uncertain, is_link=True)
        return planned.reason if isinstance(planned, Refusal) else None

    try:
        return _plan(use, target, catalog, uncertain, None if is_link else link)
    except CannotConvert as refused:
        return Refusal(use, refused.reason)


def _plan(
    use: Use, target: Target, catalog: Catalog, uncertain: bool, link: Callable[[Use], Reason | None] | None
) -> Plan:
    catalog = catalog.at(target.framework, target.version)
    rule = catalog.rule(use.symbol)
    symbol = catalog.symbol(use.symbol)
    if symbol is None:
        return _plan_state(use, target, catalog, uncertain)
    if rule is None:
        raise CannotConvert("TS301", by_hand.area(use.symbol), symbol=use.symbol)
    if rule.verdict == "none":
        advice = rule.advice or ""
        name = FRAMEWORK_NAMES[target.framework]
        raise CannotConvert("TS302", messages.NO_COUNTERPART, symbol=use.symbol, framework=name, advice=advice)
    candidates = serving(rule, target)
    if not candidates:
        raise CannotConvert(
            "TS308",
            messages.NOT_FOR_TARGET,
            symbol=use.symbol,
            framework=FRAMEWORK_NAMES[target.framework],
            version=target.version,
            device=target.device,
        )
    if passing.is_held(use, symbol) and (use.call is None or passing.passes(symbol, candidates, catalog)):
        # converted where it is named, and what it may need is defined there
        return Plan(use, _elsewhere(candidates[0]), use.start, use.end, (), "safe")
    if symbol.kind == "function" and passing.is_held(use, symbol) and passing.may_be_another(use):
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    if use.certainty != "certain" and (not uncertain or use.symbol in OF_DICTIONARIES):
        raise CannotConvert("TS309", messages.UNCERTAIN, symbol=use.symbol)
    refused: list[CannotConvert] = []
    repeating: list[Counterpart] = []
    for counterpart in candidates:
        try:
            return _plan_counterpart(use, symbol, rule, counterpart, target, catalog, link)
        except CannotConvert as refusal:
            refused.append(refusal)
        except RepeatedCall:
            repeating.append(counterpart)
    if repeating:
        return _plan_counterpart(use, symbol, rule, repeating[0], target, catalog, link, sharing=True)
    raise refused[0]


def _plan_counterpart(
    use: Use,
    symbol: Symbol,
    rule: Rule,
    counterpart: Counterpart,
    target: Target,
    catalog: Catalog,
    link: Callable[[Use], Reason | None] | None,
    sharing: bool = False,
) -> Plan:
    """Raises `CannotConvert` and `RepeatedCall`: this call may still fit a later counterpart."""
    safety = safety_of(rule, counterpart, use.symbol, target, catalog)
    if safety == "display-only":
        note = counterpart.note or rule.note
        raise CannotConvert(
            "TS310",
            messages.DISPLAY_ONLY,
            symbol=use.symbol,
            counterpart=counterpart.symbol,
            note=note or "",
        )
    changes, extent = _changes(use, symbol, rule, counterpart, catalog, sharing, link)
    return Plan(use, counterpart, extent.start_byte, extent.end_byte, changes, safety)


def _plan_state(use: Use, target: Target, catalog: Catalog, uncertain: bool) -> Plan:
    """A parameter or buffer of a library layer: ``self.bn.running_mean`` is ``self.bn.moving_mean``."""
    layer, _, name = use.symbol.rpartition(".")
    rule = catalog.rule(layer)
    counterpart = choose(rule, target) if rule is not None else None
    if rule is None or counterpart is None:
        raise CannotConvert("TS301", messages.NO_RULE, symbol=use.symbol)
    new = counterpart.state.get(name, name)
    if not new:
        framework = FRAMEWORK_NAMES[target.framework]
        raise CannotConvert(
            "TS302", messages.NO_STATE, symbol=use.symbol, layer=counterpart.symbol, framework=framework
        )
    if use.certainty != "certain" and not uncertain:
        raise CannotConvert("TS309", messages.UNCERTAIN, symbol=use.symbol)
    changes = (Change(use.name_start, use.end, (new,)),) if new != name else ()
    safety = safety_of(rule, counterpart, layer, target, catalog)
    return Plan(use, _elsewhere(counterpart), use.start, use.end, changes, safety)


def _elsewhere(counterpart: Counterpart) -> Counterpart:
    """What another place is converted to: what that needs defined is nothing that this one asks for."""
    return msgspec.structs.replace(counterpart, define=()) if counterpart.define else counterpart


def safety_of(rule: Rule, counterpart: Counterpart, symbol: str, target: Target, catalog: Catalog) -> Applicability:
    """What may be claimed: ``safe`` only if both frameworks were run with this counterpart and always agreed."""
    proven = any(
        record.clean and record.counterpart in ("", counterpart.symbol) and (target.device in ("any", record.device))
        for record in catalog.evidence(symbol)
    )
    claimed: Applicability = counterpart.safety or ("unsafe" if rule.verdict == "differs" else "safe")
    return claimed if proven or claimed != "safe" else "unsafe"


def _changes(
    use: Use,
    symbol: Symbol,
    rule: Rule,
    counterpart: Counterpart,
    catalog: Catalog,
    sharing: bool,
    link: Callable[[Use], Reason | None] | None,
) -> tuple[tuple[Change, ...], Node]:
    if use.call is None and (tested := passing.dtype_test(use, counterpart)) is not None:
        return tested[1], tested[0]
    if use.call is None:
        return _reference(use, symbol, rule, counterpart, catalog), use.node
    if symbol.kind in ("property", "attribute", "constant"):
        return _reference(use, symbol, rule, counterpart, catalog), use.node
    binding = bind(use.analysis, use.call, symbol)
    if binding is None and counterpart.stands_in and has_splat(use.call):
        definitions.check(use, use.call, counterpart)
        return (Change(use.start, use.end, (definitions.named(symbol, counterpart),)),), use.call
    given = unpacked.unpacked(use, use.call) if binding is None and has_splat(use.call) else None
    if given is not None and not counterpart.template and counterpart.convert in (None, "sizes_to_tuple"):
        binding = unpacked.bound(use, use.call, symbol, given)
        if binding is not None:
            context = Context(catalog, use, use.call, symbol, counterpart, binding, sharing, link)
            return (*_call(context), *unpacked.changes(context, given)), use.call
    if given is not None and counterpart.template and counterpart.convert is None:
        binding = unpacked.written_out(use, use.call, symbol, given)
    if binding is None:
        message = messages.HIDDEN_ARGUMENTS if has_splat(use.call) else messages.CANNOT_BIND
        raise CannotConvert("TS307", message, symbol=symbol.name)
    context = Context(catalog, use, use.call, symbol, counterpart, binding, sharing, link)
    into = inplace.output(context)
    if into is not None:
        return inplace.into_output(context, into, _call), use.call
    return _call(context), use.call


def _call(context: Context) -> tuple[Change, ...]:
    use, call, counterpart = context.use, context.call, context.counterpart
    kinds.check(context)
    definitions.check(use, call, counterpart)
    if initial_values.fills(context):
        context = initial_values.of_new_tensor(context) or initial_values.of_plain_tensor(
            initial_values.of_what_holds_it(context)
        )
        counterpart = context.counterpart
    if counterpart.convert is not None:
        return handlers.HANDLERS[counterpart.convert](context)
    return templates.plan(context) if counterpart.template else calls.plan(context)


def _reference(use: Use, symbol: Symbol, rule: Rule, counterpart: Counterpart, catalog: Catalog) -> tuple[Change, ...]:
    """A symbol that is named but not called: a base class, an annotation, a dtype, an attribute, a function value."""
    if use.text.endswith(".__class__"):
        return ()  # whatever class the object has by then
    target = catalog.symbol(counterpart.symbol)
    if counterpart.convert == "data_pipeline":
        return pipelines.named(use)
    if counterpart.convert == "transform_of_images" and symbol.kind == "constant":
        return reading.option_of_images(use, counterpart, catalog)
    if counterpart.needs_no_base:
        return derived.without_base(use)
    is_type = symbol.kind == "class" and passing.is_type(use.analysis, use.node)
    if counterpart.convert == "typed_tensor" and passing.is_annotation(use.node):
        return (Change(use.start, use.end, (Name(target.name if target is not None else counterpart.symbol),)),)
    if target is None or (counterpart.convert is not None and not is_type):
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    if symbol.kind == "class" and not is_type and not passing.takes_the_same(use, symbol, rule, counterpart, catalog):
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    if counterpart.template:
        if symbol.kind in ("property", "attribute"):
            if use.owner is not None and isinstance(use.analysis.value(use.owner).value, SymbolRef):
                raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)  # of the class, not of an object
            return _property_template(use, counterpart, catalog)
        if symbol.kind in ("constant", "exception"):
            return (Change(use.start, use.end, tuple(templates.names(counterpart.template, catalog))),)
        if is_type and "{" not in counterpart.template and not counterpart.define:
            return (Change(use.start, use.end, tuple(templates.names(counterpart.template, catalog))),)
        own = definitions.named(symbol, counterpart)
        # one that other calls do without is made for certain arguments, which are not known here
        able = all(one.define or one.convert or one.needs_no_base for one in rule.counterparts)
        if own and (counterpart.stands_in or able):
            definitions.check(use, use.node, counterpart)
            named_so = passing.only_names(use, own)
            if named_so is not None:
                return (Change(named_so.start_byte, named_so.end_byte),)
            index = derived.plain_index(use) if any(one.needs_no_base for one in rule.counterparts) else ()
            return (Change(use.start, use.end, (own,)), *index, *_renamed_forward(use, symbol, catalog))
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    if symbol.kind == "class" and target.kind == "function":
        # what makes an object is no type: a later counterpart that is a class serves annotations and isinstance
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    parent = use.node.parent
    decorates = parent is not None and parent.type == "decorator" and not counterpart.define
    differs = rule.verdict != "same" and not passing.takes_one(symbol, counterpart, catalog)
    if symbol.kind in ("function", "method") and differs and not decorates:
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=symbol.name)
    method = _renamed_forward(use, symbol, catalog)
    if method:
        return (Change(use.start, use.end, (Name(target.name),)), *method)
    if use.receiver is None:
        return (Change(use.start, use.end, (Name(target.name),)),)
    return renamed(use, target.name)


def _property_template(use: Use, counterpart: Counterpart, catalog: Catalog) -> tuple[Change, ...]:
    owner = use.owner
    if owner is None:
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=use.symbol)
    before, received, after = counterpart.template.partition("{self}")
    parent = use.node.parent
    called = parent is not None and parent.type == "call" and parent.child_by_field_name("function") == use.node
    if called and after.startswith(f".{use.symbol.rpartition('.')[2]}("):
        return ()  # ``x.real()``: a property is not called, so this is converted already
    if (before or after.endswith((")", "]"))) and is_written(use.node):
        raise CannotConvert("TS316", messages.WRITTEN, symbol=use.symbol)
    if not received:
        return (Change(use.start, use.end, tuple(templates.names(before, catalog))),)
    changes = [Change(owner.end_byte, use.end, tuple(templates.names(after, catalog)))]
    if before:
        changes.insert(0, Change(use.start, use.start, tuple(templates.names(before, catalog))))
    return tuple(changes)


def _renamed_forward(use: Use, symbol: Symbol, catalog: Catalog) -> tuple[Change, ...]:
    """Where the use is the base of a class: ``forward`` becomes ``construct`` and the other way round."""
    parent = use.node.parent
    holder = parent.parent if parent is not None and parent.type == "argument_list" else None
    source = framework_of(symbol.name)
    if holder is None or holder.type != "class_definition" or source is None:
        return ()
    if not forward.is_layer(catalog, symbol.name, source):
        return ()
    return forward.renamed(use.analysis, holder, source)
