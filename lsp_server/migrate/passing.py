"""Classes that are named and not called there: passed on, kept under another name, or meant as a type.

Where a class of a framework is passed on, somebody else calls it, with the arguments of that framework. So what takes
its place must take the same arguments: a class that the conversion writes into the file stands in for it
(`Counterpart.stands_in`) where the library's own takes others. The calls themselves stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.mapping import default_to_write, mapping_of, new_names, target_signature, wanted_names
from lsp_server.catalog.model import Counterpart, Rule, Symbol
from lsp_server.inference import imports, names
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Module, SymbolRef, Union
from lsp_server.migrate import containers, definitions
from lsp_server.migrate.plan import Change, Name, Plan
from lsp_server.migrate.target import Target, serving
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Binding, Origin, scope_of

_PLACEMENT = ("device", "dtype")
"""Arguments that say where and in what type numbers are kept; whoever is passed a class seldom gives them."""
_ASSIGNMENTS = Pattern("(assignment left: (_) right: (_)) @assignment")
_DEEPEST = 3
_TESTS = ("isinstance", "issubclass")
_OF_DTYPE = re.compile(r"mindspore\.Tensor\(\{data\}, (mindspore\.\w+)\)")


def is_held(use: Use, symbol: Symbol) -> bool:
    """Whether a use is a name of the user's own that holds a class or function: a parameter, an attribute."""
    if symbol.kind not in ("class", "function") or use.receiver is not None:
        return False
    root = use.node
    while root.type == "attribute" and (owner := root.child_by_field_name("object")) is not None:
        if isinstance(use.analysis.value(owner).value, Module):
            return False
        root = owner
    return root.type == "identifier" and not _is_imported(use.analysis, root, symbol)


def is_one_of_several(use: Use, symbol: Symbol | None) -> bool:
    """Whether a name of the user's own may hold other functions, too: each is settled where it is named."""
    return symbol is not None and isinstance(use.analysis.value(use.node).value, Union) and is_held(use, symbol)


def _is_imported(analysis: Analysis, node: Node, symbol: Symbol) -> bool:
    name, scope = analysis.text(node), node
    while scope.parent is not None:
        scope = scope_of(scope)
        found = analysis.scope(scope)
        if name in found.bindings:
            return any(_is_import_of(analysis, one, symbol) for one in found.bindings[name])
    return True  # from a `*`


def _is_import_of(analysis: Analysis, binding: Binding, symbol: Symbol) -> bool:
    """Whether a name comes from its framework, and not from a file of the user's that has it from there."""
    if binding.origin is not Origin.IMPORT:
        return False
    statement = binding.node
    while statement.type in ("dotted_name", "aliased_import", "identifier") and statement.parent is not None:
        statement = statement.parent
    if statement.child_by_field_name("module_name") is None:
        return True
    source = imports.absolute(analysis, imports.module_text(analysis, statement))
    return framework_of(source) == framework_of(symbol.name)


def handed_on(analysis: Analysis, local: str, node: Node, target: Target) -> Plan | None:
    """What a file that imports a name only for others writes instead: the definition that stands in for it."""
    scope = analysis.scope(analysis.document.root)
    found = {
        value.name
        for one in scope.bindings.get(local, ())
        if isinstance(value := names.binding_fact(analysis, one, scope).value, SymbolRef)
    }
    symbol = analysis.catalog.symbol(found.pop()) if len(found) == 1 else None
    rule = analysis.catalog.rule(symbol.name) if symbol is not None else None
    if symbol is None or rule is None:
        return None
    for counterpart in serving(rule, target):
        if counterpart.stands_in and definitions.named(symbol, counterpart) == local:
            use = Use(analysis, node.start_byte, node.end_byte, symbol.name, symbol.kind, "certain", node)
            return Plan(use, counterpart, node.start_byte, node.end_byte, (), "unsafe")
    return None


def only_names(use: Use, name: str) -> Node | None:
    """The statement ``interpolate = F.interpolate`` at the top level, which a definition of that name takes the place
    of."""
    assignment = use.node.parent
    statement = assignment.parent if assignment is not None and assignment.type == "assignment" else None
    if assignment is None or statement is None or statement.type != "expression_statement":
        return None
    left = assignment.child_by_field_name("left")
    at_top = statement.parent is not None and statement.parent.type == "module"
    is_it = left is not None and left.type == "identifier" and use.analysis.text(left) == name
    return statement if at_top and is_it and assignment.child_by_field_name("right") == use.node else None


def dtype_test(use: Use, counterpart: Counterpart) -> tuple[Node, tuple[Change, ...]] | None:
    """``isinstance(x, torch.ByteTensor)`` asks for a type of numbers: ``x.dtype == mindspore.uint8``."""
    made = _OF_DTYPE.fullmatch(counterpart.template)
    arguments = use.node.parent
    call = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    if made is None or arguments is None or call is None or function is None:
        return None
    given = arguments.named_children
    if use.analysis.text(function) != "isinstance" or len(given) != 2 or given[1] != use.node:
        return None
    if given[0].type not in ("identifier", "attribute"):
        return None
    parts = ("isinstance(", given[0], ", ", Name("mindspore.Tensor"), ") and ", given[0], ".dtype == ", Name(made[1]))
    around = call.parent is not None and call.parent.type in ("if_statement", "elif_clause", "assert_statement")
    changed = Change(call.start_byte, call.end_byte, parts if around else ("(", *parts, ")"))
    return call, (changed,)


def passes(symbol: Symbol, candidates: Iterable[Counterpart], catalog: Catalog) -> bool:
    """Whether the class can be passed on, so that what is called elsewhere takes the arguments it is given."""
    return any(
        one.stands_in
        or (not one.template and one.convert is None and _same_arguments(symbol, one, catalog))
        or takes_one(symbol, one, catalog)
        for one in candidates
    )


def may_be_another(use: Use, depth: int = 0) -> bool:
    """Whether a name that holds a function may be given another one by a caller: a parameter, of which only the
    default is known, or what is set to one."""
    return _is_given(use.analysis, use.node, depth)


def _is_given(analysis: Analysis, node: Node, depth: int) -> bool:
    text, scope = analysis.text(node), node
    if node.type == "attribute":
        made = [
            right
            for one in _ASSIGNMENTS.captures(analysis.document.root, "assignment")
            if (left := one.child_by_field_name("left")) is not None
            and analysis.text(left) == text
            and (right := one.child_by_field_name("right")) is not None
        ]
        return depth < _DEEPEST and any(
            one.type == "identifier" and _is_given(analysis, one, depth + 1) for one in made
        )
    while scope.parent is not None:
        scope = scope_of(scope)
        for binding in analysis.scope(scope).bindings.get(text, ()):
            if binding.origin is Origin.PARAMETER:
                return True
            parent = binding.node.parent
            right = parent.child_by_field_name("right") if parent is not None and parent.type == "assignment" else None
            if right is not None and right.type == "identifier" and depth < _DEEPEST and right != node:
                return _is_given(analysis, right, depth + 1)
        if text in analysis.scope(scope).bindings:
            return False
    return False


def takes_the_same(use: Use, symbol: Symbol, rule: Rule, counterpart: Counterpart, catalog: Catalog) -> bool:
    """Whether a counterpart can take the place of a class that is passed on. Where nothing stands in for the class,
    a base class or the like is converted as it always was."""
    if counterpart.stands_in or counterpart.template:
        return True
    if symbol.name in containers.RUNNING:
        return not containers.is_assigned_to(use)
    return _same_arguments(symbol, counterpart, catalog) or not any(one.stands_in for one in rule.counterparts)


def _same_arguments(symbol: Symbol, counterpart: Counterpart, catalog: Catalog) -> bool:
    """Whether every call of one class means the same as a call of the other, to the letter."""
    target = catalog.symbol(counterpart.symbol)
    if target is None or counterpart.extra or counterpart.unset or not symbol.signatures:
        return False
    signature = symbol.signatures[0]
    there = target_signature(target, wanted_names(counterpart, signature))
    if there is None:
        return False
    names = new_names(counterpart, signature, there)
    known = {parameter.name: (index, parameter) for index, parameter in enumerate(there.parameters)}
    for index, parameter in enumerate(signature.parameters):
        if parameter.name in _PLACEMENT or parameter.kind.startswith("var-"):
            continue
        mapped = mapping_of(counterpart, parameter.name)
        if names.get(parameter.name) != parameter.name or (mapped is not None and (mapped.value or mapped.only)):
            return False
        place, other = known[parameter.name]
        if parameter.kind != "keyword" and place != index:
            return False
        if parameter.name not in counterpart.keep_defaults and not literals.same(
            parameter.default or "", other.default or ""
        ):
            return False
    return True


def is_annotation(node: Node) -> bool:
    """Whether a class stands in an annotation, be it in brackets: it may say less there than it did."""
    around: Node | None = node
    while around is not None and around.type not in ("type", "call", "block", "module"):
        around = around.parent
    return around is not None and around.type == "type"


def takes_one(symbol: Symbol, counterpart: Counterpart, catalog: Catalog) -> bool:
    """Whether a function means the same as its counterpart where it is called with one argument, as activations that
    are passed on are: all others may be left out, and have the same defaults."""
    target = catalog.symbol(counterpart.symbol)
    given_more = counterpart.extra or counterpart.unset or counterpart.template or counterpart.convert
    if target is None or symbol.kind != "function" or target.kind != "function" or given_more or counterpart.define:
        return False
    if len(symbol.signatures) != 1:
        return False  # who calls it may mean another overload: ``reduce(torch.max, tensors)``
    signature = symbol.signatures[0]
    there = target_signature(target, wanted_names(counterpart, signature))
    first, *others = signature.parameters or (None,)
    if there is None or first is None or first.default is not None or first.kind not in ("standard", "positional"):
        return False
    names = new_names(counterpart, signature, there)
    mapped = mapping_of(counterpart, first.name)
    if (
        not there.parameters
        or names.get(first.name) != there.parameters[0].name
        or (mapped is not None and mapped.value)
    ):
        return False
    defaults = {parameter.name: parameter.default for parameter in there.parameters}
    for parameter in others:
        if parameter.kind.startswith("var-") or parameter.default is None:
            return False
        new = names.get(parameter.name)
        if new and default_to_write(counterpart, parameter, defaults.get(new)) is not None:
            return False
    return all(one.default is not None for one in there.parameters[1:])


def is_type(analysis: Analysis, node: Node) -> bool:
    """Whether a class is meant as a type: in an annotation, in brackets, asked for by ``isinstance``, or compared."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in ("type", "comparison_operator", "except_clause", "union_type", "class_pattern"):
            return True
        if parent.type == "subscript":
            return parent.child_by_field_name("value") != child
        if parent.type == "argument_list":
            call = parent.parent
            function = call.child_by_field_name("function") if call is not None else None
            return function is not None and analysis.text(function) in _TESTS
        if parent.type not in ("tuple", "list", "binary_operator", "parenthesized_expression", "set"):
            return False
        child, parent = parent, parent.parent
    return False
