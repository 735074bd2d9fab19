"""The two ways to register a buffer, and the way from one to the other: ``self.register_buffer("x", t)`` and
``self.x = nn.Buffer(t)``, which torch has since 2.5.

Both give the same ``state_dict()`` and ``named_buffers()`` in the same order, with two exceptions that are left alone:
``nn.Buffer`` holds a tensor of its own over the same memory, so one tensor under two names becomes two; and it makes an
empty tensor of None. Assigning also replaces what has the name already, where ``register_buffer`` raises.
"""

from __future__ import annotations

import keyword
import re

import msgspec
from tree_sitter import Node

from lsp_server.catalog.history import version_key
from lsp_server.findings import shapes
from lsp_server.findings.model import Fix
from lsp_server.findings.writing import imports
from lsp_server.inference import binding, classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, Source, UserClass, UserFunction, UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller
from lsp_server.syntax.patterns import Pattern

BUFFER = "torch.nn.Buffer"
REGISTER = "torch.nn.Module.register_buffer"
_TENSOR = "torch.Tensor"
_SINCE = (2, 5)
_MAY_BE_NONE = re.compile(r"\b(None|Optional)\b")
_RETURNS = Pattern("(return_statement) @return")
_ASSIGNMENTS = Pattern("(assignment) @assignment")
_LOOPS = ("for_statement", "while_statement", "list_comprehension", "set_comprehension", "generator_expression",
    "dictionary_comprehension", "lambda")  # fmt: skip
_NAMES, _DATA = ("name", "tensor", "persistent"), ("data", "persistent")
_KEPT = (
    r"""(register_buffer\(\s*(name=)?["'][^"']*["']\s*,\s*(tensor=)?|Buffer\(\s*(data=)?|\w\.\w+\s*=\s*)"""
    r"%s\b\s*[,;)\n]"
)
_OVERRIDES = ("register_buffer", "__setattr__")
_OWNER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Registration(msgspec.Struct, frozen=True):
    """A statement that registers a buffer, in either form."""

    analysis: Analysis
    start: int
    end: int
    call: Node
    owner: Node
    """The module: ``self``."""
    name: str
    tensor: Node
    is_call: bool
    """``register_buffer``; else an assignment of ``nn.Buffer``."""

    @property
    def fix(self) -> Fix:
        """The same in the other form."""
        if self.is_call:
            return Fix(messages.AS_BUFFER, _as_buffer(self), "safe")
        return Fix(messages.AS_REGISTER_BUFFER, _as_call(self), "safe")


def has_both(analysis: Analysis) -> bool:
    """Whether the torch that code is written for has ``nn.Buffer``."""
    return version_key(analysis.catalog.versions.get("torch", ""))[:2] >= _SINCE


def registration_at(analysis: Analysis, offset: int) -> Registration | None:
    """The registration around an offset that can be written the other way. None: there is none, or it cannot."""
    node: Node | None = analysis.document.root.named_descendant_for_byte_range(offset, offset)
    while node is not None and node.type != "expression_statement":
        if node.type in ("block", "module") or node.type.endswith(("_definition", "lambda")):
            return None
        node = node.parent
    return registration(analysis, node) if node is not None else None


def registration(analysis: Analysis, statement: Node) -> Registration | None:
    """The registration that a statement is, if it can be written the other way."""
    if not has_both(analysis) or len(statement.named_children) != 1:
        return None
    inner = statement.named_children[0]
    found = _call(analysis, inner) if inner.type == "call" else _assignment(analysis, inner)
    if found is None or not _is_plain(found) or _is_shared(found):
        return None
    return found


def _call(analysis: Analysis, call: Node) -> Registration | None:
    """``self.register_buffer("x", t[, persistent])``, arguments in that order."""
    owner = shapes.receiver(call)
    if owner is None or shapes.callee(analysis, call) != REGISTER:
        return None
    arguments = binding.argument_nodes(call)
    values = [_value(analysis, node, name) for node, name in zip(arguments, _NAMES, strict=False)]
    if len(arguments) not in (2, 3) or any(value is None for value in values):
        return None
    name, tensor = shapes.string(analysis, values[0]), values[1]
    if not name or tensor is None:
        return None
    return Registration(analysis, call.start_byte, call.end_byte, call, owner, name, tensor, True)


def _assignment(analysis: Analysis, node: Node) -> Registration | None:
    """``self.x = nn.Buffer(t[, persistent=…])``."""
    left, call = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment" or node.child_by_field_name("type") is not None:
        return None
    if left is None or left.type != "attribute" or call is None or call.type != "call":
        return None
    owner, name = left.child_by_field_name("object"), left.child_by_field_name("attribute")
    if owner is None or name is None or shapes.callee(analysis, call) != BUFFER:
        return None
    arguments = binding.argument_nodes(call)
    values = [_value(analysis, one, key) for one, key in zip(arguments, _DATA, strict=False)]
    tensor = values[0] if values else None
    if len(arguments) not in (1, 2) or None in values or tensor is None:
        return None
    return Registration(analysis, node.start_byte, node.end_byte, call, owner, analysis.text(name), tensor, False)


def _value(analysis: Analysis, argument: Node, name: str) -> Node | None:
    """The value of an argument that is given by place or under this very name."""
    if argument.type != "keyword_argument":
        return None if "splat" in argument.type else argument
    key = argument.child_by_field_name("name")
    return argument.child_by_field_name("value") if key is not None and analysis.text(key) == name else None


def _is_plain(found: Registration) -> bool:
    """Whether nothing about the statement makes the two forms differ."""
    analysis, name = found.analysis, found.name
    if not name.isidentifier() or keyword.iskeyword(name) or (name.startswith("__") and not name.endswith("__")):
        return False
    if _OWNER.fullmatch(analysis.text(found.owner)) is None or not _is_module(analysis, found.owner):
        return False
    arguments = found.call.child_by_field_name("arguments")
    inside = arguments.named_children if arguments is not None else []
    if any(node.type == "comment" and node.start_byte < found.tensor.start_byte for node in inside):
        return False
    node: Node | None = found.call
    while node is not None and node.type not in ("function_definition", "module"):
        if node.type in _LOOPS:
            return False
        node = node.parent
    return _is_tensor(analysis, found.tensor) and not _is_there_already(found)


def _is_module(analysis: Analysis, owner: Node) -> bool:
    """Whether it is surely a module, whose class has no way of its own with buffers or attributes."""
    fact = analysis.value(owner)
    if isinstance(fact.value, Instance):
        return fact.certain and analysis.catalog.is_subclass(fact.value.cls, "torch.nn.Module")
    if not isinstance(fact.value, UserInstance):
        return False
    cls = fact.value.cls
    return all(one.certain for one in classes.lineage(cls)) and all(
        classes.find_method(cls, method) is None for method in _OVERRIDES
    )


def _is_tensor(analysis: Analysis, node: Node, depth: int = 4) -> bool:
    """Whether it is known to be a tensor, and nothing between here and where it is made says that it may be None."""
    if node.type == "parenthesized_expression":
        return _is_tensor(analysis, node.named_children[0], depth)
    if node.type == "conditional_expression":
        first, _, other = node.named_children
        return _is_tensor(analysis, first, depth) and _is_tensor(analysis, other, depth)
    value = analysis.value(node).value
    if depth == 0 or not isinstance(value, Instance) or not analysis.catalog.is_subclass(value.cls, _TENSOR):
        return False
    if node.type == "call":
        function = node.child_by_field_name("function")
        called = analysis.value(function).value if function is not None else None
        return not isinstance(called, UserFunction) or _gives_tensor(called.definition, depth - 1)
    if node.type != "identifier":
        return True
    return all(_is_tensor(analysis, one, depth - 1) for one in _assigned(analysis, node)) and _is_given(analysis, node)


def _gives_tensor(function: Source, depth: int) -> bool:
    analysis, node = function.analysis, function.node
    annotation = node.child_by_field_name("return_type")
    if annotation is not None and _MAY_BE_NONE.search(analysis.text(annotation)):
        return False
    returns = [one for one in _RETURNS.captures(node, "return") if shapes.enclosing(one, "function_definition") == node]
    given = [one.named_children[0] for one in returns if one.named_children]
    return len(given) == len(returns) and all(one.type != "none" and _is_tensor(analysis, one, depth) for one in given)


def _assigned(analysis: Analysis, name: Node) -> list[Node]:
    """All that the function around a name assigns to it alone."""
    function = shapes.enclosing(name, "function_definition", "module")
    pairs = _ASSIGNMENTS.captures(function, "assignment") if function is not None else []
    text = analysis.text(name)
    return [
        right
        for one in pairs
        if (left := one.child_by_field_name("left")) is not None and analysis.text(left) == text
        if (right := one.child_by_field_name("right")) is not None
    ]


def _is_given(analysis: Analysis, name: Node) -> bool:
    """False for an argument that is None unless it is given."""
    function = shapes.enclosing(name, "function_definition")
    parameters = function.child_by_field_name("parameters") if function is not None else None
    for parameter in parameters.named_children if parameters is not None else ():
        default, head = parameter.child_by_field_name("value"), parameter.child_by_field_name("name")
        head = head or (parameter.named_children[0] if parameter.named_children else None)
        if head is not None and analysis.text(head) == analysis.text(name):
            annotation = parameter.child_by_field_name("type")
            is_optional = annotation is not None and _MAY_BE_NONE.search(analysis.text(annotation)) is not None
            return not is_optional and (default is None or default.type != "none")
    return True


def _is_there_already(found: Registration) -> bool:
    """Whether the class gives the name in another place too: one form replaces what is there, the other one raises."""
    value = found.analysis.value(found.owner).value
    cls = value.cls if isinstance(value, UserInstance) else None
    if not isinstance(cls, UserClass):
        return False
    table = classes.table(cls)
    others = [one for one in table.attributes.get(found.name, []) if not _is_within(one.target, found)]
    function = shapes.enclosing(found.call, "function_definition")
    return any(one.function == function for one in others) or found.name in table.methods


def _is_within(node: Node, found: Registration) -> bool:
    return found.start <= node.start_byte < found.end


def _is_shared(found: Registration) -> bool:
    """Whether the tensor has another name that counts: it is read from a module, or registered or kept once more."""
    tensor, analysis = found.tensor, found.analysis
    if tensor.type == "attribute":
        value = analysis.value(tensor).value
        owner = tensor.child_by_field_name("object")
        holds = analysis.value(owner).value if owner is not None else None
        is_part = isinstance(holds, (Instance, UserInstance)) and _is_module_value(analysis, holds)
        return is_part or not isinstance(value, Instance)
    if tensor.type != "identifier":
        return False
    name = re.escape(analysis.text(tensor))
    around = shapes.enclosing(found.call, "function_definition", "module")
    text = analysis.text(around) if around is not None else analysis.document.text
    return len(re.findall(_KEPT.replace("%s", name), text + "\n")) > 1


def _is_module_value(analysis: Analysis, value: Instance | UserInstance) -> bool:
    if isinstance(value, Instance):
        return analysis.catalog.is_subclass(value.cls, "torch.nn.Module")
    return classes.is_module(analysis, value.cls)


def _as_buffer(found: Registration) -> tuple[Edit, ...]:
    speller = Speller(found.analysis)
    spelled = speller.spell(BUFFER)
    arguments = binding.argument_nodes(found.call)
    opening = arguments[0].parent
    assert opening is not None  # arguments stand in their list
    head = f"{found.analysis.text(found.owner)}.{found.name} = {spelled}("
    edits = [
        *imports(speller),
        Edit(found.start, opening.start_byte + 1, head),
        Edit(arguments[0].start_byte, found.tensor.start_byte, ""),
    ]
    if len(arguments) == 3 and arguments[2].type != "keyword_argument":
        edits.append(Edit(arguments[2].start_byte, arguments[2].start_byte, "persistent="))
    return tuple(edits)


def _as_call(found: Registration) -> tuple[Edit, ...]:
    first = binding.argument_nodes(found.call)[0]
    opening = first.parent
    assert opening is not None  # arguments stand in their list
    return (
        Edit(found.start, opening.start_byte + 1, f"{found.analysis.text(found.owner)}.register_buffer("),
        Edit(first.start_byte, found.tensor.start_byte, f'"{found.name}", '),
    )
