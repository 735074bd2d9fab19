"""Parameters whose documented name torch does not take as a keyword: they are passed by place.

``torch.linalg.matrix_power(A, n)`` is documented so, and takes ``input=``.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any

import torch
from msgspec.structs import replace

from lsp_server.catalog.model import Parameter, Signature

_LIKE_NUMPY = {"dim": ("axis",), "keepdim": ("keepdims",), "input": ("x", "a", "x1"), "other": ("x2",)}
"""NumPy's names, which torch takes as well (torch/csrc/utils/python_arg_parser.cpp)."""


def checked(obj: Any, signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """The signatures of a function or method made in C, with required parameters that are no keyword, and those
    before them, as positional ones."""
    of_tensor = isinstance(obj, types.MethodDescriptorType) and obj.__objclass__ is torch._C.TensorBase
    if not of_tensor and not (isinstance(obj, types.BuiltinFunctionType) and _is_operator(obj)):
        return signatures
    known = _keywords().get(obj.__name__)
    return signatures if not known else tuple(_positional(signature, known) for signature in signatures)


def _is_operator(obj: types.BuiltinFunctionType) -> bool:
    """Not a method of another class, which may have the name of an operator."""
    return isinstance(obj.__self__, types.ModuleType) or obj.__qualname__.startswith("_VariableFunctionsClass.")


def _positional(signature: Signature, known: set[str]) -> Signature:
    places = [
        place
        for place, one in enumerate(signature.parameters)
        if one.kind == "standard" and one.default is None and one.name not in known
    ]
    last = max(places, default=-1)
    parameters = tuple(
        Parameter(one.name, "positional", one.default) if place <= last and one.kind == "standard" else one
        for place, one in enumerate(signature.parameters)
    )
    return replace(signature, parameters=parameters)


@cache
def _keywords() -> dict[str, set[str]]:
    """By operator: the names of its parameters in all overloads. What a schema calls ``self`` is ``input``."""
    found: dict[str, set[str]] = {}
    for schema in torch._C._jit_get_all_schemas():
        if schema.name.startswith("aten::"):
            names = found.setdefault(schema.name.removeprefix("aten::"), set())
            for one in schema.arguments:
                name = "input" if one.name == "self" else one.name
                names |= {name, *_LIKE_NUMPY.get(name, ())}
    return found
