"""Conversion of notebooks on the command line: nothing but the sources of changed cells is written anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CODE = "import torch\nx = torch.cat([torch.ones(2)], dim=0)"
OUTPUT = r"""{"data": {"text\/plain": "\u003cb 变", "n": [1.0E5, 1e-07, 0.10, -0, 12345678901]}, "output_type": ""}"""


def notebook(source: str, space: str = "\n   ") -> str:
    """A notebook as no library would write it: escapes, numbers and spaces that a parser does not keep."""
    return (
        f'{{ "metadata":{{"b":1,  "a":{{"π": "\\u03c0"}} }},\t"nbformat":4,"nbformat_minor":5,{space}"cells" :[{space}'
        f'{{"cell_type":"markdown","metadata":{{}},"source":["torch.cat \\u003c"]}},{space}'
        f'{{"cell_type":"code","execution_count":3,"outputs":[{OUTPUT}],"metadata":{{"x":1.50}},"source":{source},"id":"q"}}'
        f" ] }}\n\n"
    )


def converted(tmp_path: Path, text: str) -> str:
    (tmp_path / "a.ipynb").write_bytes(text.encode())
    command = [
        sys.executable,
        "-m",
        "lsp_server",
        "convert",
        str(tmp_path / "a.ipynb"),
        "-o",
        str(tmp_path / "b.ipynb"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (tmp_path / "b.ipynb").exists(), done.stderr
    return (tmp_path / "b.ipynb").read_bytes().decode()


LINES = [line + "\n" for line in CODE.split("\n")[:-1]] + [CODE.split("\n")[-1]]


@pytest.mark.parametrize(
    ("source", "layout"),
    [
        (json.dumps(CODE), lambda lines: json.dumps("".join(lines))),
        (json.dumps(LINES), json.dumps),
        (json.dumps(LINES, separators=(",", ":")), lambda lines: json.dumps(lines, separators=(",", ":"))),
        (json.dumps(LINES, indent=3), lambda lines: json.dumps(lines, indent=3)),
    ],
    ids=["text", "list", "compact", "lines"],
)
def test_only_the_source_changes(tmp_path: Path, source: str, layout) -> None:
    found = converted(tmp_path, notebook(source))
    new = json.loads(found)["cells"][1]["source"]
    assert "ops.cat([" in "".join(new) and "torch" not in "".join(new)
    assert found == notebook(layout(new))


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    text = notebook(json.dumps(LINES), space="\r\n  ").replace("\n\n", "\r\n")
    found = converted(tmp_path, text)
    assert found == text.replace(json.dumps(LINES), json.dumps(json.loads(found)["cells"][1]["source"]))


def test_of_keys_that_come_twice_the_last_one_holds(tmp_path: Path) -> None:
    twice = notebook(f'["import os"],"source":{json.dumps(LINES)}')
    found = converted(tmp_path, twice)
    assert '"source":["import os"],"source":[' in found and "ops.cat" in found
