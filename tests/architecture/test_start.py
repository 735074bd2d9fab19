"""What a server loads before its first hover. Everything here was loaded once, and nobody had decided so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOT_NEEDED = (
    # of Python: each brings others with it
    "csv", "difflib", "email", "importlib.metadata", "importlib.resources", "random", "ssl", "tempfile", "tomllib",
    "xml", "zipfile",
    # of other people
    "click", "jedi", "mindspore", "numpy", "parso", "rich", "torch", "tree_sitter_python",
    "websockets",
    # ours
    "lsp_server.cli", "lsp_server.findings", "lsp_server.verify", "lsp_server.weights",
    "lsp_server.documentation.building", "lsp_server.documentation.sources",
    "lsp_server.migrate.files", "lsp_server.migrate.project", "lsp_server.migrate.report",
    "lsp_server.migrate.training",
    "lsp_server.server.code_actions", "lsp_server.server.completion", "lsp_server.server.migration",
    "lsp_server.server.offers", "lsp_server.server.signature_help",
    "lsp_server.settings.editing", "lsp_server.settings.toml",
    "lsp_server.state.evaluator", "lsp_server.state.model", "lsp_server.state.values",
)  # fmt: skip
"""Modules, with all that is in them."""
IMPORTED = "import lsp_server.server.app"
HOVERED = """
from lsp_server.catalog.catalog import shipped
from lsp_server.server.app import create
from lsp_server.server.dispatch import Dispatch
import asyncio, json, sys

class Writer:
    answers = []
    def write(self, data):
        self.answers.append(json.loads(data.partition(b"\\r\\n\\r\\n")[2]))

async def talk(folder):
    server = create(shipped())
    server.protocol.set_writer(Writer())
    conversation = Dispatch(server.protocol)
    def say(method, params, **number):
        conversation.take(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **number}).encode())
    hover = {"contentFormat": ["markdown"]}
    capabilities = {"textDocument": {"hover": hover, "diagnostic": {}}, "workspace": {"configuration": True}}
    folders = [{"uri": f"file://{folder}", "name": "w"}]
    start = {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": capabilities}
    say("initialize", start, id=1)
    say("initialized", {})
    text = "import torch\\nimport torch.nn as nn\\n\\nlayer = nn.Conv2d(3, 8, 3)\\n"
    document = {"uri": f"file://{folder}/m.py", "languageId": "python", "version": 1, "text": text}
    say("textDocument/didOpen", {"textDocument": document})
    place = {"line": 3, "character": 13}
    say("textDocument/hover", {"textDocument": {"uri": document["uri"]}, "position": place}, id=2)
    while not any(one.get("id") == 2 for one in Writer.answers):
        await asyncio.sleep(0.01)
    answer = next(one for one in Writer.answers if one.get("id") == 2)
    assert "mindspore.nn.Conv2d" in answer["result"]["contents"]["value"], answer
    assert "thorough" not in vars(server.protocol._converter), "cattrs has compiled its functions"
    print(json.dumps(sorted(sys.modules)), flush=True)
    server.end(0)

asyncio.run(talk(sys.argv[1]))
"""


@pytest.mark.parametrize(("what", "program"), [("imported", IMPORTED), ("hovered", HOVERED)])
def test_only_what_is_needed_is_loaded(what: str, program: str, tmp_path: Path) -> None:
    told = program if what == "hovered" else f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    assert "lsp_server.server.app" in loaded and len(loaded) > 200
    found = [one for one in loaded if one.startswith(tuple(f"{name}." for name in NOT_NEEDED)) or one in NOT_NEEDED]
    assert not found, "python -X importtime -c 'import lsp_server.server.app' shows who imports them"
