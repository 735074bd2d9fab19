"""The page of commands: the command line's own help, VS Code's manifest, Neovim's definitions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from texts import Texts

from lsp_server.messages import Language

ROOT = Path(__file__).resolve().parents[2]
_LOCALES: dict[Language, str] = {"en": "en_US.UTF-8", "zh-cn": "zh_CN.UTF-8"}
_NLS: dict[Language, str] = {"en": "package.nls.json", "zh-cn": "package.nls.zh-cn.json"}
_NEOVIM = re.compile(r"define\('(\w+)', function.*?\bend, (?:\{[^{}]*desc = )?'([^']*)'", re.DOTALL)
_HELP = """
import json, click
from lsp_server.cli.app import build
group = build(lambda *_: 0)
top = click.Context(group, info_name="torchspore", max_content_width=100, terminal_width=100)
found = {"torchspore": group.get_help(top)}
for name in group.list_commands(top):
    command = group.get_command(top, name)
    found[f"torchspore {name}"] = command.get_help(click.Context(command, parent=top, info_name=name, terminal_width=100))
print(json.dumps(found))
"""
"""Run in a process of its own: the texts are chosen by the environment's language when commands are made."""


def page(language: Language, texts: Texts) -> str:
    parts = [f"# {texts.commands}", "", texts.commands_intro, "", f"## {texts.terminal}", ""]
    for name, text in help_texts(language).items():
        parts += [f"### {name}", "", "```text", text.strip(), "```", ""]
    parts += [f"## {texts.vscode}", "", texts.vscode_intro, ""]
    parts += [f"| {texts.command} | {texts.id} |", "|---|---|"]
    parts += [f"| TorchSpore: {title} | `{name}` |" for name, title in vscode_commands(language).items()]
    parts += ["", f"## {texts.neovim}", "", f"| {texts.command} | {texts.meaning} |", "|---|---|"]
    parts += [f"| `:{name}` | {texts.neovim_meaning.get(name, said)} |" for name, said in neovim_commands().items()]
    return "\n".join(parts) + "\n"


def help_texts(language: Language) -> dict[str, str]:
    """What ``--help`` prints, by command."""
    locale = _LOCALES[language]
    environment = {**os.environ, "LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", _HELP], env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def vscode_commands(language: Language) -> dict[str, str]:
    """Title by identifier."""
    folder = ROOT / "vscode-client"
    manifest: dict[str, Any] = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    texts = json.loads((folder / _NLS[language]).read_text(encoding="utf-8"))
    return {one["command"]: texts[one["title"].strip("%")] for one in manifest["contributes"]["commands"]}


def neovim_commands() -> dict[str, str]:
    """English description by name, from where they are defined."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "nvim-client").rglob("*.lua")):
        found |= {match[1]: match[2] for match in _NEOVIM.finditer(file.read_text(encoding="utf-8"))}
    return found
