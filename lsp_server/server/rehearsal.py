"""A conversion that nobody asked for, so that the first one somebody asks for takes no longer than the others.

The first conversion of a process loads rules and compiles the tree patterns that it comes across: as much work again as
the conversion of a file of 1,000 lines. Here this happens in the background, on a few lines that have what most files
have.
"""

from __future__ import annotations

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.report import file_report
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document

_TEXTS = {
    "torch": """\
import torch
import torch.nn.functional as F
from torch import nn, Tensor
from typing import Callable


class Block(nn.Module):
    def __init__(self, width: int, layer: Callable[..., nn.Module] = nn.LayerNorm, rate: float = 0.1) -> None:
        super().__init__()
        self.norm, self.rate = layer(width), rate
        self.layers = nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        self.bias = nn.Parameter(torch.zeros(width))
        self.register_buffer("mean", torch.zeros(1))
        self.blocks, widths = nn.ModuleList(), []
        for index in range(3):
            self.blocks.append(nn.Linear(width, 2 * width))
            widths.append(width + index % 2)
        for each in self.modules():
            if isinstance(each, nn.Linear):
                nn.init.trunc_normal_(each.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        self.mean = self.mean + x.mean()
        x = self.layers(x)[:, 0::2].flatten(1).permute(1, 0)
        parts = [part for part in x.chunk(2, dim=-1)]
        part = x[[0, 1]]
        part[0] = 0
        return F.dropout(torch.cat([x.view(x.size(0), -1), *parts], 1), p=self.rate, training=self.training)


@torch.no_grad()
def run(net: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor) -> Tensor:
    x = x.to("cpu")
    with torch.no_grad():
        shape = net(x).shape
    loss = F.cross_entropy(net(x), x.argmax(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return x.reshape(shape).add_(1)
""",
    "mindspore": """\
import mindspore as ms
from mindspore import Tensor, nn, ops


class Block(nn.Cell):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.SequentialCell(nn.Conv2d(3, width, 3, has_bias=True), nn.ReLU())
        self.bias = ms.Parameter(ops.zeros(width))

    def construct(self, x: Tensor) -> Tensor:
        return ops.concat([self.layers(x).reshape(x.shape[0], -1)], 1)
""",
}


def rehearse(catalog: Catalog) -> None:
    """Convert a few lines of each framework, in a project of their own."""
    for framework in FRAMEWORKS:
        analysis = Analysis(Document.parse(_TEXTS[framework]), catalog, Project(catalog))
        file_report(analysis, convert(analysis, Wishes().target(framework, catalog)), "", "en")
