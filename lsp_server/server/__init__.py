"""The Language Server Protocol. The only home of pygls and lsprotocol."""

from lsp_server.server.protocol_types import import_quickly

import_quickly()
