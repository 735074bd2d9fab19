"""What once went wrong, kept: each text is converted both ways, twice, and asked about everything."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document

from .checks import closed, opened, requests

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.py"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_text_that_once_broke_something(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    document = opened(text)
    try:
        requests(random.Random(1), text, document, 40)
    finally:
        closed(document)
    catalog = shipped()
    for source in FRAMEWORKS:
        target = Wishes().target(source, catalog)
        for best_effort in (False, True):
            first = convert(Analysis(Document.parse(text), catalog, Project(catalog)), target, best_effort).text
            again = convert(Analysis(Document.parse(first), catalog, Project(catalog)), target, best_effort).text
            assert again == first
