"""What is read from the files against what the frameworks say when they run: ``__doc__`` of every documented name."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import Framework, Symbol
from lsp_server.documentation.building import attachments, build, defined
from lsp_server.documentation.building import documented as documented_as
from lsp_server.documentation.model import Documentation
from lsp_server.documentation.sources import Found, Sources

pytestmark = pytest.mark.frameworks
FRAMEWORKS: tuple[Framework, ...] = ("torch", "mindspore")


def site(framework: Framework) -> Path:
    os.environ.setdefault("GLOG_v", "4")
    found = import_module(framework).__file__
    assert found is not None
    return Path(found).parents[1]


@cache
def documented(framework: Framework) -> list[tuple[Symbol, str]]:
    """The names that models are written with and that have a text at run time."""
    catalog = shipped()
    symbols = [catalog.symbol(name) for name in catalog.core_names(framework)]
    site(framework)
    found: list[tuple[Symbol, str]] = []
    for symbol in symbols:
        if symbol is None or symbol.kind not in ("function", "method", "class"):
            continue
        value = live(symbol.name)
        text = value.__dict__.get("__doc__") if isinstance(value, type) else getattr(value, "__doc__", None)
        if isinstance(text, str) and text.strip():
            found.append((symbol, text))
    return found


def live(name: str) -> Any:
    first, *rest = name.split(".")
    value: Any = import_module(first)
    for index, part in enumerate(rest):
        try:
            value = getattr(value, part)
        except AttributeError:
            try:
                value = import_module(".".join((first, *rest[: index + 1])))
            except ImportError:
                return None
    return value


def told(symbol: Symbol, text: str) -> tuple[tuple[str, ...], str]:
    """What is shown of a docstring."""
    made = documented_as(symbol, Found(text))
    return (made.signatures, made.text) if made is not None else ((), "")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_texts_are_those_of_the_running_framework(framework: Framework) -> None:
    catalog = shipped()
    sources = Sources(site(framework))
    attached = attachments(sources, catalog)
    same, other, none = 0, [], []
    for symbol, text in documented(framework):
        found = attached.get(symbol.name) or getattr(defined(sources, symbol), "docstring", None)
        if not found:
            none.append(symbol.name)
        elif told(symbol, found) == told(symbol, text):
            same += 1
        else:
            other.append(symbol.name)
    total = same + len(other) + len(none)
    # what is left is made by code that is not followed, or told by compiled modules
    assert same > 0.96 * total, (same, total, other, none)
    assert len(other) <= 12, other


@cache
def built(framework: Framework) -> dict[str, Documentation]:
    catalog = shipped()
    index = build(framework, catalog.versions[framework], site(framework), catalog)
    return {name: msgspec.msgpack.decode(raw, type=Documentation) for name, raw in index.entries.items()}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_nearly_every_text_gives_a_readable_paragraph(framework: Framework) -> None:
    entries = built(framework)
    names = [symbol.name for symbol, _ in documented(framework)]
    texts = [entries[name].text for name in names if name in entries and entries[name].text]
    assert len(texts) > 0.96 * len(names)
    rough = [text for text in texts if any(sign in text for sign in (":`", "\\text", ".. ", "{", "\n", "\\frac"))]
    assert len(rough) <= 3, rough
    assert max(map(len, texts)) < 900
    assert all(text.count("`") % 2 == 0 for text in texts if "``" not in text)


EXPECTED = {
    "torch.abs": "Computes the absolute value of each element in `input`.",
    "torch.Tensor.abs": "Computes the absolute value of each element in `input`.",
    "torch.nn.functional.max_pool2d": "Applies a 2D max pooling",
    "torch.nn.Conv3d": "Applies a 3D convolution",
    "torch.linalg.inv": "Computes the inverse of a square matrix if it exists.",
    "mindspore.Tensor.arcsin": "arcsine",
    "mindspore.ops.abs": "absolute value",
    "mindspore.nn.Cell.untrainable_params": "Returns all untrainable parameters.",
}


def test_first_sentences() -> None:
    found = {**built("torch"), **built("mindspore")}
    for name, words in EXPECTED.items():
        assert words in found[name].text, (name, found[name])
    assert found["torch.abs"].attached and not found["mindspore.nn.Cell.untrainable_params"].attached
    assert found["torch.abs"].signatures[0].startswith("torch.abs(input")
    assert found["mindspore.nn.Cell.untrainable_params"].signatures == (
        "mindspore.nn.Cell.untrainable_params(recurse=True)",
    )
