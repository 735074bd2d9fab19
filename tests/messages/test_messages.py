"""Everything a user reads exists in both languages, with the same placeholders, and comes from the catalogue."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

import lsp_server.messages
from lsp_server.catalog.catalog import shipped
from lsp_server.messages import Message, language_of

PACKAGE = Path(lsp_server.messages.__file__).parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = {
    "STOP",
    "CLASS_HAS",
    "ARGUMENT_RENAMED",
    "ARGUMENT_VALUE",
    "UNKNOWN_SHAPE",
    "TRAINABLE",
    "FROZEN",
    "BUFFER",
    "BECOMES_EXPRESSION",
}
"""Code and signs only."""


def messages() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for module in pkgutil.iter_modules(lsp_server.messages.__path__):
        for name, value in vars(importlib.import_module(f"lsp_server.messages.{module.name}")).items():
            entries = value.items() if isinstance(value, dict) else [("", value)]
            for key, one in entries:
                if isinstance(one, Message):
                    found[f"{module.name}.{name}{f'.{key}' if key else ''}"] = one
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", messages())
def test_both_languages(name: str) -> None:
    message = messages()[name]
    assert message.en and message.zh_cn
    assert placeholders(message.en) == placeholders(message.zh_cn)
    assert not CHINESE.search(message.en)
    if name.split(".")[1] not in SAME_IN_BOTH:
        assert CHINESE.search(message.zh_cn)


def test_none_is_left_over() -> None:
    """A message that nothing says is dead code."""
    said = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.parent.name != "messages")
    names = {name.split(".")[1] for name in messages()}
    assert [name for name in names if not re.search(rf"\b{name}\b", said)] == []


def test_the_scan_finds_them() -> None:
    assert len(messages()) > 100


@pytest.mark.parametrize("name", list(shipped().rules()))
def test_notes_of_rules(name: str) -> None:
    rule = shipped().rule(name)
    assert rule is not None
    for text in (rule.note, rule.advice, *(counterpart.note for counterpart in rule.counterparts)):
        if text is not None:
            assert text.en and CHINESE.search(text.zh_cn) and not CHINESE.search(text.en)


def test_no_sentence_stands_outside_the_catalogue() -> None:
    """`click.echo`, `help=` and message constructors never get a literal sentence."""
    stray: list[str] = []
    for path in [*(PACKAGE / "cli").glob("*.py"), *(PACKAGE / "server").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("help", "title") and isinstance(node.value, ast.Constant):
                stray.append(f"{path.name}: {node.value.value}")
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("echo", "tell"):
                stray += [f"{path.name}: {arg.value}" for arg in node.args if isinstance(arg, ast.Constant)]
    assert stray == []


def test_locales() -> None:
    assert language_of("zh-cn") == language_of("zh_CN.UTF-8") == language_of("zh-TW") == "zh-cn"
    assert language_of("de") == language_of(None) == language_of("") == "en"
