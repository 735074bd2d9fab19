"""The few sentences that the site itself adds, in both languages. Everything else comes from the files it is made of."""

from __future__ import annotations

from typing import NamedTuple

from lsp_server.messages import Language


class Texts(NamedTuple):
    home: str
    using: str
    editors: str
    trust: str
    reference: str
    contributing: str
    commands: str
    commands_intro: str
    terminal: str
    vscode: str
    vscode_intro: str
    neovim: str
    command: str
    id: str
    meaning: str
    neovim_meaning: dict[str, str]
    catalog: str
    findings: str
    findings_intro: str
    code: str
    name: str
    severity: str
    what: str
    in_english: str
    """Above a page that exists in English only; empty in English."""


TEXTS: dict[Language, Texts] = {
    "en": Texts(
        home="Overview",
        using="Using it",
        editors="Editors",
        trust="Trust",
        reference="Reference",
        contributing="For contributors",
        commands="Commands",
        commands_intro="Exit codes of all of them: 0 done, 1 something was found or left, 2 it could not be done and one line says why.",
        terminal="In a terminal",
        vscode="In VS Code",
        vscode_intro="In the command palette (`F1`); the identifier is for key bindings.",
        neovim="In Neovim",
        command="command",
        id="identifier",
        meaning="what it does",
        neovim_meaning={},
        catalog="Catalog",
        findings="Findings",
        findings_intro="What `torchspore check` and the editors report. `torchspore explain CODE` prints a page; `--select` and "
        "`--ignore` take codes or their beginnings. `TS2` and `TS3` are those of migration mode and of conversions. [What they find in real code](corpus.md).",
        code="code",
        name="name",
        severity="severity",
        what="what",
        in_english="",
    ),
    "zh-cn": Texts(
        home="概览",
        using="使用",
        editors="编辑器",
        trust="可信度",
        reference="参考",
        contributing="参与开发",
        commands="命令",
        commands_intro="所有命令的退出码：0 表示完成；1 表示完成，但发现了问题或有未转换的代码；2 表示无法完成，并用一行说明原因。",
        terminal="命令行",
        vscode="VS Code",
        vscode_intro="在命令面板（`F1`）中执行；绑定快捷键时使用标识符。",
        neovim="Neovim",
        command="命令",
        id="标识符",
        meaning="作用",
        neovim_meaning={
            "LspTorchSporeConvertSafe": "转换当前文件中所有可以安全转换的内容；加 ! 时转换整个工作区",
            "TorchSporeLeft": "列出迁移中尚未处理的用法；加 ! 时只列出当前文件",
            "LspTorchSporeConvertFile": "把当前文件转换到另一个框架，可以撤销",
            "LspTorchSporePreviewFile": "并排显示当前文件与转换结果的差异",
            "LspTorchSporeReport": "显示报告：能转换多少、剩下哪些及原因、哪些需要核对",
            "LspTorchSporeConvertWorkspace": "询问之后，转换工作区中的所有 Python 文件",
            "LspTorchSporeScan": "报告工作区中所有文件的问题",
            "LspTorchSporeState": "列出光标处模块的全部参数与缓冲区",
            "LspTorchSporeExplain": "解释一个符号或诊断代码；不带参数时解释光标处的内容",
        },
        catalog="接口目录",
        findings="检查项",
        findings_intro="`torchspore check` 与编辑器会报告的问题。`torchspore explain 代码` 显示对应页面；`--select` 与 `--ignore` "
        "接受代码或其前缀。`TS2` 与 `TS3` 属于迁移模式和转换。[在真实代码中的发现](corpus.md)。",
        code="代码",
        name="名称",
        severity="级别",
        what="内容",
        in_english="!!! note\n\n    本页目前只有英文版。",
    ),
}
