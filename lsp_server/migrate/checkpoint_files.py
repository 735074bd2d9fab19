"""``torch.save`` and ``torch.load``: MindSpore's checkpoints are flat, and hold tensors, numbers and text."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.facts import TENSOR_CLASSES
from lsp_server.inference.values import UNKNOWN, Constant, Dictionary, Instance, Repeated, Sequence, UserInstance, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate import templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change
from lsp_server.syntax.patterns import Pattern

_PLAIN = {"int", "float", "bool", "str"}
_DICTS = {"dict", "collections.OrderedDict"}
_READ = Pattern("""
(subscript value: (identifier) @name subscript: (string) @key)
(call function: (attribute object: (identifier) @name attribute: (identifier) @method) (#eq? @method "get")
  arguments: (argument_list . (string) @key))
""")


def tensors_saved(context: Context) -> tuple[Change, ...]:
    """A state dict, or a dictionary of tensors, as it is; one with other entries is for the next counterpart."""
    entries = _entries(context)
    _check(context, entries)
    if any(_is_tensor(value) is False for _, value in entries):
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return templates.plan(context)


def entries_saved(context: Context) -> tuple[Change, ...]:
    """A dictionary of state dicts, numbers and text."""
    _check(context, _entries(context))
    return templates.plan(context)


def tensors_loaded(context: Context) -> tuple[Change, ...]:
    """A file of which no entry is read that can be none of a state dict; others are for the next counterpart."""
    parent = context.call.parent
    keys = [parent.child_by_field_name("subscript")] if parent is not None and parent.type == "subscript" else []
    if parent is not None and parent.type == "assignment":
        left = parent.child_by_field_name("left")
        keys = _keys(context, left) if left is not None and left.type == "identifier" else []
    if any(key is not None and _is_entry(context, key) for key in keys):
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return templates.plan(context)


def layer_loaded(context: Context) -> tuple[Change, ...]:
    """The state of a layer; that of an optimizer is for the next counterpart, which cannot be loose about names."""
    given = context.binding.get("net")
    value = context.use.analysis.value(given.value).value if given is not None else UNKNOWN
    lineage = context.catalog.lineage(value.cls) if isinstance(value, Instance) else ()
    if any(base.endswith(".Optimizer") for base in lineage):
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return templates.plan(context)


def _entries(context: Context) -> tuple[tuple[object, Value], ...]:
    given = context.binding.get("obj")
    value = context.use.analysis.value(given.value).value if given is not None else UNKNOWN
    return value.entries if isinstance(value, Dictionary) else ()


def _check(context: Context, entries: tuple[tuple[object, Value], ...]) -> None:
    """Raises `CannotConvert` for an entry that no checkpoint of MindSpore holds."""
    for key, value in entries:
        is_other = isinstance(value, (Instance, UserInstance, Sequence, Repeated)) or value == Constant(None)
        if is_other and _is_tensor(value) is None:
            raise CannotConvert("TS304", messages.CHECKPOINT_ENTRY, symbol=context.symbol.name, name=str(key))


def _is_tensor(value: Value) -> bool | None:
    """Whether an entry is a tensor, or a dictionary, a number or text; None if it is neither, or not known."""
    if isinstance(value, Instance) and (value.cls in TENSOR_CLASSES or value.cls.endswith(".Parameter")):
        return True
    if isinstance(value, Dictionary) or (isinstance(value, Instance) and value.cls in _DICTS | _PLAIN):
        return False
    return False if isinstance(value, Constant) and value.value is not None else None


def _keys(context: Context, name: Node) -> list[Node]:
    """The texts by which a name is read anywhere in the file."""
    analysis, text = context.use.analysis, context.source(name)
    found: list[Node] = []
    for captures in _READ.matches(analysis.document.root):
        if context.source(captures["name"][0]) == text:
            found += captures["key"]
    return found


def _is_entry(context: Context, key: Node) -> bool:
    """Whether a key is none of a state dict: those of layers have dots."""
    return key.type == "string" and "." not in context.source(key)
