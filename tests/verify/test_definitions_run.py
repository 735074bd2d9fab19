"""What conversions write into files is Python that the frameworks can import."""

from __future__ import annotations

import importlib

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.compiler import MAPPINGS
from lsp_server.catalog.model import FRAMEWORKS, Framework

pytestmark = pytest.mark.frameworks
FILES = [path for framework in FRAMEWORKS for path in sorted((MAPPINGS / "definitions" / framework).glob("*.py"))]


@pytest.mark.parametrize("file", [path.relative_to(MAPPINGS).as_posix() for path in FILES])
def test_a_file_of_definitions_can_be_imported(file: str) -> None:
    module = importlib.import_module(f"mappings.{file.removesuffix('.py').replace('/', '.')}")
    assert module.__doc__, "says what its definitions are about"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_definitions_run_one_after_the_other_as_they_are_written(framework: Framework) -> None:
    """With what they need in front of them: a base class must be there when the class is made."""
    catalog = shipped()
    written = [
        definitions
        for symbol in catalog.rules()
        if (rule := catalog.rule(symbol)) is not None
        for counterpart in rule.counterparts
        if counterpart.symbol.startswith(f"{framework}.") and (definitions := catalog.defined(counterpart))
    ]
    texts = {"\n\n\n".join(one.source for one in definitions.values()) for definitions in written}
    assert texts
    root = importlib.import_module(framework)
    for text in texts:
        exec(compile(text, "<definitions>", "exec"), {framework: root, "__name__": "definitions"})
