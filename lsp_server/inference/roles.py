"""What a function is for tells what it is called with: ``forward`` of a layer, ``backward``, a hook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FORWARD, LAYERS, TENSORS, Framework
from lsp_server.inference import call_sites, containers, decorators, definitions, lineage, usage
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, UNKNOWN, Fact, Instance, Repeated, UserClass, UserInstance, Value

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_FUNCTIONS = ("forward", "backward", "jvp", "setup_context")
"""Methods of ``torch.autograd.Function`` that take a context and tensors."""
_HOOKS: dict[str, tuple[str, ...]] = {
    "apply": ("layer",),
    "register_forward_hook": ("layer", "tensors", "tensor"),
    "register_forward_pre_hook": ("layer", "tensors"),
    "register_full_backward_hook": ("layer", "tensors", "tensors"),
    "register_backward_hook": ("layer", "tensors", "tensors"),
    "register_hook": ("tensor",),
}
"""What functions are called with that are passed to methods of layers and tensors."""
_EACH = ("map", "filter")
_KEYS = ("sorted", "min", "max")


def of_method(analysis: Analysis, node: Node, name: str, function: Node, cls: Node) -> Fact:
    """The role of a parameter of a method; never certain."""
    method = function.child_by_field_name("name")
    if method is None:
        return NOTHING
    text = analysis.text(method)
    user_class = UserClass(analysis.source(cls))
    if text in FORWARD.values() or text in ("__call__", "bprop"):
        for one in (user_class, *lineage.derived(user_class)):
            root = lineage.layer_root(analysis, UserInstance(one))
            framework = framework_of(root) if root is not None else None
            if framework is not None:
                is_given = node.child_by_field_name("value") is None
                return _tensor(framework) if usage.allows_tensor(analysis, name, function, is_given) else NOTHING
    if text in _FUNCTIONS and decorators.is_static(analysis, function):
        bases = lineage.framework_classes(analysis, UserInstance(user_class))
        if any(analysis.catalog.is_subclass(base, "torch.autograd.Function") for base in bases):
            is_first = definitions.first_parameter(analysis, function) == name
            context = Fact(Instance("torch.autograd.function.FunctionCtx"), certain=False)
            return context if is_first else _tensor("torch")
    return NOTHING


def _tensor(framework: Framework) -> Fact:
    return Fact(Instance(TENSORS[framework]), certain=False)


def of_callback(analysis: Analysis, node: Node, function: Node) -> Fact:
    """What a function or lambda gets from whom it is passed to; never certain."""
    nodes = [one for _, one in definitions.parameters(analysis, function).positional]
    place = nodes.index(node) if node in nodes else -1
    if place < 0:
        return NOTHING
    if function.type == "lambda":
        return _of_lambda(analysis, function, place)
    if definitions.enclosing_class(function) is not None and not decorators.is_static(analysis, function):
        place -= 1
    for hook, words in _HOOKS.items():
        if place < len(words):
            root = analysis.ask(HOOKED, function, hook)
            if root:
                return _passed(root, words[place])
    return NOTHING


def _of_lambda(analysis: Analysis, function: Node, place: int) -> Fact:
    holder = function.parent
    if holder is not None and holder.type == "keyword_argument":
        holder = holder.parent
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if call is None or callee is None or holder is None:
        return NOTHING
    if callee.type == "identifier":
        name = analysis.text(callee)
        arguments = [one for one in holder.named_children if one.type not in ("comment", "keyword_argument")]
        index = place + 1 if name in _EACH else 0 if name in _KEYS else -1
        if not 0 <= index < len(arguments) or arguments[index] == function:
            return NOTHING
        return containers.element(analysis, analysis.value(arguments[index])).likely()
    words = _HOOKS.get(analysis.text(callee).rpartition(".")[2], ())
    root = _root(analysis, callee) if place < len(words) else ""
    return _passed(root, words[place]) if root else NOTHING


def _hooked(analysis: Analysis, function: Node, hook: str) -> str:
    """The root class of the layer, or the tensor, to whose method the function is passed; empty if to none."""
    name = function.child_by_field_name("name")
    offsets = call_sites.offsets(analysis, hook)
    if name is None or not offsets:
        return ""
    wanted = re.compile(
        re.escape(hook.encode()) + rb"\(\s*(?:[\w.]+\.)?" + re.escape(analysis.text(name).encode()) + rb"\b"
    )
    for offset in offsets:
        if wanted.match(analysis.document.data, offset):
            leaf = analysis.document.root.named_descendant_for_byte_range(offset, offset)
            root = _root(analysis, leaf.parent) if leaf is not None and leaf.parent is not None else ""
            if root:
                return root
    return ""


def _root(analysis: Analysis, callee: Node) -> str:
    """The root class of layers, or the tensor, that a method is read from."""
    owner = callee.child_by_field_name("object")
    value: Value = analysis.value(owner).value if owner is not None else UNKNOWN
    if isinstance(value, Instance) and value.cls in TENSORS.values():
        return value.cls
    return lineage.layer_root(analysis, value) or ""


def _passed(root: str, word: str) -> Fact:
    framework = framework_of(root)
    if framework is None:
        return NOTHING
    tensor = Instance(TENSORS[framework])
    if word == "layer":
        return Fact(Instance(LAYERS[framework]), certain=False)
    return Fact(tensor if word == "tensor" else Repeated(tensor), certain=False)


HOOKED: Question[str] = Question("hooked", "called", _hooked, "")
