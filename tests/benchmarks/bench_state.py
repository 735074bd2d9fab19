"""The state of a ResNet-50 from torchvision's source: ``python3 tests/run.py tests/benchmarks/bench_state.py -s``.

Time of the processor, the best of several: whatever else the machine does only ever adds.
"""

from __future__ import annotations

import sysconfig
import time
from pathlib import Path

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.state.evaluator import state_of_expression
from lsp_server.syntax.document import Document

SITE = Path(sysconfig.get_path("purelib"))
ATTEMPTS = 9


def test_resnet_50() -> None:
    path = SITE / "torchvision/models/resnet.py"
    text = path.read_text(encoding="utf-8")
    cold: list[float] = []
    again: list[float] = []
    for _ in range(ATTEMPTS):
        project = Project(shipped(), (SITE,))
        begun = time.process_time()
        analysis = Analysis(Document.parse(text), shipped(), project, path)
        found = state_of_expression(analysis, "resnet50()")
        cold.append(time.process_time() - begun)
        assert found is not None and found.complete and len(found.entries) == 320
        begun = time.process_time()
        assert state_of_expression(analysis, "resnet50()") is found
        again.append(time.process_time() - begun)
    print(f"\nResNet-50: {1e3 * min(cold):.1f} ms from text, {1e3 * min(again):.3f} ms again")
    assert min(cold) <= 0.050
    assert min(again) <= 0.002
