"""Which framework symbols recorded objects and members are: by identity and by method resolution order."""

from __future__ import annotations

import sys
import types
import warnings
from typing import Any

import msgspec

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import FRAMEWORKS, TENSORS, Framework

from .recorder import Expression, Outcome

_VALUES = (int, float, str, bool, type(None), tuple, list, dict)
"""Constants of these types say nothing by their identity."""


class Denotation(msgspec.Struct, frozen=True):
    """What one execution of an expression denoted; no names: nothing of a framework."""

    names: tuple[str, ...] = ()
    """The symbol, and what also says the truth about it: what its class inherits it from."""
    held: bool = False
    """A user's own name or attribute holds the function, class or constant."""
    own: bool = False
    """A member or variable that this very file defines: it is the user's own and the framework's."""
    member: bool = False
    """A member read from an object."""
    overridden: tuple[str, ...] = ()
    """The members that a class of another file has overridden here."""


NOTHING = Denotation()


class Names:
    """Symbols of what is imported in this process."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._named: dict[int, tuple[str, ...]] = {}
        self._kept: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for framework in FRAMEWORKS:
                if framework in sys.modules:
                    self._read(framework)

    def _read(self, framework: Framework) -> None:
        for name in self._catalog.names(framework):
            symbol = self._catalog.symbol(name)
            if symbol is None or symbol.kind in ("method", "property", "attribute"):
                continue
            for spelling in (name, *symbol.aliases):
                value = _resolve(spelling)
                if value is None or isinstance(value, _VALUES):
                    continue
                known = self._named.get(id(value), ())
                if name not in known:
                    self._named[id(value)] = (*known, name)
                    self._kept.append(value)

    def of_object(self, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if isinstance(value, types.ModuleType):
            canonical = self._catalog.canonical(value.__name__)
            return (canonical,) if canonical is not None else ()
        return self._named.get(id(value), ())

    def denotation(self, expression: Expression, outcome: Outcome) -> Denotation:
        """What an execution of an expression denoted."""
        names = self.of_object(outcome.value)
        if outcome.how == "import":
            dotted = self._catalog.canonical(expression.imported)
            return Denotation((dotted,)) if dotted is not None else NOTHING
        if outcome.how == "name":
            if not names and expression.own:
                dotted = self._catalog.canonical(expression.own)
                return Denotation((dotted,), own=True) if dotted is not None else NOTHING
            if isinstance(outcome.value, type) and expression.own in names:
                symbol = self._catalog.symbol(expression.own)
                if symbol is not None and symbol.kind == "constant":  # a private class that only others name
                    return Denotation(names, expression.held, own=True)
            return Denotation(names, expression.held)
        if outcome.how == "module":
            dotted = self._catalog.canonical(f"{outcome.owner.__name__}.{expression.attribute}")
            if dotted is not None:
                names = tuple(dict.fromkeys((dotted, *names)))
            return Denotation(names) if names else NOTHING
        if outcome.how == "method":
            method = self._member(outcome.value, expression, outcome)
            return Denotation(method.names, held=True) if method is not None else NOTHING
        found = self._member(expression.attribute, expression, outcome)
        if found is None:
            return Denotation(names, held=True) if names else NOTHING
        if found.own and names:  # `support = constraints.real` in a class of torch's: its member, and what that is
            return Denotation((*found.names, *names), found.held, found.own, found.member)
        return found

    def _member(self, attribute: str, expression: Expression, outcome: Outcome) -> Denotation | None:
        """The member of the nearest class of a framework that has it, if no class of a user comes before."""
        lineage = outcome.owner.__mro__
        if outcome.start is not None and outcome.start in lineage:
            lineage = lineage[lineage.index(outcome.start) + 1 :]
        names: list[str] = []
        own = False
        mine = False
        override: type | None = None
        for cls in lineage:
            known = self._class_names(cls)
            if not known and not names and override is None and attribute in vars(cls):
                if not _of_framework(cls):
                    override = cls
                    mine = cls.__module__ == expression.module
                else:
                    own = own or cls.__module__ == expression.module
            for one in known:
                member = self._catalog.member(one, attribute)
                if member is None:
                    continue
                called = member.symbol is not None and member.symbol.kind in ("method", "function")
                if not names:
                    if called and outcome.in_instance:
                        return None
                    own = own or cls.__module__ == expression.module
                if member.name not in names:
                    names.append(member.name)
        if override is not None:
            return None if mine or not names else Denotation(overridden=tuple(names))
        if not names and outcome.how == "class":
            path = f"{outcome.owner.__module__}.{outcome.owner.__qualname__}.{attribute}"
            names = [name for name in (self._catalog.canonical(path),) if name is not None]
        if not names:
            return None
        return Denotation(tuple(names), own=own, member=outcome.how in ("instance", "super"))

    def _class_names(self, cls: type) -> tuple[str, ...]:
        return self._named.get(id(cls), ()) if _of_framework(cls) else ()


def _of_framework(cls: type) -> bool:
    return framework_of(cls.__module__) is not None


def _resolve(name: str) -> Any:
    """The object of a dotted name, imported modules only."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        value = sys.modules.get(".".join(parts[:length]))
        if value is None:
            continue
        try:
            for part in parts[length:]:
                space = value.__dict__
                value = space[part] if part in space else getattr(value, part)
        except Exception:
            return None
        return value
    return None


def group(catalog: Catalog, name: str) -> str:
    """The row of the tables that a symbol belongs to."""
    symbol = catalog.symbol(name)
    framework = framework_of(name)
    if symbol is not None and symbol.kind in ("module", "function", "class", "constant", "exception"):
        return {"exception": "class"}.get(symbol.kind, symbol.kind)
    lineage = catalog.lineage(name.rpartition(".")[0])
    assert framework is not None
    if TENSORS[framework] in lineage:
        return "Tensor member"
    if any(one in lineage for one in ("torch.nn.Module", "mindspore.nn.Cell")):
        return "Module member" if framework == "torch" else "Cell member"
    if any(one in lineage for one in ("torch.optim.Optimizer", "mindspore.nn.Optimizer")):
        return "Optimizer member"
    if "torch.optim.lr_scheduler.LRScheduler" in lineage or "mindspore.nn.LearningRateSchedule" in lineage:
        return "Scheduler member"
    return "other member"
