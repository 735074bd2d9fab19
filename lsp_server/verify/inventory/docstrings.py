"""What a docstring says: signatures, sections, devices, announced changes.

PyTorch writes the signature of a builtin in the first line (``add(input, other, *, alpha=1) -> Tensor``) and
further overloads after ``.. function::``. MindSpore does the same for overloaded functions and for Tensor
methods registered in C, lists devices under "Supported Platforms:" and announces changes with "after version X".
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re

from lsp_server.catalog.model import DEVICES, Parameter

_DIRECTIVE = re.compile(r"^\s*\.\.\s+(?:py:)?(?:function|method|class)::\s*(.*)$")
_NUMBERED = re.compile(r"^\s*\d+\.\s+")
_VERSION = re.compile(r"[Aa]fter\s+(?:[Mm]ind[Ss]pore\s+)?version\s+`*(\d+\.\d+(?:\.\d+)?)")
_ADDED = re.compile(r"^\.\. versionadded::\s*(\d+(?:\.\d+)+)", re.MULTILINE)
_REFERENCE = re.compile(
    r"(?:[Rr]efer to|[Ss]ee|[Aa]lias (?:for|of)|[Ee]quivalent to|[Ii]n-?place version of)\s+"
    r"(?:the\s+)?(?::(?:func|class|meth):)?`+[~.]*([\w.]+)(?:\(\))?`+"
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
    """Documented devices; those of all overloads together if there are several lists."""
    bodies = " ".join(sections(doc, "Supported Platforms"))
    return tuple(device for device in DEVICES if re.search(rf"\b{device}\b", bodies))


def announced(doc: str) -> str:
    """The version after which the docstring announces a change, the latest if there are several."""
    versions = _VERSION.findall(doc)
    return max(versions, key=lambda text: tuple(map(int, text.split(".")))) if versions else ""


def version_added(doc: str) -> str:
    """The version of the ``versionadded`` of the whole symbol: one that stands deeper belongs to a parameter."""
    match = _ADDED.search(inspect.cleandoc(doc))
    return match[1] if match else ""


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


_ARGUMENT = re.compile(r"^(\*{0,2}\w+)\s*\((.*?)\)\s*:(.*)$", re.DOTALL)
_DEFAULT = re.compile(r"[Dd]efault(?:s to)?\s*:?\s*`*([^`\s]+|'[^']*')`*")


def described_parameters(doc: str, by_keyword: bool = False) -> tuple[Parameter, ...] | None:
    """Parameters that "Args:" and "Keyword Args:" describe; None if there is no such section.

    ``by_keyword`` is for a function that takes ``**kwargs`` only: all are keywords and may be left out.
    An optional one without a written default has ``None``, one whose default is not Python ``...``.
    A docstring with "Returns:" and without "Args:" has none.
    """
    found: list[Parameter] = []
    seen = False
    for title, kind in (("Args", "keyword" if by_keyword else "standard"), ("Keyword Args", "keyword")):
        for entry in _entries(doc, title):
            seen = True
            match = _ARGUMENT.match(entry)
            if match is None:
                return None
            default = _DEFAULT.search(match[3])
            optional = by_keyword or "optional" in match[2] or default is not None
            name = match[1].lstrip("*")
            if match[1].startswith("*"):
                found.append(Parameter(name, "var-keyword" if match[1].startswith("**") else "var-positional"))
            else:
                text = _default_text(default[1]) if default else "None"
                found.append(Parameter(name, kind, text if optional else None))
    if seen:
        return tuple(found)
    return () if section(doc, "Returns") and not reference(doc) else None


def inputs(doc: str) -> tuple[Parameter, ...] | None:
    """Parameters of a call of a primitive or a cell: the entries of "Inputs:" (``- **x** (Tensor) - …``)."""
    matches = [re.match(r"-\s+\*\*(\w+)\*\*", entry) for entry in _entries(doc, "Inputs")]
    if not matches or None in matches:
        return None
    return tuple(Parameter(match[1]) for match in matches if match)


def _default_text(text: str) -> str:
    text = text.rstrip(".,;")
    try:
        return repr(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text if re.fullmatch(r"(?:mindspore|mint|ops|nn)\.[\w.]+", text) else "..."


def _entries(doc: str, title: str) -> list[str]:
    """The entries of a section: one text for each line at its first indentation."""
    lines = inspect.cleandoc(doc).splitlines()
    start = next((i for i, line in enumerate(lines) if line.strip() == f"{title}:"), None)
    if start is None:
        return []
    margin = len(lines[start]) - len(lines[start].lstrip())
    entries: list[str] = []
    indent = None
    for line in lines[start + 1 :]:
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= margin:
            break
        if not line.strip():
            continue
        indent = depth if indent is None else indent
        if depth == indent:
            entries.append(line.strip())
        elif entries:
            entries[-1] += " " + line.strip()
    return entries


def is_in_place(doc: str) -> bool:
    """True if the docstring only says that this is the in-place version of another symbol."""
    return re.search(r"\b[Ii]n-?place version of\b", doc) is not None
