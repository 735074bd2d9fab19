"""Writes a .vsix anew so that the same contents are the same bytes: entries sorted, one time, two kinds of rights.

    python3 scripts/seal.py FILE.vsix

The time is $SOURCE_DATE_EPOCH, else the one that hatchling gives the wheel. Without this, the file would tell when,
under which umask and in which language it was packaged.
"""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path

DEFAULT_EPOCH = 1580601600
EARLIEST = 315532800
"""A zip file knows no time before 1980."""
PLAIN, EXECUTABLE = 0o100644, 0o100755


def seal(package: Path) -> None:
    epoch = max(int(os.environ.get("SOURCE_DATE_EPOCH", DEFAULT_EPOCH)), EARLIEST)
    sealed = package.with_suffix(".sealed")
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(sealed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, time.gmtime(epoch)[:6])
            entry.create_system = 3  # Unix, on every system: the rights are read only then
            executable = (source.getinfo(name).external_attr >> 16) & 0o100
            entry.external_attr = (EXECUTABLE if executable else PLAIN) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    sealed.replace(package)


if __name__ == "__main__":
    seal(Path(sys.argv[1]))
