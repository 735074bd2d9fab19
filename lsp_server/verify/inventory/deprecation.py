"""What is deprecated, and what to use instead: from decorators and from docstrings."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable
from typing import Any

from lsp_server.verify.inventory.signatures import underlying
from lsp_server.verify.inventory.walk import read

_SUBJECT = re.compile(
    r"^(?:-\s+)?(?:[Tt]his|[Tt]he|[`:~.\w()]+)(?:\s+[`:~.\w()]+){0,3}?\s+"
    r"(?:is|are|was|will be|has been|have been)\s+(?:now\s+)?deprecated",
    re.IGNORECASE,
)
_NAME = r":?\w*:?[`'\"]+[~.]*([\w.]+)(?:\(.*?\))?[`'\"]+"
_USE = re.compile(
    rf"(?:[Uu]se|using|[Ii]n favou?r of|refer to|replaced by|[Pp]refer|migrate to|switch to)\s+(?:the\s+)?{_NAME}"
)
_BARE = re.compile(r"(?:[Uu]se|using|[Ii]n favou?r of|replaced by|migrate to)\s+(?:the\s+)?((?:[A-Za-z_]\w*\.)+\w+)")


def of(obj: Any, doc: str) -> str:
    """What to use instead of a deprecated object as the package writes it, 'deprecated', or empty."""
    return _decorated(obj) or _documented(doc)


def _decorated(obj: Any) -> str:
    message = read(obj, "__deprecated__")
    if isinstance(message, str):
        return substitute(message)
    if isinstance(obj, type):
        obj = vars(obj).get("__init__")
    return _told(underlying(obj), depth=3)


def _told(function: Any, depth: int) -> str:
    """What ``mindspore.common._decorator.deprecated(version, substitute)`` was told: its closure keeps it."""
    if not isinstance(function, types.FunctionType) or not function.__closure__ or not depth:
        return ""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))
    if "substitute" in cells and "version" in cells:
        text = read(cells["substitute"], "cell_contents")
        return text if isinstance(text, str) and text and text != "None" else "deprecated"
    inner = (read(cell, "cell_contents") for cell in cells.values())
    return next(filter(None, (_told(function, depth - 1) for function in inner)), "")


def _documented(doc: str) -> str:
    text = inspect.cleandoc(doc)
    for directive in ("deprecated", "warning", "note"):
        for body in directives(text, directive):
            if directive == "deprecated" or _SUBJECT.match(body):
                return substitute(body)
    first = " ".join(text.split("\n\n")[0].split())
    if _SUBJECT.match(first) or re.match(r"[\[(]?(?:DEPRECATED|Deprecated)\b", first):
        return substitute(first)
    if re.search(r"Supported Platforms:\s*\n\s*Deprecated", text):
        return substitute(first)
    return ""


def directives(text: str, name: str) -> list[str]:
    """Bodies of the directives of this name that stand at the left margin, each on one line."""
    found = []
    lines = text.splitlines()
    for index, line in enumerate(lines):
        match = re.match(rf"\.\. {name}::(.*)$", line)
        if match is None:
            continue
        body = [match[1]]
        for following in lines[index + 1 :]:
            if following.strip() and not following.startswith(" "):
                break
            body.append(following)
        found.append(" ".join(" ".join(body).split()))
    return found


def substitute(text: str) -> str:
    """The name that a deprecation note tells to use, or 'deprecated'."""
    match = _USE.search(text) or _BARE.search(text)
    return match[1].rstrip(".") if match else "deprecated"


def qualified(text: str, name: str, find: Callable[[str], str]) -> str:
    """The substitute as a canonical name if it is one; empty if it is the symbol itself.

    ``find`` gives the canonical name of a dotted name, empty if there is none.
    """
    if text in ("", "deprecated"):
        return text
    root = name.split(".")[0]
    namespace = name.rpartition(".")[0]
    candidates = [text, f"{root}.{text}"]
    while namespace:
        candidates.append(f"{namespace}.{text}")
        namespace = namespace.rpartition(".")[0]
    target = next((found for found in map(find, candidates) if found), "")
    if target == name:
        # torch's decorator marks the function that it forwards to as well; MindSpore's tells a symbol to use itself.
        return "" if root == "torch" else "deprecated"
    return target or (text if "." in text or " " in text else "deprecated")
