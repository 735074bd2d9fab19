"""What the derivation reads: both inventories, and the rules so far."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.catalog.model import DEVICES, Device, Parameter, Rule, Signature, Symbol

TENSORS = {"torch": "torch.Tensor", "mindspore": "mindspore.Tensor"}
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
    for name, parameter in ours.items():
        other = theirs.get(name)
        if other is None and (parameter.default is None or parameter.kind in VARIADIC):
            return False
        if other is not None and (other.kind in VARIADIC) != (parameter.kind in VARIADIC):
            return False
    return any(required(signature) - {receiver} <= ours.keys() for signature in source.signatures)
