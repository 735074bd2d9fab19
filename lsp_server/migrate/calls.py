"""Plans the conversion of a call: its name, its arguments, and the defaults that must be written out."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.mapping import default_to_write, mapping_of, new_names, target_signature, wanted_names
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.catalog.model import Signature
from lsp_server.inference.binding import Argument, argument_nodes
from lsp_server.messages import migration as messages
from lsp_server.migrate import kinds, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change, Name, Part, renamed


class Arguments(msgspec.Struct):
    """The new argument list while it is worked out."""

    kept: list[tuple[Argument, tuple[Part, ...] | None]] = msgspec.field(
        default_factory=list["tuple[Argument, tuple[Part, ...] | None]"]
    )
    """Argument and its new text; None: it stays to the letter."""
    dropped: list[Argument] = msgspec.field(default_factory=list[Argument])
    appended: list[tuple[Part, ...]] = msgspec.field(default_factory=list["tuple[Part, ...]"])


def plan(context: Context) -> tuple[Change, ...]:
    """The changes of a call that a row can say. Raises `CannotConvert`."""
    counterpart, binding = context.counterpart, context.binding
    target = target_signature(context.target, wanted_names(counterpart, binding.signature))
    names = new_names(counterpart, binding.signature, target)
    kinds.check_left_out(context)
    arguments = Arguments()
    _place(context, target, names, arguments)
    _append(context, target, names, arguments)
    return (*_name_changes(context, arguments), *_argument_changes(context, arguments))


def _place(context: Context, target: Signature | None, names: dict[str, str], arguments: Arguments) -> None:
    """Decide for each argument that is passed: kept, renamed, moved to a keyword, or dropped."""
    positions = (
        [p for p in target.parameters if p.kind in ("positional", "standard", "var-positional")] if target else []
    )
    offset = 1 if _becomes_first_argument(context) else 0
    by_keyword = False
    places: list[int | None] = []
    taken: set[str] = set()
    defaults = {parameter.name: parameter.default for parameter in target.parameters} if target else {}
    for argument in context.binding.arguments:
        name = argument.parameter.name
        mapped = mapping_of(context.counterpart, name)
        if name not in names:
            kinds.check_droppable(context, argument, mapped)
            arguments.dropped.append(argument)
            continue
        if mapped is not None and mapped.only:
            kinds.check_value(context, argument, mapped.only)
        new = names[name]
        if new in taken and not argument.extra:
            raise _misplaced(context, name)  # `probs` and `logits` may be one argument there
        taken.add(new)
        value = _new_value(context, argument, mapped) or or_default(context, argument, defaults.get(new))
        place = len(arguments.kept) + offset
        there = next((place for place, p in enumerate(positions) if p.name == new), None)
        kind = positions[there].kind if there is not None else "keyword"
        if kind == "positional" and not argument.extra:
            arguments.kept.append((argument, value or (argument.value,)))
            places.append(there)
        elif argument.extra or kind == "var-positional":
            if kind != "var-positional" or argument.keyword is not None or by_keyword:
                raise _misplaced(context, name)
            arguments.kept.append((argument, value))
            places.append(place)
        elif argument.keyword is None and there == place and not by_keyword:
            arguments.kept.append((argument, value))
            places.append(place)
        else:
            unchanged = argument.keyword is not None and new == name and value is None
            arguments.kept.append((argument, None if unchanged else (f"{new}=", *(value or (argument.value,)))))
            places.append(None)
            by_keyword = True
    _order(context, arguments, places, offset)


def _order(context: Context, arguments: Arguments, places: list[int | None], offset: int) -> None:
    """What has no keyword goes first, in the order of the counterpart's parameters, and must not leave one out."""
    order = sorted(range(len(places)), key=lambda index: len(places) if (at := places[index]) is None else at - offset)
    for index, place in enumerate([at for index in order if (at := places[index]) is not None], offset):
        if index != place:
            raise _misplaced(context, arguments.kept[order[index - offset]][0].parameter.name)
    if order == sorted(order):
        return
    slots = [argument for argument, _ in arguments.kept]
    texts = [text or (argument.node,) for argument, text in arguments.kept]
    arguments.kept = [(slot, texts[index]) for slot, index in zip(slots, order, strict=True)]


def _misplaced(context: Context, name: str) -> CannotConvert:
    return CannotConvert(
        "TS305", messages.POSITION, symbol=context.symbol.name, argument=name, counterpart=context.counterpart.symbol
    )


def or_default(context: Context, argument: Argument, default: str | None) -> tuple[Part, ...] | None:
    """A dtype that may be None, for a counterpart that wants one: ``dtype or mindspore.float32``. None if nothing is to
    be written."""
    parameter = argument.parameter
    if parameter.name != "dtype" or parameter.default != "None" or default in (None, "", "None"):
        return None
    if not kinds.may_be_none(context, argument.value):
        return None
    names = templates.names(default, context.catalog)
    if context.source(argument.value) == "None":
        return tuple(names)
    opening, closing = ("", "") if literals.is_atom(context.source(argument.value)) else ("(", ")")
    return (opening, argument.value, f"{closing} or ", *names)


def _new_value(context: Context, argument: Argument, mapped: Mapping | None) -> tuple[Part, ...] | None:
    if mapped is None:
        return None
    if not mapped.value:
        return templates.reshaped(context, mapped, argument.value)
    if context.source(argument.value) == "None":  # nothing can be worked out from it
        raise CannotConvert(
            "TS303", messages.ARGUMENT_WITHOUT_COUNTERPART, symbol=context.symbol.name, argument=argument.parameter.name
        )
    folded = literals.fold(mapped.value, context.source(argument.value))
    return (folded,) if folded is not None else templates.parts(context, mapped.value, argument.value)


def _append(context: Context, target: Signature | None, names: dict[str, str], arguments: Arguments) -> None:
    """Write what the counterpart would otherwise take for itself: other defaults, and the rule's extras."""
    counterpart = context.counterpart
    defaults = {parameter.name: parameter.default for parameter in target.parameters} if target else {}
    passed = {argument.parameter.name for argument in context.binding.arguments}
    for parameter in context.binding.signature.parameters:
        if parameter.name in passed or parameter.kind.startswith("var-"):
            continue
        new = names.get(parameter.name, "")
        if parameter.name in counterpart.unset:
            value = templates.parts(context, counterpart.unset[parameter.name])
            arguments.appended.append((f"{new or parameter.name}=", *value))
        elif new and new not in counterpart.extra and parameter.name not in counterpart.keep_defaults:
            text = default_to_write(counterpart, parameter, defaults.get(new))
            if text is not None:
                arguments.appended.append((f"{new}={text}",))
    for name, text in counterpart.extra.items():
        arguments.appended.append((f"{name}=", *templates.parts(context, text)))


def _becomes_first_argument(context: Context) -> bool:
    """A method whose counterpart is a function: the receiver becomes the first argument."""
    return context.use.receiver is not None and context.target.kind != "method"


def _name_changes(context: Context, arguments: Arguments) -> tuple[Change, ...]:
    use, target = context.use, context.target
    if use.receiver is None or use.owner is None:
        return (Change(use.start, use.end, (Name(target.name),)),)
    if target.kind == "method":
        return renamed(use, target.name)
    start = _list_start(context)
    joint = ", " if arguments.kept or arguments.appended else ""
    wrapped = Change(use.start, use.start, (Name(target.name), "("))
    return (wrapped, Change(use.owner.end_byte, start, (joint,)))


def _list_start(context: Context) -> int:
    arguments = context.call.child_by_field_name("arguments")
    assert arguments is not None  # a call without an argument list is no call node
    return arguments.start_byte + 1


def _argument_changes(context: Context, arguments: Arguments) -> tuple[Change, ...]:
    changes = [
        Change(argument.node.start_byte, argument.node.end_byte, text)
        for argument, text in arguments.kept
        if text is not None
    ]
    changes += _drop_changes(context, arguments)
    if arguments.appended:
        changes.append(_append_change(context, arguments))
    return tuple(changes)


def _drop_changes(context: Context, arguments: Arguments) -> list[Change]:
    gone = {argument.node.start_byte for argument in arguments.dropped}
    nodes = argument_nodes(context.call)
    changes: list[Change] = []
    previous: Node | None = None
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and node.start_byte in gone:
            run.append(node)
            continue
        if run:
            if previous is not None:
                changes.append(Change(previous.end_byte, run[-1].end_byte))
            elif node is not None:
                changes.append(Change(run[0].start_byte, node.start_byte))
            else:
                changes.append(Change(run[0].start_byte, context.call.end_byte - 1))
            run = []
        previous = node
    return changes


def _append_change(context: Context, arguments: Arguments) -> Change:
    parts: list[Part] = []
    for appended in arguments.appended:
        parts += [", ", *appended]
    nodes = argument_nodes(context.call)
    gone = {argument.node.start_byte for argument in arguments.dropped}
    kept = [node for node in nodes if node.start_byte not in gone]
    if kept:
        place = nodes[-1].end_byte if nodes[-1] is kept[-1] else kept[-1].end_byte
        return Change(place, place, tuple(parts))
    place = _list_start(context) if not nodes else nodes[0].start_byte
    return Change(place, place, tuple(parts[1:]))
