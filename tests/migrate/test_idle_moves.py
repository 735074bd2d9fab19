"""A move to a device of which nothing but a name would be left goes with its statement."""

from __future__ import annotations

import pytest

from tests.support import converted_file

HEAD = "import torch\nfrom torch import nn\n\nnet = nn.ReLU()\n"
AFTER = "from mindspore import nn\n\nnet = nn.ReLU()\n"
GONE = {
    "a call": ("net.cuda()\nprint(net)\n", "print(net)\n"),
    "a call with a device": ("net.to('cuda')\nprint(net)\n", "print(net)\n"),
    "an assignment": ("net = net.to('cuda')\nprint(net)\n", "print(net)\n"),
    "a wrapper": ("net = nn.DataParallel(net, device_ids=[0])\nprint(net)\n", "print(net)\n"),
    "a compiler": ("net = torch.compile(net, mode='max-autotune')\nprint(net)\n", "print(net)\n"),
    "a condition": ("if ready:\n    net = net.cuda()\nprint(net)\n", "print(net)\n"),
    "a condition with more": (
        "if ready and count > 1:\n    net.cuda()\n    net = nn.DataParallel(net)\nprint(net)\n",
        "print(net)\n",
    ),
    "all of a function": ("def f():\n    if ready:\n        net.cuda()\n", "def f():\n    pass\n"),
    "all of a block": ("for _ in range(2):\n    net.cpu()\n", "for _ in range(2):\n    pass\n"),
}
STAYS = {
    "what is made there": ("nn.ReLU().cuda()\n", "nn.ReLU()\n"),
    "another name": ("other = net.cuda()\n", "other = net\n"),
    "the rest of a line": ("net.cuda(); a = 1\n", "net; a = 1\n"),
    "another name for what is wrapped": ("other = nn.DataParallel(net)\n", "other = net\n"),
    "another case": (
        "if ready:\n    net.cuda()\nelse:\n    print(1)\n",
        "if ready:\n    pass\nelse:\n    print(1)\n",
    ),
    "a comment": ("if ready:\n    # there\n    net.cuda()\n", "if ready:\n    # there\n    pass\n"),
    "what a condition does": ("if make():\n    net.cuda()\n", "if make():\n    pass\n"),
    "an argument": ("print(net.cuda())\n", "print(net)\n"),
}


@pytest.mark.parametrize(("before", "after"), [*GONE.values(), *STAYS.values()], ids=[*GONE, *STAYS])
def test_nothing_is_left_of_it(before: str, after: str) -> None:
    assert converted_file(HEAD + before, "mindspore") == AFTER + after
