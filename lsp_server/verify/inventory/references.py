"""What a short docstring leaves to the symbol that it refers to."""

from __future__ import annotations

from typing import Any

from lsp_server.catalog.model import Signature, Symbol
from lsp_server.verify.inventory import docstrings
from lsp_server.verify.inventory.finish import changed


class References:
    """Fills in what a short docstring leaves to the symbol that it refers to: devices and returns."""

    def __init__(self, symbols: dict[str, Symbol], docs: dict[str, str]) -> None:
        self._symbols, self._docs = symbols, docs

    def of(self, symbol: Symbol) -> Symbol:
        """The symbol with the devices, the overloads and the returns of what its docstring refers to."""
        changes: dict[str, Any] = {}
        # An operation in place may run elsewhere than the one it mirrors.
        hands_on = not docstrings.is_in_place(self._docs.get(symbol.name, ""))
        for target in self._targets(symbol.name):
            if hands_on and not symbol.platforms and "platforms" not in changes and target.platforms:
                changes["platforms"] = target.platforms
            if symbol.kind not in ("function", "method", "property"):
                continue
            if symbol.kind == "method" and not symbol.signatures and "signatures" not in changes and target.signatures:
                changes["signatures"] = _as_method(target)
            known = symbol.returns or any(s.returns for s in symbol.signatures)
            if not known and "returns" not in changes and target.returns:
                changes["returns"] = target.returns
        if "returns" in changes:
            own = changes.get("signatures", symbol.signatures)
            changes["signatures"] = tuple(Signature(s.parameters, changes["returns"]) for s in own)
        return changed(symbol, **changes) if changes else symbol

    def _targets(self, name: str) -> list[Symbol]:
        """The symbols that a docstring refers to, one after the other."""
        found: list[Symbol] = []
        for _ in range(3):
            text = docstrings.reference(self._docs.get(name, ""))
            name = text if not text or text.startswith("mindspore.") else f"mindspore.{text}"
            if name.startswith("mindspore.ops.") and name.endswith("_ext"):
                # What ``mint`` hands on has this name inside, and the docstrings of its aliases say so.
                name = f"mindspore.mint.{name.removeprefix('mindspore.ops.').removesuffix('_ext')}"
            target = self._symbols.get(name)
            if target is None or target in found:
                break
            found.append(target)
        return found


def _as_method(target: Symbol) -> tuple[Signature, ...]:
    """The overloads of a function as those of the method that hands its receiver on as the first argument."""
    if target.kind == "method":
        return target.signatures
    return tuple(Signature(s.parameters[1:], s.returns) for s in target.signatures if s.parameters)
