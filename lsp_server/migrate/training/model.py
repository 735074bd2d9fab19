"""What becomes of the training steps of a file, in either direction."""

from __future__ import annotations

import msgspec

from lsp_server.migrate.plan import Adjustment, Reason

CODE = "TS320"


class Refused(msgspec.Struct, frozen=True):
    """A step that stays as it is."""

    start: int
    reason: Reason


class Training(msgspec.Struct, frozen=True):
    """What became of the training steps of a file."""

    adjustments: tuple[Adjustment, ...] = ()
    places: tuple[int, ...] = ()
    """Where the steps stood that are rewritten: their backward passes, or the calls for gradients."""
    refused: tuple[Refused, ...] = ()
    done: frozenset[tuple[int, str]] = frozenset()
    """The calls that are said otherwise: their start and the name of the method."""
