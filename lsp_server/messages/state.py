"""What is said of the parameters and buffers of a module: in hovers, lenses, completions and in their full list."""

from __future__ import annotations

from lsp_server.messages import Message

NUMBERS = Message(
    "{numbers} parameters in {count} tensors ({size})", "{numbers} 个参数，分布在 {count} 个张量中（{size}）"
)
NUMBERS_ONE = Message("{numbers} parameters in one tensor ({size})", "{numbers} 个参数，在一个张量中（{size}）")
TENSORS = Message("{count} parameter tensors of unknown size", "{count} 个参数张量（大小未知）")
TENSORS_ONE = Message("one parameter tensor of unknown size", "1 个参数张量（大小未知）")
NO_PARAMETERS = Message("no parameters", "没有参数")
FROZEN_OF_THEM = Message(", {numbers} of them with requires_grad=False", "，其中 {numbers} 个 requires_grad=False")
BUFFERS = Message("{count} buffers", "{count} 个缓冲区（buffer）")
BUFFERS_ONE = Message("1 buffer", "1 个缓冲区（buffer）")
COUNTERS = Message(" of which {count} are counters", "，其中 {count} 个是计数器")
COUNTERS_ONE = Message(" of which 1 is a counter", "，其中 1 个是计数器")
TRANSIENT = Message(", {count} not saved", "，{count} 个不保存")
NOTHING = Message("no parameters and no buffers", "没有参数，也没有缓冲区")

LENS_PARAMETERS = Message("{numbers} parameters", "{numbers} 个参数")
LENS_TENSORS = Message("{count} parameter tensors", "{count} 个参数张量")
LENS_TENSORS_ONE = Message("1 parameter tensor", "1 个参数张量")
LENS_BUFFERS = Message("{count} buffers", "{count} 个缓冲区")
LENS_BUFFERS_ONE = Message("1 buffer", "1 个缓冲区")
LENS_PARTLY = Message("partly unknown", "部分未知")
LENS_UNKNOWN = Message("state unknown", "状态未知")

MORE_LINK = Message("[… and {count} more]({link})", "[……另有 {count} 项]({link})")
NO_STATE_HERE = Message(
    "No module class and no object of one stands here: put the cursor on its name.",
    "此处没有模块类或其对象：请把光标放在它的名称上。",
)
CHANGED = Message(
    "The file changes `{name}` after it was made; this is what the constructor leaves.",
    "文件在构造之后又修改了 `{name}`；这里是构造函数留下的状态。",
)
KIND = Message("kind", "类型")
PARTS = Message("{count} modules inside", "内含 {count} 个模块")
PART = Message("module", "模块")

PLAIN_TENSORS = Message(
    "⚠ Neither saved nor moved, because plain tensors: {names}. `register_buffer` makes them part of the module.",
    "⚠ 普通张量，既不保存也不迁移：{names}。用 `register_buffer` 才会成为模块的一部分。",
)
HIDDEN_LAYERS = Message(
    "⚠ Hidden from the module in a plain list or dictionary: {names}. `{container}` registers the layers.",
    "⚠ 放在普通列表或字典里，模块看不到：{names}。用 `{container}` 才会注册这些层。",
)
HIDDEN_PARAMETERS = Message(
    "⚠ Hidden from the module in a plain list or dictionary: {names}. `{container}` registers the parameters.",
    "⚠ 放在普通列表或字典里，模块看不到：{names}。用 `{container}` 才会注册这些参数。",
)
PLAIN_TENSOR = Message(
    "`{name}` {shape} is a plain tensor: not in `state_dict()`, not moved with the module.",
    "`{name}` {shape} 是普通张量：不在 `state_dict()` 中，也不随模块迁移。",
)
PLAIN_LAYERS = Message(
    "`{name}` hides its layers from the module: not saved, not moved, not given to the optimizer. Use `{container}`.",
    "`{name}` 中的层对模块不可见：不保存、不迁移，也不交给优化器。请用 `{container}`。",
)

ENTRY_PARAMETER = Message(
    "`{name}` {shape} {dtype}: parameter of `{cls}`, saved, moved with the module, updated by the optimizer.",
    "`{name}` {shape} {dtype}：`{cls}` 的参数，会保存、随模块迁移、由优化器更新。",
)
ENTRY_FROZEN = Message(
    "`{name}` {shape} {dtype}: parameter of `{cls}` with requires_grad=False, saved, moved with the module; "
    "a loop that unfreezes everything makes it train.",
    "`{name}` {shape} {dtype}：`{cls}` 的参数（requires_grad=False），会保存、随模块迁移；全部解冻的循环会让它参与训练。",
)
ENTRY_BUFFER = Message(
    "`{name}` {shape} {dtype}: buffer of `{cls}`, saved, moved with the module, no gradient, not given to optimizers.",
    "`{name}` {shape} {dtype}：`{cls}` 的缓冲区，会保存、随模块迁移，没有梯度，不交给优化器。",
)
ENTRY_TRANSIENT = Message(
    "`{name}` {shape} {dtype}: buffer of `{cls}` with persistent=False: moved with the module, but not in "
    "`state_dict()`; no gradient, not given to optimizers.",
    "`{name}` {shape} {dtype}：`{cls}` 的缓冲区（persistent=False）：随模块迁移，但不在 `state_dict()` 中；没有梯度，不交给优化器。",
)
ENTRY_THERE = Message("In {framework}: `{name}` ({kind})", "在 {framework} 中：`{name}`（{kind}）")
ENTRY_NOT_THERE = Message("In {framework}: no counterpart", "在 {framework} 中：无对应项")
SHARED = Message("The same tensor as `{name}`.", "与 `{name}` 是同一个张量。")
PART_IS = Message("`{name}` is `{cls}`, a part of `{owner}`: {what}.", "`{name}` 是 `{cls}`，属于 `{owner}`：{what}。")
NOT_IN_STATE = Message("`{cls}` has no `{name}`.", "`{cls}` 中没有 `{name}`。")
RENAMED_BY_NORM = Message(
    "Its norm calls the tensor `{other}`: this name belongs to the other form of it.",
    "这里的归一化把该张量命名为 `{other}`；此名字属于另一种写法。",
)
DID_YOU_MEAN = Message(" Similar: {names}", " 相近的名称：{names}")

OPTIMIZER_ALL = Message("Gets all parameters of `{name}`: {what}.", "得到 `{name}` 的全部参数：{what}。")
OPTIMIZER_ALL_TRAINABLE = Message(
    "Gets all trainable parameters of `{name}`: {what}.", "得到 `{name}` 的全部可训练参数：{what}。"
)
OPTIMIZER_PART = Message(
    "Gets a part of the parameters of `{name}`: {what}, of {whole}.",
    "只得到 `{name}` 的一部分参数：{what}；总共 {whole}。",
)
OPTIMIZER_SOME = Message("Gets {what}.", "得到 {what}。")
OPTIMIZER_LEFT = Message("Left out: {names}.", "未包含：{names}。")
OPTIMIZER_GROUPS = Message("{count} groups:", "{count} 个参数组：")
OPTIMIZER_GROUP_UNSEEN = Message("cannot be seen from here: {reason}", "无法从这里看出：{reason}")
OPTIMIZER_UNSEEN = Message(
    "Which parameters it gets cannot be seen from here: {reason}.",
    "无法从这里看出它得到哪些参数：{reason}。",
)
OPTIMIZER_TRAINS = Message("Updates what `{name}` was made with:", "更新的是构造 `{name}` 时传入的参数：")
OPTIMIZER_HOLDS = Message("What `{name}` was made with:", "构造 `{name}` 时传入的参数：")
OPTIMIZER_ADDS = Message("Adds one group: {what}.", "增加一个参数组：{what}。")
OPTIMIZER_MORE = Message(
    "`{name}.add_param_group(…)` in this file adds more.", "本文件中的 `{name}.add_param_group(…)` 还会增加参数。"
)
STATE_UNSEEN = Message(
    "What it lists cannot be seen from here: {reason}.",
    "无法从这里看出它列出什么：{reason}。",
)
UNSEEN_PARAMETER = Message(
    "`{code}` is an argument of the function, and nothing says of which class",
    "`{code}` 是函数的参数，其类型没有写明",
)
UNSEEN_OBJECT = Message("the class of `{code}` is not known", "`{code}` 的类未知")
UNSEEN_NAME = Message("`{code}` is not defined in this file", "`{code}` 不在本文件中定义")
UNSEEN_STEPS = Message(
    "`{code}` is put together in steps that cannot be followed", "`{code}` 由多步组成，其过程无法推断"
)
UNSEEN_CONDITION = Message("the condition `{code}` cannot be decided", "条件 `{code}` 无法判定")
UNSEEN_CALL = Message("what `{code}(…)` gives is not known", "`{code}(…)` 返回什么未知")
UNSEEN_CODE = Message("`{code}` cannot be followed", "`{code}` 无法推断")
UNSEEN_PARTLY = Message("the state of `{code}` is known in part only", "`{code}` 的状态只知道一部分")
UNSEEN_CHANGED = Message("the file changes `{code}` after it was made", "文件在构造之后又修改了 `{code}`")
UNSEEN_ARGUMENTS = Message("its arguments are not written out", "参数没有逐个写出")
OPTIMIZER_NONE = Message("⚠ Gets no parameters at all.", "⚠ 没有得到任何参数。")
OPTIMIZER_FROZEN = Message(
    "{count} of the tensors have requires_grad=False: given, but not updated.",
    "其中 {count} 个张量 requires_grad=False：虽已传入，但不会更新。",
)
OPTIMIZER_STATISTICS = Message(
    "`get_parameters()` also gives what has requires_grad=False, {count} tensors; `trainable_params()` does not.",
    "`get_parameters()` 还会给出 requires_grad=False 的 {count} 个张量；`trainable_params()` 不会。",
)

MOVES = Message("moves {what}.", "会迁移 {what}。")
CASTS = Message("casts to {dtype} {what}.", "会转换为 {dtype}：{what}。")
CASTS_BUFFERS = Message(
    "Rounds floating-point buffers too: {names}.",
    "浮点缓冲区也会被舍入：{names}。",
)
KEEPS_INTEGERS = Message(
    "Not cast, because not floating-point: {names}.",
    "非浮点张量不会转换：{names}。",
)
TO_FLOAT = Message(
    "Only what the cells compute is cast: the {count} parameters and buffers of `{name}` keep their types.",
    "只转换计算过程：`{name}` 的 {count} 个参数与缓冲区保持原类型。",
)

EXPECTS = Message("expects {count} keys: {what}.", "需要 {count} 个键：{what}。")
WRITES = Message("writes {count} keys: {what}.", "写入 {count} 个键：{what}。")
STRICT = Message(
    "A missing or unexpected key raises; `strict=False` returns them instead.",
    "缺少或多余的键会报错；`strict=False` 时改为返回它们。",
)
NOT_STRICT = Message(
    "`strict=False`: missing and unexpected keys are returned, nothing is raised.",
    "`strict=False`：缺少和多余的键只会返回，不会报错。",
)
SILENT = Message(
    "Names that are missing are returned as a list, and nothing is said: look at the answer.",
    "缺少的名称只以列表返回，不会提示：请检查返回值。",
)
LOADS_NO_BUFFERS = Message(
    "⚠ Registered buffers are no Parameters and are not loaded: {names}.",
    "⚠ 注册的缓冲区不是 Parameter，不会被加载：{names}。",
)
DROPS_BUFFERS = Message(
    "⚠ Registered buffers are not written: {names}. `save_checkpoint({name}.state_dict(), …)` keeps them.",
    "⚠ 注册的缓冲区不会写入：{names}。`save_checkpoint({name}.state_dict(), …)` 会保留它们。",
)
NOT_SAVED = Message("Not in it, because persistent=False: {names}.", "persistent=False，不包含在内：{names}。")
PICKLES = Message(
    "Pickles the object itself: loading needs the class `{cls}` where it was. `torch.save({name}.state_dict(), …)` "
    "writes only the state.",
    "会序列化对象本身：加载时需要原位置的类 `{cls}`。`torch.save({name}.state_dict(), …)` 只写入状态。",
)
