"""Writes the tensors of a plan, in the format that the name of the file asks for."""

from __future__ import annotations

from pathlib import Path

from lsp_server.catalog.model import Framework
from lsp_server.messages import weights as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.weights import mindspore_file, safetensors, torch_writer
from lsp_server.weights.atomic import replacing
from lsp_server.weights.content import FRAMEWORK_OF, SUFFIXES, Format
from lsp_server.weights.items import Advance
from lsp_server.weights.plan import Plan
from lsp_server.weights.refused import Refused
from lsp_server.weights.tensors import Files

_USUAL: dict[Framework, str] = {"torch": ".pth", "mindspore": ".ckpt"}


def format_of(path: Path, target: Framework | None) -> Format:
    """By the end of the name; refuses one that the target framework does not read."""
    form = SUFFIXES.get(path.suffix)
    if form is None:
        raise Refused(messages.UNKNOWN_SUFFIX, path=path)
    owner = FRAMEWORK_OF.get(form)
    if owner is not None and target not in (None, owner):
        raise Refused(
            messages.WRONG_SUFFIX,
            path=path,
            format=FRAMEWORK_NAMES[owner],
            framework=FRAMEWORK_NAMES[target or owner],
            suffix=_USUAL[target or owner],
        )
    return form


def write(path: Path, plan: Plan, form: Format, checksum: bool, advance: Advance) -> None:
    """All or nothing, tensor by tensor."""
    with Files() as files, replacing(path) as out:
        if form == "torch":
            torch_writer.write(out, plan.items, files, advance)
        elif form == "safetensors":
            safetensors.write(out, plan.items, plan.target, files, advance)
        else:
            mindspore_file.write(out, plan.items, checksum, files, advance)
