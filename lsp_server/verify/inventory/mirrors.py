"""The symbol whose meaning a docstring gives to another one: "See :func:`torch.abs`", "In-place version of …"."""

from __future__ import annotations

import inspect
import re

from lsp_server.catalog.model import TENSORS, Symbol
from lsp_server.verify.inventory import docstrings

_SENTENCE = re.compile(
    r"(?:For (?:more )?details,? (?:please )?(?:refer to|see)|[Ss]ee|(?:This is an? )?[Aa]lias (?:for|of)|"
    r"[Ii]n-?place version of|Accessing this property is equivalent to calling|"
    r"This (?:function|method|interface) is (?:equivalent to|an alias (?:for|of)))\s+"
    r"(?:the\s+)?:(?:func|meth|class|attr):`+[~.]*([\w.]+)(?:\(\))?`+(.*)",
    re.DOTALL,
)
_OTHER_MEANING = re.compile(r"\s*(?:with defaults|for function description)\b")
_SIGNATURE = re.compile(r"[\w.]+\(.*\)(?:\s*->.*)?")
_NAMESAKE = r"(?:[Ss]ee|refer to)\s+:(?:func|meth):`+[~.]*([\w.]+\.{leaf})(?:\(\))?`+"


def mirrored(name: str, doc: str) -> str:
    """The name that a docstring hands over to, as written; empty if it says something itself.

    The first sentence does that, or, in a method of a Tensor, a reference to the function of the same name.
    """
    prose = _prose(doc, name.rpartition(".")[2])
    sentence = _SENTENCE.match(prose)
    if sentence is not None and not _OTHER_MEANING.match(sentence[2]):
        return sentence[1]
    owner, _, leaf = name.rpartition(".")
    # "equivalent to torch.where(condition, self, y)": the receiver is not the first argument
    if owner in TENSORS.values() and "equivalent to ``" not in prose:
        namesake = re.search(_NAMESAKE.format(leaf=re.escape(leaf)), prose)
        return namesake[1] if namesake else ""
    return ""


def _prose(doc: str, leaf: str) -> str:
    """The docstring without the signatures at its start and without directives (``.. warning::``)."""
    lines = inspect.cleandoc(doc).splitlines()
    while lines and (not lines[0].strip() or _is_signature(lines[0], leaf)):
        lines.pop(0)
    kept: list[str] = []
    margin = -1
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if margin >= 0 and (not line.strip() or depth > margin):
            continue
        margin = depth if line.lstrip().startswith(".. ") else -1
        if margin < 0:
            kept.append(line.strip())
    return " ".join(kept).strip()


def _is_signature(line: str, leaf: str) -> bool:
    return _SIGNATURE.fullmatch(line.strip()) is not None or bool(docstrings.signature_lines(line, leaf))


def resolved(written: str, symbol: Symbol, symbols: dict[str, Symbol], canonical: dict[str, str]) -> str:
    """The canonical name of what a docstring writes: in full, from the framework on, or within the same owner."""
    framework, _, _ = symbol.name.partition(".")
    owner = symbol.name.rpartition(".")[0]
    candidates = [written, f"{framework}.{written}"]
    if "." not in written:
        candidates.insert(0, f"{owner}.{written}")
    if written.startswith("mindspore.ops.") and written.endswith("_ext"):
        # what mint hands on has this name inside, and the docstrings of its aliases say so
        candidates.append(f"mindspore.mint.{written.removeprefix('mindspore.ops.').removesuffix('_ext')}")
    for candidate in candidates:
        name = candidate if candidate in symbols else canonical.get(candidate, "")
        if name and name != symbol.name and _same_shape(symbol, symbols[name]):
            return name
    return ""


def _same_shape(symbol: Symbol, target: Symbol) -> bool:
    """Whether calls of one can mean calls of the other: a class is no function, a module's method is no tensor's."""
    if (symbol.kind == "class") != (target.kind == "class"):
        return False
    if symbol.kind not in ("method", "property"):
        return True
    owner, other = symbol.name.rpartition(".")[0], target.name.rpartition(".")[0]
    if owner == other or (owner in TENSORS.values() and target.kind == "function"):
        return True
    return owner == "mindspore.Parameter" and other == "mindspore.Tensor"
