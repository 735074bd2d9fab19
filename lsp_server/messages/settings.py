"""Settings: what each is for, as editors and the documentation show it, and what is said of broken ones."""

from __future__ import annotations

from lsp_server.messages import Message

BAD_VALUE = Message(
    "Setting {key}: {value} cannot be used; {default} is used instead. Correct it.",
    "设置 {key}：值 {value} 无法使用，已改用 {default}。请更正。",
)
UNKNOWN = Message(
    "Setting {key} does not exist and is left out. Correct its name.",
    "设置 {key} 不存在，已忽略。请更正名称。",
)
UNKNOWN_SIMILAR = Message(
    "Setting {key} does not exist and is left out. Correct its name; similar: {names}",
    "设置 {key} 不存在，已忽略。请更正名称；相近的名称：{names}",
)
EDITOR_ONLY = Message(
    "Setting {key} belongs into the settings of your editor and is left out here. Take it out of this file.",
    "设置 {key} 只能在编辑器设置中使用，此处已忽略。请从该文件中删除。",
)
NO_TOML = Message(
    "The file is no valid TOML ({reason}); none of its settings are used. Correct that line.",
    "该文件不是有效的 TOML（{reason}）；其中的设置均未生效。请更正该行。",
)
UNREADABLE = Message(
    "The file cannot be read ({reason}); none of its settings are used.",
    "无法读取该文件（{reason}）；其中的设置均未生效。",
)
SCHEMA_TITLE = Message("Settings of TorchSpore", "TorchSpore 的设置")
COLUMN_SETTING = Message("setting", "设置")
COLUMN_DEFAULT = Message("default", "默认值")
COLUMN_MEANING = Message("meaning", "含义")
COLUMN_IN_FILE = Message("in a file", "可写入文件")
YES = Message("yes", "是")
NO = Message("editor only", "仅编辑器")

DESCRIPTIONS: dict[str, Message] = {
    "migration.mode": Message(
        "Whether this workspace is being moved to the other framework. When on, every use that has to change is reported, and the status bar counts what is left. The target's version and device are `#torchspore.target.version#` and `#torchspore.target.device#`.",
        "此工作区是否正在迁移到另一个框架。开启后，会报告每一处需要改动的用法，并在状态栏统计剩余数量。目标版本与设备取自 `#torchspore.target.version#` 和 `#torchspore.target.device#`。",
    ),
    "target.framework": Message("The framework that code is converted to.", "代码要转换到的框架。"),
    "target.device": Message(
        "The device that converted code has to run on. It decides which of several counterparts is proposed.",
        "转换后的代码要在哪种设备上运行。有多个对应写法时，据此选择。",
    ),
    "target.version": Message(
        "The version of the target framework, for example `2.10`. Empty: the version installed in the environment, or the newest one known.",
        "目标框架的版本，例如 `2.10`。留空则使用环境中已安装的版本；未安装时使用已知的最新版本。",
    ),
    "target.version.pattern": Message(
        "A version number such as 2.10, or nothing.", "请填写版本号（例如 2.10）或留空。"
    ),
    "language": Message("The language of hovers, findings and explanations.", "悬停提示、诊断和说明所用的语言。"),
    "hover.enable": Message(
        "Show what a call, a parameter or a buffer means, and its counterpart, on hover.",
        "悬停时说明调用、参数或缓冲区的含义，以及在另一框架中的对应写法。",
    ),
    "hover.documentation": Message(
        "When hovers show what the frameworks themselves say of a name: its signature and the first paragraph of its documentation, read from your installation.",
        "悬停时何时显示框架自身的说明：从本机安装中读取的签名与文档首段。",
    ),
    "signatureHelp.enable": Message(
        "While a call is typed, show its parameters and what each becomes in the other framework.",
        "输入调用时显示其参数，以及各参数在另一框架中的对应写法。",
    ),
    "inlayHints.counterparts": Message(
        "Show the counterparts of what a line uses at its end. Hints have to be on in the editor, too.",
        "在行尾显示该行所用接口的对应写法。编辑器本身也需启用内嵌提示。",
    ),
    "inlayHints.shapes": Message(
        "Show the names and shapes of the parameters and buffers that a line creates at its end. Hints have to be on in the editor, too.",
        "在行尾显示该行创建的参数与缓冲区的名称和形状。编辑器本身也需启用内嵌提示。",
    ),
    "semanticTokens.enable": Message(
        "Mark names that are parameters or buffers. Editors take these marks from one server only: those of another Python server are then not shown.",
        "标出属于参数或缓冲区的名称。编辑器只采用一个服务器的语义标记，启用后不再显示其他 Python 服务器的标记。",
    ),
    "completion.enable": Message(
        "Offer the counterparts of the other framework's names in completions.",
        "在补全列表中提供另一框架名称的对应写法。",
    ),
    "codeLens.enable": Message(
        "Show the number of parameters and buffers over each module class.",
        "在每个模块类上方显示参数与缓冲区的数量。",
    ),
    "definition.enable": Message(
        "Go from the name of a parameter, buffer or module in a string to the line that creates it.",
        "从字符串中的参数、缓冲区或模块名称跳转到创建它的代码行。",
    ),
    "codeAction.enable": Message(
        "Offer conversions and quick fixes in the light bulb menu.", "在灯泡菜单中提供转换和快速修复。"
    ),
    "diagnostics.enable": Message("Report findings as problems.", "把发现的问题显示为诊断。"),
    "findings.select": Message(
        "Codes of the findings to report, for example `TS101` or the prefix `TS1`. Empty: all that are on by default.",
        "要报告的诊断代码，例如 `TS101`，也可以写前缀 `TS1`。留空则报告所有默认启用的诊断。",
    ),
    "findings.ignore": Message(
        "Codes, or prefixes of codes, of findings not to report. Those of the editor and of the project's file add up.",
        "不报告的诊断代码或代码前缀。编辑器与项目文件中的设置合并生效。",
    ),
    "findings.perFileIgnores": Message(
        'Codes, or prefixes of codes, not to report in some files, by a glob: `{{"tests/**": ["TS1"]}}`. `*` stays within a folder, `**` does not; a pattern without `/` is compared with the name of the file.',
        '按通配模式指定某些文件中不报告的诊断代码或代码前缀：`{{"tests/**": ["TS1"]}}`。`*` 不跨目录，`**` 可跨目录；不含 `/` 的模式与文件名比较。',
    ),
    "jedi.enable": Message(
        "Use jedi for types that TorchSpore cannot decide by itself. Without it, answers are faster and fewer.",
        "TorchSpore 自身无法判断类型时使用 jedi。关闭后响应更快，但能回答的内容更少。",
    ),
    "interpreter": Message(
        'Python interpreter (3.10 or newer) that runs the server, with its arguments, for example `["/usr/bin/python3"]`. Empty: the one chosen in the Python extension, or else `python3` or `python` on the `PATH`. `${{workspaceFolder}}`, `${{userHome}}` and `${{env:NAME}}` are replaced.',
        '运行服务器的 Python 解释器（3.10 或更高版本）及其参数，例如 `["/usr/bin/python3"]`。留空则使用 Python 扩展中选定的解释器；没有时使用 `PATH` 中的 `python3` 或 `python`。支持 `${{workspaceFolder}}`、`${{userHome}}` 和 `${{env:NAME}}`。',
    ),
    "importStrategy": Message("Where the server is loaded from.", "从哪里加载服务器。"),
    "path": Message(
        'Full command that starts the server over stdio, for example `["torchspore", "server", "--stdio"]`. It replaces the interpreter, the import strategy and the arguments. Empty: not used. `${{workspaceFolder}}`, `${{userHome}}` and `${{env:NAME}}` are replaced.',
        '通过 stdio 启动服务器的完整命令，例如 `["torchspore", "server", "--stdio"]`。设置后不再使用解释器、加载方式和附加参数。留空表示不使用。支持 `${{workspaceFolder}}`、`${{userHome}}` 和 `${{env:NAME}}`。',
    ),
    "args": Message(
        'Additional arguments for the server, for example `["--log-file", "/tmp/torchspore.log"]`. Not used with `#torchspore.path#`.',
        '传给服务器的附加参数，例如 `["--log-file", "/tmp/torchspore.log"]`。设置了 `#torchspore.path#` 时不生效。',
    ),
    "showNotifications": Message(
        "When messages of the server are shown as notifications. They are always in the log.",
        "何时以通知的形式显示服务器消息。日志中始终会记录这些消息。",
    ),
    "logLevel": Message(
        "How much the server logs. The log level of the *TorchSpore* output channel raises it: at *Debug* or *Trace* the server logs everything.",
        "服务器日志的详细程度。*TorchSpore* 输出频道的日志级别可以进一步提高它：设为*调试*或*跟踪*时，服务器会记录全部内容。",
    ),
    "trace.server": Message(
        "What is traced of the traffic between the editor and the server once the log level of the *TorchSpore* output channel is *Trace*.",
        "当 *TorchSpore* 输出频道的日志级别为*跟踪*时，记录编辑器与服务器之间通信的哪些内容。",
    ),
}
"""By the name of the setting. Braces are doubled, as in every message."""

CHOICES: dict[str, Message] = {
    "migration.mode.off": Message(
        "Only findings about state; hovers and conversions on demand.", "只报告与状态有关的问题；悬停与转换按需使用。"
    ),
    "migration.mode.auto": Message(
        "Away from the framework that most files import when the server starts, or to `#torchspore.target.framework#` if that is set. Name a direction where the work takes days.",
        "以启动时多数文件所导入的框架为起点；如已设置 `#torchspore.target.framework#`，则转到该框架。迁移持续多日时请直接指定方向。",
    ),
    "migration.mode.torch-to-mindspore": Message("PyTorch to MindSpore.", "从 PyTorch 迁移到 MindSpore。"),
    "migration.mode.mindspore-to-torch": Message("MindSpore to PyTorch.", "从 MindSpore 迁移到 PyTorch。"),
    "target.framework.auto": Message(
        "The other one: PyTorch code is converted to MindSpore, and MindSpore code to PyTorch.",
        "转换到另一个框架：PyTorch 代码转为 MindSpore，MindSpore 代码转为 PyTorch。",
    ),
    "target.framework.mindspore": Message("Always MindSpore.", "始终转为 MindSpore。"),
    "target.framework.torch": Message("Always PyTorch.", "始终转为 PyTorch。"),
    "target.device.any": Message(
        "The result must run on the CPU as well as on Ascend.", "结果必须既能在 CPU 上运行，也能在 Ascend 上运行。"
    ),
    "target.device.Ascend": Message(
        "Ascend NPU: counterparts that exist only there may be used.", "昇腾 NPU：可以使用仅昇腾支持的接口。"
    ),
    "target.device.GPU": Message("GPUs only.", "仅 GPU。"),
    "target.device.CPU": Message("CPUs only.", "仅 CPU。"),
    "language.auto": Message("The display language of the editor.", "跟随编辑器的显示语言。"),
    "language.en": Message("English.", "英文。"),
    "language.zh-cn": Message("Simplified Chinese.", "简体中文。"),
    "hover.documentation.all": Message("Always.", "始终显示。"),
    "hover.documentation.missing": Message(
        "Only for names whose documentation is attached while the framework is imported: other servers do not find it.",
        "仅限文档在导入框架时才附加的名称，即其他服务器无法显示的内容。",
    ),
    "hover.documentation.off": Message("Never.", "从不显示。"),
    "importStrategy.useBundled": Message("The server that comes with the extension.", "使用扩展自带的服务器。"),
    "importStrategy.fromEnvironment": Message(
        "The torchspore package of the interpreter's environment; if there is none, the one that comes with the extension.",
        "使用解释器环境中的 torchspore 包；如果没有安装，则使用扩展自带的服务器。",
    ),
    "showNotifications.off": Message("Never.", "从不显示。"),
    "showNotifications.onError": Message("For errors.", "仅显示错误。"),
    "showNotifications.onWarning": Message("For errors and warnings.", "显示错误和警告。"),
    "showNotifications.always": Message("For every message.", "显示所有消息。"),
    "logLevel.error": Message("Errors.", "错误。"),
    "logLevel.warning": Message("Errors and warnings.", "错误和警告。"),
    "logLevel.info": Message("What happens, too.", "另外记录发生了什么。"),
    "logLevel.debug": Message("Everything.", "全部内容。"),
    "trace.server.off": Message("Same as messages.", "与 messages 相同。"),
    "trace.server.messages": Message("The names of the messages.", "只记录消息名称。"),
    "trace.server.verbose": Message("The messages with their content.", "记录消息及其内容。"),
}
"""By the name of the setting and one of its values."""
