"""Reasons why something is not converted, and what conversions say of themselves."""

from __future__ import annotations

from lsp_server.messages import Message

NO_RULE = Message(
    "there is no rule for {symbol} yet",
    "{symbol} 还没有对应规则",
)
NO_COUNTERPART = Message(
    "{symbol} has no counterpart in {framework}: {advice}",
    "{symbol} 在 {framework} 中没有对应接口：{advice}",
)
NO_STATE = Message(
    "{symbol} has no counterpart: {layer} of {framework} keeps no such value",
    "{symbol} 没有对应项：{framework} 的 {layer} 不保存该值",
)
NOT_FOR_TARGET = Message(
    "no counterpart of {symbol} runs on {framework} {version} · {device}",
    "{symbol} 的对应接口都不能在 {framework} {version} · {device} 上运行",
)
DISPLAY_ONLY = Message(
    "{symbol} → {counterpart} cannot be rewritten mechanically: {note}",
    "{symbol} → {counterpart} 无法自动改写：{note}",
)
ARGUMENT_WITHOUT_COUNTERPART = Message(
    "argument `{argument}` of {symbol} has no counterpart and is not at its default",
    "{symbol} 的参数 `{argument}` 没有对应项，且取值不是默认值",
)
ARGUMENT_VALUE = Message(
    "argument `{argument}` of {symbol} is only converted for {values}",
    "{symbol} 的参数 `{argument}` 只有取 {values} 时才能转换",
)
MUST_BE_GIVEN = Message(
    "{symbol} without `{argument}` does what its counterpart has no default for: write the argument",
    "{symbol} 未给出 `{argument}` 时的行为没有对应的默认值：请写出该参数",
)
CANNOT_BIND = Message(
    "the arguments do not fit any known signature of {symbol}",
    "参数与 {symbol} 的任何已知签名都不匹配",
)
HIDDEN_ARGUMENTS = Message(
    "`*` or `**` hides which arguments {symbol} gets",
    "`*` 或 `**` 展开使得无法确定 {symbol} 收到哪些参数",
)
UNPACKED_ARGUMENT = Message(
    "`**` gives {symbol} the argument `{argument}`, which would have to change: write it out in the call",
    "`**` 给 {symbol} 传入参数 `{argument}`，该参数需要改写：请在调用中直接写出",
)
NOT_CALLED = Message(
    "{symbol} is passed on without being called, and its counterpart takes other arguments",
    "{symbol} 未被直接调用而是作为值传递，而对应接口的参数不同",
)
UNCERTAIN = Message(
    "this is likely {symbol}, but not certain",
    "这里很可能是 {symbol}，但不能确定",
)
POSITION = Message(
    "argument `{argument}` of {symbol} cannot be passed in this place to {counterpart}",
    "{symbol} 的参数 `{argument}` 无法在此位置传给 {counterpart}",
)
NAME_TAKEN = Message(
    "{symbol} would be written as a `{name}` of its own, but this file gives that name another meaning",
    "{symbol} 会改写为自带的 `{name}`，但该名字在本文件中另有含义",
)
BUILT_IN_TAKEN = Message(
    "{symbol} would be written with Python's own `{name}`, but this file gives that name another meaning",
    "{symbol} 的改写需要用到 Python 内置的 `{name}`，但该名字在本文件中另有含义",
)
PATCHED = Message(
    "{symbol} changes the framework itself, for all code that uses it: nothing of this statement is converted",
    "{symbol} 修改的是框架本身，会影响所有使用它的代码：本语句保持不变",
)
CODE_IN_STRING = Message(
    "{symbol} runs code that is a string here, which is not converted",
    "{symbol} 运行的是字符串中的代码，这里不做转换",
)
AREA_FX = Message(
    "{symbol} works on graphs of torch.fx, which MindSpore has nothing like: mindspore.jit compiles construct as it stands",
    "{symbol} 处理 torch.fx 的计算图，MindSpore 没有类似机制：mindspore.jit 直接编译 construct",
)
AREA_QUANTIZATION = Message(
    "{symbol} belongs to PyTorch's quantisation; MindSpore's is a package of its own, MindSpore Golden Stick",
    "{symbol} 属于 PyTorch 的量化工具；MindSpore 的量化由单独的软件包 MindSpore Golden Stick（金箍棒）提供",
)
AREA_EXTENSIONS = Message(
    "{symbol} is an operator of a C++ extension for PyTorch, or builds one: write it as a MindSpore operator with "
    "mindspore.ops.CustomOpBuilder or mindspore.ops.Custom",
    "{symbol} 是 PyTorch 的 C++ 扩展算子或用于构建它：请用 mindspore.ops.CustomOpBuilder 或 mindspore.ops.Custom 写成 MindSpore 算子",
)
AREA_TENSORBOARD = Message(
    "{symbol} needs PyTorch: tensorboardX.SummaryWriter is the same without it, and mindspore.SummaryRecord writes for "
    "MindInsight",
    "{symbol} 依赖 PyTorch：tensorboardX.SummaryWriter 用法相同且不依赖它，mindspore.SummaryRecord 则为 MindInsight 记录",
)
AREA_FUNCTION = Message(
    "{symbol} belongs to an autograd.Function: write that as a Cell with construct and bprop",
    "{symbol} 属于 autograd.Function：请改写为带 construct 和 bprop 的 Cell",
)
NOT_PARSED = Message(
    "line {line} does not parse; what stands there is left alone",
    "第 {line} 行无法解析，该处保持原样",
)
SIZES = Message(
    "the sizes of {symbol} are not known well enough here",
    "此处无法充分确定 {symbol} 的尺寸参数",
)
IN_PLACE_VALUE = Message(
    "{symbol} changes its tensor and is used as a value here; only a statement of its own can become an assignment",
    "{symbol} 会原地修改张量，而此处又使用了它的返回值；只有单独成句时才能改写为赋值",
)
IN_PLACE_RECEIVER = Message(
    "{symbol} changes something here that cannot simply be assigned: a parameter, the result of a call, or a view",
    "{symbol} 在此处修改的对象不能直接重新赋值：它是参数、调用结果或视图",
)
GRADIENT_STOPS = Message(
    "{symbol} is read again after this update: gradients pass through it in PyTorch and stop at a Parameter; "
    "go on with a local variable, or detach what is stored",
    "本次更新之后又读取了 {symbol}：PyTorch 中梯度会经过它，而 MindSpore 中梯度止于 Parameter；请改用局部变量，或先对保存的值 detach",
)
OLD_VALUES = Message(
    "`{name}` keeps the old tensor of {symbol} in PyTorch and would see the new values here: copy it first",
    "PyTorch 中 `{name}` 仍指向 {symbol} 的旧张量，此处却会看到新值：请先复制",
)
NO_ATTRIBUTE = Message(
    "{symbol} is only converted where it is assigned to an attribute of its module",
    "{symbol} 只有直接赋给模块的属性时才能转换",
)
IN_PLACE_CHAIN = Message(
    "the arguments of {symbol} read what the call before it has changed in place: make two statements of it",
    "{symbol} 的参数读取了链中前一个原地调用修改后的值：请拆成两条语句",
)
IN_PLACE_VIEW = Message(
    "{symbol} changes a view here: `{name}` shares its memory, which an assignment would not change",
    "{symbol} 在此处修改的是视图：`{name}` 与其共享内存，改写为赋值后不会随之改变",
)
SEVERAL_NAMES = Message(
    "this is {symbol} or {other}, which are called {names} there: give each layer a branch of its own",
    "此处可能是 {symbol} 或 {other}，两者在目标框架中的名字不同（{names}）：请为每种层各写一个分支",
)
UNREADABLE = Message("the file cannot be read ({reason})", "文件无法读取（{reason}）")
UNDECODABLE = Message(
    "line {line}: these bytes are no Python source ({reason}); the file stays as it is",
    "第 {line} 行：这些字节不是 Python 源码（{reason}）；文件保持原样",
)
BROKEN = Message(
    "line {line} does not parse ({reason}); the file stays as it is",
    "第 {line} 行无法解析（{reason}）；文件保持原样",
)
FAILED = Message(
    "the file could not be converted ({reason}) and stays as it is; please report this",
    "文件无法转换（{reason}），保持原样；请反馈此问题",
)
NO_NOTEBOOK = Message(
    "this is no Python notebook that can be read ({reason}); it stays as it is",
    "这不是可以读取的 Python 笔记本（{reason}）；保持原样",
)
DEPENDENCY = Message(
    "{name} still depends on {framework}, or is not written plainly: decide what replaces it",
    "{name} 仍依赖 {framework}，或写法不够直接：请决定用什么替代",
)
IMPORT_STAYS = Message(
    "`{name}` is still imported, because something other than converted uses reads it",
    "仍然导入 `{name}`，因为除已转换的用法外还有其他代码使用它",
)
BUILT_ON = Message(
    "{symbol} stays: {package} builds on {framework} and knows no other tensors; `torchspore convert --with {package}` converts it too",
    "{symbol} 保持不变：{package} 基于 {framework}，只接受它的张量；用 `torchspore convert --with {package}` 可一并转换",
)
BUILT_ON_WITH_COUNTERPART = Message(
    "{symbol} stays: {package} builds on {framework} and knows no other tensors; `{other}` does such work there, or "
    "`torchspore convert --with {package}` converts it too",
    "{symbol} 保持不变：{package} 基于 {framework}，只接受它的张量；可改用 `{other}`，或用 `torchspore convert --with {package}` 一并转换",
)
SUMMARY_CONVERTED = Message("{count} converted", "已转换 {count} 处")
SUMMARY_UNSAFE = Message("{count} of them to be checked", "其中 {count} 处需核对")
SUMMARY_BY_HAND = Message("{count} by hand", "{count} 处需手工处理")
SUMMARY_NONE = Message("{count} have no counterpart", "{count} 处没有对应接口")
SUMMARY_NONE_ONE = Message("{count} has no counterpart", "{count} 处没有对应接口")
CHANGED_BY_HAND = Message(
    "the converted file was changed since and was left alone; delete it to have it converted again",
    "转换后的文件已被修改，因此保持不动；如需重新转换请先删除它",
)
WRITTEN = Message(
    "{symbol} is assigned to here, and its counterpart can only be read",
    "此处对 {symbol} 赋值，而其对应项只能读取",
)
CONTAINER_OPERATOR = Message(
    "`{operator}` of {symbol}: MindSpore's containers have no such operator; make a new one of the layers, each made anew "
    "where it is to have weights of its own",
    "{symbol} 的 `{operator}`：MindSpore 的容器没有该运算符；请用各层重新构造容器，需要独立权重的层要重新创建",
)
CHECKPOINT_ENTRY = Message(
    "a checkpoint of MindSpore holds tensors, numbers and text: write `{name}` into a file of its own, as JSON for instance",
    "MindSpore 的 checkpoint 只能保存张量、数字和文本：请把 `{name}` 另存到单独的文件中，例如 JSON",
)
TO_BE_CHECKED = Message(
    "{symbol} → {counterpart} has to be checked, so it was left out",
    "{symbol} → {counterpart} 需要核对，因此未转换",
)
