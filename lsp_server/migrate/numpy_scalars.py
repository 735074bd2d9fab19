"""NumPy's numbers on the left of tensors: ``np.sqrt(2) * x``, the corners of cutmix's boxes by ``np.clip``.

Measured on MindSpore 2.10: with one of NumPy's numbers on the left and a Tensor on the right, arithmetic and
comparisons give an array, through which no gradient comes; torch gives a tensor. Python's own numbers give tensors in
both, so ``float(…)`` goes around what NumPy gives: where it stands beside a tensor, or where a name gets it. What NumPy
draws at random are Python's numbers already.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import External, Instance
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern

_OPERATIONS = Pattern("(binary_operator) @operation (comparison_operator) @operation")
_ASSIGNMENTS = Pattern("(assignment left: [(identifier) (attribute)] right: (_)) @assignment")
_RETURNS = Pattern("(return_statement) @return")
_NAMES = Pattern("(identifier) @name")
_OF_NUMBERS = (
    "sqrt",
    "log",
    "log2",
    "log10",
    "exp",
    "sin",
    "cos",
    "tan",
    "power",
    "float32",
    "float64",
    "prod",
    "clip",
)
_PLAIN = ("int", "float", "len", "round")


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``float`` around NumPy's numbers that meet tensors, or that leave the function that draws them."""
    if b"numpy" not in analysis.document.data:
        return
    made = {one.id: one for one in _made(analysis)}
    if not made and b"np." not in analysis.document.data and b"numpy." not in analysis.document.data:
        return
    names: dict[str, list[Node]] = {}
    for one in made.values():
        left = one.child_by_field_name("left")
        names.setdefault(analysis.text(left) if left is not None else "", []).append(one)
    wanted: dict[int, Node] = {}
    for operation in _OPERATIONS.captures(analysis.document.root, "operation"):
        left, right = operation.named_children[0], operation.named_children[-1]
        if not _is_tensor(analysis, right):
            continue
        if _is_number(analysis, left, names):
            for named in _named(analysis, left, names):
                wanted[named.id] = named
            if not any(_named(analysis, left, names)):
                wanted[left.id] = left
    for returned in _RETURNS.captures(analysis.document.root, "return"):
        for name in _NAMES.captures(returned, "name"):
            for one in names.get(analysis.text(name), ()):
                right = one.child_by_field_name("right")
                if _function(one) == _function(returned) and right is not None and _is_certain(analysis, right):
                    wanted[one.id] = one
    for node in wanted.values():
        value = node.child_by_field_name("right") if node.type == "assignment" else node
        if value is not None:
            yield from _wrapped(value)


def _made(analysis: Analysis) -> Iterator[Node]:
    """The assignments of NumPy's numbers to names and attributes."""
    for assignment in _ASSIGNMENTS.captures(analysis.document.root, "assignment"):
        right = assignment.child_by_field_name("right")
        if right is not None and _is_number(analysis, right, {}):
            yield assignment


def _named(analysis: Analysis, node: Node, names: dict[str, list[Node]]) -> Iterator[Node]:
    """The assignments that a number comes from, if it comes from names only."""
    if node.type in ("identifier", "attribute"):
        own = names.get(analysis.text(node), [])
        yield from [one for one in own if node.type == "attribute" or _function(one) == _function(node)] or own
    elif node.type in ("parenthesized_expression", "binary_operator", "unary_operator"):
        for child in node.named_children:
            yield from _named(analysis, child, names)


def _is_number(analysis: Analysis, node: Node, names: dict[str, list[Node]]) -> bool:
    """Whether an expression gives one of NumPy's numbers."""
    if node.type in ("parenthesized_expression", "unary_operator"):
        return any(_is_number(analysis, child, names) for child in node.named_children)
    if node.type == "binary_operator":
        tensors = any(_is_tensor(analysis, child) for child in node.named_children)
        return not tensors and any(_is_number(analysis, child, names) for child in node.named_children)
    if node.type in ("identifier", "attribute"):
        return analysis.text(node) in names
    function = node.child_by_field_name("function") if node.type == "call" else None
    value = analysis.value(function).value if function is not None else None
    if not isinstance(value, External) or value.module.partition(".")[0] != "numpy":
        return False
    given = _arguments(node)
    if value.name == "clip":
        return bool(given) and _is_plain(analysis, given[0])
    if value.module != "numpy" or value.name not in _OF_NUMBERS:
        return False
    return value.name == "prod" or not any(_may_be_array(analysis, one) for one in given)


def _may_be_array(analysis: Analysis, node: Node) -> bool:
    """Whether an expression gives several numbers as far as it says; a name that nothing here binds gives one."""
    if _is_tensor(analysis, node) or node.type in ("list", "tuple", "list_comprehension", "slice"):
        return True
    if node.type == "call":
        function = node.child_by_field_name("function")
        value = analysis.value(function).value if function is not None else None
        if not isinstance(value, External) or value.module.partition(".")[0] != "numpy":
            return False
        return value.name not in _OF_NUMBERS or any(_may_be_array(analysis, one) for one in _arguments(node))
    if node.type == "identifier":
        made = [
            one.child_by_field_name("right")
            for one in _ASSIGNMENTS.captures(_function(node), "assignment")
            if analysis.text(one.child_by_field_name("left") or one) == analysis.text(node)
        ]
        return any(one is not None and one.end_byte < node.start_byte and _may_be_array(analysis, one) for one in made)
    return any(_may_be_array(analysis, child) for child in node.named_children)


def _is_certain(analysis: Analysis, node: Node) -> bool:
    """Whether all that NumPy is given in an expression is certainly single numbers."""
    if node.type == "call":
        return all(_is_plain(analysis, one) or _is_certain(analysis, one) for one in _arguments(node)[:1])
    return bool(node.named_children) and all(
        _is_plain(analysis, child) or _is_certain(analysis, child) for child in node.named_children
    )


def _is_plain(analysis: Analysis, node: Node) -> bool:
    """Whether an expression is certainly a single number."""
    if node.type in ("integer", "float"):
        return True
    if node.type in ("parenthesized_expression", "unary_operator", "binary_operator"):
        return all(_is_plain(analysis, child) for child in node.named_children)
    if node.type == "identifier":
        made = [
            one.child_by_field_name("right")
            for one in _ASSIGNMENTS.captures(_function(node), "assignment")
            if analysis.text(one.child_by_field_name("left") or one) == analysis.text(node)
        ]
        return bool(made) and all(one is not None and one != node and _is_plain(analysis, one) for one in made)
    name = analysis.text(node.child_by_field_name("function") or node) if node.type == "call" else ""
    return name in _PLAIN or (name.endswith("random.randint") and len(_arguments(node)) < 3)


def _arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return list(given.named_children) if given is not None else []


def _is_tensor(analysis: Analysis, node: Node) -> bool:
    value = analysis.value(node).value
    return isinstance(value, Instance) and value.cls in ("torch.Tensor", "torch.nn.Parameter")


def _function(node: Node) -> Node:
    """The function, or the module, that a node belongs to."""
    while node.parent is not None and node.type != "function_definition":
        node = node.parent
    return node


def _wrapped(value: Node) -> Iterator[Adjustment]:
    start, end = value.start_byte, value.end_byte
    if value.type == "call" and (value.child(0) or value).text == b"np.clip":
        yield Adjustment(end, end, (Change(end, end, (".item()",)),))  # a whole number stays one
        return
    if value.type == "parenthesized_expression":
        yield Adjustment(start, start, (Change(start, start, ("float",)),))
        return
    yield Adjustment(start, end, (Change(start, start, ("float(",)), Change(end, end, (")",))))
