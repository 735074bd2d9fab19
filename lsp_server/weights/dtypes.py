"""Element types: the name that each file format gives them. Facts: ``torch/storage.py`` (classes of typed storages),
the safetensors format, and ``tensor_to_ms_type`` of ``mindspore/train/serialization.py`` 2.10."""

from __future__ import annotations

import msgspec


class DType(msgspec.Struct, frozen=True):
    """One element type."""

    name: str
    """As both frameworks spell it: ``float32``."""
    size: int
    storage: str = ""
    """torch's class of typed storages; empty: such tensors are views of an untyped one."""
    safetensors: str = ""
    """Empty: the format has no such type."""
    mindspore: str = ""
    """In a ``.ckpt``; empty: MindSpore loads no file that holds one, whatever the format."""

    @property
    def unit(self) -> int:
        """Bytes of the number whose byte order counts: a complex number is two of them."""
        return self.size // 2 if self.name.startswith("complex") else self.size


DTYPES = {
    one.name: one
    for one in (
        DType("float32", 4, "FloatStorage", "F32", "Float32"),
        DType("float64", 8, "DoubleStorage", "F64", "Float64"),
        DType("float16", 2, "HalfStorage", "F16", "Float16"),
        DType("bfloat16", 2, "BFloat16Storage", "BF16", "BFloat16"),
        DType("int8", 1, "CharStorage", "I8", "Int8"),
        DType("uint8", 1, "ByteStorage", "U8", "UInt8"),
        DType("int16", 2, "ShortStorage", "I16", "Int16"),
        DType("int32", 4, "IntStorage", "I32", "Int32"),
        DType("int64", 8, "LongStorage", "I64", "Int64"),
        DType("bool", 1, "BoolStorage", "BOOL", "Bool"),
        DType("uint16", 2, "", "U16", "UInt16"),
        DType("uint32", 4, "", "U32", "UInt32"),
        DType("uint64", 8, "", "U64", "UInt64"),
        DType("complex64", 8, "ComplexFloatStorage", "C64"),
        DType("complex128", 16, "ComplexDoubleStorage"),
        DType("float8_e4m3fn", 1, "", "F8_E4M3"),
        DType("float8_e5m2", 1, "", "F8_E5M2"),
        DType("float8_e8m0fnu", 1, "", "F8_E8M0"),
        DType("float8_e4m3fnuz", 1),
        DType("float8_e5m2fnuz", 1),
    )
}
OF_STORAGE = {one.storage: one for one in DTYPES.values() if one.storage}
OF_SAFETENSORS = {one.safetensors: one for one in DTYPES.values() if one.safetensors}
OF_MINDSPORE = {one.mindspore: one for one in DTYPES.values() if one.mindspore}


def is_floating(name: str) -> bool:
    return name.startswith(("float", "bfloat"))
