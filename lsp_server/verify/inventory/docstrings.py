"""What a docstring says: signatures, sections, devices, deprecation, announced changes.

PyTorch writes the signature of a builtin in the first line (``add(input, other, *, alpha=1) -> Tensor``) and
further overloads after ``.. function::``. MindSpore does the same for overloaded functions and for Tensor
methods registered in C, lists devices under "Supported Platforms:" and announces changes with "after version X".
"""

from __future__ import annotations

import inspect
import itertools
import re

from lsp_server.catalog.model import DEVICES

_DIRECTIVE = re.compile(r"^\s*\.\.\s+(?:py:)?(?:function|method|class)::\s*(.*)$")
_NUMBERED = re.compile(r"^\s*\d+\.\s+")
_SECTION = re.compile(r"^\s*[A-Z][A-Za-z ]+:{1,2}\s*$")
_VERSION = re.compile(r"[Aa]fter\s+(?:[Mm]ind[Ss]pore\s+)?version\s+`*(\d+\.\d+(?:\.\d+)?)")
_REFERENCE = re.compile(
    r"(?:[Rr]efer to|[Ss]ee|[Aa]lias (?:for|of)|[Ee]quivalent to)\s+:(?:func|class|meth):`~?\.?([\w.]+)`"
)
_ROLE = re.compile(r":\w+:`[~.]*([^`<]+?)(?:\s*<[^`]*>)?`")


def signature_lines(doc: str, leaf: str) -> list[tuple[str, str]]:
    """Signatures that the docstring writes for ``leaf``: (text between the parentheses, text after the arrow).

    Plain lines count only in the leading block, before the prose; directives and pybind's numbered
    overloads count everywhere.
    """
    found: list[tuple[str, str]] = []
    lines = inspect.cleandoc(doc).splitlines()
    leading = True
    index = 0
    while index < len(lines):
        line = lines[index]
        directive = _DIRECTIVE.match(line)
        candidate = directive[1] if directive else _NUMBERED.sub("", line)
        if not (directive or leading or candidate != line):
            index += 1
            continue
        taken = _take_signature(candidate, lines, index, leaf)
        if taken is not None:
            parameters, returns, index = taken
            found.append((parameters, returns))
        elif line.strip() and not directive and not line.startswith("Overloaded function"):
            leading = False
        index += 1
    return found


def _take_signature(text: str, lines: list[str], index: int, leaf: str) -> tuple[str, str, int] | None:
    """A signature that starts in ``text`` and may go on in the next lines, with the index of its last line."""
    start = re.match(rf"\s*(?:[\w.]+\.)?{re.escape(leaf)}\s*(?=\()", text)
    if start is None:
        return None
    rest = text[start.end() :]
    for last in range(index, min(index + 12, len(lines))):
        if last > index:
            rest += " " + lines[last].strip()
        end = closing(rest)
        if end is not None:
            tail = rest[end + 1 :].strip()
            arrow = re.match(r"(?:->|→)\s*(.*)$", tail)
            if tail and arrow is None and not tail.startswith((":", "#", "\\")):
                return None
            return rest[1:end], arrow[1].strip() if arrow else "", last
    return None


def closing(text: str) -> int | None:
    """Index of the bracket that closes the one at the start of ``text``, None if it is not there."""
    depth, quote = 0, ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return index
    return None


def section(doc: str, *titles: str) -> str:
    """Text of the first section with one of these titles (``Returns``, ``Outputs``), joined to one line."""
    lines = inspect.cleandoc(doc).splitlines()
    for index, line in enumerate(lines):
        if line.strip().rstrip(":").strip() in titles and line.rstrip().endswith(":"):
            body = []
            indent = len(line) - len(line.lstrip())
            for following in lines[index + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) <= indent:
                    break
                body.append(following.strip())
            return plain(" ".join(body))
    return ""


def sections(doc: str, title: str) -> list[str]:
    """Bodies of every section with this title, one line each."""
    parts = re.split(rf"(?m)^\s*{re.escape(title)}:\s*$", inspect.cleandoc(doc))
    return [part.strip().split("\n\n")[0] for part in parts[1:]]


def plain(text: str) -> str:
    """Text without Sphinx roles and double backticks."""
    return " ".join(_ROLE.sub(r"\1", text).replace("``", "").replace("`", "").split())


def platforms(doc: str) -> tuple[str, ...]:
    """Documented devices; those of the first overload if there are several lists."""
    for body in sections(doc, "Supported Platforms"):
        found = tuple(device for device in DEVICES if re.search(rf"\b{device}\b", body))
        if found:
            return found
    return ()


def announced(doc: str) -> str:
    """The version after which the docstring announces a change, the latest if there are several."""
    versions = _VERSION.findall(doc)
    return max(versions, key=lambda text: tuple(map(int, text.split(".")))) if versions else ""


def deprecated(doc: str) -> str:
    """What a docstring says to use instead, 'deprecated' if it only says that it is; empty if it does not."""
    text = inspect.cleandoc(doc)
    block = re.search(r"\.\. deprecated::(.*?)(?:\n\s*\n(?=\S)|\Z)", text, re.DOTALL)
    if block is None:
        block = re.search(
            r"\.\. warning::\s*\n?\s*((?:-\s+)?(?:This|[`:.\w]+)\s+(?:\w+\s+)?(?:is|will be|has been)\s+deprecated.*?)(?:\n\s*\n|\Z)",
            text,
            re.DOTALL,
        )
    if block is None:
        first = text.split("\n\n")[0]
        block = re.match(r"((?:.*?\b[Ii]s deprecated|\[?\(?(?:DEPRECATED|Deprecated)\b).*)", first, re.DOTALL)
    return substitute(block[1]) if block else ""


def substitute(text: str) -> str:
    """The name that a deprecation note tells to use, or 'deprecated'."""
    marked = re.search(r"(?:use|Use|using|in favor of|refer to|replaced by|by|to)\s+:?\w*:?`+[~.]*([\w.]+)(?:\([^`]*\))?`", text)
    if marked is None:
        marked = re.search(r"(?:[Uu]se|using|in favor of|replaced by)\s+(?:the\s+)?'?((?:torch|mindspore|ops|nn|mint)\.[\w.]+\w)", text)
    return marked[1].rstrip(".") if marked else "deprecated"


def reference(doc: str) -> str:
    """The symbol that a short docstring refers to for details, or an empty string."""
    match = _REFERENCE.search(doc)
    return match[1] if match else ""


def overload_parts(doc: str, leaf: str) -> list[str]:
    """The docstring cut at the ``.. function::`` lines of further overloads: one text for each signature."""
    text = inspect.cleandoc(doc)
    pattern = rf"(?m)^\s*\.\.\s+(?:py:)?(?:function|method)::\s*(?:[\w.]+\.)?{re.escape(leaf)}\s*(?=\()"
    starts = [match.start() for match in re.finditer(pattern, text)]
    if not signature_lines(text[: starts[0]] if starts else text, leaf):
        return [text[a:b] for a, b in itertools.pairwise([*starts, len(text)])]
    bounds = [0, *starts, len(text)]
    return [text[a:b] for a, b in itertools.pairwise(bounds)]
