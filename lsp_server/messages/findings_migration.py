"""Findings of migration mode: what a use becomes, or why nothing converts it."""

from __future__ import annotations

from lsp_server.messages import Message

FIX = Message(
    "The quick fix is the conversion of this use. `torchspore check --fix` leaves it alone: whole files are the business of "
    "`torchspore convert`.",
    "快速修复就是转换此处用法。`torchspore check --fix` 不会处理它：整个文件请用 `torchspore convert` 转换。",
)
NO_FIX = Message(
    "Nothing converts it: change it by hand, for instance as shown above.",
    "无法自动转换：请手工修改，例如按上面的写法。",
)

TS201_MESSAGE = Message("{symbol} becomes {counterpart}", "{symbol} 将转换为 {counterpart}")
TS201_WHAT = Message(
    "Finds uses that another name, or other arguments, say in the other framework without a difference.",
    "查找在另一框架中只需换名或调整参数、含义不变的用法。",
)
TS201_WHY = Message(
    "The conversion was run on both sides and always agreed, so this is work that needs no thought: convert one, or all that are safe at once.",
    "该转换在两侧实际运行过且结果一致，无需斟酌：可逐个转换，也可一次转换全部安全项。",
)
TS202_MESSAGE = Message(
    "{symbol} becomes an expression with {counterpart}", "{symbol} 将改写为使用 {counterpart} 的表达式"
)
TS202_WHAT = Message(
    "Finds uses that no single call of the other framework says, but an expression does.",
    "查找另一框架中没有单个对应调用、但可用表达式写出的用法。",
)
TS202_WHY = Message(
    "The expression was run on both sides and always agreed. It may be longer than what you would write.",
    "该表达式在两侧实际运行过且结果一致，但可能比手写的更长。",
)
TS203_MESSAGE = Message(
    "{symbol} becomes {counterpart}; that they do the same has not been shown by running both",
    "{symbol} 将转换为 {counterpart}；尚未通过两侧实际运行证明二者一致",
)
TS203_WHAT = Message(
    "Finds uses whose conversion has not been proven by running both frameworks.",
    "查找转换尚未经两侧实际运行验证的用法。",
)
TS203_WHY = Message(
    "The signatures and the documentation say that it is the same. Compare the results once before you rely on it.",
    "签名与文档表明二者相同，但在依赖它之前请先比较一次结果。",
)
TS204_MESSAGE = Message(
    "{symbol} becomes {counterpart}, which differs: {note}", "{symbol} 将转换为 {counterpart}，但有差异：{note}"
)
TS204_PLAIN = Message(
    "{symbol} becomes {counterpart}, which differs: hover over it to see where",
    "{symbol} 将转换为 {counterpart}，但有差异：悬停查看详情",
)
TS204_WHAT = Message(
    "Finds uses whose counterpart means something else somewhere.", "查找对应接口在某些情况下含义不同的用法。"
)
TS204_WHY = Message(
    "Nothing fails, the numbers are just others, or only in some cases. The message says where the difference lies; the hover says more.",
    "不会报错，只是数值不同，或仅在某些情况下不同。消息说明差异所在，悬停中有更多说明。",
)

TS301_WHAT = Message("Finds uses of names that nothing is known about yet.", "查找尚无任何规则的名称。")
TS301_WHY = Message(
    "The code needs it in the other framework all the same. Look for a counterpart in its documentation, or do without.",
    "在另一框架中同样需要它。请查阅文档寻找对应接口，或避免使用。",
)
TS302_WHAT = Message("Finds uses that the other framework has nothing for.", "查找另一框架中没有对应接口的用法。")
TS302_WHY = Message(
    "The line cannot stay, and nothing takes its place one to one. The message says what people do instead.",
    "该行无法保留，也没有可直接替换的接口。消息说明通常的做法。",
)
TS303_WHAT = Message(
    "Finds calls with an argument that the counterpart does not have.", "查找传入了对应接口所没有的参数的调用。"
)
TS303_WHY = Message(
    "Dropping the argument would change what the call does, so the call stays.",
    "去掉该参数会改变调用的行为，因此保持原样。",
)
TS304_WHAT = Message(
    "Finds calls with a value that the counterpart does not take.", "查找传入了对应接口不支持的取值的调用。"
)
TS304_WHY = Message(
    "The counterpart knows the argument, but not this value or this sort of value.",
    "对应接口有该参数，但不支持此取值或此类取值。",
)
TS305_WHAT = Message(
    "Finds arguments that stand in a place where the counterpart takes something else.",
    "查找所在位置在对应接口中另有含义的参数。",
)
TS305_WHY = Message(
    "Several positional arguments that are one there, or one that must have a name: which one is meant cannot be told.",
    "对应接口中它们合为一个参数，或必须以关键字传递，无法判断指的是哪一个。",
)
TS306_WHAT = Message(
    "Finds functions and classes that are passed on, or compared with, without being called.",
    "查找未被调用、而是作为值传递或用于比较的函数和类。",
)
TS306_WHY = Message(
    "Whoever calls it later passes arguments of this framework, which the counterpart takes otherwise.",
    "之后调用它的代码会按本框架的方式传参，而对应接口的参数不同。",
)
TS307_WHAT = Message(
    "Finds calls whose arguments cannot be assigned to parameters: `*` and `**`, or too many.",
    "查找参数无法对应到形参的调用：使用了 `*`、`**`，或参数过多。",
)
TS307_WHY = Message(
    "Arguments have other names and places there, so it must be known which is which.",
    "另一框架中参数的名称和位置不同，必须先知道各参数分别是什么。",
)
TS308_WHAT = Message(
    "Finds uses whose counterparts do not run on the target's version or device.",
    "查找对应接口无法在目标版本或设备上运行的用法。",
)
TS308_WHY = Message(
    "It would be converted to a line that raises. Another device (`target.device`) or version may have it.",
    "转换后的代码会报错。换用其他设备（`target.device`）或版本可能可行。",
)
TS309_WHAT = Message(
    "Finds what is most likely a use of the framework, but may be something else.",
    "查找很可能、但不能确定是该框架用法的代码。",
)
TS309_WHY = Message(
    "An argument of a function may be anything. An annotation (`x: torch.Tensor`) makes it certain; the conversion of this one use is offered all the same.",
    "函数参数可以是任何东西。加上注解（`x: torch.Tensor`）即可确定；此处的转换仍然提供。",
)
TS310_WHAT = Message(
    "Finds uses whose counterpart wants the code around it to be written otherwise.",
    "查找需要连同周围代码一起改写的用法。",
)
TS310_WHY = Message(
    "The message says how it is written there. Training steps are converted on request (`--training`, or the action at the step).",
    "消息说明对应的写法。训练步骤可按需转换（`--training`，或在该处使用相应操作）。",
)
TS311_WHAT = Message(
    "Finds calls whose sizes must be known to convert them, and are not.",
    "查找转换时必须知道、但无法确定其尺寸参数的调用。",
)
TS311_WHY = Message(
    "A number and a tuple of numbers are written differently there. An annotation (`n: int`) or a literal tells which it is.",
    "另一框架中整数与整数元组的写法不同。加上注解（`n: int`）或写出字面量即可区分。",
)
TS312_WHAT = Message(
    "Finds calls that leave out an argument which the counterpart must be given.", "查找省略了对应接口必需参数的调用。"
)
TS312_WHY = Message(
    "What happens here without the argument cannot be said there by a default.",
    "省略该参数时的行为，在另一框架中没有对应的默认值。",
)
TS313_WHAT = Message(
    "Finds uses that would be written as a function or class of the file, under a name that the file gives something else.",
    "查找需要在文件中写入函数或类、而其名称在文件中已另有含义的用法。",
)
TS313_WHY = Message("The two would take each other's place. Rename yours.", "二者会相互覆盖。请给你的定义改名。")
TS314_WHAT = Message(
    "Finds in-place methods on something that cannot be assigned.", "查找对无法重新赋值的对象使用的原地方法。"
)
TS314_WHY = Message(
    "In-place methods raise or change nothing on the other side, so they become assignments; the result of a call or a view has no name to assign to.",
    "原地方法在另一侧会报错或不起作用，因此要改写为赋值；而调用结果或视图没有可赋值的名字。",
)
TS316_WHAT = Message(
    "Finds attributes that are assigned to and that the other framework only reads.",
    "查找被赋值、而在另一框架中只读的属性。",
)
TS316_WHY = Message("The assignment has no place to go.", "该赋值没有对应的写法。")
TS205_MESSAGE = Message(
    "{symbol} belongs to a training step, which is converted as a whole, with its file",
    "{symbol} 属于训练步骤，训练步骤会随文件整体转换",
)
TS205_WHAT = Message(
    "Finds the calls of a training step that no single call stands for, but that the conversion of the whole step takes.",
    "查找训练步骤中没有单个对应调用、但会随整个步骤一起转换的调用。",
)
TS205_WHY = Message(
    "MindSpore has no backward pass over a tensor: a function computes the loss, value_and_grad its gradients, and the optimizer is called with them. Where the step is understood, all of that is written for you. Compare a few losses afterwards.",
    "MindSpore 不对张量做反向传播：由函数计算损失，value_and_grad 求梯度，再用梯度调用优化器。只要能识别该步骤，这些都会自动写出。转换后请对比若干步的损失。",
)
TS205_FIX = Message(
    "The quick fix converts the file with its training steps, as `torchspore convert --training` does. It is unsafe: check the result.",
    "快速修复会连同训练步骤一起转换整个文件，与 `torchspore convert --training` 相同。该修复不安全：请核对结果。",
)
TS300_WHAT = Message(
    "Says what of a file could not be read or parsed, or that converting it failed.",
    "说明文件中无法读取或解析的部分，或转换失败的原因。",
)
TS300_WHY = Message(
    "A line that is no Python is left as it is, and the rest of its file is converted; a file that cannot be read is left as it is, and the rest of the project is converted.",
    "不是合法 Python 的行保持原样，文件其余部分照常转换；无法读取的文件保持原样，项目其余部分照常转换。",
)
TS315_WHAT = Message(
    "Says which import of the old framework stays, although all uses that it serves are converted.",
    "说明在相关用法全部转换之后，仍需保留的旧框架导入。",
)
TS315_WHY = Message(
    "Something else reads the name: it is printed, passed on or exported. The program needs both frameworks until that is gone.",
    "该名称还有其他用途：被打印、传递或导出。在去掉它之前，程序同时依赖两个框架。",
)
TS317_WHAT = Message(
    "Says which statements change the framework itself, run code from strings, or use operators of extensions.",
    "说明哪些语句修改框架本身、执行字符串中的代码，或使用扩展算子。",
)
TS317_WHY = Message(
    "What such a statement does to all other code cannot be seen, so nothing of it is converted.",
    "无法判断这样的语句会对其他代码产生什么影响，因此其中任何内容都不转换。",
)
TS318_WHAT = Message(
    "Finds loaders of seeded programs whose order depends on a value, in files that do not let their batches be made in place.",
    "查找设定了随机种子、读取顺序取决于变量值，且文件无法就地组批的 DataLoader。",
)
TS318_WHY = Message(
    "After `set_seed` a pipeline of MindSpore shuffles alike in every epoch, and a sampler that draws anew needs to know whether to shuffle.",
    "调用 `set_seed` 之后，MindSpore 的数据管道每轮的打乱顺序都相同；要使用每轮重新抽样的采样器，必须明确是否打乱。",
)
TS319_WHAT = Message(
    "Finds loaders whose columns the code does not show, in files that give the name `Batches` another meaning.",
    "查找代码未表明列数、且文件中 `Batches` 另有含义的 DataLoader。",
)
TS319_WHY = Message(
    "GeneratorDataset wants a name for each column. Where they are not known, a class `Batches` is written into the file; that name must be free.",
    "GeneratorDataset 要求为每一列命名。列数未知时会在文件中写入 `Batches` 类，因此该名称不能被占用。",
)
TS320_WHAT = Message(
    "Finds training steps that are not rewritten, with the reason.", "查找无法改写的训练步骤，并说明原因。"
)
TS320_WHY = Message(
    "MindSpore computes gradients of functions. A step that reads or changes gradients on its way, shares them or leaves its block does not say which function that would be.",
    "MindSpore 对函数求梯度。如果步骤在中途读取或修改梯度、共用梯度或跳出所在代码块，就无法确定对应的函数。",
)
TS321_WHAT = Message(
    "Says what comes from a package that builds on the framework: timm, torchvision's networks, transformers.",
    "说明哪些内容来自基于该框架的软件包：timm、torchvision 的网络、transformers 等。",
)
TS321_WHY = Message(
    "Such a package makes and takes tensors and modules of its framework, whatever the file around it becomes. "
    "`torchspore convert … --with PACKAGE` converts those of its modules that the code needs, and puts them where the imports find them.",
    "无论周围的文件如何转换，这类软件包都只创建和接受其框架的张量与模块。"
    "`torchspore convert … --with 包名` 会转换代码所需的模块，并放到导入能找到的位置。",
)
TS330_WHAT = Message(
    "Says which dependencies of a project still bring the old framework in.", "说明项目中哪些依赖仍会引入旧框架。"
)
TS330_WHY = Message(
    "The framework itself is replaced where it is written plainly; for packages that build on it somebody has to decide.",
    "直接写出的框架依赖会被替换；基于该框架的其他软件包需要由人决定如何替代。",
)
TS331_WHAT = Message(
    "Says which files of an earlier conversion were changed since and are left alone.",
    "说明哪些先前转换生成的文件后来被修改过，因此保持不动。",
)
TS331_WHY = Message(
    "Converting again would undo what somebody wrote. Delete the file to have it converted again, or make the change in the original.",
    "重新转换会覆盖他人的修改。删除该文件即可重新转换，或改在原文件中修改。",
)
