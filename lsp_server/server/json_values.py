"""What clients send as free JSON, taken for what it should be."""

from __future__ import annotations

from typing import Any, cast


def json_object(value: object) -> dict[str, Any]:
    """An object; empty if the client sent something else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
