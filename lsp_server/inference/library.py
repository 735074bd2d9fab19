"""What the frameworks' classes and functions give that take other values on: lists of layers, data loaders, functions
that transform functions. All others give what the inventory says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FORWARD, TENSORS, Symbol
from lsp_server.inference import batches, builtin_calls, calls, classes, containers, dictionaries, functions
from lsp_server.inference.binding import argument_nodes, bind, keyword, positional
from lsp_server.inference.facts import held, is_tensor
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Returns,
    Sequence,
    UserFunction,
    UserInstance,
    Value,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

IN_ORDER = frozenset({"torch.nn.Sequential", "mindspore.nn.SequentialCell"})
"""Classes whose objects run what they hold, one after the other."""
_LISTS = {
    *IN_ORDER,
    "torch.nn.ModuleList",
    "torch.nn.ParameterList",
    "mindspore.nn.CellList",
    "mindspore.ParameterTuple",
}
NAMED = frozenset({"torch.nn.ModuleDict", "torch.nn.ParameterDict", "mindspore.nn.CellDict"})
"""Dictionaries whose objects stand under their keys as attributes too."""
CONTAINERS = frozenset(_LISTS | NAMED)
"""Classes whose objects hold what they are made with."""
_SAME = {
    "torch.jit.script",
    "torch.jit.trace",
    "torch.compile",
    "torch.vmap",
    "torch.func.vmap",
    "torch.func.functionalize",
    "torch.nn.utils.weight_norm",
    "torch.nn.utils.spectral_norm",
    "torch.nn.utils.parametrizations.weight_norm",
    "torch.nn.utils.parametrizations.spectral_norm",
    "torch.nn.utils.parametrizations.orthogonal",
    "torch.nn.utils.remove_weight_norm",
    "torch.compiler.disable",
    "torch.compiler.allow_in_graph",
    "torch.compiler.assume_constant_result",
    "torch.jit.export",
    "torch.jit.ignore",
    "torch.jit.unused",
    "torch.jit.script_if_tracing",
    "mindspore.jit",
    "mindspore.vmap",
    "mindspore.ops.vmap",
    "mindspore.ops.stop_gradient",
    "mindspore.amp.auto_mixed_precision",
    "mindspore.amp.custom_mixed_precision",
}
"""They give what they were given, under the same name of its type: a function, a layer."""
_SCALERS = ("DynamicLossScaler", "LossScaler", "StaticLossScaler")
_SCALED = {f"mindspore.amp.{scaler}.{method}" for scaler in _SCALERS for method in ("scale", "unscale")}
"""Methods that give what they are given, times a number: a loss as a rule, or all gradients."""
_DTYPES = "Float Double Half BFloat16 Long Int Short Char Byte Bool"
LEGACY = frozenset({*(f"torch.{name}Tensor" for name in _DTYPES.split()), "torch.autograd.Variable"})
"""Classes whose objects are tensors: of one dtype, or of none in particular."""
WRAPPERS = frozenset({"torch.nn.DataParallel", "torch.nn.parallel.DistributedDataParallel"})
"""They hold a layer under the name ``module``."""


def runs_in_order(cls: str) -> bool:
    """Whether an object of the class, when called, gives what its last item gives."""
    return cls in IN_ORDER


def call(analysis: Analysis, symbol: Symbol, node: Node | None) -> Fact | None:
    """The result of a function or constructor; None if the inventory tells all."""
    if node is None:
        return None
    name = symbol.name
    if name in _LISTS:
        return _list(analysis, name, node)
    if name in NAMED:
        return _dict(analysis, name, node)
    if name in _SAME:
        return _same(analysis, node) if argument_nodes(node) else None
    if name in WRAPPERS:
        inner = _first(analysis, node)
        return Fact(Instance(name, analysis.source(node), inner.value), inner.certain or inner.value == UNKNOWN)
    if name in _FLAGGED:
        return _with_flags(analysis, node, symbol)
    if name in LEGACY:
        return Fact(Instance("torch.Tensor", analysis.source(node)))
    handler = _HANDLERS.get(name)
    return handler(analysis, node) if handler is not None else None


def _first(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return analysis.value(arguments[0]) if arguments else NOTHING


def _list(analysis: Analysis, name: str, node: Node) -> Fact:
    """``Sequential(a, b)``, ``Sequential(*layers)``, ``Sequential(OrderedDict(…))``, ``ModuleList([a, b])``."""
    nodes = [one for one in argument_nodes(node) if one.type != "keyword_argument"]
    content: Fact
    if not nodes:
        content = Fact(Sequence(()))
    elif len(nodes) == 1 and nodes[0].type != "list_splat":
        content = _listed(analysis, analysis.value(nodes[0]), name in IN_ORDER)
    else:
        content = containers.items(analysis, nodes)
    return Fact(Instance(name, analysis.source(node), content.value), content.certain or content.value == UNKNOWN)


def _listed(analysis: Analysis, fact: Fact, or_item: bool) -> Fact:
    inner = held(fact).value
    if isinstance(inner, Dictionary):
        return dictionaries.values(inner, fact.certain) if not or_item else _named(inner, fact.certain)
    if isinstance(fact.value, Instance) and or_item and fact.value.cls not in ("dict", "list"):
        return Fact(Sequence((fact.value,)), fact.certain)
    if isinstance(inner, (Sequence, Repeated)):
        return builtin_calls.listed(analysis, fact)
    return Fact(Sequence((fact.value,)), fact.certain) if or_item and isinstance(inner, UserInstance) else NOTHING


def _named(inner: Dictionary, certain: bool) -> Fact:
    """The layers of a ``Sequential(OrderedDict(…))``, with their names if all of them are known."""
    found = dictionaries.values(inner, certain)
    names = tuple(key for key, _ in inner.entries if isinstance(key, str))
    if isinstance(found.value, Sequence) and len(names) == len(found.value.items):
        return Fact(Sequence(found.value.items, names), found.certain)
    return found


def _dict(analysis: Analysis, name: str, node: Node) -> Fact:
    content = dictionaries.of_pairs(held(_first(analysis, node))) if positional(node) else Fact(Dictionary())
    value = UNKNOWN if content.value == dictionaries.OPEN else content.value
    return Fact(Instance(name, analysis.source(node), value), content.certain or value == UNKNOWN)


def _same(analysis: Analysis, node: Node) -> Fact:
    """A function or layer as it was passed; without one it is a decorator with options."""
    arguments = positional(node)
    first = arguments[0] if arguments else keyword(analysis, node, "func") or keyword(analysis, node, "fn")
    return analysis.fact(first) if first is not None else NOTHING


def _result(analysis: Analysis, node: Node) -> tuple[Fact, str]:
    """What the function gives that is the first argument, and the framework of the call."""
    arguments = positional(node)
    function = node.child_by_field_name("function")
    callee = analysis.fact(function).value if function is not None else UNKNOWN
    framework = framework_of(getattr(callee, "name", "")) or "torch"
    return (calls.give(analysis, analysis.fact(arguments[0]), None) if arguments else NOTHING), framework


def _value_and_grad(analysis: Analysis, node: Node) -> Fact:
    """``value_and_grad(f)`` gives what f gives and the gradients, which are tensors or tuples of them."""
    found, framework = _result(analysis, node)
    return Fact(Returns(Sequence((found.value, _gradients(analysis, node, framework)))), certain=False)


def _grad_and_value(analysis: Analysis, node: Node) -> Fact:
    found, framework = _result(analysis, node)
    return Fact(Returns(Sequence((_gradients(analysis, node, framework), found.value))), certain=False)


def _grad(analysis: Analysis, node: Node) -> Fact:
    _, framework = _result(analysis, node)
    return Fact(Returns(_gradients(analysis, node, framework)), certain=False)


def _gradients(analysis: Analysis, node: Node, framework: str) -> Value:
    """One tensor for one position; a tuple of them for weights and several positions."""
    tensor = Instance(TENSORS["mindspore" if framework == "mindspore" else "torch"])
    arguments = positional(node)
    place = arguments[1] if len(arguments) > 1 else keyword(analysis, node, "grad_position")
    place = place or keyword(analysis, node, "argnums")
    weights = arguments[2] if len(arguments) > 2 else keyword(analysis, node, "weights")
    position = analysis.value(place).value if place is not None else Constant(0)
    if weights is not None and position == Constant(None):
        return Repeated(tensor)
    if weights is not None or not isinstance(position, (Constant, Instance, Sequence)):
        return UNKNOWN
    return Repeated(tensor) if isinstance(position, Sequence) else tensor


def _run(analysis: Analysis, node: Node) -> Fact:
    """``checkpoint(f, x)``, ``functional_call(net, state, x)`` run what they are given."""
    return _result(analysis, node)[0]


def _nonzero(analysis: Analysis, node: Node) -> Fact | None:
    flag = keyword(analysis, node, "as_tuple")
    if flag is None or analysis.value(flag).value == Constant(False):
        return None
    return Fact(Repeated(Instance("torch.Tensor"))) if analysis.value(flag).value == Constant(True) else NOTHING


def _flags(analysis: Analysis, node: Node, symbol: Symbol, names: tuple[str, ...]) -> int | None:
    """How many of these arguments are true; None if that is not known."""
    bound = bind(analysis, node, symbol)
    if bound is None:
        return None
    count = 0
    for name in names:
        argument = bound.get(name)
        value = analysis.value(argument.value).value if argument is not None else Constant(False)
        if not isinstance(value, Constant):
            return None
        count += bool(value.value)
    return count


def _with_flags(analysis: Analysis, node: Node, symbol: Symbol) -> Fact:
    """One tensor (of ``lu`` two), and one more for each flag that is set."""
    flags, least = _FLAGGED[symbol.name]
    count = _flags(analysis, node, symbol, flags)
    return _tensors(TENSORS[framework_of(symbol.name) or "torch"], least + count) if count is not None else NOTHING


def _tensors(cls: str, count: int) -> Fact:
    return Fact(Instance(cls) if count == 1 else Sequence((Instance(cls),) * count))


def with_indices(analysis: Analysis, node: Node, symbol: Symbol) -> Fact | None:
    """What a pooling with ``return_indices=True`` gives, the function or the layer; None for all else."""
    if not any(one.name == "return_indices" for signature in symbol.signatures for one in signature.parameters):
        return None
    count = _flags(analysis, node, symbol, ("return_indices",))
    if count == 0:
        return None
    return _tensors(TENSORS[framework_of(symbol.name) or "torch"], 2) if count else NOTHING


_UNIQUE = ("return_inverse", "return_counts")
_FLAGGED: dict[str, tuple[tuple[str, ...], int]] = {
    **{f"torch.{one}{name}": (_UNIQUE, 1) for one in ("", "Tensor.") for name in ("unique", "unique_consecutive")},
    **{f"mindspore.mint.{name}": (_UNIQUE, 1) for name in ("unique", "unique_consecutive")},
    "mindspore.ops.unique_consecutive": (("return_inverse", "return_counts", "return_idx"), 1),
    "torch.lu": (("get_infos",), 2),
    "torch.Tensor.lu": (("get_infos",), 2),
}


def _at_least(analysis: Analysis, node: Node) -> Fact:
    """``atleast_1d(x)`` gives a tensor, of several a tuple."""
    arguments = positional(node)
    if len(arguments) == 1 and not isinstance(analysis.value(arguments[0]).value, (Sequence, Repeated)):
        return Fact(Instance("torch.Tensor"), is_tensor(analysis.value(arguments[0])))
    return Fact(Repeated(Instance("torch.Tensor")))


def _median(analysis: Analysis, node: Node) -> Fact | None:
    return None if argument_nodes(node) else Fact(Instance("torch.Tensor"))


def _like_first(analysis: Analysis, node: Node) -> Fact:
    """A tensor for a tensor, a tuple of them for several."""
    tensor = Instance("mindspore.Tensor")
    several = isinstance(_first(analysis, node).value, (Sequence, Repeated))
    return Fact(Repeated(tensor)) if several else Fact(tensor, is_tensor(_first(analysis, node)))


def _derivative(analysis: Analysis, node: Node) -> Fact:
    """``jacrev(f)``: tensors, or tuples of them."""
    return Fact(Returns(Instance("torch.Tensor")), certain=False)


def _derived(analysis: Analysis, node: Node) -> Fact:
    return Fact(Instance("torch.Tensor"), certain=False)


def _rows(analysis: Analysis, node: Node) -> Fact:
    """Rows of a MindSpore data set: lists of tensors, or of arrays if those are asked for."""
    return Fact(Repeated(Repeated(Instance("mindspore.Tensor")))) if _gives_tensors(analysis, node) else NOTHING


def _named_rows(analysis: Analysis, node: Node) -> Fact:
    row = Dictionary(others=(Instance("str"), Instance("mindspore.Tensor")))
    return Fact(Repeated(row)) if _gives_tensors(analysis, node) else NOTHING


def _gives_tensors(analysis: Analysis, node: Node) -> bool:
    flag = keyword(analysis, node, "output_numpy")
    return flag is None or analysis.value(flag).value == Constant(False)


_HANDLERS: dict[str, Callable[[Analysis, Node], Fact | None]] = {
    "torch.utils.data.DataLoader": batches.loader,
    "torch.utils.data.TensorDataset": batches.tensors,
    "torch.utils.data.Subset": batches.subset,
    "torch.utils.data.random_split": batches.split,
    "torch.utils.checkpoint.checkpoint": _run,
    "torch.func.functional_call": _run,
    "torch.func.grad": _grad,
    "torch.func.grad_and_value": _grad_and_value,
    "mindspore.dataset.Dataset.create_tuple_iterator": _rows,
    "mindspore.dataset.Dataset.create_dict_iterator": _named_rows,
    **dict.fromkeys(("mindspore.ops.clip_by_norm", "mindspore.ops.clip_by_value"), _like_first),
    "mindspore.grad": _grad,
    "mindspore.ops.grad": _grad,
    "mindspore.value_and_grad": _value_and_grad,
    "mindspore.ops.value_and_grad": _value_and_grad,
    **dict.fromkeys(("torch.nonzero", "torch.Tensor.nonzero"), _nonzero),
    **dict.fromkeys(("torch.Tensor.median", "torch.Tensor.nanmedian"), _median),
    **{f"torch.atleast_{rank}d": _at_least for rank in (1, 2, 3)},
    **{f"torch.func.{name}": _derivative for name in ("jacrev", "jacfwd", "hessian")},
    **{f"torch.autograd.functional.{name}": _derived for name in ("jacobian", "hessian")},
    "torch.utils.data.ConcatDataset": batches.concatenated,
    "torch.utils.data.StackDataset": batches.stacked,
    "torch.utils.data.default_collate": batches.collated,
}


def method(analysis: Analysis, value: Bound, node: Node | None) -> Fact | None:
    """The result of a method that depends on what its object holds; None if the inventory tells all."""
    receiver = value.receiver
    if value.name == "torch.autograd.Function.apply" and isinstance(receiver, UserInstance):
        return _applied(receiver)
    if isinstance(receiver, Instance) and receiver.content != UNKNOWN and receiver.cls in CONTAINERS:
        return _of_container(analysis, receiver, value.name.rpartition(".")[2], node)
    if node is None:
        return None
    if value.name in _SCALED:
        given = _same(analysis, node)
        return given if given.value != UNKNOWN else Fact(Instance("mindspore.Tensor", analysis.source(node)), False)
    symbol = analysis.catalog.symbol(value.name)
    if symbol is not None and value.name in _FLAGGED:
        return _with_flags(analysis, node, symbol)
    indices = with_indices(analysis, node, symbol) if symbol is not None else None
    if indices is not None:
        return indices
    handler = _HANDLERS.get(value.name)
    return handler(analysis, node) if handler is not None else None


def _applied(receiver: UserInstance) -> Fact:
    """``MyFunction.apply(x)`` gives what its ``forward`` gives."""
    found = classes.find_method(receiver.cls, "forward")
    return functions.returned(UserFunction(found.definition)) if found is not None else NOTHING


def _of_container(analysis: Analysis, receiver: Instance, name: str, node: Node | None) -> Fact | None:
    content = receiver.content
    if isinstance(content, Dictionary):
        if name in ("items", "named_children"):
            return dictionaries.pairs(content, True)
        return dictionaries.values(content, True) if name in ("values", "children") else None
    if name in ("children", "cells"):
        return Fact(content)
    if name == "named_children":
        return Fact(Repeated(Sequence((Instance("str"), containers.element(analysis, Fact(content)).value))))
    if name in FORWARD.values() and isinstance(content, Sequence) and content.items and receiver.cls in IN_ORDER:
        return calls.give(analysis, Fact(content.items[-1]), None)
    if name != "pop":
        return None
    arguments = positional(node) if node is not None else []
    place = analysis.constant(arguments[0]) if arguments else Constant(-1)
    return containers.at(analysis, Fact(content), place.value) if place is not None else NOTHING


def called(analysis: Analysis, cls: str) -> Fact:
    """What calling an object of a class gives that is no layer: MindSpore's primitives give tensors, most of them."""
    if analysis.catalog.is_subclass(cls, "mindspore.ops.Primitive"):
        return Fact(Instance("mindspore.Tensor"), certain=False)
    return NOTHING


def attribute(name: str) -> Value | None:
    """What an attribute holds, where the inventory's words cannot say it: the groups of an optimizer."""
    last = name.rpartition(".")[2]
    if last == "param_groups":
        parameter = "torch.nn.Parameter" if framework_of(name) == "torch" else "mindspore.Parameter"
        numbers = tuple((one, Instance("float")) for one in ("lr", "weight_decay"))
        return Repeated(Dictionary((("params", Repeated(Instance(parameter))), *numbers), (Instance("str"), UNKNOWN)))
    return None
