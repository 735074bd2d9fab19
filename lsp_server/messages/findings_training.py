"""Findings about what happens to state after a module is made: updates, checkpoints, optimizers."""

from __future__ import annotations

from lsp_server.messages import Message

TS113_MESSAGE = Message(
    "Buffer `{name}` of `{cls}` keeps the graph of every call: the second `backward` raises, or memory grows",
    "`{cls}` 的缓冲区 `{name}` 保留了每次调用的计算图：第二次 `backward` 会报错，或内存不断增长",
)
TS113_INPUT = Message(
    "Buffer `{name}` of `{cls}` keeps the graphs of all calls alive if the input carries a gradient, so memory grows",
    "如果输入带有梯度，`{cls}` 的缓冲区 `{name}` 会保留每次调用的计算图，内存不断增长",
)
TS113_FIX = Message("Detach what is stored", "存入前先 detach")
TS113_WHAT = Message(
    "Finds a buffer that `forward` updates from its old value and something that the module's Parameters took part in, without `detach` and outside of `no_grad`; in a module with Parameters of its own also what is worked out from the arguments of `forward`.",
    "查找 `forward` 用旧值和含梯度的结果更新、既没有 `detach` 也不在 `no_grad` 中的缓冲区；若模块自身有 Parameter，还包括由 `forward` 的参数算出的值。",
)
TS113_WHY = Message(
    "The buffer becomes part of the graph, and the graph of the next call hangs on it. The next `backward` goes through the first graph again, which is freed: RuntimeError: Trying to backward through the graph a second time. With `retain_graph=True` memory grows without end.",
    "缓冲区成为计算图的一部分，下一次调用的图又挂在它上面。再次 `backward` 会经过已释放的旧图：RuntimeError: Trying to backward through the graph a second time。使用 `retain_graph=True` 则内存无限增长。",
)
TS113_SAFETY = Message(
    "Unsafe: gradients no longer flow through the buffer within the same call, where they did before the second call raised.",
    "不安全：同一次调用内，梯度不再经过该缓冲区。",
)

TS114_MESSAGE = Message(
    "`DataParallel` runs copies of `{cls}`: what `forward` assigns to buffer `{name}` is thrown away with them",
    "`DataParallel` 运行的是 `{cls}` 的副本：`forward` 赋给缓冲区 `{name}` 的值会随副本一起丢弃",
)
TS114_WHAT = Message(
    "Finds `nn.DataParallel` around a module whose `forward` assigns one of its buffers.",
    "查找用 `nn.DataParallel` 包装、且 `forward` 会给缓冲区赋值的模块。",
)
TS114_WHY = Message(
    "Each call makes new replicas. An assignment changes the replica's attribute only; an in-place update on the first device writes into the module's own buffer, those on other devices are lost. DistributedDataParallel keeps one module per process.",
    "每次调用都会创建新的副本。赋值只改变副本的属性；第一个设备上的原地更新会写入模块自己的缓冲区，其他设备上的则丢失。DistributedDataParallel 则是每个进程保留一个模块。",
)

TS115_MESSAGE = Message(
    "`{dtype}` rounds buffer `{name}`, whose values are worked out with more digits",
    "`{dtype}` 会使缓冲区 `{name}` 损失精度，而它的值需要更多有效数字",
)
TS115_WHAT = Message(
    "Finds `.half()`, `.bfloat16()` and `.to(dtype)` on a module with a float32 buffer of the user's own that is the result of a division, a power, a logarithm or the like.",
    "查找对模块调用 `.half()`、`.bfloat16()` 或 `.to(dtype)`，而模块中有用户自己注册、由除法、幂、对数等运算得到的 float32 缓冲区。",
)
TS115_WHY = Message(
    "Casting a module casts every float buffer too, not only weights. bfloat16 keeps 8 bits: frequencies of a rotary embedding are wrong by up to 0.4 %, which positions in the thousands multiply. Work such tables out where they are used, or cast them back.",
    "转换模块的数据类型会连同所有浮点缓冲区一起转换。bfloat16 只有 8 位有效位：旋转位置编码的频率误差可达 0.4%，再乘以上千的位置就相当可观。这类表应在使用处计算，或转换后恢复为 float32。",
)

TS116_MESSAGE = Message(
    "`to_empty` leaves buffer `{name}` without its values, and it is in no checkpoint that could bring them back",
    "`to_empty` 之后缓冲区 `{name}` 的值是未初始化的，而检查点中也没有它",
)
TS116_WHAT = Message(
    "Finds `to_empty` on a module with `persistent=False` buffers, in a file that does not fill them again.",
    "查找对带有 `persistent=False` 缓冲区的模块调用 `to_empty`、且文件中没有重新填充它们的写法。",
)
TS116_WHY = Message(
    "`to_empty` allocates memory and copies nothing. Parameters and persistent buffers come back with `load_state_dict`; the others hold whatever was in the memory.",
    "`to_empty` 只分配内存，不复制数据。参数和持久缓冲区可由 `load_state_dict` 恢复，其余的则是内存中的随机内容。",
)

TS117_MESSAGE = Message(
    "`{text}` is the method itself; its result is wanted here: `{name}()`",
    "`{text}` 是方法本身，这里需要的是它的结果：`{name}()`",
)
TS117_FIX = Message("Call the method", "调用该方法")
TS117_WHAT = Message(
    "Finds `state_dict`, `parameters`, `buffers` and their like without a call where they are saved, loaded, looped over, indexed or given to an optimizer.",
    "查找在保存、加载、遍历、取下标或交给优化器时未加括号的 `state_dict`、`parameters`、`buffers` 等。",
)
TS117_WHY = Message(
    "Most of these raise at once. `torch.save(net.state_dict, …)` does not: it pickles the whole module, and only loading shows that.",
    "大多数写法会立即报错，而 `torch.save(net.state_dict, …)` 不会：它把整个模块序列化，直到加载时才暴露。",
)
TS117_SAFETY = Message(
    "Safe: a method can be neither looped over nor indexed nor loaded, and nobody wants it in a file.",
    "安全：方法本身不能遍历、不能取下标、不能加载，也没有人想把它存进文件。",
)

TS118_MESSAGE = Message("`{cls}` has no `{name}` in its state", "`{cls}` 的状态中没有 `{name}`")
TS118_NOT_SAVED = Message(
    "`{name}` of `{cls}` has `persistent=False` and is not in its `state_dict`",
    "`{cls}` 的 `{name}` 设置了 `persistent=False`，不在其 `state_dict` 中",
)
TS118_OTHER_KIND = Message(
    "`{name}` of `{cls}` is of the other kind: `get_parameter` gives Parameters only, `get_buffer` buffers only",
    "`{cls}` 的 `{name}` 属于另一类：`get_parameter` 只返回 Parameter，`get_buffer` 只返回缓冲区",
)
TS118_WHAT = Message(
    "Finds a literal key of `state_dict()`, or a name given to `get_parameter` or `get_buffer`, that the module does not have. Only where the whole state is known.",
    "查找 `state_dict()` 的字面键，或传给 `get_parameter`、`get_buffer` 的名字，而模块并没有它。仅在状态完全已知时报告。",
)
TS118_WHY = Message(
    "It raises KeyError or AttributeError. A buffer with `persistent=False` is in `named_buffers()` and not in the `state_dict`; `weight_norm` and parametrizations give Parameters other names.",
    "运行时会抛出 KeyError 或 AttributeError。`persistent=False` 的缓冲区在 `named_buffers()` 中，却不在 `state_dict` 中；`weight_norm` 与参数化会改变参数的名字。",
)

TS119_MESSAGE = Message(
    "`{to}` wants `{name}`, which the state of `{from}` does not have: loading raises",
    "`{to}` 需要 `{name}`，而 `{from}` 的状态中没有它：加载时会报错",
)
TS119_UNEXPECTED = Message(
    "The state of `{from}` has `{name}`, which `{to}` does not know: loading raises",
    "`{from}` 的状态中有 `{name}`，而 `{to}` 没有它：加载时会报错",
)
TS119_SHAPE = Message(
    "`{name}` has another shape in `{from}` than in `{to}`: loading raises",
    "`{name}` 在 `{from}` 与 `{to}` 中形状不同：加载时会报错",
)
TS119_FIX = Message("Load what there is (`strict=False`)", "只加载已有的部分（`strict=False`）")
TS119_WHAT = Message(
    "Finds `b.load_state_dict(a.state_dict())` where the states of both are known and do not fit.",
    "查找两个模块的状态均已知且不匹配的 `b.load_state_dict(a.state_dict())`。",
)
TS119_WHY = Message(
    "Loading is strict by default. A buffer that is added to a class makes every checkpoint from before unloadable; `persistent=False` does not.",
    "默认是严格加载。给类新增一个缓冲区，会使之前的所有检查点都无法加载；`persistent=False` 则不会。",
)
TS119_SAFETY = Message(
    "Unsafe: `strict=False` is silent about names that are misspelt too. Where shapes differ it does not help, and no fix is offered.",
    "不安全：`strict=False` 对拼写错误的名字同样不作提示。形状不同时它无济于事，因此不提供修复。",
)

TS120_MESSAGE = Message(
    "`assign=True` unties `{name}`: it gets a Parameter of its own",
    "`assign=True` 会解除 `{name}` 的共享：它将得到自己的 Parameter",
)
TS120_WHAT = Message(
    "Finds `load_state_dict(…, assign=True)` on a module in which one Parameter has two names.",
    "查找对存在共享权重（一个 Parameter 有两个名字）的模块调用 `load_state_dict(…, assign=True)`。",
)
TS120_WHY = Message(
    "With `assign=True` each name is given the tensor of the checkpoint instead of its values, so that names that shared one Parameter have one each afterwards and drift apart in training. Tie them again after loading.",
    "`assign=True` 时每个名字直接换成检查点中的张量，而不是复制数值，原本共享的名字之后各有一份，训练时会逐渐不一致。加载后应重新绑定。",
)

TS121_MESSAGE = Message(
    "Only parameters are copied: buffer `{name}` stays behind",
    "只复制了参数：缓冲区 `{name}` 没有被复制",
)
TS121_WHAT = Message(
    "Finds a loop over the parameters of two modules that copies or averages them, where both have saved buffers and the function does nothing about these.",
    "查找遍历两个模块的参数并复制或平均、而两者都有需要保存的缓冲区且函数没有处理它们的循环。",
)
TS121_WHY = Message(
    "The statistics of batch norm are buffers. The copy has the weights of one module and the statistics of another, and gives other results in evaluation.",
    "批归一化的统计量是缓冲区。复制品拥有一个模块的权重和另一个模块的统计量，评估时结果不同。",
)

TS122_MESSAGE = Message(
    "`{optimizer}` was made before `{layer}` was replaced: it updates the old layer, the new one does not learn",
    "`{optimizer}` 在替换 `{layer}` 之前创建：它更新的是旧层，新层不会被训练",
)
TS122_FIX = Message("Make the optimizer after it", "把优化器移到其后创建")
TS122_WHAT = Message(
    "Finds a layer of a module that is replaced after an optimizer was given the module's parameters in the same block.",
    "查找在同一代码块中，优化器拿到模块参数之后又被替换的层。",
)
TS122_WHY = Message(
    "An optimizer holds the Parameters that it was given. The new layer's are others: they get gradients and no updates, and nothing says so.",
    "优化器持有的是创建时拿到的 Parameter。新层的 Parameter 是另外的对象：有梯度却不会更新，也没有任何提示。",
)
TS122_SAFETY = Message(
    "Unsafe: learning rates and the order in which random numbers are drawn may depend on the order. Not offered if a line in between uses the optimizer.",
    "不安全：随机数的消耗顺序等可能依赖语句次序。若中间的语句用到了优化器，则不提供修复。",
)

TS123_MESSAGE = Message(
    "`{optimizer}` was made before `{module}` was moved, and does not follow it",
    "`{optimizer}` 在移动 `{module}` 之前创建，不会随之移动",
)
TS123_FIX = Message("Make the optimizer after the module is moved", "在模块移动之后再创建优化器")
TS123_WHAT = Message(
    "Finds `to_empty` after an optimizer was made, and `cuda` or `to(device)` after Adagrad was.",
    "查找创建优化器之后调用 `to_empty`，以及创建 Adagrad 之后调用 `cuda` 或 `to(device)`。",
)
TS123_WHY = Message(
    "`to_empty` away from the meta device gives the module other Parameters, so the optimizer updates what nobody uses. `cuda()` keeps the objects, and most optimizers make their state at the first step; Adagrad makes it at once and leaves it on the old device.",
    "从 meta 设备执行 `to_empty` 会让模块得到新的 Parameter，优化器更新的是无人使用的旧对象。`cuda()` 保留原对象，多数优化器在第一步才创建状态；而 Adagrad 立即创建，状态会留在旧设备上。",
)

TS124_MESSAGE = Message(
    "The average keeps buffer `{name}` of the last model: averaged weights with statistics that belong to others",
    "平均模型的缓冲区 `{name}` 来自最后一个模型：平均后的权重配的是别的权重的统计量",
)
TS124_FIX = Message("Average buffers too (`use_buffers=True`)", "同时平均缓冲区（`use_buffers=True`）")
TS124_WHAT = Message(
    "Finds `AveragedModel` without `use_buffers` around a module with batch statistics, in a file that does not call `update_bn`.",
    "查找未设置 `use_buffers`、包装了带批统计量的模块、且文件中没有调用 `update_bn` 的 `AveragedModel`。",
)
TS124_WHY = Message(
    "By default parameters are averaged and buffers are copied from the last model. `update_bn` works the statistics out again from data; `use_buffers=True` averages them as well.",
    "默认只平均参数，缓冲区从最后一个模型复制。`update_bn` 用数据重新计算统计量；`use_buffers=True` 则一并平均。",
)
TS124_SAFETY = Message(
    "Unsafe: evaluation gives other numbers, as it should.",
    "不安全：评估得到的数值会改变（这正是目的）。",
)

TS125_MESSAGE = Message(
    "This unfreezes `{name}` too, which its class keeps frozen",
    "这也会解冻 `{name}`，而它在类中是有意冻结的",
)
TS125_WHAT = Message(
    "Finds `requires_grad = True` for all parameters of a module in which one was made with `requires_grad=False`.",
    "查找对全部参数设置 `requires_grad = True`，而模块中有以 `requires_grad=False` 创建的参数。",
)
TS125_WHY = Message(
    "A constant that is kept as a Parameter starts to learn, and weight decay shrinks it. Register it as a buffer, or leave it out of the loop.",
    "以 Parameter 保存的常量会开始被训练，权重衰减也会改变它。应把它注册为缓冲区，或在循环中排除。",
)

TS126_MESSAGE = Message(
    "This gives the name `{name}` a new tensor; the Parameter stays as it is",
    "这只是让名字 `{name}` 指向新的张量，Parameter 本身没有改变",
)
TS126_FIX = Message("Store the value in the Parameter", "把值写入 Parameter")
TS126_WHAT = Message(
    "Finds `p = p - …` as the last thing done with `p` in a loop over parameters, in MindSpore also `p -= …`.",
    "查找在遍历参数的循环中对 `p` 的最后操作是 `p = p - …` 的写法；在 MindSpore 中还包括 `p -= …`。",
)
TS126_WHY = Message(
    "The loop's variable is a name and no place to store in. In MindSpore `p -= …` makes a new tensor as well, so a hand-written update or decay changes nothing, silently.",
    "循环变量只是名字，不是存储位置。在 MindSpore 中 `p -= …` 同样生成新张量，因此手写的更新或衰减不会起任何作用，也没有提示。",
)
TS126_SAFETY = Message(
    "Unsafe: the update takes effect, so training changes.",
    "不安全：更新将真正生效，训练结果会改变。",
)

TS127_MESSAGE = Message(
    "`{cls}` calls this `{other}`: `{name}` is the name that the other form of its norm gives it",
    "`{cls}` 中它的名字是 `{other}`：`{name}` 是同一种归一化的另一种写法所用的名字",
)
TS127_MADE_FROM = Message(
    "`{name}` is not kept by `{cls}`: a norm or pruning works it out from {other}",
    "`{cls}` 并不保存 `{name}`：归一化（或剪枝）由 {other} 计算得到它",
)
TS127_LOADS = Message(
    "Loading raises: what `{cls}` calls `{other}`, the given state calls `{name}`, as the other form of the norm does",
    "加载时会报错：`{cls}` 中的 `{other}` 在传入的状态里叫 `{name}`，那是同一种归一化的另一种写法所用的名字",
)
TS127_FIX = Message("Use the name that it has in this module", "改用它在该模块中的名字")
TS127_FIX_LOADS = Message("Rename the keys while loading", "加载时改写键名")
TS127_WHAT = Message(
    "Finds keys of `state_dict()` and of a loaded dictionary, names given to `get_parameter` and `get_buffer`, and attributes that have a name of `torch.nn.utils.weight_norm` or `spectral_norm` (`weight_g`, `weight_v`, `weight_orig`, `weight_u`) where the module uses `torch.nn.utils.parametrizations`, or the other way round; and `b.load_state_dict(a.state_dict())` between the two. Only where the whole state is known.",
    "查找 `state_dict()` 或被加载的字典的键、传给 `get_parameter`、`get_buffer` 的名字以及属性：它们用的是 `torch.nn.utils.weight_norm`、`spectral_norm` 的名字（`weight_g`、`weight_v`、`weight_orig`、`weight_u`），而模块用的是 `torch.nn.utils.parametrizations`，或者相反；以及在两者之间的 `b.load_state_dict(a.state_dict())`。仅在状态完全已知时报告。",
)
TS127_WHY = Message(
    "Both forms keep the same tensors under different names: `weight_g` is `parametrizations.weight.original0`, `weight_v` is `…original1`; of spectral norm `weight_orig` is `…original`, `weight_u` is `parametrizations.weight.0._u`. The old functions are deprecated, so code meets checkpoints of the other form. Only `parametrizations.weight_norm` takes the old names when it loads, and only `weight_g` and `weight_v` together. `weight` itself is in neither state: it is worked out anew.",
    "两种写法以不同的名字保存同样的张量：`weight_g` 即 `parametrizations.weight.original0`，`weight_v` 即 `…original1`；对谱归一化，`weight_orig` 即 `…original`，`weight_u` 即 `parametrizations.weight.0._u`。旧函数已弃用，因此代码常会遇到另一种写法的检查点。只有 `parametrizations.weight_norm` 在加载时接受旧名字，且必须同时有 `weight_g` 与 `weight_v`。`weight` 本身不在任何一种状态里：它每次都重新计算。",
)
TS127_SAFETY = Message(
    "Safe: the new name is that of the very tensor that is meant, and the old one raises. Keys are renamed while loading only if everything fits then. None for a weight that is worked out.",
    "安全：新名字就是所指的那个张量，而旧名字会报错。仅当改名后全部匹配时才提供加载时改写。对计算得到的权重不提供修复。",
)

AS_BUFFER = Message("Register the buffer as `nn.Buffer`", "改用 `nn.Buffer` 注册缓冲区")
AS_REGISTER_BUFFER = Message("Register the buffer with `register_buffer`", "改用 `register_buffer` 注册缓冲区")
TS128_MESSAGE = Message("This can be `{owner}.{name} = nn.Buffer(…)`", "可写成 `{owner}.{name} = nn.Buffer(…)`")
TS128_WHAT = Message(
    "Finds calls of `register_buffer` with a literal name that `nn.Buffer` says as well, where torch 2.5 or later is used. Off by default: select it by its code. The same change is always offered as a refactoring, in both directions.",
    "查找可改写为 `nn.Buffer` 的、名字为字面量的 `register_buffer` 调用（需要 torch 2.5 及以上）。默认关闭：请按代码选择启用。同样的改写始终作为重构操作提供，且双向可用。",
)
TS128_WHY = Message(
    "An assignment shows readers and type checkers that there is an attribute, and what it is; a name in a string does not. State, order and saving are the same.",
    "赋值能让读者和类型检查器看到这个属性及其类型，字符串中的名字则不能。状态、顺序与保存方式都相同。",
)
TS128_SAFETY = Message(
    "Safe. Left alone: names that are no literal, loops, what may be None or is not known to be a tensor, a tensor that is registered or kept under another name too (`nn.Buffer` holds a tensor of its own over the same memory), names that the same method sets elsewhere, and classes that override `register_buffer` or `__setattr__`.",
    "安全。以下情形不处理：名字不是字面量、在循环中、值可能为 None 或不确定是张量、同一张量还以其他名字注册或保存（`nn.Buffer` 会持有共享同一内存的新张量）、同一方法在别处也设置该名字，以及重写了 `register_buffer` 或 `__setattr__` 的类。",
)
