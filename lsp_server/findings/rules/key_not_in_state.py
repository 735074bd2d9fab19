"""TS118: a key of ``state_dict()``, or a name given to ``get_parameter`` or ``get_buffer``, that the module lacks."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.rules import renamed_by_norm
from lsp_server.findings.state_keys import StateKey, state_keys
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Message
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX

CODE = "TS118"


def check(analysis: Analysis) -> Iterator[Finding]:
    for key in state_keys(analysis):
        reason = None if renamed_by_norm.explains(key.name, key.state) else _reason(key)
        if reason is not None:
            values = (("name", key.name), ("cls", key.state.title))
            yield Finding(CODE, key.node.start_byte, key.node.end_byte, values, message=reason)


def _reason(key: StateKey) -> Message | None:
    entry = next((entry for entry in key.state.entries if entry.name == key.name), None)
    if entry is None:
        return messages.TS118_MESSAGE
    if key.kind:
        return messages.TS118_OTHER_KIND if entry.kind != key.kind else None
    return None if entry.persistent else messages.TS118_NOT_SAVED


RULE = Rule(
    code=CODE,
    name="key-not-in-state",
    severity="error",
    message=messages.TS118_MESSAGE,
    what=messages.TS118_WHAT,
    why=messages.TS118_WHY,
    example="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3), persistent=False)


net = Mask()


def saved_mask():
    return net.state_dict()["mask"]
""",
    instead="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3), persistent=False)


net = Mask()


def saved_mask():
    return net.mask
""",
    fix_safety=NO_FIX,
    check=check,
)
