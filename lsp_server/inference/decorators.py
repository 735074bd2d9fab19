"""What stands for a function or class after its decorators ran."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import functions
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, UNKNOWN, Fact, SymbolRef, UserClass, UserFunction

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_KEEPS_TYPE = {
    "property", "cached_property", "staticmethod", "classmethod", "override", "abstractmethod", "no_grad",
    "inference_mode", "enable_grad", "torch.no_grad", "torch.inference_mode", "functools.lru_cache", "functools.cache",
    "lru_cache", "cache", "typing.override", "torch.jit.export", "torch.jit.ignore", "torch.jit.unused", "jit",
    "mindspore.jit", "ms.jit", "functools.wraps", "wraps", "typing.no_type_check", "torch.compile",
    "abc.abstractmethod",
    "functools.cached_property", "contextmanager", "contextlib.contextmanager", "typing.final", "final", "overload",
    "typing.overload", "functools.total_ordering", "total_ordering", "dataclass", "dataclasses.dataclass",
    "typing.runtime_checkable", "runtime_checkable", "unittest.skip", "unittest.skipIf", "pytest.fixture",
    "pytest.mark.parametrize", "functools.singledispatch", "singledispatch", "deprecated", "warnings.deprecated",
    "typing_extensions.override", "typing_extensions.deprecated", "abc.abstractproperty",
}  # fmt: skip
_SYMBOLS = {
    "torch.no_grad", "torch.enable_grad", "torch.inference_mode", "torch.compile", "torch.jit.export",
    "torch.jit.ignore", "torch.jit.unused", "torch.jit.script", "torch.jit.script_method", "torch.jit.interface",
    "torch.amp.autocast", "torch.autocast", "torch.amp.custom_fwd", "torch.amp.custom_bwd", "torch.cuda.amp.autocast",
    "torch.cuda.amp.custom_fwd", "torch.cuda.amp.custom_bwd", "torch.compiler.disable", "torch.fx.wrap",
    "torch.set_grad_enabled", "torch.autograd.function.once_differentiable", "torch.fx._compatibility.compatibility",
    "mindspore.jit", "mindspore.jit_class", "mindspore.ms_function", "mindspore.ms_class", "mindspore.lazy_inline",
}  # fmt: skip
"""Framework decorators whose result is used as what they decorate is used."""
PROPERTIES = ("property", "cached_property", "abstractproperty", "lazyproperty", "lazy_property")


def expressions(definition: Node) -> list[Node]:
    """The decorators of a function or class, topmost first."""
    holder = definition.parent
    if holder is None or holder.type != "decorated_definition":
        return []
    return [
        child.named_children[0] for child in holder.named_children if child.type == "decorator" and child.named_children
    ]


def marks(analysis: Analysis, definition: Node) -> list[str]:
    """The decorators of a function or class as dotted text, without their arguments."""
    found: list[str] = []
    for expression in expressions(definition):
        function = expression.child_by_field_name("function") if expression.type == "call" else expression
        found.append(analysis.text(function or expression))
    return found


def keeps_type(analysis: Analysis, definition: Node) -> bool:
    """Whether the decorated function is certainly still the function that stands there."""
    return all(_keeps_type(name) for name in marks(analysis, definition))


def _keeps_type(name: str) -> bool:
    return name in _KEEPS_TYPE or name.endswith((".setter", ".getter", ".deleter", ".jit"))


def is_property(names: list[str]) -> bool:
    return any(name.rpartition(".")[2] in PROPERTIES for name in names)


def is_static(analysis: Analysis, function: Node) -> bool:
    """Whether a method takes no object: ``@staticmethod``, and ``__new__`` takes its class by hand."""
    return "staticmethod" in marks(analysis, function)


def is_for_class(analysis: Analysis, function: Node) -> bool:
    """Whether a method takes its class first: ``@classmethod``, ``__new__``, ``__init_subclass__``."""
    name = function.child_by_field_name("name")
    if name is not None and analysis.text(name) in ("__new__", "__init_subclass__", "__class_getitem__"):
        return True
    return "classmethod" in marks(analysis, function)


def decorated(analysis: Analysis, definition: Node) -> Fact:
    """The function or class that a definition binds to its name."""
    if definition.parent is None or definition.parent.type != "decorated_definition":
        return _plain(analysis, definition)
    return analysis.ask(DECORATED, definition)


def _plain(analysis: Analysis, definition: Node) -> Fact:
    source = analysis.source(definition)
    return Fact(UserClass(source) if definition.type == "class_definition" else UserFunction(source))


def _decorated(analysis: Analysis, definition: Node, _: str) -> Fact:
    """Nearest decorator first. What nobody knows most likely gives what is used like the function it got."""
    fact = plain = _plain(analysis, definition)
    for expression in reversed(expressions(definition)):
        fact = _applied(analysis, expression, fact, plain)
        if fact.value == UNKNOWN:
            break
    return fact


def _applied(analysis: Analysis, expression: Node, fact: Fact, plain: Fact) -> Fact:
    called = expression.child_by_field_name("function") if expression.type == "call" else None
    name = analysis.text(called if called is not None else expression)
    decorator = analysis.fact(expression)
    if isinstance(decorator.value, UserFunction):
        given = functions.applied(decorator.value, [fact])
        if given == fact:
            return fact if decorator.certain else fact.likely()
        if isinstance(fact.value, UserFunction) and _says_so(decorator.value):
            return fact if decorator.certain else fact.likely()
        if isinstance(plain.value, UserClass) and not isinstance(given.value, UserClass):
            return fact.likely()  # what decorates a class hardly ever gives anything but a class
        # a wrapper most likely calls what it wraps, and gives what that gives
        return plain.likely() if isinstance(given.value, UserFunction) or given.value == UNKNOWN else given.likely()
    if isinstance(decorator.value, UserClass) and isinstance(plain.value, UserFunction):
        return NOTHING  # an object of that class, called in its own way
    if _keeps_type(name):
        return fact
    symbol = analysis.fact(called) if called is not None else decorator
    if isinstance(symbol.value, UserFunction) and called is not None and isinstance(fact.value, UserFunction):
        return fact if symbol.certain and _says_so(symbol.value, is_maker=True) else fact.likely()
    if isinstance(symbol.value, SymbolRef) and symbol.value.name in _SYMBOLS:
        return fact
    return fact.likely()


def _says_so(decorator: UserFunction, is_maker: bool = False) -> bool:
    """Whether the annotations of a decorator promise a function that gives what its function gives:
    ``(builder: Callable[..., M]) -> Callable[..., M]``; or those of what makes one."""
    source = decorator.definition
    parameters = source.node.child_by_field_name("parameters")
    result = source.node.child_by_field_name("return_type")
    if parameters is None or result is None:
        return False
    promised = source.analysis.text(result)
    if is_maker:
        made = _MADE.fullmatch(promised)
        taken, promised = (made["taken"], made["given"]) if made is not None else ("", "")
    else:
        first = next((one for one in parameters.named_children if one.type == "typed_parameter"), None)
        annotation = first.child_by_field_name("type") if first is not None else None
        taken = source.analysis.text(annotation) if annotation is not None else ""
    found = _SAME.fullmatch(promised)
    if found is None or promised != taken:
        return False
    variable = rb"^%s\s*=\s*(?:typing\.)?TypeVar\(" % found["variable"].encode()
    return re.search(variable, source.analysis.document.data, re.MULTILINE) is not None


_SAME = re.compile(r"(?:[\w.]+\.)?Callable\[.*,\s*(?P<variable>\w+)\]", re.DOTALL)
_MADE = re.compile(r"(?:[\w.]+\.)?Callable\[\s*\[(?P<taken>.*)\],\s*(?P<given>\S.*)\]", re.DOTALL)

DECORATED = Question("decorated", "owner", _decorated, NOTHING)
