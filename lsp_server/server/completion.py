"""textDocument/completion: the counterpart, when the name that is typed is the other framework's.

Only what other servers cannot offer. After ``net.`` on a Cell, typing ``buffers`` offers ``untrainable_params()``.
After MindSpore's ``nn.``, typing ``Linear`` offers ``Dense``, and ``Conv2d`` the call that means what torch's means. In
a file without torch, ``torch.cat`` becomes the counterpart with the import that it takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Counterpart
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import main_framework
from lsp_server.inference.values import Fact, Instance, Module, SymbolRef, UserInstance
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import server as messages
from lsp_server.migrate.carried_call import CarriedCall, carried_call
from lsp_server.migrate.explain import explain_symbol
from lsp_server.migrate.explanation import page
from lsp_server.migrate.imports import added, place_for_imports
from lsp_server.migrate.spelling import Speller
from lsp_server.migrate.target import choose
from lsp_server.server import state_completion
from lsp_server.server.json_values import json_object
from lsp_server.server.offers import Offer, offers_of
from lsp_server.server.session import Session, View
from lsp_server.syntax.document import Document
from lsp_server.syntax.scopes import scope_of

_KINDS = {
    "function": types.CompletionItemKind.Function,
    "method": types.CompletionItemKind.Method,
    "class": types.CompletionItemKind.Class,
    "property": types.CompletionItemKind.Property,
    "attribute": types.CompletionItemKind.Property,
    "constant": types.CompletionItemKind.Constant,
    "module": types.CompletionItemKind.Module,
}
_OWNERS = ("attribute", "call", "subscript")
_BINDING = ("assignment", "augmented_assignment", "named_expression")
_LONGEST_GAP = 200
"""Bytes of blanks between a dot and what stands before it, at most."""
_CALLED = ("method", "function", "class")
_FOREIGN = {
    "torch": "torch",
    "F": "torch.nn.functional",
    "mindspore": "mindspore",
    "ms": "mindspore",
    "ops": "mindspore.ops",
    "mint": "mindspore.mint",
}
"""What people call the modules that they would have imported."""
_MOST_FOREIGN = 40


class _Typed:
    """What stands before the cursor: an owner, a dot, and the beginning of a name."""

    def __init__(self, analysis: Analysis, owner: Node, start: int, end: int) -> None:
        self.analysis = analysis
        self.owner = owner
        self.start = start
        self.end = end

    @property
    def fact(self) -> Fact:
        return self.analysis.value(self.owner)


def completion(session: Session, params: types.CompletionParams) -> types.CompletionList | None:
    if not session.settings.completion.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    in_string = state_completion.items(session, view, offset)
    if in_string is not None:
        return types.CompletionList(is_incomplete=False, items=in_string) if in_string else None
    typed = _typed(session, view, offset)
    if typed is None:
        return None
    found = {item.filter_text: item for item in _members(session, view, typed)}
    if found:
        return types.CompletionList(is_incomplete=False, items=list(found.values()))
    items, is_complete = _foreign(session, view, typed)
    return types.CompletionList(is_incomplete=not is_complete, items=items) if items else None


def _members(session: Session, view: View, typed: _Typed) -> Iterator[types.CompletionItem]:
    """Later ones take the place of earlier ones for the same name, as classes do of their bases."""
    offers = offers_of(session.catalog)
    where = view.range(typed.start, typed.end)
    for place in reversed(list(_places(session, typed.fact))):
        if session.takes_snippets:
            yield from (_member(session, offer, where) for offer in offers.namesakes(place))
        yield from (_member(session, offer, where) for offer in offers.at(place))


def _typed(session: Session, view: View, offset: int) -> _Typed | None:
    document = view.analysis.document
    start = offset
    while start and (document.data[start - 1 : start].isalnum() or document.data[start - 1 : start] == b"_"):
        start -= 1
    if document.data[start - 1 : start] != b".":
        return None
    analysis: Analysis = view.analysis
    node = document.root.named_descendant_for_byte_range(start - 1, start)
    attribute = _attribute(node, start)
    if attribute is None or start == offset:
        unfinished = _before_dot(document, start - 1) if start == offset else None
        if unfinished is not None:
            typed = _Typed(analysis, unfinished, start, offset)
            if next(_places(session, typed.fact), None) is not None:
                return typed
        # nothing after the dot yet: the text is looked at as if a name stood there
        patched = document.edited(offset, offset, "x")
        analysis = session.with_document(view, patched)
        attribute = _attribute(patched.root.named_descendant_for_byte_range(start, start), start)
    owner = attribute.child_by_field_name("object") if attribute is not None else None
    return _Typed(analysis, owner, start, offset) if owner is not None else None


def _before_dot(document: Document, dot: int) -> Node | None:
    """What stands before a dot that nothing follows, where the tree shows it as it is: a statement that only lacks its
    end, or one that goes on in the next line without binding anything. The rest of the file need not be parsed again
    for that."""
    node = document.root.named_descendant_for_byte_range(dot - 1, dot)
    while node is not None and node.parent is not None and node.parent.end_byte == dot and node.parent.type in _OWNERS:
        node = node.parent
    if (
        node is None
        or node.end_byte != dot
        or document.data[max(node.start_byte - _LONGEST_GAP, 0) : node.start_byte].rstrip().endswith(b".")
    ):
        return None
    around = node.parent
    if around is not None and around.type == "ERROR":
        if around.start_byte != node.start_byte or around.end_byte != dot + 1:
            return None
        around = around.parent
    elif around is None or around.type != "attribute" or around.child_by_field_name("object") != node:
        return None
    while around is not None:
        if around.type in _BINDING or around.type == "ERROR":
            return None
        around = around.parent
    return node


def _attribute(node: Node | None, name_start: int) -> Node | None:
    while node is not None and node.end_byte >= name_start:
        if node.type in ("string", "comment"):
            return None
        if node.type == "attribute":
            name = node.child_by_field_name("attribute")
            return node if name is not None and name.start_byte == name_start else None
        if node.type.endswith("_statement"):
            return None
        node = node.parent
    return None


def _places(session: Session, fact: Fact) -> Iterator[str]:
    value = fact.value
    if isinstance(value, (Module, SymbolRef)) and framework_of(value.name) is not None:
        yield session.catalog.canonical(value.name) or value.name
    elif isinstance(value, Instance):
        yield from session.catalog.lineage(value.cls)
    elif isinstance(value, UserInstance):
        for base in classes.framework_classes(value.cls.definition.analysis, value):
            yield from session.catalog.lineage(base)


def _member(session: Session, offer: Offer, where: types.Range) -> types.CompletionItem:
    """The counterpart's name in the place of the one that is typed."""
    item = _item(session, offer, offer.counterpart, offer.member, offer.typed)
    item.text_edit = types.TextEdit(where, item.insert_text or item.label)
    return item


def _foreign(session: Session, view: View, typed: _Typed) -> tuple[list[types.CompletionItem], bool]:
    """Names of the framework that this file does not import, each with the import that its counterpart takes; and
    whether these are all of them."""
    analysis = view.analysis
    written = typed.analysis.text(typed.owner)
    root, dot, rest = written.partition(".")
    module = _FOREIGN.get(root)
    framework = framework_of(module) if module is not None else None
    if framework is None or _is_bound(typed.analysis, typed.owner, root):
        return [], True
    place = session.catalog.canonical(f"{module}{dot}{rest}")
    if place is None or main_framework(analysis) in (None, framework):
        return [], True
    beginning = typed.analysis.document.slice(typed.start, typed.end).lower()
    fitting = [offer for offer in offers_of(session.catalog).of(place) if _fits(beginning, offer.typed.lower())]
    fitting.sort(key=lambda offer: (not offer.typed.lower().startswith(beginning), offer.rank, offer.typed))
    where = view.range(typed.owner.start_byte, typed.end)
    at = place_for_imports(analysis)
    items: list[types.CompletionItem] = []
    for offer in fitting[:_MOST_FOREIGN]:
        rule, target = session.catalog.rule(offer.source), session.target(offer.source)
        counterpart = choose(rule, target) if rule is not None and target is not None else None
        if counterpart is None or counterpart.template:
            continue
        speller = Speller(analysis)
        spelled = speller.spell(counterpart.symbol)
        if speller.needed and not view.contains(at[0]):
            continue  # the imports stand in another cell of the notebook
        item = _item(session, offer, counterpart, spelled, f"{written}.{offer.typed}")
        item.text_edit = types.TextEdit(where, item.insert_text or item.label)
        if speller.needed:
            text = added(analysis, list(speller.needed), *at)
            item.additional_text_edits = [types.TextEdit(view.range(at[0], at[0]), text)]
        items.append(item)
    return items, len(fitting) <= _MOST_FOREIGN and not beginning


def _is_bound(analysis: Analysis, node: Node, name: str) -> bool:
    """Whether a name means something of the user's at a place: an import, a variable, a parameter."""
    while True:
        node = scope_of(node)
        if name in analysis.scope(node).bindings:
            return True
        if node.parent is None:
            return False


def _fits(beginning: str, name: str) -> bool:
    """Whether the letters stand in the name in this order, as editors filter."""
    letters = iter(name)
    return all(letter in letters for letter in beginning)


def _item(
    session: Session, offer: Offer, counterpart: Counterpart, name: str, filter_text: str
) -> types.CompletionItem:
    """Without its edit; ``insert_text`` is what the edit is to write."""
    symbol, source = session.catalog.symbol(counterpart.symbol), session.catalog.symbol(offer.source)
    kind = symbol.kind if symbol is not None else "attribute"
    framework = framework_of(counterpart.symbol)
    framework_name = hover_messages.FRAMEWORK_NAMES[framework] if framework is not None else ""
    call: CarriedCall | None = None
    if session.takes_snippets and kind in _CALLED and source is not None:
        call = carried_call(session.catalog, source, counterpart)
    plain = f"{name}()" if kind in ("method", "function") else name
    is_snippet = call is not None and bool(call.required or call.written)
    may_commit = session.takes_commit_characters and not is_snippet and kind == "class"
    return types.CompletionItem(
        label=name if is_snippet else plain,
        label_details=types.CompletionItemLabelDetails(
            detail=call.shown if call is not None and is_snippet else None,
            description=offer.source if name == offer.typed else offer.typed,
        ),
        kind=_KINDS.get(kind, types.CompletionItemKind.Field),
        detail=messages.COMPLETION_DETAIL.text(session.language, framework=framework_name, name=offer.source),
        filter_text=filter_text,
        sort_text=f"{offer.rank}{offer.typed}",
        insert_text=name + call.snippet if call is not None and is_snippet else plain,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
        commit_characters=["("] if may_commit else None,
        data={"source": offer.source},
    )


def resolve(session: Session, item: types.CompletionItem) -> types.CompletionItem:
    """The documentation of an item: the explanation of the name that was typed, and what its counterpart does."""
    data = json_object(item.data)
    source = str(data.get("source", ""))
    target = session.target(source) if source else None
    explanation = explain_symbol(session.catalog, source, target, session.language) if target is not None else None
    if explanation is not None:
        said = session.library.get(explanation.counterpart) if explanation.counterpart is not None else None
        text = page((*explanation.lines, said.text if said is not None else ""), explanation.fine)
        item.documentation = session.markup(text, session.documentation_markup)
    return item
