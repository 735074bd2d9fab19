"""Compiles the mappings when a wheel is built or the project is installed for editing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileMappings(BuildHookInterface):  # pyright: ignore[reportMissingTypeArgument]
    """hatchling finds this class by its base."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from lsp_server.catalog.compiler import compile_mappings, write

        write(compile_mappings(root / "mappings"), root / "lsp_server/catalog/catalog.msgpack")
