"""How a file spells the names of a framework: the imports it has, and those that must be added."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference import imports, names
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.memory import kept
from lsp_server.inference.values import Module, SymbolRef
from lsp_server.syntax.words import stands_free

_USUAL = {
    "mindspore": ("import mindspore", "mindspore"),
    "mindspore.nn": ("from mindspore import nn", "nn"),
    "mindspore.ops": ("from mindspore import ops", "ops"),
    "mindspore.dataset": ("import mindspore.dataset as ds", "ds"),
    "mindspore.mint": ("from mindspore import mint", "mint"),
    "torch": ("import torch", "torch"),
    "torch.nn": ("from torch import nn", "nn"),
    "torch.nn.functional": ("import torch.nn.functional as F", "F"),
    "torchvision": ("import torchvision", "torchvision"),
    "torchvision.transforms": ("from torchvision import transforms", "transforms"),
}
_SUBMODULES_NEED_IMPORT = (
    "mindspore.experimental",
    "mindspore.common.initializer",
    "mindspore.dataset",
    "mindspore.scipy",
    "mindspore.train",
)


_BY_NAME = ("mindspore.common.initializer.", "mindspore.Parameter", "mindspore.Tensor", "torch.utils.data.")
"""What is imported by its own name, as MindSpore's own code does: names, and modules with all names below them."""


class Speller(msgspec.Struct):
    """Spells canonical names for one file and remembers the import lines that this takes.

    ``freed`` are names that the file will no longer need, because all that used them is converted.
    """

    analysis: Analysis
    freed: frozenset[str] = frozenset()
    needed: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    """Import statements to add, in the order in which they were first needed."""
    _modules: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """Modules that the file imports already, and the names it has for them."""
    _added: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    _symbols: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    _own: set[str] = msgspec.field(default_factory=set[str])
    """Freed names that stand for something imported by that name, as ``from torch import Tensor`` does."""

    def __post_init__(self) -> None:
        scope = self.analysis.scope(self.analysis.document.root)
        for name, bindings in imports.imported_names(self.analysis):
            if len(bindings) != 1:
                continue
            value = names.binding_fact(self.analysis, bindings[0], scope).value
            if name in self.freed:
                if isinstance(value, SymbolRef) and value.name.endswith(f".{name}"):
                    self._own.add(name)
            elif isinstance(value, Module):
                self._modules.setdefault(value.name, name)
            elif isinstance(value, SymbolRef):
                self._symbols.setdefault(value.name, name)

    def spell(self, symbol: str) -> str:
        """The shortest way that the file has, or will have, to write a canonical name."""
        if symbol in self._symbols:
            return self._symbols[symbol]
        package, _, last = symbol.rpartition(".")
        if package == framework_of(symbol) and last in self._own:
            self._own.remove(last)
            self.needed[f"from {package} import {last}"] = None
            self._symbols[symbol] = last
            return last
        best = ""
        for module in self._modules:
            if symbol.startswith(module + ".") and len(module) > len(best) and self._reaches(module, symbol):
                best = module
        if best:
            return self._modules[best] + symbol[len(best) :]
        by_name = f"{package}." in _BY_NAME or symbol in _BY_NAME
        if by_name and self._is_free(last) and last not in self._added.values():
            self.needed[f"from {package} import {last}"] = None
            self._symbols[symbol] = last
            return last
        prefix = self._preferred(symbol)
        return self._import(prefix) + symbol[len(prefix) :]

    def _reaches(self, module: str, symbol: str) -> bool:
        """Whether ``import mindspore`` makes ``mindspore.experimental.optim`` readable: not by itself."""
        return not any(
            symbol.startswith(f"{lazy}.") and not module.startswith(lazy) for lazy in _SUBMODULES_NEED_IMPORT
        )

    def _preferred(self, symbol: str) -> str:
        """The module that is best imported for a symbol."""
        for lazy in _SUBMODULES_NEED_IMPORT:
            if symbol.startswith(lazy + "."):
                return self._module_of(symbol)
        candidates = [module for module in _USUAL if symbol.startswith(module + ".")]
        for module in sorted(candidates, key=len, reverse=True):
            if module in self._added or self._is_free(_USUAL[module][1]):
                return module
        root = symbol.partition(".")[0]
        return root if root in _USUAL else framework_of(symbol) or symbol

    def _module_of(self, symbol: str) -> str:
        module = symbol.rpartition(".")[0]
        while module and (known := self.analysis.catalog.symbol(module)) is not None and known.kind != "module":
            module = module.rpartition(".")[0]
        return module

    def _import(self, module: str) -> str:
        if module in self._added:
            return self._added[module]
        statement, local = _USUAL.get(module, ("", ""))
        if not statement:
            parent, _, last = module.rpartition(".")
            is_free = self._is_free(last) and last not in self._symbols.values()
            local = last if is_free else module.replace(".", "_")
            statement = f"from {parent} import {last}" + (f" as {local}" if local != last else "")
        elif not self._is_free(local):
            local = {"mindspore": "ms", "torch": "th", "torchvision": "tv"}.get(module, f"{module.replace('.', '_')}")
            statement = f"import {module} as {local}"
        self.needed[statement] = None
        self._added[module] = local
        return local

    def _is_free(self, name: str) -> bool:
        """A new name must not meet any word of the file, wherever it stands, but for attributes: ``torch.optim``."""
        if name in self.freed:
            return True
        data = self.analysis.document.data
        return kept(self.analysis, "free names", name, lambda: not stands_free(data, name.encode()))


class ImportedName(msgspec.Struct, frozen=True):
    """One name that an import statement binds, and that belongs to a framework."""

    local: str
    node: Node
    statement: Node
    framework: Framework
