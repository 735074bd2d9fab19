"""What hovers and `torchspore explain` say."""

from __future__ import annotations

from lsp_server.messages import Message

FRAMEWORK_NAMES = {"torch": "PyTorch", "mindspore": "MindSpore"}

ANY_DEVICE = Message("any device", "任意设备")
VERDICTS = {
    "same": Message("Same call, same meaning.", "调用与含义都相同。"),
    "adapt": Message("Same meaning, other arguments.", "含义相同，参数不同。"),
    "differs": Message("The meaning differs.", "含义有差异。"),
    "compose": Message("An expression, no single call.", "需用表达式组合，没有单一接口。"),
    "none": Message("No counterpart.", "没有对应接口。"),
}
NO_RULE = Message(
    "No counterpart is recorded yet.",
    "尚未收录对应接口。",
)
WRITE = Message("**Write** {code}", "**改写为** {code}")
USE = Message("**Use** {code}{more}", "**请用** {code}{more}")
NO_COUNTERPART = Message("**No counterpart in {framework}.** {advice}", "**{framework} 中没有对应接口。** {advice}")
NOT_FOR_TARGET = Message(
    "No counterpart runs on this target; elsewhere there is {others}.",
    "目标环境中没有可运行的对应接口；其他环境可用 {others}。",
)
ELSEWHERE = Message("On {devices}: {code}", "在 {devices} 上：{code}")
ARGUMENT_RENAMED = Message("`{old}` → `{new}`", "`{old}` → `{new}`")
ARGUMENT_VALUE = Message("`{old}` → `{new} = {value}`", "`{old}` → `{new} = {value}`")
ARGUMENT_GONE = Message("`{old}`: no counterpart", "`{old}`：没有对应参数")
ARGUMENT_IGNORED = Message("`{old}`: means nothing there, dropped", "`{old}`：在对方框架中无意义，省略")
DEFAULT_DIFFERS = Message(
    "`{new}` is `{theirs}` by default, here `{ours}`", "`{new}` 默认是 `{theirs}`，而此处默认 `{ours}`"
)
ALWAYS_WRITTEN = Message("`{new}={value}` is always written", "始终写明 `{new}={value}`")
PARAMETER_THERE = Message("→ `{new}` in {counterpart}", "→ {counterpart} 的 `{new}`")
PARAMETER_VALUE = Message("→ `{new}={value}` in {counterpart}", "→ {counterpart} 的 `{new}={value}`")
PARAMETER_DEFAULT = Message("; by default `{theirs}` there, `{ours}` here", "；对方默认 `{theirs}`，此处默认 `{ours}`")
PARAMETER_GONE = Message("not in {counterpart}", "{counterpart} 没有此参数")
PARAMETER_INSTEAD = Message("; written there: {extra}", "；对方需写明 {extra}")
PARAMETER_IGNORED = Message("means nothing in {counterpart}, dropped", "在 {counterpart} 中无意义，省略")
BECOMES_EXPRESSION = Message("→ `{code}`", "→ `{code}`")
RUN = Message(
    "✓ run on both: torch {torch}, mindspore {mindspore} {device} · {cases} cases, largest difference {error}",
    "✓ 两边均已实际运行：torch {torch}、mindspore {mindspore} {device} · {cases} 个用例，最大差异 {error}",
)
RUN_DISAGREES = Message(
    "✗ run on both: torch {torch}, mindspore {mindspore} {device} · {agree} of {cases} cases agree",
    "✗ 两边均已实际运行：torch {torch}、mindspore {mindspore} {device} · {cases} 个用例中 {agree} 个一致",
)
DEFINES = Message(
    "The conversion writes the definition of {names} into the file.",
    "转换会把 {names} 的定义写入文件。",
)
FOLLOWS = Message("Follows from the rule of `{source}`.", "由 `{source}` 的规则推得。")
LIMITS = Message("Holds for {limits}.", "适用范围：{limits}。")
LIMIT_TEXTS = {
    "nonempty": Message("tensors with elements", "非空张量"),
    "rank>=1": Message("tensors with at least one dimension", "至少一维的张量"),
    "rank>=2": Message("tensors with at least two dimensions", "至少二维的张量"),
    "rows>=2": Message("matrices with at least two rows", "至少两行的矩阵"),
    "rows<=columns": Message("matrices with no more rows than columns", "行数不多于列数的矩阵"),
    "rank<=1": Message("at most one dimension", "至多一维"),
    "rank<=2": Message("at most two dimensions", "至多二维"),
    "rank<=3": Message("at most three dimensions", "至多三维"),
    "rank<=4": Message("at most 4 dimensions", "至多 4 维"),
    "same-shape": Message("operands of one shape", "形状相同的操作数"),
    "same-dtype": Message("operands of one dtype", "数据类型相同的操作数"),
    "finite": Message("finite numbers", "有限数值"),
    "real": Message("real numbers", "实数"),
    "floating": Message("floating-point tensors", "浮点张量"),
    "float32": Message("float32 tensors", "float32 张量"),
    "batched": Message("inputs with a batch dimension", "带批次维的输入"),
}
NOT_RUN = Message("not run on both sides yet", "尚未在两边实际运行验证")
OTHER_VERSION = Message(
    "the target is {framework} {wanted}, the proof is from {proven}",
    "目标是 {framework} {wanted}，验证所用版本是 {proven}",
)
READ_ON = Message("Docs: {links}", "文档：{links}")
LIKELY = Message("likely, not certain: {text}", "可能是，但不确定：{text}")
NOT_CONVERTED = Message("Not converted automatically: {reason}.", "不会自动转换：{reason}。")
DEPRECATED = Message("Deprecated: {text}", "已弃用：{text}")
ANNOUNCED = Message(
    "MindSpore announces a change of this call after version {version}.",
    "MindSpore 已预告该接口在 {version} 版本之后变更。",
)

OBJECT_IS = Message("`{name}` is `{cls}`: {what}", "`{name}` 是 `{cls}`：{what}")
CLASS_HAS = Message("`{cls}`: {what}", "`{cls}`：{what}")
ALL_STATISTICS = Message(
    ", all statistics of {layers}; none registered by hand.", "，全部是 {layers} 的统计量；没有手动注册的。"
)
ALL_BY_HAND = Message(", all registered by hand.", "，全部是手动注册的。")
MIXED = Message(
    ", {statistics} statistics of {layers}, {hand} registered by hand.",
    "，其中 {layers} 的统计量 {statistics} 个，手动注册 {hand} 个。",
)
INCOMPLETE = Message(
    "Some of it could not be worked out from the source.",
    "有一部分无法从源码推断出来。",
)
STOP = Message(".", "。")
SHAPE = Message("shape", "形状")
SAVED = Message("saved", "保存")
KIND_THERE = Message("kind there", "类型")
YES = Message("yes", "是")
NO = Message("no", "否")
SCALAR = Message("scalar", "标量")
UNKNOWN_SHAPE = Message("?", "?")
TRAINABLE = Message("Parameter", "Parameter")
FROZEN = Message("Parameter, requires_grad=False", "Parameter, requires_grad=False")
BUFFER = Message("buffer", "buffer")
HINT_NONE = Message("{name}: no counterpart", "{name}：无对应接口")
NO_SUCH = Message("no counterpart", "无对应项")
LOST_HERE = Message("only with {argument}", "需写明 {argument}")
LOST_DEFAULT = Message("`{layer}` has none unless `{argument}` is written", "`{layer}` 默认没有，需写明 `{argument}`")
MORE_ROWS = Message("… and {count} more: `torchspore state {file}`", "……另有 {count} 项：`torchspore state {file}`")

UNTRAINABLE_LIST = Message(
    ": a list, not a generator; it also returns weights you froze.", "：返回列表而不是生成器；还会包含你冻结的权重。"
)
BUFFERS_EMPTY = Message(
    "`Cell.buffers()` exists but is empty here: it lists only what `register_buffer` added.",
    "`Cell.buffers()` 虽然存在，但此处为空：它只列出 `register_buffer` 注册的内容。",
)
BUFFERS_ENOUGH = Message(
    ": everything here was registered by hand, and `Cell.buffers()` lists just that.",
    "：这里全部是手动注册的，`Cell.buffers()` 列出的正是这些。",
)
BUFFERS_BOTH = Message(
    ": registered buffers, and the batch norm statistics, which MindSpore keeps as Parameters.",
    "：既包含手动注册的缓冲区，也包含 MindSpore 以 Parameter 保存的批归一化统计量。",
)
BUFFERS_OLD = Message(
    "MindSpore {version} has no buffers: they are Parameters with `requires_grad=False` there.",
    "MindSpore {version} 没有缓冲区：它们在那里是 `requires_grad=False` 的 Parameter。",
)
TRAINABLE_LIST = Message(
    ": a list of what has `requires_grad=True`.",
    "：返回 `requires_grad=True` 的参数列表。",
)
GET_PARAMETERS_MORE = Message(
    "`get_parameters()` would also return {names}, which `parameters()` does not.",
    "`get_parameters()` 还会返回 {names}，而 `parameters()` 不会。",
)
LOST_WARNING = Message(
    "⚠ A name-for-name conversion loses {names}: {reason}.",
    "⚠ 只按名称转换会丢失 {names}：{reason}。",
)
UNTRAINABLE_IN_TORCH = Message(
    ": batch norm statistics are buffers in torch; frozen weights are `[p for p in net.parameters() if not p.requires_grad]`.",
    "：批归一化统计量在 torch 中是缓冲区；冻结的权重是 `[p for p in net.parameters() if not p.requires_grad]`。",
)
STATE_OF_LAYER = Message(
    "{kind} of `{layer}`, {saved}, {trainable}",
    "`{layer}` 的{kind}，{saved}，{trainable}",
)
KIND_PARAMETER = Message("parameter", "参数")
KIND_BUFFER = Message("buffer", "缓冲区")
IS_SAVED = Message("saved in the checkpoint", "会保存到检查点")
NOT_SAVED = Message("not saved", "不会保存")
IS_TRAINED = Message("updated by the optimizer", "由优化器更新")
NOT_TRAINED = Message("not given to the optimizer", "不交给优化器")
COUNTERPART_STATE = Message("In {framework}: `{name}` ({kind})", "在 {framework} 中：`{name}`（{kind}）")
