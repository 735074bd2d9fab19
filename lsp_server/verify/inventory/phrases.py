"""What a docstring says that a call gives: the arrow after a signature, the first words of "Returns:".

The words are those of ``Symbol.returns``; a phrase that is not understood gives an empty string.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lsp_server.verify.inventory.signatures import split_top_level

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_TENSOR_PHRASE = re.compile(
    r"(?:(?:[Rr]eturns?|[Oo]utputs?)\s+)?(?:(?:an?|the|A|An|The|self|New)\s+)?(?:[\w-]+\s+){0,4}?"
    r"(?:[Tt]ensor)\b(?!\s*(?:or|/|\||s\b|scalar or))"
)
_DESCRIPTION = (
    "with ",
    "that ",
    "which ",
    "type",
    "value",
    "scalar",
    "of ",
    "if ",
    "whose ",
    "representing ",
    "indicating ",
    "has ",
    "is ",
    "object",
)
_TENSOR_OR_SCALAR = re.compile(r"(?:A\s+)?[Tt]ensor\s+or\s+(?:[Tt]ensor\s+)?[Ss]calar\b")


def from_arrow(text: str, tensor: str, names: Mapping[str, str]) -> str:
    """The word for what stands after the arrow in a signature (``(Tensor, LongTensor)``)."""
    text = text.strip().rstrip(".;:").strip()
    text = re.sub(r"\s*#.*$", "", text)
    if not text or " or " in text:
        return ""
    if re.fullmatch(r"(?:tuple|Tuple|tuple of)\s*\(.*\)", text):
        text = text[text.index("(") :]
        if "," not in text:
            return f"tuple[{_item(text[1:-1], tensor, names)}, ...]" if _item(text[1:-1], tensor, names) else "tuple"
    if re.fullmatch(r"\([^,()]*\)", text):
        return _item(text[1:-1], tensor, names)
    if text.startswith("(") and text.endswith(")"):
        return _tuple_word(split_top_level(text[1:-1]), tensor, names)
    many = re.fullmatch(
        r"(?:an?\s+)?([Ll]ist|[Tt]uple|[Ss]eq|[Ss]equence|[Ii]terator|[Gg]enerator)\s*(?:of\s+|\[|\()\s*(.+?)[\])]?",
        text,
    )
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
    if re.fullmatch(
        r"(?:(?:sparse|dense|new|output|quantized|[Ss]calar)\s+)?"
        r"(?:torch\.|mindspore\.)?(?:Long|Bool|Byte|Int|Float|Double|Sparse)?[Tt]ensors?",
        text,
    ):
        return tensor
    simple = {
        "int": "int", "ints": "int", "integer": "int", "python:int": "int", "number": "",
        "float": "float", "floats": "float",
        "bool": "bool", "bools": "bool", "boolean": "bool",
        "str": "str", "string": "str", "strings": "str", "strs": "str",
        "none": "None", "dict": "dict", "dictionary": "dict", "list": "list",
        "tuple": "tuple", "bytes": "bytes", "complex": "complex",
    }.get(text.lower())  # fmt: skip
    return simple if simple is not None else names.get(text, "")


def from_prose(text: str, tensor: str, names: Mapping[str, str]) -> str:
    """The word for a "Returns:" section, read from its first words ("Tensor, the shape is …", "Tuple of 2 tensors")."""
    text = re.sub(r"^-\s+", "", text.strip())
    lead = re.split(r"[.;]\s|\.$|\n", text, maxsplit=1)[0]
    if (
        re.search(r"\b(?:itself|self)\b", lead)
        and re.match(r"(?:[\w.]*Cell|\w+|The \w+|Returns?)\b(?:,| object)? ", lead)
        and "tensor" not in lead.lower()
    ):
        return "Self"
    if _TENSOR_OR_SCALAR.match(lead):
        return tensor
    named = re.findall(r"(?:^|[.)]\s|-\s)\**\w+\**\s+\((\w+(?:\[\w+\])?)\)", text)
    if re.match(r"\**\w+\**\s+\(", text) and named and not re.match(r"[Tt]uple\b", text):
        return _item(named[0], tensor, names) if len(named) == 1 else "tuple"
    if re.match(
        r"(?:[Tt]ensor|[Ii]nt|[Ff]loat|[Bb]ool|[Nn]umber|[Ss]calar|[Tt]uple|[Ll]ist|[Nn]one|If)"
        r"\S*\s*(?:,\s*)?(?:or|/|\||\w+ is)\s",
        lead,
    ):
        return ""
    counted = re.match(
        r"(?:[Aa]\s+)?[Tt]uple\s*(?:\([^)]*\))?,?\s*(?:of|tuple of|containing)\s+"
        r"(\w+)\s+([Tt]ensors?|ints?|bools?|floats?)\b",
        lead,
    )
    if counted and counted[1].lower() in _NUMBERS:
        return f"tuple[{', '.join([_item(counted[2], tensor, names)] * _NUMBERS[counted[1].lower()])}]"
    many = re.match(
        r"(?:[Aa]n?\s+|[Tt]he\s+)?(?:\w+\s+)?(tuple|list|iterator|generator)s?\s*(?:of\s+|\[|\(|<)\s*"
        r"(?:the\s+|output\s+|sub-?\s*|all\s+|split\s+)?"
        r"((?:[\w-]+\s+){0,2}[Tt]ensors?|int(?:eger)?s?|float(?:ing)?s?|bools?|str(?:ing)?s?|"
        r"[Pp]arameters?|[Cc]ells?|[\w.]+(?:\s*,\s*[\w.]+)*)",
        lead,
        re.IGNORECASE,
    )
    if many:
        return _prose_container(many[1].lower(), many[2], tensor, names)
    if re.match(r"(?:[Aa]n? )?[Nn]um[Pp]y (?:nd)?array|numpy\.ndarray\b(?! or)", lead):
        return "numpy.ndarray"
    if re.match(r"[Ii]teration\b|[Ii]terator\b|A generator\b", lead):
        return "iterator"
    if _TENSOR_PHRASE.match(lead) and not re.search(
        r"\b(?:tuple|list|or|if|If)\b", lead[: lead.lower().index("tensor")]
    ):
        return tensor
    single = re.match(r"(?:[Aa]n?\s+|[Tt]he\s+)?(?:new\s+|output\s+|scalar\s+|Scalar\s+)?([A-Za-z_][\w.]*)", lead)
    return _prose_item(single[1], lead[single.end() :], tensor, names) if single else ""


def _prose_container(container: str, inner: str, tensor: str, names: Mapping[str, str]) -> str:
    if "," in inner and container == "tuple":
        words = [_item(part, tensor, names) for part in inner.split(",")]
        if all(words):
            return f"tuple[{', '.join(words)}]"
        return "tuple"
    inner = inner.strip()
    word = (
        _item(inner, tensor, names)
        or _item(inner.split()[-1], tensor, names)
        or _item(inner.rstrip("s"), tensor, names)
    )
    if container == "tuple":
        return f"tuple[{word}, ...]" if word else "tuple"
    shape = "iterator" if container in ("iterator", "generator") else "list"
    return f"{shape}[{word}]" if word else shape


def _prose_item(word: str, rest: str, tensor: str, names: Mapping[str, str]) -> str:
    """A single leading word counts if a comma, a full stop, a bracket or prose that describes a value follows it."""
    follows = rest.lstrip()
    if word.lower() in ("tensor", "tensors"):
        return tensor if word != "tensors" else ""
    plain_rest = not follows or follows[0] in ",.:;(-[" or follows.startswith(_DESCRIPTION)
    return _item(word, tensor, names) if plain_rest else ""
