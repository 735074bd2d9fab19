"""The quick import of lsprotocol: its classes behave as without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
if sys.argv[1] == "quick":
    import lsp_server.server
from lsprotocol import converters, types
converter = converters.get_converter()
position = types.Position(1, 2)
found = types.Range(position, types.Position(line=3, character=4))
print(found == types.Range(types.Position(1, 2), types.Position(3, 4)), found, position < found.end)
print(converter.unstructure(types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "x"), found)))
print(converter.structure({"textDocument": {"uri": "a"}, "position": {"line": 1, "character": 2}}, types.HoverParams))
print(converter.structure({"capabilities": {}, "processId": None, "rootUri": None}, types.InitializeParams))
try:
    types.Position("x", -1)
except Exception as error:
    print(type(error).__name__)
import attrs
print([field.name for field in attrs.fields(types.CodeAction)], attrs.has(types.Diagnostic))
"""


def run(mode: str) -> str:
    return subprocess.run([sys.executable, "-c", PROGRAM, mode], capture_output=True, text=True, check=True).stdout


def test_same_behaviour() -> None:
    assert run("quick") == run("plain")


def test_only_what_is_used_is_built() -> None:
    program = (
        "import lsp_server.server\nfrom lsprotocol import types\n"
        "kinds = [one for one in vars(types).values() if isinstance(one, type) and '__attrs_attrs__' in vars(one)]\n"
        "print(len(kinds), sum(isinstance(vars(one)['__attrs_attrs__'], tuple) for one in kinds))"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    total, built = map(int, output.split())
    assert total > 400 and built < 10


def test_a_release_that_is_written_otherwise_is_imported_as_it_is() -> None:
    program = (
        "import importlib.util, sys\n"
        "spec = importlib.util.spec_from_file_location('alone', sys.argv[1])\n"
        "alone = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(alone)\n"
        "def refuse(**arguments):\n    raise TypeError('factory')\n"
        "alone._Body = refuse\n"
        "alone.import_quickly()\n"
        "from lsprotocol import converters, types\n"
        "print(types.Position(1, 2), converters.get_converter().unstructure(types.Position(1, 2)))"
    )
    place = str(Path(__file__).resolve().parents[2] / "lsp_server/server/protocol_types.py")
    output = subprocess.run([sys.executable, "-c", program, place], capture_output=True, text=True, check=True).stdout
    assert output == "1:2 {'line': 1, 'character': 2}\n"
