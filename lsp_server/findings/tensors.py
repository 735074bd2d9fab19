"""Tensors that an expression makes, told from those it is given: the ground of findings about plain attributes."""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.layers import Layer, Read, statement
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, Instance, Repeated, Sequence, SymbolRef
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin, scope_of

_CALLS = Pattern("(call) @call")
_NAMES = Pattern("(identifier) @name")
_SIZED = {"zeros", "ones", "full", "empty", "rand", "randn", "normal"}
_LINES = {"arange", "linspace", "logspace", "eye", "hann_window", "hamming_window", "randperm", "from_numpy"}
_COPIES = {"tensor", "as_tensor"}
_FACTORIES = _SIZED | _LINES | _COPIES
_MOVED = re.compile(r"\.(to|cuda|cpu|type_as|new_tensor|numpy|item|tolist)\(|\bdevice\b")
_REDUCED = re.compile(r"\.(sum|mean|prod|max|min|norm|numel|item|std|var|argmax|det)\(")
_SHAPED = re.compile(r"\.(view|reshape|unsqueeze|expand|repeat)\(|\[\s*(None|:)")
"""What surely gives dimensions to a tensor that may have none."""
_NO_TENSOR = {"int", "float", "len", "list", "print", "str", "isinstance", "zip", "enumerate", "range", "hasattr"}
_ASKED = {"shape", "device", "dtype", "size", "dim", "numel", "tolist", "item", "to", "cuda", "cpu", "type_as",
    "numpy", "is_cuda", "ndim", "data_ptr", "requires_grad", "data", "grad", "nelement", "type"}  # fmt: skip
_MAKES = re.compile(rf"\b({'|'.join(sorted(_FACTORIES))})\(")
MADE = re.compile(_MAKES.pattern.encode())
"""What the text of a class has that makes tensors."""
_OBJECT = re.compile(r"([a-z_]\w*\.)*[A-Z]\w*\(")
_MAX_HOPS = 3


def may_be_made(text: str) -> bool:
    """Whether an expression can make a tensor at all: asked first, of its text alone. ``nn.Linear(…)`` cannot."""
    return _MAKES.search(text) is not None or _OBJECT.match(text) is None


def may_make(text: str) -> bool:
    """Whether a function makes tensors anywhere, so that a name in it may stand for one."""
    return _MAKES.search(text) is not None


def made_here(analysis: Analysis, node: Node, hops: int = 0) -> bool:
    """Whether a tensor of one dimension or more is surely made by an expression itself, on the default device.

    A tensor without dimensions takes part in arithmetic on any device; one that is given knows its device.
    """
    text = analysis.text(node)
    if _MOVED.search(text) or _REDUCED.search(text):
        return False
    shaped = _SHAPED.search(text) is not None
    found = False
    for call in _CALLS.captures(node, "call"):
        name = shapes.method_name(analysis, call)
        if name in _FACTORIES and shapes.callee(analysis, call) == f"torch.{name}":
            if not shaped and not _has_dimensions(analysis, call, name):
                return False
            found = True
        elif name.endswith("_like") or name.startswith("new_"):
            return False
    names = _NAMES.captures(node, "name")
    for name in names if hops < _MAX_HOPS else []:
        local = _local(analysis, name)
        if local is not None:
            if _MOVED.search(analysis.text(local)):
                return False
            found = found or made_here(analysis, local, hops + 1)
    return found


def _local(analysis: Analysis, name: Node) -> Node | None:
    """The value of a name that the same function gives one value."""
    parent = name.parent
    if parent is not None and parent.type in ("attribute", "keyword_argument") and parent.named_children[0] != name:
        return None
    scope = analysis.scope(scope_of(name))
    bindings = scope.bindings.get(analysis.text(name), [])
    if len(bindings) != 1 or bindings[0].origin is not Origin.ASSIGNMENT or bindings[0].path:
        return None
    return bindings[0].node.child_by_field_name("right")


def _has_dimensions(analysis: Analysis, call: Node, name: str) -> bool:
    first = shapes.positional(call)
    if name in _LINES:
        return True
    if first is None:
        return shapes.keyword(analysis, call, "size") is not None
    if name in _COPIES:
        if first.type in ("list", "tuple", "list_comprehension"):
            return True
        value = analysis.value(first).value
        return isinstance(value, (Sequence, Repeated)) or _is_array(analysis, first)
    return first.type not in ("tuple", "list") or bool(first.named_children)


def _is_array(analysis: Analysis, node: Node) -> bool:
    return (
        node.type == "call"
        and re.match(r"(np|numpy)\.(array|arange|linspace|zeros|ones)\(", analysis.text(node)) is not None
    )


def computes(layer: Layer, read: Read) -> bool:
    """Whether a read uses the tensor's numbers together with others, on the device where it happens to be."""
    analysis, node, parent = layer.analysis, read.node, read.node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if parent is None or is_moved(layer, read):
        return False
    if parent.type in ("binary_operator", "comparison_operator", "augmented_assignment"):
        return True
    if parent.type == "subscript" and parent.child_by_field_name("value") == node:
        return computes(layer, Read(parent, read.method))
    if parent.type == "attribute":
        name = parent.child_by_field_name("attribute")
        call = parent.parent
        if name is None or analysis.text(name) in _ASKED or call is None or call.type != "call":
            return False
        return computes(layer, Read(call, read.method))
    if parent.type == "keyword_argument":
        parent = parent.parent
    if parent is not None and parent.type == "argument_list":
        call = parent.parent
        return call is not None and call.type == "call" and _calculates(analysis, call)
    return False


def _calculates(analysis: Analysis, call: Node) -> bool:
    if shapes.method_name(analysis, call) in _NO_TENSOR:
        return False
    function = call.child_by_field_name("function")
    fact = analysis.fact(function) if function is not None else None
    value = fact.value if fact is not None and fact.certain else None
    if isinstance(value, (SymbolRef, Bound)):
        if value.name.startswith(("torch.Tensor.", "torch.nn.functional.")):
            return True
        return value.name.startswith("torch.") and value.name.count(".") == 1
    return isinstance(value, Instance)


def is_moved(layer: Layer, read: Read) -> bool:
    """Whether the statement, or what it gives its result to, looks after the device."""
    analysis, whole = layer.analysis, statement(read.node)
    if whole.type.endswith("_statement") and whole.type != "expression_statement" and whole.type != "return_statement":
        return _MOVED.search(analysis.text(whole).partition("\n")[0]) is not None
    if _MOVED.search(analysis.text(whole)):
        return True
    inner = whole.named_children[0] if whole.named_children else None
    left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
    if left is None or left.type != "identifier":
        return False
    method = shapes.enclosing(whole, "function_definition")
    name = re.escape(analysis.text(left))
    return method is not None and re.search(rf"\b{name}\.(to|cuda|type_as)\(", analysis.text(method)) is not None


def is_looked_after(layer: Layer, name: str) -> bool:
    """Whether a method that runs reads a container and moves something in the same method."""
    methods = {read.method for read in layer.forward_reads(name)}
    found = classes.table(layer.cls).methods
    return any(_MOVED.search(layer.analysis.text(found[method].node)) for method in methods if method in found)


def is_computed(analysis: Analysis, node: Node) -> bool:
    """Whether a tensor's numbers are worked out on the spot: ``arange``, ``tensor([…])``, not zeros to be filled."""
    for call in _CALLS.captures(node, "call"):
        name = shapes.method_name(analysis, call)
        if name in _LINES | _COPIES and shapes.callee(analysis, call) == f"torch.{name}":
            return name not in _COPIES or _has_dimensions(analysis, call, name)
    return False


def full_text(analysis: Analysis, node: Node, hops: int = 0) -> str:
    """The text of an expression, with those of the local names in it."""
    texts = [analysis.text(node)]
    for name in _NAMES.captures(node, "name") if hops < _MAX_HOPS else []:
        local = _local(analysis, name)
        if local is not None:
            texts.append(full_text(analysis, local, hops + 1))
    return "\n".join(texts)
