"""The converted file that the documentation shows: it is current, and it trains as the original does."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import converted_file

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "tests/migrate/modules/classifier.py"
PAGE = ROOT / "docs/conversion.md"
TRAINING = """

model = Classifier(Config(dropout=0.0, queue=16))
# random numbers differ between the frameworks: equal weights for both
with torch.no_grad():
    for index, weight in enumerate(model.parameters()):
        weight.copy_(0.1 * torch.sin(torch.arange(weight.numel()).float() + index).reshape(weight.shape))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
data = torch.sin(torch.arange(20 * 4 * 3 * 32 * 32).float() * 0.37).reshape(20, 4, 3, 32, 32)
labels = torch.arange(4) % 10
losses = []
model.train()
for images in data:
    optimizer.zero_grad()
    loss = loss_of(model, images, labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item() + model.centre.sum().item())
"""


def difference() -> str:
    text = MODEL.read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        text.splitlines(), converted_file(text).splitlines(), "classifier.py", "converted", n=2, lineterm=""
    )
    return "```diff\n" + "\n".join(lines) + "\n```"


def test_the_page_shows_what_the_converter_does() -> None:
    """``python -m tests.verify.test_showcase`` writes it anew."""
    shown = re.search("<!-- diff -->\n(.*?)\n?<!-- /diff -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert shown[1].strip() == difference().strip()


def test_nothing_of_torch_is_left() -> None:
    converted = converted_file(MODEL.read_text(encoding="utf-8"))
    assert "torch" not in converted
    assert converted_file(converted) == converted


@pytest.mark.frameworks
def test_it_trains_as_the_original_does(tmp_path: Path) -> None:
    program = tmp_path / "training.py"
    program.write_text(MODEL.read_text(encoding="utf-8") + TRAINING, encoding="utf-8")
    command = [sys.executable, "-m", "tests.verify.training_program", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["left"] == []
    assert "error" not in found, found["error"]
    assert found["second"] == pytest.approx(found["first"], abs=1e-3, rel=1e-3)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    new = f"<!-- diff -->\n\n{difference()}\n\n<!-- /diff -->"
    PAGE.write_text(re.sub("<!-- diff -->.*<!-- /diff -->", lambda _: new, text, flags=re.DOTALL), encoding="utf-8")
