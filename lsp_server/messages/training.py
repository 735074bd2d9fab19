"""Why a training step is not rewritten, and what the action is called."""

from __future__ import annotations

from lsp_server.messages import Message

ACTION = Message(
    "Convert file to {framework} with its training steps (check the result)",
    "将文件转换为 {framework}，包括训练步骤（请核对结果）",
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
    "training step: create_graph=True of backward() keeps a graph, which MindSpore has none of; ask for the gradient as torch.autograd.grad does",
    "训练步骤：backward() 的 create_graph=True 会保留计算图，MindSpore 没有计算图；请改用 torch.autograd.grad 求该梯度",
)
INNER_ARGUMENTS = Message(
    "torch.autograd.grad: several outputs at once, unused inputs or batched gradients; mindspore.grad takes one function",
    "torch.autograd.grad：一次给出多个 outputs、允许未使用的输入或批量梯度；mindspore.grad 只接受一个函数",
)
INNER_PLACE = Message(
    "torch.autograd.grad: not in an assignment or a return of its own, so the function to differentiate has no place",
    "torch.autograd.grad：不在单独的赋值或 return 语句中，无处定义要求导的函数",
)
INNER_INPUTS = Message(
    "torch.autograd.grad: the inputs are neither names of tensors nor the parameters() of a network",
    "torch.autograd.grad：inputs 既不是张量变量名，也不是网络的 parameters()",
)
INNER_PATH = Message(
    "torch.autograd.grad: not all that leads from the inputs to the outputs stands in this block (`{name}`); "
    "put it into a function fn and call mindspore.grad(fn)(input)",
    "torch.autograd.grad：从 inputs 到 outputs 的计算不全在此代码块中（`{name}`）；"
    "请将其写成函数 fn，再调用 mindspore.grad(fn)(input)",
)
NOT_TWICE = Message(
    "torch.autograd.grad: the gradient is differentiated again, which MindSpore's CPU cannot do through {name} or gets "
    "wrong; keep {name} out of this network or work the gradient out by hand",
    "torch.autograd.grad：该梯度还要再次求导，而 MindSpore 在 CPU 上对 {name} 不支持二阶求导或结果有误；"
    "请在此网络中避免使用 {name}，或手工推导梯度",
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
GRADIENT_ARGUMENTS = Message(
    "training step: arguments of the gradient function are not literal, or have no counterpart in backward()",
    "训练步骤：梯度函数的参数不是字面量，或在 backward() 中没有对应写法",
)
INPUT_GRADIENTS = Message(
    "training step: gradients of the inputs are asked for besides those of the weights; write torch.autograd.grad",
    "训练步骤：除权重外还要求输入的梯度；请改写为 torch.autograd.grad",
)
GRADIENT_PASSED = Message(
    "training step: the gradient function is passed on or called inside of an expression",
    "训练步骤：梯度函数被传给别处，或在表达式内部调用",
)
RESULT_NOT_UNPACKED = Message(
    "training step: the result is not taken apart into loss, auxiliary values and gradients as has_aux says",
    "训练步骤：返回值没有按 has_aux 拆成损失、附加值和梯度",
)
NO_UPDATE = Message(
    "training step: no optimizer of this function is called with these gradients",
    "训练步骤：此函数中没有优化器以这些梯度调用",
)
CHANGING_RATE = Message(
    "training step: the optimizer has a list of learning rates, and its step is in another place than its name",
    "训练步骤：优化器使用学习率列表，但更新处看不到该优化器的变量名，无法在那里调用调度器",
)
RATE_SCHEDULE = Message(
    "training step: the learning rate is a LearningRateSchedule; write torch.optim.lr_scheduler.LambdaLR by hand",
    "训练步骤：学习率是 LearningRateSchedule；请手工改写为 torch.optim.lr_scheduler.LambdaLR",
)
LOSS_SCALER = Message(
    "training step: the loss is scaled by hand; torch does it with scaler = torch.amp.GradScaler(): "
    "scaler.scale(loss).backward(), scaler.step(optimizer), scaler.update()",
    "训练步骤：手工缩放了损失；torch 的写法是 scaler = torch.amp.GradScaler()："
    "scaler.scale(loss).backward()、scaler.step(optimizer)、scaler.update()",
)
MODEL_USED = Message(
    "training step: {what} of a Model is used here; only a Model of which nothing but `train` is called, under a name of "
    "its own, becomes a loop; write net.eval() and the batches under torch.no_grad() for eval and predict",
    "训练步骤：此处使用了 Model 的 {what}；只有赋给变量且仅调用 `train` 的 Model 才会改写为循环；"
    "eval 和 predict 请写成 net.eval() 并在 torch.no_grad() 下遍历数据",
)
MODEL_ARGUMENT = Message(
    "training step: argument `{name}` of the Model or of its train() has no counterpart in a loop that does the same; "
    "give networks, losses, optimizers and data sets names, and leave dataset_sink_mode off",
    "训练步骤：Model 或其 train() 的参数 `{name}` 无法写成等价的循环；请给网络、损失函数、优化器和数据集命名，并关闭 dataset_sink_mode",
)
MODEL_CALLBACK = Message(
    "training step: the callback {name} is not written into the loop; LossMonitor, TimeMonitor and ModelCheckpoint are, "
    "with plain arguments: put what it does into the loop, where each step and each epoch ends",
    "训练步骤：回调 {name} 不会写入循环；参数简单的 LossMonitor、TimeMonitor 和 ModelCheckpoint 会写入："
    "请把它所做的事写到循环中每一步和每一轮结束的位置",
)
LIGHTNING = Message(
    "training step: {name} is trained by a Trainer of Lightning, which MindSpore lacks; write the loop that it runs, "
    "with the body of training_step as its forward function",
    "训练步骤：{name} 由 Lightning 的 Trainer 训练，MindSpore 没有对应物；请写出训练循环，并以 training_step 的函数体作为前向函数",
)
