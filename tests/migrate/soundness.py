"""What must never happen when a file is converted: a crash, an output that does not compile, a lost comment, a second
conversion that changes something, an import of the source framework or a mark that nothing explains."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lsp_server.catalog.catalog import OTHER
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Lookup, Project, read_source
from lsp_server.messages import migration as messages
from lsp_server.migrate.files import TODO, Conversion, convert
from lsp_server.migrate.target import Target
from lsp_server.syntax.document import Document


class Finding(msgspec.Struct, frozen=True):
    """What the conversion of one file came to, counted; ``problems`` say in words what must not be."""

    lines: int
    converted: int
    left: int
    crashed: bool = False
    unparsable: bool = False
    """The output does not compile, though the file did."""
    broken: bool = False
    """The file itself does not compile: what is asked of outputs cannot be asked."""
    comments_before: int = 0
    comments_after: int = 0
    lost: int = 0
    second: bool = False
    """A second conversion changes something."""
    unexplained: int = 0
    """Names of the source framework that the output imports and no entry of the report explains."""
    unmarked: int = 0
    """Entries of a best-effort report without their TODO, and TODOs that stand twice above a statement."""
    problems: tuple[str, ...] = ()


def comments(text: str) -> Counter[str] | None:
    """The comments of a text, our own marks left out; None where Python's tokenizer gives up."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    found = (token.string.strip() for token in tokens if token.type == tokenize.COMMENT)
    return Counter(comment for comment in found if not comment.startswith(TODO))


def compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "converted.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def imported(text: str, framework: str) -> set[str]:
    """The names that a text has from imports of a framework."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == framework:
                    found.add(alias.asname or framework)
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == framework:
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def unexplained(before: str, done: Conversion, source: str) -> set[str]:
    """Names of the source framework in the output that no entry of the report stands at or names."""
    names = imported(done.text, source)
    data = before.encode("utf-8", "surrogatepass")
    for one in done.left:
        names.discard(dict(one.reason.values).get("name", ""))
        # an annotation may stand in quotes, an import may have another name here
        written = re.match(rb"[\"']?([\w.]*)(?: as (\w+))?", data[one.start : one.start + 200])
        names -= (
            {name.decode().partition(".")[0] for name in written.groups() if name} if written is not None else set()
        )
    return names


def unmarked(done: Conversion) -> list[str]:
    """Reasons without a mark, and marks that stand twice on neighbouring lines."""
    lines = [line.strip() for line in done.text.splitlines()]
    marks = {line for line in lines if line.startswith(TODO)}
    wanted = {
        f"{TODO} {one.reason.text('en')}"
        for one in done.left
        if one.symbol and one.reason.message is not messages.IMPORT_STAYS
    }
    repeated: list[str] = []
    above: set[str] = set()
    for line in lines:
        if not line.startswith(TODO):
            above = set()
        elif line in above:
            repeated.append(line)
        else:
            above.add(line)
    return [*sorted(wanted - marks), *repeated]


def examine(path: Path, project: Project, target: Target, best_effort: bool = False) -> Finding:
    """Convert one file and judge the result."""
    analysis = project.file(path) or Analysis(Document.parse(read_source(path)), project.catalog, project, path)
    before = analysis.document.text
    lines = before.count("\n")
    try:
        done = convert(analysis, target, best_effort)
    except Exception:
        return Finding(lines, 0, 0, crashed=True, problems=(f"crash: {traceback.format_exc(limit=-3)}",))
    if not compiles(before):
        return Finding(lines, done.converted, len(done.left), broken=True)
    if not compiles(done.text):
        return Finding(lines, done.converted, len(done.left), unparsable=True, problems=("does not compile",))
    were, are = comments(before), comments(done.text)
    lost = list((were - are).elements()) if were is not None and are is not None else []
    missing = sorted(unexplained(before, done, OTHER[target.framework]))
    marks = unmarked(done) if best_effort else []
    problems = [*_said("lost comments", lost), *_said("imports without a reason", missing), *_said("marks", marks)]
    changed: list[str] = []
    if done.text != before:
        try:
            again = convert(_in_its_place(done.text, analysis, project), target, best_effort)
        except Exception:
            return Finding(lines, 0, 0, crashed=True, problems=(f"second crash: {traceback.format_exc(limit=-3)}",))
        if again.text != done.text:
            changed = list(_difference(done.text, again.text))
    return Finding(
        lines,
        done.converted,
        len(done.left),
        comments_before=were.total() if were is not None else 0,
        comments_after=are.total() if are is not None else 0,
        lost=len(lost),
        second=bool(changed),
        unexplained=len(missing),
        unmarked=len(marks),
        problems=(*problems, *_said("second conversion changes", changed)),
    )


def _in_its_place(text: str, before: Analysis, project: Project) -> Analysis:
    """The converted file where the file was: one that imports itself by its full name finds this one."""
    after = Analysis(Document.parse(text), project.catalog, project, before.path)
    for name, found in before.lookups.items():
        if found.analysis is before:
            after.lookups[name] = Lookup(found.place, after, True)
    return after


def _said(what: str, found: list[str]) -> list[str]:
    return [f"{what}: {found[:3]}"] if found else []


def _difference(before: str, after: str) -> Iterator[str]:
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    yield from ((new - old) or (old - new) or Counter(["lines in another order"])).elements()
