"""What is left of a fact after passed or failed tests: ``isinstance``, ``type(x) is``, ``is None``, ``case``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import TENSORS
from lsp_server.inference import classes, members
from lsp_server.inference.values import (
    CIRCULAR,
    NONE,
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Sequence,
    SymbolRef,
    Unknown,
    UserClass,
    UserInstance,
    Value,
    alternatives,
    join,
)
from lsp_server.syntax.conditions import Test

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_CONTAINERS = {"list", "tuple", "set", "frozenset"}
_ABSTRACT = {"Sequence", "MutableSequence", "Iterable", "Collection", "Set"}
_DICTS = {"dict", "OrderedDict", "defaultdict", "Mapping", "MutableMapping"}
_SCALARS = {"int", "float", "bool", "str", "complex", "bytes"}
_TYPED_TENSOR = re.compile(r"torch\.(cuda\.|sparse\.)*[A-Z][a-z0-9A-Z]+Tensor")
"""``isinstance(x, torch.FloatTensor)`` asks for the dtype."""
_MAX_CLASSES = 30


def narrowed(analysis: Analysis, fact: Fact, tests: list[tuple[Test, bool]]) -> Fact | None:
    """The fact after tests, each with its outcome; None if no value can have passed them."""
    for test, holds in tests:
        if fact is CIRCULAR:
            return fact
        left = _after(analysis, fact, test, holds)
        if left is None:
            return None
        fact = left
    return fact


def _after(analysis: Analysis, fact: Fact, test: Test, holds: bool) -> Fact | None:
    if test.kind == "none":
        if holds:
            return Fact(NONE)
        return None if fact.value == NONE else fact
    if test.call is not None and not _is_builtin(analysis, test.call):
        return fact
    tested = _tensors(analysis, test.classes) if test.kind == "tensor" else _tested(analysis, test.classes)
    if holds:
        return _passed(analysis, fact, tested) if tested else fact
    return fact if test.kind == "exact" else _failed(analysis, fact, tested)


def matched(analysis: Analysis, pattern: Node) -> Fact:
    """What ``case Tensor() as x`` gives its name."""
    return join([Fact(instance_of(cls)) for cls in _tested(analysis, pattern.named_children[0])])


def _is_builtin(analysis: Analysis, call: Node) -> bool:
    """Whether ``isinstance`` and ``type`` are Python's own."""
    function = call.child_by_field_name("function")
    value = analysis.fact(function).value if function is not None else UNKNOWN
    return isinstance(value, SymbolRef) and value.name.startswith("builtins.")


def _tensors(analysis: Analysis, function: Node) -> list[Value]:
    """The tensors of the framework whose ``is_tensor`` that is."""
    value = analysis.fact(function).value
    framework = framework_of(value.name) if isinstance(value, SymbolRef) else None
    return [SymbolRef(TENSORS[framework])] if framework is not None else []


def _tested(analysis: Analysis, node: Node) -> list[Value]:
    """The classes that a test names; `UNKNOWN` for each that is not known."""
    found: list[Value] = []
    pending = [node]
    while pending and len(found) < _MAX_CLASSES:
        one = pending.pop()
        children = [child for child in one.named_children if child.type != "comment"]
        if one.type in ("tuple", "union_pattern", "parenthesized_expression", "case_pattern", "binary_operator"):
            pending += reversed(children)
        elif one.type == "class_pattern":
            found += _class_of(_dotted(analysis, children[0]).value)
        else:
            found += _class_of(analysis.fact(one).value)
    return found


def _dotted(analysis: Analysis, name: Node) -> Fact:
    """The name of a class in a ``case``."""
    first, *rest = name.named_children
    fact = analysis.fact(first)
    for part in rest:
        fact = members.member(analysis, fact, analysis.text(part))
    return fact


def _class_of(value: Value) -> list[Value]:
    if isinstance(value, Sequence):
        return [one for item in value.items for one in _class_of(item)]
    return [one if isinstance(one, (SymbolRef, UserClass)) else UNKNOWN for one in alternatives(value)]


def instance_of(cls: Value) -> Value:
    """An object of a class."""
    if isinstance(cls, UserClass):
        return UserInstance(cls)
    if not isinstance(cls, SymbolRef):
        return UNKNOWN
    if framework_of(cls.name) is not None:
        return Instance(cls.name)
    name = cls.name.rpartition(".")[2]
    if name in _DICTS:
        return Dictionary(others=(UNKNOWN, UNKNOWN))
    if name in _SCALARS:
        return Instance(name)
    return Repeated(UNKNOWN) if name in _CONTAINERS | _ABSTRACT else UNKNOWN


def _passed(analysis: Analysis, fact: Fact, tested: list[Value]) -> Fact:
    """Of a value's alternatives those that may be of one of the classes; where none may, objects of the classes."""
    found: list[Fact] = []
    for value in alternatives(fact.value):
        if isinstance(value, Unknown):
            break
        for cls in tested:
            made = instance_of(cls)
            is_one = belongs(analysis, value, cls)
            if is_one and not fact.certain and made != UNKNOWN and not isinstance(made, Repeated):
                found.append(Fact(made))
            elif is_one is not False:
                found.append(Fact(value, fact.certain))
            elif _covers(analysis, value, made):
                found.append(Fact(made))
    if found:
        return join(found)
    made = join([Fact(instance_of(cls)) for cls in tested])
    if made.value == Repeated(UNKNOWN) and isinstance(fact.value, Instance) and fact.value.cls in TENSORS.values():
        # most likely a tensor, and now a list of something: of tensors, most likely
        return Fact(Repeated(fact.value), False)
    return made


def _covers(analysis: Analysis, value: Value, made: Value) -> bool:
    """Whether an object of a class may be what is known as an object of a base of it."""
    if isinstance(value, Instance):
        return belongs(analysis, made, SymbolRef(value.cls)) is True
    return isinstance(value, UserInstance) and belongs(analysis, made, value.cls) is True


def _failed(analysis: Analysis, fact: Fact, tested: list[Value]) -> Fact | None:
    found: list[Value] = []
    doubtful: list[Value] = []
    for value in alternatives(fact.value):
        answers = [belongs(analysis, value, cls) for cls in tested]
        if True in answers:
            continue
        is_container = isinstance(value, (Sequence, Repeated, Dictionary)) and None in answers
        (doubtful if is_container else found).append(value)
    left = found or doubtful
    if not left:
        return None if fact.certain else NOTHING
    return join([Fact(value, fact.certain) for value in left])


def belongs(analysis: Analysis, value: Value, cls: Value) -> bool | None:
    """Whether a value is an object of a class; None if that is not known."""
    if isinstance(value, Constant):
        return _builtin_belongs(type(value.value).__name__, cls)
    if isinstance(value, (Sequence, Repeated, Dictionary)):
        return _container_belongs(value, cls)
    if isinstance(value, UserInstance):
        return _user_belongs(analysis, value, cls)
    if not isinstance(value, Instance) or cls == UNKNOWN:
        return None
    framework = framework_of(value.cls)
    if framework is None:
        return _builtin_belongs(value.cls, cls)
    if not isinstance(cls, SymbolRef):
        return False
    if value.cls == TENSORS[framework] and _TYPED_TENSOR.fullmatch(cls.name):
        return None
    if framework_of(cls.name) is not None:
        return analysis.catalog.is_subclass(value.cls, cls.name)
    if not cls.name.startswith("builtins."):
        return None
    name = cls.name.removeprefix("builtins.")
    return name == "object" or (None if value.cls == f"{framework}.Size" or name == "type" else False)


def _builtin_belongs(name: str, cls: Value) -> bool | None:
    if cls == UNKNOWN:
        return None
    if not isinstance(cls, SymbolRef):
        return False
    if not cls.name.startswith("builtins."):
        return False if framework_of(cls.name) is not None else None
    wanted = cls.name.removeprefix("builtins.")
    return wanted in (name, "object") or (name == "bool" and wanted == "int")


def _container_belongs(value: Value, cls: Value) -> bool | None:
    """A list, a tuple or another container: which one is not told apart. So are the sorts of dicts."""
    if not isinstance(cls, SymbolRef):
        return None if cls == UNKNOWN else False
    name = cls.name.rpartition(".")[2]
    if isinstance(value, Dictionary):
        return name in ("object", "dict", "Mapping", "MutableMapping") or (
            None if name in _DICTS | _ABSTRACT else False
        )
    return None if name in _CONTAINERS | _ABSTRACT or name == "Size" else name == "object"


def _user_belongs(analysis: Analysis, value: UserInstance, cls: Value) -> bool | None:
    is_open = cls == UNKNOWN
    for fact in classes.lineage(value.cls):
        base = fact.value
        if base == cls:
            return True
        if isinstance(base, SymbolRef):
            if isinstance(cls, SymbolRef) and analysis.catalog.is_subclass(base.name, cls.name):
                return True
        elif not isinstance(base, UserClass):
            is_open = True
    return None if is_open else cls == SymbolRef("builtins.object")
