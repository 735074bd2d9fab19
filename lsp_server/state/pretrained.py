"""timm's registry of pretrained configurations: it is filled while modules load, and constructors read it.

``resolve_pretrained_cfg(variant)`` gives the first configuration of an architecture, which says how many classes and
which image size the model is made for. It stands in ``default_cfgs`` of the module that registers the architecture.
The rules of the order are those of ``timm.models._registry.generate_default_cfgs`` (timm 1.0).
"""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass
from lsp_server.state import calls, lookup
from lsp_server.state.code import Code, children, code
from lsp_server.state.frames import Frame
from lsp_server.state.library import Arguments, argument
from lsp_server.state.values import UNKNOWN, Dict, Function, Object, Value, truth

_FUNCTION = "resolve_pretrained_cfg"
_HOME = ("models", "_builder.py")
_SOURCES = ("url", "file", "hf_hub_id")


def is_resolver(function: Function) -> bool:
    """Whether a function is the one that looks into timm's registry."""
    path, node = function.definition.analysis.path, function.definition.node
    name = node.child_by_field_name("name")
    if path is None or name is None or path.parts[-2:] != _HOME:
        return False
    return function.definition.analysis.text(name) == _FUNCTION


def resolve(frame: Frame, function: Function, arguments: Arguments) -> Value:
    """The configuration object; unknown where the registry cannot be read from the source."""
    machine = frame.machine
    variant, given = argument(arguments, 0, "variant"), argument(arguments, 1, "pretrained_cfg")
    overlay = argument(arguments, 2, "pretrained_cfg_overlay")
    kind = lookup.global_value(machine, function.definition.analysis, "PretrainedCfg")
    home = machine.registered.get(variant) if isinstance(variant, str) else None
    if not isinstance(variant, str) or home is None or not isinstance(kind, UserClass) or not arguments.exact:
        return UNKNOWN
    if isinstance(given, Object) and given.exact:
        chosen: Value = Dict({**given.attributes})
    elif isinstance(given, Dict) and given.items:
        chosen = given
    elif given is None or isinstance(given, str):
        chosen = _configuration(frame, home, variant, given if isinstance(given, str) else "")
    else:
        return UNKNOWN
    if not isinstance(chosen, Dict) or not chosen.exact or not (overlay is None or isinstance(overlay, Dict)):
        return UNKNOWN
    named = {str(key): value for key, value in chosen.items.items()}
    named |= {str(key): value for key, value in overlay.items.items()} if overlay is not None else {}
    return calls.construct(frame, kind, Arguments(keywords=named), None)


def _configuration(frame: Frame, home: Analysis, variant: str, tag: str) -> Value:
    """The configuration of a variant that is first in the order, or the one of a tag."""
    tags: list[tuple[str, Value]] = []
    has_default = pretrained = False
    pairs = _pairs(Frame(frame.machine, home, is_static=True), home)
    if pairs is None:
        return UNKNOWN
    for key, make in pairs:
        if key.partition(".")[0] != variant:
            continue
        value = make(Frame(frame.machine, home, is_static=True))
        if not isinstance(value, Dict) or not value.exact:
            return UNKNOWN
        sources = [truth(value.items.get(name)) for name in _SOURCES]
        if None in sources and True not in sources:
            return UNKNOWN
        weights, label = True in sources, key.partition(".")[2]
        first = (weights and not label) or (label.endswith("*") and not has_default)
        has_default = has_default or first
        entry = (label.strip("*"), value)
        tags = [entry, *tags] if first or (weights and not pretrained) else [*tags, entry]
        pretrained = pretrained or weights
    found = [value for label, value in tags if not tag or label == tag]
    if found:
        return found[0]
    return UNKNOWN if tag or b"default_cfgs[" in home.document.data else Dict({})  # filled by a loop, or the defaults


def _pairs(frame: Frame, home: Analysis) -> list[tuple[str, Code]] | None:
    """The keys and values of ``default_cfgs`` of a module; None if they are not known."""
    found: list[tuple[str, Code]] = []
    for binding in home.scope(home.document.root).bindings.get("default_cfgs", []):
        right = binding.node.child_by_field_name("right")
        table = _argument(home, right) if right is not None and right.type == "call" else right
        if table is None:
            return None
        if table.type == "identifier" and home.text(table) == "default_cfgs":
            continue  # ``default_cfgs = generate_default_cfgs(default_cfgs)``
        pairs = _written(frame, home, table) if table.type == "dictionary" else _made(frame, home, table)
        if pairs is None:
            return None
        found += pairs
    return found


def _argument(home: Analysis, call: Node) -> Node | None:
    """What ``generate_default_cfgs`` is given; None for other calls."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    given = children(arguments) if arguments is not None else []
    named = function is not None and home.text(function) == "generate_default_cfgs"
    return given[0] if named and len(given) == 1 else None


def _written(frame: Frame, home: Analysis, table: Node) -> list[tuple[str, Code]] | None:
    """The pairs of a dictionary; values are worked out only when they are asked for."""
    found: list[tuple[str, Code]] = []
    for pair in children(table):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        text = code(home, key)(frame) if key is not None and key.type == "string" else None
        if value is None or not isinstance(text, str):
            return None
        found.append((text, code(home, value)))
    return found


def _made(frame: Frame, home: Analysis, expression: Node) -> list[tuple[str, Code]] | None:
    """The pairs of what another expression gives."""
    value = code(home, expression)(frame)
    if not isinstance(value, Dict) or not value.exact:
        return None
    return [(str(key), lambda frame, item=item: item) for key, item in value.items.items()]
