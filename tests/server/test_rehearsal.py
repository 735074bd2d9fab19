"""What the first conversion of a process would load is there once the server has rehearsed one."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from pathlib import Path
from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax import patterns
from lsp_server.syntax.document import Document

catalog = shipped()
if sys.argv[2] == "rehearsed":
    from lsp_server.server.rehearsal import rehearse

    rehearse(catalog)
modules, compiled, query = set(sys.modules), [], patterns.Query

def counted(language, source):
    compiled.append(source)
    return query(language, source)

patterns.Query = counted
analysis = Analysis(Document.parse(Path(sys.argv[1]).read_text("utf-8")), catalog, Project(catalog))
converted = convert(analysis, Wishes().target("torch", catalog)).converted
print(json.dumps([converted, compiled, sorted(set(sys.modules) - modules)]))
"""


def first_conversion(path: Path, mode: str) -> tuple[int, list[str], list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), mode], capture_output=True, text=True, check=True, timeout=60
    )
    return tuple(json.loads(done.stdout))


@pytest.mark.parametrize("name", ["swin_transformer", "resnet"])
def test_a_rehearsed_conversion_loads_what_files_need(name: str) -> None:
    found = importlib.util.find_spec("torchvision")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / "models" / f"{name}.py"
    converted, compiled, loaded = first_conversion(path, "rehearsed")
    assert converted > 20
    assert not loaded
    converted_before, compiled_before, _ = first_conversion(path, "not")
    assert converted_before == converted
    # what single files alone have may be left
    assert 4 * len(compiled) <= len(compiled_before)
