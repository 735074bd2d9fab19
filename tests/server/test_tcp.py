"""The server on a port: for this machine only, one client, an end."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest


def start(address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lsp_server", "server", "--tcp", address],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def listening() -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = start("127.0.0.1:0")
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)", said)
        assert found, said
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


def send(connection: socket.socket, method: str, params: Any, number: int | None = None) -> None:
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {})
    body = json.dumps(message).encode()
    connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def test_one_client_is_served_until_it_says_exit(listening: tuple[subprocess.Popen[str], int]) -> None:
    process, port = listening
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        send(connection, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 1)
        length = int(answers.readline().split(b":")[1])
        while answers.readline().strip():
            pass
        assert json.loads(answers.read(length))["result"]["capabilities"]["hoverProvider"]
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
        send(connection, "shutdown", None, 2)
        send(connection, "exit", None)
        assert process.wait(20) == 0


def test_a_client_that_goes_away_ends_it(listening: tuple[subprocess.Popen[str], int]) -> None:
    process, port = listening
    socket.create_connection(("127.0.0.1", port)).close()
    assert process.wait(20) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.0.1", "example.org"])
def test_other_machines_are_kept_out(host: str) -> None:
    process = start(f"{host}:7777")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "tunnel" in said and said.count("\n") == 1


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(f"127.0.0.1:{taken.getsockname()[1]}")
        _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "choose another port" in said and said.count("\n") == 1
