"""The fields of named results, against torch's own return types."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_server.migrate.fields import FIELDS


def test_fields_stand_where_torch_has_them() -> None:
    torch: Any = pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")
    kinds: dict[str, Any] = vars(torch.return_types)
    named: dict[str, tuple[str, ...]] = {
        name: kind.__match_args__
        for name, kind in kinds.items()
        if not name.startswith("_") and hasattr(kind, "n_sequence_fields")
    }
    assert len(named) > 50
    wrong = [
        f"{name}.{field}"
        for name, fields in named.items()
        for index, field in enumerate(fields)
        if field != "U" and FIELDS.get(len(fields), {}).get(field) != index
    ]
    assert wrong == []
