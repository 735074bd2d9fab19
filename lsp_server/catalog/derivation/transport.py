"""The rule of one symbol, said for another symbol of the same framework that means the same."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from lsp_server.catalog import mapping
from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.derivation import cases
from lsp_server.catalog.derivation.surface import (
    VARIADIC,
    Surface,
    devices_of,
    first_parameter,
    fits,
    names_of,
    parameters,
    renamed_places,
    required,
    synonyms,
)
from lsp_server.catalog.history import since_key
from lsp_server.catalog.model import TENSORS, Argument, Counterpart, Device, Rule, Signature, Symbol, Verdict


def transported(symbol: Symbol, source: Symbol, surface: Surface) -> Rule | None:
    """A rule for ``symbol`` from the rule of ``source``; None if the signatures do not fit, or nothing is left."""
    rule = surface.rules[source.name]
    receiver = _receiver(symbol, source)
    if receiver is None or not fits(symbol, source, receiver):
        return None
    if rule.verdict == "none":
        return replace(rule, cases=(), derived=source.name)
    if receiver and source.kind == "method":
        moved = [_method_to_function(one, symbol, receiver, surface) for one in rule.counterparts]
    elif receiver:
        moved = [_function_to_method(one, symbol, source, receiver, surface) for one in rule.counterparts]
    else:
        moved = [[one] for one in rule.counterparts]
    other_names = synonyms(symbol, source, receiver)
    spoken = [said for many in moved for one in many for said in _with_synonyms(one, other_names, surface)]
    filled = [_filled(one, symbol, source) for one in spoken]
    found = [closed(_known(one, symbol), symbol, surface) for one in filled if one is not None]
    kept = [one for one in found if one is not None]
    counterparts = without_shadowed(kept) if receiver else tuple(kept)
    if not counterparts:
        return None
    verdict = verdict_of(rule.verdict, symbol, counterparts, surface)
    return Rule(
        verdict=verdict,
        counterparts=counterparts,
        note=rule.note,
        explain=rule.explain,
        cases=cases.renamed(rule.cases, source, symbol) if cases.can_run(counterparts) else (),
        derived=source.name,
    )


def _receiver(symbol: Symbol, source: Symbol) -> str | None:
    """The parameter that is the receiver on the other side; empty if both are called alike, None if neither holds."""
    if symbol.kind == source.kind:
        return ""
    for method, function in ((symbol, source), (source, symbol)):
        if (
            method.kind == "method"
            and function.kind == "function"
            and method.name.rpartition(".")[0] in TENSORS.values()
        ):
            first = first_parameter(function)
            # ``Tensor.from_numpy(array)`` is called on the class: it receives nothing
            return first if first and first not in parameters(method) else None
    return None


def _with_synonyms(one: Counterpart, names: Mapping[str, str], surface: Surface) -> list[Counterpart]:
    """A counterpart that takes an argument under each of the names that it has in the new symbol's overloads."""
    if not names:
        return [one]
    if one.template:
        # a template says one name; overloads with another name go to the next counterpart
        texts = [one.template, *one.extra.values(), *one.unset.values()]
        if one.convert is not None or not any(f"{{{known}}}" in text for text in texts for known in names.values()):
            return [one]
        return [one, _with_holes(one, {known: name for name, known in names.items()})]
    target = surface.symbols.get(one.symbol)
    there = parameters(target) if target is not None else {}
    args = dict(one.args)
    for name, known in names.items():
        if known in args or known in there:
            args[name] = args.get(known, known)
    args = {name: mapped for name, mapped in args.items() if mapped != name}
    unset = {name: one.unset[known] for name, known in names.items() if known in one.unset}
    return [replace(one, args=args, unset={**one.unset, **unset})]


def _with_holes(one: Counterpart, names: Mapping[str, str]) -> Counterpart:
    """With other names for arguments, also in texts."""

    def renamed(text: str) -> str:
        return mapping.PLACEHOLDER.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)

    return replace(
        one,
        template=renamed(one.template),
        args={names.get(name, name): mapped for name, mapped in one.args.items()},
        extra={name: renamed(text) for name, text in one.extra.items()},
        unset={names.get(name, name): renamed(text) for name, text in one.unset.items()},
    )


def _filled(counterpart: Counterpart, symbol: Symbol, source: Symbol) -> Counterpart | None:
    """A template without places for arguments that the new symbol does not have: they are at their defaults."""
    template = counterpart.template
    known, defaults = parameters(symbol), parameters(source)
    for name in mapping.placeholders(template):
        if name in known or name in mapping.RESERVED:
            continue
        default = counterpart.unset.get(name) or (defaults[name].default if name in defaults else None)
        if default is None or "{" in default:
            return None
        template = template.replace(f"{{{name}}}", default)
    return replace(counterpart, template=template)


def _known(counterpart: Counterpart, symbol: Symbol) -> Counterpart:
    """Without what it says of arguments that the new symbol does not have."""
    names = parameters(symbol)
    if not names:
        return counterpart
    return replace(
        counterpart,
        args={name: mapped for name, mapped in counterpart.args.items() if name in names},
        unset={name: text for name, text in counterpart.unset.items() if name in names},
        keep_defaults=tuple(name for name in counterpart.keep_defaults if name in names),
        safety=None,
    )


def _function_to_method(
    one: Counterpart, symbol: Symbol, source: Symbol, receiver: str, surface: Surface
) -> list[Counterpart]:
    target = surface.symbols.get(one.symbol)
    mapped = mapping.mapping_of(one, receiver)
    if target is None or one.convert is not None or receiver in one.unset:
        return []
    if one.template:
        said = _received(replace(one, template=_only_argument(one.template, source, receiver)), receiver)
        if "{args}" in said.template and _is_rest(symbol, source):
            said = replace(said, template=said.template.replace("{args}", "{self}, {args}"))
        whole = "{self}" in said.template and ("{args}" not in said.template or _is_rest(symbol, source))
        return [said] if whole and (mapped is None or not (mapped.value or mapping.is_limited(mapped))) else []
    to = mapped.to if mapped is not None else receiver
    if (mapped is not None and (mapped.value or mapping.is_limited(mapped))) or not _takes_first(target, to):
        return []
    said = _received(one, receiver)
    method = _method_of(said, source, target, receiver, surface)
    return [method, said] if method is not None else [said]


def _received(one: Counterpart, receiver: str) -> Counterpart:
    """With ``{self}`` for the argument that became the receiver."""
    hole = f"{{{receiver}}}"
    return replace(
        one,
        template=one.template.replace(hole, "{self}"),
        args={name: _holed(mapped, hole) for name, mapped in one.args.items() if name != receiver},
        extra={name: text.replace(hole, "{self}") for name, text in one.extra.items()},
        unset={name: text.replace(hole, "{self}") for name, text in one.unset.items()},
    )


def _holed(mapped: str | Argument, hole: str) -> str | Argument:
    return mapped if isinstance(mapped, str) else replace(mapped, value=mapped.value.replace(hole, "{self}"))


def _is_rest(symbol: Symbol, source: Symbol) -> bool:
    """Whether the arguments of a method are those of its function behind the first one, in the same places."""
    if len(symbol.signatures) != 1 or len(source.signatures) != 1:
        return False
    ours = [one.name for one in symbol.signatures[0].parameters]
    return ours == [one.name for one in source.signatures[0].parameters if one.name != "out"][1:]


def _only_argument(template: str, source: Symbol, receiver: str) -> str:
    """``{args}`` of a function with one parameter is that parameter."""
    alone = all(parameter == receiver for parameter in parameters(source) if parameter != "out")
    return template.replace("{args}", f"{{{receiver}}}") if alone else template


def _takes_first(target: Symbol, name: str) -> bool:
    return target.kind in ("function", "class") and first_parameter(target) == name


def _method_of(
    said: Counterpart, source: Symbol, target: Symbol, receiver: str, surface: Surface
) -> Counterpart | None:
    """The Tensor method with the name of the counterpart, if it takes the same arguments and is known to run."""
    framework = framework_of(target.name)
    assert framework is not None  # the compiler refuses counterparts of no framework
    method = surface.symbols.get(f"{TENSORS[framework]}.{target.name.rpartition('.')[2]}")
    if method is None or method.kind != "method" or method.deprecated or target.name.startswith("mindspore.numpy."):
        return None
    devices: tuple[Device, ...] = said.devices
    if framework == "mindspore":
        runs = devices_of(method)
        sure = method.mirrors or method.cpu == "runs"  # a name alone is not enough where nobody has tried it
        devices = tuple(device for device in said.devices if device in runs and (sure or device != "CPU"))
    said = _in_words_of(method, said, source, target)
    used = _used_names(said, source, target) - {first_parameter(target)}
    if not devices or not any(required(one) <= used <= names_of(one) for one in method.signatures):
        return None
    return replace(said, symbol=method.name, devices=devices, since=max(said.since, method.since, key=since_key))


def _in_words_of(method: Symbol, said: Counterpart, source: Symbol, target: Symbol) -> Counterpart:
    """With the method's names of parameters that stand in the same places as those of the function."""
    used = _used_names(said, source, target) - {first_parameter(target)}
    if any(used <= names_of(one) for one in method.signatures):
        return said
    names = renamed_places(target, method)
    args = dict(said.args)
    for signature in source.signatures if names else ():
        there = mapping.target_signature(target, mapping.wanted_names(said, signature))
        for old, new in mapping.new_names(said, signature, there).items():
            if new in names:
                mapped = mapping.mapping_of(said, old) or Argument()
                args[old] = names[new] if mapped in (Argument(), Argument(to=new)) else replace(mapped, to=names[new])
    args = {name: mapped for name, mapped in args.items() if mapped != name}
    return replace(said, args=args, extra={names.get(name, name): text for name, text in said.extra.items()})


def _used_names(said: Counterpart, source: Symbol, target: Symbol) -> set[str]:
    used = set(said.extra)
    for signature in source.signatures:
        there = mapping.target_signature(target, mapping.wanted_names(said, signature))
        used |= set(mapping.new_names(said, signature, there).values())
    return used


def _method_to_function(one: Counterpart, symbol: Symbol, receiver: str, surface: Surface) -> list[Counterpart]:
    target = surface.symbols.get(one.symbol)
    if target is None or one.convert is not None:
        return []
    values = [mapped.value for mapped in one.args.values() if isinstance(mapped, Argument)]
    if any("{self}" in text for text in (*one.extra.values(), *one.unset.values(), *values)):
        return []
    if one.template:
        whole = "{args}" not in one.template
        return [replace(one, template=one.template.replace("{self}", f"{{{receiver}}}"))] if whole else []
    if target.kind == "function":
        to = first_parameter(target)
        args = {**one.args, receiver: to} if to and to != receiver else dict(one.args)
        return [replace(one, args=args)] if to else []
    if target.kind != "method":
        return []
    return [_as_function(one, function, receiver) for function in _functions_of(target, surface)]


def _functions_of(method: Symbol, surface: Surface) -> list[Symbol]:
    """Functions with the name of a Tensor method that take what it takes."""
    framework = framework_of(method.name)
    roots = ("mindspore.ops.", "mindspore.mint.") if framework == "mindspore" else ("torch.",)
    last = method.name.rpartition(".")[2]
    found = [surface.symbols[root + last] for root in roots if root + last in surface.symbols]
    return [
        function
        for function in found
        if function.kind == "function"
        and (receiver := first_parameter(function))
        and fits(method, function, receiver)
        and ("CPU" in devices_of(function) or framework == "torch")
    ][:1]


def _as_function(one: Counterpart, function: Symbol, receiver: str) -> Counterpart:
    to = first_parameter(function)
    return replace(one, symbol=function.name, args={**one.args, receiver: to} if to != receiver else one.args)


def closed(counterpart: Counterpart, symbol: Symbol, surface: Surface) -> Counterpart | None:
    """With calls refused whose left-out arguments would silently mean something else; None if the counterpart requires
    an argument that no call gives, or names one that it does not have."""
    target = surface.symbols.get(counterpart.symbol)
    if target is None or not mapping.placeholders(counterpart.template) <= {*parameters(symbol), *mapping.RESERVED}:
        return None
    if counterpart.template or counterpart.convert is not None or not symbol.signatures or not target.signatures:
        return counterpart
    unset = dict(counterpart.unset)
    possible = False
    for signature in symbol.signatures:
        there = mapping.target_signature(target, mapping.wanted_names(counterpart, signature))
        if there is None:
            continue
        names = mapping.new_names(counterpart, signature, there)
        given = {*names.values(), *counterpart.extra}
        if symbol.kind == "method" and target.kind == "function":
            given.add(first_parameter(target))
        possible = possible or any(required(one) <= given for one in target.signatures)
        for name in mapping.silent_defaults(counterpart, signature, there):
            if _default(there, names[name]) is not None or not _may_lack(target, names[name]):
                unset[name] = ""
    return replace(counterpart, unset=unset) if possible else None


def _default(signature: Signature, name: str) -> str | None:
    return next((one.default for one in signature.parameters if one.name == name), None)


def _may_lack(target: Symbol, name: str) -> bool:
    """Whether an overload does without that parameter."""
    return any(all(one.name != name for one in signature.parameters) for signature in target.signatures)


def without_shadowed(counterparts: list[Counterpart]) -> tuple[Counterpart, ...]:
    """Without those whose every call an earlier one takes. One that holds for more devices later holds at once."""
    kept: list[Counterpart] = []
    for one in (_broadest(one, counterparts) for one in counterparts):
        earlier = [other for other in kept if not other.until and set(one.devices) <= set(other.devices)]
        if not any(_call(other) == _call(one) or _goes_before(other, one) for other in earlier):
            kept.append(one)
    return tuple(kept)


def _goes_before(earlier: Counterpart, one: Counterpart) -> bool:
    """Whether the later one is never reached. Limits of an earlier one do not refuse a call, but with a template the
    later one may take arguments that the earlier one does not have."""
    covered = not one.template or set(earlier.limits) <= set(one.limits)
    return covered and _takes_all(earlier) and since_key(earlier.since) <= since_key(one.since)


def _takes_all(one: Counterpart) -> bool:
    """Whether a counterpart refuses no value of an argument; what it does not know, others do not know either."""
    limited = any(mapping.is_limited(mapped) for mapped in one.args.values())
    return not limited and "" not in one.unset.values() and not one.template


def _broadest(one: Counterpart, counterparts: list[Counterpart]) -> Counterpart:
    """The same call for the most devices."""
    alike = [other for other in counterparts if _call(other) == _call(one) and set(other.devices) >= set(one.devices)]
    return max(alike, key=lambda other: (len(other.devices), not other.since))


def _call(one: Counterpart) -> tuple[object, ...]:
    return (one.symbol, one.template, one.define, one.convert, one.args, one.extra, one.unset, one.keep_defaults)


def verdict_of(verdict: Verdict, symbol: Symbol, counterparts: tuple[Counterpart, ...], surface: Surface) -> Verdict:
    """The verdict after a rule has moved: what differs still differs, and ``same`` must be true of the first call."""
    if verdict == "differs":
        return verdict
    templates = [bool(one.template) for one in counterparts]
    if all(templates):
        return "compose"
    if any(templates):
        return "adapt"
    return "same" if all(_is_same(one, symbol, surface) for one in counterparts) else "adapt"


def _is_same(one: Counterpart, symbol: Symbol, surface: Surface) -> bool:
    target = surface.symbols[one.symbol]
    if one.args or one.extra or one.unset or one.convert is not None or target.kind != symbol.kind:
        return False
    if not symbol.signatures or not target.signatures:
        return True
    theirs = mapping.target_signature(target, mapping.wanted_names(one, symbol.signatures[0]))
    if theirs is None:
        return False
    kinds = ("positional", "standard", *VARIADIC)
    ours = [parameter.name for parameter in symbol.signatures[0].parameters if parameter.kind in kinds]
    there = [parameter.name for parameter in theirs.parameters if parameter.kind in kinds]
    shared = min(len(ours), len(there))
    defaults = mapping.silent_defaults(one, symbol.signatures[0], theirs)
    return ours[:shared] == there[:shared] and not defaults
