"""Converts whole trees in both directions and says what must never happen: crashes, outputs that do not parse, lost
comments, second conversions that change something, imports of the source framework without a reason.

    python -m tests.migrate.sweep FOLDER… [--every N] [--to mindspore|torch]
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import time
import tokenize
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lsp_server.catalog.catalog import OTHER, shipped
from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project, read_source
from lsp_server.inference.walk import python_files
from lsp_server.migrate.files import TODO, convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document


def comments(text: str) -> Counter[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return Counter()
    return Counter(token.string.strip() for token in tokens if token.type == tokenize.COMMENT)


def without_todos(text: str) -> str:
    """A half converted file may puzzle us: with best effort a TODO can be new the second time, but no code changes."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(TODO))


def parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def imported(text: str) -> set[str]:
    """The top packages that a text imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def problems(path: Path, project: Project, framework: Framework, best_effort: bool = False) -> Iterator[str]:
    """What must not happen in the conversion of one file."""
    analysis = project.file(path) or Analysis(Document.parse(read_source(path)), project.catalog, project, path)
    target = Wishes(framework).target(OTHER[framework], project.catalog)
    try:
        done = convert(analysis, target, best_effort)
    except Exception:
        yield f"crash: {traceback.format_exc(limit=-3)}"
        return
    before = analysis.document.text
    if not parses(before):
        return
    if not parses(done.text):
        yield "does not parse"
        return
    lost = comments(before) - comments(done.text)
    if lost:
        yield f"lost comments: {list(lost)[:3]}"
    if OTHER[framework] in imported(done.text) and not done.left:
        yield f"imports {OTHER[framework]} without a reason"
    if done.text != before:
        again = convert(Analysis(Document.parse(done.text), project.catalog, project, path), target, best_effort)
        if without_todos(again.text) != without_todos(done.text):
            changed = set(again.text.splitlines()) - set(done.text.splitlines())
            yield f"second conversion changes: {sorted(changed)[:2]}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--to", choices=["mindspore", "torch"])
    parser.add_argument("--best-effort", action="store_true")
    wanted = parser.parse_args()
    total = files = 0
    directions: list[Framework] = [wanted.to] if wanted.to else ["mindspore", "torch"]
    started = time.perf_counter()
    for folder in wanted.folders:
        project = Project(shipped(), (folder.resolve().parent,))
        for path in list(python_files((folder.resolve(),)))[:: wanted.every]:
            project.refresh()
            files += 1
            for framework in directions:
                for problem in problems(path, project, framework, wanted.best_effort):
                    total += 1
                    print(f"{path}: to {framework}: {problem}", flush=True)
    print(f"{files} files, {total} problems, {time.perf_counter() - started:.0f} s")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
