"""Writes sbom.cdx.json: the bill of materials of the .vsix, in CycloneDX.

    TORCHSPORE_TARGET=linux-x64 python3 scripts/sbom.py

`npm run package` runs it, after what it describes was built.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

from components import CLIENT, INSIDE, Component, ComponentError, javascript_components, python_components
from notices import METAFILE

LIBS = CLIENT / "bundled" / "libs"
BILL = CLIENT / "sbom.cdx.json"
ALGORITHMS = {"SHA-256": "SHA-256", "sha512": "SHA-512"}


def main() -> int:
    target = os.environ.get("TORCHSPORE_TARGET")
    if not target:
        print("sbom: TORCHSPORE_TARGET must name the platform, such as linux-x64", file=sys.stderr)
        return 2
    sys.path.insert(0, str(LIBS))
    from lsp_server.bill_of_materials import bill

    try:
        python, javascript = python_components(LIBS), javascript_components(METAFILE, CLIENT)
    except (ComponentError, OSError) as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 2
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    version, licence = manifest["version"], [{"expression": manifest["license"]}]
    extension = f"pkg:vscode-extension/{manifest['publisher']}/{manifest['name']}@{version}?platform={target}"
    server = f"pkg:pypi/torchspore@{version}"
    subject = own("application", extension, manifest["name"], version, licence)
    components = [own("application", server, "torchspore", version, licence), *map(entry, [*python, *javascript])]
    needs = {
        item.purl: references(item.needs, python if item.kind == "pypi" else javascript) for item in python + javascript
    }
    needs[server] = references(own_needs(), python)
    # The client's own source names no more than the language client.
    needs[extension] = [server, *references(("vscode-languageclient",), javascript)]
    BILL.write_text(bill(subject, components, needs), encoding="utf-8")
    return 0


def own(kind: str, purl: str, name: str, version: str, licences: list[dict[str, str]]) -> dict[str, Any]:
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": licences}


def own_needs() -> list[str]:
    """What the wheel's own bill says the server needs."""
    path = next(LIBS.glob("torchspore-*.dist-info/sboms/torchspore.cdx.json"))
    return [component["name"] for component in json.loads(path.read_text(encoding="utf-8"))["components"]]


def references(names: list[str] | tuple[str, ...], components: list[Component]) -> list[str]:
    by_name = {item.name: item.purl for item in components}
    return [by_name[name] for name in names]


def entry(item: Component) -> dict[str, Any]:
    parts = [file_entry(*file) for file in item.files] if item.kind == "pypi" else []
    parts += [
        {
            "type": "library",
            "bom-ref": f"{item.purl}#{inside.name}",
            "name": inside.name,
            "licenses": [{"expression": inside.licence}],
            "copyright": inside.holder,
            "externalReferences": [{"type": "vcs", "url": inside.url}],
        }
        for inside in INSIDE
        if item.kind == "pypi" and inside.package == item.name
    ]
    described = own("library", item.purl, item.name, item.version, [{"expression": item.licence}])
    if item.kind == "npm":
        described["hashes"] = [
            {"alg": ALGORITHMS[algorithm], "content": hexadecimal(value)} for _, algorithm, value in item.files
        ]
    return {**described, "components": parts} if parts else described


def file_entry(name: str, algorithm: str, value: str) -> dict[str, Any]:
    """One of the wheels that were laid over one another."""
    return {
        "type": "file",
        "bom-ref": f"file:{name}",
        "name": name,
        "hashes": [{"alg": ALGORITHMS[algorithm], "content": value}],
    }


def hexadecimal(integrity: str) -> str:
    return base64.b64decode(integrity).hex()


if __name__ == "__main__":
    sys.exit(main())
