"""The settings of the server, read from what a client sends; a broken value costs that value only."""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from lsp_server.inference.environment import installed_versions
from lsp_server.messages import Message
from lsp_server.messages import server as messages
from lsp_server.migrate.target import Wishes


class Switch(msgspec.Struct, frozen=True):
    enable: bool = True


class TargetSettings(msgspec.Struct, frozen=True):
    framework: Literal["auto", "mindspore", "torch"] = "auto"
    device: Literal["any", "Ascend", "GPU", "CPU"] = "any"
    version: str = ""


class FindingsSettings(msgspec.Struct, frozen=True):
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True):
    """The section ``torchspore``; what only the client needs (interpreter, path …) is ignored here."""

    language: Literal["auto", "en", "zh-cn"] = "auto"
    target: TargetSettings = TargetSettings()
    hover: Switch = Switch()
    completion: Switch = Switch()
    code_lens: Switch = msgspec.field(default=Switch(), name="codeLens")
    definition: Switch = Switch()
    code_action: Switch = msgspec.field(default=Switch(), name="codeAction")
    diagnostics: Switch = Switch()
    findings: FindingsSettings = FindingsSettings()
    jedi: Switch = Switch()
    interpreter: tuple[str, ...] = ()
    show_notifications: Literal["off", "onError", "onWarning", "always"] = msgspec.field(
        default="off", name="showNotifications"
    )

    @property
    def wishes(self) -> Wishes:
        framework = None if self.target.framework == "auto" else self.target.framework
        installed = installed_versions(self.interpreter[0]) if self.interpreter else ()
        return Wishes(framework, self.target.version, self.target.device, installed)


class Problem(msgspec.Struct, frozen=True):
    """A value that could not be used, and what is used instead."""

    key: str
    value: str
    default: str

    @property
    def message(self) -> Message:
        return messages.BAD_SETTING


def read(raw: object, base: Settings | None = None) -> tuple[Settings, list[Problem]]:
    """Settings from a JSON object, key by key; what is missing comes from ``base``."""
    problems: list[Problem] = []
    settings = _struct(raw, base or Settings(), "torchspore", problems)
    return settings, problems


def _struct(raw: object, base: Any, path: str, problems: list[Problem]) -> Any:
    if raw is None:
        return base
    if not isinstance(raw, dict):
        problems.append(Problem(path, repr(raw), "{}"))
        return base
    sent = cast("dict[str, object]", raw)
    changes: dict[str, object] = {}
    for field in msgspec.structs.fields(base):
        name = field.encode_name
        if sent.get(name) is None:
            continue
        current = getattr(base, field.name)
        if isinstance(current, msgspec.Struct):
            changes[field.name] = _struct(sent[name], current, f"{path}.{name}", problems)
            continue
        try:
            changes[field.name] = msgspec.convert(sent[name], field.type)
        except msgspec.ValidationError:
            shown = msgspec.json.encode(current).decode()
            problems.append(Problem(f"{path}.{name}", repr(sent[name]), shown))
    return msgspec.structs.replace(base, **changes)
