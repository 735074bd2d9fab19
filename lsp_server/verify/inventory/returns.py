"""What a call gives, in the words of ``Symbol.returns``.

Sources here: annotations, of the function or of the stub shipped in the wheel, and a body that returns nothing.
What docstrings say is read in ``phrases``. ``X | None`` is told as ``X``: what one works
with afterwards. What cannot be said in the vocabulary is left empty.
"""

from __future__ import annotations

import ast
import builtins
import collections.abc
import inspect
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from lsp_server.verify.inventory.signatures import NameOf

_PLAIN = {int: "int", float: "float", bool: "bool", str: "str", type(None): "None", None: "None"}
_BUILTIN = (dict, tuple, list, set, bytes, complex, frozenset, type, slice)
_ITERATORS = (collections.abc.Iterator, collections.abc.Generator, collections.abc.Iterable)


class Names(dict[str, Any]):
    """Names for the evaluation of an annotation; an unknown one means "anything"."""

    def __missing__(self, key: str) -> Any:
        return getattr(builtins, key, Any)


def from_annotation(annotation: Any, name_of: NameOf, receiver: Any = None) -> str:
    """The word for an annotation object. ``receiver`` is the TypeVar that annotates ``self``, if one does."""
    if annotation is None or annotation in (int, float, bool, str, type(None)):
        return _PLAIN[annotation]
    if annotation is getattr(typing, "Self", object()) or getattr(annotation, "_name", "") == "Self":
        return "Self"
    if isinstance(annotation, typing.TypeVar):
        return "Self" if annotation is receiver else ""
    origin = typing.get_origin(annotation)
    if origin is None:
        return _class_word(annotation, name_of)
    return _generic_word(origin, typing.get_args(annotation), name_of, receiver)


def _class_word(cls: Any, name_of: NameOf) -> str:
    if not isinstance(cls, type) or cls is object:
        return ""
    fields = getattr(cls, "n_sequence_fields", 0)
    if issubclass(cls, tuple) and "return_types" in cls.__module__ and fields:
        return f"tuple[{', '.join(['torch.Tensor'] * fields)}]"
    named = name_of(cls)
    if named:
        return named
    return cls.__name__ if cls in _BUILTIN else ""


def _generic_word(origin: Any, args: tuple[Any, ...], name_of: NameOf, receiver: Any) -> str:
    if origin is typing.Annotated:
        return from_annotation(args[0], name_of, receiver)
    if origin in (typing.Union, types.UnionType):
        return _union_word(args, name_of, receiver)
    if origin is typing.Literal:
        kinds = {type(value) for value in args}
        return _PLAIN.get(kinds.pop(), "") if len(kinds) == 1 else ""
    words = [from_annotation(arg, name_of, receiver) for arg in args if arg is not Ellipsis]
    known = bool(words) and all(words)
    if origin is tuple:
        if not known:
            return "tuple"
        return f"tuple[{words[0]}, ...]" if Ellipsis in args else f"tuple[{', '.join(words)}]"
    if origin is list:
        return f"list[{words[0]}]" if known else "list"
    if origin is collections.abc.Sequence:
        # torch annotates what C++ gives as a Sequence; it is a tuple there.
        return f"tuple[{words[0]}, ...]" if known else ""
    if getattr(origin, "_name", "") in ("TypeIs", "TypeGuard"):
        return "bool"
    if origin in _ITERATORS:
        return f"iterator[{words[0]}]" if words and words[0] else "iterator"
    if origin in (dict, collections.OrderedDict, collections.defaultdict, collections.abc.Mapping):
        return f"dict[{', '.join(words)}]" if known else "dict"
    return _class_word(origin, name_of)


def _union_word(args: tuple[Any, ...], name_of: NameOf, receiver: Any) -> str:
    words = {from_annotation(arg, name_of, receiver) for arg in args if arg is not type(None)}
    return words.pop() if len(words) == 1 else ""


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """The annotation object that a text means among these names, ``Any`` if it means nothing."""
    try:
        return eval(text, {"__builtins__": {}}, Names(names))  # text from the installed framework
    except Exception:
        return Any


def from_function(function: Any, name_of: NameOf) -> str:
    """The word for the return annotation of a Python function, empty if it has none."""
    annotations = getattr(function, "__annotations__", None)
    if not isinstance(annotations, dict) or "return" not in annotations or _is_context_manager(function):
        return ""
    scope = getattr(function, "__globals__", {})
    result = annotations["return"]
    result = evaluate(result, scope) if isinstance(result, str) else _resolved(function, result)
    receiver = annotations.get("self")
    receiver = evaluate(receiver, scope) if isinstance(receiver, str) else receiver
    return from_annotation(result, name_of, receiver)


def _is_context_manager(function: Any) -> bool:
    """True for a generator under ``contextlib.contextmanager``: its annotation is the generator's, not the call's."""
    inner = getattr(function, "__wrapped__", None)
    return inner is not None and inspect.isgeneratorfunction(inner) and not inspect.isgeneratorfunction(function)


def _resolved(function: Any, annotation: Any) -> Any:
    """The annotation with the names inside it resolved (``Iterator["Module"]``)."""
    try:
        return typing.get_type_hints(function)["return"]
    except Exception:
        return annotation


def from_body(function: Any) -> str:
    """``None`` for a Python function whose body never returns a value, else an empty string.

    A body that only raises, or only documents, is a placeholder and says nothing.
    """
    if (
        not isinstance(function, types.FunctionType)
        or hasattr(function, "__wrapped__")
        or "<locals>" in function.__qualname__
    ):
        return ""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:
        return ""
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return ""
    body = [item for item in node.body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))]
    if not body or isinstance(body[-1], (ast.Raise, ast.Pass)):
        return ""
    for item in _own_nodes(body):
        if isinstance(item, (ast.Yield, ast.YieldFrom)):
            return ""
        if isinstance(item, ast.Return) and item.value is not None:
            return ""
    return "None"


def _own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a body without those of functions and classes inside it."""
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(node))
