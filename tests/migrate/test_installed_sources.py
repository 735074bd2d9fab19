"""Files as people write them: the sources of the installed packages, converted."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target


def sources(package: str, folder: str) -> list[tuple[Path, str]]:
    found = find_spec(package)
    assert found is not None and found.origin is not None
    files = sorted((Path(found.origin).parent / folder).rglob("*.py"))
    assert len(files) > 10
    return [(path, path.read_text(encoding="utf-8")) for path in files]


@pytest.mark.parametrize(
    ("package", "folder", "to"),
    [
        ("torch", "nn/modules", "mindspore"),
        ("torch", "optim", "mindspore"),
        ("torchvision", "models", "mindspore"),
        ("mindspore", "nn/layer", "torch"),
    ],
)
def test_the_result_parses_keeps_every_comment_and_is_final(package: str, folder: str, to: str) -> None:
    target = Target("torch" if to == "torch" else "mindspore", shipped().versions[to])
    converted = 0
    for path, text in sources(package, folder):
        once = convert_source(text, shipped(), target)
        ast.parse(once.text)
        assert once.text.count("#") >= text.count("#"), path
        assert convert_source(once.text, shipped(), target).text == once.text, path
        converted += once.converted
    assert converted > 100
