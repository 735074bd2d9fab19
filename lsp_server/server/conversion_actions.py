"""Conversions of more than a call: which sizes are offered at a place, and the edits of a chosen one.

Offering costs nothing but the tree; what is converted is worked out when an action is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lsprotocol import types
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference.uses import main_framework, use_at
from lsp_server.messages import Message
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import report as report_messages
from lsp_server.messages import server as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Target
from lsp_server.server.action_kinds import (
    BEST_EFFORT,
    CALL,
    CLASS,
    FILE,
    PREVIEW,
    RULE,
    RULE_EVERYWHERE,
    SELECTION,
    STATEMENT,
    WORKSPACE,
)
from lsp_server.server.session import Session, View

Extent = tuple[int, int]
_CERTAIN = "certain"
CONVERT_WORKSPACE = "torchspore.convertWorkspace"


def sizes(view: View, start: int, end: int) -> Iterator[tuple[str, Message, Extent]]:
    """The kind, the title and the bytes of what can be converted at a selection, from small to large."""
    root = view.analysis.document.root
    node: Node | None = root.named_descendant_for_byte_range(start, max(start, end))
    seen: set[str] = set()
    above: list[Node] = []
    while node is not None:
        above.append(node)
        node = node.parent
    for inner, outer in pairwise(above):
        if inner.type == "call" and CALL not in seen and STATEMENT not in seen:
            seen.add(CALL)
            yield CALL, messages.CONVERT_CALL, (inner.start_byte, inner.end_byte)
        if outer.type in ("block", "module") and STATEMENT not in seen:
            seen.add(STATEMENT)
            yield STATEMENT, messages.CONVERT_STATEMENT, (inner.start_byte, inner.end_byte)
        if inner.type == "class_definition" and CLASS not in seen:
            seen.add(CLASS)
            whole = outer if outer.type == "decorated_definition" else inner
            yield CLASS, messages.CONVERT_CLASS, (whole.start_byte, whole.end_byte)
    if end > start:
        yield SELECTION, messages.CONVERT_SELECTION, (start, end)


def offered(session: Session, view: View, range_: types.Range) -> Iterator[types.CodeAction]:
    """All sizes, each also with best effort, and the preview of the file."""
    framework = main_framework(view.analysis)
    target = session.target(framework) if framework is not None else None
    if target is None:
        return
    name = hover_messages.FRAMEWORK_NAMES[target.framework]
    whole = (0, len(view.analysis.document.data))
    found = list(sizes(view, view.offset(range_.start), view.offset(range_.end)))
    for kind, message, extent in [*found, (FILE, messages.CONVERT_FILE, whole)]:
        title = message.text(session.language, framework=name)
        if kind not in (CALL, FILE):
            yield types.CodeAction(title, kind=kind, data=_data(view, target, extent))
        title = messages.CONVERT_BEST_EFFORT.text(session.language, title=title)
        data = _data(view, target, None if kind == FILE else extent, best_effort=True)
        yield types.CodeAction(title, kind=kind + BEST_EFFORT, data=data)
    yield from _everywhere(session, view, range_, target)
    title = messages.PREVIEW_FILE.text(session.language, framework=name)
    command = types.Command(title, "torchspore.previewFile", arguments=[view.opened.uri, {"to": target.framework}])
    yield types.CodeAction(title, kind=PREVIEW, command=command)


def _everywhere(session: Session, view: View, range_: types.Range, target: Target) -> Iterator[types.CodeAction]:
    """Every use of what stands under the cursor, in the file and in the workspace; all of the workspace."""
    use = use_at(view.analysis, view.offset(range_.start))
    rule = session.catalog.rule(use.symbol) if use is not None else None
    if use is not None and rule is not None and rule.counterparts and framework_of(use.symbol) != target.framework:
        title = report_messages.CONVERT_RULE.text(session.language, symbol=use.symbol)
        yield types.CodeAction(title, kind=RULE, data={**_data(view, target, None), "symbol": use.symbol})
        title = report_messages.CONVERT_RULE_EVERYWHERE.text(session.language, symbol=use.symbol)
        command = types.Command(title, CONVERT_WORKSPACE, arguments=[{"symbol": use.symbol}])
        yield types.CodeAction(title, kind=RULE_EVERYWHERE, command=command)
    name = hover_messages.FRAMEWORK_NAMES[target.framework]
    title = report_messages.CONVERT_WORKSPACE.text(session.language, framework=name)
    command = types.Command(title, CONVERT_WORKSPACE, arguments=[{"to": target.framework}])
    yield types.CodeAction(title, kind=WORKSPACE, command=command)


def _data(view: View, target: Target, extent: Extent | None, best_effort: bool = False) -> dict[str, object]:
    return {
        "uri": view.opened.uri,
        "version": view.opened.version,
        "what": "extent",
        "start": extent[0] - view.part.start if extent is not None else -1,
        "end": extent[1] - view.part.start if extent is not None else -1,
        "detail": target.framework,
        "bestEffort": best_effort,
    }


def edit(session: Session, view: View, data: dict[str, object]) -> types.WorkspaceEdit | None:
    """The edit of an action that `offered` made."""
    target = session.target("torch" if data.get("detail") == "mindspore" else "mindspore")
    start, end = data.get("start"), data.get("end")
    if target is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    extent = (start + view.part.start, end + view.part.start) if start >= 0 else None
    symbol = data.get("symbol")
    conversion = convert(
        view.analysis,
        target,
        data.get("bestEffort") is True,
        extent=extent,
        symbol=symbol if isinstance(symbol, str) else None,
    )
    return workspace_edit(session, view, conversion)


def workspace_edit(session: Session, view: View, conversion: Conversion) -> types.WorkspaceEdit | None:
    """Edits in groups where the client shows them: what has to be checked waits to be confirmed.

    Not so in notebooks: VS Code takes all cells for one document and shows the edits of all of them in the first.
    """
    if not conversion.edits:
        return None
    if not session.annotates or not conversion.unsafe or len(view.parts) > 1:
        return view.workspace_edit(conversion.edits)
    groups: dict[str, types.ChangeAnnotation] = {
        _CERTAIN: types.ChangeAnnotation(messages.CERTAIN_EDITS.text(session.language), needs_confirmation=False)
    }
    of_edit: dict[Edit, str] = {}
    for plan in conversion.unsafe:
        key = plan.use.symbol
        label = messages.UNSAFE_EDITS.text(session.language, symbol=key, counterpart=plan.counterpart.symbol)
        groups.setdefault(key, types.ChangeAnnotation(label, needs_confirmation=True))
        for one in conversion.edits:
            if one.end > one.start and one.start < plan.end and plan.start < one.end:
                of_edit.setdefault(one, key)
    return view.workspace_edit(conversion.edits, lambda one: of_edit.get(one, _CERTAIN), groups)
