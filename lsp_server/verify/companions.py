"""Imports torchvision beside a build of torch that its compiled operators may not fit; transforms need none of them."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from lsp_server.verify import operators

_EXTENSION = "torchvision.extension"
_REGISTRATIONS = "torchvision._meta_registrations"


def prepare() -> None:
    """Before torchvision is imported: without its operators, where the installed ones do not load even with stand-ins,
    and without their shapes for ``torch.compile``, which take six seconds to be registered."""
    if _REGISTRATIONS in sys.modules or importlib.util.find_spec("torchvision") is None:
        return
    sys.modules[_REGISTRATIONS] = ModuleType(_REGISTRATIONS)
    if operators.load():
        return
    extension = ModuleType(_EXTENSION)
    extension.__dict__.update(
        _has_ops=lambda: False, _assert_has_ops=lambda: None, _check_cuda_version=lambda: -1, _load_library=print
    )
    sys.modules[_EXTENSION] = extension
