"""Lists, tuples and dictionaries that a class keeps in an attribute, with the expressions of what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.findings.layers import Layer
from lsp_server.findings.writing import wrapped
from lsp_server.inference.classes import Setting
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin, scope_of

_APPENDED = Pattern(
    """(call function: (attribute object: [(attribute object: (identifier) @self) (identifier)] @list
                                  attribute: (identifier) @method)
             arguments: (argument_list . (_) @item .) (#eq? @method "append"))"""
)
HELD = re.compile(rb"=[\s\\]*[\[({]|\bin[\s\\]*[\[({]|setattr")
"""What the text of a class has that keeps anything in a plain container."""
_LISTS = {"list", "tuple", "list_comprehension"}
_KEYED = {"dictionary", "dictionary_comprehension"}
_REGISTERS = re.compile(
    rb"\b(add_module|register_module|register_parameter|insert_child_to_cell|insert_param_to_cell|setattr|_modules"
    rb"|_parameters|__setattr__)\b"
)
_REGISTERED = rb"\b[A-Z]\w*\([^()]*(OrderedDict\()?[\[(]?\*{0,2}\s*(?<![\w.])%s\b|\*%s\b"
"""Something that is made of it: ``nn.Sequential(*self.layers)``, ``Stack(self.layers)``."""


class Container(msgspec.Struct, frozen=True):
    """A plain container of an attribute. ``items`` are the expressions that make what is in it."""

    name: str
    setting: Setting
    items: tuple[Node, ...]
    keyed: bool

    @property
    def value(self) -> Node:
        assert self.setting.value is not None
        return self.setting.value


def containers(layer: Layer) -> Iterator[Container]:
    """The attributes of a class that are nothing but a plain list, tuple or dictionary."""
    appended: dict[str, list[Node]] | None = None
    for name, settings in layer.settings.items():
        setting = settings[0]
        if len(settings) > 1 or setting.path or setting.registered or setting.value is None:
            continue
        value, names = _made(layer, setting.value), [f"self.{name}"]
        if value is None or (value.type not in _LISTS and value.type not in _KEYED):
            continue
        if value != setting.value:
            names.append(layer.analysis.text(setting.value))
        items = _items(value)
        if value.type == "list":
            appended = _appended(layer) if appended is None else appended
            items += [item for one in names for item in appended.get(one, [])]
        if items and not any(_is_registered(layer, one) for one in names):
            yield Container(name, setting, tuple(items), value.type in _KEYED)


def _made(layer: Layer, value: Node) -> Node | None:
    """The display itself, also that of a local name which is nothing else."""
    if value.type != "identifier":
        return value
    bindings = layer.analysis.scope(scope_of(value)).bindings.get(layer.analysis.text(value), [])
    if len(bindings) != 1 or bindings[0].origin is not Origin.ASSIGNMENT or bindings[0].path:
        return None
    return bindings[0].node.child_by_field_name("right")


def _appended(layer: Layer) -> dict[str, list[Node]]:
    """What is appended, by the text of the list."""
    found: dict[str, list[Node]] = {}
    for captures in _APPENDED.matches(layer.node) if ".append(" in layer.analysis.text(layer.node) else ():
        found.setdefault(layer.analysis.text(captures["list"][0]), []).append(captures["item"][0])
    return found


def _items(value: Node) -> list[Node]:
    if value.type == "list_comprehension":
        body = value.child_by_field_name("body")
        return [body] if body is not None else []
    if value.type == "dictionary_comprehension":
        pair = value.child_by_field_name("body")
        item = pair.child_by_field_name("value") if pair is not None else None
        return [item] if item is not None else []
    found: list[Node] = []
    for child in value.named_children:
        item = child.child_by_field_name("value") if child.type == "pair" else child
        if item is not None and item.type != "comment":
            found.append(item)
    return found


def _is_registered(layer: Layer, name: str) -> bool:
    """Whether the class registers what is in a container in some other way."""
    text = layer.analysis.document.data[layer.node.start_byte : layer.node.end_byte]
    if _REGISTERS.search(text):
        return True
    return re.search(_REGISTERED.replace(b"%s", re.escape(name.encode())), text) is not None


def rewrapped(layer: Layer, container: Container, symbol: str) -> tuple[Edit, ...]:
    """The container inside a call of one that registers what it holds."""
    return wrapped(layer.analysis, container.value, symbol)


def has_string_keys(layer: Layer, container: Container) -> bool:
    """Whether a dictionary can become a ``ModuleDict``: its keys are strings that are fit to be attribute names."""
    pairs = [child for child in container.value.named_children if child.type == "pair"]
    keys = [pair.child_by_field_name("key") for pair in pairs]
    return bool(pairs) and all(
        key is not None and key.type == "string" and layer.analysis.text(key).strip("\"'").isidentifier()
        for key in keys
    )
