"""Mixed precision: blocks under ``torch.autocast`` become functions, which MindSpore runs in mixed precision.

``mindspore.amp.auto_mixed_precision(function, "auto", dtype)`` lowers the operators of a call as autocast does
those of a block, by lists of its own that name the same operators. On the CPU MindSpore 2.10 multiplies matrices in
float16 but not in bfloat16, as running both has shown: there such a block stays in float32, as the code says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Constant, SymbolRef
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Adjustment, Change, Moved, Name, Part
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.variables import (
    binds,
    certainly_binds,
    field,
    is_bound_before,
    reads_first,
    statements,
    text,
    walk,
)
from lsp_server.syntax.patterns import Pattern

_WITHS = Pattern("(with_statement) @with")
_PARAMETERS = {
    "torch.autocast": ("device_type", "dtype", "enabled", "cache_enabled"),
    "torch.cuda.amp.autocast": ("enabled", "dtype", "cache_enabled"),
    "torch.cpu.amp.autocast": ("enabled", "dtype", "cache_enabled"),
}
_LEAVING = ("return_statement", "break_statement", "continue_statement", "yield", "await", "delete_statement")


class Autocast(msgspec.Struct, frozen=True):
    """A block under autocast."""

    node: Node
    body: Node
    dtype: Part
    """What matrices are multiplied in."""
    is_bfloat: bool
    """Whether that may be bfloat16."""
    enabled: Node | None
    """What decides at run time whether anything is lowered; None: it is."""
    is_off: bool = False

    def lowering(self, function: str, indentation: str, newline: str, needs_cpu: bool) -> list[Part]:
        """The lines that put the function in mixed precision under the same name."""
        conditions: list[list[Part]] = [[self.enabled]] if self.enabled is not None else []
        why = ""
        if self.is_bfloat and needs_cpu:
            conditions.append([Name("mindspore.get_context"), '("device_target") != "CPU"'])
            why = "  # it has no bfloat16: float32 there"
        made: list[Part] = [f"{function} = ", Name("mindspore.amp.auto_mixed_precision"), f'({function}, "auto", ']
        made += [self.dtype, f"){newline}"]
        if not conditions:
            return [indentation, *made]
        joined: list[Part] = []
        for condition in conditions:
            joined += [*([" and "] if joined else []), *condition]
        return [f"{indentation}if ", *joined, f":{why}{newline}{indentation}    ", *made]


def autocast_of(analysis: Analysis, node: Node) -> Autocast | None:
    """The block of a ``with`` statement under nothing but autocast; None for one that nothing stands in yet. Raises
    `NotUnderstood` for one under more."""
    body = field(node, "body")
    items = [one for child in node.named_children if child.type == "with_clause" for one in child.named_children]
    calls = [field(one, "value") for one in items]
    symbols = [_symbol(analysis, call) for call in calls]
    if body is None or not statements(body) or not any(symbols):
        return None
    call = calls[0]
    if len(items) > 1 or call is None:
        raise NotUnderstood(node, messages.AUTOCAST)
    given: dict[str, Node] = {}
    names = _PARAMETERS[symbols[0]]
    for index, argument in enumerate(arguments(call)):
        name, value = field(argument, "name"), field(argument, "value")
        if argument.type == "keyword_argument" and name is not None and value is not None:
            given[text(name)] = value
        elif "splat" in argument.type or index >= len(names):
            raise NotUnderstood(node, messages.AUTOCAST)
        else:
            given[names[index]] = argument
    enabled = given.get("enabled")
    known = analysis.value(enabled).value if enabled is not None else Constant(True)
    fixed = isinstance(known, Constant) and enabled is not None and enabled.type in ("true", "false")
    dtype, is_bfloat = _dtype(analysis, symbols[0], given)
    is_off = fixed and known == Constant(False)
    return Autocast(node, body, dtype, is_bfloat, None if fixed else enabled, is_off)


def _symbol(analysis: Analysis, call: Node | None) -> str:
    function = field(call, "function") if call is not None and call.type == "call" else None
    value = analysis.value(function).value if function is not None else None
    return value.name if isinstance(value, SymbolRef) and value.name in _PARAMETERS else ""


def _dtype(analysis: Analysis, symbol: str, given: dict[str, Node]) -> tuple[Part, bool]:
    node = given.get("dtype")
    if node is not None and node.type != "none":
        return node, text(node) not in ("torch.float16", "torch.half")
    device = given.get("device_type")
    on_cpu = symbol == "torch.cpu.amp.autocast" or (
        device is not None and analysis.value(device).value == Constant("cpu")
    )
    return (Name("mindspore.bfloat16"), True) if on_cpu else (Name("mindspore.float16"), False)


def blocks(
    analysis: Analysis, skipped: Callable[[Node], bool], fresh: Callable[[str], str], needs_cpu: bool
) -> Iterator[Adjustment]:
    """The blocks that become functions where they stand; those that no function can say stay as they are."""
    for node in _WITHS.captures(analysis.document.root, "with"):
        try:
            found = autocast_of(analysis, node)
            if found is not None and not skipped(node):
                _check_leaves(found)
                yield Adjustment(node.start_byte, node.end_byte, (_called(analysis, found, fresh, needs_cpu),))
        except NotUnderstood:
            continue


def places(analysis: Analysis, start: int) -> Iterator[tuple[int, str]]:
    """The call of autocast at the head of a block, as reports name it."""
    node: Node | None = analysis.document.node_at(start)
    while node is not None and node.type != "with_statement":
        node = node.parent
    body = field(node, "body") if node is not None else None
    for call in walk(node) if node is not None else ():
        if body is not None and call.start_byte < body.start_byte and _symbol(analysis, call):
            yield call.start_byte, "autocast"


def check(analysis: Analysis, statement: Node) -> None:
    """Raises `NotUnderstood` where a statement holds an autocast that `blocks` leaves alone."""
    for node in walk(statement):
        found = autocast_of(analysis, node) if node.type == "with_statement" else None
        if found is not None:
            _check_leaves(found)


def _check_leaves(found: Autocast) -> None:
    """A function can be left at its end only."""
    last = statements(found.body)[-1]
    for node in walk(found.body):
        if node.type in _LEAVING and node != last:
            raise NotUnderstood(node, messages.AUTOCAST)
        if node.type == "string" and node.start_point[0] != node.end_point[0]:
            raise NotUnderstood(node, messages.LAYOUT)


def unwrapped(analysis: Analysis, found: Autocast, indentation: str) -> list[Part]:
    """The statements of the block for a place with another indentation, with the comments beside its head."""
    lines, newline = analysis.document.lines, analysis.document.newline
    inner = lines.indentation(lines.starts[lines.line_of(found.body.start_byte)])
    parts: list[Part] = []
    for comment in found.node.named_children:
        if comment.type == "comment" and comment.start_byte < found.body.start_byte:
            parts.append(f"{analysis.text(comment)}{newline}{indentation}")
    return [*parts, Moved(found.body, inner, indentation)]


def _called(analysis: Analysis, found: Autocast, fresh: Callable[[str], str], needs_cpu: bool) -> Change:
    lines, newline = analysis.document.lines, analysis.document.newline
    here = lines.indentation(lines.starts[lines.line_of(found.node.start_byte)])
    start, end = found.node.start_byte, found.body.end_byte
    if found.is_off:
        return Change(start, end, tuple(unwrapped(analysis, found, here)))
    body, inner = statements(found.body), here + "    "
    returns = body[-1].type == "return_statement"
    results = [] if returns else list(dict.fromkeys(name for one in body for name in _bound(one)))
    passed = ", ".join(name for name in results if _read_first(body, name))
    function = fresh("lowered")
    parts: list[Part] = [f"def {function}({passed}):{newline}{inner}", *unwrapped(analysis, found, inner), newline]
    if results:
        parts.append(f"{inner}return {', '.join(results)}{newline}")
    parts += [newline, *found.lowering(function, here, newline, needs_cpu)]
    call = f"{function}({passed})"
    parts.append(
        f"{here}return {call}" if returns else f"{here}{', '.join(results)} = {call}" if results else f"{here}{call}"
    )
    return Change(start, end, tuple(parts))


def _bound(statement: Node) -> list[str]:
    names = binds(statement)
    return [
        name
        for name in dict.fromkeys(text(one) for one in walk(statement) if one.type == "identifier")
        if name in names
    ]


def _read_first(body: list[Node], name: str) -> bool:
    """Whether the block may read what the name was given before it, or may leave it as it was."""
    for statement in body:
        if reads_first(statement, name):
            return True
        if certainly_binds(statement, name):
            return False
        if name in binds(statement):
            return is_bound_before(statement, name, [])
    return False
