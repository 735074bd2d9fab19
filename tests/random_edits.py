"""Edits by chance, for tests in which a document goes on in lockstep with a fresh one."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from lsp_server.syntax.document import Document


def edited_by_chance(
    document: Document, chance: random.Random, lines: Sequence[str], words: Sequence[str], inserts: int = 1
) -> Document:
    """A line that goes, comes twice or is put in, or a word that is replaced; ``inserts``: how often lines are put in
    for every one that goes."""
    rows = document.text.split("\n")
    number = chance.randrange(len(rows))
    start = len("\n".join(rows[:number]).encode()) + (1 if number else 0)
    end = start + len(rows[number].encode())
    action = chance.choice(["delete", "repeat", *["insert"] * inserts, "word", "word"])
    if action == "delete":
        return document.edited(start, min(end + 1, len(document.data)), "")
    if action == "repeat":
        return document.edited(start, start, rows[number] + "\n")
    if action == "insert":
        indent = len(rows[number]) - len(rows[number].lstrip())
        return document.edited(start, start, " " * indent + chance.choice(lines) + "\n")
    found = list(re.finditer(rb"\w+", document.data[start:end]))
    if not found:
        return document
    word = chance.choice(found)
    return document.edited(start + word.start(), start + word.end(), chance.choice(words))
