"""What helps to read: hovers and their documentation, signature help, hints, tokens, completion; over stdio."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from lsp_server.migrate.state_table import columns

from .conftest import Editor, server_command
from .test_mission import MINDSPORE, TORCH

CACHE = tempfile.TemporaryDirectory(prefix="torchspore-test-")
"""One for all servers of this file: what the first one builds, the others read."""
CONFIG = ClientServerConfig(
    server_command=server_command(),
    server_env={**os.environ, "XDG_CACHE_HOME": CACHE.name},
    client_factory=make_test_lsp_client,
)
REFRESHED: list[str] = []
DOCS = '''import torch
from torch import _C
from torch._C import _add_docstr as add_docstr

common_args = parse_kwargs("""
    input (Tensor): the tensor that is looked at.
""")
add_docstr(
    torch.abs,
    r"""
abs(input, *, out=None) -> Tensor

Gives how far each element of :attr:`input` is from :math:`0`,
as {0} says.

Args:
    {input}
""".format("``torch``", **common_args),
)
'''


@pytest.fixture
def settings() -> dict[str, object]:
    return {}


@pytest.fixture
def plain() -> bool:
    """Whether the client shows no Markdown and takes no snippets."""
    return False


@pytest.fixture
def locale() -> str:
    return "en"


def capabilities(plain: bool) -> types.ClientCapabilities:
    formats = [types.MarkupKind.PlainText] if plain else [types.MarkupKind.Markdown, types.MarkupKind.PlainText]
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=formats),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(
                    documentation_format=formats, snippet_support=not plain, commit_characters_support=not plain
                )
            ),
            signature_help=types.SignatureHelpClientCapabilities(
                signature_information=types.ClientSignatureInformationOptions(
                    documentation_format=formats,
                    parameter_information=types.ClientSignatureParameterInformationOptions(
                        label_offset_support=not plain
                    ),
                )
            ),
        ),
        workspace=types.WorkspaceClientCapabilities(
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
            semantic_tokens=types.SemanticTokensWorkspaceClientCapabilities(refresh_support=True),
        ),
    )


@pytest_lsp.fixture(config=CONFIG)
async def lsp(lsp_client: LanguageClient, tmp_path: Path, settings: dict[str, object], plain: bool, locale: str):
    @lsp_client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    def hints(params: None) -> None:
        REFRESHED.append("hints")

    @lsp_client.feature(types.WORKSPACE_SEMANTIC_TOKENS_REFRESH)
    def tokens(params: None) -> None:
        REFRESHED.append("tokens")

    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities(plain),
            root_uri=tmp_path.as_uri(),
            workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "test")],
            locale=locale,
            initialization_options={"settings": settings},
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(lsp: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(lsp, tmp_path)


def environment(folder: Path) -> Path:
    """An interpreter whose packages hold a torch of one docstring."""
    site = folder / "environment" / "lib" / "python3.11" / "site-packages"
    (site / "torch").mkdir(parents=True)
    (site / "torch" / "__init__.py").write_text("", encoding="utf-8")
    (site / "torch" / "_torch_docs.py").write_text(DOCS, encoding="utf-8")
    (site / "torch-2.13.0.dist-info").mkdir()
    (folder / "environment" / "pyvenv.cfg").write_text("home = /nonexistent\n", encoding="utf-8")
    interpreter = folder / "environment" / "bin" / "python"
    interpreter.parent.mkdir()
    interpreter.touch()
    return interpreter


class TestHover:
    async def test_the_most_important_line_comes_first(self, editor: Editor) -> None:
        text = await editor.hover(*editor.open("import torch.nn as nn\nnn.Con$0v2d(3, 64, 3)\n"))
        assert text is not None
        title, first, *rest = text.split("\n\n")
        assert title == "**torch.nn.Conv2d** → MindSpore 2.10 · any device"
        assert first == "**Write** `mindspore.nn.Conv2d(3, 64, 3, has_bias=True, pad_mode='pad')`", "imports stay out"
        assert "✓ run on both" in rest[-1], "the proof is read last"
        assert "(https://docs.pytorch.org/docs/2.13/generated/torch.nn.Conv2d.html)" in rest[-1]
        assert "(https://www.mindspore.cn/docs/en/r2.10.0/api_python/nn/mindspore.nn.Conv2d.html)" in rest[-1]

        listed = await editor.hover(*editor.open(TORCH + "net.buf$0fers()\n"))
        assert listed is not None
        assert listed.split("\n\n")[1].startswith("**Use** `net.untrainable_params()`")
        rows = [line for line in listed.split("\n") if line.startswith("|")]
        assert len(rows) == 5 and len({columns(row) for row in rows}) == 1, "columns stand under each other"

        named = await editor.hover(*editor.open(TORCH + "n$0et\n"))
        assert named is not None and named.startswith("**net** → MindSpore")
        # nothing says something by its colour or by a picture only
        assert not re.search(r"<(span|font|img|div)|\bcolou?r\b", text + listed + named)

    @pytest.mark.parametrize("locale", ["zh-cn"])
    async def test_headings_of_chinese_tables_are_not_broken(self, editor: Editor, locale: str) -> None:
        text = await editor.hover(*editor.open(TORCH + "net.state_di$0ct()\n"))
        assert text is not None
        head = next(line for line in text.split("\n") if line.startswith("|"))
        assert not re.search(r"[\u4e00-\u9fff]{2}", head), "a break between any two characters must be forbidden"
        assert re.sub(r"\xa0", "", head).count("形状") == 1
        assert "https://www.mindspore.cn/docs/zh-CN/r2.10.0/" in text and "文档：" in text

    @pytest.mark.parametrize("plain", [True])
    async def test_a_client_without_markdown_gets_text(self, editor: Editor, plain: bool) -> None:
        for source in ("import torch\ntorch.c$0at([])\n", TORCH + "net.state_di$0ct()\n", TORCH + "ne$0t\n"):
            text = await editor.hover(*editor.open(source))
            assert text is not None
            assert not any(sign in text for sign in ("**", "`", "|", "](", "command:"))
        assert "build_block.0.bn.running_mean         buffer" in text


class TestDocumentation:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> dict[str, object]:
        return {"interpreter": [str(environment(tmp_path))]}

    async def test_it_comes_when_it_is_read_and_never_delays_a_hover(self, editor: Editor) -> None:
        uri, position = editor.open("import torch\ntorch.a$0bs(torch.ones(3))\n")
        started = time.monotonic()
        first = await editor.hover(uri, position)
        assert first is not None and "how far" not in first
        assert time.monotonic() - started < 10
        deadline = time.monotonic() + 90
        text = first
        while "how far" not in text and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            text = await editor.hover(uri, position) or ""
        assert "```python\ntorch.abs(input, *, out=None) -> Tensor\n```" in text
        assert "Gives how far each element of `input` is from `0`, as `torch` says." in text
        assert "the tensor that is looked at" not in text, "one paragraph is enough"
        assert list(Path(CACHE.name, "torchspore", "documentation").glob("torch-2.13.0-*.msgpack"))

        shown = await editor.client.text_document_signature_help_async(
            types.SignatureHelpParams(types.TextDocumentIdentifier(uri), position)
        )
        assert shown is None
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"torchspore": {"hover": {"documentation": "off"}}})
        )
        while "how far" in text and time.monotonic() < deadline:
            text = await editor.hover(uri, position) or ""
        assert "how far" not in text and "Write" in text


async def signature(editor: Editor, text: str) -> tuple[types.SignatureHelp, str, str] | None:
    """The answer, the active parameter as it stands in the label, and what is said of it."""
    uri, position = editor.open(text)
    found = await editor.client.text_document_signature_help_async(
        types.SignatureHelpParams(types.TextDocumentIdentifier(uri), position)
    )
    if found is None:
        return None
    assert found.active_signature is not None and found.active_parameter is not None
    shown = found.signatures[found.active_signature]
    assert shown.parameters is not None
    if found.active_parameter >= len(shown.parameters):
        return found, "", ""
    parameter = shown.parameters[found.active_parameter]
    place = parameter.label
    label = place if isinstance(place, str) else shown.label[place[0] : place[1]]
    said = parameter.documentation
    return found, label, said.value if isinstance(said, types.MarkupContent) else ""


class TestSignatureHelp:
    @pytest.mark.parametrize(
        ("text", "label", "said"),
        [
            ("import torch.nn as nn\nnn.Conv2d(3, 64, $0", "kernel_size", "→ `kernel_size` in mindspore.nn.Conv2d"),
            ("import torch.nn as nn\nnn.Conv2d(3, 64, $0)", "kernel_size", "→ `kernel_size` in mindspore.nn.Conv2d"),
            (
                "import torch.nn as nn\nnn.Conv2d(3, 64, padding_mode=$0",
                "padding_mode='zeros'",
                "not in mindspore.nn.Conv2d; written there: `pad_mode='pad'`",
            ),
            (
                "import torch.nn as nn\nnn.Conv2d(3, 64, bias=$0)",
                "bias=True",
                "→ `has_bias` in mindspore.nn.Conv2d; by default `False` there, `True` here",
            ),
            (
                "import torch.nn as nn\nnn.Sequential(nn.BatchNorm2d(3, momentum=$0\n",
                "momentum=0.1",
                "→ `momentum=1 - momentum` in mindspore.nn.BatchNorm2d",
            ),
            ("import torch\nx = torch.ones(3)\nx.view($0", "*shape", "→ `shape` in mindspore.Tensor.view"),
            ("from mindspore import nn\nnn.Conv2d(3, 4, 5, $0", "stride=1", "→ `stride` in torch.nn.Conv2d"),
            ("import torch\ntorch.max(torch.ones(2), $0", "dim", "→ `dim`"),
            ("import torch\ny = torch.sum(\n    torch.ones(3),\n    $0\n\ndef f():\n    pass\n", "dim", "→ `dim`"),
        ],
    )
    async def test_the_counterparts_parameter_stands_beside(
        self, editor: Editor, text: str, label: str, said: str
    ) -> None:
        found = await signature(editor, text)
        assert found is not None
        assert found[1] == label and found[2].startswith(said), found[1:]

    async def test_nothing_elsewhere(self, editor: Editor) -> None:
        for text in (
            "import torch\ntorch.cat$0()",
            "import torch\n# torch.cat($0",
            'import torch\n"torch.cat($0"',
            "def own(a):\n    pass\nown($0",
            "import numpy as np\nnp.zeros($0",
            "$0",
        ):
            assert await signature(editor, text) is None, text

    async def test_an_overload_that_was_chosen_stays(self, editor: Editor) -> None:
        uri, position = editor.open("import torch\ntorch.max($0")
        first = await editor.client.text_document_signature_help_async(
            types.SignatureHelpParams(types.TextDocumentIdentifier(uri), position)
        )
        assert first is not None and len(first.signatures) > 1
        first.active_signature = 1
        again = await editor.client.text_document_signature_help_async(
            types.SignatureHelpParams(
                types.TextDocumentIdentifier(uri),
                position,
                context=types.SignatureHelpContext(
                    trigger_kind=types.SignatureHelpTriggerKind.ContentChange,
                    is_retrigger=True,
                    active_signature_help=first,
                ),
            )
        )
        assert again is not None and again.active_signature == 1

    @pytest.mark.parametrize(("plain", "locale"), [(True, "zh-cn")])
    async def test_as_plain_chinese(self, editor: Editor, plain: bool, locale: str) -> None:
        found = await signature(editor, "import torch.nn as nn\nnn.Conv2d(3, 64, bias=$0")
        assert found is not None
        assert found[1:] == ("bias=True", "→ mindspore.nn.Conv2d 的 has_bias；对方默认 False，此处默认 True")


async def hints(editor: Editor, uri: str) -> list[types.InlayHint] | None:
    whole = types.Range(types.Position(0, 0), types.Position(10_000, 0))
    found = await editor.client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
    )
    return list(found) if found is not None else None


WORDS = {"buffer": "buffer", "parameter": "parameter"}
CHINESE_WORDS = {"buffer": "缓冲区", "parameter": "参数"}


class TestDecorations:
    async def test_they_are_off_unless_wished_for(self, editor: Editor) -> None:
        uri, _ = editor.open(TORCH)
        identifier = types.TextDocumentIdentifier(uri)
        assert await hints(editor, uri) is None
        full = await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(identifier))
        assert full is None
        REFRESHED.clear()
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"torchspore": {"inlayHints": {"shapes": True}}})
        )
        deadline = time.monotonic() + 20
        while not await hints(editor, uri) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        assert await hints(editor, uri)
        assert set(REFRESHED) == {"hints", "tokens"}, "editors are told to draw again"

    @pytest.mark.parametrize("settings", [{"inlayHints": {"counterparts": True, "shapes": True}}])
    async def test_hints_stand_at_the_ends_of_lines(self, editor: Editor, settings: dict[str, object]) -> None:
        text = TORCH.replace("self.bn = nn.BatchNorm2d(64)", "self.bn = nn.BatchNorm2d(64)  # 归一化")
        uri, _ = editor.open(text)
        lines = text.splitlines()
        found = await hints(editor, uri)
        assert found is not None
        told = {(hint.position.line, str(hint.label)) for hint in found}
        conv, bn = (next(n for n, line in enumerate(lines) if word in line) for word in ("Conv2d", "BatchNorm2d"))
        assert (conv, "weight 64×3×3×3, bias 64") in told
        assert (bn, "weight, bias, running_mean, running_var 64") in told
        assert (lines.index("net = MyNet()"), "→ nn.Cell") not in told
        assert all(hint.position.character == len(lines[hint.position.line]) for hint in found)
        one = next(hint for hint in found if hint.label == "→ nn.Conv2d")
        assert one.tooltip is None
        resolved = await editor.client.inlay_hint_resolve_async(one)
        assert isinstance(resolved.tooltip, types.MarkupContent) and "has_bias" in resolved.tooltip.value

        around = types.Range(types.Position(conv, 0), types.Position(conv, 100))
        part = await editor.client.text_document_inlay_hint_async(
            types.InlayHintParams(types.TextDocumentIdentifier(uri), around)
        )
        assert part is not None and {hint.position.line for hint in part} == {conv}

    @pytest.mark.parametrize(("locale", "words"), [("en", WORDS), ("zh-cn", CHINESE_WORDS)])
    @pytest.mark.parametrize("settings", [{"semanticTokens": {"enable": True}}])
    async def test_what_a_colour_says_is_said_in_words(
        self, editor: Editor, settings: dict[str, object], locale: str, words: dict[str, str]
    ) -> None:
        """Whoever does not see colours reads the hover: it names what the modifier of the token stands for."""
        text = TORCH.replace("        return self.bn(self.conv(x))", "        self.bn.running_mean, self.conv.weight")
        uri, _ = editor.open(text)
        identifier = types.TextDocumentIdentifier(uri)
        full = await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(identifier))
        assert full is not None
        coloured = tokens(text, list(full.data))
        assert {modifier for _, modifier in coloured} == set(words)
        for name, modifier in coloured:
            said = await editor.hover(*editor.open(text.replace(name, f"{name[:3]}$0{name[3:]}"), f"{name}.py"))
            assert said is not None and words[modifier] in said, said

    @pytest.mark.parametrize("settings", [{"semanticTokens": {"enable": True}}])
    async def test_tokens_of_parameters_and_buffers(self, editor: Editor, settings: dict[str, object]) -> None:
        text = TORCH.replace("        return self.bn(self.conv(x))", "        self.bn.running_mean, self.conv.weight")
        uri, _ = editor.open(text)
        identifier = types.TextDocumentIdentifier(uri)
        full = await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(identifier))
        assert full is not None and full.result_id is not None
        assert tokens(text, list(full.data)) == [("running_mean", "buffer"), ("weight", "parameter")]

        line = text.splitlines().index("        self.bn.running_mean, self.conv.weight")
        part = await editor.client.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(identifier, types.Range(types.Position(line, 0), types.Position(line, 28)))
        )
        assert part is not None and tokens(text, list(part.data)) == [("running_mean", "buffer")]

        editor.change(uri, (line, 0), (line, 0), "        self.conv.bias\n")
        text = text.replace("        self.bn.running_mean,", "        self.conv.bias\n        self.bn.running_mean,")
        changed = await editor.client.text_document_semantic_tokens_full_delta_async(
            types.SemanticTokensDeltaParams(identifier, full.result_id)
        )
        assert isinstance(changed, types.SemanticTokensDelta)
        data = list(full.data)
        for edit in changed.edits:
            data[edit.start : edit.start + edit.delete_count] = edit.data or []
        assert tokens(text, data) == [("bias", "parameter"), ("running_mean", "buffer"), ("weight", "parameter")]
        forgotten = await editor.client.text_document_semantic_tokens_full_delta_async(
            types.SemanticTokensDeltaParams(identifier, "no such result")
        )
        assert isinstance(forgotten, types.SemanticTokens) and list(forgotten.data) == data


def tokens(text: str, data: list[int]) -> list[tuple[str, str]]:
    """The words that tokens stand for, and their modifiers."""
    lines = text.splitlines()
    line = character = 0
    found: list[tuple[str, str]] = []
    names = ("parameter", "buffer", "frozen", "notSaved")
    for index in range(0, len(data), 5):
        down, right, length, kind, modifiers = data[index : index + 5]
        assert kind == 0
        line, character = line + down, right + (character if not down else 0)
        named = " ".join(name for bit, name in enumerate(names) if modifiers & 1 << bit)
        found.append((lines[line][character : character + length], named))
    return found


async def offered(editor: Editor, text: str) -> dict[str, types.CompletionItem]:
    uri, position = editor.open(text)
    return {item.filter_text or item.label: item for item in await editor.completion(uri, position)}


def written(item: types.CompletionItem) -> str:
    assert isinstance(item.text_edit, types.TextEdit)
    return item.text_edit.new_text


class TestCompletion:
    async def test_a_call_carries_the_defaults_over(self, editor: Editor) -> None:
        items = await offered(editor, "from mindspore import nn\nself.conv = nn.Con$0")
        conv, linear = items["Conv2d"], items["Linear"]
        assert conv.insert_text_format is types.InsertTextFormat.Snippet
        assert written(conv) == (
            "Conv2d(${1:in_channels}, ${2:out_channels}, ${3:kernel_size}, has_bias=True, pad_mode='pad')$0"
        )
        assert conv.label == "Conv2d" and conv.label_details is not None
        assert "pad_mode='pad'" in (conv.label_details.detail or "")
        assert written(linear).startswith("Dense(${1:")
        assert "ReLU" not in items, "what is the same needs no help"
        resolved = await editor.client.completion_item_resolve_async(conv)
        assert isinstance(resolved.documentation, types.MarkupContent)
        assert "has_bias" in resolved.documentation.value

    async def test_the_other_way(self, editor: Editor) -> None:
        items = await offered(editor, "import torch.nn as nn\nnn.$0")
        assert written(items["Dense"]).startswith("Linear(${1:in_features}")
        # MindSpore keeps the size and has no bias unless it is told otherwise
        assert "padding='same'" in written(items["Conv2d"]) and "bias=False" in written(items["Conv2d"])

    @pytest.mark.parametrize("plain", [True])
    async def test_without_snippets_names_are_inserted(self, editor: Editor, plain: bool) -> None:
        items = await offered(editor, "from mindspore import nn\nnn.$0")
        assert "Conv2d" not in items and written(items["Linear"]) == "Dense"
        assert all(item.insert_text_format is not types.InsertTextFormat.Snippet for item in items.values())
        assert all("$" not in written(item) for item in items.values())

    async def test_names_of_a_framework_that_is_not_imported(self, editor: Editor) -> None:
        items = await offered(editor, "import mindspore\n\nx = torch.ca$0\n")
        cat = items["torch.cat"]
        assert written(cat) == "mindspore.ops.cat(${1:tensors})$0" and not cat.additional_text_edits
        items = await offered(editor, "from mindspore import nn\n\nx = torch.ca$0\n")
        cat = items["torch.cat"]
        assert written(cat) == "ops.cat(${1:tensors})$0"
        assert cat.additional_text_edits is not None
        assert [edit.new_text for edit in cat.additional_text_edits] == ["from mindspore import ops\n"]
        assert isinstance(cat.text_edit, types.TextEdit)
        assert cat.text_edit.range.start.character == len("x = "), "the name of the other framework goes as well"
        assert "F.relu" in await offered(editor, "from mindspore import nn\nF.re$0\n")
        assert "ops.concat" in await offered(editor, "import torch\nops.con$0\n")

    async def test_nothing_where_it_is_not_asked_for(self, editor: Editor) -> None:
        for text in (
            "from mindspore import nn\n# torch.ca$0",
            "from mindspore import nn\n'torch.ca$0'",
            'from mindspore import nn\n"""nn.Con$0"""',
            "import numpy\ntorch.ca$0",
            "from mindspore import nn\ntorch = object()\ntorch.ca$0",
            "import mindspore\ndef f(torch):\n    return torch.ca$0\n",
            "import torch\nfor ops in range(3):\n    ops.ad$0\n",
        ):
            assert await offered(editor, text) == {}, text

    async def test_long_lists_are_asked_for_again(self, editor: Editor) -> None:
        uri, position = editor.open("from mindspore import nn\nx = torch.$0\n")
        found = await editor.client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(uri), position)
        )
        assert isinstance(found, types.CompletionList) and found.is_incomplete and len(found.items) <= 40
        uri, position = editor.open("from mindspore import nn\nnn.$0\n")
        found = await editor.client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(uri), position)
        )
        assert isinstance(found, types.CompletionList) and not found.is_incomplete

    async def test_names_of_the_state_in_strings(self, editor: Editor) -> None:
        items = await offered(editor, MINDSPORE + 'net.parameters_dict()["$0"]\n')
        assert "build_block.0.bn.moving_mean" in items
