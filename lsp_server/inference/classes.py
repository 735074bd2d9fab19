"""The user's classes: their methods, and the attributes that their bodies and methods set."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tree_sitter import Node

from lsp_server.catalog.model import FORWARD, LAYERS
from lsp_server.inference import (
    annotations,
    containers,
    decorators,
    fields,
    functions,
    growth,
    imports,
    merging,
    names,
    outside,
    tables,
)
from lsp_server.inference.definitions import enclosing_class, enclosing_function
from lsp_server.inference.lineage import (
    MAX_BASES,
    bases,
    derived,
    framework_classes,
    is_enumeration,
    is_module,
    layer_root,
    lineage,
)
from lsp_server.inference.questions import Question
from lsp_server.inference.tables import ClassTable, Setting
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Constant,
    Fact,
    Instance,
    Repeated,
    Sequence,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
)
from lsp_server.syntax.scopes import Origin

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

__all__ = [
    "MAX_BASES", "attribute", "bases", "class_member", "enclosing_class", "enclosing_function", "find_method",
    "framework_classes", "is_module", "lineage", "table",
]  # fmt: skip
_BUFFERS = ("register_buffer",)
_MOST_OVERRIDING = 16


def table(cls: UserClass) -> ClassTable:
    """The table of a class, built once per version of its file."""
    analysis = cls.definition.analysis
    cache = cast("dict[int, ClassTable]", analysis.caches.setdefault("classes", {}))
    known = cache.get(cls.definition.node.id)
    if known is None:
        known = cache[cls.definition.node.id] = tables.build(analysis, cls.definition.node)
    return known


def find_method(cls: UserClass, name: str) -> UserFunction | None:
    """The user's method of that name, bases included."""
    for fact in lineage(cls):
        if isinstance(fact.value, UserClass):
            definition = fact.value.definition
            found = definition.analysis.ask(METHOD, definition.node, name)
            if found is not None:
                return found
    return None


def _own_method(analysis: Analysis, node: Node, name: str) -> UserFunction | None:
    binding = table(UserClass(analysis.source(node))).methods.get(name)
    return UserFunction(analysis.source(binding.node)) if binding is not None else None


def attribute(instance: UserInstance, name: str, after: UserClass | None = None) -> Fact | None:
    """What ``instance.name`` is. None: no class of the lineage says anything about it.

    ``after`` is the class that ``super()`` stands in. An object that no call made
    (``self``) can be of a class derived from its own: then what is found is likely, or what those classes say.
    """
    found = _found(instance, name, after)
    if found is None:
        found = outside.attribute(instance.cls, name)
    if instance.call is not None or after is not None:
        return found
    overriding = _overriding(instance, name)
    if not overriding:
        return found
    if found is None or found.value == UNKNOWN or _gives_way(found):
        return merging.joined(instance.cls.definition.analysis, overriding).likely()
    if isinstance(found.value, UserFunction):
        return found.likely()
    merged = merging.joined(instance.cls.definition.analysis, [found, *overriding])
    return merged.likely() if merged.value != UNKNOWN else found.likely()


def _found(instance: UserInstance, name: str, after: UserClass | None) -> Fact | None:
    certain = True
    passed = after is None
    for fact in lineage(instance.cls):
        value = fact.value
        certain = certain and (fact.certain or value == UNKNOWN)
        if not passed:
            passed = value == after
            continue
        if isinstance(value, UserClass):
            own = _own_attribute(instance, value, name)
            if own is not None:
                return own if certain else own.likely()
        elif isinstance(value, SymbolRef):
            analysis = instance.cls.definition.analysis
            member = analysis.catalog.member(value.name, name)
            if member is not None:
                is_open = name in FORWARD.values() and value.name in LAYERS.values()  # every layer brings its own
                return Fact(Bound(member.name, instance), certain and not is_open)
            part = analysis.catalog.part(value.name, name)
            if part:
                return Fact(Instance(part), certain)
        else:
            certain = False
    return _of_framework(instance, name) if after is None and certain else None


def _of_framework(instance: UserInstance, name: str) -> Fact | None:
    """What is no public member of a framework's class, but set or defined in its source: for its own files."""
    analysis = instance.cls.definition.analysis
    if not imports.is_framework_file(analysis):
        return None
    for symbol in framework_classes(analysis, instance):
        cls = imports.definition(analysis, symbol)
        if cls is not None and cls != instance.cls:
            found = _own_attribute(instance, cls, name)
            if found is not None:
                return found
    return None


def _overriding(instance: UserInstance, name: str) -> list[Fact]:
    """What classes derived in the same file give the name."""
    found: list[Fact] = []
    for cls in derived(instance.cls)[:_MOST_OVERRIDING]:
        fact = _own_attribute(UserInstance(cls), cls, name)
        if fact is None and len(bases(cls)) > 1:
            fact = _found(UserInstance(cls), name, None)  # a mixin's users bring what it needs
        if fact is not None:
            found.append(fact)
    return found


def _gives_way(fact: Fact) -> bool:
    """Whether a method or value stands there only to be overridden."""
    value = fact.value
    if isinstance(value, UserFunction):
        return functions.is_abstract(value.definition.analysis, value.definition.node)
    return value in (Constant(None), UNKNOWN)


def _own_attribute(instance: UserInstance, cls: UserClass, name: str) -> Fact | None:
    analysis, node = cls.definition.analysis, cls.definition.node
    method = analysis.ask(METHOD, node, name)
    if method is not None:
        found = _method(instance, analysis, method.definition.node, cls)
        if found.value != UNKNOWN or not decorators.is_property(decorators.marks(analysis, method.definition.node)):
            return found
        return analysis.ask(ATTRIBUTE, node, name) or found  # a lazy property that methods also set
    return analysis.ask(ATTRIBUTE, node, name)


def _attribute(analysis: Analysis, node: Node, name: str) -> Fact | None:
    cls = UserClass(analysis.source(node))
    entries = table(cls)
    settings = entries.settings(name)
    if settings:
        return growth.attribute(analysis, _set(analysis, cls, settings), name, node)
    return _class_attribute(analysis, cls, name) if name in entries.class_attributes else None


def _method(instance: UserInstance, analysis: Analysis, node: Node, cls: UserClass) -> Fact:
    marks = decorators.marks(analysis, node)
    if decorators.is_property(marks):
        function = UserFunction(analysis.source(node), instance)
        return functions.called(analysis, function, None)
    if any(mark.endswith((".setter", ".deleter")) for mark in marks):
        getter = _getter(analysis, node, cls)
        return _method(instance, analysis, getter, cls) if getter is not None else NOTHING
    fact = decorators.decorated(analysis, node)
    if not isinstance(fact.value, UserFunction):
        return fact
    if decorators.is_static(analysis, node):
        return fact
    return Fact(UserFunction(fact.value.definition, instance), fact.certain)


def _getter(analysis: Analysis, setter: Node, cls: UserClass) -> Node | None:
    """The property that a setter belongs to."""
    name = setter.child_by_field_name("name")
    for binding in analysis.scope(cls.definition.node).bindings.get(
        analysis.text(name) if name is not None else "", []
    ):
        if binding.origin is Origin.DEFINITION and decorators.is_property(decorators.marks(analysis, binding.node)):
            return binding.node
    return None


def _class_attribute(analysis: Analysis, cls: UserClass, name: str) -> Fact:
    bindings = table(cls).class_attributes[name]
    if bindings[-1].origin is Origin.ASSIGNMENT and is_enumeration(cls):
        return Fact(UserInstance(cls))
    scope = analysis.scope(cls.definition.node)
    return merging.joined(
        analysis,
        [fields.default(analysis, one.node) or names.binding_fact(analysis, one, scope) for one in bindings],
    )


def _set(analysis: Analysis, cls: UserClass, settings: list[Setting]) -> Fact:
    """What all the places give that set an attribute; an annotation in the class body helps where they say little."""
    found = merging.joined(analysis, [_setting_fact(analysis, cls, setting) for setting in settings])
    declared = table(cls).class_attributes.get(settings[0].name)
    if declared and (found.value == UNKNOWN or not found.certain or found.value in (Constant(None), Sequence(()))):
        annotation = declared[-1].node.child_by_field_name("type")
        said = annotations.fact(analysis, annotation) if annotation is not None else NOTHING
        if said.value != UNKNOWN and said.value != Constant(None):
            return said if found.value == UNKNOWN or found.value != said.value else Fact(said.value)
        if found.value == UNKNOWN or found.value == Constant(None):
            return _class_attribute(analysis, cls, settings[0].name).likely()
    return found


def _setting_fact(analysis: Analysis, cls: UserClass, setting: Setting) -> Fact:
    if setting.registered in _BUFFERS:
        framework = _framework(cls)
        is_none = setting.value is None or setting.value.type == "none"
        return Fact(Instance(f"{framework}.Tensor"), not is_none) if framework else NOTHING
    said = annotations.fact(analysis, setting.annotation) if setting.annotation is not None else NOTHING
    if setting.value is None:
        return said
    if said.value != UNKNOWN and not _is_vague(said):
        return said
    fact = analysis.value(setting.value)
    if setting.is_element:
        fact = containers.element(analysis, fact)
    fact = containers.unpack(analysis, fact, setting.path, setting.value if not setting.is_element else None)
    return said if said.value != UNKNOWN and fact.value in (UNKNOWN, Constant(None), Sequence(())) else fact


def _is_vague(said: Fact) -> bool:
    """``self.net: nn.Module`` says less than what is assigned."""
    value = said.value
    return value in (Constant(None), Repeated(UNKNOWN)) or (
        isinstance(value, Instance) and value.cls in LAYERS.values()
    )


def _framework(cls: UserClass) -> str:
    root = next(
        filter(None, (layer_root(one.definition.analysis, UserInstance(one)) for one in (cls, *derived(cls)))), ""
    )
    return root.partition(".")[0]


def class_member(cls: UserClass, name: str) -> Fact:
    """Read from the class: methods are functions, members of a framework base are that base's."""
    analysis = cls.definition.analysis
    fact = attribute(UserInstance(cls), name)
    if fact is None:
        return NOTHING
    if isinstance(fact.value, Bound):
        if fact.value.name == "torch.autograd.Function.apply":
            return fact  # a class method: what it gives depends on the class
        return Fact(SymbolRef(fact.value.name), fact.certain)
    if isinstance(fact.value, UserFunction):
        node = fact.value.definition.node
        is_for_class = node.type != "lambda" and decorators.is_for_class(fact.value.definition.analysis, node)
        return Fact(UserFunction(fact.value.definition, cls if is_for_class else None), fact.certain)
    method = find_method(cls, name)
    if method is not None and decorators.is_property(decorators.marks(analysis, method.definition.node)):
        return NOTHING
    return fact


METHOD: Question[UserFunction | None] = Question("method", "member", _own_method, None)
ATTRIBUTE: Question[Fact | None] = Question("attribute", "member", _attribute, NOTHING)
"""What a class itself says about a name of its objects; None if nothing."""
