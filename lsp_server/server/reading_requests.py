"""What helps to read and to write a call: signature help, and what an editor draws into the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.server.guard import guarded
from lsp_server.server.sent_tokens import TOKEN_MODIFIERS, TOKEN_TYPES

if TYPE_CHECKING:
    from lsp_server.server.app import Server


def register(server: Server) -> None:
    """Nothing is drawn into the text unless the settings ask for it."""

    @server.feature(
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
        types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=["="]),
    )
    def on_signature_help(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        from lsp_server.server import signature_help

        return guarded(lambda: signature_help.signature_help(server.session, params), None)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions(resolve_provider=True))
    def on_inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        from lsp_server.server import inlay_hints

        return guarded(lambda: inlay_hints.inlay_hints(server.session, params), None)

    @server.feature(types.INLAY_HINT_RESOLVE)
    def on_inlay_hint_resolve(hint: types.InlayHint) -> types.InlayHint:
        from lsp_server.server import inlay_hints

        return guarded(lambda: inlay_hints.resolve(server.session, hint), hint)

    legend = types.SemanticTokensLegend(TOKEN_TYPES, TOKEN_MODIFIERS)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def on_tokens(params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        from lsp_server.server import semantic_tokens

        return guarded(lambda: semantic_tokens.full(server.session, params), None)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, legend)
    def on_tokens_delta(
        params: types.SemanticTokensDeltaParams,
    ) -> types.SemanticTokens | types.SemanticTokensDelta | None:
        from lsp_server.server import semantic_tokens

        return guarded(lambda: semantic_tokens.delta(server.session, params), None)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    def on_tokens_of_range(params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
        from lsp_server.server import semantic_tokens

        return guarded(lambda: semantic_tokens.in_range(server.session, params), None)
