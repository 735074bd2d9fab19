"""What cannot be done, as a sentence for the user."""

from __future__ import annotations

from lsp_server.messages import Message


class Refused(Exception):
    """Nothing is written; the message says why."""

    def __init__(self, message: Message, **values: object) -> None:
        super().__init__(message.en)
        self.message = message
        self.values = values
