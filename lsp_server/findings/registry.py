"""All findings, and how a file is checked for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from lsp_server.findings.model import Finding, Kind, Rule
from lsp_server.findings.rules import (
    assign_unties,
    averaged_without_buffers,
    buffer_annotation,
    buffer_by_call,
    buffer_filled_later,
    buffer_keeps_graph,
    copies_parameters_only,
    emptied_buffer,
    forward_name,
    frozen_parameter,
    half_rounds_buffer,
    key_not_in_state,
    modules_in_container,
    ms_buffer_assigned,
    ms_checkpoint_without_buffers,
    ms_duplicate_name,
    ms_in_place_lost,
    ms_item_lost_in_graph,
    ms_missing_names_ignored,
    ms_never_training,
    ms_state_not_saved,
    ms_unfreezes_statistics,
    optimizer_before_move,
    optimizer_before_replacement,
    parameter_rebound,
    parameters_in_container,
    register_before_init,
    registered_none,
    registered_twice,
    renamed_by_norm,
    replica_loses_buffer,
    state_does_not_fit,
    state_not_called,
    tensors_in_container,
    unfreezes_frozen,
    unregistered_leaf,
    unregistered_tensor,
)
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.reuse import settle
from lsp_server.messages import Language
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

_MODULES = (
    registered_none,
    forward_name,
    unregistered_tensor,
    unregistered_leaf,
    modules_in_container,
    parameters_in_container,
    tensors_in_container,
    register_before_init,
    registered_twice,
    buffer_filled_later,
    buffer_annotation,
    frozen_parameter,
    buffer_keeps_graph,
    replica_loses_buffer,
    half_rounds_buffer,
    emptied_buffer,
    state_not_called,
    key_not_in_state,
    state_does_not_fit,
    assign_unties,
    copies_parameters_only,
    optimizer_before_replacement,
    optimizer_before_move,
    averaged_without_buffers,
    unfreezes_frozen,
    parameter_rebound,
    renamed_by_norm,
    buffer_by_call,
    ms_buffer_assigned,
    ms_checkpoint_without_buffers,
    ms_item_lost_in_graph,
    ms_in_place_lost,
    ms_never_training,
    ms_missing_names_ignored,
    ms_unfreezes_statistics,
    ms_duplicate_name,
    ms_state_not_saved,
)
_MOST_ROUNDS = 3
"""How often rules are asked again because what they rest on turned out to be otherwise."""
RULES: dict[str, Rule] = {module.RULE.code: module.RULE for module in _MODULES}


def selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> list[Rule]:
    """The rules whose code starts with something selected (nothing selected: all) and with nothing ignored. Optional
    ones want their whole code."""
    return list(_selected(select, ignore))


@lru_cache(maxsize=64)
def _selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple([rule for rule in RULES.values() if is_selected(rule, select, ignore)])


def is_selected(kind: Kind, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    chosen = kind.code in select if kind.optional else not select or kind.code.startswith(select)
    return chosen and not (ignore and kind.code.startswith(ignore))


def check(analysis: Analysis, rules: Sequence[Rule]) -> list[Finding]:
    """The findings of a file in the order of their places; light bulbs ask again for what diagnostics have said."""
    cache = _looked_for(analysis, rules)
    for _ in range(_MOST_ROUNDS):
        if settle(analysis):
            break
        for kind in [kind for kind in analysis.caches if kind.startswith("findings.")]:
            del analysis.caches[kind]
        cache = _looked_for(analysis, rules)
    found = [finding for rule in rules for finding in cache[rule.code]]
    return sorted(found, key=lambda finding: (finding.start, finding.code))


def _looked_for(analysis: Analysis, rules: Sequence[Rule]) -> dict[str, list[Finding]]:
    cache = cast("dict[str, list[Finding]]", analysis.caches.setdefault("findings.found", {}))
    for rule in rules:
        if rule.code not in cache:
            cache[rule.code] = list(rule.check(analysis))
    return cache


def fixed(findings: list[Finding], unsafe: bool = False) -> list[Finding]:
    """The findings whose fixes may be made together; of two that overlap the first one."""
    edits: list[Edit] = []
    taken: list[Finding] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.safety == "display-only" or (fix.safety == "unsafe" and not unsafe):
            continue
        if all(new.end <= old.start or new.start >= old.end for new in fix.edits for old in edits):
            edits += fix.edits
            taken.append(finding)
    return taken


def fixes(findings: list[Finding], unsafe: bool = False) -> list[Edit]:
    """The edits of those fixes, in order."""
    edits: list[Edit] = []
    for finding in fixed(findings, unsafe):
        fix = finding.fix
        edits += [edit for edit in fix.edits if edit not in edits or not _is_import(edit)] if fix is not None else []
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def _is_import(edit: Edit) -> bool:
    """Two fixes may want the same import; once is enough."""
    return edit.start == edit.end and edit.text.lstrip().startswith(("import ", "from "))


def page(rule: Kind, language: Language) -> str:
    """The page of a finding, as `torchspore explain` and the documentation show it."""
    return "\n\n".join(
        [
            f"# {rule.code} · {rule.name}",
            f"## {messages.SECTION_WHAT.text(language)}\n{rule.what.text(language)}",
            f"## {messages.SECTION_WHY.text(language)}\n{rule.why.text(language)}",
            f"## {messages.SECTION_EXAMPLE.text(language)}\n```{rule.syntax}\n{rule.example.strip()}\n```",
            f"## {messages.SECTION_INSTEAD.text(language)}\n```{rule.syntax}\n{rule.instead.strip()}\n```",
            f"## {messages.SECTION_SAFETY.text(language)}\n{rule.fix_safety.text(language)}",
        ]
    )
