"""The process that reads an installation: ``builder.py FRAMEWORK VERSION SITE OUT``.

Started by `store` as a plain script, isolated from the folder that the editor happens to be in.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# this very package first, which the interpreter may have in another version; the rest behind what it has itself
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path += [entry for entry in os.environ.get("TORCHSPORE_SYS_PATH", "").split(os.pathsep) if entry]

from lsp_server.catalog.catalog import framework_of, shipped
from lsp_server.documentation.building import build
from lsp_server.documentation.store import write


def main(arguments: list[str]) -> int:
    """Build and keep one index. 2: that is no framework."""
    name, version, site, out = arguments
    framework = framework_of(name)
    if framework is None:
        return 2
    if hasattr(os, "nice"):
        os.nice(10)  # an editor is waiting for other things
    write(build(framework, version, Path(site), shipped().at(framework, version)), Path(out))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
