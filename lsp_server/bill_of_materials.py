"""Bills of materials in CycloneDX 1.7 (https://cyclonedx.org/docs/1.7/json/), for the wheel and for the .vsix.

Standard library only: the first runs while a wheel is built. The same contents give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)\s*(?P<range>[^;]*?)\s*(?:;\s*(?P<marker>.+))?")
"""A dependency as pyproject.toml has it: no extras, no URLs."""


def bill(
    subject: Mapping[str, Any], components: Iterable[Mapping[str, Any]], needs: Mapping[str, Iterable[str]]
) -> str:
    """The document about ``subject``.

    Components are CycloneDX's own, ``needs`` says by ``bom-ref`` what needs what. The serial number is of the contents,
    the time is that of ``SOURCE_DATE_EPOCH`` or left out: neither changes from one build to the next.
    """
    metadata: dict[str, Any] = {"component": dict(subject)}
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None:
        metadata["timestamp"] = datetime.fromtimestamp(int(epoch), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    document: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "version": 1,
        "metadata": metadata,
        "components": sorted(map(dict, components), key=lambda component: component["bom-ref"]),
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in sorted(needs)],
    }
    identity = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    return json.dumps({**document, "serialNumber": identity.urn}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def of_the_wheel(name: str, version: str, license_expression: str, dependencies: Iterable[str]) -> str:
    """What the wheel brings, itself, and what an installation of it adds: in ranges, for no version is chosen yet."""
    itself = f"pkg:pypi/{name}@{version}"
    components = [_external(requirement) for requirement in dependencies]
    subject = {
        "type": "application",
        "bom-ref": itself,
        "name": name,
        "version": version,
        "purl": itself,
        "licenses": [{"expression": license_expression}],
    }
    needs: dict[str, list[str]] = {component["bom-ref"]: [] for component in components}
    return bill(subject, components, {**needs, itself: list(needs)})


def _external(requirement: str) -> dict[str, Any]:
    """A component that is not in the wheel. ``vers:`` ranges: https://github.com/package-url/vers-spec."""
    found = REQUIREMENT.fullmatch(requirement.strip())
    if found is None:
        raise ValueError(f"no plain requirement: {requirement}")
    purl = f"pkg:pypi/{found['name'].lower().replace('_', '-')}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": found["name"],
        "purl": purl,
        "isExternal": True,
        "scope": "required",
        "versionRange": "vers:pypi/" + ("|".join(part.strip() for part in found["range"].split(",")) or "*"),
    }
    if found["marker"] is not None:
        component["scope"] = "optional"
        component["properties"] = [{"name": "torchspore:marker", "value": found["marker"]}]
    return component
