"""JSON schemas of the mappings, so that editors complete and check the TOML while it is typed.

Run ``python -m lsp_server.catalog.schema`` after a change of ``model.py``. Descriptions come from the model's own
docstrings: the text below an attribute describes that attribute.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.catalog import model
from lsp_server.catalog.compiler import MAPPINGS

FOLDER = MAPPINGS / "schema"
_TITLES = {
    "rules": "Rules: how symbols of one framework are expressed in the other",
    "states": "States: the parameters and buffers of library layers",
}


def schemas() -> dict[str, dict[str, Any]]:
    """By name: the schema of a file of rules, and of a file of states."""
    return {"rules": _schema("rules", model.Rule), "states": _schema("states", model.StateSpec)}


def _schema(name: str, entry: type) -> dict[str, Any]:
    (reference,), components = msgspec.json.schema_components([entry], ref_template="#/$defs/{name}")
    descriptions = attribute_descriptions(Path(model.__file__).read_text(encoding="utf-8"))
    for struct, component in components.items():
        for attribute, text in descriptions.get(struct, {}).items():
            if attribute in component.get("properties", {}):
                component["properties"][attribute]["description"] = text
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": _TITLES[name],
        "description": "One table for each symbol, by its canonical name.",
        "type": "object",
        "additionalProperties": reference,
        "$defs": components,
    }


def attribute_descriptions(source: str) -> dict[str, dict[str, str]]:
    """Class to attribute to the string literal that stands below the attribute."""
    found: dict[str, dict[str, str]] = {}
    for cls in (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        for attribute, below in zip(cls.body, cls.body[1:], strict=False):
            if not (isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name)):
                continue
            if (
                isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                found.setdefault(cls.name, {})[attribute.target.id] = " ".join(below.value.value.split())
    return found


def text_of(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        path = FOLDER / f"{name}.schema.json"
        path.write_text(text_of(schema), encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
