"""What expressions give, one function for each kind of node. Strings and comprehensions stand beside this."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source
from lsp_server.state import attributes, calls, containers, lookup, operators, shapes
from lsp_server.state.code import Code, Handlers, children, code, field, unknown
from lsp_server.state.frames import Found, Frame, Raised, is_installed
from lsp_server.state.library import Arguments
from lsp_server.state.subscripts import UNKNOWN_SLICE, item_of
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, Function, List, Symbol, Tensor, Value, either, truth


def _identifier(analysis: Analysis, node: Node) -> Code:
    name = analysis.text(node)

    def run(frame: Frame) -> Value:
        frame.machine.step()
        current: Frame | None = frame
        while current is not None:
            if name in current.names:
                return current.names[name]
            if current.is_static:
                return lookup.static_value(frame.machine, analysis, node, name)
            current = current.parent
        return lookup.global_value(frame.machine, analysis, name)

    return run


def _attribute(analysis: Analysis, node: Node) -> Code:
    owner, name = field(analysis, node, "object"), node.child_by_field_name("attribute")
    text = analysis.text(name) if name is not None else ""
    return lambda frame: attributes.get(frame, owner(frame), text)


def constant(analysis: Analysis, node: Node) -> Code:
    text = analysis.text(node)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and "\\" not in text and text[0] not in text[1:-1]:
        plain = text[1:-1]
        return lambda frame: plain
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return unknown
    if isinstance(value, (bool, int, float, str)) or value is None:
        return lambda frame: value
    return lambda frame: PLAIN


def _items(analysis: Analysis, nodes: list[Node]) -> Callable[[Frame], tuple[list[Value], bool]]:
    """Items of a display, spread ones flattened; False if some are not known."""
    parts = [
        (child.type == "list_splat", code(analysis, children(child)[0] if child.type == "list_splat" else child))
        for child in nodes
        if child.type != "list_splat" or children(child)
    ]

    def run(frame: Frame) -> tuple[list[Value], bool]:
        found: list[Value] = []
        exact = True
        for spread, part in parts:
            value = part(frame)
            inner = containers.elements(value) if spread else [value]
            exact = exact and inner is not None
            found += inner or []
        return found, exact

    return run


def _list(analysis: Analysis, node: Node) -> Code:
    items = _items(analysis, children(node))

    def run(frame: Frame) -> Value:
        found, exact = items(frame)
        return List(found, frame.machine.doubt, exact)

    return run


def _tuple(analysis: Analysis, node: Node) -> Code:
    items = _items(analysis, children(node))

    def run(frame: Frame) -> Value:
        found, exact = items(frame)
        return tuple(found) if exact else UNKNOWN

    return run


def _dictionary(analysis: Analysis, node: Node) -> Code:
    parts: list[tuple[Code | None, Code]] = []
    for child in children(node):
        if child.type == "pair":
            parts.append((field(analysis, child, "key"), field(analysis, child, "value")))
        elif child.type == "dictionary_splat" and children(child):
            parts.append((None, code(analysis, children(child)[0])))

    def run(frame: Frame) -> Value:
        result = Dict({}, frame.machine.doubt)
        for key, value in parts:
            held = value(frame)
            if key is None:
                inner = held if isinstance(held, Dict) else None
                result.exact = result.exact and inner is not None and inner.exact
                result.items.update(inner.items if inner is not None else {})
                continue
            name = key(frame)
            if operators.is_key(name):
                result.items[name] = held
            else:
                result.exact = False
        return result

    return run


def _binary(analysis: Analysis, node: Node) -> Code:
    left, right = field(analysis, node, "left"), field(analysis, node, "right")
    sign = node.child_by_field_name("operator")
    text = analysis.text(sign) if sign is not None else ""
    return lambda frame: operators.binary(frame.machine, text, left(frame), right(frame))


def _unary(analysis: Analysis, node: Node) -> Code:
    argument = field(analysis, node, "argument")
    sign = node.child_by_field_name("operator")
    text = analysis.text(sign) if sign is not None else ""
    return lambda frame: operators.unary(text, argument(frame))


def _not(analysis: Analysis, node: Node) -> Code:
    argument = field(analysis, node, "argument")

    def run(frame: Frame) -> Value:
        found = truth(argument(frame))
        return PLAIN if found is None else not found

    return run


def in_doubt(frame: Frame, run: Code) -> Value:
    """Evaluate what may not happen."""
    frame.machine.doubt += 1
    try:
        return run(frame)
    except Raised:
        return UNKNOWN
    finally:
        frame.machine.doubt -= 1


def _boolean(analysis: Analysis, node: Node) -> Code:
    left, right = field(analysis, node, "left"), field(analysis, node, "right")
    sign = node.child_by_field_name("operator")
    stops = sign is not None and analysis.text(sign) == "or"

    def run(frame: Frame) -> Value:
        value = left(frame)
        found = truth(value)
        if found is None:
            other = in_doubt(frame, right)
            decided = truth(other)
            return other if decided is stops and isinstance(other, bool) else either([value, other])
        return value if found is stops else right(frame)

    return run


def _conditional(analysis: Analysis, node: Node) -> Code:
    parts = children(node)
    if len(parts) != 3:
        return unknown
    body, test, other = (code(analysis, child) for child in parts)

    def run(frame: Frame) -> Value:
        found = truth(test(frame))
        if found is None:
            return either([in_doubt(frame, body), in_doubt(frame, other)])
        return body(frame) if found else other(frame)

    return run


_ENVIRONMENT = Symbol("os.environ")
"""The variables that switch a library's ways are taken as not set."""


def _comparison(analysis: Analysis, node: Node) -> Code:
    parts = [code(analysis, child) for child in children(node)]
    signs = [child.type for child in node.children if not child.is_named or child.type in ("is not", "not in")]

    def run(frame: Frame) -> Value:
        values = [part(frame) for part in parts]
        result: Value = True
        for sign, one, other in zip(signs, values, values[1:], strict=False):
            found = operators.compare(sign, one, other)
            if other == _ENVIRONMENT and sign in ("in", "not in") and is_installed(analysis):
                found = sign == "not in"
            if found is None:
                result = PLAIN
            elif not found:
                return False
        return result

    return run


def _subscript(analysis: Analysis, node: Node) -> Code:
    owner = field(analysis, node, "value")
    indexes = node.children_by_field_name("subscript")
    if len(indexes) != 1:
        return _places(analysis, owner, indexes)
    if indexes[0].type == "slice":
        bounds = slice_bounds(analysis, indexes[0])
        return lambda frame: item_of(frame, owner(frame), bounds(frame))
    index = code(analysis, indexes[0])
    return lambda frame: item_of(frame, owner(frame), index(frame))


def _places(analysis: Analysis, owner: Code, indexes: list[Node]) -> Code:
    """``owner[:, None]``: of a tensor it takes parts, of anything else the places are a tuple."""
    parts = [slice_bounds(analysis, node) if node.type == "slice" else _index(analysis, node) for node in indexes]

    def run(frame: Frame) -> Value:
        held = owner(frame)
        found = tuple(part(frame) for part in parts)
        if isinstance(held, Tensor):
            return shapes.indexed(held, found)
        values = tuple(part for part in found if not isinstance(part, slice))
        return item_of(frame, held, values if len(values) == len(found) else PLAIN)

    return run


def _index(analysis: Analysis, node: Node) -> Callable[[Frame], Value]:
    return code(analysis, node) if node.type != "ellipsis" else lambda frame: shapes.ELLIPSIS


def slice_bounds(analysis: Analysis, node: Node) -> Callable[[Frame], slice]:
    """``start:stop:step``; `UNKNOWN_SLICE` if a part is not known."""
    parts: list[Code | None] = [None]
    for child in node.children:
        if child.type == ":":
            parts.append(None)
        elif child.is_named:
            parts[-1] = code(analysis, child)

    def run(frame: Frame) -> slice:
        found = [part(frame) if part is not None else None for part in parts]
        if any(value is not None and not isinstance(value, int) for value in found):
            return UNKNOWN_SLICE
        return slice(*found) if len(found) > 1 else UNKNOWN_SLICE

    return run


def _call(analysis: Analysis, node: Node) -> Code:
    function = field(analysis, node, "function")
    gather = arguments_of(analysis, node.child_by_field_name("arguments"))
    source = Source(analysis, node)

    def run(frame: Frame) -> Value:
        frame.machine.step()
        called, arguments = function(frame), gather(frame)
        is_watched = frame.machine.watch == node.id
        if is_watched and frame.machine.watches_arguments:
            raise Found(UNKNOWN, frame, arguments)
        value = calls.call(frame, called, arguments, source)
        if is_watched:
            raise Found(value, frame, arguments)
        return value

    return run


def arguments_of(analysis: Analysis, node: Node | None) -> Callable[[Frame], Arguments]:
    """The arguments of a call; ``*args`` and ``**kwargs`` are spread."""
    if node is not None and node.type == "generator_expression":
        alone = code(analysis, node)
        return lambda frame: Arguments([alone(frame)])
    parts: list[tuple[str, Code]] = []
    for child in children(node) if node is not None else []:
        if child.type == "keyword_argument":
            name = child.child_by_field_name("name")
            parts.append((analysis.text(name) if name is not None else "", field(analysis, child, "value")))
        elif child.type in ("list_splat", "dictionary_splat") and children(child):
            parts.append(("*" if child.type == "list_splat" else "**", code(analysis, children(child)[0])))
        else:
            parts.append(("", code(analysis, child)))

    def run(frame: Frame) -> Arguments:
        result = Arguments()
        for name, part in parts:
            calls.add_argument(result, name, part(frame))
        return result

    return run


def _lambda(analysis: Analysis, node: Node) -> Code:
    source = Source(analysis, node)
    return lambda frame: Function(source, frame, frame.method_frame().owner)


def _wrapped(analysis: Analysis, node: Node) -> Code:
    inner = children(node)
    return code(analysis, inner[0]) if len(inner) == 1 else unknown


def _named(analysis: Analysis, node: Node) -> Code:
    value, name = field(analysis, node, "value"), node.child_by_field_name("name")
    text = analysis.text(name) if name is not None else ""

    def run(frame: Frame) -> Value:
        found = value(frame)
        frame.assign(text, found)
        return found

    return run


def _yield(analysis: Analysis, node: Node) -> Code:
    parts = [code(analysis, child) for child in children(node)]
    spread = any(child.type == "from" for child in node.children)

    def run(frame: Frame) -> Value:
        value = parts[0](frame) if parts else None
        calls.give(frame, value, spread)
        return UNKNOWN

    return run


HANDLERS: Handlers = {
    "yield": _yield,
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "integer": constant,
    "float": constant,
    "true": constant,
    "false": constant,
    "none": constant,
    "list": _list,
    "set": _list,
    "tuple": _tuple,
    "expression_list": _tuple,
    "pattern_list": _tuple,
    "dictionary": _dictionary,
    "binary_operator": _binary,
    "unary_operator": _unary,
    "not_operator": _not,
    "boolean_operator": _boolean,
    "conditional_expression": _conditional,
    "comparison_operator": _comparison,
    "parenthesized_expression": _wrapped,
    "named_expression": _named,
    "lambda": _lambda,
}
