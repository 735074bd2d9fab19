"""Findings about cells of MindSpore. What is said here was run on mindspore 2.10.0, CPU."""

from __future__ import annotations

from lsp_server.messages import Message

TS150_MESSAGE = Message(
    "`{name}` of `{cls}` is a registered buffer: assigning a tensor to it raises TypeError",
    "`{cls}` 的 `{name}` 是已注册的缓冲区：直接赋值张量会抛出 TypeError",
)
TS150_FIX = Message("Store the value with `ops.assign`", "用 `ops.assign` 写入")
TS150_WHAT = Message(
    "Finds `self.buffer = tensor` and `self.buffer += …` on a registered buffer of a Cell.",
    "查找对 Cell 已注册缓冲区的 `self.buffer = tensor` 与 `self.buffer += …`。",
)
TS150_WHY = Message(
    "torch replaces the buffer; MindSpore 2.10 raises: Buffer 'mean' already exists in network, can not assign this type. `ops.assign` and `copy_` write into it, in both modes.",
    "torch 会替换缓冲区；MindSpore 2.10 则报错：Buffer 'mean' already exists in network, can not assign this type。`ops.assign` 与 `copy_` 在两种模式下都能写入。",
)
TS150_SAFETY = Message(
    "Safe: before, the line could only raise. The new value must have the shape of the buffer.",
    "安全：原来的语句只会报错。新值的形状必须与缓冲区一致。",
)

TS151_MESSAGE = Message(
    "`save_checkpoint({net}, …)` leaves registered buffers out, among them `{name}`",
    "`save_checkpoint({net}, …)` 不保存已注册的缓冲区，例如 `{name}`",
)
TS151_FIX = Message("Save `state_dict()`", "改为保存 `state_dict()`")
TS151_WHAT = Message(
    "Finds a Cell with registered buffers that is given to `save_checkpoint` itself.",
    "查找把带有已注册缓冲区的 Cell 直接交给 `save_checkpoint` 的写法。",
)
TS151_WHY = Message(
    "A Cell is saved Parameter by Parameter. `state_dict()` has its persistent buffers too.",
    "保存 Cell 时只逐个保存 Parameter；`state_dict()` 还包含持久缓冲区。",
)
TS151_SAFETY = Message(
    "Unsafe: the checkpoint has more names, and those of Parameters with an explicit name may change.",
    "不安全：检查点会多出一些名字，带显式名称的 Parameter 的名字也可能改变。",
)

TS152_MESSAGE = Message(
    "In graph mode this assignment to a part of buffer `{name}` of `{cls}` is lost",
    "在图模式下，对 `{cls}` 的缓冲区 `{name}` 的这种下标赋值会丢失",
)
TS152_WHAT = Message(
    "Finds `self.buffer[…] = value` in `construct` or what it calls.",
    "查找 `construct` 及其调用的方法中的 `self.buffer[…] = value`。",
)
TS152_WHY = Message(
    "It works in PyNative mode. In graph mode it makes a new tensor and the buffer keeps its old values, without an error.",
    "在 PyNative 模式下有效；在图模式下它生成新张量，缓冲区保持旧值，且不报错。",
)
TS152_SAFETY = Message(
    "Offered where the whole buffer is updated from itself. Unsafe: `ops.assign` wants a value of the very shape and type, an index broadcasts.",
    "仅当整个缓冲区由自身更新时提供。不安全：`ops.assign` 要求形状与类型完全一致，而下标赋值会广播。",
)

TS153_MESSAGE = Message(
    "On the CPU `{owner}.{name}` changes nothing: it gives the result and leaves `{owner}` as it is",
    "在 CPU 上 `{owner}.{name}` 不会改变任何内容：它返回结果，而 `{owner}` 保持原样",
)
TS153_FIX = Message("Copy the result into the tensor", "把结果复制回张量")
TS153_WHAT = Message(
    "Finds `add_`, `sub_`, `mul_`, `div_`, `exp_`, `floor_divide_` and `remainder_` of a MindSpore tensor as a statement of their own.",
    "查找作为独立语句调用的 MindSpore 张量方法 `add_`、`sub_`、`mul_`、`div_`、`exp_`、`floor_divide_`、`remainder_`。",
)
TS153_WHY = Message(
    "Their kernels are those of Ascend. On the CPU, in PyNative mode, they return the right value and do not store it; other in-place methods raise there.",
    "这些算子只有昇腾内核。在 CPU 的 PyNative 模式下，它们返回正确的值却不写回；其他原地方法则会报错。",
)
TS153_SAFETY = Message(
    "Unsafe: on the CPU the tensor changes where it did not before. On Ascend the meaning stays, with one more copy.",
    "不安全：在 CPU 上张量将发生原来没有的改变。在昇腾上含义不变，但多一次复制。",
)

TS154_MESSAGE = Message(
    "`{net}` is trained in evaluation mode: it has a `{layer}`, and nothing calls `set_train()`",
    "`{net}` 在评估模式下训练：其中有 `{layer}`，但没有调用 `set_train()`",
)
TS154_FIX = Message("Call `set_train()` before it", "在此之前调用 `set_train()`")
TS154_WHAT = Message(
    "Finds `value_and_grad` for a Cell with dropout or batch norm, in a file that never sets the mode.",
    "查找对带 dropout 或批归一化的 Cell 使用 `value_and_grad`、而文件中从未设置模式的写法。",
)
TS154_WHY = Message(
    "A Cell is born with `training` False, a torch module with True. Dropout drops nothing and the moving statistics stay at their first values.",
    "Cell 创建时 `training` 为 False，而 torch 模块为 True。于是 dropout 不起作用，滑动统计量保持初值。",
)
TS154_SAFETY = Message(
    "Unsafe: training changes, as it should.",
    "不安全：训练行为会改变（这正是目的）。",
)

TS155_MESSAGE = Message(
    "`load_param_into_net` returns the names that it did not load, and nobody looks at them",
    "`load_param_into_net` 会返回未加载的参数名，但这里没有检查",
)
TS155_FIX = Message("Raise if something was not loaded", "有未加载的参数时报错")
TS155_WHAT = Message(
    "Finds a call of `load_param_into_net` whose result is dropped.",
    "查找丢弃返回值的 `load_param_into_net` 调用。",
)
TS155_WHY = Message(
    "torch raises if a key is missing. MindSpore returns `(param_not_load, ckpt_not_load)` and goes on with the first values; `strict_load=True` is about something else.",
    "torch 缺少键时会报错；MindSpore 返回 `(param_not_load, ckpt_not_load)` 并继续使用初始值，`strict_load=True` 管的是另一件事。",
)
TS155_SAFETY = Message(
    "Unsafe: a checkpoint that fits only in part is refused from then on.",
    "不安全：此后只能部分匹配的检查点会被拒绝。",
)

TS156_MESSAGE = Message(
    "This makes `{name}` trainable: the statistics of batch norm are Parameters in MindSpore",
    "这会使 `{name}` 变为可训练：在 MindSpore 中批归一化的统计量也是 Parameter",
)
TS156_FIX = Message("Leave the statistics frozen", "保持统计量冻结")
TS156_WHAT = Message(
    "Finds a loop that sets `requires_grad = True` for all of `get_parameters()` of a Cell with batch norm.",
    "查找对带批归一化的 Cell 的 `get_parameters()` 全部设置 `requires_grad = True` 的循环。",
)
TS156_WHY = Message(
    "torch keeps the statistics as buffers, which `parameters()` does not list. `get_parameters()` lists `moving_mean` and `moving_variance`, and after this the optimizer updates them.",
    "torch 把统计量作为缓冲区，`parameters()` 不包含它们；而 `get_parameters()` 包含 `moving_mean` 和 `moving_variance`，此后优化器会更新它们。",
)
TS156_SAFETY = Message(
    "Unsafe: it goes by names, and a Parameter of yours may end in the same way.",
    "不安全：它按名字判断，您自己的 Parameter 也可能以同样的名字结尾。",
)

TS157_MESSAGE = Message(
    "Two Parameters of `{cls}` are named `{name}` (the other is `self.{other}`): optimizers refuse them, and a checkpoint keeps one",
    "`{cls}` 有两个 Parameter 都叫 `{name}`（另一个是 `self.{other}`）：优化器会拒绝，检查点只保留其中一个",
)
TS157_FIX = Message("Let it have the name of its attribute", "使用属性名作为名字")
TS157_WHAT = Message(
    "Finds two Parameters of a Cell that are made with the same literal name.",
    "查找 Cell 中以相同字面名称创建的两个 Parameter。",
)
TS157_WHY = Message(
    "As a network of its own, the Cell cannot be given to an optimizer: its name 'w' already exists. `save_checkpoint` writes one of the two and says nothing. Inside another Cell they get their attributes' names instead.",
    "该 Cell 单独作为网络时不能交给优化器：its name 'w' already exists。`save_checkpoint` 只写入其中一个且不提示。放入另一个 Cell 时则改用属性名。",
)
TS157_SAFETY = Message(
    "Unsafe: the name in checkpoints changes to that of the attribute.",
    "不安全：检查点中的名字会变为属性名。",
)

TS158_MESSAGE = Message(
    "`construct` of `{cls}` keeps a result in `self.{name}`, a plain tensor: no checkpoint has it",
    "`{cls}` 的 `construct` 把结果保存在普通张量 `self.{name}` 中：检查点里没有它",
)
TS158_FIX = Message("Make it a Parameter without gradient", "改为不求梯度的 Parameter")
TS158_WHAT = Message(
    "Finds a tensor attribute of a Cell that `__init__` makes and `construct` adds to.",
    "查找由 `__init__` 创建、并在 `construct` 中累加更新的张量属性。",
)
TS158_WHY = Message(
    "A tensor that does not change may be a plain attribute in MindSpore. One that does is state, and `save_checkpoint` and `state_dict` know Parameters and buffers only: after loading, it starts anew.",
    "在 MindSpore 中，不变的张量可以是普通属性；会变化的则是状态，而 `save_checkpoint` 和 `state_dict` 只认识 Parameter 与缓冲区：加载之后它会从头开始。",
)
TS158_SAFETY = Message(
    "Unsafe: checkpoints get one more name. A Parameter may be assigned to in both modes.",
    "不安全：检查点会多一个名字。Parameter 在两种模式下都可以赋值。",
)
