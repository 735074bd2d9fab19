"""PyTorch's symbols: a name found in the package, with its signatures and what it returns."""

from __future__ import annotations

import builtins
import types
import typing
from pathlib import Path
from typing import Any

import torch

from lsp_server.catalog.model import Parameter, Signature, Symbol
from lsp_server.verify.inventory import (
    deprecation,
    docstrings,
    keywords,
    overloads,
    phrases,
    returns,
    signatures,
    torch_surface,
)
from lsp_server.verify.inventory.finish import finish
from lsp_server.verify.inventory.naming import Naming, defining_paths, drop_ambiguous, public_bases
from lsp_server.verify.inventory.stubs import StubFunction, Stubs
from lsp_server.verify.inventory.walk import Found, docstring, home, own_doc, progress, read

_TENSOR = "torch.Tensor"
_VARIABLE_FUNCTIONS: Any = read(torch._C, "_VariableFunctions")
"""The class in C that has most functions of ``torch`` as static methods."""
_DOC_NAMES = {
    "torch.Size": "torch.Size", "torch.dtype": "torch.dtype", "dtype": "torch.dtype", "torch.device": "torch.device",
    "torch.layout": "torch.layout", "Module": "torch.nn.Module", "Parameter": "torch.nn.Parameter",
    "Generator": "torch.Generator", "torch.Generator": "torch.Generator", "Storage": "torch.UntypedStorage",
    "torch.Storage": "torch.UntypedStorage", "Size": "torch.Size",
}  # fmt: skip
_LEGACY_CONSTRUCTOR = (Signature((Parameter("data"),)), Signature((Parameter("sizes", "var-positional"),)))
"""Of ``torch.FloatTensor`` and its like, which tell nothing about it: data, or sizes instead."""
_VARIABLE = (
    Signature((Parameter("data"), Parameter("requires_grad", default="False"), Parameter("volatile", default="False"))),
)
"""What ``torch.autograd.Variable`` takes, and nothing tells."""
_BUILTIN_STUBS = (
    ("torch._C._nn", "_nn"),
    ("torch._C._distributed_c10d", "_distributed_c10d"),
    ("torch._C._monitor", "_monitor"),
)


class TorchSymbols:
    """Makes the symbols; reads the stubs of the wheel once."""

    def __init__(self) -> None:
        found = torch_surface.module_names()
        progress(f"torch: {len(found)} names in modules")
        self._names: Naming = torch_surface.naming(found)
        folder = Path(torch.__file__).parent
        self._functions = Stubs(folder / "_C" / "_VariableFunctions.pyi")
        self._builtins = Stubs(folder / "_C" / "__init__.pyi")
        self._functional = Stubs(folder / "nn" / "functional.pyi")
        self._other = {module: Stubs(folder / "_C" / f"{name}.pyi") for module, name in _BUILTIN_STUBS}
        self._scope = self._stub_names()

    def _stub_names(self) -> dict[str, Any]:
        """What the names in torch's stubs mean (torch/_C/__init__.pyi.in imports them)."""
        scope: dict[str, Any] = {name: getattr(typing, name) for name in typing.__all__}
        scope.update(vars(torch.types))
        scope.update(vars(torch))
        scope |= {
            "torch": torch, "Tensor": torch.Tensor, "_int": int, "_float": float, "_bool": bool, "_complex": complex,
            "_dtype": torch.dtype, "_device": torch.device, "_layout": torch.layout, "_size": torch.Size,
            "Size": torch.Size, "Generator": torch.Generator, "Any": Any, "int": int, "float": float, "bool": bool,
            "SymInt": int, "str": str, "Number": typing.Any, "builtins": builtins,
            "Module": torch.nn.Module,
        }  # fmt: skip
        return scope

    def all(self) -> list[Symbol]:
        """Every symbol, sorted by name."""
        symbols: list[Symbol] = []
        aliases: dict[str, list[str]] = {}
        classes: list[Found] = []
        docs: dict[str, str] = {}
        for item, others in self._names.symbols():
            symbols.append(self._module_level(item))
            aliases[item.name] = [*others, *self._private_paths(item)]
            docs[item.name] = own_doc(item.obj)
            if item.kind in ("class", "exception"):
                classes.append(item)
        for item, raw, base in torch_surface.class_members(classes, self._names):
            symbols.append(self._member(item, raw, base))
            aliases[item.name] = self._member_paths(item, raw, base)
            docs[item.name] = own_doc(raw) or own_doc(item.obj)
        for item in classes:
            for name, word in torch_surface.instance_attributes(item.name).items():
                symbols.append(Symbol(f"{item.name}.{name}", "attribute", returns=word))
        unique = {symbol.name: symbol for symbol in symbols}
        clean = drop_ambiguous({name: aliases.get(name, []) for name in unique})
        return finish(unique, clean, docs)

    def _private_paths(self, item: Found) -> list[str]:
        obj, leaf = item.obj, item.leaf
        if item.kind == "module" or isinstance(obj, (torch.dtype, torch.layout)):
            return []
        paths = defining_paths(obj)
        if isinstance(obj, types.BuiltinFunctionType) and read(_VARIABLE_FUNCTIONS, leaf) is obj:
            paths += [f"torch._C._VariableFunctions.{leaf}", f"torch._VF.{leaf}"]
        if isinstance(obj, type) and obj.__module__ == "torch" and read(torch._C, leaf) is obj:
            paths.append(f"torch._C.{leaf}")
        if obj is torch.Tensor:
            paths += ["torch._tensor.Tensor", "torch._C.TensorBase"]
        return paths

    def _member_paths(self, item: Found, raw: Any, base: type) -> list[str]:
        class_paths = self._private_paths(Found(item.name.rsplit(".", 1)[0], item.owner, "class", None))
        if base is not item.owner:
            class_paths = [] if base is not torch._C.TensorBase else ["torch._C.TensorBase"]
            class_paths += [f"{base.__module__}.{base.__qualname__}"]
        function = raw.fget if isinstance(raw, property) else signatures.underlying(raw)
        return [f"{path}.{item.leaf}" for path in class_paths] + defining_paths(function)

    def _module_level(self, item: Found) -> Symbol:
        doc = own_doc(item.obj)
        if item.kind in ("class", "exception"):
            found = self._constructor(item)
            bases = public_bases(item.obj, self._names.name_of)
            return self._symbol(item, found, "", doc, bases)
        if item.kind == "function":
            found = self._callable(item.obj, item.leaf, self._stub_overloads(item))
            return self._symbol(item, found, signatures.common_returns(found), doc)
        return self._symbol(item, (), self._constant_word(item), doc if item.kind == "module" else "")

    def _symbol(
        self, item: Found, found: tuple[Signature, ...], word: str, doc: str, bases: tuple[str, ...] = ()
    ) -> Symbol:
        return Symbol(
            name=item.name,
            kind=item.kind,
            signatures=found,
            returns=word,
            bases=bases,
            deprecated=deprecation.of(item.obj, doc),
            documented=item.documented,
        )

    def _constant_word(self, item: Found) -> str:
        if item.kind not in ("constant", "attribute"):
            return ""
        value_type = type(item.obj)
        if item.obj is None:
            return ""
        return returns.from_annotation(value_type, self._names.name_of)

    def _member(self, item: Found, raw: Any, base: type) -> Symbol:
        raw = item.obj if raw is None else raw
        doc = own_doc(raw) or own_doc(item.obj)
        if item.kind == "class":
            return self._symbol(item, (), "", doc)
        if item.kind == "property":
            return self._symbol(item, (), self._property_word(item, raw, base, doc), doc)
        if item.kind != "method":
            return self._symbol(item, (), self._constant_word(item), "")
        owner = "TensorBase" if item.owner is torch.Tensor else item.owner.__name__
        stub = self._class_stubs(item.owner).functions(f"{owner}.{item.leaf}")
        found = self._callable(signatures.underlying(raw), item.leaf, stub, is_method=not isinstance(raw, staticmethod))
        return self._symbol(item, found, signatures.common_returns(found), doc)

    def _property_word(self, item: Found, raw: Any, base: type, doc: str) -> str:
        if isinstance(raw, property) or hasattr(raw, "func"):
            getter = raw.fget if isinstance(raw, property) else raw.func
            word = returns.from_function(getter, self._names.name_of)
            if word:
                return word
        for owner in ("TensorBase", item.owner.__name__, base.__name__):
            text = self._class_stubs(item.owner).attribute(f"{owner}.{item.leaf}")
            if text and (owner != "TensorBase" or item.owner is torch.Tensor):
                return returns.from_annotation(returns.evaluate(text, self._scope), self._names.name_of)
        lines = docstrings.signature_lines(doc, item.leaf)
        return phrases.from_arrow(lines[0][1], _TENSOR, _DOC_NAMES) if lines else ""

    def _class_stubs(self, cls: type) -> Stubs:
        return self._other.get(home(cls), self._builtins)

    def _stub_overloads(self, item: Found) -> list[StubFunction]:
        if isinstance(item.obj, types.BuiltinFunctionType):
            if read(_VARIABLE_FUNCTIONS, item.leaf) is item.obj:
                return self._functions.functions(item.leaf)
            stubs = self._other.get(home(item.obj), self._builtins)
            return stubs.functions(read(item.obj, "__name__")) or self._functional.functions(item.leaf)
        if item.name.startswith("torch.nn.functional."):
            return self._functional.functions(item.leaf)
        return []

    def _constructor(self, item: Found) -> tuple[Signature, ...]:
        cls, name_of = item.obj, self._names.name_of
        if type(cls) is torch_surface.LEGACY_TENSOR:
            return _LEGACY_CONSTRUCTOR
        if cls is torch.autograd.Variable:
            return _VARIABLE
        registered = signatures.registered_overloads(cls.__init__)
        parameters = signatures.from_inspect(cls, name_of)
        if signatures.is_generic(parameters) and registered:
            listed = [signatures.from_inspect(o, name_of, drop_first=True) for o in registered]
            return signatures.unique([Signature(p) for p in listed if p is not None and not _takes_anything(p)])
        if not signatures.is_generic(parameters) and not (parameters == () and _is_builtin(cls)):
            return (Signature(parameters),) if parameters is not None else ()
        stubs = self._class_stubs(cls)
        owner = "TensorBase" if cls is torch.Tensor else cls.__name__
        stub = stubs.functions(f"{owner}.__init__") or stubs.functions(f"{owner}.__new__")
        texts = docstrings.signature_lines(docstring(cls.__init__), "__init__") or docstrings.signature_lines(
            own_doc(cls), item.leaf
        )
        parsed = [signatures.parse_parameters(text) for text, _ in texts]
        documented = [Signature(p) for p in parsed if p is not None]
        if documented and any(not signatures.is_generic(s.parameters) for s in documented):
            return signatures.unique(documented)
        if stub:
            return signatures.unique([Signature(s.parameters) for s in stub])
        return (Signature(parameters),) if parameters is not None and not _is_builtin(cls) else ()

    def _callable(
        self, obj: Any, leaf: str, stub: list[StubFunction], is_method: bool = False
    ) -> tuple[Signature, ...]:
        """Overloads of a function or method, the most general first."""
        name_of = self._names.name_of
        if isinstance(obj, types.FunctionType) or hasattr(obj, "__wrapped__"):
            parameters = signatures.from_inspect(obj, name_of, drop_first=is_method)
            if not signatures.is_generic(parameters) and parameters is not None:
                return (Signature(parameters, self._python_word(obj, leaf, stub)),)
            inner = signatures.hidden_function(obj)
            if inner is not None:
                hidden = signatures.from_inspect(inner, name_of, drop_first=is_method)
                if hidden is not None and not signatures.is_generic(hidden):
                    word = returns.from_function(inner, name_of) or self._python_word(obj, leaf, stub)
                    return (Signature(hidden, word),)
        documented = self._documented(obj, leaf)
        typed = self._typed(obj, stub)
        merged = overloads.merge(documented, typed)
        if merged:
            return keywords.checked(obj, merged)
        parameters = signatures.from_inspect(obj, name_of, drop_first=is_method)
        return (Signature(parameters, self._python_word(obj, leaf, stub)),) if parameters is not None else ()

    def _documented(self, obj: Any, leaf: str) -> list[Signature]:
        found = []
        for text, arrow in docstrings.signature_lines(docstring(obj), leaf):
            parameters = signatures.parse_parameters(text)
            if parameters is not None and not signatures.is_generic(parameters):
                found.append(Signature(parameters, phrases.from_arrow(arrow, _TENSOR, _DOC_NAMES)))
        return found

    def _typed(self, obj: Any, stub: list[StubFunction]) -> list[Signature]:
        name_of = self._names.name_of
        registered = signatures.registered_overloads(obj)
        if registered:
            pairs = [
                (signatures.from_inspect(o, name_of, drop_first=True), returns.from_function(o, name_of))
                for o in registered
            ]
            return [Signature(parameters, word) for parameters, word in pairs if parameters is not None]
        return [
            Signature(
                tuple(map(_torch_default, s.parameters)),
                returns.from_annotation(returns.evaluate(s.returns, self._scope), name_of),
            )
            for s in stub
            if not s.legacy and not signatures.is_generic(s.parameters)
        ]

    def _python_word(self, obj: Any, leaf: str, stub: list[StubFunction]) -> str:
        """What a Python function gives: its annotation, its overloads, its stub, the arrow of its docstring."""
        word = returns.from_function(obj, self._names.name_of)
        if word:
            return word
        words = {s.returns for s in self._typed(obj, stub)}
        if len(words) == 1 and words != {""}:
            return words.pop()
        words = {s.returns for s in self._documented(obj, leaf)}
        if len(words) == 1 and words != {""}:
            return words.pop()
        text = docstrings.section(docstring(obj), "Returns", "Return")
        return phrases.from_prose(text, _TENSOR, _DOC_NAMES) if text else returns.from_body(obj)


def _is_builtin(cls: type) -> bool:
    """True for a class made in C: ``inspect`` sees ``()`` where it knows nothing."""
    return not any("__weakref__" in vars(base) or "__dict__" in vars(base) for base in cls.__mro__)


def _torch_default(parameter: Parameter) -> Parameter:
    """The stub's ``strided`` means ``torch.strided``."""
    if parameter.default in ("strided", "contiguous_format", "preserve_format"):
        return Parameter(parameter.name, parameter.kind, f"torch.{parameter.default}")
    return parameter


def _takes_anything(parameters: tuple[Parameter, ...]) -> bool:
    """``(*args, **kwargs)``; ``(*args)`` alone is what `torch.nn.Sequential` really takes."""
    return any(parameter.kind == "var-keyword" for parameter in parameters)
