"""Why a data loader does not become a pipeline of MindSpore, and the other way round."""

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
OTHER_STEP = Message(
    "{symbol}: the pipelines of this file stay as they are, because of {other}: neither torch's DataLoader nor the "
    "pipeline that a conversion writes has it",
    "{symbol}：由于 {other}，本文件的数据管道保持不变：torch 的 DataLoader 和转换时写入的管道都没有对应功能",
)
NO_LOADER = Message(
    "{symbol}: the pipelines of this file do more than batch rows of several columns once, so that a written "
    "pipeline takes the place of a DataLoader",
    "{symbol}：本文件的数据管道不只是对多列数据组批一次，因此用写入文件的管道代替 DataLoader",
)
SOURCE_ARGUMENT = Message(
    "{symbol}: argument `{argument}` has no counterpart in torch's loaders; write it into the source",
    "{symbol}：参数 `{argument}` 在 torch 的 DataLoader 中没有对应；请写到数据源里",
)
ARRAYS = Message(
    "{symbol}: pipelines give it arrays, for which torchvision's transform does something else",
    "{symbol}：数据管道传入的是数组，而 torchvision 的对应变换对数组的行为不同",
)
COLUMN_NAMES = Message(
    "{symbol}: the written pipeline needs the names of the columns; give `column_names`",
    "{symbol}：写入文件的管道需要列名；请给出 `column_names`",
)
