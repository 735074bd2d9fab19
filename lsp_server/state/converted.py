"""A library layer as the converter writes it in the other framework: which counterpart takes its arguments, and what
parameters and buffers that has. Expressions and the classes that conversions write into files are evaluated as any
source is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from lsp_server.catalog import literals
from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.mapping import PLACEHOLDER, is_dropped, mapping_of
from lsp_server.catalog.model import Argument, Counterpart, Rule, StateSpec, ValueKind
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.state import formulas, library
from lsp_server.state.code import Code, code
from lsp_server.state.frames import Exhausted, Frame, Machine, Raised
from lsp_server.state.library import Arguments
from lsp_server.state.values import UNKNOWN, List, Module, Symbol, Tensor, Unknown, Value
from lsp_server.syntax.document import Document

Choose = Callable[[Rule], "Counterpart | None"]
Given = Mapping[str, Value]
_OBJECT = "<object>"
_DEEPEST = 40


def taken(catalog: Catalog, layer: str, given: Given, choose: Choose) -> tuple[Counterpart | None, bool]:
    """The counterpart that takes a layer's arguments, as the converter finds it, and whether there is one. If there is
    none: the first that serves the target."""
    rule = catalog.rule(layer)
    first = chosen = choose(rule) if rule is not None else None
    while rule is not None and chosen is not None:
        if _takes(catalog, layer, given, chosen):
            return chosen, True
        rest = rule.counterparts[rule.counterparts.index(chosen) + 1 :]
        rule = msgspec.structs.replace(rule, counterparts=rest)
        chosen = choose(rule)
    return first, False


def _takes(catalog: Catalog, layer: str, given: Given, counterpart: Counterpart) -> bool:
    """What is not known is taken for something that fits."""
    for parameter, default in library.signature(catalog, layer, catalog.state(layer) or StateSpec()).items():
        mapped = mapping_of(counterpart, parameter) or Argument()
        if parameter not in given:
            only = mapped.only if parameter not in counterpart.unset else ()
            if counterpart.unset.get(parameter) == "" or (default is not None and only and not _is(default, only)):
                return False
            continue
        text = _text(given[parameter])
        if text is None:
            continue
        kind = _kind(given[parameter])
        allowed = mapped.only
        if not allowed and not mapped.ignore and not _has_place(catalog, counterpart, parameter, mapped):
            allowed = (default or "None",)
        if (allowed and not _is(text, allowed)) or _is(text, mapped.never):
            return False
        if mapped.kinds and kind is not None and kind not in mapped.kinds:
            return False
    return True


def _is(text: str, values: tuple[str, ...]) -> bool:
    return any(literals.same(text, one) for one in values)


def _has_place(catalog: Catalog, counterpart: Counterpart, parameter: str, mapped: Argument) -> bool:
    if counterpart.template:
        return f"{{{parameter}}}" in counterpart.template or "{args}" in counterpart.template
    return bool(mapped.to) or parameter in _parameters(catalog, counterpart.symbol)


def _text(value: Value) -> str | None:
    """A value as source; None: not known."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, List):
        return _text(tuple(value.items)) if value.exact else None
    if isinstance(value, tuple):
        items = [_text(item) for item in value]
        known = [item for item in items if item is not None]
        return f"({', '.join(known)},)" if len(known) == len(items) else None
    if isinstance(value, Symbol):
        return value.name
    return repr(value) if value is None or isinstance(value, (bool, int, float, str)) else _OBJECT


def key(given: Given) -> object:
    """The same for the same arguments; one of its own where one of them is an object or is not known."""
    texts = tuple((name, _text(value)) for name, value in given.items())
    return texts if all(text is not None and _OBJECT not in text for _, text in texts) else id(given)


def _kind(value: Value) -> ValueKind | None:
    if isinstance(value, (tuple, List)):
        return "sequence"
    if isinstance(value, Tensor):
        return "tensor"
    kinds: dict[type, ValueKind] = {bool: "bool", int: "int", float: "float", str: "str"}
    return kinds.get(type(value))


class Contents(msgspec.Struct, frozen=True):
    """What a layer has, by name."""

    tensors: dict[str, tuple[str, Tensor]]
    """With their kind."""
    passed: frozenset[str] = frozenset()
    """Paths of modules that it was given as they stood in the source: they are converted where they were made."""


def contents(catalog: Catalog, layer: str, given: Given, counterpart: Counterpart) -> Contents:
    """The parameters and buffers of the counterpart for these arguments."""
    if not counterpart.template:
        return built(catalog, counterpart.symbol, arguments(catalog, layer, given, counterpart, complete=True))
    return _collected(_filled(catalog, layer, given, counterpart), framework_of(counterpart.symbol))


def built(catalog: Catalog, symbol: str, keywords: dict[str, Value]) -> Contents:
    """The parameters and buffers of a library layer that is given these arguments."""
    module = library.build(Machine(catalog), symbol, Arguments(keywords=keywords), None)
    return _collected(module, framework_of(symbol))


def _collected(made: Value, framework: str | None) -> Contents:
    tensors: dict[str, tuple[str, Tensor]] = {}
    passed: set[str] = set()

    def collect(module: Module, prefix: str, depth: int) -> None:
        if module.framework != framework:
            passed.add(prefix)
            return
        for kind, table in (("parameter", module.parameters), ("buffer", module.buffers)):
            tensors.update({prefix + name: (kind, tensor) for name, tensor in table.items() if tensor is not None})
        for name, child in module.children.items() if depth < _DEEPEST else ():
            if child is not None:
                collect(child, f"{prefix}{name}.", depth + 1)

    if isinstance(made, Module):
        collect(made, "", 0)
    return Contents(tensors, frozenset(passed))


def arguments(catalog: Catalog, layer: str, given: Given, counterpart: Counterpart, complete: bool) -> dict[str, Value]:
    """The arguments under the counterpart's names: all of them, defaults included, or only those that were written."""
    defaults = library.signature(catalog, layer, catalog.state(layer) or StateSpec())
    names = _parameters(catalog, counterpart.symbol)
    found: dict[str, Value] = {}
    for parameter in {**defaults, **given}:
        default = defaults.get(parameter)
        if parameter in given:
            value = given[parameter]
        elif complete and default is not None:
            value = library.literal(default)
        else:
            continue
        mapped = counterpart.args.get(parameter, parameter)
        to = mapped if isinstance(mapped, str) else mapped.to
        if to in names:
            found[to] = _value(mapped, value)
    if complete:
        found.update({name: library.literal(text) for name, text in counterpart.extra.items() if name in names})
    return found


def _value(mapped: str | Argument, value: Value) -> Value:
    if isinstance(mapped, str) or not mapped.value:
        return value
    try:
        return formulas.evaluate(mapped.value.replace("{value}", "value"), {"value": value})
    except (formulas.Unresolved, SyntaxError):
        return UNKNOWN


def _parameters(catalog: Catalog, symbol: str) -> set[str]:
    return set(library.signature(catalog, symbol, catalog.state(symbol) or StateSpec()))


def _filled(catalog: Catalog, layer: str, given: Given, counterpart: Counterpart) -> Value:
    """What the template of a counterpart makes. Placeholders are names that hold the arguments."""
    spec = catalog.state(layer) or StateSpec()
    names: dict[str, Value] = {}
    for parameter, default in library.signature(catalog, layer, spec).items():
        if parameter in given:
            names[_variable(parameter)] = given[parameter]
        elif default is not None:
            names[_variable(parameter)] = library.literal(default)
    text = counterpart.template
    for parameter, instead in counterpart.unset.items():
        if parameter not in given:
            text = text.replace(f"{{{parameter}}}", f"({instead})")
    kept = [name for name in given if (one := mapping_of(counterpart, name)) is None or not is_dropped(one)]
    text = text.replace("{args}", ", ".join(f"{name}={_variable(name)}" for name in kept))

    def placed(match: re.Match[str]) -> str:
        mapped = mapping_of(counterpart, match[1])
        variable = _variable(match[1])
        return f"({mapped.value.replace('{value}', variable)})" if mapped is not None and mapped.value else variable

    try:
        analysis, run = _program(catalog, PLACEHOLDER.sub(placed, text), counterpart)
        machine = Machine(catalog)
        return run(Frame(machine, analysis, names=names)) if run is not None else UNKNOWN
    except (Exhausted, Raised, RecursionError):
        return UNKNOWN


def _variable(parameter: str) -> str:
    return f"{parameter}_given"


def _program(catalog: Catalog, expression: str, counterpart: Counterpart) -> tuple[Analysis, Code | None]:
    definitions = "\n\n".join(one.source for one in catalog.defined(counterpart).values())
    return _parsed(catalog, f"import mindspore\nimport torch\n{definitions}\n({expression})\n")


@lru_cache(maxsize=128)
def _parsed(catalog: Catalog, source: str) -> tuple[Analysis, Code | None]:
    analysis = Analysis(Document.parse(source), catalog, Project(catalog, ()))
    last = analysis.document.root.named_children[-1]
    expression = last.named_children[0] if last.type == "expression_statement" else None
    return analysis, code(analysis, expression) if expression is not None else None
