"""Code actions and edits in the form that a client understands.

The protocol's newest form is what the rest of the server makes: actions whose edits are worked out when they are
chosen, edits that name the version of the document. Clients that announce less are given less: edits at once, or by a
command of ours that asks the client to apply them; plain commands instead of actions; edits without versions.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from lsprotocol import types

from lsp_server.server.json_values import json_object

APPLY_ACTION = "torchspore.applyAction"
"""With the data of an action: the server works out the edit and sends it."""
_SMALL = ("finding", "use", "buffer")
"""What is worked out at once for clients that do not resolve; conversions of whole files wait for their command."""


class ClientForms(msgspec.Struct, frozen=True):
    """What a client has said of itself."""

    resolves: bool = True
    """Asks for the edit of an action when it is chosen."""
    takes_actions: bool = True
    """Takes actions, and not only commands."""
    takes_versions: bool = True
    """Takes edits that name the version of their document."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> ClientForms:
        """A client that says nothing of code actions, and asks for them all the same, is taken for a new one."""
        document = capabilities.text_document
        action = document.code_action if document is not None else None
        workspace = capabilities.workspace
        edit = workspace.workspace_edit if workspace is not None else None
        resolve = action.resolve_support if action is not None else None
        return cls(
            resolves=action is None or (resolve is not None and "edit" in resolve.properties),
            takes_actions=action is None or action.code_action_literal_support is not None,
            takes_versions=edit is not None and edit.document_changes is True,
        )

    def edit(self, edit: types.WorkspaceEdit) -> types.WorkspaceEdit:
        """The same edit, without versions if the client takes none."""
        if self.takes_versions or edit.document_changes is None:
            return edit
        changes: dict[str, list[types.TextEdit]] = {}
        for change in edit.document_changes:
            assert isinstance(change, types.TextDocumentEdit)  # we make no others
            found = [
                types.TextEdit(one.range, one.new_text)
                for one in change.edits
                if isinstance(one, (types.TextEdit, types.AnnotatedTextEdit))
            ]
            changes.setdefault(change.text_document.uri, []).extend(found)
        return types.WorkspaceEdit(changes=changes)

    def is_resolved_at_once(self, action: types.CodeAction) -> bool:
        """Whether the edit of an action has to be worked out before it is offered."""
        what = json_object(action.data).get("what")
        return not self.resolves and self.takes_actions and what in _SMALL

    def actions(self, found: Sequence[types.CodeAction]) -> list[types.CodeAction | types.Command]:
        """What the client is offered. What has neither edit nor command gets our command, if the client cannot ask."""
        return [one for action in found if (one := self._action(action)) is not None]

    def _action(self, action: types.CodeAction) -> types.CodeAction | types.Command | None:
        if action.edit is not None:
            action.edit = self.edit(action.edit)
        if self.resolves and self.takes_actions:
            return action
        if action.edit is None and action.command is None:
            action.command = types.Command(action.title, APPLY_ACTION, arguments=[action.data])
        if not self.takes_actions:
            return action.command
        action.data = None
        return action
