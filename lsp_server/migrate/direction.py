"""Which way a workspace is moved, where nobody says so: from the framework that its files import most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import Framework
from lsp_server.migrate.target import Wishes

_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(torch|mindspore)\b", re.MULTILINE)
_MOST_FILES = 500


def source_of(mode: str, wishes: Wishes, files: Iterable[Path]) -> Framework | None:
    """The framework that is moved away from in a migration mode; None if it is off. ``files`` are only looked at in
    mode ``auto``, and only the first few hundred."""
    if mode == "off":
        return None
    if mode == "torch-to-mindspore":
        return "torch"
    if mode == "mindspore-to-torch":
        return "mindspore"
    if wishes.framework is not None:
        return OTHER[wishes.framework]
    counts: Counter[bytes] = Counter()
    for path in islice(files, _MOST_FILES):
        try:
            counts.update(set(_IMPORT.findall(path.read_bytes())))
        except OSError:
            continue
    return "mindspore" if counts[b"mindspore"] > counts[b"torch"] else "torch"
