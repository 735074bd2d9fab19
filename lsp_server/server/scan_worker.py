"""The process that checks half of a large workspace: an order, then batches of files, one per line in; counts out.

Started by `scanning` as a plain script, so that nothing of the workspace can be imported. What it finds in a file is
what the server would find: it is told of the open documents, the environment and what jedi has answered.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

sys.path[:0] = [entry for entry in os.environ.get("TORCHSPORE_SYS_PATH", "").split(os.pathsep) if entry]


def main() -> None:
    from lsp_server.server import scanning

    gc.disable()
    reader = iter(sys.stdin.buffer)
    first = next(reader, None)
    if first is None:
        return
    checker = scanning.checker_for(first)
    gc.collect()
    gc.freeze()
    for line in reader:
        sys.stdout.buffer.write(scanning.answer(checker, line) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    # the path of this very file is not asked for what others import
    sys.path[:] = [entry for entry in sys.path if Path(entry) != Path(__file__).parent]
    main()
