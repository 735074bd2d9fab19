"""Fills the templates of rules: placeholders become pieces of the source, full names become names to spell."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.mapping import is_dropped, mapping_of
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Sequence
from lsp_server.messages import migration as messages
from lsp_server.migrate import kinds
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change, Name, Part, RepeatedCall
from lsp_server.syntax.scopes import scope_of

_TOKEN = re.compile(r"\{(\w+)\}|\b((?:torch(?:vision)?|mindspore)(?:\.\w+)+)")
_SPARE = re.compile(r", (\w+)=\{(\w+)\}(?=[,)])")
_OPERATIONS = {
    "await",
    "binary_operator",
    "boolean_operator",
    "comparison_operator",
    "conditional_expression",
    "lambda",
    "named_expression",
    "not_operator",
    "unary_operator",
}
_COMPARISONS = {"<", "<=", "==", "!=", ">=", ">"}
_BUILT_INS = {name for name in dir(builtins) if name[0].islower()}
_TEST = re.compile(r"\.bool\(\)| != 0(?![\w.])")
"""What makes truth values of numbers, and leaves truth values as they are."""
_WHOLE = re.compile(r"(\w+)\(\{args\}\)")
_BOUND_TIGHTLY = {"attribute", "call", "subscript", *_OPERATIONS}
_ROOMY = {
    *("argument_list", "assignment", "elif_clause", "expression_statement", "if_statement", "keyword_argument"),
    *("return_statement", "while_statement"),
}
"""Parents in which any expression can stand without brackets."""


def parts(context: Context, template: str, value: Node | None = None) -> tuple[Part, ...]:
    """The parts of a filled template. ``value`` is what ``{value}`` stands for. Raises `CannotConvert`."""
    return tuple(_parts(context, _without_defaults(context, template), value))


def _without_defaults(context: Context, template: str) -> str:
    """A template of one call without the arguments that nobody gave and that are the default there as well."""
    if not template.startswith(f"{context.counterpart.symbol}("):
        return template
    defaults = {one.name: one.default for signature in context.target.signatures for one in signature.parameters}
    own = {one.name: one.default for one in context.binding.signature.parameters}

    def spared(match: re.Match[str]) -> str:
        keyword, name = match.groups()
        default, mapped = own.get(name), mapping_of(context.counterpart, name)
        if context.binding.get(name) is not None or name in context.counterpart.unset or default is None:
            return match[0]
        same = literals.same(default, defaults.get(keyword) or "") and (mapped is None or not mapped.value)
        return "" if same else match[0]

    return _SPARE.sub(spared, template)


def _parts(context: Context, template: str, value: Node | None) -> Iterator[Part]:
    position = 0
    for match in _TOKEN.finditer(template):
        before = template[position : match.start()]
        position = match.end()
        placeholder, full = match.groups()
        if placeholder == "args" and not argument_nodes(context.call):
            before = before.removesuffix(", ")
        if before:
            yield before
        if full:
            yield Name(context.catalog.canonical(full) or full)
        elif placeholder == "args":
            yield from _all_arguments(context)
        else:
            tested = _TEST.match(template, position)
            if tested is not None and _is_truth(_node_of(context, placeholder, value)):
                position = tested.end()
            alone = template[: match.start()].rstrip()[-1:] in ("", "(", ",", "=", "[") and (
                template[position:].lstrip()[:1] in ("", ")", ",", "]")
            )
            yield from _placeholder(context, placeholder, value, alone)
    if position < len(template):
        yield template[position:]


def _node_of(context: Context, name: str, value: Node | None) -> Node | None:
    if name in ("self", "value"):
        return context.use.owner if name == "self" else value
    return next((one.value for one in context.binding.arguments if one.parameter.name == name), None)


def _is_truth(node: Node | None) -> bool:
    """Whether a tensor consists of truth values, as the code shows it."""
    while node is not None and node.type == "parenthesized_expression":
        node = next((child for child in node.named_children if child.type != "comment"), None)
    if node is not None and node.type == "call":
        return node.text is not None and node.text.endswith(b".bool()")  # a conversion that is converted again
    if node is None or node.type != "comparison_operator":
        return False
    return all(child.type in _COMPARISONS for child in node.children if not child.is_named)


def _placeholder(context: Context, name: str, value: Node | None, alone: bool) -> Iterator[Part]:
    if name == "value" and value is not None:
        yield from _bracketed(value, alone)
        return
    if name == "self":
        owner = context.use.owner
        if owner is None:
            raise CannotConvert("TS306", messages.NOT_CALLED, symbol=context.symbol.name)
        yield from _bracketed(owner, alone)
        return
    bound = [argument for argument in context.binding.arguments if argument.parameter.name == name]
    mapped = mapping_of(context.counterpart, name) or Mapping()
    new_value = mapped.value
    if bound:
        for index, argument in enumerate(bound):
            yield from ([", "] if index else [])
            listed = reshaped(context, mapped, argument.value)
            plain = listed if listed is not None else _bracketed(argument.value, alone)
            yield from _parts(context, new_value, argument.value) if new_value else plain
        return
    if name in context.counterpart.unset:
        yield from _parts(context, context.counterpart.unset[name], None)
        return
    parameter = next((p for p in context.binding.signature.parameters if p.name == name), None)
    if parameter is None or parameter.default is None:
        if parameter is not None and parameter.kind.startswith("var-"):
            return
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    yield new_value.replace("{value}", parameter.default) if new_value else parameter.default


def _all_arguments(context: Context) -> Iterator[Part]:
    mapped = (
        (argument, mapping_of(context.counterpart, argument.parameter.name)) for argument in context.binding.arguments
    )
    dropped = {argument.node.start_byte for argument, one in mapped if one is not None and is_dropped(one)}
    kept = [node for node in argument_nodes(context.call) if node.start_byte not in dropped]
    for index, node in enumerate(kept):
        if index:
            yield ", "
        yield node


def _bracketed(node: Node, alone: bool) -> tuple[Part, ...]:
    """A piece of source, in brackets if it is an operation that would stand beside another one."""
    return (node,) if alone or node.type not in _OPERATIONS else ("(", node, ")")


def reshaped(context: Context, mapped: Mapping, node: Node) -> tuple[Part, ...] | None:
    """A value as the tuple or the number that the rule asks for; None if it stays as it is."""
    if not mapped.as_number:
        return _as_tuple(mapped, node)
    if node.type in ("tuple", "list"):
        items = [child for child in node.named_children if child.type != "comment"]
        return (items[0],) if len(items) == 1 and items[0].type != "list_splat" else None
    value = context.use.analysis.value(node).value
    one = isinstance(value, Sequence) and len(value.items) == 1
    return (*_bracketed(node, False), "[0]") if one else None


def _as_tuple(mapped: Mapping, node: Node) -> tuple[Part, ...] | None:
    """A list that is written out, or a number, as the tuple that the rule asks for; None if it stays as it is."""
    if mapped.as_tuple and node.type == "list":
        items = [child for child in node.named_children if child.type != "comment"]
    elif mapped.as_tuple == "numbers" and node.type in ("integer", "unary_operator"):
        items = [node]
    else:
        return None
    joined: list[Part] = []
    for item in items:
        joined += [", ", item] if joined else [item]
    return ("(", *joined, ",)" if len(items) == 1 else ")")


def plan(context: Context) -> tuple[Change, ...]:
    """A call whose counterpart is an expression. Raises `CannotConvert`, also where the template has no room for
    an argument that was passed, and `RepeatedCall`."""
    kinds.check_left_out(context)
    _check_used(context)
    check_builtins(context.use, context.call, context.counterpart.template)
    whole = _WHOLE.fullmatch(context.counterpart.template)
    called = context.call.child_by_field_name("function")
    if whole is not None and called is not None and context.use.receiver is None and not _has_dropped(context):
        # another name before the same brackets: the layout of the arguments stays
        return (Change(called.start_byte, called.end_byte, (whole[1],)),)
    template = _each_once(context, _apart(context, _with_unset(context)))
    filled = parts(context, template)
    parent = context.call.parent
    outline = _TOKEN.sub("x", template)
    if parent is not None and parent.type not in _ROOMY:
        # ``Lambda(lambda x: x)(image)``: an argument in the place of its call
        tightly = parent.type in _BOUND_TIGHTLY and _is_operation(filled)
        if tightly or not literals.is_atom(outline):
            filled = ("(", *filled, ")")
    return (Change(context.call.start_byte, context.call.end_byte, filled),)


def check_builtins(use: Use, node: Node, text: str) -> None:
    """Raises `CannotConvert` where a text is written with built-in names that mean something else there."""
    for name in _built_ins(text):
        scope: Node | None = scope_of(node)
        while scope is not None:
            if name in use.analysis.scope(scope).bindings and scope.type != "class_definition":
                raise CannotConvert("TS313", messages.BUILT_IN_TAKEN, symbol=use.symbol, name=name)
            scope = scope_of(scope) if scope.parent is not None else None


@lru_cache(maxsize=1024)
def _built_ins(text: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(_TOKEN.sub("x", text))))
    except SyntaxError:
        return frozenset()
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return frozenset(read & _BUILT_INS)


def _has_dropped(context: Context) -> bool:
    mapped = (mapping_of(context.counterpart, argument.parameter.name) for argument in context.binding.arguments)
    return any(one is not None and is_dropped(one) for one in mapped)


def _is_operation(filled: tuple[Part, ...]) -> bool:
    return len(filled) == 1 and isinstance(filled[0], Node) and filled[0].type in _OPERATIONS


def _with_unset(context: Context) -> str:
    """The template with what stands for arguments that are not passed, which may name others once more."""
    template = context.counterpart.template
    for name, text in context.counterpart.unset.items():
        if text and context.binding.get(name) is None:
            template = template.replace(f"{{{name}}}", text)
    return template


def _each_once(context: Context, template: str) -> str:
    """The template with what is written more than once, and calls something, worked out once:
    ``(lambda input_: input_ * input_)(f())``."""
    values = {argument.parameter.name: argument.value for argument in context.binding.arguments}
    if context.use.owner is not None:
        values["self"] = context.use.owner
    shared = [name for name, value in values.items() if template.count(f"{{{name}}}") > 1 and has_calls(value)]
    if shared and not context.sharing:
        raise RepeatedCall
    written = context.source(context.call) + template
    for name in shared:
        variable = _fresh(f"{name}_", written)
        template = f"(lambda {variable}: {template.replace(f'{{{name}}}', variable)})({{{name}}})"
    return template


def _apart(context: Context, template: str) -> str:
    """The template with its own variables (of lambdas and comprehensions) renamed where the call uses their names."""
    written = context.source(context.call)
    for name in _variables(template):
        variable = _fresh(name, written)
        if variable != name:
            template = re.sub(rf"(?<![\w.{{]){name}(?![\w}}]|\s*=(?!=))", variable, template)
    return template


@lru_cache(maxsize=256)
def _variables(template: str) -> frozenset[str]:
    if "lambda" not in template and " for " not in template:
        return frozenset()
    nodes = list(ast.walk(ast.parse(_TOKEN.sub("x", template), mode="eval")))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(stored | {node.arg for node in nodes if isinstance(node, ast.arg)})


def _fresh(name: str, written: str) -> str:
    while re.search(rf"\b{name}\b", written):
        name += "_"
    return name


def has_calls(node: Node) -> bool:
    return node.type in ("call", "await", "yield", "named_expression") or any(map(has_calls, node.named_children))


def _check_used(context: Context) -> None:
    """Arguments that are passed: their values, and that the template has room for them."""
    template = context.counterpart.template
    for argument in context.binding.arguments:
        mapped = mapping_of(context.counterpart, argument.parameter.name)
        if mapped is not None and mapped.only:
            kinds.check_value(context, argument, mapped.only)
        if f"{{{argument.parameter.name}}}" not in template and "{args}" not in template:
            kinds.check_droppable(context, argument, mapped)


def names(text: str, catalog: Catalog) -> Iterator[Part]:
    """A template without placeholders: its full names become names to spell."""
    position = 0
    for match in _TOKEN.finditer(text):
        full = match.group(2)
        if full:
            yield text[position : match.start()]
            yield Name(catalog.canonical(full) or full)
            position = match.end()
    yield text[position:]
