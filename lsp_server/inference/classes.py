"""The user's classes: bases, methods, and the attributes that their methods set."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
from tree_sitter import Node

from lsp_server.catalog.model import LAYERS
from lsp_server.inference import annotations, containers, functions, names
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NOTHING,
    Bound,
    Fact,
    Instance,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
    Value,
    join,
)
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Binding, Origin, parameter_name

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_ATTRIBUTES = Pattern(
    """
    (assignment left: [
        (attribute object: (identifier) attribute: (identifier)) @target
        (pattern_list (attribute object: (identifier) attribute: (identifier)) @target)
        (tuple_pattern (attribute object: (identifier) attribute: (identifier)) @target)
    ])
    (call function: (attribute object: (identifier) attribute: (identifier) @method)
          arguments: (argument_list . (string) @registered)
          (#any-of? @method "register_buffer" "register_parameter" "add_module" "insert_child_to_cell"))
    """,
)
_KEEPS_TYPE = {
    "property", "cached_property", "staticmethod", "classmethod", "override", "abstractmethod", "no_grad",
    "inference_mode", "enable_grad", "torch.no_grad", "torch.inference_mode", "functools.lru_cache", "functools.cache",
    "lru_cache", "cache", "typing.override", "torch.jit.export", "torch.jit.ignore", "torch.jit.unused", "jit",
    "mindspore.jit", "ms.jit", "functools.wraps", "wraps", "typing.no_type_check", "torch.compile",
}  # fmt: skip
MAX_BASES = 50


class Setting(msgspec.Struct, frozen=True):
    """One place that gives ``self.name`` a value: the value's expression, and the way into it if unpacked."""

    name: str
    target: Node
    value: Node | None
    path: tuple[int, ...]
    function: Node
    registered: str = ""
    """``register_buffer`` and its like, if that is what sets it."""


class ClassTable(msgspec.Struct, frozen=True):
    """What a class body and its methods define."""

    methods: dict[str, Binding] = msgspec.field(default_factory=dict[str, Binding])
    class_attributes: dict[str, list[Binding]] = msgspec.field(default_factory=dict[str, list[Binding]])
    attributes: dict[str, list[Setting]] = msgspec.field(default_factory=dict[str, list[Setting]])


def enclosing_class(function: Node) -> Node | None:
    """The class that a function is a method of."""
    parent = function.parent
    if parent is not None and parent.type == "decorated_definition":
        parent = parent.parent
    if parent is None or parent.type != "block" or parent.parent is None:
        return None
    return parent.parent if parent.parent.type == "class_definition" else None


def enclosing_function(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None:
        if parent.type == "function_definition":
            return parent
        parent = parent.parent
    return None


def decorators(analysis: Analysis, function: Node) -> list[str]:
    """The decorators of a function or class as dotted text, without their arguments."""
    holder = function.parent
    if holder is None or holder.type != "decorated_definition":
        return []
    names: list[str] = []
    for child in holder.named_children:
        if child.type == "decorator" and child.named_children:
            expression = child.named_children[0]
            if expression.type == "call":
                expression = expression.child_by_field_name("function") or expression
            names.append(analysis.text(expression))
    return names


def keeps_type(analysis: Analysis, function: Node) -> bool:
    """Whether the decorated function is still the function that stands there."""
    return all(name in _KEEPS_TYPE or name.endswith((".setter", ".jit")) for name in decorators(analysis, function))


def table(cls: UserClass) -> ClassTable:
    """The table of a class, built once per version of its file."""
    analysis = cls.definition.analysis
    cache = cast("dict[int, ClassTable]", analysis.caches.setdefault("classes", {}))
    known = cache.get(cls.definition.node.id)
    if known is None:
        known = cache[cls.definition.node.id] = _build(analysis, cls.definition.node)
    return known


def _build(analysis: Analysis, node: Node) -> ClassTable:
    result = ClassTable()
    for name, bindings in analysis.scope(node).bindings.items():
        last = bindings[-1]
        if last.origin is Origin.DEFINITION and last.node.type == "function_definition":
            result.methods[name] = last
        else:
            result.class_attributes[name] = bindings
    captures = _ATTRIBUTES.all_captures(node)
    for target in captures.get("target", []):
        setting = _setting(analysis, target, node)
        if setting is not None:
            result.attributes.setdefault(setting.name, []).append(setting)
    for name in captures.get("registered", []):
        setting = _registration(analysis, name, node)
        if setting is not None:
            result.attributes.setdefault(setting.name, []).append(setting)
    return result


def _setting(analysis: Analysis, target: Node, cls: Node) -> Setting | None:
    function = enclosing_function(target)
    owner, attribute = target.child_by_field_name("object"), target.child_by_field_name("attribute")
    if function is None or owner is None or attribute is None or not _is_self(analysis, owner, function, cls):
        return None
    path: tuple[int, ...] = ()
    holder = target.parent
    if holder is not None and holder.type in ("pattern_list", "tuple_pattern"):
        path = (holder.named_children.index(target),)
        holder = holder.parent
    value = holder.child_by_field_name("right") if holder is not None else None
    while value is not None and value.type == "assignment":
        value = value.child_by_field_name("right")
    if value is None and holder is not None:
        value = holder.child_by_field_name("type")
    return Setting(analysis.text(attribute), target, value, path, function)


def _registration(analysis: Analysis, name: Node, cls: Node) -> Setting | None:
    function = enclosing_function(name)
    arguments = name.parent
    call = arguments.parent if arguments is not None else None
    method = call.child_by_field_name("function") if call is not None else None
    if function is None or arguments is None or method is None:
        return None
    owner, attribute = method.child_by_field_name("object"), method.child_by_field_name("attribute")
    if owner is None or attribute is None or not _is_self(analysis, owner, function, cls):
        return None
    values = [node for node in arguments.named_children if node.type != "comment"][1:]
    value = values[0] if values else None
    if value is not None and value.type == "keyword_argument":
        value = value.child_by_field_name("value")
    return Setting(analysis.text(name).strip("\"'"), name, value, (), function, registered=analysis.text(attribute))


def _is_self(analysis: Analysis, owner: Node, function: Node, cls: Node) -> bool:
    """Whether a name is the first parameter of a method of the class."""
    method = function
    while method is not None and enclosing_class(method) is None:
        method = enclosing_function(method)
    if method is None or enclosing_class(method) != cls:
        return False
    parameters = method.child_by_field_name("parameters")
    first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
    name = parameter_name(first) if first is not None else None
    return name is not None and analysis.text(name) == analysis.text(owner)


def bases(cls: UserClass) -> tuple[Fact, ...]:
    """What stands between the brackets of a class definition, keywords left out."""
    return cls.definition.analysis.ask(BASES, cls.definition.node)


def _bases(analysis: Analysis, node: Node, _: str) -> tuple[Fact, ...]:
    arguments = node.child_by_field_name("superclasses")
    nodes = arguments.named_children if arguments is not None else []
    return tuple(analysis.fact(_plain(base)) for base in nodes if base.type not in ("keyword_argument", "comment"))


def _plain(base: Node) -> Node:
    """``Base[T]`` is Base."""
    if base.type == "subscript":
        return base.child_by_field_name("value") or base
    return base


def lineage(cls: UserClass) -> list[Fact]:
    """A class and its bases, depth first, as far as they are known; unknown ones stay in as `NOTHING`."""
    found: list[Fact] = []
    pending = [Fact(cls)]
    while pending and len(found) < MAX_BASES:
        fact = pending.pop(0)
        if any(fact.value == other.value for other in found if fact is not NOTHING):
            continue
        found.append(fact)
        if isinstance(fact.value, UserClass):
            pending = [*bases(fact.value), *pending]
    return found


def framework_classes(analysis: Analysis, value: Value) -> list[str]:
    """The framework classes that an object is an instance of, nearest first."""
    if isinstance(value, Instance):
        return [value.cls]
    if isinstance(value, UserInstance):
        return [fact.value.name for fact in lineage(value.cls) if isinstance(fact.value, SymbolRef)]
    return []


def is_module(analysis: Analysis, cls: UserClass) -> bool:
    """Whether a class is a ``torch.nn.Module`` or a ``mindspore.nn.Cell``."""
    return any(
        analysis.catalog.is_subclass(base, root)
        for base in framework_classes(analysis, UserInstance(cls))
        for root in LAYERS.values()
    )


def find_method(cls: UserClass, name: str) -> UserFunction | None:
    """The user's method of that name, bases included."""
    for fact in lineage(cls):
        if isinstance(fact.value, UserClass):
            definition = fact.value.definition
            found = definition.analysis.ask(METHOD, definition.node, name)
            if found is not None:
                return found
    return None


def _method(analysis: Analysis, node: Node, name: str) -> UserFunction | None:
    binding = table(UserClass(analysis.source(node))).methods.get(name)
    return UserFunction(analysis.source(binding.node)) if binding is not None else None


def attribute(instance: UserInstance, name: str, skip_first: bool = False) -> Fact | None:
    """What ``instance.name`` is. None: no class of the lineage says anything about it."""
    certain = True
    for index, fact in enumerate(lineage(instance.cls)):
        if index == 0 and skip_first:
            continue
        value = fact.value
        if isinstance(value, UserClass):
            own = _own_attribute(instance, value, name)
            if own is not None:
                return own if certain else own.likely()
        elif isinstance(value, SymbolRef):
            analysis = instance.cls.definition.analysis
            member = analysis.catalog.member(value.name, name)
            if member is not None:
                return Fact(Bound(member.name, instance), certain)
        else:
            certain = False
    return None


def _own_attribute(instance: UserInstance, cls: UserClass, name: str) -> Fact | None:
    analysis, node = cls.definition.analysis, cls.definition.node
    found = analysis.ask(ATTRIBUTE, node, name)
    if found is None or not isinstance(found.value, UserFunction) or found.value != analysis.ask(METHOD, node, name):
        return found
    return Fact(UserFunction(found.value.definition, instance), found.certain)


def _attribute(analysis: Analysis, node: Node, name: str) -> Fact | None:
    entries = table(UserClass(analysis.source(node)))
    method = entries.methods.get(name)
    if method is not None:
        function = UserFunction(analysis.source(method.node))
        marks = decorators(analysis, method.node)
        if "property" in marks or any(mark.endswith("cached_property") for mark in marks):
            return functions.returned(function)
        return Fact(function) if keeps_type(analysis, method.node) else NOTHING
    settings = entries.attributes.get(name)
    if settings:
        return join([_setting_fact(analysis, setting) for setting in settings])
    if name in entries.class_attributes:
        scope = analysis.scope(node)
        return join([names.binding_fact(analysis, binding, scope) for binding in entries.class_attributes[name]])
    return None


BASES: Question[tuple[Fact, ...]] = Question("bases", "owner", _bases, ())
METHOD: Question[UserFunction | None] = Question("method", "member", _method, None)
ATTRIBUTE: Question[Fact | None] = Question("attribute", "member", _attribute, NOTHING)
"""What a class itself says about a name of its objects; None if nothing."""


def _setting_fact(analysis: Analysis, setting: Setting) -> Fact:
    if setting.registered == "register_buffer":
        framework = _framework(analysis, setting)
        return Fact(Instance(f"{framework}.Tensor")) if framework else NOTHING
    if setting.value is None:
        return NOTHING
    if setting.value.type == "type":
        return annotations.fact(analysis, setting.value)
    fact = analysis.value(setting.value)
    return containers.unpack(analysis, fact, setting.path, setting.value)


def _framework(analysis: Analysis, setting: Setting) -> str:
    cls = enclosing_class(setting.function)
    if cls is None:
        return ""
    found = framework_classes(analysis, UserInstance(UserClass(analysis.source(cls))))
    return found[0].partition(".")[0] if found else ""
