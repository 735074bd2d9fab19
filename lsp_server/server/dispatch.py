"""From the body of a message to its handler. A request is always answered, also one that makes no sense.

pygls answers nothing to what it cannot read: a client would wait for ever for a request with one wrong field.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.server.collecting import Collector
from lsp_server.server.json_values import json_object
from lsp_server.server.protocol import Protocol
from lsp_server.server.transport import Bodies

logger = logging.getLogger("torchspore")
_NOT_INITIALIZED = -32002
_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_INVALID_PARAMS = -32602


class Refused(Exception):
    """A message that no handler gets: the protocol's code, and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Dispatch:
    """The conversation with one client: what may be said when, and to whom it goes."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._is_initialized = False
        self._is_shut_down = False

    async def run(self, bodies: Bodies) -> None:
        """Until the client says exit (`SystemExit`) or there is nothing more to read."""
        collector = Collector(asyncio.get_running_loop())
        while (body := await bodies.body()) is not None:
            self.take(body)
            collector.message()

    def take(self, body: bytes) -> None:
        """One message. Raises nothing but what ends the server."""
        number: int | str | None = None
        is_asked = True
        try:
            data = _read(body)
            number = _number(data)
            is_asked = "id" in data and "method" in data
            self._check(data)
            message = self._structured(data)
            self._is_initialized = self._is_initialized or data.get("method") == types.INITIALIZE
            self._protocol.handle_message(message)
        except BrokenPipeError:
            raise
        except Refused as refused:
            self._refuse(number, is_asked, refused.code, str(refused))
        except JsonRpcException as error:
            self._refuse(number, is_asked, _INVALID_PARAMS, str(error))
        except Exception as error:
            logger.exception("a message could not be handled")
            self._refuse(number, is_asked, _INVALID_REQUEST, str(error))

    def _structured(self, data: dict[str, Any]) -> Any:
        try:
            return self._protocol.structure_message(data)
        except JsonRpcException:
            if "method" not in data:
                self._protocol.lost_answer(data["id"], "the answer cannot be read")
            raise

    def _check(self, data: dict[str, Any]) -> None:
        """Raise `Refused` for what is no message, or not its turn."""
        if data.get("jsonrpc") != "2.0":
            raise Refused(_INVALID_REQUEST, "jsonrpc must be 2.0")
        method = data.get("method")
        if method is None:
            if "id" not in data or ("result" not in data and "error" not in data):
                raise Refused(_INVALID_REQUEST, "neither a method nor a result")
            return
        if not isinstance(method, str):
            raise Refused(_INVALID_REQUEST, "the method must be a string")
        if "id" in data and _number(data) is None:
            raise Refused(_INVALID_REQUEST, "the id must be a string or a number")
        if self._protocol.get_message_type(method) is None:
            data.setdefault("params", None)
        if method == types.EXIT:
            return
        if self._is_shut_down:
            raise Refused(_INVALID_REQUEST, "the server is shut down")
        if method == types.INITIALIZE:
            if self._is_initialized:
                raise Refused(_INVALID_REQUEST, "the server is initialized")
        elif not self._is_initialized:
            raise Refused(_NOT_INITIALIZED, "the server is not initialized")
        elif method == types.SHUTDOWN:
            self._is_shut_down = True

    def _refuse(self, number: int | str | None, is_asked: bool, code: int, why: str) -> None:
        logger.warning("a message is refused: %s", why)
        writer = self._protocol.writer
        if not is_asked or writer is None:
            return
        answer = {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": why}}
        body = json.dumps(answer).encode()
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def _read(body: bytes) -> dict[str, Any]:
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(_PARSE_ERROR, f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise Refused(_INVALID_REQUEST, "a message is an object")
    return json_object(cast("object", data))


def _number(data: Mapping[str, Any]) -> int | str | None:
    """The id of a message; None if it has none that can be answered."""
    found = data.get("id")
    return found if isinstance(found, (int, str)) and not isinstance(found, bool) else None
