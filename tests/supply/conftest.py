"""The scripts under test lie with the extension that they build."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "vscode-client" / "scripts"))
