"""What no client should send: each is answered if it can be, and the server goes on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_server.server.transport import Splitter
from tests.benchmarks.client import Client

ROOT = Path(__file__).parents[2]
SERVER = [sys.executable, "-m", "lsp_server", "server", "--stdio"]


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("hostile")
    made = Client(SERVER, folder, folder / "cache", python_path=ROOT, seconds=60)
    made.open(folder / "a.py", "import torch\ntorch.cat([])\n")
    yield made
    made.close()
    assert made.process.returncode == 0


def lives(client: Client) -> None:
    found = client.request("workspace/executeCommand", {"command": "torchspore.explain", "arguments": ["TS101"]})
    assert "TS101" in found


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"method": "textDocument/hover", "params": {"textDocument": 3}}, -32602),
        ({"method": "textDocument/hover"}, -32602),
        ({"method": "textDocument/hover", "params": {"textDocument": {"uri": "x"}, "position": {"line": "a"}}}, -32602),
        ({"method": "no/such/method", "params": {}}, -32601),
        ({"method": "no/such/method"}, -32601),
        ({"method": 7, "params": {}}, -32600),
        ({"method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}, -32600),
        ({"jsonrpc": "1.0", "method": "textDocument/hover", "params": {}}, -32600),
        ({"method": "workspace/executeCommand", "params": {"command": "no.such.command"}}, -32602),
    ],
)
def test_a_request_that_makes_no_sense_gets_its_error(client: Client, message: dict[str, Any], code: int) -> None:
    client.send({"jsonrpc": "2.0", "id": "it"} | message)
    answer = client.answer("it")
    assert answer["error"]["code"] == code and answer["error"]["message"]
    lives(client)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe\x00", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b"null", -32600),
        (b'{"jsonrpc": "2.0", "id": [1], "method": "textDocument/hover"}', -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "textDocument/hover"}', -32600),
    ],
)
def test_a_body_that_is_no_message_gets_an_error_without_an_id(client: Client, body: bytes, code: int) -> None:
    client.send_bytes(framed(body))
    assert client.answer(None)["error"]["code"] == code
    lives(client)


@pytest.mark.parametrize(
    "message",
    [
        {"method": "$/cancelRequest", "params": {"id": 12345}},
        {"method": "$/cancelRequest", "params": {"id": [1]}},
        {"method": "$/cancelRequest"},
        {"method": "textDocument/didOpen", "params": {}},
        {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///x", "version": 1}}},
        {"method": "no/such/notification"},
        {"id": "unknown", "result": None},
        {"id": [], "result": None},
        {"id": "unknown", "error": {"code": 1, "message": ""}},
        {"id": 1},
    ],
)
def test_a_notification_or_an_answer_that_makes_no_sense_is_dropped(client: Client, message: dict[str, Any]) -> None:
    client.send({"jsonrpc": "2.0"} | message)
    lives(client)


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"CONTENT-LENGTH:%d\r\n\r\n",
        b"Content-Length: %d\n\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: -1\r\n\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\nContent-Length: %d\r\n\r\n",
        b"\r\n\r\nnonsense" + b"x" * 50_000 + b"\r\nContent-Length: %d\r\n\r\n",
        b'Content-Length: nan\r\n\r\n{"jsonrpc": "2.0"}Content-Length: %d\r\n\r\n',
    ],
)
def test_headers(client: Client, header: bytes) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "header", "method": "torchspore/progress", "params": {}}).encode()
    client.send_bytes(header % len(body) + body)
    assert "result" in client.answer("header")


def test_bodies_are_cut_the_same_in_whatever_pieces_they_come() -> None:
    bodies = [b"{}", b'{"a": "\xe4\xbd\xa0"}', b"x" * 3000]
    stream = b"".join(map(framed, bodies))
    for size in (1, 2, 7, 100, len(stream)):
        splitter = Splitter()
        found = [body for at in range(0, len(stream), size) for body in splitter.feed(stream[at : at + size])]
        assert found == bodies


def test_the_order_of_the_conversation(tmp_path: Path) -> None:
    """Nothing before it is initialized, nothing after it is shut down; neither ends it."""
    client = Client(SERVER, tmp_path, tmp_path / "cache", python_path=ROOT, seconds=60, initialize=False)
    hover = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}
    client.open(tmp_path / "a.py", "import torch\n")
    assert client.answer(client.ask("textDocument/hover", hover))["error"]["code"] == -32002
    assert client.answer(client.ask("shutdown", None))["error"]["code"] == -32002
    assert client.answer(client.ask("initialize", {}))["error"]["code"] == -32602
    client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert client.answer(client.ask("textDocument/hover", hover))["result"] is None
    assert "result" in client.answer(client.ask("shutdown", None))
    assert client.answer(client.ask("textDocument/hover", hover))["error"]["code"] == -32600
    client.notify("exit", None)
    assert client.process.wait(20) == 0


def test_exit_without_shutdown_and_before_anything(tmp_path: Path) -> None:
    client = Client(SERVER, tmp_path, tmp_path / "cache", python_path=ROOT, initialize=False)
    client.notify("exit", None)
    assert client.process.wait(20) == 1
