"""Findings: their messages, fixes and pages."""

from __future__ import annotations

from lsp_server.messages import Message

SECTION_WHAT = Message("What it does", "检查内容")
SECTION_WHY = Message("Why it matters", "为何重要")
SECTION_EXAMPLE = Message("Example", "示例")
SECTION_INSTEAD = Message("Use instead", "应改为")
SECTION_SAFETY = Message("Fix safety", "修复的安全性")
OPTIONAL = Message("optional", "可选")

TS101_MESSAGE = Message(
    "`{target}` becomes None: registering `{name}` returns nothing and sets the attribute by itself",
    "`{target}` 会变成 None：注册 `{name}` 没有返回值，属性由注册动作自行设置",
)
TS101_FIX = Message("Register without assigning", "只注册，不赋值")
TS101_WHAT = Message(
    "Finds the result of `register_buffer` or `register_parameter` assigned to an attribute.",
    "查找把 `register_buffer` 或 `register_parameter` 的返回值赋给属性的写法。",
)
TS101_WHY = Message(
    "Both methods return None. Under another name the attribute stays None for good; under the same name the "
    "assignment overwrites what was registered: in torch the buffer becomes None and is missing from the "
    "`state_dict`.",
    "两个方法都返回 None。若属性名与注册名不同，该属性永远是 None；若同名，赋值会覆盖刚注册的内容："
    "在 torch 中缓冲区变为 None，并从 `state_dict` 中消失。",
)
TS101_SAFETY = Message(
    "Safe if the attribute has the registered name; unsafe otherwise, because code that reads the other name "
    "will then fail instead of getting None.",
    "属性名与注册名相同时是安全的；否则不安全，因为读取另一个名字的代码将报错，而不再得到 None。",
)

TS102_MESSAGE = Message(
    "`{cls}` is a `{base}` and runs `{right}`, not `{wrong}`",
    "`{cls}` 继承自 `{base}`，运行的是 `{right}` 而不是 `{wrong}`",
)
TS102_FIX = Message("Rename to the method that is run", "改名为实际会运行的方法")
TS102_WHAT = Message(
    "Finds a `torch.nn.Module` that defines `construct` but no `forward`, and a `mindspore.nn.Cell` that defines "
    "`forward` but no `construct`.",
    "查找只定义了 `construct` 而没有 `forward` 的 `torch.nn.Module`，以及只定义了 `forward` 而没有 `construct` 的 "
    "`mindspore.nn.Cell`。",
)
TS102_WHY = Message(
    "Each framework calls its own method. The other one is never run: torch raises NotImplementedError at the first "
    "call, MindSpore an AttributeError.",
    "两个框架各自调用自己的方法，另一个名字的方法永远不会运行：torch 在首次调用时抛出 NotImplementedError，"
    "MindSpore 抛出 AttributeError。",
)
TS102_SAFETY = Message(
    "Safe if nothing in the class calls the method by its old name; unsafe otherwise.",
    "类内没有代码以旧名调用该方法时是安全的，否则不安全。",
)

NO_FIX = Message(
    "There is no automatic fix: what is right depends on what the code is for.",
    "没有自动修复：正确的写法取决于代码的用途。",
)

TS103_MESSAGE = Message(
    "`self.{name}` of `{cls}` is a plain tensor: it stays where it was made when the module is moved, and is not in the `state_dict`",
    "`{cls}` 的 `self.{name}` 只是普通张量：模块移动到其他设备时它留在原处，也不在 `state_dict` 中",
)
TS103_FIX = Message("Register as a buffer that is not saved", "注册为不保存的缓冲区")
TS103_WHAT = Message(
    "Finds a tensor that `__init__` makes and keeps as a plain attribute, and that `forward` computes with. Tensors that are moved by hand, made on a given device, filled again elsewhere, without dimensions, or used as an index only are left alone.",
    "查找在 `__init__` 中创建、以普通属性保存、并在 `forward` 中参与计算的张量。手动移动的、在指定设备上创建的、别处会重新赋值的、零维的，或仅用作下标的张量不报告。",
)
TS103_WHY = Message(
    "`Module.to`, `cuda`, `half`, `state_dict` and DDP know parameters and buffers only. After `net.cuda()` the tensor is still on the CPU and the first `forward` raises; its values are in no checkpoint.",
    "`Module.to`、`cuda`、`half`、`state_dict` 和 DDP 只认识参数与缓冲区。执行 `net.cuda()` 之后该张量仍在 CPU 上，首次 `forward` 就会报错；它的值也不会进入任何检查点。",
)
TS103_SAFETY = Message(
    "Unsafe: the tensor now follows `.to()` and is rounded by `.half()` like every buffer, and DDP broadcasts it. `persistent=False` keeps the keys of old checkpoints as they are; take it away if the values must be saved.",
    "不安全：张量此后会跟随 `.to()`，也会像其他缓冲区一样被 `.half()` 降低精度，并由 DDP 广播。`persistent=False` 使旧检查点的键保持不变；若需要保存其值，请去掉它。",
)

TS104_MESSAGE = Message(
    "`self.{name}` of `{cls}` asks for gradients but is no Parameter: `parameters()` does not list it, so no optimizer updates it",
    "`{cls}` 的 `self.{name}` 要求计算梯度，却不是 Parameter：`parameters()` 不包含它，优化器不会更新它",
)
TS104_FIX = Message("Make it a Parameter", "改为 Parameter")
TS104_WHAT = Message(
    "Finds a tensor with `requires_grad=True` that a module keeps as a plain attribute and uses in `forward`.",
    "查找以普通属性保存、带 `requires_grad=True` 并在 `forward` 中使用的张量。",
)
TS104_WHY = Message(
    "Its gradient is worked out and thrown away: optimizers are given `net.parameters()`, and only Parameters are in it. It is not saved and not moved either.",
    "它的梯度会被计算，却无人使用：优化器拿到的是 `net.parameters()`，其中只有 Parameter。它既不会被保存，也不会随模块移动。",
)
TS104_SAFETY = Message(
    "Unsafe: the tensor starts to learn and becomes a key of the `state_dict`, so older checkpoints lack it.",
    "不安全：该张量将开始参与训练，并成为 `state_dict` 的键，旧检查点中没有它。",
)

TS105_MESSAGE = Message(
    "The modules in `self.{name}` of `{cls}` are not registered: a plain container hides their parameters; use `{wrapper}`",
    "`{cls}` 的 `self.{name}` 中的子模块没有注册：普通容器会隐藏它们的参数，应使用 `{wrapper}`",
)
TS105_FIX = Message("Wrap in a container that registers modules", "放入会注册子模块的容器")
TS105_WHAT = Message(
    "Finds layers with parameters, buffers or dropout that are made inside a plain list, tuple or dictionary of a module or cell and registered in no other way.",
    "查找在普通列表、元组或字典中创建、带有参数、缓冲区或 dropout、且没有以其他方式注册的层。",
)
TS105_WHY = Message(
    "Only attributes that are modules themselves are registered. What is hidden in a list is not given to the optimizer, not moved, not saved, and not switched by `train()` and `eval()` (`set_train` in MindSpore).",
    "只有属性本身是模块时才会注册。藏在列表里的层不会交给优化器，不会移动，不会保存，也不受 `train()`/`eval()`（MindSpore 为 `set_train`）控制。",
)
TS105_SAFETY = Message(
    "Unsafe: the layers start to learn and become keys of checkpoints. A `ModuleList` has no `sort` or `remove`, and a `ModuleDict` takes strings as keys.",
    "不安全：这些层将开始参与训练并成为检查点的键。`ModuleList` 没有 `sort`、`remove`，`ModuleDict` 的键必须是字符串。",
)

TS106_MESSAGE = Message(
    "The Parameters in `self.{name}` of `{cls}` are not registered: a plain container hides them from the optimizer; use `{wrapper}`",
    "`{cls}` 的 `self.{name}` 中的 Parameter 没有注册：普通容器使优化器看不到它们，应使用 `{wrapper}`",
)
TS106_FIX = Message("Wrap in a container that registers Parameters", "放入会注册 Parameter 的容器")
TS106_WHAT = Message(
    "Finds Parameters that are made inside a plain list, tuple or dictionary of a module or cell.",
    "查找在模块或 Cell 的普通列表、元组或字典中创建的 Parameter。",
)
TS106_WHY = Message(
    "`parameters()` (`get_parameters()` in MindSpore) does not look into lists, so an optimizer never updates them, and no checkpoint has them.",
    "`parameters()`（MindSpore 为 `get_parameters()`）不会查看列表内部，因此优化器永远不会更新它们，检查点中也没有它们。",
)
TS106_SAFETY = Message(
    "Unsafe: the Parameters start to learn and become keys of checkpoints. In a `ParameterTuple` of MindSpore, Parameters without a name are numbered; give them names if checkpoints must last.",
    "不安全：这些 Parameter 将开始参与训练并成为检查点的键。在 MindSpore 的 `ParameterTuple` 中，未命名的 Parameter 会被自动编号；若检查点需要长期使用，请为它们命名。",
)

TS107_MESSAGE = Message(
    "The tensors in `self.{name}` of `{cls}` are neither moved nor saved with the module",
    "`{cls}` 的 `self.{name}` 中的张量既不会随模块移动，也不会保存",
)
TS107_WHAT = Message(
    "Finds tensors that `__init__` makes inside a plain list, tuple or dictionary and that `forward` uses.",
    "查找 `__init__` 在普通列表、元组或字典中创建、并由 `forward` 使用的张量。",
)
TS107_WHY = Message(
    "torch has no list of buffers, and a `ParameterList` turns tensors into Parameters that learn. Register one stacked buffer, or one buffer for each tensor.",
    "torch 没有“缓冲区列表”，而 `ParameterList` 会把张量变成参与训练的 Parameter。应注册一个堆叠后的缓冲区，或为每个张量各注册一个。",
)

TS108_MESSAGE = Message(
    "`{cls}` registers this before `super().__init__()` has run, which raises",
    "`{cls}` 在 `super().__init__()` 执行之前就进行注册，运行时会报错",
)
TS108_FIX = Message("Move `super().__init__()` to the start", "把 `super().__init__()` 移到最前")
TS108_FIX_ADD = Message("Call `super().__init__()` first", "先调用 `super().__init__()`")
TS108_WHAT = Message(
    "Finds a Parameter, buffer or module that `__init__` gives to a module or cell before `super().__init__()`, or without it.",
    "查找在 `super().__init__()` 之前（或根本没有调用它时）就交给模块或 Cell 的 Parameter、缓冲区或子模块。",
)
TS108_WHY = Message(
    "`super().__init__()` makes the tables that things are registered in. Before that, torch raises AttributeError: cannot assign module before Module.__init__() call; MindSpore raises too.",
    "登记用的表由 `super().__init__()` 创建。在此之前 torch 会抛出 AttributeError: cannot assign module before Module.__init__() call；MindSpore 同样报错。",
)
TS108_SAFETY = Message(
    "Moving is safe: the class could not be made before, and a call without arguments needs nothing from the lines that it passes. Adding a call is unsafe: a base in between may want arguments.",
    "移动是安全的：原来的类根本无法实例化，而无参调用不依赖被越过的语句。新增调用不安全：中间的基类可能需要参数。",
)

TS109_MESSAGE = Message(
    "`{method}` raises KeyError: attribute `{name}` exists already",
    "`{method}` 会抛出 KeyError：属性 `{name}` 已经存在",
)
TS109_FIX = Message("Register it at once", "直接注册")
TS109_FIX_DROP = Message("Remove the assignment before it", "删除之前的赋值")
TS109_WHAT = Message(
    "Finds an attribute that is assigned in the same method before a buffer, Parameter or module of its name is registered.",
    "查找在同一方法中先被赋值、随后又以同名注册缓冲区、Parameter 或子模块的属性。",
)
TS109_WHY = Message(
    "Registering refuses a name that the object has already, also if its value is None.",
    "只要对象上已有该名字（即使值为 None），注册就会被拒绝。",
)
TS109_SAFETY = Message(
    "Safe: before, the class could not be made at all.",
    "安全：原来的类根本无法实例化。",
)

TS110_MESSAGE = Message(
    "Buffer `{name}` of `{cls}` is None when a checkpoint is loaded: one that has it is refused as unexpected",
    "加载检查点时 `{cls}` 的缓冲区 `{name}` 为 None：包含它的检查点会因“多余的键”被拒绝",
)
TS110_WHAT = Message(
    "Finds a persistent buffer that is registered as None and given a tensor by another method.",
    "查找注册时为 None、之后由其他方法赋予张量的持久缓冲区。",
)
TS110_WHY = Message(
    "A buffer that is None is not in the `state_dict`; once filled it is. So the checkpoint of a filled module does not fit a new one: `load_state_dict` raises Unexpected key(s), and with `strict=False` the value is dropped without a word.",
    "值为 None 的缓冲区不在 `state_dict` 中，赋值之后才在。因此已填充模块的检查点无法装入新模块：`load_state_dict` 抛出 Unexpected key(s)，使用 `strict=False` 时则悄悄丢弃该值。",
)

TS111_MESSAGE = Message(
    "Type checkers take `self.{name}` of `{cls}` for `Tensor | Module`: the class body does not declare it",
    "类型检查器把 `{cls}` 的 `self.{name}` 视为 `Tensor | Module`：类体中没有声明它",
)
TS111_FIX = Message("Declare it in the class body", "在类体中声明")
TS111_WHAT = Message(
    "Finds a registered buffer that methods of the class read and that no class body of it or its bases annotates. Only looked for when its code is selected.",
    "查找类的方法会读取、但类体及其基类都没有标注类型的已注册缓冲区。仅在明确选择该代码时检查。",
)
TS111_WHY = Message(
    "Registered attributes come from `Module.__getattr__`, which promises `Tensor | Module`: calls of tensor methods are errors for a type checker, and editors complete nothing.",
    "注册得到的属性来自 `Module.__getattr__`，其类型是 `Tensor | Module`：类型检查器会把张量方法的调用视为错误，编辑器也无法补全。",
)
TS111_SAFETY = Message(
    "Safe: an annotation without a value makes no attribute. It is not offered in decorated classes, where it might be a field.",
    "安全：不带值的标注不会创建属性。对于带装饰器的类不提供修复，因为那里它可能成为字段。",
)

TS112_MESSAGE = Message(
    "`self.{name}` of `{cls}` is a constant kept as a Parameter: whoever unfreezes or lists all parameters gets it too",
    "`{cls}` 的 `self.{name}` 是用 Parameter 保存的常量：解冻或遍历全部参数时也会包括它",
)
TS112_FIX = Message("Register as a buffer", "注册为缓冲区")
TS112_WHAT = Message(
    "Finds `nn.Parameter(…, requires_grad=False)` around numbers that are worked out on the spot and that nothing sets again.",
    "查找用 `nn.Parameter(…, requires_grad=False)` 包装、就地计算且之后不再赋值的常量。",
)
TS112_WHY = Message(
    "It is in `parameters()`: it is counted, given to the optimizer, and a loop that unfreezes everything trains it. A buffer is saved and moved in the same way, and nobody takes it for a weight.",
    "它在 `parameters()` 中：会被计入参数量、交给优化器，“全部解冻”的循环还会训练它。缓冲区同样会保存和移动，却不会被当作权重。",
)
TS112_SAFETY = Message(
    "Unsafe: the key of the checkpoint stays, but `parameters()` gets shorter, and optimizer states that were saved with it do not fit any more.",
    "不安全：检查点的键不变，但 `parameters()` 会变短，之前保存的优化器状态不再匹配。",
)
