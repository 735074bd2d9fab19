"""What the derivation reads: both inventories, and the rules so far."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.catalog.model import DEVICES, Device, Parameter, Rule, Signature, Symbol

VARIADIC = ("var-positional", "var-keyword")
CALLABLE = ("function", "method", "class")
_CPU: tuple[Device, ...] = ("CPU",)


class Surface:
    """Both inventories and the rules that are known so far; derived ones are added to `rules`."""

    def __init__(self, symbols: Mapping[str, Symbol], rules: dict[str, Rule]) -> None:
        self.symbols = symbols
        self.rules = rules

    def names(self, framework: str) -> list[str]:
        """Documented names of one framework, sorted."""
        start = framework + "."
        return sorted(name for name, symbol in self.symbols.items() if name.startswith(start) and symbol.documented)


def devices_of(symbol: Symbol) -> tuple[Device, ...]:
    """Where a symbol of MindSpore runs. What was measured on the CPU goes before what is documented."""
    documented: tuple[Device, ...] = tuple(device for device in DEVICES if device in symbol.platforms)
    if symbol.cpu == "fails":
        return tuple(device for device in documented if device != "CPU")
    if symbol.cpu == "runs" and "CPU" not in documented:
        return (*documented, *_CPU)
    return documented


def parameters(symbol: Symbol) -> dict[str, Parameter]:
    """All parameters over all overloads; a name is required only if every overload that has it requires it."""
    found: dict[str, Parameter] = {}
    for signature in symbol.signatures:
        for parameter in signature.parameters:
            known = found.get(parameter.name)
            if known is None or (known.default is None and parameter.default is not None):
                found[parameter.name] = parameter
    return found


def required(signature: Signature) -> set[str]:
    return {one.name for one in signature.parameters if one.default is None and one.kind not in VARIADIC}


def names_of(signature: Signature) -> set[str]:
    return {one.name for one in signature.parameters}


def first_parameter(symbol: Symbol) -> str:
    """The parameter that takes the first positional argument; empty if there is none. Every overload has it: torch's
    old ones (``torch.addmm(beta, input, …)``) in another place."""
    if not symbol.signatures or not symbol.signatures[0].parameters:
        return ""
    first = symbol.signatures[0].parameters[0]
    everywhere = all(any(one.name == first.name for one in signature.parameters) for signature in symbol.signatures)
    return first.name if first.kind in ("positional", "standard") and everywhere else ""


def fits(symbol: Symbol, source: Symbol, receiver: str = "") -> bool:
    """Whether a rule for ``source`` says all about the calls of ``symbol``: every argument that one may pass is known
    there or has a default at which it is dropped, and every argument that must be passed there can be passed.
    ``receiver`` is the parameter of the one that is the receiver of the other."""
    if not symbol.signatures or not source.signatures:
        return not symbol.signatures and not source.signatures and not receiver
    theirs = {name: one for name, one in parameters(source).items() if name != receiver}
    ours = {name: one for name, one in parameters(symbol).items() if name != receiver}
    other_names = synonyms(symbol, source, receiver)
    for name, parameter in ours.items():
        other = theirs.get(other_names.get(name, name))
        if other is None and (parameter.default is None or parameter.kind in VARIADIC):
            return False
        if other is not None and (other.kind in VARIADIC) != (parameter.kind in VARIADIC):
            return False
    passed = {other_names.get(name, name) for name in ours}
    return any(required(signature) - {receiver} <= passed for signature in source.signatures)


def synonyms(symbol: Symbol, source: Symbol, receiver: str = "") -> dict[str, str]:
    """Parameters that ``source`` does not know, with the one that it knows and that stands in their place: in another
    overload of ``symbol`` (``Tensor.fmod(divisor)`` and ``Tensor.fmod(other)``), or in a function that takes equally
    many arguments."""
    known = parameters(source).keys() - {receiver}
    found: dict[str, str] = {}
    for signature in symbol.signatures:
        names = {one.name for one in signature.parameters}
        for overload in symbol.signatures:
            for one, other in zip(signature.parameters, overload.parameters, strict=False):
                alike = _by_place(one) == _by_place(other) and one.default == other.default
                if alike and one.name not in known and other.name in known and other.name not in names:
                    found.setdefault(one.name, other.name)
    if receiver and source.kind == "function":
        found = {name: old for old, name in renamed_places(source, symbol).items()} | found
    return found


def _by_place(parameter: Parameter) -> str:
    """The kind, a name that is documented but no keyword being one that has a place all the same."""
    return "standard" if parameter.kind == "positional" else parameter.kind


def renamed_places(function: Symbol, method: Symbol) -> dict[str, str]:
    """Parameters of a function that its method calls otherwise, in the first overload that takes as many arguments."""
    taken = parameters(function)
    for signature in function.signatures:
        ours = [one for one in signature.parameters[1:] if one.name != "out"]
        for overload in method.signatures:
            pairs = list(zip(ours, overload.parameters, strict=False))
            new = {one.name: there.name for one, there in pairs if one.name != there.name}
            alike = all(one.default == there.default and _by_place(one) == _by_place(there) for one, there in pairs)
            plain = not any(one.kind in VARIADIC for one in ours)
            if len(ours) == len(overload.parameters) and alike and plain and taken.keys().isdisjoint(new.values()):
                return new
    return {}
