"""The settings, read from what a client sends or a file holds; a broken value costs that value only."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

import msgspec

from lsp_server.inference.environment import installed_versions
from lsp_server.messages import Language, Message
from lsp_server.messages import settings as messages
from lsp_server.migrate.target import Wishes

SECTION = "torchspore"
Version = Annotated[str, msgspec.Meta(pattern=r"^(\d+(\.\d+){0,2})?$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^TS\d{0,3}$")]
"""A finding's, or the beginning of several."""
MigrationMode = Literal["off", "auto", "torch-to-mindspore", "mindspore-to-torch"]


class Switch(msgspec.Struct, frozen=True):
    enable: bool = True


class HoverSettings(msgspec.Struct, frozen=True):
    enable: bool = True
    documentation: Literal["all", "missing", "off"] = "all"
    """What the frameworks say of their own names: always, only where other servers do not find it, never."""


class TargetSettings(msgspec.Struct, frozen=True):
    framework: Literal["auto", "mindspore", "torch"] = "auto"
    device: Literal["any", "Ascend", "GPU", "CPU"] = "any"
    version: Version = ""


class InlayHintsSettings(msgspec.Struct, frozen=True):
    counterparts: bool = False
    shapes: bool = False


class FindingsSettings(msgspec.Struct, frozen=True):
    select: tuple[Code, ...] = ()
    ignore: tuple[Code, ...] = ()
    per_file_ignores: dict[str, tuple[Code, ...]] = msgspec.field(
        default_factory=dict[str, tuple[Code, ...]], name="perFileIgnores"
    )
    """By a glob; in a relative one that names folders, they are those of the file or workspace that says so."""


class MigrationSettings(msgspec.Struct, frozen=True):
    mode: MigrationMode = "off"


class Settings(msgspec.Struct, frozen=True):
    """The section ``torchspore``; what only the client needs (interpreter, path …) is ignored here."""

    language: Literal["auto", "en", "zh-cn"] = "auto"
    target: TargetSettings = TargetSettings()
    hover: HoverSettings = HoverSettings()
    completion: Switch = Switch()
    signature_help: Switch = msgspec.field(default=Switch(), name="signatureHelp")
    inlay_hints: InlayHintsSettings = msgspec.field(default=InlayHintsSettings(), name="inlayHints")
    semantic_tokens: Switch = msgspec.field(default=Switch(enable=False), name="semanticTokens")
    code_lens: Switch = msgspec.field(default=Switch(), name="codeLens")
    definition: Switch = Switch()
    code_action: Switch = msgspec.field(default=Switch(), name="codeAction")
    diagnostics: Switch = Switch()
    findings: FindingsSettings = FindingsSettings()
    migration: MigrationSettings = MigrationSettings()
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
    """A value that could not be used. ``place`` is the file and line that it stands in; empty for an editor's."""

    message: Message
    values: tuple[tuple[str, str], ...]
    place: str = ""

    def text(self, language: Language) -> str:
        said = self.message.text(language, **dict(self.values))
        return f"{self.place}: {said}" if self.place else said


def read(raw: object, base: Settings | None = None) -> tuple[Settings, list[Problem]]:
    """Settings from a JSON object, key by key; what is missing comes from ``base``."""
    problems: list[Problem] = []
    settings = _struct(raw, base or Settings(), SECTION, problems)
    return settings, problems


def layered(raw: object, base: Settings) -> tuple[Settings, list[Problem]]:
    """As `read`; what is not to be reported adds up, everything else that is said goes before ``base``."""
    settings, problems = read(raw, base)
    return adding_up(settings, base), problems


def adding_up(settings: Settings, base: Settings) -> Settings:
    """Settings that leave out what ``base`` leaves out, too."""
    mine, theirs = settings.findings, base.findings
    ignored = dict(theirs.per_file_ignores)
    for pattern, codes in mine.per_file_ignores.items():
        ignored[pattern] = tuple(dict.fromkeys((*ignored.get(pattern, ()), *codes)))
    findings = msgspec.structs.replace(
        mine, ignore=tuple(dict.fromkeys((*theirs.ignore, *mine.ignore))), per_file_ignores=ignored
    )
    return msgspec.structs.replace(settings, findings=findings)


def _struct(raw: object, base: Any, path: str, problems: list[Problem]) -> Any:
    if raw is None:
        return base
    if not isinstance(raw, dict):
        problems.append(Problem(messages.BAD_VALUE, (("key", path), ("value", repr(raw)), ("default", "{}"))))
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
            values = (("key", f"{path}.{name}"), ("value", repr(sent[name])), ("default", shown))
            problems.append(Problem(messages.BAD_VALUE, values))
    return msgspec.structs.replace(base, **changes)
