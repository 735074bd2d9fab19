"""Markdown as plain text, and the difference between two lists of tokens."""

from __future__ import annotations

import random

from lsp_server.migrate.state_table import aligned, columns
from lsp_server.server.plain_text import plain_text
from lsp_server.server.sent_tokens import edits

MARKDOWN = """**torch.abs** → MindSpore

**Write** `x * 2`

| torch | 形NBSP状 |
| ----- | ----- |
| a     | 标量  |
| bc    | 3, 4  |

```python
torch.abs(input)
```

a \\< b, see [torch.abs](https://example.org/abs) and [more](command:torchspore.x)BREAK
⚠ last line""".replace("NBSP", "\N{NO-BREAK SPACE}").replace("BREAK", "  ")


def test_nothing_is_left_that_only_a_renderer_needs() -> None:
    text = plain_text(MARKDOWN)
    assert not any(sign in text for sign in ("**", "`", "|", "```", "\\<", "command:", "](", "  \n"))
    assert text.split("\n")[0] == "torch.abs → MindSpore"
    assert "Write x * 2" in text, "what stands in code is no stress"
    assert "torch.abs <https://example.org/abs> and more" in text
    assert "    torch.abs(input)" in text
    assert "torch  形状" in text and "a      标量" in text


def test_tables_stand_under_each_other() -> None:
    lines = aligned([["torch", "形状"], ["build_block.0.bn", "64"], ["a", "标量"]]).split("\n")
    assert len({columns(line) for line in lines}) == 1
    assert set(lines[1]) == {"|", "-", " "}


def test_an_edit_makes_the_new_tokens_of_the_old() -> None:
    chance = random.Random(7)
    for _ in range(500):
        before = [chance.randrange(3) for _ in range(chance.randrange(12))]
        after = [chance.randrange(3) for _ in range(chance.randrange(12))]
        made = list(before)
        for edit in edits(before, after):
            made[edit.start : edit.start + edit.delete_count] = edit.data or []
        assert made == after
    assert edits([1, 2, 3], [1, 2, 3]) == []
