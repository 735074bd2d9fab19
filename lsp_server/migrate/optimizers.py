"""Which parameters an optimizer gets: all of a network, a part, groups, or none; and where that cannot be seen, why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use, of_node
from lsp_server.inference.values import Instance
from lsp_server.messages import Language
from lsp_server.messages import state as messages
from lsp_server.migrate.given_parameters import Asked, Given, given, handed_over, joined, plain
from lsp_server.migrate.lookups import argument, module_state
from lsp_server.migrate.narratives import is_listed
from lsp_server.migrate.sizes import parameters_text, totals
from lsp_server.migrate.state_table import left_out, listed
from lsp_server.migrate.unseen import reason

if TYPE_CHECKING:
    from lsp_server.state.model import ModuleState

_LONGEST_LABEL = 60
_ADDS = "add_param_group"
_GROUPS = ("torch.optim.Optimizer.param_groups", "mindspore.nn.Optimizer.parameters",
    "mindspore.experimental.optim.Optimizer.param_groups")  # fmt: skip
_TRAINERS = {
    "mindspore.nn.TrainOneStepCell": 1,
    "mindspore.nn.TrainOneStepWithLossScaleCell": 1,
    "mindspore.nn.DynamicLossScaleUpdateCell": 1,
    "mindspore.train.Model": 2,
}
"""What trains a network with an optimizer, and the place of that argument."""


def is_optimizer(use: Use) -> bool:
    return use.kind == "class" and any(base.endswith(".Optimizer") for base in use.analysis.catalog.lineage(use.symbol))


def optimizer_use_lines(use: Use, language: Language) -> list[str]:
    """The lines of any use that has to do with the parameters of an optimizer; empty: this one has not."""
    if is_optimizer(use):
        return optimizer_lines(use, language)
    if use.symbol in _TRAINERS:
        return _trained(use, language)
    if use.symbol in _GROUPS:
        return _held(use, language)
    if use.symbol.endswith(f".Optimizer.{_ADDS}"):
        return _added(use, language)
    return []


def optimizer_lines(use: Use, language: Language) -> list[str]:
    """What the parameters of a constructor call are, or why they cannot be seen. Empty: nothing is called."""
    call = use.call
    node = argument(use.analysis, call, 0, "params") if call is not None else None
    return _lines(use.analysis, call, node, 0, "params", language) if call is not None else []


def _lines(
    analysis: Analysis, call: Node, given_as: Node | None, index: int, name: str, language: Language
) -> list[str]:
    if given_as is None:
        return [messages.OPTIMIZER_UNSEEN.text(language, reason=reason(analysis, None, language))]
    node = plain(analysis, given_as)
    is_list = node is not None and node.type == "list" and any(one.type == "dictionary" for one in node.named_children)
    groups = [one for one in node.named_children if one.type != "comment"] if node is not None and is_list else []
    known = [given(analysis, _value_of_key(analysis, group, "params")) for group in groups]
    if groups and None not in known:
        return _groups(analysis, groups, known, language)
    found = given(analysis, node) if not groups else None
    if found is not None:
        return _one(analysis, found, language)
    run = handed_over(analysis, call, index, name)
    if run is not None and run[1]:
        return _groups(analysis, groups if len(groups) == len(run[0]) else [], [*run[0]], language)
    if run is not None and run[0]:
        return _one(analysis, run[0][0], language)
    if groups:
        return _groups(analysis, groups, known, language)
    return [messages.OPTIMIZER_UNSEEN.text(language, reason=reason(analysis, given_as, language))]


def _trained(use: Use, language: Language) -> list[str]:
    """``TrainOneStepCell(net, optimizer)``: what the optimizer was given."""
    call = use.call
    node = argument(use.analysis, call, _TRAINERS[use.symbol], "optimizer") if call is not None else None
    if call is None or node is None or node.type == "none":
        return []
    name = " ".join(use.analysis.text(node).split())
    return [messages.OPTIMIZER_TRAINS.text(language, name=name), *_made_lines(use.analysis, node, language)]


def _held(use: Use, language: Language) -> list[str]:
    """``optimizer.param_groups``: what it was made with, and what is added elsewhere."""
    owner = use.owner
    if owner is None:
        return []
    name = use.analysis.text(owner)
    lines = [messages.OPTIMIZER_HOLDS.text(language, name=name), *_made_lines(use.analysis, owner, language)]
    if re.search(rf"(?<![\w.]){re.escape(name)}\.{_ADDS}\(", use.analysis.document.text):
        lines.append(messages.OPTIMIZER_MORE.text(language, name=name))
    return lines


def _made_lines(analysis: Analysis, node: Node, language: Language) -> list[str]:
    """The lines of the constructor call that an expression's optimizer comes from."""
    value = analysis.value(node).value
    source = value.call if isinstance(value, Instance) else None
    function = source.node.child_by_field_name("function") if source is not None else None
    use = of_node(source.analysis, function) if source is not None and function is not None else None
    if use is None or not is_optimizer(use):
        return [messages.OPTIMIZER_UNSEEN.text(language, reason=reason(analysis, node, language))]
    return optimizer_lines(use, language)


def _added(use: Use, language: Language) -> list[str]:
    """``optimizer.add_param_group({"params": …})``."""
    call = use.call
    node = argument(use.analysis, call, 0, "param_group") if call is not None else None
    if call is None or node is None:
        return []
    group = plain(use.analysis, node)
    params = _value_of_key(use.analysis, group, "params") if group is not None else None
    found = given(use.analysis, params)
    if found is None:
        run = handed_over(use.analysis, call, 0, "param_group")
        found = joined(run[0]) if run is not None and run[0] else None
    if found is None:
        return [messages.OPTIMIZER_UNSEEN.text(language, reason=reason(use.analysis, params or node, language))]
    return [messages.OPTIMIZER_ADDS.text(language, what=_text(found, language))]


def _groups(analysis: Analysis, groups: list[Node], known: list[Given | None], language: Language) -> list[str]:
    """A line for each group, with its expression where the groups are written out."""
    lines = [messages.OPTIMIZER_GROUPS.text(language, count=len(known))]
    for place, found in enumerate(known):
        params = _value_of_key(analysis, groups[place], "params") if groups else None
        if found is not None:
            what = _text(found, language)
        else:
            why = reason(analysis, params or groups[place], language)
            what = messages.OPTIMIZER_GROUP_UNSEEN.text(language, reason=why)
        label = " ".join(analysis.text(params).split()) if params is not None else ""
        is_short = label and len(label) <= _LONGEST_LABEL and "`" not in label
        lines.append(f"- `{label}`: {what}" if is_short else f"- {what}")
    text = ["\n".join(lines)]
    sure = [found for found in known if found is not None]
    if sure and len(sure) == len(known):
        text += _missing(analysis, joined(sure), language)
    return text


def _value_of_key(analysis: Analysis, node: Node, name: str) -> Node | None:
    for pair in node.named_children if node.type == "dictionary" else ():
        key = pair.child_by_field_name("key")
        if key is not None and analysis.text(key).strip("\"'") == name:
            return pair.child_by_field_name("value")
    return None


def _one(analysis: Analysis, found: Given, language: Language) -> list[str]:
    from lsp_server.state.changes import is_changed

    if not found.entries:
        if not found.of or any(not asked.state.complete or is_changed(analysis, asked.name) for asked in found.of):
            return [messages.OPTIMIZER_UNSEEN.text(language, reason=_why_incomplete(analysis, found, language))]
        warnings = [line for asked in found.of for line in left_out(asked.state, language, with_tensors=False)]
        return [" ".join([messages.OPTIMIZER_NONE.text(language), *warnings])]
    what = _text(found, language)
    lines: list[str] = []
    missing = _missing(analysis, found, language)
    if len(found.of) == 1 and found.is_whole and not missing:
        listed_of = [entry for entry in found.of[0].state.entries if is_listed("parameters", entry)]
        some = _listing(found) == "trainable_params" and not all(entry.trainable for entry in listed_of)
        message = messages.OPTIMIZER_ALL_TRAINABLE if some else messages.OPTIMIZER_ALL
        lines.append(message.text(language, name=found.of[0].name, what=what))
    elif missing:
        lines += missing
    else:
        lines.append(messages.OPTIMIZER_SOME.text(language, what=what))
    frozen = sum(not entry.trainable for entry in found.entries)
    if frozen:
        by_method = found.of and found.of[0].method == "get_parameters"
        message = messages.OPTIMIZER_STATISTICS if by_method else messages.OPTIMIZER_FROZEN
        lines.append(message.text(language, count=frozen))
    for asked in found.of:
        if asked.node is not None and asked.name != "self" and is_changed(analysis, asked.name):
            lines.append(messages.CHANGED.text(language, name=asked.name))
        lines += left_out(asked.state, language, with_tensors=False)
    return lines


def _why_incomplete(analysis: Analysis, found: Given, language: Language) -> str:
    """Why nothing is said of a module in which no parameter was seen."""
    if not found.of:
        return messages.UNSEEN_CODE.text(language, code="…")
    asked = found.of[0]
    message = messages.UNSEEN_PARTLY if not asked.state.complete else messages.UNSEEN_CHANGED
    return message.text(language, code=asked.name)


def _text(found: Given, language: Language) -> str:
    is_complete = all(asked.state.complete for asked in found.of)
    text = parameters_text(totals(found.entries, is_complete), language)
    return text or messages.NO_PARAMETERS.text(language)


def _missing(analysis: Analysis, found: Given, language: Language) -> list[str]:
    """What of the network that all of it comes from is not given."""
    roots = [_root(analysis, asked) for asked in found.of]
    if not roots or any(root is None for root in roots) or len({root[0] for root in roots if root}) != 1:
        return []
    name, state, _ = next(root for root in roots if root)
    taken: set[str] = set()
    for root, asked in zip(roots, found.of, strict=True):
        assert root is not None  # looked at above
        own = {id(entry) for entry in asked.state.entries}
        taken |= {root[2] + entry.name for entry in found.entries if id(entry) in own}
    every = [entry for entry in state.entries if is_listed(_listing(found), entry)]
    missing = [entry for entry in every if entry.name not in taken]
    if not missing or len(missing) == len(every):
        return []
    what, whole = _text(found, language), parameters_text(totals(every, state.complete), language)
    starts = {start for one in taken for start in _starts(one)}
    tops = list(dict.fromkeys(_top(entry.name, starts) for entry in missing))
    return [
        messages.OPTIMIZER_PART.text(language, name=name, what=what, whole=whole),
        messages.OPTIMIZER_LEFT.text(language, names=listed(tops)),
    ]


def _listing(found: Given) -> str:
    """What counts as everything: of ``trainable_params()``, and what was taken from it, nobody expects statistics."""
    is_trainable = found.of and all(
        asked.method == "trainable_params"
        or (asked.node is None and asked.state.framework == "mindspore" and all(one.trainable for one in found.entries))
        for asked in found.of
    )
    return "trainable_params" if is_trainable else "parameters"


def _starts(name: str) -> list[str]:
    """``a``, ``a.b``, ``a.b.c``."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def _top(name: str, starts: set[str]) -> str:
    """The shortest start of a name that nothing given shares."""
    return next((start for start in _starts(name) if start not in starts), name)


def _root(analysis: Analysis, asked: Asked) -> tuple[str, ModuleState, str] | None:
    """The network that a part was read from, and the start of the part's names: ``net.fc`` gives ``net``, ``fc.``."""
    if asked.node is None:
        return asked.name, asked.state, ""
    node, path = asked.node, ""
    while node.type == "attribute":
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        state = module_state(analysis, owner)
        if owner is None or name is None or state is None:
            break
        path = f"{analysis.text(name)}.{path}"
        node = owner
    state = module_state(analysis, node)
    return (analysis.text(node), state, path) if state is not None else None
