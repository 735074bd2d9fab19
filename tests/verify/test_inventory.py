"""The committed inventories against the frameworks themselves."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lsp_server.catalog.model import History, Parameter, Signature, Symbol
from lsp_server.verify.inventory import history

FOLDER = Path(__file__).parents[2] / "mappings" / "inventory"
FILES = {"torch": "torch-2.13.0.jsonl", "mindspore": "mindspore-2.10.0.jsonl"}


def read(framework: str) -> tuple[dict[str, str], list[Symbol]]:
    lines = (FOLDER / FILES[framework]).read_bytes().splitlines()
    return msgspec.json.decode(lines[0]), [msgspec.json.decode(line, type=Symbol) for line in lines[1:]]


INVENTORY = {framework: read(framework) for framework in FILES}
SYMBOLS = {symbol.name: symbol for _, symbols in INVENTORY.values() for symbol in symbols}
ALIASES = {alias: symbol.name for symbol in SYMBOLS.values() for alias in symbol.aliases}


def written(signature: Signature) -> str:
    """A signature as one line; keyword-only parameters after a star."""
    parts: list[str] = []
    for p in signature.parameters:
        stars = {"var-positional": "*", "var-keyword": "**"}.get(p.kind, "")
        if p.kind == "keyword" and "*" not in parts and not any(x.startswith("*") for x in parts):
            parts.append("*")
        parts.append(f"{stars}{p.name}" + ("" if p.default is None else f"={p.default}"))
    return f"({', '.join(parts)})"


def resolve(name: str) -> Any:
    """The object behind a dotted name; a module counts before what its package has under the same name."""
    parts = name.split(".")
    importlib.import_module(parts[0])
    start = max(n for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in sys.modules)
    value = sys.modules[".".join(parts[:start])]
    for part in parts[start:]:
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("framework", FILES)
def test_header_names_framework_and_version(framework: str) -> None:
    assert INVENTORY[framework][0] == {"framework": framework, "version": FILES[framework][len(framework) + 1 : -6]}


@pytest.mark.parametrize("framework", FILES)
def test_symbols_are_sorted_and_unique(framework: str) -> None:
    names = [symbol.name for symbol in INVENTORY[framework][1]]
    assert names == sorted(set(names))
    assert all(name == framework or name.startswith(f"{framework}.") for name in names)


@pytest.mark.parametrize("framework", FILES)
def test_file_is_what_the_model_encodes(framework: str) -> None:
    lines = (FOLDER / FILES[framework]).read_bytes().splitlines()[1:]
    assert [msgspec.json.encode(symbol) for symbol in INVENTORY[framework][1]] == lines
    assert b" at 0x" not in b"".join(lines)


def test_every_alias_leads_to_one_symbol() -> None:
    seen: dict[str, str] = {}
    for symbol in SYMBOLS.values():
        for alias in symbol.aliases:
            assert alias not in SYMBOLS, alias
            assert seen.setdefault(alias, symbol.name) == symbol.name, alias


def test_bases_are_symbols() -> None:
    assert {base for symbol in SYMBOLS.values() for base in symbol.bases} <= set(SYMBOLS)


def test_the_core_is_the_documented_surface_of_models() -> None:
    core = {name for name, symbol in SYMBOLS.items() if symbol.core}
    assert 2300 < sum(name.startswith("torch.") for name in core) < 2420
    assert 2200 < sum(name.startswith("mindspore.") for name in core) < 2400
    assert all(SYMBOLS[name].documented for name in core)
    inside = {
        "torch.abs", "torch.Tensor.view", "torch.nn.Module.buffers", "torch.nn.functional.boolean_dispatch",
        "torch.overrides.has_torch_function", "torch.futures.Future", "torch.distributions.biject_to",
        "torch.optim.Optimizer.step", "mindspore.ops.abs", "mindspore.mint.nn.functional.relu", "mindspore.nn.Adam",
        "mindspore.nn.Cell.buffers", "mindspore.Parameter.requires_grad", "mindspore.train.Model",
    }  # fmt: skip
    outside = {
        "torch.nn", "torch.Tensor.eig", "torch.TYPE_CHECKING", "torch.nn.Linear.forward", "torch.fx.Graph",
        "mindspore.ops.Add", "mindspore.mint.softmax_ext", "mindspore.dataset.Dataset", "mindspore.numpy.abs",
    }  # fmt: skip
    assert inside <= core
    assert outside & core == set()


def test_mirrors_lead_to_symbols_of_the_same_framework_and_never_around() -> None:
    for name, symbol in SYMBOLS.items():
        seen = {name}
        while symbol.mirrors:
            assert symbol.mirrors not in seen, name
            assert symbol.mirrors.partition(".")[0] == name.partition(".")[0]
            seen.add(symbol.mirrors)
            symbol = SYMBOLS[symbol.mirrors]


@pytest.mark.parametrize(
    ("name", "mirrored"),
    [
        ("torch.Tensor.abs", "torch.abs"),
        ("torch.Tensor.abs_", "torch.Tensor.abs"),
        ("torch.absolute", "torch.abs"),
        ("torch.Tensor.add", "torch.add"),
        ("torch.Tensor.where", ""),
        ("torch.index_add", ""),
        ("torch.linalg.diagonal", ""),
        ("torch.nn.functional.relu_", "torch.nn.functional.relu"),
        ("torch.nn.functional.pairwise_distance", ""),
        ("torch.nn.Module.share_memory", ""),
        ("torch.nn.init.constant", "torch.nn.init.constant_"),
        ("mindspore.Tensor.acos", "mindspore.ops.acos"),
        ("mindspore.Tensor.add_", "mindspore.Tensor.add"),
        ("mindspore.Tensor.t", "mindspore.ops.t"),
        ("mindspore.Parameter.register_hook", "mindspore.Tensor.register_hook"),
        ("mindspore.mint.arccos", "mindspore.mint.acos"),
        ("mindspore.ops.arctanh", "mindspore.ops.atanh"),
        ("mindspore.ops.LSTM", ""),
    ],
)
def test_mirrored_symbol(name: str, mirrored: str) -> None:
    assert SYMBOLS[name].mirrors == mirrored


HISTORY_FILE = FOLDER.parent / "history" / "mindspore.jsonl"
HISTORIES = {
    one.name: one for one in (msgspec.json.decode(x, type=History) for x in HISTORY_FILE.read_bytes().splitlines()[1:])
}


def test_history_is_of_the_versions_it_names() -> None:
    header = msgspec.json.decode(HISTORY_FILE.read_bytes().splitlines()[0])
    versions = header["versions"]
    assert versions[-1] == INVENTORY["mindspore"][0]["version"]
    assert versions[:-1] == list(history.OLDER["mindspore"])
    assert list(HISTORIES) == sorted(HISTORIES)
    for one in HISTORIES.values():
        named = [one.since, *(earlier.until for earlier in one.earlier), one.until]
        places = [versions.index(version) for version in named if version]
        assert places == sorted(places)
        assert places
        assert 0 not in places
        assert (one.name in SYMBOLS) == (one.symbol is None) == (one.until == "")


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("mindspore.nn.Cell.to", "2.10.0", ""),
        ("mindspore.mint.nn.CosineEmbeddingLoss", "2.8.0", ""),
        ("mindspore.Tensor.requires_grad_", "2.7.1", ""),
        ("mindspore.nn.Cell.flatten_weights", "", "2.7.1"),
    ],
)
def test_history(name: str, since: str, until: str) -> None:
    assert (HISTORIES[name].since, HISTORIES[name].until) == (since, until)


def test_what_did_not_change_has_no_history() -> None:
    assert not {"mindspore.nn.Conv2d", "mindspore.nn.Cell.register_buffer", "mindspore.ops.abs"} & set(HISTORIES)


def test_surfaces_are_compared_by_what_a_name_means() -> None:
    old = Signature((Parameter("x"),))
    new = Signature((Parameter("input"),))
    older = [
        Symbol("mindspore.ops.f", "function", (old,), aliases=("mindspore.f",)),
        Symbol("mindspore.ops.g", "function", (old,)),
        Symbol("mindspore.B", "class"),
        Symbol("mindspore.B.m", "method", (old,)),
        Symbol("mindspore.C", "class", bases=("mindspore.B",)),
    ]
    newer = [
        Symbol("mindspore.f", "function", (new,)),
        Symbol("mindspore.B", "class"),
        Symbol("mindspore.C", "class", bases=("mindspore.B",)),
        Symbol("mindspore.C.m", "method", (old,)),
        Symbol("mindspore.h", "function", (new,)),
    ]
    found = history.compare([history.Surface("1", older), history.Surface("2", newer)])
    assert [(one.name, one.since, one.until, len(one.earlier)) for one in found] == [
        ("mindspore.B.m", "", "2", 0),
        ("mindspore.f", "", "", 1),
        ("mindspore.h", "2", "", 0),
        ("mindspore.ops.f", "", "2", 0),
        ("mindspore.ops.g", "", "2", 0),
    ]


def test_what_ran_on_the_cpu() -> None:
    assert SYMBOLS["mindspore.mint.abs"].cpu == "runs"
    assert SYMBOLS["mindspore.mint.acos"].cpu == "fails"
    assert SYMBOLS["mindspore.ops.acos"].cpu == "runs"


def test_defaults_are_python_expressions() -> None:
    for symbol in SYMBOLS.values():
        for signature in symbol.signatures:
            for parameter in signature.parameters:
                if parameter.default is not None:
                    compile(parameter.default, symbol.name, "eval")


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("torch.nn.modules.conv.Conv2d", "torch.nn.Conv2d"),
        ("torch.nn.modules.module.Module.buffers", "torch.nn.Module.buffers"),
        ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
        ("torch.float", "torch.float32"),
        ("torch._C._VariableFunctions.add", "torch.add"),
        ("torch._C.TensorBase.view", "torch.Tensor.view"),
        ("torch._tensor.Tensor", "torch.Tensor"),
        ("torch.conv2d", "torch.nn.functional.conv2d"),
        ("torch.relu_", "torch.nn.functional.relu_"),
        ("torch.optim.adam.Adam", "torch.optim.Adam"),
        ("torch.utils.data.dataset.Dataset", "torch.utils.data.Dataset"),
        ("torch.serialization.load", "torch.load"),
        ("torch.autograd.no_grad", "torch.no_grad"),
        ("mindspore.nn.layer.conv.Conv2d", "mindspore.nn.Conv2d"),
        ("mindspore.common.tensor.Tensor", "mindspore.Tensor"),
        ("mindspore._c_expression.TensorPy.view", "mindspore.Tensor.view"),
        ("mindspore.common.dtype.float32", "mindspore.float32"),
        ("mindspore.ops.operations.Add", "mindspore.ops.Add"),
        ("mindspore.nn.cell.Cell.buffers", "mindspore.nn.Cell.buffers"),
        ("mindspore.Model", "mindspore.train.Model"),
    ],
)
@pytest.mark.frameworks
def test_alias_has_canonical_name(alias: str, name: str) -> None:
    assert ALIASES[alias] == name
    if "._c_expression." not in alias and "_VariableFunctions" not in alias and alias != "torch._C.TensorBase.view":
        assert resolve(alias) is resolve(name)


@pytest.mark.parametrize(
    "names",
    [
        ("torch.softmax", "torch.nn.functional.softmax"),
        ("mindspore.mint.abs", "mindspore.ops.abs"),
        ("mindspore.mint.sigmoid", "mindspore.mint.nn.functional.sigmoid", "mindspore.ops.sigmoid"),
        ("mindspore.mint.nn.AdaptiveMaxPool2d", "mindspore.nn.AdaptiveMaxPool2d"),
        ("mindspore.mint.add", "mindspore.ops.add", "mindspore.Tensor.add"),
    ],
)
def test_namespaces_stay_separate(names: tuple[str, ...]) -> None:
    assert set(names) <= set(SYMBOLS)


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("torch.nn.Conv2d", ("torch.nn.Module",)),
        ("torch.nn.Parameter", ("torch.Tensor",)),
        ("torch.optim.Adam", ("torch.optim.Optimizer",)),
        ("torch.nn.BatchNorm2d", ("torch.nn.Module",)),
        ("mindspore.nn.Conv2d", ("mindspore.nn.Cell",)),
        ("mindspore.Parameter", ("mindspore.Tensor",)),
        ("mindspore.mint.optim.AdamW", ("mindspore.experimental.optim.Optimizer", "mindspore.nn.Cell")),
        ("mindspore.ops.Add", ("mindspore.ops.Primitive",)),
    ],
)
@pytest.mark.frameworks
def test_bases(name: str, bases: tuple[str, ...]) -> None:
    assert SYMBOLS[name].bases == bases
    if name != "mindspore.Parameter":  # its metaclass makes instances Tensors, not the class a subclass
        assert all(issubclass(resolve(name), resolve(base)) for base in bases)


@pytest.mark.frameworks
def test_a_mindspore_parameter_is_a_tensor() -> None:
    import mindspore

    assert isinstance(mindspore.Parameter(mindspore.Tensor([1.0])), mindspore.Tensor)


@pytest.mark.parametrize(
    "name",
    [
        "torch.nn.Conv2d",
        "torch.nn.Linear",
        "torch.nn.BatchNorm2d",
        "torch.nn.Transformer",
        "torch.optim.Adam",
        "torch.optim.SGD",
        "torch.utils.data.DataLoader",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.interpolate",
        "torch.nn.init.kaiming_uniform_",
        "torch.load",
        "torch.save",
        "mindspore.nn.Conv2d",
        "mindspore.nn.Dense",
        "mindspore.nn.BatchNorm2d",
        "mindspore.mint.nn.Conv2d",
        "mindspore.mint.nn.Linear",
        "mindspore.experimental.optim.Adam",
        "mindspore.mint.split",
        "mindspore.ops.conv2d",
        "mindspore.ops.softmax",
        "mindspore.load_checkpoint",
        "mindspore.nn.Cell.buffers",
        "torch.nn.Module.register_buffer",
        "torch.nn.Module.named_parameters",
    ],
)
@pytest.mark.frameworks
def test_signature_is_that_of_inspect(name: str) -> None:
    real = list(inspect.signature(resolve(name)).parameters.values())
    if SYMBOLS[name].kind == "method":
        real = real[1:]
    (signature,) = SYMBOLS[name].signatures
    assert [p.name for p in signature.parameters] == [p.name for p in real]
    for parameter, expected in zip(signature.parameters, real, strict=True):
        assert (parameter.default is None) == (expected.default is inspect.Parameter.empty)
        assert (parameter.kind == "keyword") == (expected.kind is inspect.Parameter.KEYWORD_ONLY)
        if isinstance(expected.default, (bool, int, float, str, tuple)):
            assert parameter.default == repr(expected.default)


@pytest.mark.parametrize(
    ("name", "overloads"),
    [
        ("torch.add", ["(input, other, *, alpha=1, out=None)"]),
        (
            "torch.max",
            ["(input, *, out=None)", "(input, dim, keepdim=False, *, out=None)", "(input, other, *, out=None)"],
        ),
        ("torch.Tensor.view", ["(*shape)", "(dtype)", "(size)"]),
        ("torch.Tensor.size", ["()", "(dim)"]),
        ("torch.Tensor.max", ["()", "(other)", "(dim, keepdim=False)"]),
        ("torch.where", ["(condition, input, other, *, out=None)", "(condition)"]),
        ("torch.split", ["(tensor, split_size_or_sections, dim=0)"]),
        (
            "torch.nn.functional.max_pool2d",
            ["(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False)"],
        ),
        ("mindspore.mint.add", ["(input, other, *, alpha=1)"]),
        ("mindspore.mint.max", ["(input)", "(input, dim, keepdim=False)", "(input, other)"]),
        ("mindspore.Tensor.add", ["(other)", "(other, *, alpha=1)"]),
        ("mindspore.Tensor.view", ["(*shape)", "(dtype)"]),
        ("mindspore.mint.flatten", ["(input, start_dim=0, end_dim=-1)"]),
    ],
)
def test_overloads(name: str, overloads: list[str]) -> None:
    assert [written(signature) for signature in SYMBOLS[name].signatures] == overloads


def test_default_of_another_framework_object_is_its_canonical_name() -> None:
    (signature,) = SYMBOLS["mindspore.nn.Conv2d"].signatures
    assert signature.parameters[-1] == Parameter("dtype", "standard", "mindspore.float32")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("mindspore.nn.Conv2d", "platforms", ("Ascend", "GPU", "CPU")),
        ("mindspore.mint.nn.Conv2d", "platforms", ("Ascend",)),
        ("mindspore.ops.conv2d", "platforms", ("Ascend", "GPU")),
        ("mindspore.ops.add", "announced", "2.9.0"),
        ("mindspore.nn.Conv2d", "announced", "2.9.0"),
        ("mindspore.nn.Jvp", "deprecated", "mindspore.ops.jvp"),
        ("mindspore.Tensor.expand_dims", "deprecated", "mindspore.Tensor.unsqueeze"),
        ("torch.svd", "deprecated", "torch.linalg.svd"),
        ("torch.cuda.amp.autocast", "deprecated", "torch.amp.autocast"),
        ("torch.nn.Module.training", "kind", "attribute"),
        ("torch.float32", "kind", "constant"),
        ("torch.nn", "kind", "module"),
        ("torch.Tensor.shape", "kind", "property"),
        ("torch.nn.Conv2d", "returns", ""),
        ("torch.nn.Module.cuda", "returns", "Self"),
        ("torch.nn.Module.to", "returns", "Self"),
        ("torch.nn.Module.named_parameters", "returns", "iterator[tuple[str, torch.nn.Parameter]]"),
        ("mindspore.nn.Cell.set_train", "returns", "Self"),
    ],
)
def test_fact(name: str, field: str, value: object) -> None:
    name = ALIASES.get(name, name)
    value = ALIASES.get(value, value) if isinstance(value, str) else value
    assert getattr(SYMBOLS[name], field) == value


def test_inherited_members_are_listed_once() -> None:
    assert "torch.nn.Conv2d.buffers" not in SYMBOLS
    assert "mindspore.nn.Conv2d.buffers" not in SYMBOLS
    assert "mindspore.Parameter.view" not in SYMBOLS
    assert {"torch.nn.BatchNorm2d.reset_running_stats", "torch.nn.MultiheadAttention.merge_masks"} <= set(SYMBOLS)
    assert {"torch.nn.Sequential.append", "torch.optim.Optimizer.param_groups"} <= set(SYMBOLS)


def _public(module: types.ModuleType) -> Iterator[str]:
    for name in dir(module):
        value = getattr(module, name)
        if name.startswith("_") or isinstance(value, types.ModuleType) or not callable(value):
            continue
        if getattr(value, "__module__", "").startswith(module.__name__):
            yield f"{module.__name__}.{name}"


@pytest.mark.parametrize(
    "module",
    [
        "torch.nn",
        "torch.nn.functional",
        "torch.nn.init",
        "torch.optim",
        "torch.optim.lr_scheduler",
        "torch.fft",
        "torch.special",
        "torch.utils.data",
        "torch.distributions",
        "mindspore.nn",
        "mindspore.ops",
        "mindspore.mint",
        "mindspore.mint.nn",
        "mindspore.experimental.optim",
        "mindspore.dataset.vision",
        "mindspore.common.initializer",
    ],
)
@pytest.mark.frameworks
def test_every_name_of_a_core_module_is_there(module: str) -> None:
    loaded = importlib.import_module(module)
    names = set(getattr(loaded, "__all__", ())) or {name.rpartition(".")[2] for name in _public(loaded)}
    wanted = {f"{module}.{name}" for name in names if not name.startswith("_") and hasattr(loaded, name)}
    wanted = {name for name in wanted if not isinstance(resolve(name), types.ModuleType)}
    assert wanted - set(SYMBOLS) - set(ALIASES) == set()
    assert len(wanted) > 5


@pytest.mark.frameworks
def test_every_function_of_linalg_is_there() -> None:
    linalg = importlib.import_module("torch.linalg")
    names = {name for name in dir(linalg) if type(getattr(linalg, name)).__name__ == "builtin_function_or_method"}
    assert {f"torch.linalg.{name}" for name in names if not name.startswith("_")} <= set(SYMBOLS)
    assert len(names) > 30


@pytest.mark.parametrize("class_name", ["torch.Tensor", "torch.nn.Module", "mindspore.Tensor", "mindspore.nn.Cell"])
@pytest.mark.frameworks
def test_every_member_of_a_core_class_is_there(class_name: str) -> None:
    cls = resolve(class_name)
    members = {f"{class_name}.{name}" for name in dir(cls) if not name.startswith("_") and hasattr(cls, name)}
    assert members - set(SYMBOLS) == set()


TORCH_CALLS = [
    ("torch.add", "torch.add(x, 1)"),
    ("torch.matmul", "torch.matmul(x, x)"),
    ("torch.cat", "torch.cat([x, x])"),
    ("torch.stack", "torch.stack([x, x])"),
    ("torch.split", "torch.split(x, 1)"),
    ("torch.chunk", "torch.chunk(x, 2)"),
    ("torch.topk", "torch.topk(x, 1)"),
    ("torch.sort", "torch.sort(x)"),
    ("torch.unbind", "torch.unbind(x)"),
    ("torch.meshgrid", "torch.meshgrid(x[0], x[0], indexing='ij')"),
    ("torch.svd", "torch.svd(x)"),
    ("torch.linalg.qr", "torch.linalg.qr(x)"),
    ("torch.linalg.lu_factor", "torch.linalg.lu_factor(x)"),
    ("torch.linalg.multi_dot", "torch.linalg.multi_dot([x, x])"),
    ("torch.einsum", "torch.einsum('ij->i', x)"),
    ("torch.zeros", "torch.zeros(2)"),
    ("torch.arange", "torch.arange(3)"),
    ("torch.tensor", "torch.tensor([1])"),
    ("torch.norm", "torch.norm(x)"),
    ("torch.cdist", "torch.cdist(x, x)"),
    ("torch.tensordot", "torch.tensordot(x, x)"),
    ("torch.is_tensor", "torch.is_tensor(x)"),
    ("torch.numel", "torch.numel(x)"),
    ("torch.is_grad_enabled", "torch.is_grad_enabled()"),
    ("torch.cuda.is_available", "torch.cuda.is_available()"),
    ("torch.autograd.grad", "torch.autograd.grad(p.sum(), p)"),
    ("torch.special.logsumexp", "torch.special.logsumexp(x, 0)"),
    ("torch.nn.functional.relu", "F.relu(x)"),
    ("torch.nn.functional.softmax", "F.softmax(x, -1)"),
    ("torch.nn.functional.linear", "F.linear(x, x)"),
    ("torch.nn.functional.cross_entropy", "F.cross_entropy(x, torch.tensor([0, 1]))"),
    ("torch.nn.functional.dropout", "F.dropout(x)"),
    ("torch.nn.functional.pad", "F.pad(x, (1, 1))"),
    ("torch.nn.functional.one_hot", "F.one_hot(torch.tensor([1]))"),
    ("torch.Tensor.view", "x.view(-1)"),
    ("torch.Tensor.reshape", "x.reshape(4)"),
    ("torch.Tensor.permute", "x.permute(1, 0)"),
    ("torch.Tensor.split", "x.split(1)"),
    ("torch.Tensor.chunk", "x.chunk(2)"),
    ("torch.Tensor.to", "x.to(torch.float64)"),
    ("torch.Tensor.numpy", "x.numpy()"),
    ("torch.Tensor.shape", "x.shape"),
    ("torch.Tensor.dtype", "x.dtype"),
    ("torch.Tensor.device", "x.device"),
    ("torch.Tensor.ndim", "x.ndim"),
    ("torch.Tensor.T", "x.T"),
    ("torch.Tensor.data", "x.data"),
    ("torch.Tensor.requires_grad", "x.requires_grad"),
    ("torch.Tensor.dim", "x.dim()"),
    ("torch.Tensor.numel", "x.numel()"),
    ("torch.Tensor.is_contiguous", "x.is_contiguous()"),
    ("torch.Tensor.norm", "x.norm()"),
    ("torch.Tensor.backward", "p.sum().backward()"),
    ("torch.Tensor.sum", "x.sum(0)"),
    ("torch.nn.Module.parameters", "net.parameters()"),
    ("torch.nn.Module.named_modules", "net.named_modules()"),
    ("torch.nn.Module.named_buffers", "net.named_buffers()"),
    ("torch.nn.Module.buffers", "net.buffers()"),
    ("torch.nn.Module.children", "net.children()"),
    ("torch.nn.Module.state_dict", "net.state_dict()"),
    ("torch.nn.Module.load_state_dict", "net.load_state_dict(net.state_dict())"),
    ("torch.nn.Module.zero_grad", "net.zero_grad()"),
    ("torch.nn.Module.training", "net.training"),
    ("torch.nn.Linear.forward", "torch.nn.Linear(2, 2)(x)"),
    ("torch.nn.LSTM.forward", "torch.nn.LSTM(2, 2)(x)"),
    ("torch.nn.GRU.forward", "torch.nn.GRU(2, 2)(x)"),
    ("torch.optim.Optimizer.state_dict", "torch.optim.SGD(net.parameters()).state_dict()"),
    ("torch.optim.Optimizer.param_groups", "torch.optim.SGD(net.parameters()).param_groups"),
]

MINDSPORE_CALLS = [
    ("mindspore.ops.add", "ops.add(x, 1)"),
    ("mindspore.ops.split", "ops.split(x, 1)"),
    ("mindspore.ops.topk", "ops.topk(x, 1)"),
    ("mindspore.ops.max", "ops.max(x, axis=0)"),
    ("mindspore.ops.sort", "ops.sort(x)"),
    ("mindspore.ops.unique", "ops.unique(x)"),
    ("mindspore.ops.stack", "ops.stack([x, x])"),
    ("mindspore.ops.softmax", "ops.softmax(x)"),
    ("mindspore.ops.zeros", "ops.zeros((2,))"),
    ("mindspore.ops.shape", "ops.shape(x)"),
    ("mindspore.ops.size", "ops.size(x)"),
    ("mindspore.ops.numel", "ops.numel(x)"),
    ("mindspore.ops.is_tensor", "ops.is_tensor(x)"),
    ("mindspore.numpy.add", "mindspore.numpy.add(x, x)"),
    ("mindspore.tensor", "mindspore.tensor([1])"),
    ("mindspore.mint.add", "mint.add(x, x)"),
    ("mindspore.Tensor.view", "x.view(-1)"),
    ("mindspore.Tensor.reshape", "x.reshape(4)"),
    ("mindspore.Tensor.asnumpy", "x.asnumpy()"),
    ("mindspore.Tensor.shape", "x.shape"),
    ("mindspore.Tensor.size", "x.size"),
    ("mindspore.Tensor.ndim", "x.ndim"),
    ("mindspore.Tensor.itemsize", "x.itemsize"),
    ("mindspore.Tensor.nbytes", "x.nbytes"),
    ("mindspore.Tensor.strides", "x.strides"),
    ("mindspore.Tensor.T", "x.T"),
    ("mindspore.Tensor.dim", "x.dim()"),
    ("mindspore.Tensor.numel", "x.numel()"),
    ("mindspore.Tensor.ndimension", "x.ndimension()"),
    ("mindspore.Tensor.value", "x.value()"),
    ("mindspore.Tensor.is_contiguous", "x.is_contiguous()"),
    ("mindspore.Tensor.float", "x.float()"),
    ("mindspore.Tensor.sum", "x.sum(0)"),
    ("mindspore.Tensor.is_complex", "x.is_complex()"),
    ("mindspore.Tensor.__getitem__", "x[0]"),
    ("mindspore.Tensor.__len__", "len(x)"),
    ("mindspore.nn.Cell.parameters_and_names", "net.parameters_and_names()"),
    ("mindspore.nn.Cell.get_parameters", "net.get_parameters()"),
    ("mindspore.nn.Cell.trainable_params", "net.trainable_params()"),
    ("mindspore.nn.Cell.untrainable_params", "net.untrainable_params()"),
    ("mindspore.nn.Cell.parameters_dict", "net.parameters_dict()"),
    ("mindspore.nn.Cell.state_dict", "net.state_dict()"),
    ("mindspore.nn.Cell.cells_and_names", "net.cells_and_names()"),
    ("mindspore.nn.Cell.cells", "net.cells()"),
    ("mindspore.nn.Cell.name_cells", "net.name_cells()"),
    ("mindspore.nn.Cell.buffers", "net.buffers()"),
    ("mindspore.nn.Cell.named_buffers", "net.named_buffers()"),
    ("mindspore.nn.Dense.construct", "net(x)"),
    ("mindspore.Parameter.name", "net.weight.name"),
    ("mindspore.Parameter.requires_grad", "net.weight.requires_grad"),
]


def is_a(value: Any, word: str) -> bool:
    """True if a value is what a word of ``Symbol.returns`` says."""
    head, _, rest = word.partition("[")
    inner = _split(rest[:-1]) if rest else []
    if head == "None":
        return value is None
    if head in ("int", "float", "bool", "str"):
        return type(value).__name__ == head
    if head == "iterator":
        return hasattr(value, "__iter__") and all(is_a(item, inner[0]) for item in value)
    if head == "dict":
        return isinstance(value, dict) and (not inner or all(is_a(v, inner[1]) for v in value.values()))
    if head == "list":
        return isinstance(value, list) and (not inner or all(is_a(item, inner[0]) for item in value))
    if head == "tuple":
        if not isinstance(value, tuple) or not inner:
            return isinstance(value, tuple)
        words = inner[:1] * len(value) if inner[-1] == "..." else inner
        return len(words) == len(value) and all(map(is_a, value, words))
    if head == "numpy.ndarray":
        return type(value).__name__ == "ndarray"
    return isinstance(value, resolve(head))


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]


@pytest.mark.parametrize(("name", "call"), TORCH_CALLS)
@pytest.mark.frameworks
def test_torch_returns_what_the_inventory_says(name: str, call: str) -> None:
    import torch
    from torch.nn import functional

    scope = {
        "torch": torch,
        "F": functional,
        "x": torch.tensor([[1.0, 2.0], [3.0, 5.0]]),
        "p": torch.nn.Parameter(torch.ones(2)),
        "net": torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2)),
    }
    symbol = SYMBOLS[name]
    assert symbol.returns
    assert is_a(eval(call, scope), symbol.returns)


@pytest.mark.parametrize(("name", "call"), MINDSPORE_CALLS)
@pytest.mark.frameworks
def test_mindspore_returns_what_the_inventory_says(name: str, call: str) -> None:
    import mindspore
    from mindspore import mint, nn, ops

    scope = {
        "mindspore": mindspore,
        "mint": mint,
        "ops": ops,
        "x": mindspore.Tensor([[1.0, 2.0], [3.0, 5.0]], mindspore.float32),
        "net": nn.Dense(2, 2),
    }
    symbol = SYMBOLS[name]
    assert symbol.returns
    assert is_a(eval(call, scope), symbol.returns)
