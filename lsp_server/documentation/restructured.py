"""The first paragraph of a docstring as Markdown: roles become code, formulas become readable, directives go."""

from __future__ import annotations

import re
import textwrap

_LONGEST = 420
_ROLE = re.compile(r":(?:[a-z]+:)?([a-z]+):`([^`]*)`")
_LITERAL = re.compile(r"``(.+?)``")
_LINK = re.compile(r"`([^`<]+?)\s*<([^`>]+)>`__?")
_QUOTED = re.compile(r"(?<!`)`([^`]+)`_{0,2}(?!`)")
_ROLE_OF_LITERAL = re.compile(r":[a-z:]+:(?=``)")
_KEPT = re.compile(r"\0(\d+)\0")
_UNFILLED = re.compile(r"\{\w+\}")
"""A text that is filled in while the framework is imported, by code that is not followed."""
_FOOTNOTE = re.compile(r"\s*\[[^\]\s]+\]_")
_SUBSTITUTION = re.compile(r"\|([\w ]+)\|")
_BREAKS = (
    "..", "- ", "* ", ">>>", "Args:", "Arguments:", "Returns:", "Example", "Inputs:", "Parameters:", "Note:",
    "Supported Platforms:", "Keyword args:", "Raises:", "Outputs:", "Shape:", "Warning:", "Attributes:",
)  # fmt: skip
_SYMBOLS = {
    "times": "×", "cdot": "·", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "in": "∈",
    "sum": "Σ", "prod": "Π", "infty": "∞", "ldots": "…", "dots": "…", "cdots": "…", "pm": "±", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "approx": "≈", "sim": "~", "forall": "∀", "circ": "∘", "odot": "⊙",
    "otimes": "⊗", "oplus": "⊕", "alpha": "α", "beta": "β", "gamma": "γ", "Gamma": "Γ", "delta": "δ", "Delta": "Δ",
    "epsilon": "ε", "varepsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "Sigma": "Σ", "tau": "τ", "phi": "φ", "Phi": "Φ", "psi": "ψ", "omega": "ω", "eta": "η", "nu": "ν", "xi": "ξ",
    "star": "⋆", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "quad": " ", "qquad": " ", "mid": "|",
    "vert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "partial": "∂", "nabla": "∇", "int": "∫", "zeta": "ζ",
    "chi": "χ", "kappa": "κ", "langle": "⟨", "rangle": "⟩", "neg": "¬", "land": "∧", "lor": "∨",
}  # fmt: skip
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathcal|mathbb|operatorname|textbf|textit|bm)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_GROUP = re.compile(r"([_^])\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)( ?)")


def first_paragraph(docstring: str) -> str:
    """The first paragraph that says something, on one line."""
    for paragraph in _paragraphs(docstring):
        text = _finished(markdown(paragraph))
        if text and not _UNFILLED.search(text):
            return shortened(text)
    return ""


def _finished(text: str) -> str:
    """A paragraph that leads over to a formula or a list, without the words that do."""
    if not text.endswith((":", ", where", "：")):
        return text
    text = text.removesuffix(", where").rstrip(":：")
    whole, stop, last = text.rpartition(". ")
    return f"{whole}." if stop and len(last) < len(whole) else f"{text}."


def _paragraphs(docstring: str) -> list[str]:
    """Paragraphs of running text at the top, up to the first heading of a list of arguments."""
    lines = dedented(docstring).split("\n")
    found: list[str] = []
    current: list[str] = []
    for line in [*lines, ""]:
        stripped = line.strip()
        if stripped and not line.startswith((" ", "\t")) and not stripped.startswith(_BREAKS):
            current.append(stripped)
            continue
        if current:
            found.append(" ".join(current))
            current = []
        if stripped.startswith(_BREAKS[4:]):
            break
    return found


def dedented(docstring: str) -> str:
    """As `inspect.cleandoc` has it: the first line stands behind the quotes."""
    first, _, rest = docstring.expandtabs().partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}" if first.strip() else textwrap.dedent(rest).strip("\n")


def markdown(text: str) -> str:
    """One paragraph of reStructuredText as Markdown."""
    text = _FOOTNOTE.sub("", text)
    kept: list[str] = []

    def keep(code: str) -> str:
        kept.append(code.strip())
        return f"\0{len(kept) - 1}\0"

    text = _ROLE_OF_LITERAL.sub("", text)
    text = _LITERAL.sub(lambda match: keep(match[1]), text)
    text = _ROLE.sub(lambda match: keep(_role(match[1], match[2])), text)
    text = _LINK.sub(lambda match: match[1].strip() if match[2].startswith("http") else keep(match[1]), text)
    text = _QUOTED.sub(lambda match: keep(match[1]), text)
    text = _SUBSTITUTION.sub(r"\1", text).replace("\\ ", "")
    text = re.sub(r"([<>])", r"\\\1", text)
    text = re.sub(r"(?<![\w*])\*(?=\w)([^*]*\w)\*(?![\w*])|\*", lambda m: m[0] if m[1] else r"\*", text)
    # two pieces of code side by side are one: ``A``.abs() as people write it
    text = re.sub(r"(?:\0\d+\0)+", lambda match: _code("".join(kept[int(n)] for n in _KEPT.findall(match[0]))), text)
    return " ".join(text.split()).removesuffix("::").removesuffix(" :").strip()


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _role(role: str, text: str) -> str:
    if role == "math":
        return formula(text)
    shown = text.partition("<")[0].strip() if "<" in text else text
    if shown.startswith("~"):
        shown = shown.rpartition(".")[2]
    shown = shown.lstrip("!.")
    return f"{shown}()" if role in ("func", "meth") and not shown.endswith(")") else shown


def formula(text: str) -> str:
    """A short formula of LaTeX as one would type it."""
    text = re.sub(r"\\(?:left|right|big|Big|bigg|Bigg|displaystyle|limits|,|;|!|:)(?![A-Za-z])", "", text)
    text = text.replace("{{", "{").replace("}}", "}")
    for _ in range(3):
        text = _WRAPPED.sub(r"\1", text)
        text = _FRACTION.sub(lambda match: f"{_operand(match[1])}/{_operand(match[2])}", text)
        text = _ROOT.sub(r"√(\1)", text)
        text = _GROUP.sub(lambda m: m[1] + (m[2] if re.fullmatch(r"-?\w+|\S", m[2]) else f"({m[2]})"), text)
    text = _COMMAND.sub(lambda match: _SYMBOLS.get(match[1], match[1]) + match[2], text)
    text = re.sub(r"(?<!\\)[{}]", "", text)
    text = re.sub(r"\\([_{}%&#$ \\|])", r"\1", text).replace("`", "'")
    return re.sub(r"\s+([,)\]])", r"\1", " ".join(text.split()))


def _operand(text: str) -> str:
    return text if re.fullmatch(r"[\w.\\]+", text.strip()) else f"({text})"


def shortened(text: str) -> str:
    """At most a few lines, whole sentences if that is possible."""
    if len(text) <= _LONGEST:
        return text
    cut = text[:_LONGEST]
    end = max(cut.rfind(". "), cut.rfind("。"))
    if end > _LONGEST // 3:
        return cut[: end + 1]
    cut = cut[: cut.rfind(" ")]
    # a piece of code that is cut open would swallow what follows
    return (cut if cut.count("`") % 2 == 0 else cut[: cut.rfind("`")]).rstrip() + " …"
