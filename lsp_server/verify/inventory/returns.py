"""What a call gives, in the words of ``Symbol.returns``.

Sources, in this order: annotations (of the function or of the stub shipped in the wheel), the arrow in a
docstring's signature, the first words of a "Returns:" section. ``X | None`` is told as ``X``: what one works
with afterwards. What cannot be said in the vocabulary is left empty.
"""

from __future__ import annotations

import builtins
import collections.abc
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from lsp_server.verify.inventory.signatures import NameOf, split_top_level

_PLAIN = {int: "int", float: "float", bool: "bool", str: "str", type(None): "None", None: "None"}
_BUILTIN = (dict, tuple, list, set, bytes, complex, frozenset, type, slice)
_ITERATORS = (collections.abc.Iterator, collections.abc.Generator, collections.abc.Iterable)
_LISTS = (list, collections.abc.Sequence, collections.abc.MutableSequence)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "six": 6,
}  # fmt: skip


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
    if origin in _LISTS:
        return f"list[{words[0]}]" if known else "list"
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
        return eval(text, {"__builtins__": {}}, Names(names))  # noqa: S307 - text from the installed framework
    except Exception:  # noqa: BLE001 - an annotation may say anything
        return Any


def from_function(function: Any, name_of: NameOf) -> str:
    """The word for the return annotation of a Python function, empty if it has none."""
    annotations = getattr(function, "__annotations__", None)
    if not isinstance(annotations, dict) or "return" not in annotations:
        return ""
    scope = getattr(function, "__globals__", {})
    result = annotations["return"]
    result = evaluate(result, scope) if isinstance(result, str) else result
    receiver = annotations.get("self")
    receiver = evaluate(receiver, scope) if isinstance(receiver, str) else receiver
    return from_annotation(result, name_of, receiver)


def from_arrow(text: str, tensor: str, names: Mapping[str, str]) -> str:
    """The word for what stands after the arrow in a docstring: ``Tensor``, ``(Tensor, LongTensor)``, ``list of Tensor``."""
    text = text.strip().rstrip(".;:").strip()
    text = re.sub(r"\s*#.*$", "", text)
    if not text or " or " in text:
        return ""
    if re.fullmatch(r"(?:tuple|Tuple|tuple of)\s*\(.*\)", text):
        text = text[text.index("(") :]
        if "," not in text:
            return f"tuple[{_item(text[1:-1], tensor, names)}, ...]" if _item(text[1:-1], tensor, names) else "tuple"
    if text.startswith("(") and text.endswith(")"):
        return _tuple_word(split_top_level(text[1:-1]), tensor, names)
    many = re.fullmatch(r"(?:an?\s+)?([Ll]ist|[Tt]uple|[Ss]eq|[Ss]equence|[Ii]terator|[Gg]enerator)\s*(?:of\s+|\[|\()\s*(.+?)[\])]?", text)
    if many:
        return _many_word(many[1].lower(), many[2], tensor, names)
    return _item(text, tensor, names)


def _tuple_word(parts: list[str], tensor: str, names: Mapping[str, str]) -> str:
    parts = [part for part in parts if part]
    if len(parts) == 2 and parts[1] == "...":
        word = _item(parts[0], tensor, names)
        return f"tuple[{word}, ...]" if word else "tuple"
    words = [from_arrow(re.sub(r"^\w+:\s*", "", part), tensor, names) for part in parts]
    return f"tuple[{', '.join(words)}]" if words and all(words) else "tuple"


def _many_word(container: str, inner: str, tensor: str, names: Mapping[str, str]) -> str:
    if container == "tuple":
        parts = split_top_level(inner)
        if len(parts) > 1:
            return _tuple_word(parts, tensor, names)
    word = _item(inner, tensor, names)
    if container == "tuple":
        return f"tuple[{word}, ...]" if word else "tuple"
    shape = "iterator" if container in ("iterator", "generator") else "list"
    return f"{shape}[{word}]" if word else shape


def _item(text: str, tensor: str, names: Mapping[str, str]) -> str:
    text = text.strip().strip("`*'\"")
    text = re.sub(r"^(?:an?|the)\s+", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"(?:(?:sparse|dense|new|output|quantized|[Ss]calar)\s+)?(?:torch\.|mindspore\.)?(?:Long|Bool|Byte|Int|Float|Double|Sparse)?[Tt]ensors?", text):
        return tensor
    simple = {
        "int": "int", "ints": "int", "integer": "int", "python:int": "int", "number": "", "float": "float", "floats": "float",
        "bool": "bool", "bools": "bool", "boolean": "bool", "str": "str", "string": "str", "strings": "str", "strs": "str",
        "none": "None", "dict": "dict", "dictionary": "dict", "list": "list", "tuple": "tuple", "bytes": "bytes", "complex": "complex",
    }.get(text.lower())  # fmt: skip
    return simple if simple is not None else names.get(text, "")


def from_prose(text: str, tensor: str, names: Mapping[str, str]) -> str:
    """The word for a "Returns:" section, read from its first words ("Tensor, the shape is …", "Tuple of 2 tensors")."""
    text = re.sub(r"^-\s+", "", text.strip())
    text = re.sub(r"^\*\*\w+\*\*\s*(?:\((\w+)\)\s*[-:]?|[-:])\s*", r"\1, ", text).lstrip(", ")
    lead = re.split(r"[.;]\s|\.$|\n", text, maxsplit=1)[0]
    if re.match(r"(?:[Tt]ensor|[Ii]nt|[Ff]loat|[Bb]ool|[Nn]umber|[Ss]calar|[Tt]uple|[Ll]ist|[Nn]one)\S*\s*(?:,\s*)?(?:or|/|\|)\s", lead):
        return ""
    counted = re.match(r"(?:[Aa]\s+)?([Tt]uple|[Ll]ist)\s+of\s+(\w+)\s+([Tt]ensors?|ints?|bools?|floats?)\b", lead)
    if counted and counted[2].lower() in _NUMBERS and counted[1].lower() == "tuple":
        word = _item(counted[3], tensor, names)
        return f"tuple[{', '.join([word] * _NUMBERS[counted[2].lower()])}]"
    many = re.match(
        r"(?:[Aa]n?\s+|[Tt]he\s+)?(?:\w+\s+)?(tuple|list|iterator|generator)s?\s*(?:of\s+|\[|\(|<)\s*(?:the\s+|output\s+|sub-?\s*|all\s+|split\s+)?"
        r"((?:\w+\s+)?[Tt]ensors?|int(?:eger)?s?|float(?:ing)?s?|bools?|str(?:ing)?s?|[Pp]arameters?|[Cc]ells?|[\w.]+(?:\s*,\s*[\w.]+)*)",
        lead,
        re.IGNORECASE,
    )
    if many:
        return _prose_container(many[1].lower(), many[2], tensor, names)
    single = re.match(r"(?:[Aa]n?\s+|[Tt]he\s+)?(?:new\s+|output\s+|scalar\s+|Scalar\s+|sparse\s+|dense\s+)?([A-Za-z_][\w.]*)", lead)
    return _prose_item(single[1], lead[single.end() :], tensor, names) if single else ""


def _prose_container(container: str, inner: str, tensor: str, names: Mapping[str, str]) -> str:
    if "," in inner and container == "tuple":
        words = [_item(part, tensor, names) for part in inner.split(",")]
        if all(words):
            return f"tuple[{', '.join(words)}]"
        return "tuple"
    inner = inner.strip()
    word = _item(inner, tensor, names) or _item(inner.split()[-1], tensor, names) or _item(inner.rstrip("s"), tensor, names)
    if container == "tuple":
        return f"tuple[{word}, ...]" if word else "tuple"
    shape = "iterator" if container in ("iterator", "generator") else "list"
    return f"{shape}[{word}]" if word else shape


def _prose_item(word: str, rest: str, tensor: str, names: Mapping[str, str]) -> str:
    """A single leading word counts if a comma, a full stop, a bracket or prose that describes a value follows it."""
    follows = rest.lstrip()
    if word.lower() in ("tensor", "tensors"):
        return tensor if word != "tensors" else ""
    plain_rest = not follows or follows[0] in ",.:;(-[" or follows.startswith(("with ", "that ", "which ", "type", "value", "of ", "if ", "whose ", "representing ", "indicating ", "has ", "is ", "object"))
    return _item(word, tensor, names) if plain_rest else ""
