"""What is made from the settings' definitions: the JSON schema, VS Code's manifest and its texts, a table for readers.

``python -m lsp_server.settings.generated`` writes them; ``--check`` only says what is out of date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from lsp_server.catalog import published
from lsp_server.messages import Language, Message
from lsp_server.messages import settings as messages
from lsp_server.settings.options import OPTIONS, Option, pattern_of

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "schema/torchspore.schema.json"
MANIFEST = "vscode-client/package.json"
TEXTS: dict[str, Language] = {
    "vscode-client/package.nls.json": "en",
    "vscode-client/package.nls.zh-cn.json": "zh-cn",
}
TABLE = "docs/settings.md"
_MARKS = ("<!-- settings -->", "<!-- end of settings -->")
_PREFIX = "config."


def files(root: Path = ROOT) -> dict[str, str]:
    """Path below the project, and text, of everything that is generated. Reads the files of which it is only a part."""
    made = {SCHEMA: _json(schema())}
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    manifest["contributes"]["configuration"]["properties"] = properties()
    made[MANIFEST] = _json(manifest)
    for path, language in TEXTS.items():
        kept = json.loads((root / path).read_text(encoding="utf-8"))
        texts = {key: text for key, text in kept.items() if not key.startswith(_PREFIX)}
        made[path] = _json(texts | {_PREFIX + key: _text(message, language) for key, message in _texts().items()})
    page = (root / TABLE).read_text(encoding="utf-8")
    before, _, rest = page.partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    made[TABLE] = f"{before}{_MARKS[0]}\n{_tables()}\n{_MARKS[1]}{after}"
    return made


def schema() -> dict[str, Any]:
    """What ``torchspore.toml`` and ``[tool.torchspore]`` may hold, as JSON Schema."""
    top: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": messages.SCHEMA_TITLE.en,
        "type": "object",
        "additionalProperties": False,
        "properties": {},
    }
    for option in OPTIONS:
        if option.in_file:
            *groups, name = option.name.split(".")
            inner = top
            for group in groups:
                empty: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
                inner = inner["properties"].setdefault(group, empty)
            value = {
                **_type(option),
                "default": _plain(option.default),
                "description": _plain_text(option.description, "en"),
            }
            for spelling in dict.fromkeys((name, kebab(name))):
                inner["properties"][spelling] = value
    return top


def properties() -> dict[str, Any]:
    """``contributes.configuration.properties`` of VS Code's manifest."""
    found: dict[str, Any] = {}
    for order, option in enumerate(OPTIONS, 1):
        entry: dict[str, Any] = {"order": order, **_type(option)}
        if option.choices:
            entry["markdownEnumDescriptions"] = [f"%{_PREFIX}{option.name}.{choice}%" for choice in option.choices]
        if option.pattern:
            entry["patternErrorMessage"] = f"%{_PREFIX}{option.name}.pattern%"
        is_markdown = any(sign in option.description.en for sign in "`*")
        description = "markdownDescription" if is_markdown else "description"
        entry |= {"default": _plain(option.default), "scope": option.scope, description: f"%{_PREFIX}{option.name}%"}
        found[option.key] = entry
    return found


def kebab(name: str) -> str:
    """``perFileIgnores`` as TOML files like it: ``per-file-ignores``."""
    return "".join(f"-{character.lower()}" if character.isupper() else character for character in name)


def _type(option: Option) -> dict[str, Any]:
    if option.choices:
        return {"type": "string", "enum": list(option.choices)}
    if option.kind is bool:
        return {"type": "boolean"}
    if option.kind is int:
        return {"type": "integer"}
    if isinstance(option.default, Mapping):
        return {"type": "object", "additionalProperties": _strings(get_args(option.kind)[1])}
    return _strings(option.kind) if isinstance(option.default, tuple) else _string(option.kind)


def _strings(kind: Any) -> dict[str, Any]:
    item = _string(get_args(kind)[0])
    return {"type": "array", "items": item, **({"uniqueItems": True} if "pattern" in item else {})}


def _string(kind: Any) -> dict[str, Any]:
    pattern = pattern_of(kind)
    return {"type": "string", "pattern": pattern} if pattern else {"type": "string"}


def _plain(value: Any) -> Any:
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value


def _texts() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for option in OPTIONS:
        found[option.name] = option.description
        if option.pattern:
            found[f"{option.name}.pattern"] = messages.DESCRIPTIONS[f"{option.name}.pattern"]
        for choice in option.choices:
            found[f"{option.name}.{choice}"] = messages.CHOICES[f"{option.name}.{choice}"]
    return found


def _text(message: Message, language: Language) -> str:
    return message.text(language)


def _plain_text(message: Message, language: Language) -> str:
    """Without VS Code's signs for links to settings."""
    return message.text(language).replace("`#", "`").replace("#`", "`")


def _tables() -> str:
    return f"{table('en')}\n\n{table('zh-cn')}"


def table(language: Language) -> str:
    """One row for each setting, as Markdown."""
    heads = (messages.COLUMN_SETTING, messages.COLUMN_DEFAULT, messages.COLUMN_MEANING, messages.COLUMN_IN_FILE)
    rows = [f"| {' | '.join(head.text(language) for head in heads)} |", "|---|---|---|---|"]
    for option in OPTIONS:
        meaning = _plain_text(option.description, language)
        choices = [
            f"`{choice}`: {_plain_text(messages.CHOICES[f'{option.name}.{choice}'], language)}"
            for choice in option.choices
        ]
        default = json.dumps(_plain(option.default))
        place = messages.YES if option.in_file else messages.NO
        said = "<br>".join([meaning, *choices]).replace("|", "\\|")
        rows.append(f"| `{option.name}` | `{default}` | {said} | {place.text(language)} |")
    return "\n".join(rows)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stale(root: Path = ROOT) -> list[str]:
    """What is generated and differs from what lies there."""
    return list(published.stale(files(root), root))


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.settings.generated [--check]``."""
    only_check = "--check" in (sys.argv[1:] if arguments is None else arguments)
    made = files()
    old = list(published.stale(made, ROOT))
    code = published.settle(made, old, ROOT, only_check, "what follows from the settings is")
    if not only_check:
        print(f"{len(old)} files written")
    return code


if __name__ == "__main__":
    sys.exit(main())
