"""Starts a program of ours the way the console script does, and notes what it does to the machine.

    audited.py LOG PROGRAM [ARGUMENT…]

PROGRAM is ``torchspore`` or a script. Each line of LOG is one event of Python's audit hooks as JSON: the name, and what
matters of its arguments. The hook is in place before the first line of ours runs and cannot be taken out again.
"""

from __future__ import annotations

import json
import os
import runpy
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - loads nothing
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CHANGING = (
    "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "shutil.rmtree", "shutil.move", "os.utime",
)  # fmt: skip
STARTING = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "pty.spawn")
TALKING = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def main() -> None:
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(name: str, *values: object) -> None:
        os.write(log, (json.dumps([name, *map(str, values)]) + "\n").encode())

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(flags, int) and flags & WRITING and isinstance(path, (str, bytes)):
                note("write", os.fsdecode(path))
        elif event == "exec":
            note("exec", getattr(args[0], "co_filename", ""))
        elif event == "subprocess.Popen":
            note(event, json.dumps([args[0], *map(str, args[1])]))  # type: ignore[call-overload] - a list of arguments
        elif event in CHANGING:
            note("write", *[one for one in args if isinstance(one, str)])
        elif event in STARTING or event in TALKING:
            note(event, *args)

    program, arguments = sys.argv[2], sys.argv[3:]
    if program == "torchspore":
        sys.path.insert(1, ROOT)
    sys.addaudithook(hook)
    sys.argv = [program, *arguments]
    if program == "torchspore":
        from lsp_server.__main__ import main as run

        sys.exit(run())
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
