"""What is public in a module or a class, and of which kind it is.

Everything here reads objects of the installed package and never trusts a list: a name counts only
if ``getattr`` finds it. One broken attribute is skipped, it does not stop the walk.
"""

from __future__ import annotations

import enum
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lsp_server.catalog.model import Kind

_MISSING = object()
_FUNCTION_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_METHOD_TYPES = (
    *_FUNCTION_TYPES,
    classmethod,
    staticmethod,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.WrapperDescriptorType,
)
_PROPERTY_TYPES = (property, types.GetSetDescriptorType, types.MemberDescriptorType)
_PROPERTY_NAMES = (
    "cached_property",
    "lazy_property",
    "pybind11_static_property",
    "_tuplegetter",
    "_lazy_property_and_property",
)
_IMMUTABLE_TYPES = (int, float, complex, str, bytes, bool, type(None), tuple, frozenset, list, dict, set)


@dataclass(frozen=True)
class Found:
    """A public name and the object behind it; ``owner`` is the module or class that has it."""

    name: str
    obj: Any
    kind: Kind
    owner: Any
    documented: bool = True

    @property
    def leaf(self) -> str:
        return self.name.rsplit(".", 1)[1] if "." in self.name else self.name


def progress(message: str) -> None:
    """Say on stderr what is going on."""
    print(f"inventory: {message}", file=sys.stderr, flush=True)


def load(module_name: str) -> Any:
    """The module, or None if it does not import here (an optional dependency is missing)."""
    try:
        importlib.import_module(module_name)
        return sys.modules[module_name]
    except ModuleNotFoundError as error:
        parent, _, leaf = module_name.rpartition(".")
        value = read(sys.modules.get(parent), leaf)
        if isinstance(value, types.ModuleType):
            return value
        progress(f"{module_name} does not import: {error}")
        return None
    except Exception as error:
        progress(f"{module_name} does not import: {error!r}")
        return None


def read(owner: Any, name: str) -> Any:
    """``getattr`` that gives ``MISSING`` instead of raising."""
    try:
        return getattr(owner, name)
    except Exception:
        return _MISSING


def exists(value: Any) -> bool:
    return value is not _MISSING


def docstring(obj: Any) -> str:
    """The docstring as written, or an empty string."""
    doc = read(obj, "__doc__")
    return doc if isinstance(doc, str) else ""


def own_doc(obj: Any) -> str:
    """The docstring if it is the object's own: an instance of a documented class has none."""
    doc = docstring(obj)
    is_callable_like = isinstance(obj, (type, *_METHOD_TYPES, *_PROPERTY_TYPES, types.ModuleType))
    if not is_callable_like and doc == docstring(type(obj)):
        return ""
    return doc


def is_shared_value(obj: Any) -> bool:
    """True for values that Python itself shares (numbers, strings, None): identity says nothing about them."""
    return isinstance(obj, _IMMUTABLE_TYPES)


def kind_of(obj: Any) -> Kind:
    """The kind of a module's attribute."""
    if isinstance(obj, types.ModuleType):
        return "module"
    if isinstance(obj, type):
        return "exception" if issubclass(obj, BaseException) else "class"
    if isinstance(obj, _FUNCTION_TYPES):
        return "function"
    if is_shared_value(obj) or isinstance(obj, enum.Enum):
        return "constant"
    if callable(obj) and not _is_value_class(type(obj)):
        return "function"
    return "constant"


def _is_value_class(cls: type) -> bool:
    """Classes whose instances are values although they can be called (MindSpore's dtypes)."""
    return "typing" in cls.__module__ or cls.__module__ == "typing"


def exported(module: Any) -> tuple[str, ...]:
    """``__all__`` without the names that are not there, or an empty tuple."""
    listed = read(module, "__all__")
    if not isinstance(listed, (list, tuple)):
        return ()
    return tuple(sorted({n for n in listed if isinstance(n, str) and is_public(n) and exists(read(module, n))}))


def is_public(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_")


def home(obj: Any) -> str:
    """The module that defines an object, as it says itself."""
    module = read(obj, "__module__")
    return module if isinstance(module, str) else ""


def own_names(module: Any, roots: tuple[str, ...]) -> tuple[str, ...]:
    """Public names of a module whose functions and classes are defined below one of ``roots``."""
    names = []
    for name in sorted(dir(module)):
        if not is_public(name):
            continue
        value = read(module, name)
        if not exists(value) or isinstance(value, types.ModuleType):
            continue
        if isinstance(value, (type, types.FunctionType)) or callable(value):
            where = home(value)
            if not any(where == root or where.startswith(root + ".") for root in roots):
                continue
            names.append(name)
    return tuple(names)


def member_kind(raw: Any, value: Any) -> Kind:
    """The kind of a class attribute from what lies in the class's ``__dict__`` and what reading it gives."""
    if isinstance(raw, _PROPERTY_TYPES) or type(raw).__name__ in _PROPERTY_NAMES:
        return "property"
    if isinstance(value, enum.Enum) or hasattr(type(value), "__members__"):
        return "constant"
    if isinstance(raw, type):
        return "exception" if issubclass(raw, BaseException) else "class"
    if isinstance(raw, _METHOD_TYPES) or (callable(value) and not is_shared_value(value)):
        return "method"
    return "attribute"


def members(cls: type, is_listed: Callable[[type], bool]) -> Iterator[tuple[str, Any, Any, type]]:
    """Public members that belong to a class: its own and those of private bases that no public base has already.

    Gives (name, raw descriptor, value, class that defines it).
    """
    listed = [base for base in cls.__mro__ if base is not cls and base is not object and is_listed(base)]
    taken = {base for public in listed for base in public.__mro__}
    seen: set[str] = set()
    for base in cls.__mro__:
        if base is object or base in taken or not _same_package(base, cls):
            continue
        for name in sorted(vars(base)):
            if name in seen or not is_public(name):
                continue
            seen.add(name)
            value = read(cls, name)
            if exists(value):
                yield name, vars(base)[name], value, base


def _same_package(base: type, cls: type) -> bool:
    """Members of a base from another package (``int``, ``tuple``, ``dict``) are not the framework's own."""
    root = home(cls).split(".")[0]
    return home(base).split(".")[0] in {root, "torch", "mindspore"}
