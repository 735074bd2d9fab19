"""The Language Server Protocol. The only home of pygls and lsprotocol."""

from lsp_server.server.plain_asyncio import import_without_ssl
from lsp_server.server.protocol_types import import_quickly

import_without_ssl()
import_quickly()
