"""What happens to gradients between the statement that works them out and the optimizer."""

from __future__ import annotations

from typing import Literal

import msgspec
from tree_sitter import Node

from lsp_server.migrate.training.eager.detect import GradCall
from lsp_server.migrate.training.variables import text

Kind = Literal["norm", "value", "sum", "scale", "reducer", "reset", "update", "unscale", "finite", "guard", "adjust"]


class Event(msgspec.Struct, frozen=True):
    """A statement in which something happens to gradients."""

    kind: Kind
    statement: Node
    value: tuple[Node, ...] = ()
    """``norm``: the limit. ``value``: the lower and the upper one. ``scale``: the number. ``update``: the optimizer.
    ``unscale`` and ``adjust``: the scaler. ``guard``: its condition."""
    operator: str = ""
    """Of ``scale``: ``*`` or ``/``. Of an ``update``: ``share`` if it is given a slice."""
    result: Node | None = None
    """Of an ``update``: what the statement gives on, the loss that ``depend`` lets wait for the update."""


class Family(msgspec.Struct):
    """The gradients that go to one optimizer, in one function."""

    holder: Node
    names: set[str]
    calls: list[GradCall]
    events: dict[int, Event]
    """By the statement."""

    def of(self, kind: Kind) -> list[Event]:
        return [event for event in self.events.values() if event.kind == kind]

    @property
    def scaler(self) -> Node | None:
        """What scales the loss, if its gradients are scaled back."""
        found = self.of("unscale")
        return found[0].value[0] if found else None

    @property
    def optimizer(self) -> Node:
        return self.of("update")[0].value[0]

    @property
    def optimizers(self) -> list[Node]:
        """Each once; more than one where they share the gradients out."""
        return list({text(event.value[0]): event.value[0] for event in self.of("update")}.values())
