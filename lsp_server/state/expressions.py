"""What expressions give. A node is turned into a function once and run as often as the program does.

The functions take a frame and give a value; what is not understood gives `UNKNOWN`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source
from lsp_server.state import attributes, calls, containers, lookup, operators
from lsp_server.state.frames import Exhausted, Frame, Raised
from lsp_server.state.library import Arguments
from lsp_server.state.subscripts import UNKNOWN_SLICE, item_of
from lsp_server.state.values import PLAIN, UNKNOWN, Dict, Function, List, Value, either, truth

Code = Callable[[Frame], Value]
MAX_ITEMS = 20_000


def code(analysis: Analysis, node: Node) -> Code:
    """The function of an expression node."""
    cache = cast("dict[int, Code]", analysis.caches.setdefault("state.expressions", {}))
    known = cache.get(node.id)
    if known is None:
        handler = _HANDLERS.get(node.type)
        known = cache[node.id] = handler(analysis, node) if handler is not None else _unknown
    return known


def _unknown(frame: Frame) -> Value:
    return UNKNOWN


def _field(analysis: Analysis, node: Node, name: str) -> Code:
    child = node.child_by_field_name(name)
    return code(analysis, child) if child is not None else _unknown


def _children(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


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
    owner, name = _field(analysis, node, "object"), node.child_by_field_name("attribute")
    text = analysis.text(name) if name is not None else ""
    return lambda frame: attributes.get(frame, owner(frame), text)


def _constant(analysis: Analysis, node: Node) -> Code:
    try:
        value = ast.literal_eval(analysis.text(node))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _unknown
    if isinstance(value, (bool, int, float, str)) or value is None:
        return lambda frame: value
    return lambda frame: PLAIN


def _string(analysis: Analysis, node: Node) -> Code:
    parts = [child for child in node.named_children if child.type == "interpolation"]
    if not parts:
        return _constant(analysis, node)
    pieces: list[str | Code] = []
    for child in node.named_children:
        if child.type == "string_content":
            pieces.append(analysis.text(child).replace("{{", "{").replace("}}", "}"))
        elif child.type == "interpolation":
            pieces.append(_interpolation(analysis, child))
        elif child.type not in ("string_start", "string_end"):
            return lambda frame: PLAIN

    def run(frame: Frame) -> Value:
        texts = [piece if isinstance(piece, str) else piece(frame) for piece in pieces]
        known = [text for text in texts if isinstance(text, str)]
        return "".join(known) if len(known) == len(texts) else PLAIN

    return run


def _interpolation(analysis: Analysis, node: Node) -> Code:
    value = _field(analysis, node, "expression")
    specification = next((child for child in node.named_children if child.type == "format_specifier"), None)
    form = analysis.text(specification).removeprefix(":") if specification is not None else ""
    odd = any(child.type == "type_conversion" for child in node.named_children) or "{" in form

    def run(frame: Frame) -> Value:
        found = value(frame)
        if odd or not isinstance(found, (bool, int, float, str)):
            return PLAIN
        try:
            return format(found, form)
        except ValueError:
            return PLAIN

    return run


def _concatenated(analysis: Analysis, node: Node) -> Code:
    parts = [code(analysis, child) for child in _children(node)]

    def run(frame: Frame) -> Value:
        texts = [part(frame) for part in parts]
        known = [text for text in texts if isinstance(text, str)]
        return "".join(known) if len(known) == len(texts) else PLAIN

    return run


def _items(analysis: Analysis, nodes: list[Node]) -> Callable[[Frame], tuple[list[Value], bool]]:
    """Items of a display, spread ones flattened; False if some are not known."""
    parts = [
        (child.type == "list_splat", code(analysis, _children(child)[0] if child.type == "list_splat" else child))
        for child in nodes
        if child.type != "list_splat" or _children(child)
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
    items = _items(analysis, _children(node))

    def run(frame: Frame) -> Value:
        found, exact = items(frame)
        return List(found, frame.machine.doubt, exact)

    return run


def _tuple(analysis: Analysis, node: Node) -> Code:
    items = _items(analysis, _children(node))

    def run(frame: Frame) -> Value:
        found, exact = items(frame)
        return tuple(found) if exact else UNKNOWN

    return run


def _dictionary(analysis: Analysis, node: Node) -> Code:
    parts: list[tuple[Code | None, Code]] = []
    for child in _children(node):
        if child.type == "pair":
            parts.append((_field(analysis, child, "key"), _field(analysis, child, "value")))
        elif child.type == "dictionary_splat" and _children(child):
            parts.append((None, code(analysis, _children(child)[0])))

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
    left, right = _field(analysis, node, "left"), _field(analysis, node, "right")
    sign = node.child_by_field_name("operator")
    text = analysis.text(sign) if sign is not None else ""
    return lambda frame: operators.binary(frame.machine, text, left(frame), right(frame))


def _unary(analysis: Analysis, node: Node) -> Code:
    argument = _field(analysis, node, "argument")
    sign = node.child_by_field_name("operator")
    text = analysis.text(sign) if sign is not None else ""
    return lambda frame: operators.unary(text, argument(frame))


def _not(analysis: Analysis, node: Node) -> Code:
    argument = _field(analysis, node, "argument")

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
    left, right = _field(analysis, node, "left"), _field(analysis, node, "right")
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
    children = _children(node)
    if len(children) != 3:
        return _unknown
    body, test, other = (code(analysis, child) for child in children)

    def run(frame: Frame) -> Value:
        found = truth(test(frame))
        if found is None:
            return either([in_doubt(frame, body), in_doubt(frame, other)])
        return body(frame) if found else other(frame)

    return run


def _comparison(analysis: Analysis, node: Node) -> Code:
    parts = [code(analysis, child) for child in _children(node)]
    signs = [child.type for child in node.children if not child.is_named or child.type in ("is not", "not in")]

    def run(frame: Frame) -> Value:
        values = [part(frame) for part in parts]
        result: Value = True
        for sign, one, other in zip(signs, values, values[1:], strict=False):
            found = operators.compare(sign, one, other)
            if found is None:
                result = PLAIN
            elif not found:
                return False
        return result

    return run


def _subscript(analysis: Analysis, node: Node) -> Code:
    owner = _field(analysis, node, "value")
    indexes = node.children_by_field_name("subscript")
    if len(indexes) != 1:
        return lambda frame: item_of(frame, owner(frame), PLAIN)
    if indexes[0].type == "slice":
        bounds = slice_bounds(analysis, indexes[0])
        return lambda frame: item_of(frame, owner(frame), bounds(frame))
    index = code(analysis, indexes[0])
    return lambda frame: item_of(frame, owner(frame), index(frame))


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
    function = _field(analysis, node, "function")
    gather = arguments_of(analysis, node.child_by_field_name("arguments"))
    source = Source(analysis, node)

    def run(frame: Frame) -> Value:
        frame.machine.step()
        value = calls.call(frame, function(frame), gather(frame), source)
        if frame.machine.watch == node.id:
            calls.found(frame, value)
        return value

    return run


def arguments_of(analysis: Analysis, node: Node | None) -> Callable[[Frame], Arguments]:
    """The arguments of a call; ``*args`` and ``**kwargs`` are spread."""
    if node is not None and node.type == "generator_expression":
        alone = code(analysis, node)
        return lambda frame: Arguments([alone(frame)])
    parts: list[tuple[str, Code]] = []
    for child in _children(node) if node is not None else []:
        if child.type == "keyword_argument":
            name = child.child_by_field_name("name")
            parts.append((analysis.text(name) if name is not None else "", _field(analysis, child, "value")))
        elif child.type in ("list_splat", "dictionary_splat") and _children(child):
            parts.append(("*" if child.type == "list_splat" else "**", code(analysis, _children(child)[0])))
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
    inner = _children(node)
    return code(analysis, inner[0]) if len(inner) == 1 else _unknown


def _named(analysis: Analysis, node: Node) -> Code:
    value, name = _field(analysis, node, "value"), node.child_by_field_name("name")
    text = analysis.text(name) if name is not None else ""

    def run(frame: Frame) -> Value:
        found = value(frame)
        frame.assign(text, found)
        return found

    return run


def _comprehension(analysis: Analysis, node: Node) -> Code:
    """A list; a generator is run at once."""
    body = node.child_by_field_name("body")
    pair = body is not None and body.type == "pair"
    if body is None:
        return _unknown
    item = _pair(analysis, body) if pair else code(analysis, body)
    clauses = [child for child in _children(node) if child.type in ("for_in_clause", "if_clause")]

    def run(frame: Frame) -> Value:
        inner = Frame(frame.machine, analysis, frame)
        found: list[Value] = []
        exact = _run_clauses(analysis, inner, clauses, item, found)
        if not pair:
            return List(found, frame.machine.doubt, exact)
        result = Dict({}, frame.machine.doubt, exact)
        for entry in found:
            if isinstance(entry, tuple) and len(entry) == 2 and operators.is_key(entry[0]):
                result.items[entry[0]] = entry[1]
            else:
                result.exact = False
        return result

    return run


def _pair(analysis: Analysis, node: Node) -> Code:
    key, value = _field(analysis, node, "key"), _field(analysis, node, "value")
    return lambda frame: (key(frame), value(frame))


def _run_clauses(analysis: Analysis, frame: Frame, clauses: list[Node], item: Code, found: list[Value]) -> bool:
    """Collect the items; False if it is not known which there are."""
    if not clauses:
        if len(found) >= MAX_ITEMS:
            raise Exhausted
        found.append(item(frame))
        return True
    clause, rest = clauses[0], clauses[1:]
    if clause.type == "if_clause":
        inner = _children(clause)
        wanted = truth(code(analysis, inner[0])(frame)) if inner else None
        if wanted is None:
            return False
        return _run_clauses(analysis, frame, rest, item, found) if wanted else True
    values = containers.elements(_field(analysis, clause, "right")(frame))
    left = clause.child_by_field_name("left")
    if values is None or left is None:
        return False
    from lsp_server.state.targets import bind

    exact = True
    for value in values:
        frame.machine.step()
        bind(frame, analysis, left, value)
        exact = _run_clauses(analysis, frame, rest, item, found) and exact
    return exact


_HANDLERS: dict[str, Callable[[Analysis, Node], Code]] = {
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "integer": _constant,
    "float": _constant,
    "true": _constant,
    "false": _constant,
    "none": _constant,
    "string": _string,
    "concatenated_string": _concatenated,
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
    "list_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "set_comprehension": _comprehension,
    "dictionary_comprehension": _comprehension,
}
