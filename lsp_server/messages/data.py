"""Why a data loader does not become a pipeline of MindSpore."""

from __future__ import annotations

from lsp_server.messages import Message

COLUMNS = Message(
    "{symbol}: the code does not show how many columns the rows have, or something else than reading is done with the "
    "loader; GeneratorDataset wants names for its columns",
    "{symbol}：代码未表明每行有几列，或该 loader 除读取外还有其他用途；GeneratorDataset 需要列名",
)
SEEDED_ORDER = Message(
    "{symbol}: after set_seed a pipeline has the same order in every epoch; orders are drawn in this process instead",
    "{symbol}：set_seed 之后数据管道每个 epoch 的顺序都相同；因此改在本进程中打乱顺序",
)
