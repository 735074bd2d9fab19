"""What a file of weights holds."""

from __future__ import annotations

from typing import Literal

import msgspec

from lsp_server.catalog.model import Framework
from lsp_server.weights.tensors import Stored

Format = Literal["torch", "safetensors", "mindspore"]
SUFFIXES: dict[str, Format] = {
    ".pth": "torch",
    ".pt": "torch",
    ".bin": "torch",
    ".safetensors": "safetensors",
    ".ckpt": "mindspore",
}
"""What a written file becomes by the end of its name. What is read is told by its content."""
FRAMEWORK_OF: dict[Format, Framework] = {"torch": "torch", "mindspore": "mindspore"}
"""Formats that belong to one framework."""


class Content(msgspec.Struct, frozen=True):
    """The tensors of a file, by name, in its order."""

    format: Format
    tensors: dict[str, Stored]
    framework: Framework | None = None
    """The framework that the names belong to; None: the file does not say."""
    within: str = ""
    """The entry of a training checkpoint that the tensors were taken from: ``state_dict``."""
    beside: tuple[str, ...] = ()
    """What else there is, and was not taken: the other entries, values that are no tensors."""
