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
