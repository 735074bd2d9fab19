"""Docstrings in the files of an installation: what definitions have, and what is attached to names while importing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TypeAlias

import msgspec

from lsp_server.documentation.strings import Strings, Value

_MAX_BYTES = 4_000_000
_MOST_STEPS = 8
"""Imports that are followed from the name that people write to the one that is defined."""
_ATTACH = re.compile(r"_?add_docstr$")
_ATTACHED_FILES = (
    "torch._torch_docs", "torch._tensor_docs", "torch._size_docs", "torch._storage_docs",
    "mindspore.common._tensor_docs",
)  # fmt: skip
Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef"


class Found(msgspec.Struct, frozen=True):
    """A docstring as it stands, and the definition that it belongs to."""

    docstring: str
    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None = None
    attached: bool = False


class _File(msgspec.Struct, frozen=True):
    name: str
    is_package: bool
    strings: Strings
    definitions: dict[str, Definition]
    assigned: dict[str, ast.expr]
    docs: dict[str, ast.expr]
    """What is assigned to the ``__doc__`` of a name."""
    imported: dict[str, tuple[str, str]]
    stars: tuple[str, ...]
    body: list[ast.stmt]


class Sources:
    """The modules of one environment's packages, each parsed once."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._files: dict[str, _File | None] = {}

    def find(self, dotted: str) -> Found | None:
        """The docstring of a dotted name; its module is the longest beginning that is a file."""
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            if self._path(module) is not None:
                return self._in_module(module, parts[length:], 0)
        return None

    def attached(self) -> dict[str, str]:
        """What the files of docstrings attach, by the names that they attach it to, as these are written there."""
        found: dict[str, str] = {}
        for name in _ATTACHED_FILES:
            file = self._file(name)
            if file is not None:
                for key, docstring in _attachments(file):
                    found.setdefault(key, docstring)
        return found

    def _in_module(self, module: str, rest: list[str], step: int) -> Found | None:
        file = self._file(module) if step < _MOST_STEPS else None
        if file is None:
            return None
        name = rest[0]
        definition = file.definitions.get(name)
        if definition is not None:
            return self._set_later(file, definition, rest, step) or _member(definition, rest[1:])
        if len(rest) == 1 and name in file.docs:
            found = self._of_doc(file, file.docs[name], step)
            if found is not None:
                return found
        if len(rest) == 1 and name in file.assigned:
            return self._of_value(file, file.assigned[name], step)
        if name in file.imported:
            source, original = file.imported[name]
            if self._path(f"{source}.{original}") is not None:
                return self._in_module(f"{source}.{original}", rest[1:], step + 1) if len(rest) > 1 else None
            return self._in_module(source, [original, *rest[1:]], step + 1)
        for source in reversed(file.stars):  # what is imported later takes the place of what was there
            found = self._in_module(source, rest, step + 1)
            if found is not None:
                return found
        return None

    def _set_later(self, file: _File, definition: Definition, rest: list[str], step: int) -> Found | None:
        """``__doc__ = …`` in a class, ``AdamW.__doc__ = …`` behind it, ``@_add_docstr(…)`` above a function."""
        if len(rest) > 1:
            return None
        text = file.docs.get(rest[0])
        for statement in definition.body if isinstance(definition, ast.ClassDef) else ():
            if isinstance(statement, ast.Assign) and _dotted(statement.targets[0]) == "__doc__":
                text = statement.value
        found = self._of_doc(file, text, step) if text is not None else None
        if found is None:
            pieces = [
                file.strings.text(piece)
                for decorator in definition.decorator_list
                if isinstance(decorator, ast.Call) and _ATTACH.search(_dotted(decorator.func))
                for piece in decorator.args
            ]
            found = Found("".join(pieces), attached=True) if any(pieces) else None
        return msgspec.structs.replace(found, definition=definition) if found is not None else None

    def _of_doc(self, file: _File, text: ast.expr, step: int) -> Found | None:
        if isinstance(text, ast.Attribute) and text.attr == "__doc__" and isinstance(text.value, ast.Name):
            found = self._in_module(file.name, [text.value.id], step + 1)
            return msgspec.structs.replace(found, attached=True) if found is not None else None
        docstring = file.strings.text(text)
        return Found(docstring, attached=True) if docstring else None

    def _of_value(self, file: _File, value: ast.expr, step: int) -> Found | None:
        """``relu6 = _add_docstr(…)``, ``max_pool1d = boolean_dispatch(…, if_false=_pool)``, ``absolute = abs``."""
        if isinstance(value, ast.Name):
            return self._in_module(file.name, [value.id], step + 1)
        if not isinstance(value, ast.Call):
            return None
        if _ATTACH.search(_dotted(value.func)) and len(value.args) > 1:
            text = file.strings.text(value.args[1])
            return Found(text, attached=True) if text else None
        for keyword in value.keywords:
            if keyword.arg in ("if_true", "if_false") and isinstance(keyword.value, ast.Name):
                found = self._in_module(file.name, [keyword.value.id], step + 1)
                if found is not None and found.docstring:
                    return found
        return None

    def _file(self, module: str) -> _File | None:
        if module not in self._files:
            self._files[module] = None  # while it is read: modules import each other
            self._files[module] = self._read(module)
        return self._files[module]

    def _path(self, module: str) -> Path | None:
        path = self._site.joinpath(*module.split("."))
        for one in (path.with_suffix(".py") if path.suffix == "" else path, path / "__init__.py"):
            if one.is_file():
                return one
        return None

    def _read(self, module: str) -> _File | None:
        path = self._path(module)
        if path is None:
            return None
        try:
            if path.stat().st_size > _MAX_BYTES:
                return None
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        is_package = path.name == "__init__.py"
        package = module if is_package else module.rpartition(".")[0]
        file = _File(module, is_package, Strings(tree, self._value), {}, {}, {}, {}, (), tree.body)
        return msgspec.structs.replace(file, stars=tuple(_collect(file, tree.body, package)))

    def _value(self, module: str, name: str) -> Value:
        file = self._file(module)
        return file.strings.name(name) if file is not None else None


def _collect(file: _File, body: list[ast.stmt], package: str) -> list[str]:
    """Fills in what a module defines, assigns and imports; gives the modules of which it imports everything."""
    stars: list[str] = []
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            file.definitions[statement.name] = statement
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                name = _dotted(target)
                if name.endswith(".__doc__"):
                    file.docs[name.removesuffix(".__doc__")] = statement.value
                elif name:
                    file.assigned[name] = statement.value
        elif isinstance(statement, ast.ImportFrom):
            source = _absolute(statement, package)
            for alias in statement.names:
                if alias.name == "*":
                    stars.append(source)
                else:
                    file.imported[alias.asname or alias.name] = (source, alias.name)
        elif isinstance(statement, (ast.If, ast.Try)):
            stars += _collect(file, [*statement.body, *statement.orelse], package)
    return stars


def _absolute(statement: ast.ImportFrom, package: str) -> str:
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - statement.level + 1])
    return f"{base}.{statement.module}" if statement.module else base


def _member(definition: Definition, rest: list[str]) -> Found | None:
    for name in rest:
        if not isinstance(definition, ast.ClassDef):
            return None
        inside = [
            one
            for one in definition.body
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and one.name == name
        ]
        if not inside:
            return None
        # of a property and its setter, and of overloads, the one that is documented
        definition = next((one for one in inside if ast.get_docstring(one, clean=False)), inside[-1])
    return Found(ast.get_docstring(definition, clean=False) or "", definition)


def _attachments(file: _File) -> list[tuple[str, str]]:
    """The names and texts of all calls that attach a docstring, those of helpers for one class included."""
    owners = dict(filter(None, map(_helper, file.body)))
    found: list[tuple[str, str]] = []
    for statement in file.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or len(call.args) < 2:
            continue
        function = _dotted(call.func)
        first = call.args[0]
        if _ATTACH.search(function):
            found.append((_dotted(first), file.strings.text(call.args[1])))
        elif function in owners and isinstance(first, ast.Constant):
            owner = owners[function]
            module, name = file.imported.get(owner, ("", ""))
            found.append(
                (
                    f"{module}.{name}.{first.value}" if name else f"{owner}.{first.value}",
                    file.strings.text(call.args[1]),
                )
            )
    return [(key, docstring) for key, docstring in found if key and docstring]


def _helper(statement: ast.stmt) -> tuple[str, str] | None:
    """``def attach(method, text): add_docstr(getattr(Tensor, method), text)``: its name, and the class."""
    if not isinstance(statement, ast.FunctionDef):
        return None
    for node in ast.walk(statement):
        if (
            isinstance(node, ast.Call)
            and _dotted(node.func) == "getattr"
            and len(node.args) == 2
            and isinstance(node.args[1], ast.Name)
        ):
            return statement.name, _dotted(node.args[0])
    return None


def _dotted(node: ast.expr) -> str:
    """``torch._C.Size`` of an expression that is a dotted name; empty for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
