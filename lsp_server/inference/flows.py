"""Where one unit of a file puts the values of its names, told from its text and tree alone.

A `Piece` belongs to a unit and holds as long as the unit's text does. `carriers` joins the pieces of a file.

Tokens stand for what a value can be put into: ``name``, ``.attribute``, ``function(`` for what a call of it gives, and
``function*2`` for what its calls pass in the third place (``function*`` in any).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.catalog.vocabulary import Vocabulary
from lsp_server.inference.units import Unit
from lsp_server.syntax.document import Document
from lsp_server.syntax.words import is_attribute, places, words

GIVEN = b"("
PASSED = b"*"
_CHAIN = re.compile(rb"(?:\s*\.\s*[^\W\d]\w*)+")
_UNCALLED = re.compile(rb"\.[ \t]*([^\W\d]\w*)(?!\w)(?![ \t]*\()")
_PACKED = re.compile(rb"\s+")
_FIRST = re.compile(rb"[^\W\d]\w*")
_LAST = re.compile(rb"[^\W\d]\w*\Z")
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
_PLAIN = frozenset(
    b"""
    isinstance issubclass hasattr len print str repr int float bool any all callable id hash range super bytes format
    """.split()
)
"""Functions whose results are no part of what they take."""
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
_CONSTRUCTORS = (b"__init__", b"__new__")
_OBJECTS = {b"cls": b"__init__", b"__class__": b"__init__"}
"""What is called in place of a class."""


class Imported(msgspec.Struct, frozen=True):
    """A name that an import statement binds, or a star (no name), and the module that it comes from."""

    name: bytes
    module: str
    is_inner: bool
    """Whether the statement stands in a function or class."""


class Known(msgspec.Struct, frozen=True):
    """What the file says about its imports: the names of frameworks and of what is in them, and of other modules."""

    vocabulary: Vocabulary
    frameworks: frozenset[bytes] = frozenset()
    modules: frozenset[bytes] = frozenset()


class Piece:
    """One unit."""

    __slots__ = ("_flows", "_known", "bases", "given", "imported", "name", "owner", "text", "words")

    def __init__(self, document: Document, unit: Unit, found: dict[str, list[Node]], vocabulary: Vocabulary) -> None:
        """``found`` are the imports and bases of classes in the unit."""
        self.text = unit.text
        self.words = words(unit.text)
        self.owner = unit.owner.encode()
        self.name = unit.name.encode()
        self.imported = tuple(_imported(document, found.get("import", [])))
        self.bases = tuple((node.start_byte - unit.start, node.end_byte - unit.start) for node in found.get("base", []))
        """Where the bases of classes stand, counted from the start of the unit."""
        self._known = Known(vocabulary)
        self._flows: dict[bytes, frozenset[bytes]] = {}
        self.given = self._members_read(document, unit.start)
        """Where methods are put that are read from objects: ``f = x.view``."""

    def _members_read(self, document: Document, start: int) -> frozenset[bytes]:
        methods = self._known.vocabulary.methods
        walk = _Walk(document, start, self.text, self._known)
        for match in _UNCALLED.finditer(self.text):
            word = match[1]
            if word in methods or word == b"__class__":
                walk.attribute(match.start(1), match.end(1))
        return frozenset(walk.found)

    def flows(self, document: Document, start: int, token: bytes, known: Known) -> frozenset[bytes]:
        """The tokens into which the unit, which begins at ``start`` now, puts what one carries."""
        if known != self._known:
            self._known = known
            self._flows.clear()
        found = self._flows.get(token)
        if found is None:
            walk = _Walk(document, start, self.text, known)
            if token[-1:] == GIVEN:
                walk.called(token[:-1])
            elif PASSED in token:
                word, _, place = token.partition(PASSED)
                walk.passed(word, place, self.owner, self.name)
            elif token[:1] == b".":
                walk.read(token[1:], True)
            elif b"." in token:
                walk.read_from(*token.rsplit(b".", 1))
            else:
                walk.read(token, False)
            found = self._flows[token] = frozenset(walk.found)
        return found


def _imported(document: Document, statements: list[Node]) -> Iterator[Imported]:
    data = document.data
    for statement in statements:
        module = statement.child_by_field_name("module_name")
        path = "".join(document.text_of(module).split()) if module is not None else ""
        is_inner = _is_inner(statement)
        for node in statement.named_children:
            if node == module or node.type == "comment":
                continue
            if node.type == "wildcard_import":
                yield Imported(b"", path, is_inner)
                continue
            alias = node.child_by_field_name("alias")
            dotted = document.text_of(node.child_by_field_name("name") or node)
            local = alias if alias is not None else node
            text = data[local.start_byte : local.end_byte]
            yield Imported(text.partition(b".")[0].strip(), path or dotted, is_inner)


def _is_inner(statement: Node) -> bool:
    parent = statement.parent
    while parent is not None and parent.type not in ("function_definition", "class_definition"):
        parent = parent.parent
    return parent is not None


class _Walk:
    """Follows values through a unit and collects what they are put into."""

    def __init__(self, document: Document, start: int, text: bytes, known: Known) -> None:
        self.root = document.root
        self.data = document.data
        self.start = start
        self.text = text
        self.known = known
        self.found: set[bytes] = set()

    # -- where names stand ----------------------------------------------------------------------------------------

    def places(self, word: bytes) -> list[tuple[int, int]]:
        return places(self.text, word)

    def node(self, start: int, end: int) -> Node | None:
        return self.root.named_descendant_for_byte_range(self.start + start, self.start + end)

    def read(self, word: bytes, is_member: bool) -> None:
        """Wherever a name or attribute is read."""
        text = self.text
        for place, behind in self.places(word):
            if is_attribute(text, place) != is_member:
                continue
            following = text[behind : behind + 2]
            if following[:1] == b"(" or (following[:1] == b"=" and following != b"=="):
                continue
            if following[:1] == b".":
                self.chain(word, place, behind)
            elif is_member:
                self.attribute(place, place + len(word))
            else:
                node = self.node(place, place + len(word))
                if node is not None and node.type == "identifier":
                    self.put(node)

    def chain(self, word: bytes, place: int, behind: int) -> None:
        """``name.a.b``: what is read from it is put somewhere, or what a call of that gives."""
        match = _CHAIN.match(self.text, behind)
        if match is None:
            return
        end = match.end()
        last = _LAST.search(match[0])
        after = end
        while after < len(self.text) and self.text[after] in b" \t":
            after += 1
        is_called = self.text[after : after + 1] == b"("
        is_framework = word in self.known.frameworks
        if last is None or (is_called and (is_framework or last[0][:1].isupper())):
            return
        if is_framework and last[0] in self.known.vocabulary.constants:
            return
        if word in self.known.modules:  # what that is, the other file says
            self.found.add(word + _PACKED.sub(b"", match[0]) + (GIVEN if is_called else b""))
            return
        node = self.node(end - 1, end)
        while node is not None and node.type == "identifier":
            node = node.parent
        if node is None or node.type != "attribute" or node.end_byte != self.start + end:
            return
        call = node.parent if is_called else node
        if call is not None:
            self.put(call)

    def read_from(self, owner: bytes, word: bytes) -> None:
        """Wherever an attribute of a module is read."""
        for place, behind in self.places(word):
            if self.text[:place].endswith(owner + b".") and self.text[behind : behind + 1] not in (b"(", b"."):
                self.attribute(place, place + len(word))

    def attribute(self, start: int, end: int) -> None:
        node = self.node(start, end)
        parent = node.parent if node is not None and node.type == "identifier" else None
        if parent is not None and parent.type == "attribute" and parent.end_byte == self.start + end:
            self.put(parent)

    def called(self, word: bytes) -> None:
        """Wherever a function or method of a name is called; or what is read from a module: ``blocks.make``."""
        first, _, last = word.rpartition(b".")
        for place, behind in self.places(last):
            if self.text[behind : behind + 1] == b"(" and (not first or self.text[:place].endswith(first + b".")):
                node = self.node(place, place + len(last))
                callee = node.parent if node is not None and node.type == "identifier" else None
                if callee is not None and callee.type == "attribute":
                    callee = callee.parent
                if callee is not None and callee.type == "call":
                    self.put(callee)

    def passed(self, word: bytes, index: bytes, owner: bytes, name: bytes) -> None:
        """The parameters of what is called by a name."""
        if owner == word and name in _CONSTRUCTORS:
            word = name
        for place, _ in self.places(word):
            node = self.node(place, place + len(word))
            holder = node.parent if node is not None else None
            if holder is None or holder.child_by_field_name("name") != node:
                continue
            if holder.type == "class_definition":
                self.constructed(holder, index, self.start + len(self.text))
            elif holder.type == "function_definition":
                self.parameters(holder, index)

    def constructed(self, cls: Node, index: bytes, end: int) -> None:
        bases, body = cls.child_by_field_name("superclasses"), cls.child_by_field_name("body")
        for base in bases.named_children if bases is not None else ():
            last = _LAST.search(self.data, base.start_byte, base.end_byte)
            if last is not None:
                self.found.add(last[0] + PASSED + index)
        if body is None or body.start_byte >= end:
            return
        for child in body.named_children:
            inner = child.child_by_field_name("definition") if child.type == "decorated_definition" else child
            name = inner.child_by_field_name("name") if inner is not None else None
            if inner is not None and name is not None and self.bytes(name) in _CONSTRUCTORS:
                self.parameters(inner, index)

    def parameters(self, function: Node, index: bytes) -> None:
        parameters = function.child_by_field_name("parameters")
        place = 0
        for child in parameters.named_children if parameters is not None else ():
            match = _FIRST.search(self.data, child.start_byte, child.end_byte)
            if match is None or match[0] in (b"self", b"cls"):
                continue
            if not index or place == int(index) or child.type.endswith("splat_pattern"):
                self.found.add(match[0])
            place += 1

    # -- where values go ------------------------------------------------------------------------------------------

    def bytes(self, node: Node) -> bytes:
        return self.data[node.start_byte : node.end_byte]

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
                self.target(parent.child_by_field_name("name"))
            elif kind in ("argument_list", "keyword_argument"):
                call = self.argument(parent, node)
                if call is None:
                    break
                parent = call
            elif kind == "call":
                function = parent.child_by_field_name("function")
                if function != node or node.type != "attribute":
                    break
            elif kind not in _THROUGH and not self.statement(parent, node):
                break
            node, parent = parent, parent.parent
        if is_lambda:
            outer.update(token.removeprefix(b".") + GIVEN for token in self.found)
        outer |= self.found
        self.found = outer

    def statement(self, parent: Node, node: Node) -> bool:
        """What takes a value in; whether it also gives it on."""
        kind = parent.type
        if kind == "assignment":
            if parent.child_by_field_name("right") != node:
                return False
            left, holder = parent.child_by_field_name("left"), parent.parent
            self.target(left)
            block = holder.parent if holder is not None else None
            if left is not None and left.type == "identifier" and block is not None and _is_class_body(block):
                self.found.add(b"." + self.bytes(left))
            return True
        if kind in ("augmented_assignment", "for_statement", "for_in_clause"):
            if parent.child_by_field_name("right") == node:
                self.target(parent.child_by_field_name("left"))
        elif kind in ("default_parameter", "typed_default_parameter"):
            if parent.child_by_field_name("value") == node:
                self.target(parent.child_by_field_name("name"))
        elif kind == "binary_operator":
            operator = parent.child_by_field_name("operator")
            return operator is not None and operator.type in ("+", "|", "*")
        elif kind in ("return_statement", "yield"):
            self.returned(parent)
        elif kind == "as_pattern":
            for child in parent.named_children:
                if child.type == "as_pattern_target":
                    for inner in child.named_children:
                        self.target(inner)
        return False

    def target(self, node: Node | None) -> None:
        if node is None:
            return
        if node.type == "identifier":
            self.found.add(self.bytes(node))
        elif node.type == "attribute":
            name = node.child_by_field_name("attribute")
            if name is not None:
                self.found.add(b"." + self.bytes(name))
        elif node.type == "subscript":
            self.target(node.child_by_field_name("value"))
        elif node.type in _PATTERNS:
            for child in node.named_children:
                self.target(child)

    def argument(self, parent: Node, node: Node) -> Node | None:
        """The call that an argument is passed to, if what it gives may be the argument."""
        keyword = parent if parent.type == "keyword_argument" else None
        arguments = parent.parent if keyword is not None else parent
        call = arguments.parent if arguments is not None else None
        callee = call.child_by_field_name("function") if call is not None and call.type == "call" else None
        if call is None or callee is None:
            return None
        text = self.bytes(callee)
        last = _LAST.search(text)
        word = last[0] if last is not None else b""
        if callee.type == "identifier" and word in _PLAIN:
            return None
        if keyword is not None:
            name = keyword.child_by_field_name("name")
            if name is not None:
                self.found.add(self.bytes(name))
                if word[:1].isupper() or word == b"replace":
                    self.found.add(b"." + self.bytes(name))
        elif word:
            self.found.add(_OBJECTS.get(word, word) + PASSED + _place(parent, node))
            if word == b"setattr" or text == b"setattr":
                self.set_by_string(call)
        if callee.type == "attribute" and word in _GROWING:
            self.target(callee.child_by_field_name("object"))
        first = _FIRST.match(text)
        if first is not None and first[0] in self.known.frameworks:
            return call if word in _SAME else None
        if first is not None and first[0] in self.known.modules:
            return None  # what it gives, the other file says
        return call if not word[:1].isupper() else None

    def set_by_string(self, call: Node) -> None:
        """``setattr(self, "act", value)``."""
        arguments = call.child_by_field_name("arguments")
        for child in arguments.named_children if arguments is not None else ():
            if child.type == "string":
                self.found.add(b"." + self.bytes(child).strip(b"\"'"))

    def returned(self, node: Node) -> None:
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
