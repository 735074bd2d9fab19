"""TS127: a name that only the other form of ``weight_norm`` or ``spectral_norm`` gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has, matches
from lsp_server.findings.state_keys import state_keys
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.lookups import assigned
from lsp_server.state.model import ModuleState
from lsp_server.state.renamed import as_loaded, made_from, other_name
from lsp_server.syntax.patterns import Pattern

CODE = "TS127"
_NORMS = re.compile(rb"weight_norm|spectral_norm|parametriz|\bprune\b")
_OLD_TOLD = re.compile(rb"_(g|v|u|orig)\b")
_NEW_TOLD = re.compile(rb"parametrizations")
_LOADS_TOLD = re.compile(rb"load_state_dict")
_OLD = Pattern('(attribute object: (_) @owner attribute: (identifier) @name (#match? @name "_(g|v|u|orig)$")) @whole')
_NEW = Pattern(
    """
    (attribute object: (attribute object: (attribute object: (_) @owner attribute: (identifier) @holder)
                                  attribute: (identifier) @weight)
               attribute: (identifier) @name (#eq? @holder "parametrizations") (#match? @name "^original[01]?$")) @whole
    (attribute object: (subscript
                 value: (attribute object: (attribute object: (_) @owner attribute: (identifier) @holder)
                                   attribute: (identifier) @weight)
                 subscript: (integer) @index)
               attribute: (identifier) @name (#eq? @holder "parametrizations") (#match? @name "^_[uv]$")) @whole
    """
)
_LOADS = Pattern(
    """(call function: (attribute object: (_) @owner attribute: (identifier) @name)
             arguments: (argument_list . (_) @given) (#eq? @name "load_state_dict")) @call"""
)
_LOADING = ("torch.nn.Module.load_state_dict", "mindspore.nn.Cell.load_state_dict")


def check(analysis: Analysis) -> Iterator[Finding]:
    yield from _keys(analysis)
    if has(analysis, _NORMS):
        yield from _attributes(analysis)
        yield from _loads(analysis)


def explains(name: str, state: ModuleState) -> bool:
    """Whether this finding says why a name is not there."""
    names = [entry.name for entry in state.entries]
    return other_name(name, names) is not None or bool(made_from(name, names))


def _keys(analysis: Analysis) -> Iterator[Finding]:
    for key in state_keys(analysis):
        names = [entry.name for entry in key.state.entries]
        other, start, end = other_name(key.name, names), key.node.start_byte, key.node.end_byte
        if other is not None:
            yield _found(start, end, key.name, other, key.state, (Edit(start + 1, end - 1, other),))
        elif origins := made_from(key.name, names):
            listed = ", ".join(f"`{one}`" for one in origins)
            values = (("name", key.name), ("other", listed), ("cls", key.state.title))
            yield Finding(CODE, start, end, values, message=messages.TS127_MADE_FROM)


def _found(start: int, end: int, name: str, other: str, state: ModuleState, edits: tuple[Edit, ...]) -> Finding:
    values = (("name", name), ("other", other), ("cls", state.title))
    return Finding(CODE, start, end, values, Fix(messages.TS127_FIX, edits, "safe"))


def _attributes(analysis: Analysis) -> Iterator[Finding]:
    """``net.conv.weight_g``, ``net.conv.parametrizations.weight.original0``."""
    for captures in (*matches(analysis, _OLD, _OLD_TOLD), *matches(analysis, _NEW, _NEW_TOLD)):
        whole, owner, last = captures["whole"][0], captures["owner"][0], analysis.text(captures["name"][0])
        name = last
        if "weight" in captures:
            index = f".{analysis.text(captures['index'][0])}" if "index" in captures else ""
            name = f"parametrizations.{analysis.text(captures['weight'][0])}{index}.{last}"
        if _is_assigned(whole) or _is_own(analysis, owner, last):
            continue
        state = known_state(analysis, owner)
        other = other_name(name, [entry.name for entry in state.entries]) if state is not None else None
        if state is not None and state.complete and other is not None:
            code = re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", f".{other}")
            edits = (Edit(owner.end_byte, whole.end_byte, code),)
            yield _found(whole.start_byte, whole.end_byte, name, other, state, edits)


def _is_assigned(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == node


def _is_own(analysis: Analysis, owner: Node, name: str) -> bool:
    """Whether the owner's class gives the attribute a meaning of its own."""
    value = analysis.value(owner).value
    if not isinstance(value, UserInstance):
        return False
    found = classes.table(value.cls)
    return name in found.attributes or name in found.methods


def _loads(analysis: Analysis) -> Iterator[Finding]:
    for captures in matches(analysis, _LOADS, _LOADS_TOLD):
        call, given = captures["call"][0], captures["given"][0]
        if shapes.callee(analysis, call) not in _LOADING:
            continue
        to = known_state(analysis, captures["owner"][0])
        if to is None or not to.complete:
            continue
        literal = assigned(analysis, given) if given.type == "identifier" else given
        if literal is not None and literal.type == "dictionary":
            yield from _literal_keys(analysis, literal, to)
        elif given.type == "call" and shapes.method_name(analysis, given) == "state_dict":
            yield from _other_state(analysis, call, given, to)


def _literal_keys(analysis: Analysis, dictionary: Node, to: ModuleState) -> Iterator[Finding]:
    """Keys of a dictionary that is written out."""
    nodes = [pair.child_by_field_name("key") for pair in dictionary.named_children if pair.type == "pair"]
    keys = {name: node for node in nodes if node is not None and (name := shapes.string(analysis, node))}
    names = [entry.name for entry in to.entries]
    taken = as_loaded(keys, names)
    for name, node in keys.items():
        other = other_name(name, names)
        if other is not None and taken[name] == name:
            start, end = node.start_byte, node.end_byte
            yield _found(start, end, name, other, to, (Edit(start + 1, end - 1, other),))


def fits_renamed(to: ModuleState, taken: ModuleState) -> bool:
    """Whether the state of one module fits another one but for the names that the two forms of a norm give."""
    return bool(_renamed(to, taken))


def _renamed(to: ModuleState, taken: ModuleState) -> dict[str, str]:
    """The names to be changed, with the new ones. Empty: none, or it would not fit then either."""
    wanted = {entry.name: entry.shape for entry in to.entries if entry.persistent}
    given = {entry.name: entry.shape for entry in taken.entries if entry.persistent}
    loaded = as_loaded(given, wanted)
    found = {name: other for name in given if loaded[name] == name and (other := other_name(name, wanted))}
    names = {name: found.get(name, loaded[name]) for name in given}
    fits = set(names.values()) == set(wanted) and all(given[name] == wanted[new] for name, new in names.items())
    return found if fits else {}


def _other_state(analysis: Analysis, call: Node, given: Node, to: ModuleState) -> Iterator[Finding]:
    """``old.load_state_dict(new.state_dict())``."""
    taken = known_state(analysis, shapes.receiver(given))
    renamed = _renamed(to, taken) if taken is not None and taken.complete else {}
    if renamed:
        name, other = next(iter(renamed.items()))
        values = (("name", name), ("other", other), ("cls", to.title))
        entries = [entry.name for entry in taken.entries if entry.persistent] if taken is not None else []
        edit = _renaming(analysis, given, renamed, entries)
        fix = Fix(messages.TS127_FIX_LOADS, (edit,), "safe") if edit is not None else None
        yield Finding(CODE, call.start_byte, call.end_byte, values, fix, messages.TS127_LOADS)


def _renaming(analysis: Analysis, given: Node, renamed: dict[str, str], names: list[str]) -> Edit | None:
    """``{key.replace("weight_g", …): value for key, value in new.state_dict().items()}``: what differs of the names is
    the same for all layers, so few replacements do. None: they would change other names too."""
    ends = dict.fromkeys(_difference(name, other) for name, other in renamed.items())
    for name in names:
        written = name
        for old, new in ends:
            written = written.replace(old, new)
        if written != renamed.get(name, name):
            return None
    replaced = "".join(f'.replace("{old}", "{new}")' for old, new in ends)
    code = f"{{key{replaced}: value for key, value in {analysis.text(given)}.items()}}"
    return Edit(given.start_byte, given.end_byte, code)


def _difference(name: str, other: str) -> tuple[str, str]:
    """What remains of two names without the modules that both begin with."""
    one, two = name.split("."), other.split(".")
    while len(one) > 1 and len(two) > 1 and one[0] == two[0]:
        del one[0], two[0]
    return ".".join(one), ".".join(two)


RULE = Rule(
    code=CODE,
    name="renamed-by-norm",
    severity="error",
    message=messages.TS127_MESSAGE,
    what=messages.TS127_WHAT,
    why=messages.TS127_WHY,
    example="""import torch
from torch import nn
from torch.nn.utils import parametrizations


class Filter(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = parametrizations.weight_norm(nn.Conv1d(1, 2, 3))

    def forward(self, x):
        return self.conv(x)


net = Filter()


def lengths():
    return net.state_dict()["conv.weight_g"].flatten()
""",
    instead="""import torch
from torch import nn
from torch.nn.utils import parametrizations


class Filter(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = parametrizations.weight_norm(nn.Conv1d(1, 2, 3))

    def forward(self, x):
        return self.conv(x)


net = Filter()


def lengths():
    return net.state_dict()["conv.parametrizations.weight.original0"].flatten()
""",
    fix_safety=messages.TS127_SAFETY,
    check=check,
)
