"""Which symbols of one framework mean the same, and the rules that follow from it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.catalog.derivation import cases
from lsp_server.catalog.derivation.inplace import in_place
from lsp_server.catalog.derivation.surface import CALLABLE, Surface, devices_of, fits, synonyms
from lsp_server.catalog.derivation.transport import closed, transported, verdict_of
from lsp_server.catalog.model import TENSORS, Argument, Counterpart, Framework, Rule, Symbol

_ROUNDS = 4
"""A rule may follow from a derived one: ``Tensor.absolute_`` from ``Tensor.absolute`` from ``torch.absolute``."""
_NAMESAKES: dict[str, tuple[str, ...]] = {
    "torch.Tensor": ("torch", "torch.nn.functional"),
    "torch": ("torch.Tensor", "torch.nn.functional"),
    "torch.nn.functional": ("torch",),
    "torch.special": ("torch",),
    "mindspore.Tensor": ("mindspore.mint", "mindspore.ops", "mindspore.mint.nn.functional"),
    "mindspore": ("mindspore.ops", "mindspore.mint", "mindspore.Tensor"),
    "mindspore.ops": (
        "mindspore.mint",
        "mindspore.mint.nn.functional",
        "mindspore.mint.special",
        "mindspore.mint.distributed",
        "mindspore.Tensor",
        "mindspore",
    ),
    "mindspore.mint": ("mindspore.ops", "mindspore.Tensor"),
    "mindspore.mint.nn.functional": ("mindspore.mint", "mindspore.ops"),
    "mindspore.mint.special": ("mindspore.mint", "mindspore.ops"),
}
"""Namespaces whose functions of the same name mean the same, where their signatures agree."""
_MINT = "mindspore.mint."


def spread(framework: Framework, surface: Surface) -> None:
    """Give every symbol without a rule that of its kin, until nothing more follows."""
    twins = _mirrored_by(surface, framework)
    for _ in range(_ROUNDS):
        missing = [name for name in surface.names(framework) if name not in surface.rules]
        found = {name: rule for name in missing if (rule := _from_kin(name, twins, surface)) is not None}
        if not found:
            return
        surface.rules.update(found)


def _mirrored_by(surface: Surface, framework: Framework) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in surface.names(framework):
        if surface.symbols[name].mirrors:
            found.setdefault(surface.symbols[name].mirrors, []).append(name)
    return found


def _from_kin(name: str, twins: dict[str, list[str]], surface: Surface) -> Rule | None:
    symbol = surface.symbols[name]
    for other in _unique(_kin(symbol, twins)):
        source = surface.symbols.get(other)
        if source is None or other not in surface.rules:
            continue
        changes = is_in_place(name) and not is_in_place(other)
        if changes != (is_in_place(name) or is_in_place(other)):
            continue  # what leaves its receiver alone is no rule for what changes it, and not the other way round
        rule = in_place(symbol, source, surface) if changes else transported(symbol, source, surface)
        if rule is not None and (rule.verdict != "none" or other in (symbol.mirrors, *_close(name))):
            return rule
    return None


def follows(name: str, surface: Surface) -> Rule | None:
    """What would be derived for a symbol of torch from written rules that it mirrors or is a method of."""
    symbol = surface.symbols[name]
    nearest = [other for other in _unique(_kin(symbol, {})) if other in surface.rules][:1]
    if not nearest or surface.rules[nearest[0]].derived or nearest[0] not in (symbol.mirrors, *_close(name)):
        return None
    return _from_kin(name, {}, surface)


def is_in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


def _kin(symbol: Symbol, twins: dict[str, list[str]]) -> Iterator[str]:
    close = list(_close(symbol.name))
    # ``Tensor.norm`` is ``torch.norm``, whatever its documentation says of ``torch.linalg.norm``
    told = symbol.mirrors.rpartition(".")[2] == symbol.name.rpartition(".")[2]
    yield from close if told else ()
    if symbol.mirrors:
        yield symbol.mirrors
    yield from close
    namespace, _, last = symbol.name.rpartition(".")
    yield from (f"{other}.{last}" for other in _NAMESAKES.get(namespace, ()))
    yield from twins.get(symbol.name, ())


def _close(name: str) -> Iterator[str]:
    """The same without changing the receiver, and the function of a method: what is not there has no more to say."""
    namespace, _, last = name.rpartition(".")
    if is_in_place(name):
        yield name.removesuffix("_")
    elif namespace in TENSORS.values():
        yield f"{namespace.rpartition('.')[0]}.{last}"


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))


def same_name_in_torch(surface: Surface) -> None:
    """``mindspore.mint`` has torch's names and signatures by design, and in-place methods have torch's names: where all
    arguments agree, the namesake is the counterpart."""
    for name in surface.names("mindspore"):
        if name in surface.rules:
            continue
        symbol = surface.symbols[name]
        other = _namesake(symbol)
        target = surface.symbols.get(other)
        if target is None or target.kind != symbol.kind or symbol.kind not in CALLABLE or not fits(symbol, target):
            continue
        if _is_false_friend(symbol, surface.rules.get(other)):
            continue
        args: dict[str, str | Argument] = dict(synonyms(symbol, target))
        counterpart = closed(Counterpart(other, args=args), symbol, surface)
        if counterpart is None:
            continue
        verdict = verdict_of("same", symbol, (counterpart,), surface)
        source = surface.rules.get(other)
        examples = source.cases if source is not None and symbol.cpu != "fails" else ()
        surface.rules[name] = Rule(
            verdict,
            (counterpart,),
            cases=cases.translated(examples, target, symbol, counterpart, surface),
            derived=other,
        )


def _is_false_friend(symbol: Symbol, rule: Rule | None) -> bool:
    """Whether the rule of the namesake in torch passes over this symbol although it runs everywhere: whoever wrote it
    knew that it means something else, as ``x.equal(y)`` and ``x.dot(y)`` do."""
    if rule is None or symbol.name.startswith(_MINT) or is_in_place(symbol.name) or "CPU" not in devices_of(symbol):
        return False
    return all(one.symbol != symbol.name for one in rule.counterparts)


def _namesake(symbol: Symbol) -> str:
    if symbol.name.startswith(_MINT):
        return f"torch.{symbol.name.removeprefix(_MINT)}"
    if symbol.name.startswith("mindspore.Tensor."):
        return symbol.name.replace("mindspore.", "torch.", 1)
    return ""
