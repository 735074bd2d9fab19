"""pygls's protocol, with our documents, and without what it keeps or forgets."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol
from pygls.workspace import Workspace

from lsp_server.server.documents import Documents

logger = logging.getLogger("torchspore")


class Protocol(LanguageServerProtocol):
    """pygls's protocol with our documents behind its bookkeeping."""

    _documents: Documents | None = None

    @property
    def workspace(self) -> Workspace:
        if self._documents is None:
            self._documents = Documents(super().workspace)
        return self._documents

    def _execute_handler(
        self,
        msg_id: int | str,
        handler: Callable[[Any], Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Run a handler. pygls keeps what every notification has left for as long as it lives: 1.5 kB per keystroke."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda done: self._forget(msg_id, done))

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        """Answer a request. Handlers answer at once, in the order of the messages; one that needs a moment gives a
        coroutine, which is waited for. A task for each request would be three turns of the loop more."""
        later = _later(future)
        if later is None:
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures[msg_id] = later
        later.add_done_callback(partial(super()._send_handler_result, msg_id=msg_id))

    def _check_handler_result(self, future: Future[Any]) -> None:
        """The same for notifications, which get no answer."""
        later = _later(future)
        if later is None:
            super()._check_handler_result(future)
        else:
            later.add_done_callback(super()._check_handler_result)

    def handle_message(self, message: Any) -> None:
        """Run a message's handler. pygls tells the kinds of messages apart by all that they have, with checks that
        take longer than reading the message. Whose turn it is, `Dispatch` has seen to."""
        if not hasattr(message, "method"):
            super().handle_message(message)
        elif hasattr(message, "id"):
            contextvars.copy_context().run(self._handle_request, message.id, message.method, message.params)
        else:
            contextvars.copy_context().run(self._handle_notification, message.method, message.params)

    def _forget(self, msg_id: int | str, done: Future[Any]) -> None:
        if self._request_futures.get(msg_id) is done:
            del self._request_futures[msg_id]

    def _handle_response(
        self, msg_id: int | str, result: object | None = None, error: types.ResponseError | None = None
    ) -> None:
        """The client answers a request of ours; that with the same id may be one of its own, which runs."""
        if isinstance(self._request_futures.get(msg_id), asyncio.Future):
            logger.warning("an answer to nothing: %s", msg_id)
            return
        super()._handle_response(msg_id, result, error)

    def _serialize_message(self, data: Any) -> dict[str, Any]:
        """What a JSON encoder takes. pygls asks first what it is, for which attrs would complete its class."""
        return self._converter.unstructure(data)

    def lost_answer(self, number: object, why: str) -> None:
        """The client has answered a request of ours with what cannot be read: whoever waits for it is told."""
        if isinstance(number, (int, str)):
            error = types.ResponseError(JsonRpcInvalidParams.CODE, why)
            self._handle_response(number, error=error)


def _later(future: Future[Any]) -> Any:
    """What will have the result of a handler that gave a coroutine; None if it has its result."""
    if future.cancelled() or future.exception() is not None or not asyncio.iscoroutine(future.result()):
        return None
    return asyncio.ensure_future(future.result())
