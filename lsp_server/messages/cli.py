"""The command line: help texts, reports, refusals."""

from __future__ import annotations

from lsp_server.messages import Message

APP = Message(
    "Move code between PyTorch and MindSpore: explain, check, convert.",
    "在 PyTorch 与 MindSpore 之间迁移代码：解释、检查、转换。",
)
SERVER = Message("Run the language server.", "运行语言服务器。")
SERVER_STDIO = Message("Speak over standard input and output (the default).", "通过标准输入输出通信（默认）。")
SERVER_TCP = Message("Listen on HOST:PORT; keep it on the loopback interface.", "监听 HOST:PORT；请只用回环地址。")
LOG_FILE = Message("Write the log to a file instead of standard error.", "把日志写入文件而不是标准错误。")
LOG_LEVEL = Message("How much is logged.", "日志级别。")
CHECK = Message("Report findings in files and folders.", "报告文件和目录中的问题。")
SELECT = Message(
    "Only findings whose code starts with one of these (comma separated).",
    "只报告代码以这些前缀开头的问题（逗号分隔）。",
)
IGNORE = Message("Leave out findings whose code starts with one of these.", "忽略代码以这些前缀开头的问题。")
MIGRATION = Message(
    "Report every use that has to change, too; left out: as the project's settings say.",
    "同时报告每一处需要改动的用法；不指定则按项目设置。",
)
NO_CODE = Message(
    "no finding has a code that begins with {code}: torchspore explain shows the page of a code",
    "没有代码以 {code} 开头的检查项：可用 torchspore explain 查看某个代码的说明",
)
NO_NOTEBOOK = Message(
    "{path}: no Python notebook that can be read ({reason})", "{path}：不是可以读取的 Python 笔记本（{reason}）"
)
FIX = Message("Apply the safe fixes.", "应用安全的修复。")
UNSAFE_FIXES = Message("Apply unsafe fixes too.", "同时应用不安全的修复。")
DIFF = Message("Print a diff and write nothing.", "只打印差异，不写入文件。")
FORMAT = Message("How the result is printed.", "输出格式。")
CONVERT = Message("Convert files or whole folders to the other framework.", "把文件或整个目录转换到另一个框架。")
CONVERT_JOBS = Message(
    "How many processes work at once; 0 for one per core. The result is the same.",
    "并行进程数；0 表示每个核心一个。结果不受影响。",
)
TO = Message(
    "The framework to convert to; left out: as the project's settings say, or mindspore.",
    "目标框架；不指定则按项目设置，默认 mindspore。",
)
DEVICE = Message(
    "The device that the result must run on; any: CPU as well as Ascend.",
    "结果须能运行的设备；any 表示 CPU 与 Ascend 均可。",
)
TARGET_VERSION = Message("The version of the target framework.", "目标框架的版本。")
OUTPUT = Message("Where the result is written.", "结果写入位置。")
IN_PLACE = Message("Overwrite the file.", "覆盖原文件。")
BEST_EFFORT = Message(
    "Convert what is only likely too, and mark with a TODO what is left.",
    "同时转换仅为可能的用法，并用 TODO 标记剩余部分。",
)
WITH = Message(
    "Convert those modules of an installed package too that the code needs, and put them where its imports find them. "
    "Can be given several times.",
    "同时转换代码所需的某个已安装软件包的模块，并放到导入能找到的位置。可多次指定。",
)
WITH_NEEDS_OUTPUT = Message(
    "--with writes a package beside the converted code: name a place for both with -o",
    "--with 会把软件包写在转换后的代码旁边：请用 -o 指定二者的位置",
)
WITH_NOT_INSTALLED = Message(
    "--with {name}: {interpreter} has no package of that name with Python source; install it, or activate its environment",
    "--with {name}：{interpreter} 中没有带 Python 源码的同名软件包；请安装它，或激活其所在的环境",
)
WITH_OWN = Message(
    "--with {name}: the project has a folder of that name, which is converted anyway; leave --with {name} out",
    "--with {name}：项目中已有同名目录，本来就会被转换；请去掉 --with {name}",
)
WITH_UNUSED = Message(
    "--with {name}: nothing that is converted imports it; leave --with {name} out",
    "--with {name}：被转换的代码没有导入它；请去掉 --with {name}",
)
TRAINING = Message(
    "Rewrite training steps with value_and_grad too; check the result.",
    "同时用 value_and_grad 改写训练步骤；请核对结果。",
)
REPORT = Message(
    "Write a report of what was converted and what is left: as JSON, or as a page to read if the file ends in .md.",
    "把转换报告写入文件：JSON 格式；文件名以 .md 结尾时写成便于阅读的页面。",
)
JOBS = Message("How many processes work at once.", "并行进程数。")
USES = Message("List the uses of framework symbols in a file.", "列出文件中对框架符号的使用。")
STATE = Message("List the parameters and buffers of the modules of a file.", "列出文件中各模块的参数与缓冲区。")
EXPLAIN = Message("Explain a symbol or the code of a finding.", "解释一个符号或一个问题代码。")
LANGUAGE = Message("The language of the answer.", "回答所用的语言。")
CATALOG = Message(
    "List what is known: every symbol with its verdict, counterparts and evidence.",
    "列出全部已知内容：每个符号的结论、对应接口与实测证据。",
)
FRAMEWORK = Message("Only the symbols of one framework.", "只列出某一框架的符号。")
VERIFY = Message(
    "Run both frameworks on the cases of rules and on torch's own test inputs, and record the evidence.",
    "在两个框架上运行规则的用例与 torch 自带的测试输入，并记录证据。",
)
VERIFY_QUICK = Message(
    "Only a fixed part of the rules; nothing is recorded, and what no longer agrees is an error.",
    "只运行固定的一部分规则；不写入记录，原本一致而现在不一致的视为错误。",
)
VERIFY_DETAILS = Message("Print every input that disagrees.", "列出每一个结果不一致的输入。")

NO_FILE = Message("{path}: no such file: check the path", "{path}：文件不存在，请检查路径")
IS_FOLDER = Message("{path} is a folder: name one file", "{path} 是目录：请指定单个文件")
UNREADABLE = Message("{path}: cannot be read ({reason})", "{path}：无法读取（{reason}）")
UNWRITABLE = Message(
    "{path}: cannot be written ({reason}); nothing was changed", "{path}：无法写入（{reason}）；未做任何更改"
)
ONE_OUTPUT = Message("choose one of -o, --in-place and --diff", "-o、--in-place 与 --diff 只能选其一")
FOLDER_NEEDS_OUTPUT = Message(
    "{path} is a folder: say where the result goes with -o OUT, or use --diff or --in-place",
    "{path} 是目录：请用 -o OUT 指定结果位置，或使用 --diff 或 --in-place",
)
SEVERAL_NEED_OUTPUT = Message(
    "several files: say where the results go with -o OUT, or use --diff or --in-place",
    "有多个文件：请用 -o OUT 指定结果位置，或使用 --diff 或 --in-place",
)
SAME_NAME = Message(
    "{path} and another path would both become {target}: convert them one by one",
    "{path} 与另一路径都会成为 {target}：请分别转换",
)
OUTPUT_INSIDE = Message(
    "{output} and {path} lie in each other: choose a folder elsewhere", "{output} 与 {path} 互相包含：请选择其他目录"
)
OUTPUT_IS_FILE = Message("{output} is a file: name a folder", "{output} 是文件：请指定目录")
OUTPUT_NOT_EMPTY = Message(
    "{output} holds files that are not from a conversion: name a new or an empty folder",
    "{output} 中有并非转换得到的文件：请指定新的或空的目录",
)
STOPPED = Message(
    "stopped at {path} ({reason}); what is done is complete, the same command goes on from there",
    "在 {path} 处停止（{reason}）；已完成的部分是完整的，再次运行同一命令即可继续",
)
INTERRUPTED = Message(
    "interrupted; what is done is complete, the same command goes on from there",
    "已中断；已完成的部分是完整的，再次运行同一命令即可继续",
)
KEPT = Message("{path}: left alone: changed since, or not readable", "{path}：保持不动：之后被修改，或无法读取")
TREE_DONE = Message(
    "{fresh} of {files} files converted anew; what is left stands in {path}",
    "{files} 个文件中新转换了 {fresh} 个；遗留内容见 {path}",
)
CONVERTING = Message("Converting", "正在转换")
NO_SUCH_EXPRESSION = Message(
    "{name}: no module class or function of that name in {path}", "{name}：{path} 中没有这个名字的模块类或函数"
)
UNFINISHED = Message("it could not be finished ({error})", "未能完成（{error}）")
BAD_TCP = Message("--tcp wants HOST:PORT, for example 127.0.0.1:7777", "--tcp 需要 HOST:PORT，例如 127.0.0.1:7777")
BAD_VERSION = Message(
    "{version} is no version: write it like 2.10 or 2.10.0", "{version} 不是版本号：请写成 2.10 或 2.10.0"
)
CLEAN = Message("{files} files checked, nothing found", "已检查 {files} 个文件，没有发现问题")
FOUND = Message(
    "{count} findings in {files} files; {fixable} can be fixed with --fix",
    "{files} 个文件中有 {count} 个问题；其中 {fixable} 个可用 --fix 修复",
)
LEFT_LINE = Message("{path}:{line}:{col}: left: {reason} [{code}]", "{path}:{line}:{col}：未转换：{reason} [{code}]")
UNSAFE_LINE = Message("{path}:{line}:{col}: check {symbol}{note}", "{path}:{line}:{col}：请核对 {symbol}{note}")
STATE_INCOMPLETE = Message("{name}: not everything could be worked out", "{name}：有些内容无法推断")
CATALOG_TOTALS = Message(
    "{framework}: {answered} of {core} core names have a verdict ({symbols} names, {rules} rules in all)",
    "{framework}：{core} 个核心名称中 {answered} 个有结论（共 {symbols} 个名称、{rules} 条规则）",
)
CATALOG_VERDICTS = Message("  verdicts: {verdicts}", "  结论：{verdicts}")
CATALOG_ORIGINS = Message(
    "  {written} written, {derived} derived; {clean} with clean evidence, {refuted} with a case that disagrees; "
    "{agree} of {cases} cases agree",
    "  手写 {written} 条、推导 {derived} 条；{clean} 个实测全部一致，{refuted} 个有不一致的用例；"
    "{cases} 个用例中 {agree} 个一致",
)
VERIFY_NEEDS = Message(
    "verify runs both frameworks: install them with pip install 'torchspore[verify]' ({reason})",
    "verify 需要运行两个框架：请用 pip install 'torchspore[verify]' 安装（{reason}）",
)
NO_SYMBOL = Message("{name} has no rule", "{name} 没有规则")
VERIFIED = Message(
    "{rules} rules, {clean} of them always agree; {cases} cases run on both sides, {agree} agree",
    "{rules} 条规则，其中 {clean} 条全部一致；{cases} 个用例在两边运行，{agree} 个一致",
)
VERIFIED_SAFE = Message(
    "{rules} of these rules are offered as safe; {disagreements} cases disagree under them",
    "其中 {rules} 条规则作为安全转换提供；这些规则下有 {disagreements} 个用例不一致",
)
VERIFIED_DATABASE = Message(
    "torch's {name}: {public} of {entries} stand for a public name, {expressed} have a counterpart here, "
    "{proven} always agree; {run} samples run, {agree} agree, {refused} not converted, {outside} outside of limits",
    "torch 自带的{name}：{entries} 个中 {public} 个对应公开名称，{expressed} 个在此有对应接口，"
    "{proven} 个全部一致；运行样本 {run} 个，一致 {agree} 个，未转换 {refused} 个，超出限制 {outside} 个",
)
DATABASE_NAMES = {
    "operators": Message("operators", "算子"),
    "modules": Message("modules", "模块"),
    "optimizers": Message("optimizers", "优化器"),
}
VERIFIED_LEFT_OUT = Message(
    "not counted: {unwritten} samples that cannot be written as source, {dropped} at which the source framework itself raises",
    "未计入：{unwritten} 个样本无法写成源代码，{dropped} 个样本源框架自身报错",
)
VERIFY_REGRESSION = Message(
    "{name} agreed when the evidence was recorded and does not any more", "{name} 在记录证据时一致，现在不再一致"
)
