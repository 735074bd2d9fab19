"""Which argument of a call goes to which parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.catalog.model import Parameter, Signature, Symbol
from lsp_server.inference.values import Constant, Instance, Sequence

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_TENSOR_PARAMETERS = {"other", "input2", "src", "tensor2", "values"}
_OPEN = Signature((Parameter("args", "var-positional"), Parameter("kwargs", "var-keyword")))


class Argument(msgspec.Struct, frozen=True):
    """One argument as it stands in the call; ``node`` is the whole ``name=value`` of a keyword argument."""

    node: Node
    value: Node
    keyword: Node | None
    parameter: Parameter
    extra: bool = False
    """One of several positional arguments that a ``*args`` parameter takes."""


class Binding(msgspec.Struct, frozen=True):
    """A call bound to one overload."""

    signature: Signature
    arguments: tuple[Argument, ...]

    def get(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.parameter.name == name), None)


def argument_nodes(call: Node) -> list[Node]:
    """The arguments of a call, comments left out; a bare generator counts as one."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    if arguments.type == "generator_expression":
        return [arguments]
    return [child for child in arguments.named_children if child.type != "comment"]


def positional(node: Node) -> list[Node]:
    """The arguments without names, up to a star."""
    found: list[Node] = []
    for argument in argument_nodes(node):
        if argument.type == "list_splat":
            break
        if argument.type not in ("keyword_argument", "dictionary_splat"):
            found.append(argument)
    return found


def keyword(analysis: Analysis, node: Node, name: str) -> Node | None:
    """The value of a keyword argument."""
    for argument in argument_nodes(node):
        if argument.type == "keyword_argument":
            found = argument.child_by_field_name("name")
            if found is not None and analysis.text(found) == name:
                return argument.child_by_field_name("value")
    return None


def has_splat(call: Node) -> bool:
    return any(node.type in ("list_splat", "dictionary_splat") for node in argument_nodes(call))


def bind(analysis: Analysis, call: Node, symbol: Symbol, unpacked: frozenset[str] | None = None) -> Binding | None:
    """The first overload that takes the arguments. None: none does, or a ``*`` hides which parameters are passed;
    where it can only fill a ``*args`` of the signature, it hides nothing.

    Overloads that differ in types only (``x.max(other)``, ``x.max(dim)``) are told apart where the type is known. A
    function whose signature nobody documents takes everything. ``unpacked``: the names that ``**`` passes, where these
    are known; the arguments that are written out are bound beside them.
    """
    nodes = argument_nodes(call)
    if unpacked is not None:
        nodes = [node for node in nodes if node.type != "dictionary_splat"]
    second_choice: Binding | None = None
    for signature in symbol.signatures or (_OPEN,):
        bound = _bind(analysis, nodes, signature, unpacked or frozenset())
        if bound is None:
            continue
        found = Binding(signature, bound)
        if len(symbol.signatures) <= 1 or not any(_is_misfit(analysis, argument) for argument in bound):
            return found
        second_choice = second_choice or found
    return second_choice


def _is_misfit(analysis: Analysis, argument: Argument) -> bool:
    """A number where a tensor is wanted, a tensor or a truth value where a dimension is wanted, sizes where a dtype is
    wanted."""
    value = analysis.value(argument.value).value
    if argument.parameter.name in _TENSOR_PARAMETERS:
        return isinstance(value, Constant) or (isinstance(value, Instance) and value.cls in ("int", "float", "bool"))
    if argument.parameter.name == "dtype":
        return isinstance(value, (Constant, Sequence)) and not (isinstance(value, Constant) and value.value is None)
    if argument.parameter.name != "dim":
        return False
    if isinstance(value, Constant):
        return isinstance(value.value, bool)
    return isinstance(value, Instance) and value.cls.endswith(".Tensor")


def _bind(
    analysis: Analysis, nodes: list[Node], signature: Signature, unpacked: frozenset[str]
) -> tuple[Argument, ...] | None:
    positional = [p for p in signature.parameters if p.kind in ("positional", "standard")]
    rest = next((p for p in signature.parameters if p.kind == "var-positional"), None)
    keywords = {p.name: p for p in signature.parameters if p.kind in ("standard", "keyword")}
    open_ended = next((p for p in signature.parameters if p.kind == "var-keyword"), None)
    found: list[Argument] = []
    taken: set[str] = set()
    index = 0
    for node in nodes:
        if node.type == "dictionary_splat" or (node.type == "list_splat" and (index < len(positional) or rest is None)):
            return None
        if node.type == "keyword_argument":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is None or value is None:
                return None
            parameter = keywords.get(analysis.text(name), open_ended)
            if parameter is None or (parameter.name in taken and parameter is not open_ended):
                return None
            taken.add(parameter.name)
            found.append(Argument(node, value, name, parameter))
        elif index < len(positional):
            parameter = positional[index]
            index += 1
            taken.add(parameter.name)
            found.append(Argument(node, node, None, parameter))
        elif rest is not None:
            found.append(Argument(node, node, None, rest, extra=True))
        else:
            return None
    if unpacked & taken or not unpacked <= keywords.keys():
        return None
    taken |= unpacked
    missing = [
        p for p in signature.parameters if p.default is None and p.name not in taken and not p.kind.startswith("var-")
    ]
    return None if missing else tuple(found)
