"""Parameters that are trained, frozen or saved: what the calls that list them become."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Dictionary, Instance, Repeated
from lsp_server.migrate import buffers, calls, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import Adjustment, Change, Part
from lsp_server.state.updates import is_parameter_there
from lsp_server.syntax.patterns import Pattern

_FREEZES = re.compile(
    rb"\.requires_grad\s*=\s*(?!True\b|=)|requires_grad_\((?!True\b|\))|Parameter\([^\n]*requires_grad=False"
)
_WHOLE = ("_statement", "comprehension", "generator_expression")
_LISTS = Pattern("(list_comprehension) @list (generator_expression) @list")
_WRITTEN = re.compile(r"one for one in .+\.get_parameters\(\) if not one\.name\.endswith\([^()]*(?:\([^()]*\))?\)?")
_THAWS = re.compile(r"\.requires_grad(?: = (?!False)|_\((?!False))")


def trainable_parameters(context: Context) -> tuple[Change, ...]:
    """``net.trainable_params()``: all parameters where an optimizer gets them, which passes over frozen ones as they
    have no gradient, and where the state shows that none is frozen; otherwise those that ask for gradients."""
    parent = context.call.parent
    while parent is not None and parent.type in ("pair", "dictionary", "list", "keyword_argument", "argument_list"):
        parent = parent.parent
    made = context.use.analysis.value(parent).value if parent is not None and parent.type == "call" else None
    lineage = context.catalog.lineage(made.cls) if isinstance(made, Instance) else ()
    is_given = any(base.endswith(".Optimizer") for base in lineage)
    if not context.binding.arguments and (is_given or _is_all_trained(context)):
        return (Change(context.use.name_start, context.call.end_byte, ("parameters()",)),)
    if not context.binding.arguments:
        template = context.counterpart.template.replace("{recurse}", "")
        context = replace(context, counterpart=replace(context.counterpart, template=template))
    return templates.plan(context)


def _is_all_trained(context: Context) -> bool:
    if b"requires_grad" in context.use.analysis.document.data:
        return False
    state = buffers.receiver_state(context.use)
    return (
        state is not None and state.complete and all(one.trainable for one in state.entries if one.kind == "parameter")
    )


def thawed_parameters(context: Context) -> tuple[Change, ...]:
    """``net.parameters()``: those that are trained where nothing in the file freezes any, and where an optimizer gets
    them, which passes over frozen ones; otherwise all but the statistics of batch norms and the buffers: the averages
    of weights, counts and thawing loops mean frozen ones as well."""
    parent = context.call.parent
    owner = context.use.owner
    if owner is None or context.binding.arguments or not _means_frozen_ones(context):
        return calls.plan(context)
    names = _buffers(context)
    if not names:
        return (Change(context.use.name_start, context.call.end_byte, ("get_parameters()",)),)
    kept: tuple[Part, ...] = ("one for one in ", owner, f".get_parameters() if not one.name.endswith({names})")
    is_bare = parent is not None and parent.type == "argument_list" and len(parent.named_children) == 1
    function = (
        parent.parent.child_by_field_name("function") if parent is not None and parent.parent is not None else None
    )
    if is_bare and function is not None and context.source(function) in ("list", "tuple", "sum", "set"):
        return (Change(context.call.start_byte, context.call.end_byte, kept),)
    return (Change(context.call.start_byte, context.call.end_byte, ("[", *kept, "]")),)


def _means_frozen_ones(context: Context) -> bool:
    """Whether ``parameters()`` may hold frozen ones that what is done with it asks for."""
    if not _FREEZES.search(context.use.analysis.document.data):
        return False
    statement = context.call
    while statement.parent is not None and not statement.type.endswith(_WHOLE):
        if statement.type == "call" and _takes_trained_ones(context, statement):
            return False
        statement = statement.parent
    text = context.source(statement)
    if statement.type == "for_statement" and statement.child_by_field_name("right") == context.call:
        # one that freezes is about those that are trained
        return "requires_grad" not in text or bool(_THAWS.search(text))
    return "requires_grad" not in text


def _takes_trained_ones(context: Context, call: Node) -> bool:
    function = call.child_by_field_name("function")
    made = context.use.analysis.value(call).value
    lineage = context.catalog.lineage(made.cls) if isinstance(made, Instance) else ()
    is_clip = function is not None and context.source(function).rpartition(".")[2].startswith("clip_grad")
    return is_clip or any(base.endswith(".Optimizer") for base in lineage)


def _buffers(context: Context) -> str:
    """The ends of the names that are buffers in torch, as the argument of ``endswith``; empty: there are none."""
    state = buffers.receiver_state(context.use)
    ends = {"moving_mean", "moving_variance"}
    if state is not None and state.complete:
        known = buffers.buffers(state)
        ends = ends if any(one.layer is not None for one in known) else set[str]()
        ends |= {one.name.rpartition(".")[2] for one in known if one.layer is None and is_parameter_there(one)}
    listed = ", ".join(f'"{one}"' for one in sorted(ends))
    return f"({listed})" if len(ends) > 1 else listed


def saved_state(context: Context) -> tuple[Change, ...]:
    """``save_checkpoint(net, path)`` saves the state of the network; a state itself is saved as it is."""
    saved = context.binding.get("save_obj")
    value = context.use.analysis.value(saved.value).value if saved is not None else None
    is_state = isinstance(value, (Dictionary, Repeated)) or (isinstance(value, Instance) and value.cls == "dict")
    called = saved.value.child_by_field_name("function") if saved is not None and saved.value.type == "call" else None
    if not is_state and called is not None:
        is_state = context.source(called).endswith((".state_dict", ".parameters_dict"))
    template = context.counterpart.template
    if is_state:
        template = template.replace("{save_obj}.state_dict()", "{save_obj}")
    return templates.plan(replace(context, counterpart=replace(context.counterpart, template=template)))


def returned(analysis: Analysis) -> Iterator[Adjustment]:
    """On the way to torch: the lists that `thawed_parameters` writes, as the calls that they were."""
    if b".get_parameters() if not one.name.endswith" not in analysis.document.data:
        return
    for node in (one for nodes in _LISTS.all_captures(analysis.document.root).values() for one in nodes):
        clause = next((one for one in node.named_children if one.type == "for_in_clause"), None)
        listed = clause.child_by_field_name("right") if clause is not None else None
        if listed is None or not _WRITTEN.fullmatch(analysis.text(node)[1:-1]):
            continue
        start, end = node.start_byte, node.end_byte
        if node.type == "generator_expression":
            start, end = start + 1, end - 1  # its brackets are those of the call
        yield Adjustment(start, end, (Change(start, end, (listed,)),))
