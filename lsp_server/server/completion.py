"""textDocument/completion: the counterpart, when the name that is typed is the other framework's.

Only what other servers cannot offer: after ``net.`` on a Cell, typing ``buffers`` offers ``untrainable_params()``;
after MindSpore's ``nn.``, typing ``Linear`` offers ``Dense``. Same names need no help.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
from lsprotocol import types
from tree_sitter import Node

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.history import has
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Fact, Instance, Module, SymbolRef, UserInstance
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import server as messages
from lsp_server.migrate.explain import explain_symbol
from lsp_server.server import state_completion
from lsp_server.server.json_values import json_object
from lsp_server.server.session import Session, View

_KINDS = {
    "function": types.CompletionItemKind.Function,
    "method": types.CompletionItemKind.Method,
    "class": types.CompletionItemKind.Class,
    "property": types.CompletionItemKind.Property,
    "attribute": types.CompletionItemKind.Property,
    "constant": types.CompletionItemKind.Constant,
    "module": types.CompletionItemKind.Module,
}


class Offer(msgspec.Struct, frozen=True):
    """A name of the other framework and the member here that stands for it."""

    typed: str
    member: str
    source: str
    counterpart: str


class Offers:
    """Per place (a module or class of one framework), what the other framework's names become there."""

    def __init__(self, catalog: Catalog) -> None:
        self._by_place: dict[str, list[Offer]] = {}
        for source in catalog.rules():
            rule = catalog.rule(source)
            for counterpart in rule.counterparts if rule is not None else ():
                framework = framework_of(counterpart.symbol)
                if framework is None or not has(counterpart, catalog.versions.get(framework, "")):
                    continue
                place, _, member = counterpart.symbol.rpartition(".")
                typed = source.rpartition(".")[2]
                # an expression is more than a member that could be inserted after the dot
                if typed != member and not counterpart.template:
                    offers = self._by_place.setdefault(place, [])
                    if all(offer.typed != typed for offer in offers):
                        offers.append(Offer(typed, member, source, counterpart.symbol))

    def at(self, place: str) -> list[Offer]:
        return self._by_place.get(place, [])


@cache
def offers_of(catalog: Catalog) -> Offers:
    """Made when the first completion is asked for."""
    return Offers(catalog)


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
    found = _owner(session, view, offset)
    if found is None:
        return None
    fact, start, end = found
    items = [
        _item(session, view, offer, start, end)
        for place in _places(session, fact)
        for offer in offers_of(session.catalog).at(place)
    ]
    unique = {item.filter_text: item for item in reversed(items)}
    return types.CompletionList(is_incomplete=False, items=list(reversed(unique.values()))) if unique else None


def _owner(session: Session, view: View, offset: int) -> tuple[Fact, int, int] | None:
    """What stands before the dot, and the range of the name after it as far as it is typed."""
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
        # nothing after the dot yet: the text is looked at as if a name stood there
        patched = document.edited(offset, offset, "x")
        analysis = session.with_document(view, patched)
        attribute = _attribute(patched.root.named_descendant_for_byte_range(start, start), start)
    owner = attribute.child_by_field_name("object") if attribute is not None else None
    return (analysis.value(owner), start, offset) if owner is not None else None


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


def _item(session: Session, view: View, offer: Offer, start: int, end: int) -> types.CompletionItem:
    symbol = session.catalog.symbol(offer.counterpart)
    kind = symbol.kind if symbol is not None else "attribute"
    shown = f"{offer.member}()" if kind in ("method", "function") else offer.member
    framework = framework_of(offer.counterpart)
    name = hover_messages.FRAMEWORK_NAMES[framework] if framework is not None else ""
    return types.CompletionItem(
        label=shown,
        label_details=types.CompletionItemLabelDetails(description=offer.typed),
        kind=_KINDS.get(kind, types.CompletionItemKind.Field),
        detail=messages.COMPLETION_DETAIL.text(session.language, framework=name, name=offer.source),
        filter_text=offer.typed,
        sort_text=f"0{offer.typed}",
        text_edit=types.TextEdit(view.range(start, end), shown),
        data={"source": offer.source},
    )


def resolve(session: Session, item: types.CompletionItem) -> types.CompletionItem:
    """The documentation of an item: the explanation of the name that was typed."""
    data = json_object(item.data)
    source = str(data.get("source", ""))
    if not source:
        return item
    target = session.target(source)
    explanation = explain_symbol(session.catalog, source, target, session.language) if target is not None else None
    if explanation is not None:
        item.documentation = session.markup(explanation.markdown, session.documentation_markup)
    return item
