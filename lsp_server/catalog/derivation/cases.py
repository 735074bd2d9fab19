"""The cases of derived rules, out of those of their sources. What cannot be said safely is left out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from lsp_server.catalog import literals
from lsp_server.catalog.derivation.surface import VARIADIC, Surface, first_parameter
from lsp_server.catalog.model import Argument, Counterpart, Symbol

_HEADS = {
    "torch": {"nn": "torch.nn", "F": "torch.nn.functional"},
    "mindspore": {"nn": "mindspore.nn", "ops": "mindspore.ops", "mint": "mindspore.mint", "Tensor": "mindspore.Tensor"},
}
"""What the heads of cases call the packages, as `lsp_server.verify.cases` writes them."""
_MOST = 4
_NOT_IMPORTED = ("mindspore.scipy.", "mindspore.dataset.")
"""What the heads of cases do not import."""
_WHOLE_NUMBERS = {"i", "idx"}
_VECTORS = {"v", "idx"}
_MODES = {"eval": False, "train": True}


def can_run(counterparts: Iterable[Counterpart]) -> bool:
    """Whether there is anything to run on the one device that everybody has."""
    return any("CPU" in one.devices for one in counterparts)


def renamed(cases: Iterable[str], source: Symbol, symbol: Symbol) -> tuple[str, ...]:
    """Cases of ``source`` that call ``symbol``, which has the same parameters or is the method of that function."""
    return _all(cases, source, lambda call: _recalled(call, source, symbol, {}))


def in_place(cases: Iterable[str], source: Symbol, symbol: Symbol) -> tuple[str, ...]:
    """``m.add(n)`` becomes ``y = m.clone(); y.add_(n); y``, on lines of their own."""
    if symbol.kind != "method":
        return ()
    found: list[str] = []
    for case in cases:
        tree = _parsed(case)
        if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
            continue
        call = tree.body[0].value
        if not isinstance(call, ast.Call) or not _calls(call, source) or not isinstance(call.func, ast.Attribute):
            continue
        if {node.id for node in ast.walk(call.func.value) if isinstance(node, ast.Name)} & _WHOLE_NUMBERS:
            continue  # where results are fractions, torch refuses to put them there
        if _is_number(call.func.value) or any(one.arg == "dtype" for one in call.keywords):
            continue  # nor can it take another shape or another dtype
        rest = ", ".join([ast.unparse(one) for one in call.args] + [ast.unparse(one) for one in call.keywords])
        found.append(f"y = {_operand(call.func.value)}.clone()\ny.{symbol.name.rpartition('.')[2]}({rest})\ny")
    return tuple(found[:_MOST])


def _is_number(node: ast.expr) -> bool:
    """An element of one of the vectors among the inputs."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name) or node.value.id not in _VECTORS:
        return False
    return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)


def translated(
    cases: Iterable[str],
    source: Symbol,
    symbol: Symbol,
    back: Counterpart,
    surface: Surface,
    names: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Cases of a torch symbol as calls of the MindSpore symbol that ``back`` converts, with the parameters' new names.
    Cases that need more of torch than dtypes are left out, and those that ``back`` does not admit."""

    if symbol.name.endswith("_") or symbol.name.startswith(_NOT_IMPORTED):
        return ()  # MindSpore's in-place methods do not run on the CPU, or leave their receiver as it was

    def change(call: ast.Call) -> ast.Call | None:
        made = _recalled(call, source, symbol, names or {})
        return _admitted(made, symbol, back) if made is not None else None

    if source.kind == "class":
        cases = [case for case in cases if not _reads_property(case, source, symbol, surface)]
    made = _all(cases, source, change)
    return tuple(text for case in made if (text := _with_dtypes(case, surface)) is not None)


def _reads_property(case: str, source: Symbol, symbol: Symbol, surface: Surface) -> bool:
    """Whether a property of the torch class is read that the MindSpore class lacks, or has as a method."""
    tree = _parsed(case)
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} if tree is not None else set[str]()
    return any(
        (theirs := _member(source, name, surface)) is not None
        and theirs.kind == "property"
        and ((ours := _member(symbol, name, surface)) is None or ours.kind == "method")
        for name in read
    )


def _member(cls: Symbol, name: str, surface: Surface) -> Symbol | None:
    owners = (cls.name, *cls.bases)
    return next((found for owner in owners if (found := surface.symbols.get(f"{owner}.{name}")) is not None), None)


def _admitted(call: ast.Call, symbol: Symbol, back: Counterpart) -> ast.Call | None:
    """The call with what it must pass; None if an argument is missing or has a value that is not converted."""
    for name, mapped in back.args.items():
        if not isinstance(mapped, Argument) or mapped.to or len(mapped.only) != 1 or back.unset.get(name) != "":
            continue
        if literals.is_literal(mapped.only[0]):
            call.keywords.append(ast.keyword(name, ast.parse(mapped.only[0], mode="eval").body))
    for passed in _bound(call, symbol):
        given = {name: ast.unparse(node) for name, _, node in passed}
        limits = {name: mapped.only for name, mapped in back.args.items() if isinstance(mapped, Argument)}
        wrong = [
            name
            for name, allowed in limits.items()
            if allowed and name in given and not any(literals.same(given[name], one) for one in allowed)
        ]
        if not wrong and all(name in given for name, text in back.unset.items() if not text):
            return call
    return None


def _all(cases: Iterable[str], source: Symbol, change: Callable[[ast.Call], ast.Call | None]) -> tuple[str, ...]:
    found: list[str] = []
    for case in cases:
        tree = _parsed(case)
        if tree is None:
            continue
        changer = _Changer(source, change)
        changed = changer.visit(tree)
        if changer.done and not changer.failed:
            found.append("\n".join(ast.unparse(statement) for statement in changed.body))
    return tuple(dict.fromkeys(found))[:_MOST]


class _Changer(ast.NodeTransformer):
    def __init__(self, source: Symbol, change: Callable[[ast.Call], ast.Call | None]) -> None:
        self._source = source
        self._change = change
        self.done = False
        self.failed = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not _calls(node, self._source):
            return node
        made = self._change(node)
        self.failed = self.failed or made is None
        self.done = True
        return made if made is not None else node


def _parsed(case: str) -> ast.Module | None:
    try:
        return ast.parse(case)
    except SyntaxError:
        return None


def _calls(call: ast.Call, symbol: Symbol) -> bool:
    if symbol.kind == "method":
        method = isinstance(call.func, ast.Attribute) and call.func.attr == symbol.name.rpartition(".")[2]
        return method and _full(call.func, symbol) is None
    return _full(call.func, symbol) == symbol.name


def _full(node: ast.expr, symbol: Symbol) -> str | None:
    """The full name of a chain of attributes that starts at a package."""
    framework = symbol.name.partition(".")[0]
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    root = _HEADS[framework].get(node.id, node.id)
    if root.partition(".")[0] != framework:
        return None
    return ".".join([root, *reversed(parts)])


def _recalled(call: ast.Call, source: Symbol, symbol: Symbol, names: Mapping[str, str]) -> ast.Call | None:
    """The call, made of the other symbol: arguments at places where they still belong, the others by keyword."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return None
    known = {
        parameter.name
        for signature in symbol.signatures
        for parameter in signature.parameters
        if parameter.kind not in VARIADIC
    }
    bound = _bound(call, source)
    # the overload of which the other symbol knows most, so that a keyword is one that it has
    given = max(bound, key=lambda one: sum(names.get(name, name) in known for name, _, _ in one), default=None)
    if given is None:
        return None
    if source.kind == "method" and symbol.kind == "function":
        assert isinstance(call.func, ast.Attribute)
        given = [(first_parameter(symbol), True, call.func.value), *given]
    function: ast.expr = ast.parse(symbol.name, mode="eval").body
    if symbol.kind == "method":
        if source.kind == "method":
            assert isinstance(call.func, ast.Attribute)
            receiver: ast.expr | None = call.func.value
        else:
            first = first_parameter(source)
            receiver = next((node for name, _, node in given if name == first), None)
            given = [one for one in given if one[0] != first]
        if receiver is None or isinstance(receiver, ast.Constant):
            return None  # a number has none of the methods of a tensor
        function = ast.Attribute(receiver, symbol.name.rpartition(".")[2])
    given = [(names.get(name, name), placed, node) for name, placed, node in given]
    places = _places(symbol, {name for name, _, _ in given})
    if symbol.signatures and not {name for name, _, _ in given} <= known:
        return None
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for name, placed, node in given:
        if placed and not keywords and len(args) < len(places) and places[len(args)] == name:
            args.append(node)
        else:
            keywords.append(ast.keyword(name, node))
    made = ast.Call(function, args, keywords)
    return made if not symbol.signatures or _bound(made, symbol) else None


def _places(symbol: Symbol, names: set[str]) -> list[str]:
    best = max(
        symbol.signatures,
        key=lambda signature: len(names & {parameter.name for parameter in signature.parameters}),
        default=None,
    )
    if best is None:
        return []
    return [parameter.name for parameter in best.parameters if parameter.kind in ("positional", "standard")]


def _bound(call: ast.Call, source: Symbol) -> list[list[tuple[str, bool, ast.expr]]]:
    """Parameter, whether it was passed by place, and value, for each overload that takes the arguments."""
    found: list[list[tuple[str, bool, ast.expr]]] = []
    passed = {keyword.arg or "" for keyword in call.keywords}
    for signature in source.signatures:
        names = {parameter.name for parameter in signature.parameters}
        places = [one for one in signature.parameters if one.kind in ("positional", "standard")]
        missing = {one.name for one in signature.parameters if one.default is None} - passed
        placed = {one.name for one in places[: len(call.args)]}
        once = len(passed) == len(call.keywords) and passed <= names - placed
        if len(call.args) <= len(places) and once and not missing - placed:
            by_place = [(one.name, True, node) for one, node in zip(places, call.args, strict=False)]
            found.append(by_place + [(keyword.arg or "", False, keyword.value) for keyword in call.keywords])
    return found


def _operand(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if literals.is_atom(text) else f"({text})"


def _with_dtypes(case: str, surface: Surface) -> str | None:
    """With dtypes and modes of MindSpore instead of those of torch; None if anything else of torch is left."""
    tree = ast.parse(case)
    changed = _Dtypes(surface).visit(tree)
    if any(isinstance(node, ast.Name) and node.id in ("torch", "F", "nn") for node in ast.walk(changed)):
        return None
    return "\n".join(ast.unparse(statement) for statement in changed.body)


class _Dtypes(ast.NodeTransformer):
    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        mode = _MODES.get(node.func.attr) if isinstance(node.func, ast.Attribute) and not node.args else None
        if mode is None or not isinstance(node.func, ast.Attribute):
            return node
        return ast.Call(ast.Attribute(node.func.value, "set_train"), [ast.Constant(mode)], [])

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        text = ast.unparse(node)
        rule = self._surface.rules.get(text)
        symbol = self._surface.symbols.get(text)
        if rule is None or symbol is None or symbol.kind != "constant" or not rule.counterparts:
            return node
        return ast.parse(rule.counterparts[0].symbol, mode="eval").body
