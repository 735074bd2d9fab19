"""Which parameters an optimizer gets: all of a network, a part, groups, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.messages import Language
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.lookups import argument, assigned, called, module_state
from lsp_server.migrate.narratives import is_listed
from lsp_server.migrate.sizes import parameters_text, totals
from lsp_server.migrate.state_table import left_out, listed

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState

_METHODS = {"parameters", "get_parameters", "trainable_params", "untrainable_params"}
_DEPTH = 6
_LONGEST_LABEL = 60
_WRAPPERS = {"list", "tuple", "iter", "chain", "itertools.chain", "set"}


class Given(msgspec.Struct, frozen=True):
    """Parameters that an expression lists, with the modules that they were asked of."""

    entries: tuple[Entry, ...]
    of: tuple[Asked, ...] = ()
    is_whole: bool = True
    """Nothing was filtered out."""


class Asked(msgspec.Struct, frozen=True):
    """A call of ``parameters()``: the text of its owner, and the owner's state."""

    name: str
    node: Node
    state: ModuleState
    method: str


def is_optimizer(use: Use) -> bool:
    return use.kind == "class" and any(base.endswith(".Optimizer") for base in use.analysis.catalog.lineage(use.symbol))


def optimizer_lines(use: Use, language: Language) -> list[str]:
    """What is known of the parameters of a constructor call. Empty: nothing is known, or nothing is there to say."""
    call = use.call
    node = argument(use.analysis, call, 0, "params") if call is not None else None
    if node is None:
        return []
    node = _plain(use.analysis, node)
    if node is not None and node.type == "list" and any(one.type == "dictionary" for one in node.named_children):
        return _groups(use.analysis, node, language)
    found = given(use.analysis, node)
    return _one(use.analysis, found, language) if found is not None else []


def _groups(analysis: Analysis, node: Node, language: Language) -> list[str]:
    groups = [one for one in node.named_children if one.type != "comment"]
    lines = [messages.OPTIMIZER_GROUPS.text(language, count=len(groups))]
    known: list[Given | None] = []
    for group in groups:
        params = _value_of_key(analysis, group, "params")
        found = given(analysis, params)
        known.append(found)
        what = _text(found, language) if found is not None else messages.OPTIMIZER_GROUP_UNKNOWN.text(language)
        label = " ".join(analysis.text(params).split()) if params is not None else "?"
        lines.append(f"- `{label}`: {what}" if len(label) <= _LONGEST_LABEL and "`" not in label else f"- {what}")
    text = ["\n".join(lines)]
    sure = [found for found in known if found is not None]
    if sure and len(sure) == len(known):
        joined = _joined(sure)
        text += _missing(analysis, joined, language)
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
            return []
        warnings = [line for asked in found.of for line in left_out(asked.state, language, with_tensors=False)]
        return [" ".join([messages.OPTIMIZER_NONE.text(language), *warnings])]
    what = _text(found, language)
    lines: list[str] = []
    missing = _missing(analysis, found, language)
    if len(found.of) == 1 and found.is_whole and not missing:
        lines.append(messages.OPTIMIZER_ALL.text(language, name=found.of[0].name, what=what))
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
        if asked.name != "self" and is_changed(analysis, asked.name):
            lines.append(messages.CHANGED.text(language, name=asked.name))
        lines += left_out(asked.state, language, with_tensors=False)
    return lines


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
    every = [entry for entry in state.entries if is_listed("parameters", entry)]
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


def _starts(name: str) -> list[str]:
    """``a``, ``a.b``, ``a.b.c``."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def _top(name: str, starts: set[str]) -> str:
    """The shortest start of a name that nothing given shares."""
    return next((start for start in _starts(name) if start not in starts), name)


def _root(analysis: Analysis, asked: Asked) -> tuple[str, ModuleState, str] | None:
    """The network that a part was read from, and the start of the part's names: ``net.fc`` gives ``net``, ``fc.``."""
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


def given(analysis: Analysis, node: Node | None, depth: int = 0) -> Given | None:
    """The parameters that an expression lists. None: not known."""
    node = _plain(analysis, node) if node is not None and depth < _DEPTH else None
    if node is None:
        return None
    if node.type == "call":
        return _of_call(analysis, node, depth)
    if node.type in ("list", "tuple", "parenthesized_expression"):
        return _all(analysis, node.named_children, depth)
    if node.type in ("list_splat", "splat_expression"):
        return given(analysis, node.named_children[0], depth + 1)
    if node.type in ("list_comprehension", "generator_expression", "set_comprehension"):
        return _comprehension(analysis, node, depth)
    if node.type == "binary_operator" and b"+" in (node.children[1].text or b""):
        return _all(analysis, [node.children[0], node.children[2]], depth)
    return _single(analysis, node) if node.type == "attribute" else None


def _plain(analysis: Analysis, node: Node) -> Node | None:
    """What a name was given, if that is certain and nothing was added to it."""
    from lsp_server.state.changes import is_changed

    for _ in range(_DEPTH):
        if node.type != "identifier":
            return node
        found = assigned(analysis, node)
        if found is None or is_changed(analysis, analysis.text(node)):
            return None
        node = found
    return None


def _of_call(analysis: Analysis, node: Node, depth: int) -> Given | None:
    function = node.child_by_field_name("function")
    use = called(analysis, node)
    if use is not None and function is not None:
        method = use.symbol.rpartition(".")[2]
        owner = function.child_by_field_name("object")
        state = receiver_state(use) if method in _METHODS else None
        if state is None or owner is None or use.certainty != "certain":
            return None
        entries = tuple(entry for entry in state.entries if is_listed(method, entry))
        return Given(entries, (Asked(analysis.text(owner), owner, state, method),), method != "untrainable_params")
    name = analysis.text(function) if function is not None else ""
    arguments = node.child_by_field_name("arguments")
    parts = arguments.named_children if arguments is not None else []
    if name == "filter" and len(parts) == 2:
        found = given(analysis, parts[1], depth + 1)
        return _trainable(found) if found is not None and _asks_for_gradient(analysis, parts[0]) else None
    return _all(analysis, parts, depth) if name in _WRAPPERS else None


def _all(analysis: Analysis, nodes: Iterable[Node], depth: int) -> Given | None:
    found = [given(analysis, node, depth + 1) for node in nodes if node.type != "comment"]
    sure = [one for one in found if one is not None]
    return _joined(sure) if sure and len(sure) == len(found) else None


def _joined(found: list[Given]) -> Given:
    entries = tuple(entry for one in found for entry in one.entries)
    return Given(entries, tuple(of for one in found for of in one.of), all(one.is_whole for one in found))


def _trainable(found: Given) -> Given:
    kept = tuple(entry for entry in found.entries if entry.trainable)
    return Given(kept, found.of, found.is_whole and len(kept) == len(found.entries))


def _asks_for_gradient(analysis: Analysis, node: Node) -> bool:
    text = analysis.text(node)
    return text.endswith(".requires_grad") and " not " not in text and " and " not in text and " or " not in text


def _comprehension(analysis: Analysis, node: Node, depth: int) -> Given | None:
    """``p for p in net.parameters() if p.requires_grad``."""
    body = node.child_by_field_name("body")
    clauses = [one for one in node.named_children if one.type in ("for_in_clause", "if_clause")]
    if body is None or body.type != "identifier" or not clauses or clauses[0].type != "for_in_clause":
        return None
    left, right = clauses[0].child_by_field_name("left"), clauses[0].child_by_field_name("right")
    if left is None or analysis.text(left) != analysis.text(body) or len(clauses) > 2:
        return None
    found = given(analysis, right, depth + 1)
    if found is None or len(clauses) == 1:
        return found
    condition = clauses[1].named_children[0] if clauses[1].named_children else None
    wanted = f"{analysis.text(body)}.requires_grad"
    return _trainable(found) if condition is not None and analysis.text(condition) == wanted else None


def _single(analysis: Analysis, node: Node) -> Given | None:
    """One parameter by its name: ``net.scale``."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    state = module_state(analysis, owner)
    if owner is None or name is None or state is None:
        return None
    own = analysis.text(name)
    entry = next((one for one in state.entries if one.name == own and one.kind == "parameter"), None)
    return Given((entry,), (Asked(analysis.text(owner), owner, state, ""),), False) if entry is not None else None
