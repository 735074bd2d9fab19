"""The configurations in docs/editors of editors that cannot be installed here: read as those editors do, then run.

Helix, Sublime Text, Zed and IntelliJ are in none of the registries that the tests may use (Debian 12, PyPI, npm). So
their files are decoded into the types that their sources declare, unknown keys refused, and what they say is done: the
command is started with the options that they pass on, by a client with their capabilities.

    Helix         helix-core/src/syntax/config.rs, LanguageServerConfiguration and LanguageConfiguration
    Sublime Text  sublime-package.json of the package LSP, ClientConfig
    Zed           crates/settings_content/src/project.rs, LspSettings and BinarySettings
    JetBrains     docs/UserDefinedLanguageServerTemplate.md of LSP4IJ, and the templates that it ships
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import tomli
from lsprotocol import converters, types
from pygls.lsp.client import LanguageClient

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIENTS: dict[str, dict[str, Any]] = json.loads((HERE / "clients.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "schema/torchspore.schema.json").read_text(encoding="utf-8"))
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
TEXT = "from torch import nn\n\nlayer = nn.Linear(8, 4)\n"
Settings = dict[str, Any]


class HelixServer(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    command: str
    args: list[str] = []
    environment: dict[str, str] = {}
    config: Settings | None = None
    timeout: int = 20
    required_root_patterns: list[str] = []


class HelixLanguage(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    """Of a user's file, which is merged over Helix's own: what is not given stays."""

    name: str
    language_servers: list[str] = []
    language_id: str | None = None
    roots: list[str] = []
    auto_format: bool = False


class HelixFile(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    language: list[HelixLanguage] = []
    language_server: dict[str, HelixServer] = {}


class SublimeClient(msgspec.Struct, forbid_unknown_fields=True):
    command: list[str]
    enabled: bool = False
    selector: str = ""
    priority_selector: str = ""
    schemes: list[str] = []
    initializationOptions: Settings = {}  # noqa: N815  their name
    settings: Settings = {}
    env: dict[str, str] = {}


class SublimeFile(msgspec.Struct, forbid_unknown_fields=True):
    clients: dict[str, SublimeClient]


class ZedBinary(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    arguments: list[str] = []
    env: dict[str, str] = {}
    ignore_system_version: bool = False


class ZedServer(msgspec.Struct, forbid_unknown_fields=True):
    binary: ZedBinary
    initialization_options: Settings | None = None
    settings: Settings | None = None
    enable_lsp_tasks: bool = True


class ZedLanguage(msgspec.Struct, forbid_unknown_fields=True):
    language_servers: list[str]


class ZedFile(msgspec.Struct, forbid_unknown_fields=True):
    lsp: dict[str, ZedServer]
    languages: dict[str, ZedLanguage]


class FileType(msgspec.Struct, forbid_unknown_fields=True):
    patterns: list[str] = []
    name: str = ""


class Mapping(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    file_type: FileType
    language_id: str


class Template(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    id: str
    name: str
    program_args: dict[str, str]
    file_type_mappings: list[Mapping]


class Told(msgspec.Struct):
    """What a configuration makes its editor do."""

    command: list[str]
    options: Settings


def file(path: str) -> str:
    return (ROOT / "docs/editors" / path).read_text(encoding="utf-8")


def helix() -> Told:
    found = msgspec.convert(tomli.loads(file("helix/languages.toml")), HelixFile)
    (language,) = found.language
    assert language.name == "python" and "torchspore" in language.language_servers
    server = found.language_server["torchspore"]
    assert server.config is not None  # sent as initializationOptions
    return Told([server.command, *server.args], server.config)


def sublime() -> Told:
    text = COMMENT.sub("", file("sublime/LSP.sublime-settings"))
    client = msgspec.json.decode(text, type=SublimeFile).clients["torchspore"]
    assert client.enabled and client.selector == "source.python"
    return Told(client.command, client.initializationOptions)


def zed() -> Told:
    found = msgspec.json.decode(COMMENT.sub("", file("zed/settings.json")), type=ZedFile)
    ((name, server),) = found.lsp.items()
    assert name in found.languages["Python"].language_servers
    assert server.initialization_options is not None
    return Told([server.binary.path, *server.binary.arguments], server.initialization_options)


def jetbrains() -> Told:
    template = msgspec.json.decode(file("jetbrains/template.json"), type=Template)
    (mapping,) = template.file_type_mappings
    assert (mapping.file_type.patterns, mapping.language_id) == (["*.py"], "python")
    options = msgspec.json.decode(file("jetbrains/initializationOptions.json"), type=Settings)
    return Told(shlex.split(template.program_args["default"]), options)


READ: dict[str, Callable[[], Told]] = {
    "Helix": helix,
    "Sublime Text": sublime,
    "Zed": zed,
    "JetBrains with LSP4IJ": jetbrains,
}


@pytest.fixture
def on_path(tmp_path: Path) -> Path:
    """A folder with a `torchspore`, as installed packages put it onto the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "torchspore"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from lsp_server.__main__ import main\nmain()\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return folder


@pytest.mark.parametrize("name", READ)
def test_the_settings_are_known_ones(name: str) -> None:
    options = READ[name]().options
    assert set(options) == {"settings"}
    jsonschema.validate(options["settings"], SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**options["settings"], "target": {"device": "abacus"}}, SCHEMA)


@pytest.mark.parametrize("name", READ)
async def test_the_command_starts_a_server_that_takes_them(name: str, on_path: Path, tmp_path: Path) -> None:
    """With one of the documented settings at another value, so that it shows whether they arrive."""
    told = READ[name]()
    assert told.options["settings"]["language"] == "auto"
    settings = {**told.options["settings"], "language": "zh-cn"}
    uri = (tmp_path / "model.py").as_uri()
    client = LanguageClient("configured", "1")

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        """Watching files, for clients that announce that they can."""

    program, *arguments = told.command
    await client.start_io(str(on_path / program), *arguments)
    try:
        capabilities = converters.get_converter().structure(CLIENTS[name], types.ClientCapabilities)
        await client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities,
                root_uri=tmp_path.as_uri(),
                process_id=None,
                initialization_options={**told.options, "settings": settings},
            )
        )
        client.initialized(types.InitializedParams())
        client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, TEXT)))
        document, place = types.TextDocumentIdentifier(uri), types.Position(2, 12)
        hover = await client.text_document_hover_async(types.HoverParams(document, place))
        assert hover is not None
        shown = str(getattr(hover.contents, "value", hover.contents))
        assert "mindspore.nn.Dense" in shown
        assert re.search(r"[\u4e00-\u9fff]", shown), shown
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()
