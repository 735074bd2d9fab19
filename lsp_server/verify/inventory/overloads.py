"""Overloads from two sources made one list: what the documentation writes and what the stub declares."""

from __future__ import annotations

from lsp_server.catalog.model import Parameter, Signature
from lsp_server.verify.inventory.signatures import is_generic, is_python, unique


def merge(documented: list[Signature], typed: list[Signature]) -> tuple[Signature, ...]:
    """Documented overloads first, then those of the stub that they do not cover.

    A documented line that Python would not accept (``arange(start=0, end)``), or that tells of several results
    at once (``max(dim=None) -> Tensor or (Tensor, Tensor)``), is replaced by the overloads of the stub.
    """
    typed = _joined([s for s in typed if not is_generic(s.parameters) and not _is_named_tensor(s)])
    result: list[Signature] = []
    covered: set[int] = set()
    for signature in documented:
        inside = [i for i, other in enumerate(typed) if covers(signature.parameters, other.parameters)]
        words = {typed[i].returns for i in inside if typed[i].returns}
        splits = not signature.returns and len(words) > 1
        if typed and (splits or not is_python(signature.parameters)):
            continue
        covered.update(inside)
        result.append(_enriched(signature, [typed[i] for i in inside], words))
    result += [other for i, other in enumerate(typed) if i not in covered]
    words = {s.returns for s in result if s.returns}
    if len(words) == 1:
        result = [Signature(s.parameters, next(iter(words))) for s in result]
    return unique(result)


def _is_named_tensor(signature: Signature) -> bool:
    """True for the overloads of the prototype "named tensors": they require ``names``."""
    return any(p.name == "names" and p.kind == "keyword" and p.default is None for p in signature.parameters)


def _positional(parameters: tuple[Parameter, ...]) -> list[Parameter]:
    return [p for p in parameters if p.kind in ("positional", "standard", "var-positional")]


def _key(parameters: tuple[Parameter, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((p.kind, _plain(p.name)) for p in _positional(parameters))


def _plain(name: str) -> str:
    return "input" if name == "self" else name


def _joined(typed: list[Signature]) -> list[Signature]:
    """One signature for overloads with the same positional parameters: their keywords together."""
    groups: dict[object, list[Signature]] = {}
    for signature in typed:
        groups.setdefault((_key(signature.parameters), signature.returns), []).append(signature)
    return [_join(group) for group in groups.values()]


def _join(group: list[Signature]) -> Signature:
    first = group[0]
    positional = []
    for index, parameter in enumerate(_positional(first.parameters)):
        defaults = [_positional(s.parameters)[index].default for s in group]
        default = next((d for d in defaults if d is not None), None)
        positional.append(Parameter(_plain(parameter.name), parameter.kind, default))
    keywords: dict[str, Parameter] = {}
    for signature in group:
        for p in signature.parameters:
            if p.kind in ("keyword", "var-keyword"):
                known = keywords.get(p.name)
                keywords[p.name] = p if known is None or known.default is None else known
    for name, parameter in keywords.items():
        everywhere = all(any(p.name == name for p in s.parameters) for s in group)
        if parameter.kind == "keyword" and parameter.default is None and not everywhere:
            keywords[name] = Parameter(name, "keyword", "None")
    return Signature((*positional, *keywords.values()), first.returns)


def covers(general: tuple[Parameter, ...], special: tuple[Parameter, ...]) -> bool:
    """True if ``general`` takes what ``special`` takes, keyword-only parameters aside."""
    names = {p.name for p in general}
    wanted = _positional(special)
    mine = _positional(general)
    for index, parameter in enumerate(wanted):
        name = _plain(parameter.name)
        if parameter.kind == "var-positional":
            return bool(mine) and mine[-1].kind == "var-positional"
        same_place = index < len(mine) and mine[index].name == name and mine[index].kind != "var-positional"
        if not same_place and not (name in names and index >= len(mine)):
            return False
    given = {_plain(p.name) for p in special}
    return all(p.name in given or p.default is not None or p.kind.startswith("var-") for p in general)


def _enriched(signature: Signature, typed: list[Signature], words: set[str]) -> Signature:
    """The documented overload with the keywords that only the stub names, sources for defaults, and the return."""
    known = {p.name: p.default for other in typed for p in other.parameters if p.default is not None}
    parameters = [
        Parameter(p.name, p.kind, known[p.name])
        if p.default is not None and not is_source(p.default) and p.name in known
        else p
        for p in signature.parameters
    ]
    names = {p.name for p in parameters}
    for other in typed:
        for p in other.parameters:
            if p.kind == "keyword" and p.name not in names:
                parameters.append(Parameter(p.name, "keyword", p.default or "None"))
                names.add(p.name)
    word = signature.returns
    if len(words) == 1:
        stub = next(iter(words))
        word = word if word.startswith("tuple[") and stub.endswith("...]") else stub
    return Signature(tuple(sorted(parameters, key=lambda p: p.kind == "var-keyword")), word)


def is_source(text: str) -> bool:
    """True if a default is a Python expression."""
    try:
        compile(text, "<default>", "eval")
    except (SyntaxError, ValueError):
        return False
    return True
