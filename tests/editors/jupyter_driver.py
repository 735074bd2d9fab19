"""Run by Jupyter's interpreter: speaks with TorchSpore as JupyterLab's page does, through Jupyter's server.

python jupyter_driver.py ADDRESS TOKEN FILE    prints what was answered as JSON; the assertions are in test_jupyter.py
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tornado.websocket import websocket_connect

CAPABILITIES = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "publishDiagnostics": {"tagSupport": {"valueSet": [2, 1]}},
    }
}


async def main(address: str, token: str, file: Path) -> dict[str, Any]:
    status = urlopen(Request(f"http://{address}/lsp/status", headers={"Authorization": f"token {token}"}), timeout=30)
    sessions = json.load(status)["sessions"]
    socket = await websocket_connect(f"ws://{address}/lsp/ws/torchspore?token={token}")
    pushed: list[Any] = []

    async def answer(number: int) -> Any:
        while True:
            message = json.loads(str(await asyncio.wait_for(socket.read_message(), 60)))
            if message.get("method") == "textDocument/publishDiagnostics":
                pushed.append(message["params"])
            if message.get("id") == number and "method" not in message:
                return message["result"]

    async def send(**message: Any) -> None:
        await socket.write_message(json.dumps({"jsonrpc": "2.0", **message}))

    uri, text = file.as_uri(), file.read_text(encoding="utf-8")
    place = {"line": text[: text.index("net.buffers()")].count("\n"), "character": 6}
    await send(
        id=1,
        method="initialize",
        params={"capabilities": CAPABILITIES, "processId": None, "rootUri": file.parent.as_uri()},
    )
    initialized = await answer(1)
    await send(method="initialized", params={})
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    await send(method="textDocument/didOpen", params={"textDocument": document})
    await send(id=2, method="textDocument/hover", params={"textDocument": {"uri": uri}, "position": place})
    hover = await answer(2)
    while not pushed:
        message = json.loads(str(await asyncio.wait_for(socket.read_message(), 60)))
        if message.get("method") == "textDocument/publishDiagnostics":
            pushed.append(message["params"])
    codes = [one["code"] for one in pushed[-1]["diagnostics"]]
    return {
        "listed": sorted(sessions),
        "server": initialized["serverInfo"]["name"],
        "hover": hover["contents"]["value"],
        "findings": codes,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))))
