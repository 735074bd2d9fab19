"""All findings, and how a file is checked for them."""

from __future__ import annotations

from lsp_server.findings import forward_name, registered_none
from lsp_server.findings.model import Finding, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import Language
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

RULES: dict[str, Rule] = {rule.code: rule for rule in (registered_none.RULE, forward_name.RULE)}


def selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> list[Rule]:
    """The rules whose code starts with something selected (nothing selected: all) and with nothing ignored."""
    return [
        rule
        for code, rule in RULES.items()
        if (not select or code.startswith(select)) and not (ignore and code.startswith(ignore))
    ]


def check(analysis: Analysis, rules: list[Rule]) -> list[Finding]:
    """The findings of a file in the order of their places."""
    found = [finding for rule in rules for finding in rule.check(analysis)]
    return sorted(found, key=lambda finding: (finding.start, finding.code))


def fixes(findings: list[Finding], unsafe: bool = False) -> list[Edit]:
    """The edits of all fixes that may be made together, in order; of two that overlap the first one."""
    edits: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.safety == "display-only" or (fix.safety == "unsafe" and not unsafe):
            continue
        if all(new.end <= old.start or new.start >= old.end for new in fix.edits for old in edits):
            edits += fix.edits
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def page(rule: Rule, language: Language) -> str:
    """The page of a finding, as `torchspore explain` and the documentation show it."""
    return "\n\n".join(
        [
            f"# {rule.code} · {rule.name}",
            f"## {messages.SECTION_WHAT.text(language)}\n{rule.what.text(language)}",
            f"## {messages.SECTION_WHY.text(language)}\n{rule.why.text(language)}",
            f"## {messages.SECTION_EXAMPLE.text(language)}\n```python\n{rule.example}\n```",
            f"## {messages.SECTION_INSTEAD.text(language)}\n```python\n{rule.instead}\n```",
            f"## {messages.SECTION_SAFETY.text(language)}\n{rule.fix_safety.text(language)}",
        ]
    )
