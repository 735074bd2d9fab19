"""Classes of data sets: MindSpore asks for their methods and for no base.

Its pipelines pass indices of NumPy, with which MindSpore's tensors cannot be indexed (2.10: "Unsupported Python object
type"): where ``__getitem__`` may do that, it begins with ``index = int(index)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use, uses
from lsp_server.inference.values import Dictionary, External, Instance, Repeated, Sequence, SymbolRef, UserClass
from lsp_server.messages import migration as messages
from lsp_server.migrate.plan import CannotConvert, Change

_WHY = "  # pipelines give indices of NumPy"


def without_base(use: Use) -> tuple[Change, ...]:
    """The changes of ``class Waves(Dataset):``. Raises `CannotConvert` where the base is named for something else, here
    or elsewhere in the file: then it becomes a class."""
    holder = _class_of(use.node)
    if holder is None or any(_class_of(one.node) is None for one in _others(use)):
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=use.symbol)
    arguments = holder.child_by_field_name("superclasses")
    assert arguments is not None  # the use stands in it
    base = use.node if use.node.parent == arguments else use.node.parent
    assert base is not None  # a subscript around it: Dataset[int]
    return (_removed(arguments, base), *plain_index(use))


def _others(use: Use) -> Iterator[Use]:
    last = use.symbol.rpartition(".")[2].encode()
    if use.analysis.document.data.count(last) > 1:
        yield from (one for one in uses(use.analysis) if one.symbol == use.symbol)


def _class_of(node: Node) -> Node | None:
    """The class of which a name is a base, with or without brackets of a type behind it."""
    parent = node.parent
    if parent is not None and parent.type == "subscript" and parent.child_by_field_name("value") == node:
        parent = parent.parent
    holder = parent.parent if parent is not None and parent.type == "argument_list" else None
    return holder if holder is not None and holder.type == "class_definition" else None


def _removed(arguments: Node, base: Node) -> Change:
    """The base goes with its comma; the last one goes with the brackets."""
    others = [child for child in arguments.named_children if child != base]
    if not others:
        return Change(arguments.start_byte, arguments.end_byte)
    following = base.next_named_sibling
    if following is not None:
        return Change(base.start_byte, following.start_byte)
    previous = base.prev_named_sibling
    return Change(previous.end_byte if previous is not None else base.start_byte, base.end_byte)


def plain_index(use: Use) -> tuple[Change, ...]:
    """``index = int(index)`` at the start of ``__getitem__`` of a class that has this base, where it is needed."""
    analysis, holder = use.analysis, _class_of(use.node)
    if holder is None:
        return ()
    method = classes.table(UserClass(analysis.source(holder))).methods.get("__getitem__")
    body = method.node.child_by_field_name("body") if method is not None else None
    parameters = method.node.child_by_field_name("parameters") if method is not None else None
    names = [one for one in parameters.named_children if one.type != "comment"] if parameters is not None else []
    if body is None or len(names) < 2:
        return ()
    name = names[1] if names[1].type == "identifier" else names[1].named_children[0]
    index = analysis.text(name)
    statements = [one for one in body.named_children if one.type != "comment"]
    if statements and statements[0].type == "expression_statement" and statements[0].named_children[0].type == "string":
        statements = statements[1:]
    if not statements or not any(_takes(analysis, node, index) for node in _below(body)):
        return ()
    start = statements[0].start_byte
    lines = analysis.document.lines
    indentation = lines.indentation(lines.starts[lines.line_of(start)])
    return (Change(start, start, (f"{index} = int({index}){_WHY}{analysis.document.newline}{indentation}",)),)


def _takes(analysis: Analysis, node: Node, index: str) -> bool:
    """Whether a tensor may be indexed here, or a function of the framework is given the number."""
    if node.type == "subscript":
        owner = node.child_by_field_name("value")
        inside = [one for child in node.named_children if child != owner for one in _below(child)]
        if owner is None or not any(one.type == "identifier" and analysis.text(one) == index for one in inside):
            return False
        value = analysis.value(owner).value
        if isinstance(value, Instance):
            return value.cls == "torch.Tensor" or value.cls.startswith("torch.utils.data.")
        return not isinstance(value, (Sequence, Repeated, Dictionary, External))
    if node.type == "call":
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        called = analysis.value(function).value if function is not None else None
        given = list(_below(arguments)) if arguments is not None else []
        named = any(one.type == "identifier" and analysis.text(one) == index for one in given)
        return named and isinstance(called, SymbolRef) and called.name.startswith("torch.")
    return False


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from _below(child)
