"""Names of element types, the same for torch, MindSpore and numpy."""

from __future__ import annotations

from lsp_server.state.values import Symbol, Value

_NAMES = {
    "float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32", "short": "int16",
    "cfloat": "complex64", "cdouble": "complex128", "bool_": "bool", "int_": "int64", "float_": "float64",
    "single": "float32",
}  # fmt: skip
_KNOWN = {
    "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32",
    "uint64", "bool", "complex64", "complex128",
}  # fmt: skip
_BUILTINS = {"builtins.float": "float64", "builtins.int": "int64", "builtins.bool": "bool"}
FLOATING = {"float32", "float64", "float16", "bfloat16"}


def dtype_name(value: Value) -> str | None:
    """``torch.half`` is float16; None for what is no type."""
    if not isinstance(value, Symbol):
        return None
    if value.name in _BUILTINS:
        return _BUILTINS[value.name]
    last = value.name.rpartition(".")[2]
    name = _NAMES.get(last, last)
    if value.name.startswith("numpy.") and last in ("float", "int"):
        name += "64"
    return name if name in _KNOWN else None
