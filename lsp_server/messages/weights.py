"""Files of weights: what cannot be read or written, and what became of each tensor."""

from __future__ import annotations

from lsp_server.messages import Message

HELP = Message(
    "Convert a checkpoint to the other framework, with the names and shapes of a model.",
    "按模型的名称与形状把检查点转换到另一个框架。",
)
MODEL = Message(
    "The model: a file and a class, a constructor call or a call of one of its functions, in either framework.",
    "模型：文件，加上其中的类、构造调用或函数调用；可以是任一框架的代码。",
)
TO = Message(
    "The framework to convert to; by default what DST is made for, or the one that SRC does not come from.",
    "目标框架；默认取目标文件格式所属的框架，或源文件之外的另一个框架。",
)
CRC = Message(
    "Append the checksum that load_checkpoint(crc_check=True) verifies (.ckpt only).",
    "附加 load_checkpoint(crc_check=True) 会校验的校验和（仅限 .ckpt）。",
)
NO_EXPRESSION = Message(
    "--model wants FILE:EXPR, for example net.py:Net(10), not {model}",
    "--model 需要 FILE:EXPR，例如 net.py:Net(10)，而不是 {model}",
)
PROGRESS = Message("writing {name}", "正在写入 {name}")

NO_FILE = Message("{path}: no such file: check the path", "{path}：文件不存在，请检查路径")
IS_FOLDER = Message("{path} is a folder: name one file", "{path} 是目录：请指定单个文件")
UNREADABLE = Message("{path}: cannot be read ({reason})", "{path}：无法读取（{reason}）")
EMPTY = Message("{path} is empty", "{path} 是空文件")
UNKNOWN_FORMAT = Message(
    "{path}: neither a file of torch.save nor safetensors nor a MindSpore checkpoint",
    "{path}：既不是 torch.save 的文件，也不是 safetensors 或 MindSpore 检查点",
)
TAR = Message(
    "{path}: torch wrote such files before version 0.4: load it in torch and save it again",
    "{path}：这是 torch 0.4 之前的格式：请在 torch 中加载后重新保存",
)
TORCHSCRIPT = Message(
    "{path} holds a TorchScript program: save torch.jit.load(…).state_dict() in torch",
    "{path} 是 TorchScript 程序：请在 torch 中保存 torch.jit.load(…).state_dict()",
)
NO_TORCH_ZIP = Message(
    "{path}: a zip archive, but not one of torch.save", "{path}：是 zip 归档，但不是 torch.save 的文件"
)
TRUNCATED = Message("{path}: the file ends before its data do", "{path}：文件不完整，数据尚未结束文件就已结束")
BROKEN_FILE = Message("{path}: damaged ({reason})", "{path}：文件已损坏（{reason}）")
BROKEN_CKPT = Message(
    "{path}: no MindSpore checkpoint: it is damaged or encrypted", "{path}：不是 MindSpore 检查点：文件已损坏或被加密"
)
BAD_CHECKSUM = Message("{path}: damaged: its checksum does not fit", "{path}：文件已损坏：校验和不符")
BROKEN_PICKLE = Message("the pickle in the file is damaged ({reason})", "文件中的 pickle 数据已损坏（{reason}）")
NOT_ALLOWED = Message(
    "the file wants to run {name}, which no file of weights needs: load it in torch, if you trust it, and save only its state_dict()",
    "文件试图运行 {name}，权重文件不需要它：若信任该文件，请在 torch 中加载并只保存其 state_dict()",
)
COMPRESSED = Message(
    "{path}: {name} is compressed, which torch.save never does: save it again in torch",
    "{path}：{name} 被压缩过，torch.save 从不这样做：请在 torch 中重新保存",
)
TWICE = Message("{path} holds {name} twice", "{path} 中 {name} 出现了两次")
OUTSIDE = Message("{path}: {name} lies outside of its storage", "{path}：{name} 超出了它的存储范围")
NO_STATE = Message(
    "{path} holds no state dictionary (found: {found}): save model.state_dict()",
    "{path} 中没有状态字典（找到：{found}）：请保存 model.state_dict()",
)
BAD_INDEX = Message("{path}: no index of a split checkpoint", "{path}：不是拆分检查点的索引文件")
NOT_IN_PART = Message("{path} does not hold {name}, which its index promises", "{path} 中没有索引所列的 {name}")

SPARSE = Message("{name} is a sparse or nested tensor", "{name} 是稀疏或嵌套张量")
QUANTIZED = Message(
    "{name} has a type of its own (quantized, or numbers of four bits)", "{name} 的类型特殊（量化或四位数值）"
)
META = Message("{name} has no data", "{name} 没有数据")
CONJUGATED = Message(
    "{name} is a conjugated or negated view: save it after .resolve_conj().resolve_neg()",
    "{name} 是共轭或取负的视图：请先调用 .resolve_conj().resolve_neg() 再保存",
)

UNKNOWN_SUFFIX = Message(
    "{path}: end its name in .ckpt, .safetensors, .pth, .pt or .bin",
    "{path}：文件名须以 .ckpt、.safetensors、.pth、.pt 或 .bin 结尾",
)
WRONG_SUFFIX = Message(
    "{path} is a file of {format}: for {framework} write {suffix} or .safetensors",
    "{path} 是 {format} 的文件格式：面向 {framework} 请写 {suffix} 或 .safetensors",
)
CRC_ONLY_CKPT = Message("--crc is for .ckpt only", "--crc 仅适用于 .ckpt")
SAME_FILE = Message("{path} is the source: choose another name", "{path} 就是源文件：请换一个文件名")
NO_TYPE = Message("{name} is {type}, which {suffix} cannot hold", "{name} 的类型是 {type}，{suffix} 无法保存")
NO_TENSORS = Message("{path} holds no tensors", "{path} 中没有张量")
NOTHING_LEFT = Message("{path}: nothing of it belongs to {model}", "{path}：其中没有属于 {model} 的内容")
DOES_NOT_FIT = Message(
    "{path} does not fit {model}: {problems}; nothing was written",
    "{path} 与 {model} 不符：{problems}；未写入任何内容",
)
MISSING = Message("{count} missing ({names})", "缺少 {count} 个（{names}）")
MISSING_BUFFERS = Message(
    "{count} buffers missing ({names}; save_checkpoint(net) leaves them out: save net.state_dict())",
    "缺少 {count} 个缓冲区（{names}；save_checkpoint(net) 不保存缓冲区：请保存 net.state_dict()）",
)
MISSHAPEN = Message("{count} of another shape ({names})", "{count} 个形状不同（{names}）")
SHAPES = Message("{name} is {found}, the model has {wanted}", "{name} 是 {found}，模型中是 {wanted}")
MISTYPED = Message("{count} of another type ({names})", "{count} 个类型不同（{names}）")
UNKNOWN_SHAPES = Message(
    "the shapes of {count} are not known ({names}): name the arguments, as in --model net.py:Net(10)",
    "{count} 个的形状未知（{names}）：请写出参数，例如 --model net.py:Net(10)",
)
WITHOUT_ORIGIN = Message(
    "{count} have no counterpart in {framework} ({names})", "{count} 个在 {framework} 中没有对应（{names}）"
)
NOT_EVALUATED = Message(
    "{count} that the model may have, but not all of it could be worked out ({names})",
    "有 {count} 个可能属于模型，但模型未能完全推断（{names}）",
)
MORE = Message("{names} and {count} more", "{names} 等另外 {count} 个")

WRITTEN = Message(
    "{path}: {count} tensors, {size} written for {framework}", "{path}：已为 {framework} 写入 {count} 个张量，{size}"
)
DROPPED = Message("dropped {count}: {names}: {reason}", "丢弃 {count} 个：{names}：{reason}")
FILLED = Message("filled {count}: {names}: {reason}", "补充 {count} 个：{names}：{reason}")
LEFT = Message("left {count}: {names}: {reason}", "剩余 {count} 个：{names}：{reason}")
NOTED = Message("{count}: {names}: {reason}", "{count} 个：{names}：{reason}")
COUNTER = Message("it counts training batches, which MindSpore does not", "记录训练批次数，MindSpore 没有这一计数")
COUNTER_ZERO = Message("0, because the source does not count training batches", "填 0，源文件没有训练批次计数")
CONSTANT = Message("a constant that {framework} does not keep", "是常量，{framework} 不保存它")
NOT_CONSTANT = Message(
    "with this model it is the constant {value}, which {framework} does not keep, but {path} holds something else",
    "按此模型它应为常量 {value}（{framework} 不保存），但 {path} 中是其他值",
)
CONSTANT_FILLED = Message("the constant {value} that {framework} keeps here", "填入 {framework} 在此保存的常量 {value}")
MADE_BY_LAYER = Message("{framework} makes it with the layer", "{framework} 在构造该层时自行生成")
ARGUMENT = Message(
    "the code gives it to the layer, and {framework} does not save it", "由代码传给该层，{framework} 不保存它"
)
ARGUMENT_MISSING = Message(
    "the code gives it to the layer, and the source does not hold it: load with strict=False",
    "由代码传给该层，源文件中没有：加载时请用 strict=False",
)
NOT_SAVED = Message(
    "a buffer that the model does not save (persistent=False)", "模型不保存的缓冲区（persistent=False）"
)
NO_COUNTERPART = Message("{framework} has no counterpart of {layer}", "{framework} 没有与 {layer} 对应的内容")
NOT_IN_MODEL = Message("in {path}, but not in {model}", "在 {path} 中，但不在 {model} 中")
NO_COMPLEX = Message(
    "{type}, which MindSpore loads from no checkpoint", "类型为 {type}，MindSpore 无法从任何检查点加载"
)
NO_ELEMENTS = Message("a tensor without elements, which a .ckpt cannot hold", "没有元素的张量，.ckpt 无法保存")
TIED = Message("taken from the tensor that they share in the model", "取自模型中与之共享的张量")
TYPE_KEPT = Message("kept as {found}; the model has {wanted}", "保持 {found}；模型中是 {wanted}")
WITHIN = Message("taken from {within} of {path}; not taken: {beside}", "取自 {path} 的 {within}；未取用：{beside}")
BESIDE = Message(
    "not taken from {path}, because they are no tensors: {beside}", "未从 {path} 取用（不是张量）：{beside}"
)
PREFIX = Message("{prefix} was left out of the names of {path}", "已从 {path} 的名称中去掉 {prefix}")
LOAD_BUFFERS = Message(
    "load it with net.load_state_dict(mindspore.load_checkpoint({path})): load_param_into_net skips the {count} buffers",
    "请用 net.load_state_dict(mindspore.load_checkpoint({path})) 加载：load_param_into_net 会跳过 {count} 个缓冲区",
)
