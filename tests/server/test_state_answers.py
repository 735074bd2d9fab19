"""Answers about the state of modules: names of classes and objects, strings, optimizers, moves, checkpoints, lenses.

The numbers are those of the module that torch really builds from the same source.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from .conftest import CURSOR, LENSES_ASKED_FOR, Editor
from .test_mission import MINDSPORE, TORCH, build, rows, shape

NET = """import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, channels=8):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3)
        self.bn = nn.BatchNorm2d(channels)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("mask", torch.zeros(4))
        self.register_buffer("cache", torch.zeros(5), persistent=False)
        self.freqs = torch.arange(6.0)
        self.body = Block()
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.mask + self.freqs


net = Net()
"""
HIDDEN = """import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 2) for _ in range(3)]


net = Net()
"""


@pytest.fixture(scope="module")
def built() -> object:
    return build(NET)


def numbers(module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.frameworks
@pytest.mark.parametrize("place", ["class N$0et(", "n$0et = Net()", "net = N$0et()"])
async def test_a_module_by_its_name(editor: Editor, built, place: str) -> None:
    hover = await editor.hover(*editor.open(NET.replace(place.replace("$0", ""), place)))
    assert hover is not None
    found = rows(hover)
    every = {**dict(built.named_parameters()), **dict(built.named_buffers())}
    assert {(row[0], row[2]) for row in found} == {(name, shape(one.shape)) for name, one in every.items()}
    assert [row[0] for row in found if row[3] == "yes"] == list(built.state_dict())
    assert f"{numbers(built):,} parameters in {len(list(built.parameters()))} tensors" in hover
    assert f"{len(list(built.buffers()))} buffers of which 1 is a counter, 1 not saved" in hover
    assert "`freqs`" in hover and "freqs" not in every


@pytest.mark.parametrize(
    "source",
    [
        "class Pl$0ain:\n    pass\n",
        "x$0 = 1\n",
        "import torch.nn as nn\nclass Empty(nn.Module):\n    pass\nem$0pty = Empty()\n",
        "import torch\nx = torch.ones(3)\nx$0\n",
        NET + "net.forw$0ard\n",
        NET.replace("self.mask", "sel$0f.mask"),
        NET + 'print("mas$0k")\n',
        NET + '{"mask": 1}["mas$0k"]\n',
        NET + 'name.startswith("bo$0dy")\n',
        NET + "torch.optim.SGD(unknown()).fo$0o\n",
    ],
)
async def test_other_names_are_left_to_others(editor: Editor, source: str) -> None:
    assert await editor.hover(*editor.open(source)) is None


async def test_a_buffer_and_a_plain_tensor(editor: Editor) -> None:
    buffer = await editor.hover(*editor.open(NET.replace("self.mask +", "self.m$0ask +")))
    assert buffer is not None and "`mask` [4] float32: buffer of `Net`, saved" in buffer
    plain = await editor.hover(*editor.open(NET.replace("+ self.freqs", "+ self.fr$0eqs")))
    assert plain is not None and "`freqs` [6] is a plain tensor: not in `state_dict()`" in plain
    cache = await editor.hover(*editor.open(NET.replace('register_buffer("cache"', 'register_b$0uffer("cache"')))
    assert cache is not None and "`cache` [5] float32" in cache and "not in `state_dict()`" in cache
    scale = await editor.hover(*editor.open(NET.replace("nn.Parameter", "nn.Param$0eter")))
    assert scale is not None and "`scale` [3] float32: parameter of `Net`" in scale


@pytest.mark.frameworks
async def test_what_an_optimizer_gets(editor: Editor, built) -> None:
    async def ask(arguments: str) -> str:
        found = await editor.hover(*editor.open(f"{NET}torch.optim.SG$0D({arguments}, lr=1)\n"))
        assert found is not None
        return found

    everything = f"{numbers(built):,} parameters in {len(list(built.parameters()))} tensors"
    assert f"Gets all parameters of `net`: {everything}" in await ask("net.parameters()")
    head = f"{numbers(built.head):,} parameters in 2 tensors"
    part = await ask("net.head.parameters()")
    assert f"Gets a part of the parameters of `net`: {head}" in part and everything in part
    assert "Left out: `scale`, `body`." in part
    groups = await ask('[{"params": net.head.parameters()}, {"params": net.body.parameters(), "lr": 2}]')
    assert "2 groups:" in groups and f"- `net.head.parameters()`: {head}" in groups
    assert f"- `net.body.parameters()`: {numbers(built.body):,} parameters" in groups and "`scale`" in groups
    assert "Gets" not in await ask("unknown()")


@pytest.mark.frameworks
async def test_an_optimizer_without_parameters(editor: Editor) -> None:
    assert list(build(HIDDEN).parameters()) == []
    hover = await editor.hover(*editor.open(f"{HIDDEN}torch.optim.SG$0D(net.parameters(), lr=1)\n"))
    assert hover is not None and "⚠ Gets no parameters at all." in hover
    assert "`layers`" in hover and "nn.ModuleList" in hover


@pytest.mark.frameworks
async def test_what_moves(editor: Editor, built) -> None:
    hover = await editor.hover(*editor.open(f"{NET}net.ha$0lf()\n"))
    assert hover is not None and f"casts to float16 {numbers(built):,} parameters" in hover
    half = build(NET).half()
    kept = [name for name, one in half.state_dict().items() if one.dtype.is_floating_point is False]
    assert kept == ["body.bn.num_batches_tracked"] and f"Not cast, because not floating-point: `{kept[0]}`" in hover
    assert half.freqs.dtype == built.freqs.dtype and "plain tensors: `freqs`" in hover
    moved = await editor.hover(*editor.open(f'{NET}net.t$0o("cpu")\n'))
    assert moved is not None and "casts" not in moved and f"moves {numbers(built):,} parameters" in moved


@pytest.mark.frameworks
async def test_checkpoints(editor: Editor, built) -> None:
    count = len(built.state_dict())
    saved = await editor.hover(*editor.open(f"{NET}torch.sa$0ve(net.state_dict(), 'f')\n"))
    assert saved is not None and f"writes {count} keys" in saved and "persistent=False: `cache`" in saved
    loaded = await editor.hover(*editor.open(f"{NET}net.load_st$0ate_dict(x, strict=False)\n"))
    assert loaded is not None and f"expects {count} keys" in loaded and "nothing is raised" in loaded
    assert [row[0] for row in rows(loaded)] == list(built.state_dict())


async def test_mindspore_checkpoints_leave_buffers_out(editor: Editor) -> None:
    """Measured: ``save_checkpoint(net)`` writes Parameters only."""
    text = MINDSPORE.replace(
        "from mindspore import nn", "import mindspore as ms\nfrom mindspore import nn, ops"
    ).replace("self.build_block =", 'self.register_buffer("mask", ops.zeros(3))\n        self.build_block =')
    hover = await editor.hover(*editor.open(f"{text}ms.save_check$0point(net, 'f.ckpt')\n"))
    assert hover is not None and "writes 5 keys" in hover and "Registered buffers are not written: `mask`" in hover


STRINGS = [
    ('net.state_dict()["build_block.0.bn.running_m$0ean"]', "buffer of `BatchNorm2d`"),
    ('sd = net.state_dict()\nsd["build_block.0.bn.running_m$0ean"]', "buffer of `BatchNorm2d`"),
    ('sd = net.state_dict()\nsd.pop("build_block.0.conv.wei$0ght")', "parameter of `Conv2d`"),
    ('sd = net.state_dict()\n"build_block.0.conv.wei$0ght" in sd', "parameter of `Conv2d`"),
    ('dict(net.named_buffers())["build_block.0.bn.running_v$0ar"]', "buffer of `BatchNorm2d`"),
    ('net.get_parameter("build_block.0.conv.wei$0ght")', "parameter of `Conv2d`"),
    ('net.get_buffer("build_block.0.bn.running_m$0ean")', "buffer of `BatchNorm2d`"),
    ('net.get_submodule("build_block.0.b$0n")', "`BatchNorm2d`, a part of `MyNet`"),
    ('net.get_parameter("build_block.0.conv.wight$0s")', "`MyNet` has no `build_block.0.conv.wights`"),
]


@pytest.mark.parametrize(("code", "said"), STRINGS)
async def test_names_in_strings(editor: Editor, code: str, said: str) -> None:
    hover = await editor.hover(*editor.open(f"{TORCH}{code}\n"))
    assert hover is not None and said in hover


async def test_an_object_that_is_changed_later(editor: Editor) -> None:
    """What was put in afterwards is not in the state that the constructor leaves, so that nothing is denied."""
    changed = NET + "net.extra = nn.Linear(2, 2)\n"
    assert await editor.hover(*editor.open(changed + 'net.state_dict()["extra.wei$0ght"]\n')) is None
    hover = await editor.hover(*editor.open(changed + "torch.optim.SG$0D(net.parameters(), lr=1)\n"))
    assert hover is not None and "changes `net` after it was made" in hover


@pytest.mark.parametrize(("code", "said"), STRINGS[:-1])
async def test_definitions_of_names_in_strings(editor: Editor, code: str, said: str) -> None:
    found = await definition(editor, *editor.open(f"{TORCH}{code}\n"))
    assert found is not None
    line = TORCH.splitlines()[found.range.start.line]
    assert line.strip() == (
        "self.bn = nn.BatchNorm2d(64)" if "bn" in code.replace(CURSOR, "") else "self.conv = nn.Conv2d(3, 64, 3)"
    )


async def test_no_definition_elsewhere(editor: Editor) -> None:
    for code in (
        'print("build_block.0.b$0n")',
        'net.state_dict()["no$0thing"]',
        "n$0et",
        'k.startswith("build_b$0lock")',
    ):
        assert await definition(editor, *editor.open(f"{TORCH}{code}\n")) is None


async def test_a_definition_in_another_file(editor: Editor) -> None:
    editor.open(TORCH, "models.py")
    place = editor.open('from models import MyNet\nMyNet().state_dict()["build_block.0.conv.bi$0as"]\n', "use.py")
    found = await definition(editor, *place)
    assert found is not None and Path(found.uri).name == "models.py" and found.range.start.line == 6


async def definition(editor: Editor, uri: str, position: types.Position) -> types.Location | None:
    found = await editor.client.text_document_definition_async(
        types.DefinitionParams(types.TextDocumentIdentifier(uri), position)
    )
    assert found is None or isinstance(found, types.Location)
    return found


@pytest.mark.frameworks
@pytest.mark.parametrize(
    "code", ['net.state_dict()["$0"]', 'net.state_dict()["build$0', 'sd = net.state_dict()\nsd["$0']
)
async def test_completion_in_strings(editor: Editor, built, code: str) -> None:
    items = await editor.completion(*editor.open(f"{NET}{code}\n"))
    assert [item.label for item in items] == list(built.state_dict())
    details = {item.label: item.detail for item in items}
    assert details["mask"] == "buffer [4] float32" and details["head.weight"] == "Parameter [2, 8] float32"


@pytest.mark.frameworks
async def test_completion_by_getter(editor: Editor, built) -> None:
    expected = {
        "get_parameter": [name for name, _ in built.named_parameters()],
        "get_buffer": [name for name, _ in built.named_buffers()],
        "get_submodule": [name for name, _ in built.named_modules() if name],
    }
    for getter, names in expected.items():
        items = await editor.completion(*editor.open(f'{NET}net.{getter}("$0")\n'))
        assert [item.label for item in items] == names
    items = await editor.completion(*editor.open(f'{NET}net.get_parameter("body.co$0nv.weight")\n'))
    edit = items[0].text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.range.end.character - edit.range.start.character == len("body.conv.weight")
    assert await editor.completion(*editor.open(f'{NET}print("$0")\n')) == []


@pytest.mark.frameworks
async def test_lenses_over_module_classes(editor: Editor, built) -> None:
    uri, _ = editor.open(NET + "\n\nclass Plain:\n    pass\n$0")
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    assert lenses is not None and [lens.command for lens in lenses] == [None, None, None]
    titles = []
    for lens in lenses[1:]:  # the first one stands above the file: tests/server/test_report.py
        resolved = await editor.client.code_lens_resolve_async(lens)
        assert resolved.command is not None
        titles.append(resolved.command.title)
    body, whole = numbers(built.body), numbers(built)
    assert titles == [f"{body:,} parameters · 3 buffers", f"{whole:,} parameters · 5 buffers"]
    assert resolved.command.command == "torchspore.showState"
    shown = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(resolved.command.command, resolved.command.arguments)
    )
    assert isinstance(shown, str) and [row[0] for row in rows(shown) if row[3] == "yes"] == list(built.state_dict())


async def test_lenses_speak_the_language_that_is_set(editor: Editor) -> None:
    before = len(LENSES_ASKED_FOR)
    uri, _ = editor.open(NET + "$0")
    settings = {"torchspore": {"language": "zh-cn"}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    assert lenses is not None
    resolved = await editor.client.code_lens_resolve_async(lenses[1])
    assert resolved.command is not None and "个缓冲区" in resolved.command.title
    assert len(LENSES_ASKED_FOR) == before + 1


async def test_long_lists_fold(editor: Editor) -> None:
    text = TORCH.replace("nn.Sequential(ConvBN(), nn.ReLU())", "nn.Sequential(*[ConvBN() for _ in range(9)])")
    place = editor.open(f"{text}n$0et\n")
    hover = await editor.hover(*place)
    assert hover is not None and len(rows(hover)) == 12
    assert "… and 51 more: `torchspore state model.py:MyNet`" in hover
    arguments = [place[0], {"line": place[1].line, "character": place[1].character}]
    shown = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("torchspore.showState", arguments)
    )
    assert isinstance(shown, str) and len(rows(shown)) == 63


class TestSwitchedOff:
    @pytest.fixture
    def options(self) -> dict[str, object]:
        return {"settings": {"codeLens": {"enable": False}, "definition": {"enable": False}}}

    async def test_nothing(self, editor: Editor) -> None:
        uri, position = editor.open(TORCH + 'net.get_submodule("build_block.0.b$0n")\n')
        parameters = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        assert await editor.client.text_document_code_lens_async(parameters) is None
        assert await definition(editor, uri, position) is None


class TestChinese:
    @pytest.fixture
    def locale(self) -> str:
        return "zh-cn"

    async def test_everything_is_said_in_chinese(self, editor: Editor) -> None:
        hover = await editor.hover(*editor.open(NET.replace("class Net", "class N$0et")))
        assert hover is not None and "个参数" in hover and "普通张量" in hover and "parameters in" not in hover
