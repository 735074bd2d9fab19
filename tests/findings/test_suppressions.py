"""Comments that say what is not to be reported: which findings they hide, and what is said of them."""

from __future__ import annotations

import re

import pytest

from lsp_server.findings.checking import Wanted, findings
from lsp_server.findings.kinds import KINDS
from lsp_server.findings.registry import fixes
from lsp_server.findings.suppressing import in_file, on_line
from lsp_server.messages import suppressions as messages
from lsp_server.migrate.edits import apply
from lsp_server.migrate.target import Target
from tests.support import analyse

TO_MINDSPORE = Target("mindspore", "2.10.0", "any")
LOST = 'self.mask = self.register_buffer("mask", torch.ones(3))'
"""TS101, and nothing else."""


def module(line: str, above: str = "", top: str = "") -> str:
    return f"""{top}import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
{above}        {line}
"""


def codes(text: str, wanted: Wanted | None = None, breaks: tuple[int, ...] = ()) -> list[str]:
    return [finding.code for finding in findings(analyse(text), wanted or Wanted(), breaks)]


def fixed(text: str, wanted: Wanted | None = None) -> str:
    analysis = analyse(text)
    return apply(analysis.document.data, fixes(findings(analysis, wanted or Wanted())))


@pytest.mark.parametrize(
    "text",
    [
        module(f"{LOST}  # torchspore: ignore"),
        module(f"{LOST}  # torchspore: ignore[TS101]"),
        module(f"{LOST}  # torchspore: ignore[TS101] because it is so"),
        module(f"{LOST}  # torchspore:ignore[ts101]"),
        module(f"{LOST}  # TorchSpore : ignore [TS1]"),
        module(f"{LOST}  # noqa: E501  # torchspore: ignore[TS101] # and so on"),
        module(LOST, "        # torchspore: ignore[TS101] reason\n"),
        module(LOST, "        # torchspore: ignore[TS101]\n        # why\n\n"),
        module(LOST, top="# torchspore: ignore-file[TS101] generated\n"),
        module(LOST, top="# torchspore: ignore-file\n"),
        module(LOST) + "# torchspore: ignore-file[TS1]\n",
        module(
            'self.mask = self.register_buffer(\n            "m", torch.ones(3)\n        )  # torchspore: ignore[TS101]'
        ),
        module(
            'self.mask = self.register_buffer(  # torchspore: ignore[TS101]\n            "m", torch.ones(3)\n        )'
        ),
        module('self.mask = self.register_buffer("mask", \\\n            torch.ones(3))  # torchspore: ignore[TS101]'),
        module(f"{LOST}; y = 1  # torchspore: ignore[TS101]"),
        module(f"{LOST}  # torchspore: ignore[TS101]").replace("\n", "\r\n"),
        module(f"{LOST}  # 原因　# torchspore: ignore[TS101] 因为如此"),
    ],
)
def test_hidden(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (module(f"{LOST}  # torchspore: ignore[TS103]"), ["TS101", "TS001"]),
        (module(LOST, "        # torchspore: ignore[TS101]\n        x = 1\n"), ["TS001", "TS101"]),
        (module(LOST + "\n        x = 1  # torchspore: ignore[TS101]"), ["TS101", "TS001"]),
        # what stands in a string is no comment
        (module(f'{LOST}; x = "# torchspore: ignore"'), ["TS101"]),
        # the head of the class is not its body
        (module(LOST).replace("(nn.Module):", "(nn.Module):  # torchspore: ignore[TS101]"), ["TS001", "TS101"]),
    ],
)
def test_not_hidden(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


CALLS = """import torch

y = torch.ones(2, 2)
x = (
    torch.flatten(y, 1),{first}
    torch.flatten(
        y,
        1,
    ),{second}
){last}
"""


@pytest.mark.parametrize(
    ("first", "second", "last", "left"),
    [
        ("", "", "", 2),
        ("  # torchspore: ignore[TS204]", "", "", 1),
        ("", "  # torchspore: ignore[TS204]", "", 1),
        ("", "", "  # torchspore: ignore[TS204]", 0),
    ],
)
def test_an_argument_is_a_part_of_its_statement(first: str, second: str, last: str, left: int) -> None:
    text = CALLS.format(first=first, second=second, last=last)
    assert codes(text, Wanted(("TS204", "TS001"), (), TO_MINDSPORE)) == ["TS204"] * left


def test_heads_of_definitions() -> None:
    text = """import torch


def f(x: torch.jit.ScriptModule,
      y: int):  # torchspore: ignore[TS3]
    return torch.jit.fork(x)
"""
    found = findings(analyse(text), Wanted(("TS3",), (), TO_MINDSPORE))
    assert {text.count("\n", 0, one.start) for one in found} == {5}


def test_a_cell_does_not_speak_for_the_next() -> None:
    joined = "import torch\n" + "# torchspore: ignore[TS204]\n" + "x = torch.flatten(torch.ones(2, 2), 1)\n"
    wanted = Wanted(("TS204", "TS001"), (), TO_MINDSPORE)
    assert codes(joined, wanted) == []
    assert codes(joined, wanted, (0, joined.index("x = "))) == ["TS001", "TS204"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # torchspore: ignore[TS101]\n", "x = 1\n"),
        ("x = 1  # torchspore: ignore\n", "x = 1\n"),
        ("x = 1  # noqa  # torchspore: ignore[TS101] why\n", "x = 1  # noqa\n"),
        ("x = 1  # torchspore: ignore[TS101] why # noqa\n", "x = 1  # noqa\n"),
        ("if x:\n    # torchspore: ignore[TS101] why\n    pass\n", "if x:\n    pass\n"),
        ("# torchspore: ignore-file[TS101]\nx = 1\n", "x = 1\n"),
        ("x = 1  # torchspore: ignore[TS101]", "x = 1"),
        ("x = 1  # torchspore: ignore[TS101]\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n"),
    ],
)
def test_unused_ones_are_taken_out(before: str, after: str) -> None:
    assert codes(before) == ["TS001"]
    assert fixed(before) == after


def test_only_the_codes_that_are_not_needed_go() -> None:
    text = module(f"{LOST}  # torchspore: ignore[TS103, TS101, TS104] why")
    assert codes(text) == ["TS001"]
    (finding,) = findings(analyse(text), Wanted())
    assert "TS103, TS104" in KINDS["TS001"].text(finding, "en")
    result = fixed(text)
    assert "# torchspore: ignore[TS101] why" in result and codes(result) == []


@pytest.mark.parametrize(
    "text",
    [
        # nothing was looked for that the code could stand for
        "import torch\nx = torch.flatten(torch.ones(2, 2), 1)  # torchspore: ignore[TS204]\n",
        "import torch\nx = torch.flatten(torch.ones(2, 2), 1)  # torchspore: ignore\n",
        "import torch\nx = torch.flatten(torch.ones(2, 2), 1)  # torchspore: ignore[TS]\n",
        # asked for by name
        "x = 1  # torchspore: ignore[TS101, TS001] stays for the next version\n",
        "# torchspore: ignore-file[TS001]\nx = 1  # torchspore: ignore[TS101]\n",
    ],
)
def test_not_called_unused(text: str) -> None:
    assert codes(text) == []


def test_what_is_not_selected_is_not_called_unused() -> None:
    text = "x = 1  # torchspore: ignore[TS101]\n"
    assert codes(text, Wanted(("TS103", "TS001"))) == []
    assert codes(text, Wanted((), ("TS101",))) == []
    assert codes(text, Wanted((), ("TS0",))) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# torchspore: ingore[TS101]", messages.UNKNOWN_WORD),
        ("# torchspore: ignore[TS101", messages.NOT_CLOSED),
        ("# torchspore: ignore[]", messages.NO_CODES),
        ("# torchspore: ignore[ , ]", messages.NO_CODES),
        ("# torchspore: ignore TS101", messages.NO_BRACKETS),
        ("# torchspore: ignore: TS101, TS103 reason", messages.NO_BRACKETS),
        ("# torchspore: ignore[TS101, TS999]", messages.UNKNOWN_CODE),
        ("# torchspore: ignore[E501, TS101]", messages.UNKNOWN_CODE),
        ("# torchspore: ignore-file[TS101]", messages.BEHIND_CODE),
    ],
)
def test_broken_ones_are_one_clear_finding(comment: str, message: messages.Message) -> None:
    found = [one for one in findings(analyse(module(f"{LOST}  {comment}")), Wanted()) if one.code == "TS002"]
    assert [one.message for one in found] == [message]
    for language in ("en", "zh-cn"):
        assert not re.search(r"\{\w+\}", KINDS["TS002"].text(found[0], language))


def test_missing_brackets_are_added() -> None:
    text = module(f"{LOST}  # torchspore: ignore TS101, TS103 because")
    assert "# torchspore: ignore[TS101, TS103] because" in fixed(text, Wanted((), ("TS101",)))


@pytest.mark.parametrize("code", ["TS001", "TS002"])
def test_the_pages_examples(code: str) -> None:
    kind = KINDS[code]
    assert code in codes(kind.example)
    assert code not in codes(kind.instead)
    assert fixed(kind.example, Wanted((), ("TS101",) if code == "TS002" else ())) == kind.instead


SUPPRESSED = {
    "plain": module(LOST),
    "a comment behind it": module(f"{LOST}  # noqa: E501"),
    "a suppression of something else": module(f"{LOST}  # torchspore: ignore[TS103] why"),
    "one above": module(LOST, "        # torchspore: ignore[TS103] why\n"),
    "several lines": module(
        'self.mask = self.register_buffer(\n            "mask",\n            torch.ones(3),\n        )'
    ),
    "a string of several lines": module('self.mask = self.register_buffer("""mask\n""", torch.ones(3))'),
    "a backslash": module('self.mask = self.register_buffer("mask", \\\n            torch.ones(3))'),
    "two statements": module(f"y = 1; {LOST}"),
    "no end of line": module(LOST).rstrip(),
    "CR LF": module(LOST).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", SUPPRESSED)
@pytest.mark.parametrize("way", ["line", "file"])
def test_the_actions_write_what_hides_it(name: str, way: str) -> None:
    text = SUPPRESSED[name]
    wanted = Wanted((), ("TS001",))
    analysis = analyse(text)
    (finding,) = [one for one in findings(analysis, wanted) if one.code == "TS101"]
    edit = on_line(analysis, finding) if way == "line" else in_file(analysis, finding)
    result = apply(analysis.document.data, [edit])
    assert codes(result, wanted) == [], result
    joins = way == "line" and name in ("a suppression of something else", "one above")
    assert result.count("torchspore: ignore") == text.count("torchspore: ignore") + (not joins)
    assert result.count("\r") == text.count("\r") + ("\r" in text and result.count("\n") > text.count("\n"))


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("", 0),
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n", 2),
        ("# torchspore: ignore-file[TS103] generated\n", 0),
        ("# A licence\n", 0),
    ],
)
def test_the_comment_of_the_file_stands_at_its_top(top: str, expected: int) -> None:
    analysis = analyse(module(LOST, top=top))
    (finding,) = [one for one in findings(analysis, Wanted()) if one.code == "TS101"]
    lines = apply(analysis.document.data, [in_file(analysis, finding)]).splitlines()
    assert "ignore-file[" in lines[expected] and "TS101" in lines[expected]
