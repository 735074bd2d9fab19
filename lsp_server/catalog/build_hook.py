"""Compiles the mappings when a wheel is built or the project is installed for editing; a wheel gets its bill too."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BILL = "torchspore.cdx.json"


class CompileMappings(BuildHookInterface[Any]):
    """hatchling finds this class by its base."""

    PLUGIN_NAME = "custom"
    scratch: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from lsp_server.bill_of_materials import of_the_wheel
        from lsp_server.catalog.compiler import compile_mappings, write

        write(compile_mappings(root / "mappings"), root / "lsp_server/catalog/catalog.msgpack")
        if self.target_name == "wheel" and version == "standard":
            # hatchling leaves the type open
            project: Any = self.metadata  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            core = project.core
            self.scratch = tempfile.TemporaryDirectory(prefix="torchspore-bill-")
            bill = Path(self.scratch.name) / BILL
            text = of_the_wheel(core.name, project.version, str(core.license_expression), core.dependencies)
            bill.write_text(text, encoding="utf-8")
            build_data["sbom_files"].append(str(bill))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.scratch is not None:
            self.scratch.cleanup()
