"""The way back: rules from MindSpore to torch, out of those from torch to MindSpore."""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from lsp_server.catalog import literals, mapping
from lsp_server.catalog.derivation import cases
from lsp_server.catalog.derivation.simple_calls import as_arguments
from lsp_server.catalog.derivation.surface import CALLABLE, Surface, first_parameter, parameters, synonyms
from lsp_server.catalog.derivation.transport import closed, verdict_of
from lsp_server.catalog.model import TENSORS, Argument, Counterpart, Parameter, Rule, Symbol, Verdict

SYNONYMS = {"axis": "dim", "keepdims": "keepdim", "keep_dims": "keepdim", "y": "other", "x": "input"}
"""What MindSpore calls parameters of torch in overloads of the same function."""
_CAST = re.compile(r"(?:float|int|bool|tuple|list)\(\{value\}\)")
"""A value that only changes its Python type for MindSpore's sake stands as it is on the way back."""
_VERDICTS: tuple[Verdict, ...] = ("same", "adapt", "compose", "differs")


class _Candidate(msgspec.Struct, frozen=True):
    torch: Symbol
    rule: Rule
    counterpart: Counterpart
    """The way there, as an argument mapping."""
    back: Counterpart
    place: int
    """Which of the rule's counterparts it is."""


def invert(surface: Surface) -> dict[str, Rule]:
    """By symbol of MindSpore that has no rule: the inverse of the torch rule that fits it best."""
    found: dict[str, list[_Candidate]] = {}
    for name, rule in sorted(surface.rules.items()):
        symbol = surface.symbols.get(name)
        if symbol is None or not name.startswith("torch.") or rule.verdict == "none":
            continue
        if any((one.convert or "").startswith("inplace_") for one in rule.counterparts):
            continue  # what is said of new tensors is not true of the way back
        for place, counterpart in enumerate(rule.counterparts):
            target = surface.symbols.get(counterpart.symbol)
            if target is None or target.name in surface.rules or not target.documented:
                continue
            there = as_arguments(counterpart, symbol, target)
            if there is None or (_is_static(symbol, target) and not counterpart.template):
                continue
            back = _inverse(there, symbol, target, surface)
            if back is not None:
                found.setdefault(target.name, []).append(_Candidate(symbol, rule, there, back, place))
    return {name: _rule(surface.symbols[name], candidates, surface) for name, candidates in found.items()}


def _rule(symbol: Symbol, candidates: list[_Candidate], surface: Surface) -> Rule:
    best = min(candidates, key=lambda one: _rank(symbol.name, one))
    rule = best.rule
    verdict = verdict_of("differs" if rule.verdict == "differs" else "same", symbol, (best.back,), surface)
    notes = (best.counterpart.note, rule.note)
    # a note says what bites on the way there; on the way back it is true of what differs, and of narrower results
    kept = [one for one in notes if one is not None and (verdict == "differs" or "int32" in one.en)]
    names = _renamed(best.counterpart, best.torch, symbol)
    shown = rule.cases if symbol.cpu != "fails" else ()
    examples = cases.translated(shown, best.torch, symbol, best.back, surface, names)
    return Rule(verdict, (best.back,), note=kept[0] if kept else None, cases=examples, derived=best.torch.name)


def _rank(name: str, one: _Candidate) -> tuple[object, ...]:
    """The canonical torch name: the one at the same place, then of the same name, then what is written and plain."""
    torch = one.torch.name
    tail = name.removeprefix("mindspore.").removeprefix("mint.")
    return (
        torch.removeprefix("torch.") != tail,
        (torch.rpartition(".")[0] == TENSORS["torch"]) != (name.rpartition(".")[0] == TENSORS["mindspore"]),
        _plain(torch) != _plain(name),
        bool(one.torch.mirrors) and one.torch.kind == "function",
        bool(one.rule.derived),
        one.place,
        _VERDICTS.index(one.rule.verdict),
        len(torch),
        torch,
    )


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").lower()


def _renamed(there: Counterpart, symbol: Symbol, target: Symbol) -> dict[str, str]:
    """Parameter of the torch symbol to parameter of the MindSpore symbol, over all overloads."""
    names: dict[str, str] = {}
    for signature in symbol.signatures:
        theirs = mapping.target_signature(target, mapping.wanted_names(there, signature))
        names.update(mapping.new_names(there, signature, theirs))
    return names


def _inverse(there: Counterpart, symbol: Symbol, target: Symbol, surface: Surface) -> Counterpart | None:
    """The counterpart ``symbol`` of ``target``; None if what the rule says cannot be turned around."""
    if there.convert == "sizes_to_tuple":
        there = replace(there, convert=None)  # torch takes a tuple as well as sizes one by one
    if there.convert is not None or there.template or not _same_shape(symbol, target):
        return None
    back = Counterpart(symbol.name, limits=there.limits)
    if symbol.kind not in CALLABLE or (not symbol.signatures and not target.signatures):
        return None if there.args or there.extra or there.unset else back
    if not symbol.signatures or not target.signatures:
        return None
    if symbol.kind != target.kind and not _receives(there, symbol, target):
        return None
    ours, theirs = parameters(symbol), parameters(target)
    renamed = {old: new for old, new in _renamed(there, symbol, target).items() if new in theirs}
    names = _one_each(renamed, symbol, surface)
    args = _arguments(there, names) if names is not None else None
    if names is None or args is None:
        return None
    extra = _always_there(there, ours, renamed)
    args.update(_other_spellings(target, ours, {*names.values(), *there.extra}))
    unset: dict[str, str] = {}
    for name, text in there.extra.items():
        if "{" in text or name not in theirs:
            return None
        args[name] = Argument(only=(text,))
        if not literals.same(theirs[name].default or "", text):
            unset[name] = ""
    keep = tuple(names[name] for name in there.keep_defaults if name in names)
    made = replace(back, args=args, extra=extra, unset=unset, keep_defaults=keep)
    return closed(made, target, surface)


def _one_each(names: dict[str, str], symbol: Symbol, surface: Surface) -> dict[str, str] | None:
    """One torch parameter for each of the counterpart's. Overloads may have several names for one place (``sections``
    and ``indices``); None if they are not the same place."""
    only_documented = _only_documented(symbol, surface)
    chosen: dict[str, str] = {}
    for old, new in names.items():
        rival = next((other for other, there in chosen.items() if there == new), None)
        if rival is not None and _places(old, symbol) != _places(rival, symbol):
            return None
        if rival in only_documented:
            del chosen[rival]
        elif rival is not None:
            continue
        chosen[old] = new
    return chosen


def _only_documented(symbol: Symbol, surface: Surface) -> set[str]:
    """Names in the documentation of a method that calls do not take where its function has another one."""
    function = surface.symbols.get(f"torch.{symbol.name.rpartition('.')[2]}")
    if symbol.kind != "method" or function is None:
        return set()
    return set(synonyms(symbol, function, first_parameter(function)))


def _places(name: str, symbol: Symbol) -> set[int]:
    return {
        place
        for signature in symbol.signatures
        for place, parameter in enumerate(signature.parameters)
        if parameter.name == name
    }


def _same_shape(symbol: Symbol, target: Symbol) -> bool:
    if symbol.kind == target.kind:
        return True
    return (symbol.kind, target.kind) in (
        ("function", "method"),
        ("constant", "attribute"),
        ("attribute", "property"),
        ("property", "attribute"),
        ("class", "constant"),
        ("constant", "class"),
    )


def _is_static(symbol: Symbol, target: Symbol) -> bool:
    """``mindspore.Tensor.from_numpy(array)`` without a receiver stands for a function, ``x.abs()`` does not."""
    return symbol.kind == "function" and target.kind == "method"


def _receives(there: Counterpart, symbol: Symbol, target: Symbol) -> bool:
    """A method of MindSpore that a torch function stands for: its receiver must be the function's first argument."""
    return symbol.kind == "function" and target.kind == "method" and bool(first_parameter(symbol)) and not there.unset


def _arguments(there: Counterpart, names: dict[str, str]) -> dict[str, str | Argument] | None:
    args: dict[str, str | Argument] = {}
    for old, new in names.items():
        mapped = mapping.mapping_of(there, old)
        value = mapped.value if mapped is not None and not _CAST.fullmatch(mapped.value) else ""
        limited = mapped is not None and mapping.is_limited(mapped)
        if mapped is None or not (value or limited):
            if old != new:
                args[new] = old
        elif value and (not mapped.back or limited):
            return None
        elif value:
            args[new] = Argument(to=old, value=mapped.back, back=value)
        else:
            args[new] = Argument(to=old, only=mapped.only, kinds=mapped.kinds, never=mapped.never)
    return args


def _other_spellings(target: Symbol, ours: dict[str, Parameter], known: set[str]) -> dict[str, str]:
    """Parameters of further overloads that are torch's by another name: ``x.all(axis=1)`` beside ``x.all(dim=1)``."""
    found: dict[str, str] = {}
    for signature in target.signatures:
        names = {parameter.name for parameter in signature.parameters}
        for parameter in signature.parameters:
            meant = SYNONYMS.get(parameter.name, "")
            if parameter.name not in known and meant in ours and meant not in names:
                found[parameter.name] = meant
    return found


def _always_there(there: Counterpart, ours: dict[str, Parameter], names: dict[str, str]) -> dict[str, str]:
    """Arguments of the torch symbol that the way there drops, at other values than their defaults: written on the way
    back."""
    extra: dict[str, str] = {}
    for name, parameter in ours.items():
        mapped = mapping.mapping_of(there, name)
        allowed = mapped.only if mapped is not None and name not in names else ()
        if allowed and not any(literals.same(one, parameter.default or "") for one in allowed):
            extra[name] = allowed[0]
    return extra
