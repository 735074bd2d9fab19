"""MindSpore's symbols: a name found in the package, with signatures, devices and announcements."""

from __future__ import annotations

import sys
import types
from typing import Any

from lsp_server.catalog.model import Parameter, Signature, Symbol
from lsp_server.verify.inventory import deprecation, docstrings, mindspore_surface, phrases, returns, signatures
from lsp_server.verify.inventory.finish import finish
from lsp_server.verify.inventory.naming import Naming, defining_paths, drop_ambiguous, public_bases
from lsp_server.verify.inventory.references import References
from lsp_server.verify.inventory.walk import Found, docstring, home, own_doc, progress

_TENSOR = "mindspore.Tensor"
_DOC_NAMES = {
    "Parameter": "mindspore.Parameter", "Parameters": "mindspore.Parameter",
    "Cell": "mindspore.nn.Cell", "cells": "mindspore.nn.Cell",
    "Cells": "mindspore.nn.Cell", "parameters": "mindspore.Parameter", "ParameterTuple": "mindspore.ParameterTuple",
    "COOTensor": "mindspore.COOTensor", "CSRTensor": "mindspore.CSRTensor", "RowTensor": "mindspore.RowTensor",
    "mindspore.dtype": "mindspore.dtype", "Dataset": "mindspore.dataset.Dataset",
    "Function": "", "numpy.ndarray": "numpy.ndarray",
    "Generator": "mindspore.Generator", "Model": "mindspore.train.Model",
}  # fmt: skip

_TENSOR_PARAMETERS = tuple(
    Parameter(name, default=default)
    for name, default in (
        ("input_data", "None"), ("dtype", "None"), ("shape", "None"), ("init", "None"),
        ("const_arg", "False"), ("device", "None"),
    )
)  # fmt: skip
"""Tensor is made in C; its docstring's "Args:" has the parameters."""


class MindSporeSymbols:
    """Makes the symbols of the installed MindSpore."""

    def __init__(self) -> None:
        found = mindspore_surface.module_names()
        progress(f"mindspore: {len(found)} names in modules")
        self._names: Naming = mindspore_surface.naming(found)
        self._words = _class_words(self._names) | _DOC_NAMES

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
            docs[item.name] = _doc(item.obj)
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
        complete = References(unique, docs)
        return finish({name: complete.of(symbol) for name, symbol in unique.items()}, clean, docs)

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
        doc = _doc(item.obj)
        if item.kind in ("class", "exception"):
            bases = public_bases(item.obj, self._names.name_of)
            if item.name == "mindspore.Parameter" and _TENSOR not in bases:
                bases = (_TENSOR, *bases)
            return self._symbol(item, item.obj, self._constructor(item), "", doc, bases)
        if item.kind == "function":
            found = self._callable(item.obj, item.leaf, doc)
            return self._symbol(
                item, item.obj, found, signatures.common_returns(found) if found else self._prose(doc), doc
            )
        word = (
            returns.from_annotation(type(item.obj), self._names.name_of)
            if item.kind == "constant" and item.obj is not None
            else ""
        )
        if not word and home(item.obj) == "mindspore._c_expression.typing":
            word = "mindspore.dtype"
        return self._symbol(item, item.obj, (), word, doc if item.kind == "module" else "")

    def _member(self, item: Found, raw: Any) -> Symbol:
        doc = own_doc(raw) or own_doc(item.obj)
        if item.kind == "property":
            getter = raw.fget if isinstance(raw, property) else None
            word = returns.from_function(getter, self._names.name_of) if getter else ""
            word = word or self._prose(doc)
            return self._symbol(item, getter, (), word, doc)
        if item.kind != "method":
            word = returns.from_annotation(type(item.obj), self._names.name_of) if item.obj is not None else ""
            return self._symbol(item, None, (), word, "")
        function = signatures.underlying(raw)
        found = self._callable(function, item.leaf, doc, is_method=not isinstance(raw, staticmethod))
        if item.leaf == "construct":
            text = docstrings.section(docstring(item.owner), "Outputs")
            word = phrases.from_prose(text, _TENSOR, self._words) if text else ""
            found = tuple(Signature(s.parameters, s.returns or word) for s in found)
        word = signatures.common_returns(found) if found else self._prose(doc)
        return self._symbol(item, function, found, word, doc)

    def _symbol(
        self, item: Found, obj: Any, found: tuple[Signature, ...], word: str, doc: str, bases: tuple[str, ...] = ()
    ) -> Symbol:
        return Symbol(
            name=item.name,
            kind=item.kind,
            signatures=found,
            returns=word,
            bases=bases,
            platforms=docstrings.platforms(doc),
            deprecated=deprecation.of(obj, doc),
            announced=docstrings.announced(doc),
            documented=item.documented,
        )

    def _constructor(self, item: Found) -> tuple[Signature, ...]:
        name_of = self._names.name_of
        parameters = signatures.from_inspect(item.obj, name_of)
        if item.name == _TENSOR:
            return (Signature(_TENSOR_PARAMETERS),)
        if _is_open(parameters) and isinstance(item.obj.__init__, types.FunctionType):
            inner = signatures.from_inspect(item.obj.__init__, name_of, drop_first=True)
            parameters = inner if inner is not None and not _is_open(inner) else parameters
        if signatures.is_generic(parameters):
            hidden = signatures.hidden_function(item.obj.__init__)
            inner = signatures.from_inspect(hidden, self._names.name_of, drop_first=True) if hidden else None
            if inner is not None and not signatures.is_generic(inner):
                return (Signature(inner),)
            doc = own_doc(item.obj.__init__) if "__init__" in vars(item.obj) else ""
            lines = docstrings.signature_lines(doc, "__init__") or docstrings.signature_lines(
                own_doc(item.obj), item.leaf
            )
            parsed = [signatures.parse_parameters(text) for text, _ in lines]
            documented = [Signature(p) for p in parsed if p is not None and not signatures.is_generic(p)]
            if documented:
                return signatures.unique(documented)
        return (Signature(parameters),) if parameters is not None else ()

    def _callable(self, obj: Any, leaf: str, doc: str, is_method: bool = False) -> tuple[Signature, ...]:
        """Overloads of a function or method: of the docstring if ``inspect`` sees only ``(*args, **kwargs)``."""
        name_of = self._names.name_of
        parameters = (
            signatures.from_inspect(obj, name_of, drop_first=is_method) if _is_python(obj) or not is_method else None
        )
        annotated = returns.from_function(obj, name_of) if isinstance(obj, types.FunctionType) else ""
        if parameters is not None and not signatures.is_generic(parameters):
            return (Signature(parameters, annotated or self._prose(doc) or returns.from_body(obj)),)
        if _is_instance(obj):
            text = docstrings.section(doc, "Outputs")
            word = phrases.from_prose(text, _TENSOR, self._words) if text else ""
            taken = docstrings.inputs(doc) or parameters
            return (Signature(taken, word),) if taken is not None else ()
        hidden = signatures.hidden_function(obj)
        inner = signatures.from_inspect(hidden, name_of, drop_first=is_method) if hidden else None
        if inner is not None and not signatures.is_generic(inner):
            return (Signature(inner, returns.from_function(hidden, name_of) or self._prose(doc)),)
        found = self._documented(
            doc, leaf, by_keyword=parameters is not None and {p.kind for p in parameters} == {"var-keyword"}
        )
        if found:
            return found
        return (Signature(parameters, annotated or self._prose(doc)),) if parameters is not None else ()

    def _documented(self, doc: str, leaf: str, by_keyword: bool = False) -> tuple[Signature, ...]:
        """Overloads of a docstring, each with the arrow or the "Returns:" of its part of the text."""
        lines = docstrings.signature_lines(doc, leaf) or docstrings.signature_lines(doc, f"{leaf}_ext")
        bodies = docstrings.overload_parts(doc, leaf)
        found = []
        for index, (text, arrow) in enumerate(lines):
            parameters = signatures.parse_parameters(text)
            if parameters is None or signatures.is_generic(parameters):
                continue
            word = phrases.from_arrow(arrow, _TENSOR, self._words)
            if word in ("", "tuple", "list") or word.endswith("...]"):
                prose = self._prose(bodies[index]) if index < len(bodies) else ""
                word = prose if prose and (not word or prose.startswith(word.split("[")[0])) else word
            found.append(Signature(parameters, word))
        return signatures.unique(found) or self._described(doc, by_keyword)

    def _described(self, doc: str, by_keyword: bool) -> tuple[Signature, ...]:
        """A signature read from the sections of a docstring that writes none: "Args:" and "Keyword Args:"."""
        parameters = docstrings.described_parameters(doc, by_keyword)
        return (Signature(parameters, self._prose(doc)),) if parameters is not None else ()

    def _prose(self, doc: str) -> str:
        text = docstrings.section(doc, "Returns", "Return")
        return phrases.from_prose(text, _TENSOR, self._words) if text else ""


def _is_python(obj: Any) -> bool:
    return isinstance(obj, types.FunctionType) or hasattr(obj, "__wrapped__")


def _is_open(parameters: tuple[Parameter, ...] | None) -> bool:
    """True if ``*args, **kwargs`` are among the parameters: those of ``__new__``, where ``__init__`` says more."""
    return parameters is None or {"var-positional", "var-keyword"} <= {p.kind for p in parameters}


def _effective(obj: Any) -> Any:
    """The documented function behind a wrapper without documentation (``mindspore.mint.reshape``)."""
    hidden = signatures.hidden_function(obj)
    return hidden if hidden is not None and not own_doc(obj) and own_doc(hidden) else obj


def _is_instance(obj: Any) -> bool:
    """True for a primitive's instance."""
    return isinstance(obj, sys.modules["mindspore.ops"].Primitive)


def _doc(obj: Any) -> str:
    """The docstring of a function or class; of a primitive's instance (``ops.scatter_nd_update``) that of its class."""
    if _is_instance(obj):
        return docstring(obj)
    return own_doc(_effective(obj))


def _class_words(names: Naming) -> dict[str, str]:
    """Classes by their last name, where that is unique: docstrings write ``Vocab, vocab built from …``."""
    found: dict[str, list[str]] = {}
    for item, _ in names.symbols():
        if item.kind == "class":
            found.setdefault(item.leaf, []).append(item.name)
    return {leaf: each[0] for leaf, each in found.items() if len(each) == 1}
