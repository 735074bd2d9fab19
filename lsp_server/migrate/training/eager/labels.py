"""Class labels: MindSpore wants int32, torch int64. Where a loss is called they are converted."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef
from lsp_server.migrate.plan import Change
from lsp_server.migrate.training.detect import arguments
from lsp_server.migrate.training.variables import text
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call) @call")
_LOSSES = ("mindspore.nn.CrossEntropyLoss", "mindspore.nn.NLLLoss")
_FUNCTIONS = ("mindspore.ops.cross_entropy", "mindspore.ops.nll_loss")
_PRIMARY = ("identifier", "attribute", "call", "subscript", "parenthesized_expression")
_FLOATS = ("one_hot", "softmax", "float", "onehot")
LONG = ".long()"


def takes_labels(analysis: Analysis, function: Node | None) -> bool:
    """Whether a loss is called here whose second argument may be numbers of classes."""
    value = analysis.value(function).value if function is not None else None
    if isinstance(value, SymbolRef):
        return value.name in _FUNCTIONS
    return isinstance(value, Instance) and value.cls in _LOSSES


def are_classes(analysis: Analysis, node: Node) -> bool:
    """False where the code shows probabilities, or numbers that are long already."""
    made = analysis.value(node).value
    source = made.call.text if isinstance(made, Instance) and made.call is not None else ""
    return not any(word in f"{text(node)} {source}" for word in (*_FLOATS, "int64", LONG))


def widened(analysis: Analysis) -> Iterator[Change]:
    for call in _CALLS.captures(analysis.document.root, "call"):
        given = arguments(call)
        if len(given) < 2 or not takes_labels(analysis, call.child_by_field_name("function")):
            continue
        label = given[1].child_by_field_name("value") if given[1].type == "keyword_argument" else given[1]
        if label is not None and label.type in _PRIMARY and are_classes(analysis, label):
            yield Change(label.end_byte, label.end_byte, (LONG,))
