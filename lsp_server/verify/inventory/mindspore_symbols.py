"""MindSpore's symbols: a name found in the package, with signatures, devices and announcements."""

from __future__ import annotations

import types
from typing import Any

import mindspore

from lsp_server.catalog.model import Signature, Symbol
from lsp_server.verify.inventory import docstrings, mindspore_surface, returns, signatures
from lsp_server.verify.inventory.naming import Naming, defining_paths, drop_ambiguous, public_bases
from lsp_server.verify.inventory.walk import Found, docstring, home, own_doc, progress, read

_TENSOR = "mindspore.Tensor"
_DOC_NAMES = {
    "Parameter": "mindspore.Parameter", "Parameters": "mindspore.Parameter", "Cell": "mindspore.nn.Cell", "cells": "mindspore.nn.Cell",
    "Cells": "mindspore.nn.Cell", "parameters": "mindspore.Parameter", "ParameterTuple": "mindspore.ParameterTuple",
    "COOTensor": "mindspore.COOTensor", "CSRTensor": "mindspore.CSRTensor", "RowTensor": "mindspore.RowTensor",
    "mindspore.dtype": "mindspore.dtype", "Dataset": "mindspore.dataset.Dataset", "Function": "", "numpy.ndarray": "numpy.ndarray",
    "Generator": "mindspore.Generator", "Model": "mindspore.train.Model",
}  # fmt: skip


class MindSporeSymbols:
    """Makes the symbols of the installed MindSpore."""

    def __init__(self) -> None:
        found = mindspore_surface.module_names()
        progress(f"mindspore: {len(found)} names in modules")
        self._names: Naming = mindspore_surface.naming(found)

    def all(self) -> list[Symbol]:
        """Every symbol, sorted by name."""
        symbols: list[Symbol] = []
        aliases: dict[str, list[str]] = {}
        classes: list[Found] = []
        docs: dict[str, str] = {}
        others = mindspore_surface.other_names(self._names)
        for item, names in self._names.symbols():
            symbols.append(self._module_level(item))
            aliases[item.name] = [*names, *others.get(item.name, []), *self._private_paths(item)]
            docs[item.name] = own_doc(item.obj)
            if item.kind in ("class", "exception"):
                classes.append(item)
        for item, raw, base in mindspore_surface.class_members(classes, self._names):
            symbols.append(self._member(item, raw))
            aliases[item.name] = self._member_paths(item, raw, base, aliases)
            docs[item.name] = own_doc(raw) or own_doc(item.obj)
        for item in classes:
            for name, word in mindspore_surface.instance_attributes(item.name).items():
                symbols.append(Symbol(f"{item.name}.{name}", "attribute", returns=word))
        unique = {symbol.name: symbol for symbol in symbols}
        clean = drop_ambiguous({name: aliases.get(name, []) for name in unique})
        complete = _References(unique, docs)
        return [_changed(complete.of(unique[name]), aliases=clean[name]) for name in sorted(unique)]

    def _private_paths(self, item: Found) -> list[str]:
        if item.kind == "module" or not self._names.is_preferred(item):
            return []
        return defining_paths(item.obj) + (["mindspore._c_expression.TensorPy"] if item.name == _TENSOR else [])

    def _member_paths(self, item: Found, raw: Any, base: type, aliases: dict[str, list[str]]) -> list[str]:
        owner = item.name.rsplit(".", 1)[0]
        class_paths = aliases.get(owner, []) if base is item.owner else []
        if base is not item.owner:
            class_paths = [f"{base.__module__}.{base.__qualname__}"]
            class_paths += [name for name in aliases.get(owner, []) if name.startswith("mindspore._c_expression")]
        function = raw.fget if isinstance(raw, property) else signatures.underlying(raw)
        return [f"{path}.{item.leaf}" for path in class_paths] + defining_paths(function)

    def _module_level(self, item: Found) -> Symbol:
        doc = own_doc(item.obj)
        if item.kind in ("class", "exception"):
            bases = public_bases(item.obj, self._names.name_of)
            if item.name == "mindspore.Parameter" and _TENSOR not in bases:
                bases = (_TENSOR, *bases)
            return self._symbol(item, item.obj, self._constructor(item), "", doc, bases)
        if item.kind == "function":
            found = self._callable(item.obj, item.leaf, doc)
            return self._symbol(item, item.obj, found, signatures.common_returns(found), doc)
        word = returns.from_annotation(type(item.obj), self._names.name_of) if item.kind == "constant" and item.obj is not None else ""
        if not word and home(item.obj) == "mindspore._c_expression.typing":
            word = "mindspore.dtype"
        return self._symbol(item, item.obj, (), word, doc if item.kind == "module" else "")

    def _member(self, item: Found, raw: Any) -> Symbol:
        doc = own_doc(raw) or own_doc(item.obj)
        if item.kind == "property":
            getter = raw.fget if isinstance(raw, property) else None
            word = returns.from_function(getter, self._names.name_of) if getter else ""
            word = word or _prose(doc)
            return self._symbol(item, getter, (), word, doc)
        if item.kind != "method":
            word = returns.from_annotation(type(item.obj), self._names.name_of) if item.obj is not None else ""
            return self._symbol(item, None, (), word, "")
        function = signatures.underlying(raw)
        found = self._callable(function, item.leaf, doc, is_method=not isinstance(raw, staticmethod))
        if item.leaf == "construct":
            text = docstrings.section(docstring(item.owner), "Outputs")
            word = returns.from_prose(text, _TENSOR, _DOC_NAMES) if text else ""
            found = tuple(Signature(s.parameters, s.returns or word) for s in found)
        return self._symbol(item, function, found, signatures.common_returns(found), doc)

    def _symbol(self, item: Found, obj: Any, found: tuple[Signature, ...], word: str, doc: str, bases: tuple[str, ...] = ()) -> Symbol:
        return Symbol(
            name=item.name,
            kind=item.kind,
            signatures=found,
            returns=word,
            bases=bases,
            platforms=docstrings.platforms(doc),
            deprecated=_decorated_deprecation(obj) or docstrings.deprecated(doc),
            announced=docstrings.announced(doc),
            documented=item.documented,
        )

    def _constructor(self, item: Found) -> tuple[Signature, ...]:
        parameters = signatures.from_inspect(item.obj, self._names.name_of)
        if signatures.is_generic(parameters):
            hidden = signatures.hidden_function(item.obj.__init__)
            inner = signatures.from_inspect(hidden, self._names.name_of, drop_first=True) if hidden else None
            if inner is not None and not signatures.is_generic(inner):
                return (Signature(inner),)
            doc = own_doc(item.obj.__init__) if "__init__" in vars(item.obj) else ""
            lines = docstrings.signature_lines(doc, "__init__") or docstrings.signature_lines(own_doc(item.obj), item.leaf)
            parsed = [signatures.parse_parameters(text) for text, _ in lines]
            documented = [Signature(p) for p in parsed if p is not None and not signatures.is_generic(p)]
            if documented:
                return signatures.unique(documented)
        return (Signature(parameters),) if parameters is not None else ()

    def _callable(self, obj: Any, leaf: str, doc: str, is_method: bool = False) -> tuple[Signature, ...]:
        """Overloads of a function or method: of the docstring if ``inspect`` sees only ``(*args, **kwargs)``."""
        name_of = self._names.name_of
        parameters = signatures.from_inspect(obj, name_of, drop_first=is_method) if _is_python(obj) or not is_method else None
        annotated = returns.from_function(obj, name_of) if isinstance(obj, types.FunctionType) else ""
        if parameters is not None and not signatures.is_generic(parameters):
            return (Signature(parameters, annotated or _prose(doc)),)
        hidden = signatures.hidden_function(obj)
        inner = signatures.from_inspect(hidden, name_of, drop_first=is_method) if hidden else None
        if inner is not None and not signatures.is_generic(inner):
            return (Signature(inner, returns.from_function(hidden, name_of) or _prose(doc)),)
        found = _documented(doc, leaf)
        if found:
            return found
        return (Signature(parameters, annotated or _prose(doc)),) if parameters is not None else ()


def _is_python(obj: Any) -> bool:
    return isinstance(obj, types.FunctionType) or hasattr(obj, "__wrapped__")


def _documented(doc: str, leaf: str) -> tuple[Signature, ...]:
    """Overloads of a docstring, each with the arrow or the "Returns:" of its part of the text."""
    lines = docstrings.signature_lines(doc, leaf)
    bodies = docstrings.overload_parts(doc, leaf)
    found = []
    for index, (text, arrow) in enumerate(lines):
        parameters = signatures.parse_parameters(text)
        if parameters is None or signatures.is_generic(parameters):
            continue
        word = returns.from_arrow(arrow, _TENSOR, _DOC_NAMES)
        if word in ("", "tuple", "list") or word.endswith("...]"):
            prose = _prose(bodies[index]) if index < len(bodies) else ""
            word = prose if prose and (not word or prose.startswith(word.split("[")[0])) else word
        found.append(Signature(parameters, word))
    return signatures.unique(found)


def _prose(doc: str) -> str:
    text = docstrings.section(doc, "Returns", "Return")
    return returns.from_prose(text, _TENSOR, _DOC_NAMES) if text else ""


def _decorated_deprecation(obj: Any) -> str:
    """What ``mindspore.common._decorator.deprecated(version, substitute)`` was told, read from its closure."""
    function = signatures.underlying(obj) if obj is not None else None
    if not isinstance(function, types.FunctionType) or not function.__closure__:
        return ""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))
    if "substitute" not in cells or "version" not in cells:
        return ""
    text = read(cells["substitute"], "cell_contents")
    return text if isinstance(text, str) and text and text != "None" else "deprecated"


class _References:
    """Fills in what a short docstring leaves to the symbol that it refers to: devices and returns."""

    def __init__(self, symbols: dict[str, Symbol], docs: dict[str, str]) -> None:
        self._symbols, self._docs = symbols, docs

    def of(self, symbol: Symbol) -> Symbol:
        if symbol.platforms and symbol.returns:
            return symbol
        target = self._target(symbol.name)
        if target is None:
            return symbol
        changes: dict[str, Any] = {}
        if not symbol.platforms and target.platforms:
            changes["platforms"] = target.platforms
        word = target.returns
        if word and symbol.kind in ("function", "method") and not any(s.returns for s in symbol.signatures):
            changes["returns"] = word
            changes["signatures"] = tuple(Signature(s.parameters, word) for s in symbol.signatures)
        return _changed(symbol, **changes) if changes else symbol

    def _target(self, name: str) -> Symbol | None:
        for _ in range(3):
            text = docstrings.reference(self._docs.get(name, ""))
            if not text:
                return None
            name = text if text.startswith("mindspore.") else f"mindspore.{text}"
            target = self._symbols.get(name)
            if target is None or target.platforms or target.returns:
                return target
        return None


def _changed(symbol: Symbol, **changes: Any) -> Symbol:
    fields = {field: getattr(symbol, field) for field in symbol.__struct_fields__}
    return Symbol(**{**fields, **changes})
