"""Parameters that are trained, frozen or saved: what the calls that list them become."""

from __future__ import annotations

import re

from msgspec.structs import replace

from lsp_server.inference.values import Dictionary, Instance, Repeated
from lsp_server.migrate import buffers, calls, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import Change, Part


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
    """``for p in net.parameters(): p.requires_grad = True``: of MindSpore's parameters the frozen ones as well, but not
    the statistics of batch norms; elsewhere those that are trained."""
    loop = context.call.parent
    if loop is None or loop.type != "for_statement" or loop.child_by_field_name("right") != context.call:
        return calls.plan(context)
    body = loop.child_by_field_name("body")
    thawing = (
        re.search(r"\.requires_grad(?: = (?!False)|_\((?!False))", context.source(body)) if body is not None else None
    )
    owner = context.use.owner
    if not thawing or owner is None or context.binding.arguments:
        return calls.plan(context)
    state = buffers.receiver_state(context.use)
    if state is not None and state.complete and not any(one.kind == "buffer" for one in state.entries):
        return (Change(context.use.name_start, context.call.end_byte, ("get_parameters()",)),)
    kept: tuple[Part, ...] = ("[one for one in ", owner, ".get_parameters() if not ")
    names = 'one.name.endswith(("moving_mean", "moving_variance"))]'
    return (Change(context.call.start_byte, context.call.end_byte, (*kept, names)),)


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
