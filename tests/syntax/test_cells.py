"""Cells of notebooks as Python: the same bytes in the same places, with what is IPython's out of sight."""

from __future__ import annotations

import ast

import pytest

from lsp_server.syntax.cells import hidden, joined, placed


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install torch",
        "!!ls",
        "%%time",
        "files = !ls -l",
        "t = %timeit -o f()",
        "a, b = !ls",
        "torch.cat?",
        "torch.cat??",
        "?torch.cat",
        "*.cat?",
        "if True:\n    !ls\n    %time f()",
        "!pip install a \\\n  b \\\n  变",
        "%cd ~/数据",
        "%%bash\necho 'if' && (",
        "%%html\n<b>x</b>",
    ],
)
def test_what_is_not_python_is_hidden_byte_for_byte(line: str) -> None:
    source = f"{line}\n".encode()
    text, _ = hidden(source)
    ast.parse(text)
    assert len(text) == len(source)
    assert [len(one) for one in text.splitlines()] == [len(one) for one in source.splitlines()]


@pytest.mark.parametrize(
    "source",
    [
        "x = (1\n     % 2)\n",
        "y = x != 3\n",
        "z = (x\n  != 3)\n",
        "x = torch.cat(a)  # right?\n",
        "# why?\n",
        "s = '''\n is this so?\n'''\n",
        "print('%d' % 3)\n",
    ],
)
def test_python_stays(source: str) -> None:
    assert hidden(source.encode()) == (source.encode(), 0)


def test_a_timed_statement_is_one() -> None:
    assert hidden(b"if x:\n    %time y = f(x)\n")[0] == b"if x:\n    0;    y = f(x)\n"


def test_where_python_begins() -> None:
    assert hidden(b"\n%%time\nx = 1\n")[1] == len(b"\n%%time\n")
    assert hidden(b"%%bash\nls\n")[1] is None
    assert hidden(b"")[1] == 0


def test_new_lines_go_where_python_is() -> None:
    text, cells = joined([b"%%bash\nls", b"%%time\nx = 1", b"y = 2"])
    assert text == b"#     \n# \n0#    \nx = 1\ny = 2\n"
    begin = len(b"%%time\n")
    assert placed(cells, 0, 0) == (1, begin, begin)
    assert placed(cells, cells[1].start, cells[1].start) == (1, begin, begin)
    assert placed(cells, cells[2].start + 4, cells[2].start + 5) == (2, 4, 5)
    assert placed(cells, len(text), len(text)) == (2, 5, 5)
