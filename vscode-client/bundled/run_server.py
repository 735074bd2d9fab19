"""Starts the language server for the extension: `<interpreter> run_server.py server --stdio`.

LS_IMPORT_STRATEGY says whose `lsp_server` runs: the one beside this file (`useBundled`, the default) or the
interpreter's own (`fromEnvironment`), with the one beside this file as the fallback.

This file must parse on every Python an editor may point at, so that an old one gets a message and not a traceback.
"""

# For the same reason no pathlib, no f-strings and no newer unpacking:
# ruff: noqa: PTH100, PTH109, PTH118, PTH120, RUF005, UP031

import os
import sys

MINIMUM = (3, 10)
EXIT_CANNOT_START = 2


def is_foreign(entry, removed):
    """True for the entries of sys.path from which a file of the workspace could be imported."""
    return not entry or os.path.realpath(entry) in removed


def import_path(path, libs, strategy, environ, cwd):
    """The sys.path to run with: a `types.py` or `rich.py` in the workspace must not shadow ours."""
    here = os.path.dirname(os.path.abspath(__file__))
    inherited = [entry for entry in environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    removed = {os.path.realpath(entry) for entry in [here, cwd] + inherited}
    kept = [entry for entry in path if not is_foreign(entry, removed)]
    return kept + [libs] if strategy == "fromEnvironment" else [libs] + kept


def main():
    if sys.version_info < MINIMUM:
        found = "%d.%d" % sys.version_info[:2]
        return fail("TorchSpore needs Python %d.%d or newer, not %s (%s)" % (MINIMUM + (found, sys.executable)))
    libs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs")
    strategy = os.environ.get("LS_IMPORT_STRATEGY", "useBundled")
    sys.path[:] = import_path(sys.path, libs, strategy, os.environ, os.getcwd())

    import importlib.util
    import runpy

    if importlib.util.find_spec("lsp_server") is None:
        return fail("TorchSpore: no lsp_server, neither in %s nor in %s" % (libs, sys.prefix))
    try:
        runpy.run_module("lsp_server", run_name="__main__", alter_sys=True)
    except ImportError as error:
        # Compiled dependencies are bundled for the Python versions of the release only.
        return fail("TorchSpore cannot be loaded by Python %s: %s" % (sys.version.split()[0], error))
    return 0


def fail(message):
    sys.stderr.write(message + "\n")
    return EXIT_CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
