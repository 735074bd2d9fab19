"""Reads ``mappings/definitions/``: what conversions write into files, as Python that linters and tests see.

``mindspore/pooling.py`` holds functions and classes for code that is converted to MindSpore. Nothing is run here.

What differs in a name only is written once: ``class Conv2d(mindspore.nn.Conv2d):  # also with Conv3d for Conv2d`` is
both classes, the second with the one name in place of the other wherever a word ends so.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterator, Mapping
from pathlib import Path

from lsp_server.catalog.model import FRAMEWORKS, Definition, Framework

_BUILTINS = frozenset(dir(builtins))
_ALSO = re.compile(r"  # also with (\w+(?:, \w+)*) for (\w+)$", re.MULTILINE)


def read(folder: Path, problems: list[str]) -> dict[Framework, dict[str, Definition]]:
    """By framework and name, each with all that it needs."""
    return {framework: _read(folder, framework, problems) for framework in FRAMEWORKS}


def _read(folder: Path, framework: Framework, problems: list[str]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for path in sorted((folder / framework).glob("*.py")):
        file = path.relative_to(folder.parent).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            body = ast.parse(text).body
        except (SyntaxError, UnicodeDecodeError) as error:
            problems.append(f"{file}: not Python: {error}")
            continue
        for index, node in enumerate(body):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                for name, source in _variants(node.name, _source(node, text)):
                    if name in found:
                        problems.append(f"{file}: [{name}] stands in {found[name].file} already")
                    found[name] = Definition(source, file=file)
            elif not _is_head(node, index, framework):
                problems.append(f"{file}:{node.lineno}: is neither a function nor a class")
    uses = {name: _uses(one.source, name) for name, one in found.items()}
    for name, wanted in uses.items():
        unknown = [one for one in wanted if one not in found and one not in _BUILTINS and one != framework]
        problems += [f"{found[name].file}: [{name}] uses {one}, which no file here defines" for one in unknown]
    known = {name: [one for one in wanted if one in found] for name, wanted in uses.items()}
    return {name: Definition(one.source, _needs(name, known), one.file) for name, one in found.items()}


def _source(node: ast.ClassDef | ast.FunctionDef, text: str) -> str:
    first = min(one.lineno for one in (node, *node.decorator_list))
    # not str.splitlines, which ends lines where Python does not
    return "\n".join(text.split("\n")[first - 1 : node.end_lineno])


def _variants(name: str, source: str) -> Iterator[tuple[str, str]]:
    """The definition, and what it is with other names, by the names they have then."""
    also = _ALSO.search(source)
    if also is None:
        yield name, source
        return
    plain = source[: also.start()] + source[also.end() :]
    for other in (also[2], *also[1].split(", ")):
        word = re.compile(rf"{also[2]}\b")
        yield word.sub(other, name), word.sub(other, plain)


def _is_head(node: ast.stmt, index: int, framework: Framework) -> bool:
    """The docstring of a file, the import of the framework, and imports of other files of definitions."""
    if isinstance(node, ast.Import):
        return [(one.name, one.asname) for one in node.names] == [(framework, None)]
    if isinstance(node, ast.ImportFrom):
        return node.level == 1 and not any(one.asname for one in node.names)
    return index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _uses(source: str, name: str) -> list[str]:
    """The names that a definition takes from outside of itself, as they come in its text."""
    outer = set(_outer_names(symtable.symtable(source, name, "exec"))) - {name}
    return sorted(outer, key=lambda one: (source.find(one), one))


def _outer_names(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _outer_names(inner)


def _needs(name: str, uses: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Each behind those that it needs itself; functions that call each other come as they are met."""
    ordered: list[str] = []
    seen = {name}

    def visit(one: str) -> None:
        for used in uses[one]:
            if used not in seen:
                seen.add(used)
                visit(used)
                ordered.append(used)

    visit(name)
    return tuple(ordered)
