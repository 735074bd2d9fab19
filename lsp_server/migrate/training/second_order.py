"""What MindSpore cannot differentiate twice: a gradient that goes into a loss is differentiated once more.

Measured on MindSpore 2.10 (PyNative, CPU) beside torch: linear layers, convolutions, batch norm, arithmetic and most
activations agree; what stands in ``_MISSING`` raises, and what stands in ``_WRONG`` silently gives other numbers: one
of two paths back is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound, Instance, SymbolRef, UserFunction, UserInstance, Value
from lsp_server.migrate.training.detect import arguments
from lsp_server.migrate.training.variables import binds, field, ordered_parameters, parameters, reads, text, walk

_WRONG = ("matmul", "bmm", "baddbmm", "einsum", "MultiheadAttention", "scaled_dot_product_attention")
_JOINED = ("cat", "concat", "concatenate", "hstack", "vstack", "column_stack")
_MISSING = (
    "ELU", "elu", "SELU", "selu", "CELU", "celu", "Softmax", "softmax", "LogSoftmax", "log_softmax", "CrossEntropyLoss",
    "cross_entropy", "BCEWithLogitsLoss", "binary_cross_entropy_with_logits", "GroupNorm", "group_norm", "LayerNorm",
    "layer_norm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "instance_norm", "AvgPool2d", "avg_pool2d",
    "MaxPool2d", "max_pool2d", "AdaptiveAvgPool2d", "adaptive_avg_pool2d", "AdaptiveMaxPool2d", "Upsample",
    "interpolate", "RNN", "LSTM", "GRU",
)  # fmt: skip
_REDUCTIONS = (
    "mean", "sum", "std", "var", "prod", "norm", "max", "min", "amax", "amin", "median", "logsumexp",
    "nanmean", "nansum",
)  # fmt: skip
"""Wrong where the result has fewer dimensions and is combined with something: ``x - x.mean(0)``, ``x / x.norm()``. With
``keepdim=True`` both agree."""
_DEEPEST = 6


def obstacle(analysis: Analysis, nodes: list[Node], tainted: set[str]) -> str:
    """The name of something below the nodes that cannot be differentiated twice; empty: nothing is known.

    ``tainted``: the names that depend on what is differentiated for.
    """
    for node in nodes:
        found = next(_obstacles(analysis, node, tainted, set(), 0), "")
        if found:
            return found
        if reads(node) & tainted:
            tainted = tainted | binds(node)
    return ""


def _obstacles(analysis: Analysis, node: Node, tainted: set[str], seen: set[int], depth: int) -> Iterator[str]:
    for one in walk(node):
        if one.type == "binary_operator" and any(child.type == "@" for child in one.children):
            yield "@"
        function = field(one, "function") if one.type == "call" else None
        if function is None:
            continue
        value = analysis.value(function).value
        name = value.name if isinstance(value, (SymbolRef, Bound)) else value.cls if isinstance(value, Instance) else ""
        last = name.rpartition(".")[2]
        if last in _REDUCTIONS and name.startswith("torch.") and _is_spread(one):
            yield f"{name} without keepdim"
        is_known = last in (*_WRONG, *_MISSING) or (last in _JOINED and _several(one, tainted))
        if name.startswith("torch.") and is_known:
            yield name
        elif depth < _DEEPEST:
            yield from _inside(value, one, tainted, seen, depth + 1)


def _is_spread(call: Node) -> bool:
    """Whether what a reduction gives has fewer dimensions and is combined with something, directly or by a name."""
    kept = next((one for one in arguments(call) if text(field(one, "name") or one) == "keepdim"), None)
    if kept is not None and text(field(kept, "value") or kept) == "True":
        return False
    node = call
    while (parent := node.parent) is not None:
        if parent.type == "binary_operator":
            return True
        if parent.type == "assignment" and field(parent, "right") == node:
            return _is_combined(parent, text(field(parent, "left") or parent))
        is_method = parent.type == "attribute" or (parent.type == "call" and field(parent, "function") == node)
        if not is_method and parent.type not in ("parenthesized_expression", "unary_operator"):
            return False
        node = parent
    return False


def _is_combined(assignment: Node, name: str) -> bool:
    holder = assignment
    while holder.parent is not None and holder.type not in ("function_definition", "module"):
        holder = holder.parent
    operations = (one for one in walk(holder) if one.type in ("binary_operator", "augmented_assignment"))
    return any(one.start_byte >= assignment.end_byte and name in reads(one) for one in operations)


def _several(call: Node, tainted: set[str]) -> bool:
    """Whether more than one of the tensors that are joined depends on what is differentiated for."""
    given = field(call, "arguments")
    listed = given.named_children[0] if given is not None and given.named_children else None
    if listed is None or listed.type not in ("list", "tuple"):
        return True
    return sum(bool(reads(item) & tainted) for item in listed.named_children) > 1


def _inside(value: Value, call: Node, tainted: set[str], seen: set[int], depth: int) -> Iterator[str]:
    """What a network or a function of the user does: for the layers in it, all that its class says."""
    if isinstance(value, (Instance, UserInstance)) and value.call is not None and value.call.node.id not in seen:
        # the layers of a Sequential, and those that a constructor is given
        seen.add(value.call.node.id)
        yield from _obstacles(value.call.analysis, value.call.node, set(), seen, depth)
    definition = None
    if isinstance(value, (UserInstance, UserFunction)):
        definition = value.cls.definition if isinstance(value, UserInstance) else value.definition
    if definition is None or definition.node.id in seen:
        return
    seen.add(definition.node.id)
    body = field(definition.node, "body")
    is_class = definition.node.type == "class_definition"
    for member in body.named_children if body is not None and is_class else [definition.node]:
        own = field(member, "body") if member.type == "function_definition" else None
        name = text(field(member, "name") or member) if own is not None else ""
        inner = _passed(member, call, tainted) if not is_class or name == "forward" else parameters(member) - {"self"}
        for statement in own.named_children if own is not None else [member]:
            yield from _obstacles(definition.analysis, statement, inner, seen, depth)
            if reads(statement) & inner:
                inner = inner | binds(statement)


def _passed(function: Node, call: Node, tainted: set[str]) -> set[str]:
    """The parameters of a function to which a call passes what depends on what is differentiated for."""
    order = [one for one in ordered_parameters(function) if one != "self"]
    found: set[str] = set()
    for index, argument in enumerate(arguments(call)):
        name = field(argument, "name") if argument.type == "keyword_argument" else None
        if not reads(argument) & tainted:
            continue
        if "splat" in argument.type:
            return set(order)
        found |= {text(name)} if name is not None else set(order[index : index + 1])
    return found
