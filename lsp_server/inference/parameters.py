"""What the parameters of the user's functions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.model import FORWARD, FRAMEWORKS, LAYERS, TENSORS
from lsp_server.inference import annotations, classes
from lsp_server.inference.values import (
    NOTHING,
    Constant,
    Fact,
    Instance,
    Module,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
)
from lsp_server.syntax.scopes import parameter_name

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def parameter(analysis: Analysis, node: Node, function: Node) -> Fact:
    """What a parameter holds: the object for ``self``, else its annotation, else what its role says."""
    name = parameter_name(node)
    if name is None or node.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        return NOTHING
    cls = classes.enclosing_class(function)
    if cls is not None and _is_first(node, function):
        user_class = UserClass(analysis.source(cls))
        decorators = classes.decorators(analysis, function)
        if "classmethod" in decorators or analysis.text(name) == "cls":
            return Fact(user_class)
        if "staticmethod" not in decorators:
            return Fact(UserInstance(user_class))
    annotation = node.child_by_field_name("type")
    if annotation is not None:
        annotated = annotations.fact(analysis, annotation)
        if annotated is not NOTHING:
            return annotated
    default = node.child_by_field_name("value")
    if default is not None and default.type not in ("none",):
        fact = analysis.value(default)
        if isinstance(fact.value, Constant) and fact.value.value is not None:
            # a caller may pass another number, hardly another type
            return Fact(Instance(type(fact.value.value).__name__), certain=False)
        if isinstance(fact.value, (Instance, UserClass, UserFunction, SymbolRef, Module)):
            return fact.likely()
    if annotation is None and default is None and cls is not None:
        return _role(analysis, function, cls)
    return NOTHING


def _role(analysis: Analysis, function: Node, cls: Node) -> Fact:
    """The arguments of ``forward`` and ``construct`` are tensors unless something else is shown."""
    name = function.child_by_field_name("name")
    if name is None or analysis.text(name) not in FORWARD.values():
        return NOTHING
    bases = classes.framework_classes(analysis, UserInstance(UserClass(analysis.source(cls))))
    for base in bases:
        for framework in FRAMEWORKS:
            if analysis.catalog.is_subclass(base, LAYERS[framework]):
                return Fact(Instance(TENSORS[framework]), certain=False)
    return NOTHING


def _is_first(node: Node, function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return parameters is not None and bool(parameters.named_children) and parameters.named_children[0] == node
