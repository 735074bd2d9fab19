"""What the value of an expression is put into, told from the tree around it: climbing from the expression outwards.

Tokens stand for what a value can be put into: ``name``, ``.attribute``, ``function(`` for what a call of it gives,
``function*2`` for what its calls pass in the third place (``function*`` in any), ``name=`` for what calls pass by that
name, and ``:name`` for a name that only the unit itself sees.
"""

from __future__ import annotations

import re

import msgspec
from tree_sitter import Node

from lsp_server.catalog.vocabulary import Vocabulary

GIVEN = b"("
PASSED = b"*"
NAMED = b"="
OWN = b":"
FIRST = re.compile(rb"[^\W\d]\w*")
LAST = re.compile(rb"[^\W\d]\w*\Z")
_THROUGH = frozenset(
    """
    conditional_expression boolean_operator parenthesized_expression list tuple set dictionary pair expression_list
    list_splat dictionary_splat await list_comprehension set_comprehension generator_expression
    dictionary_comprehension dictionary_splat_pattern list_splat_pattern
    """.split()  # noqa: SIM905  a list of words reads better so
)
"""What can give one of its parts, or holds it."""
_PATTERNS = ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "parenthesized_expression")
_GROWING = (b"append", b"extend", b"insert", b"add", b"appendleft", b"update", b"setdefault")
ACCESSORS = frozenset(b"get pop popitem setdefault values items keys copy".split())
"""What gives a part of a container, though a framework has names that end so too."""
_PLAIN = frozenset(
    b"""
    isinstance issubclass hasattr len print str repr int float bool any all callable id hash range super bytes format
    abs divmod pow round sum
    """.split()
)
"""Functions whose results are no part of what they take."""
_NUMERIC = (b"math", b"np", b"numpy", b"random")
"""Modules whose functions give none of what they take."""
_SAME = frozenset(
    b"""
    script trace compile vmap functionalize weight_norm spectral_norm orthogonal remove_weight_norm disable
    allow_in_graph assume_constant_result export ignore unused script_if_tracing jit stop_gradient
    auto_mixed_precision custom_mixed_precision
    """.split()
)
"""The frameworks' functions that give what they take (`library`)."""
_OBJECT = re.compile(
    rb"(?:[\[\](),.|\s]|\b(?:torch|Tensor|int|float|bool|str|bytes|None|Optional|Union|[Tt]uple|[Ll]ist|[Dd]ict|Sequence)\b)+"
)
"""An annotation that says more than the body does."""
_OBJECTS = {b"cls": b"__init__", b"__class__": b"__init__"}
"""What is called in place of a class."""


class Known(msgspec.Struct, frozen=True):
    """What the file says about its imports: the names of frameworks and of what is in them, and of other modules."""

    vocabulary: Vocabulary
    frameworks: frozenset[bytes] = frozenset()
    modules: frozenset[bytes] = frozenset()


class Destinations:
    """Climbs from expressions of one unit and collects the tokens of what their values are put into.

    ``own`` is what stands before the names that the unit binds: `OWN` where nobody else sees them, else nothing.
    """

    def __init__(self, data: bytes, known: Known, own: bytes) -> None:
        self.data = data
        self.known = known
        self.own = own
        self.found: set[bytes] = set()

    def put(self, node: Node) -> None:
        """Climb from an expression to what its value is put into."""
        outer, self.found = self.found, set()
        is_lambda = False
        parent = node.parent
        while parent is not None:
            kind = parent.type
            if kind == "lambda":
                is_lambda = True
            elif kind == "subscript":
                if parent.child_by_field_name("value") != node:
                    break
            elif kind == "attribute":
                pass
            elif kind == "named_expression":
                self._target(parent.child_by_field_name("name"))
            elif kind in ("argument_list", "keyword_argument"):
                call = self._argument(parent, node)
                if call is None:
                    break
                parent = call
            elif kind == "call":
                function = parent.child_by_field_name("function")
                if function != node or node.type != "attribute":
                    break
            elif kind not in _THROUGH and not self._statement(parent, node):
                break
            node, parent = parent, parent.parent
        if is_lambda:
            outer.update(token.lstrip(b".:") + GIVEN for token in self.found)
        outer |= self.found
        self.found = outer

    def bind(self, name: bytes) -> None:
        """A name that the unit binds takes the value."""
        self.found.add(self.own + name)

    def _grow(self, node: Node | None) -> None:
        """What is already there takes the value in: a name may be that of a unit or one that all units see."""
        self._target(node)
        if node is not None and node.type == "identifier":
            self.found.add(self.bytes(node))

    def bytes(self, node: Node) -> bytes:
        return self.data[node.start_byte : node.end_byte]

    def _statement(self, parent: Node, node: Node) -> bool:
        """What takes a value in; whether it also gives it on."""
        kind = parent.type
        if kind == "assignment":
            if parent.child_by_field_name("right") != node:
                return False
            left, holder = parent.child_by_field_name("left"), parent.parent
            self._target(left)
            block = holder.parent if holder is not None else None
            if left is not None and left.type == "identifier" and block is not None and _is_class_body(block):
                self.found.add(b"." + self.bytes(left))
            return True
        if kind in ("augmented_assignment", "for_statement", "for_in_clause"):
            if parent.child_by_field_name("right") == node:
                self._target(parent.child_by_field_name("left"))
        elif kind in ("default_parameter", "typed_default_parameter"):
            if parent.child_by_field_name("value") == node:
                self._target(parent.child_by_field_name("name"))
        elif kind == "binary_operator":
            operator = parent.child_by_field_name("operator")
            return operator is not None and operator.type in ("+", "|", "*")
        elif kind in ("return_statement", "yield"):
            self._returned(parent)
        elif kind == "as_pattern":
            for child in parent.named_children:
                if child.type == "as_pattern_target":
                    for inner in child.named_children:
                        self._target(inner)
        return False

    def _target(self, node: Node | None) -> None:
        if node is None:
            return
        if node.type == "identifier":
            self.bind(self.bytes(node))
        elif node.type == "attribute":
            name = node.child_by_field_name("attribute")
            if name is not None:
                self.found.add(b"." + self.bytes(name))
        elif node.type == "subscript":
            self._grow(node.child_by_field_name("value"))
        elif node.type in _PATTERNS:
            for child in node.named_children:
                self._target(child)

    def _argument(self, parent: Node, node: Node) -> Node | None:
        """The call that an argument is passed to, if what it gives may be the argument."""
        keyword = parent if parent.type == "keyword_argument" else None
        arguments = parent.parent if keyword is not None else parent
        call = arguments.parent if arguments is not None else None
        callee = call.child_by_field_name("function") if call is not None and call.type == "call" else None
        if call is None or callee is None:
            return None
        text = self.bytes(callee)
        last = LAST.search(text)
        word = last[0] if last is not None else b""
        if callee.type == "identifier" and word in _PLAIN:
            return None
        if keyword is not None:
            name = keyword.child_by_field_name("name")
            if name is not None:
                self.found.add(self.bytes(name) + NAMED)
                if word[:1].isupper() or word == b"replace":
                    self.found.add(b"." + self.bytes(name))
        elif word:
            self.found.add(_OBJECTS.get(word, word) + PASSED + _place(parent, node))
            if word == b"setattr" or text == b"setattr":
                self._set_by_string(call)
        if callee.type == "attribute" and word in _GROWING:
            self._grow(callee.child_by_field_name("object"))
        first = FIRST.match(text)
        if first is not None and first[0] in self.known.frameworks:
            return call if word in _SAME else None
        if first is not None and first[0] in self.known.modules:
            return None  # what it gives, the other file says
        if first is not None and first[0] in _NUMERIC:
            return None
        if callee.type == "attribute" and word in self.known.vocabulary.names and word not in ACCESSORS:
            return None  # what methods of tensors give is no symbol, and what those of the file give is known
        return call if not word[:1].isupper() else None

    def _set_by_string(self, call: Node) -> None:
        """``setattr(self, "act", value)``."""
        arguments = call.child_by_field_name("arguments")
        for child in arguments.named_children if arguments is not None else ():
            if child.type == "string":
                self.found.add(b"." + self.bytes(child).strip(b"\"'"))

    def _returned(self, node: Node) -> None:
        function = node.parent
        while function is not None and function.type != "function_definition":
            function = function.parent
        name = function.child_by_field_name("name") if function is not None else None
        said = function.child_by_field_name("return_type") if function is not None else None
        if name is not None and (said is None or _OBJECT.fullmatch(self.bytes(said)) is None):
            self.found.add(self.bytes(name) + GIVEN)
            self.found.add(b"." + self.bytes(name))  # if it is a property


def _is_class_body(block: Node) -> bool:
    return block.type == "block" and block.parent is not None and block.parent.type == "class_definition"


def _place(arguments: Node, node: Node) -> bytes:
    """Which argument of a call a node is; empty where that is not seen."""
    place = 0
    for child in arguments.named_children:
        if child == node:
            return b"%d" % place if child.type != "list_splat" else b""
        if child.type == "list_splat":
            return b""
        place += child.type != "comment"
    return b""
