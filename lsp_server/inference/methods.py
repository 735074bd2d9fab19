"""What methods of lists, dicts and strings give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import containers, dictionaries
from lsp_server.inference.binding import positional
from lsp_server.inference.facts import held, is_text, known, plain, repeated
from lsp_server.inference.values import (
    NOTHING,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Value,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_STRINGS = """
    capitalize casefold center format join lower lstrip replace rstrip strip title upper zfill removeprefix removesuffix
    ljust rjust swapcase expandtabs format_map translate
    """
_TRUTHS = "endswith startswith isdigit isalpha isidentifier islower isupper isnumeric"
_NUMBERS = "count find index rfind rindex"
_TEXT = {
    **dict.fromkeys(_STRINGS.split(), "str"),
    **dict.fromkeys(_TRUTHS.split(), "bool"),
    **dict.fromkeys(_NUMBERS.split(), "int"),
    "encode": "bytes",
}
_TEXT_LISTS = frozenset({"split", "rsplit", "splitlines"})
_OF_LIST = "append extend insert pop popleft appendleft remove clear sort reverse copy index count add"
_OF_DICT = "items keys values get pop setdefault update copy clear move_to_end"
_LIST, _DICT = frozenset(_OF_LIST.split()), frozenset(_OF_DICT.split())
_MODULE_DICTS = {"torch.nn.ModuleDict", "torch.nn.ParameterDict", "mindspore.nn.CellDict"}


def known_methods(value: Value) -> frozenset[str] | None:
    """The methods of a container that are looked into; None if it is no container."""
    if isinstance(value, (Sequence, Repeated)):
        return _LIST
    if isinstance(value, Dictionary):
        return _DICT
    if is_text(value):
        return _TEXT_LISTS.union(_TEXT)
    return None


def of_content(value: Instance, name: str) -> bool:
    """Whether a method of a ``ModuleDict`` reads what it holds."""
    return value.cls in _MODULE_DICTS and isinstance(value.content, Dictionary) and name in ("items", "values", "pop")


def call(analysis: Analysis, receiver: Fact, name: str, node: Node | None) -> Fact:
    """``receiver.name(…)``."""
    receiver = held(receiver)
    value = receiver.value
    if is_text(value):
        return repeated(plain("str")) if name in _TEXT_LISTS else plain(_TEXT[name])
    if isinstance(value, Dictionary):
        return _of_dict(analysis, value, receiver.certain, name, node)
    if name in ("pop", "popleft"):
        return containers.element(analysis, receiver)
    if name == "copy":
        return receiver
    return plain("int") if name in ("index", "count") else Fact(Constant(None))


def _of_dict(analysis: Analysis, value: Dictionary, certain: bool, name: str, node: Node | None) -> Fact:
    if name == "items":
        return dictionaries.pairs(value, certain)
    if name == "keys":
        return dictionaries.keys(value, certain)
    if name == "values":
        return dictionaries.values(value, certain)
    if name == "copy":
        return Fact(value, certain)
    if name in ("get", "pop", "setdefault") and node is not None:
        return _got(analysis, value, certain, positional(node))
    return Fact(Constant(None)) if name in ("update", "clear", "move_to_end") else NOTHING


def _got(analysis: Analysis, value: Dictionary, certain: bool, arguments: list[Node]) -> Fact:
    """``d.get(key, default)``."""
    key = analysis.constant(arguments[0]) if arguments else None
    if key is not None:
        found = dictionaries.at(value, key.value, certain)
        if any(entry == key.value for entry, _ in value.entries):
            return found
    else:
        found = containers.element(analysis, dictionaries.values(value, certain))
    default = analysis.value(arguments[1]) if len(arguments) > 1 else Fact(Constant(None))
    return join([found, default]) if found is not NOTHING else known(default.value, False)
