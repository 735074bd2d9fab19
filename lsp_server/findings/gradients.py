"""Which expressions of a method surely carry a gradient: what a layer's Parameters have taken part in."""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.catalog.model import FORWARD
from lsp_server.findings.layers import Layer, is_parameter
from lsp_server.inference.values import Instance, UserInstance
from lsp_server.state.evaluator import state_of
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import parameter_name

_ASSIGNED = Pattern(
    "(assignment left: [(identifier) @name (pattern_list (identifier) @name)] right: (_) @value) @whole"
)
_NAMES = Pattern("[(identifier) @name (attribute object: (identifier) @self attribute: (identifier) @attribute) @read]")
_CUT = re.compile(
    r"\.(detach|data|item|tolist|numpy|long|int|bool|argmax|argmin|round|sign|size|shape|dtype|device|new_zeros)\b"
    r"|argmax|argmin|topk|one_hot|zeros_like|ones_like|no_grad|[<>]|=="
)


def carries(layer: Layer, method: Node, value: Node, given: frozenset[str] = frozenset()) -> bool:
    """Whether a value is surely worked out from a Parameter of the layer, and nothing cuts the graph on the way.
    ``given`` are names that carry a gradient from the start."""
    known = set(given)
    for captures in _ASSIGNED.matches(method):
        whole = captures["whole"][0]
        if whole.start_byte >= value.start_byte:
            break
        names = {layer.analysis.text(name) for name in captures["name"]}
        if _depends(layer, captures["value"][0], known):
            known |= names
        else:
            known -= names
    return _depends(layer, value, known)


def inputs(layer: Layer, method: Node) -> frozenset[str]:
    """The arguments of a layer's ``forward``, if the layer itself learns: most likely others before it do so too."""
    name = method.child_by_field_name("name")
    parameters = method.child_by_field_name("parameters")
    if name is None or parameters is None or layer.analysis.text(name) != FORWARD[layer.framework]:
        return frozenset()
    learns = any(
        setting.value is not None and not setting.registered and is_parameter(layer.analysis.value(setting.value))
        for settings in layer.settings.values()
        for setting in settings
    )
    plain = [node for node in parameters.named_children[1:] if node.type in ("identifier", "typed_parameter")]
    names = [parameter_name(node) for node in plain]
    return frozenset(layer.analysis.text(name) for name in names if name is not None) if learns else frozenset()


def _depends(layer: Layer, value: Node, known: set[str]) -> bool:
    if _CUT.search(layer.analysis.text(value)):
        return False
    for captures in _NAMES.matches(value):
        if "read" in captures:
            node = captures["read"][0]
            if layer.analysis.text(captures["self"][0]) == "self" and _learns(layer, node):
                return True
        elif layer.analysis.text(captures["name"][0]) in known and _is_name(captures["name"][0]):
            return True
    return False


def _is_name(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in ("attribute", "keyword_argument"):
        return True
    field = "object" if parent.type == "attribute" else "value"
    return parent.child_by_field_name(field) == node


def _learns(layer: Layer, read: Node) -> bool:
    """Whether ``self.name`` is a Parameter, or a module with Parameters that is called."""
    fact = layer.analysis.value(read)
    if not fact.certain:
        return False
    if is_parameter(fact):
        return True
    parent = read.parent
    called = parent is not None and parent.type == "call" and parent.child_by_field_name("function") == read
    if not called or not isinstance(fact.value, (Instance, UserInstance)):
        return False
    layer.depends_on_file()
    state = state_of(layer.analysis, fact.value)
    return state is not None and any(entry.kind == "parameter" and entry.trainable for entry in state.entries)
