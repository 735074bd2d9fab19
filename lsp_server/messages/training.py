"""Why a training step is not rewritten, and what the action is called."""

from __future__ import annotations

from lsp_server.messages import Message

ACTION = Message(
    "Convert file to MindSpore with its training steps (check the result)",
    "将文件转换为 MindSpore，包括训练步骤（请核对结果）",
)
AVAILABLE = Message(
    "{path}:{line}:{col}: training step: action available (--training)",
    "{path}:{line}:{col}：训练步骤：可转换（--training）",
)
NO_STEP = Message(
    "training step: no optimizer.step() follows this backward() in its block",
    "训练步骤：此 backward() 之后的同一代码块中没有 optimizer.step()",
)
SEVERAL_BACKWARD = Message(
    "training step: several backward() before a conditional step(); add the losses and call backward() once",
    "训练步骤：带条件的 step() 之前有多次 backward()；请将损失相加后只调用一次 backward()",
)
SEVERAL_OPTIMIZERS = Message(
    "training step: two optimizers share one backward(); give each its own loss, or one optimizer all parameters",
    "训练步骤：两个优化器共用一次 backward()；请分别计算损失，或用一个优化器管理全部参数",
)
SCALER = Message(
    "training step: a GradScaler is involved; MindSpore scales losses with mindspore.amp.DynamicLossScaler",
    "训练步骤：使用了 GradScaler；MindSpore 用 mindspore.amp.DynamicLossScaler 缩放损失",
)
AUTOCAST = Message(
    "training step: autocast has no counterpart around statements; use mindspore.amp.auto_mixed_precision on the network",
    "训练步骤：autocast 语句块没有对应写法；请对网络使用 mindspore.amp.auto_mixed_precision",
)
CLOSURE = Message(
    "training step: step() is given a closure, and an optimizer of MindSpore takes gradients only",
    "训练步骤：step() 传入了闭包，而 MindSpore 的优化器只接受梯度",
)
BACKWARD_ARGUMENTS = Message(
    "training step: backward() has arguments that value_and_grad cannot take",
    "训练步骤：backward() 的参数无法用 value_and_grad 表达",
)
CLIP_RESULT = Message(
    "training step: the result of clipping is used, and clip_by_global_norm does not give the norm",
    "训练步骤：使用了裁剪函数的返回值，而 clip_by_global_norm 不返回范数",
)
CLIP_ARGUMENTS = Message(
    "training step: these arguments of the clipping have no counterpart, or it clips other parameters than the step",
    "训练步骤：梯度裁剪的参数没有对应写法，或裁剪的不是该优化器的参数",
)
ZERO_GRAD = Message(
    "training step: zero_grad() in this place means something else than fresh gradients for each step",
    "训练步骤：此处的 zero_grad() 并不表示每步重新计算梯度",
)
NEVER_CLEARED = Message(
    "training step: gradients are never cleared beside this step(), so they add up over all steps",
    "训练步骤：此 step() 附近没有清零梯度，梯度会在各步之间累加",
)
GRADIENTS_READ = Message(
    "training step: gradients are read or changed here, which value_and_grad returns elsewhere",
    "训练步骤：此处读取或修改了梯度，而 value_and_grad 以返回值给出梯度",
)
GRADIENT_OF_GRADIENT = Message(
    "training step: torch.autograd.grad inside of a step",
    "训练步骤：步骤内使用了 torch.autograd.grad",
)
NO_FORWARD = Message(
    "training step: no statement of this block works out the loss from the network",
    "训练步骤：此代码块中没有语句由网络计算出损失",
)
LEAVES = Message(
    "training step: a statement that works out the loss may leave the loop or the function",
    "训练步骤：计算损失的语句可能跳出循环或函数",
)
ORDER = Message(
    "training step: `{name}` is bound between the statements that work out the loss and cannot be passed in",
    "训练步骤：`{name}` 在计算损失的语句之间被赋值，无法作为参数传入",
)
OUTSIDE = Message(
    "training step: `{name}` comes out of the network outside of this block",
    "训练步骤：`{name}` 由网络在此代码块之外算出",
)
LAYOUT = Message(
    "training step: several statements on one line, or a string over several lines that would be moved",
    "训练步骤：同一行有多条语句，或需要移动跨多行的字符串",
)
