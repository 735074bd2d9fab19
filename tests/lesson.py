"""A notebook of thirty cells as people write them, and what it computes; for the tests of server and editors."""

from __future__ import annotations

import json
import subprocess
import sys

CELLS = [
    "%matplotlib inline\nimport numpy as np\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F",
    "!pip list | head -1",
    "%%bash\necho 'torch.cat' && (true",
    "x = torch.tensor(np.arange(12, dtype=np.float32).reshape(3, 4))",
    "y = torch.cat([x, x], dim=1)",
    "%time z = torch.stack([x, x], dim=0)",
    "%%time\ns = torch.sum(y, dim=1, keepdim=True)",
    "torch.cat?",
    "m = x.mean(dim=0)",
    "v = torch.zeros(2, 3)",
    "o = torch.ones_like(x)",
    "p = x.permute(1, 0)",
    "q = x.unsqueeze(0)",
    "r = torch.clamp(x, min=2.0, max=7.0)",
    "e = torch.exp(x / 12)",
    "w = torch.where(x > 5, x, o)",
    "k = torch.matmul(x, p)",
    "a = F.relu(x - 5)",
    "b = F.softmax(x, dim=1)",
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(4, 2)\n"
    "        self.mask = self.register_buffer('mask', torch.ones(2))\n\n"
    "    def forward(self, x):\n        return F.relu(self.fc(x)) * 2",
    "net = Net()",
    "c = torch.abs(x - 5)",
    "d = torch.argmax(x, dim=1)",
    "f = torch.sqrt(x)",
    "g = x.reshape(4, 3)",
    "h = torch.flatten(x)",
    "i = torch.cumsum(x, dim=1)",
    "j = torch.tanh(x / 12)",  # of 5 MindSpore 2.10 says 1.00001 on the CPU
    "out = net(x)\nshape = tuple(out.shape)",
    "print(y.shape, names := [n for n in globals() if len(n) == 1])",
]
RUN = """
import sys, json
space = {"__name__": "__main__"}
for cell in json.load(sys.stdin):
    if cell.startswith("%%bash"):
        continue
    lines = [line for line in cell.splitlines() if line[:1] not in "!%" and not line.endswith("?")]
    lines += [line[6:] for line in cell.splitlines() if line.startswith("%time ")]
    exec("\\n".join(lines), space)
names = "ymzsorqewkabcdfghij"
print(json.dumps({"shape": space["shape"], **{name: space[name].numpy().ravel().tolist() for name in names}}))
"""


def computed(sources: list[str]) -> dict[str, list[float]]:
    """What the cells leave behind, run in the framework that they import."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(sources), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
