"""textDocument/codeAction and codeAction/resolve: fixes of findings, conversions of the call under the cursor and of
the file. Edits are worked out when an action is chosen, from nothing but what the action carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types
from tree_sitter import Node

from lsp_server.findings import registry
from lsp_server.findings.migration_kinds import CODES as OF_MIGRATION
from lsp_server.findings.model import Finding
from lsp_server.inference.uses import Use, main_framework, of_node, use_at
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import server as messages
from lsp_server.messages import training as training_messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.explain import converted_text, expression_of
from lsp_server.migrate.files import convert
from lsp_server.migrate.one_use import convert_use
from lsp_server.migrate.plan import Plan
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.remaining import STEP
from lsp_server.migrate.training import steps
from lsp_server.migrate.training.eager import steps as eager
from lsp_server.server import conversion_actions, diagnostics, refactorings, suppression_actions
from lsp_server.server.action_kinds import BUFFER, CALL, CONVERT_FILE, FILE, FIX_ALL, NOTEBOOK_FIX_ALL, TRAINING
from lsp_server.server.json_values import json_object
from lsp_server.server.session import Session, View

_ACTION_PREFIX = "TorchSpore"
_LONGEST_TITLE = 60


def offered(session: Session, params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
    """The actions at a place in the form that the client takes."""
    forms = session.forms
    found = code_actions(session, params) or []
    ready = [resolve(session, action) if forms.is_resolved_at_once(action) else action for action in found]
    return forms.actions(ready) or None


def code_actions(session: Session, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    if not session.settings.code_action.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or []]
    actions: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        touched = _touched(session, view, params.range)
        actions += _quick_fixes(session, view, touched)
        actions += suppression_actions.offered(session, view, touched)
    if _wanted(BUFFER, only):
        actions += refactorings.offered(session, view, params.range)
    # where a conversion is a fix already, it is not offered twice in one menu
    fixes = {action.title for action in actions}
    if _wanted(CALL, only):
        actions += [action for action in _conversions(session, view, params.range) if action.title not in fixes]
    if _wanted(FILE, only) and (only or actions):
        actions += _file_conversion(session, view, FILE)
    if only or actions or params.range.start != params.range.end:
        actions += [
            action for action in conversion_actions.offered(session, view, params.range) if _wanted(action.kind, only)
        ]
    if _wanted(TRAINING, only):
        start, end = view.offset(params.range.start), view.offset(params.range.end)
        actions += [action for action in _training(session, view, start, end) if action.title not in fixes]
    if only and _wanted(CONVERT_FILE, only):
        actions += _file_conversion(session, view, CONVERT_FILE)
    for kind in (FIX_ALL, NOTEBOOK_FIX_ALL):
        if only and _wanted(kind, only):
            actions += _fix_all(session, view, kind)
    return actions or None


def _wanted(kind: str | None, only: list[str]) -> bool:
    """Whether a client asked for a kind: nothing named asks for all, a kind asks for what is below it."""
    return not only or any(f"{kind}.".startswith(asked + ".") for asked in only)


def _touched(session: Session, view: View, range_: types.Range) -> list[Finding]:
    """The findings that a selection touches."""
    start, end = view.offset(range_.start), view.offset(range_.end)
    return [one for one in diagnostics.findings(session, view) if one.end >= start and one.start <= end]


def _quick_fixes(session: Session, view: View, touched: list[Finding]) -> Iterator[types.CodeAction]:
    for finding in touched:
        if finding.fix is None:
            yield from _conversion_as_fix(session, view, finding)
            continue
        title = f"{_ACTION_PREFIX} ({finding.code}): {finding.fix.title.text(session.language)}"
        yield types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostics.diagnostic(session, view, finding)],
            is_preferred=finding.fix.safety == "safe",
            data=_data(view, "finding", finding.start, finding.code),
        )


def _conversion_as_fix(session: Session, view: View, finding: Finding) -> Iterator[types.CodeAction]:
    """What resolves a finding of migration mode: the conversion of its use."""
    if finding.code not in OF_MIGRATION:
        return
    if finding.code == STEP:
        resolving = _training(session, view, finding.start, finding.end)
    else:
        resolving = _conversion(session, view, use_at(view.analysis, finding.end - 1))
    for action in resolving:
        action.kind = types.CodeActionKind.QuickFix
        action.diagnostics = [diagnostics.diagnostic(session, view, finding)]
        yield action


def _conversions(session: Session, view: View, range_: types.Range) -> Iterator[types.CodeAction]:
    return _conversion(session, view, use_around(view, view.offset(range_.start), view.offset(range_.end)))


def _conversion(session: Session, view: View, use: Use | None) -> Iterator[types.CodeAction]:
    target = session.target(use.symbol) if use is not None else None
    if use is None or target is None:
        return
    planned = plan_use(use, target, session.catalog, uncertain=True)
    if not isinstance(planned, Plan) or not planned.changes:
        return
    safe = planned.safety == "safe" and use.certainty == "certain"
    message = messages.CONVERT_TO if safe else messages.CONVERT_UNSAFE
    code = planned.counterpart.symbol + ("(…)" if use.call is not None and _is_callable(session, planned) else "")
    if expression_of(planned.counterpart):
        code = converted_text(use, planned, _LONGEST_TITLE) or code
    yield types.CodeAction(
        message.text(session.language, code=code),
        kind=CALL,
        is_preferred=safe or None,
        data=_data(view, "use", use.name_start),
    )


def _is_callable(session: Session, plan: Plan) -> bool:
    symbol = session.catalog.symbol(plan.counterpart.symbol)
    return symbol is not None and symbol.kind in ("class", "function", "method")


def use_around(view: View, start: int, end: int) -> Use | None:
    """The use under the cursor: the name it stands on, or else the innermost call around it that is one."""
    use = use_at(view.analysis, start)
    if use is not None and use.call is not None:
        return use
    node: Node | None = view.analysis.document.root.named_descendant_for_byte_range(start, max(start, end))
    while node is not None:
        if node.type == "call":
            function = node.child_by_field_name("function")
            found = of_node(view.analysis, function) if function is not None else None
            if found is not None and found.kind != "module":
                return found if use is None or use.kind == "module" else use
        if node.type.endswith(("_statement", "_definition")) or node.type == "block":
            break
        node = node.parent
    return use


def _file_conversion(session: Session, view: View, kind: str) -> Iterator[types.CodeAction]:
    framework = main_framework(view.analysis)
    target = session.target(framework) if framework is not None else None
    if target is None:
        return
    name = hover_messages.FRAMEWORK_NAMES[target.framework]
    title = messages.CONVERT_FILE.text(session.language, framework=name)
    yield types.CodeAction(title, kind=kind, data=_data(view, "file", 0, target.framework))


def _training(session: Session, view: View, start: int, end: int) -> Iterator[types.CodeAction]:
    """The conversion of the file with its training steps, offered at a step; its result must be checked."""
    framework = main_framework(view.analysis)
    target = session.target(framework) if framework is not None else None
    if target is None:
        return
    kind = steps if target.framework == "mindspore" else eager
    # the whole file is looked at only where a step may stand
    if not kind.is_at_step(view.analysis, start, end) or not kind.training_steps(view.analysis).places:
        return
    name = hover_messages.FRAMEWORK_NAMES[target.framework]
    title = training_messages.ACTION.text(session.language, framework=name)
    yield types.CodeAction(title, kind=TRAINING, data=_data(view, "training", 0, target.framework))


def _fix_all(session: Session, view: View, kind: str) -> Iterator[types.CodeAction]:
    """Those of a cell, or with the notebook's own kind those of the whole notebook."""
    if any(finding.fix and finding.fix.safety == "safe" for finding in _all_findings(session, view, kind)):
        yield types.CodeAction(messages.FIX_ALL.text(session.language), kind=kind, data=_data(view, "fix-all", 0, kind))


def _all_findings(session: Session, view: View, kind: str) -> list[Finding]:
    found = diagnostics.all_findings(session, view)
    return found if kind == NOTEBOOK_FIX_ALL else [finding for finding in found if view.contains(finding.start)]


def _data(view: View, what: str, offset: int, detail: str = "") -> dict[str, object]:
    return {
        "uri": view.opened.uri,
        "version": view.opened.version,
        "what": what,
        "offset": offset - view.part.start if what in ("use", "finding") else offset,
        "detail": detail,
    }


def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """Fill in the edit, if there is one."""
    edit = edit_of(session, json_object(action.data))
    action.edit = session.forms.edit(edit) if edit is not None else action.edit
    return action


def edit_of(session: Session, data: dict[str, Any]) -> types.WorkspaceEdit | None:
    """The edit of an action, from what it carries. None for a version that is gone, so that nothing is overwritten."""
    view = session.view(str(data.get("uri", "")))
    if view is None or view.opened.version != data.get("version"):
        return None
    if data.get("what") == "extent":
        return conversion_actions.edit(session, view, data)
    if data.get("what") == "file":
        target = session.target("torch" if data.get("detail") == "mindspore" else "mindspore")
        conversion = convert(view.analysis, target) if target is not None else None
        return conversion_actions.workspace_edit(session, view, conversion) if conversion is not None else None
    edits = _edits(session, view, str(data.get("what")), int(data.get("offset", 0)), str(data.get("detail", "")))
    return view.workspace_edit(edits) if edits else None


def _edits(session: Session, view: View, what: str, offset: int, detail: str) -> list[Edit]:
    place = offset + view.part.start
    if what == "finding":
        for finding in diagnostics.findings(session, view):
            if finding.start == place and finding.code == detail and finding.fix is not None:
                return list(finding.fix.edits)
    if what == "use":
        use = use_at(view.analysis, place)
        target = session.target(use.symbol) if use is not None else None
        planned = plan_use(use, target, session.catalog, uncertain=True) if use is not None and target else None
        return list(convert_use(use, planned)) if use is not None and isinstance(planned, Plan) else []
    if what == refactorings.WHAT:
        return refactorings.edits(view, place)
    if what == "training":
        target = session.target("torch" if detail == "mindspore" else "mindspore")
        return list(convert(view.analysis, target, training=True).edits) if target is not None else []
    if what == "fix-all":
        return registry.fixes(_all_findings(session, view, detail))
    return []
