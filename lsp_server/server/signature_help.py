"""textDocument/signatureHelp: the signature of a framework's call, and beside each parameter what it becomes there."""

from __future__ import annotations

from lsprotocol import types
from tree_sitter import Node

from lsp_server.catalog.model import Counterpart, Parameter, Signature, Symbol
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use, of_node
from lsp_server.messages import hover as messages
from lsp_server.migrate.explain import expression_of
from lsp_server.migrate.parameters import becomes, told
from lsp_server.migrate.target import Target, choose
from lsp_server.server.session import Session, View
from lsp_server.syntax.open_call import OpenCall, open_call


def signature_help(session: Session, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """Null outside of the calls of a framework: what a user's own function takes, others tell."""
    if not session.settings.signature_help.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    call = open_call(view.analysis.document, offset)
    use = _called(session, view, call, offset) if call is not None else None
    target = session.target(use.symbol) if use is not None else None
    symbol = use.analysis.catalog.symbol(use.symbol) if use is not None else None
    if call is None or use is None or target is None or symbol is None or not symbol.signatures:
        return None
    rule = use.analysis.catalog.rule(symbol.name)
    counterpart = choose(rule, target) if rule is not None else None
    shown = [_information(session, symbol, one, counterpart, target, call) for one in symbol.signatures]
    fitting = next((index for index, one in enumerate(symbol.signatures) if active(one, call) is not None), 0)
    chosen = _kept(params.context, shown, fitting)
    return types.SignatureHelp(shown, chosen, _position(symbol.signatures[chosen], call))


def _called(session: Session, view: View, call: OpenCall, offset: int) -> Use | None:
    """What is called. Where the call is not complete, the text is looked at as if it were, and alone."""
    analysis = view.analysis
    node = _callee(analysis, call.callee_start, call.parenthesis)
    if node is None or _is_broken(node):
        document = analysis.document
        lines = document.lines
        first = lines.line_of(call.statement)
        start = lines.starts[first] + len(lines.indentation(lines.starts[first]))
        start = min(start, call.callee_start)
        end = document.data.find(b"\n", max(offset, call.parenthesis))
        callee = document.slice(call.callee_start, call.parenthesis)
        patched = document.edited(start, end if end >= 0 else len(document.data), f"{callee}()")
        analysis = session.with_document(view, patched)
        node = _callee(analysis, start, start + len(callee.encode()))
    return of_node(analysis, node) if node is not None else None


def _callee(analysis: Analysis, start: int, end: int) -> Node | None:
    node = analysis.document.root.named_descendant_for_byte_range(start, end)
    return node if node is not None and node.type in ("identifier", "attribute") and node.end_byte == end else None


def _is_broken(node: Node) -> bool:
    """Whether the statement around it cannot be read."""
    current: Node | None = node
    while current is not None and not current.type.endswith("_statement"):
        if current.type == "ERROR":
            return True
        current = current.parent
    return current is not None and current.has_error


def active(signature: Signature, call: OpenCall) -> int | None:
    """Which parameter is being typed; None if the signature has no place for it."""
    parameters = signature.parameters
    if call.keyword is not None:
        named = [index for index, one in enumerate(parameters) if one.name == call.keyword]
        rest = [index for index, one in enumerate(parameters) if one.kind == "var-keyword"]
        return next(iter((*named, *rest)), None)
    if any(used not in {one.name for one in parameters} for used in call.used):
        return None
    places = [index for index, one in enumerate(parameters) if one.kind in ("positional", "standard")]
    if call.index < len(places) and not call.used:
        return places[call.index]
    rest = next((index for index, one in enumerate(parameters) if one.kind == "var-positional"), None)
    if rest is not None and not call.used:
        return rest
    if not call.used:
        return None
    # behind a keyword argument comes the next one that is not given
    given = {*call.used, *(parameters[index].name for index in places[: call.index - len(call.used)])}
    return next((index for index, one in enumerate(parameters) if one.name not in given), None)


def _position(signature: Signature, call: OpenCall) -> int:
    """Behind all parameters where none is meant: clients then stress none."""
    found = active(signature, call)
    return len(signature.parameters) if found is None else found


def _kept(context: types.SignatureHelpContext | None, shown: list[types.SignatureInformation], fitting: int) -> int:
    """The overload that the user has turned to stays while the call is the same."""
    before = context.active_signature_help if context is not None and context.is_retrigger else None
    if before is None or before.active_signature is None or before.active_signature >= len(shown):
        return fitting
    same = [one.label for one in before.signatures] == [one.label for one in shown]
    return before.active_signature if same else fitting


def _information(
    session: Session,
    symbol: Symbol,
    signature: Signature,
    counterpart: Counterpart | None,
    target: Target,
    call: OpenCall,
) -> types.SignatureInformation:
    language = session.language
    catalog = session.catalog.at(target.framework, target.version)
    label, places = label_of(symbol.name, signature)
    notes = (
        [told(one, counterpart, language) for one in becomes(catalog, signature, counterpart)] if counterpart else []
    )
    parameters = [
        types.ParameterInformation(
            label=place if session.offsets_in_labels else label[place[0] : place[1]],
            documentation=session.markup(note, session.signature_markup) if note else None,
        )
        for place, note in zip(places, notes or [""] * len(places), strict=True)
    ]
    lines: list[str] = []
    if counterpart is not None and expression_of(counterpart):
        lines.append(messages.BECOMES_EXPRESSION.text(language, code=expression_of(counterpart)))
    elif counterpart is not None and counterpart.extra:
        lines += [
            messages.ALWAYS_WRITTEN.text(language, new=name, value=value) for name, value in counterpart.extra.items()
        ]
    said = session.library.get(symbol.name)
    text = "\n\n".join([*lines, said.text if said is not None else ""]).strip()
    return types.SignatureInformation(
        label,
        session.markup(text, session.signature_markup) if text else None,
        parameters,
        _position(signature, call),
    )


def label_of(name: str, signature: Signature) -> tuple[str, list[tuple[int, int]]]:
    """``torch.nn.ReLU(inplace=False)`` and where its parameters stand in it."""
    text = f"{name}("
    places: list[tuple[int, int]] = []
    starred = False
    for index, parameter in enumerate(signature.parameters):
        if parameter.kind == "keyword" and not starred:
            text += "*, "
        starred = starred or parameter.kind in ("keyword", "var-positional")
        shown = _shown(parameter)
        places.append((len(text), len(text) + len(shown)))
        text += shown + (", " if index < len(signature.parameters) - 1 else "")
    return f"{text})", places


def _shown(parameter: Parameter) -> str:
    star = {"var-positional": "*", "var-keyword": "**"}.get(parameter.kind, "")
    return star + parameter.name + (f"={parameter.default}" if parameter.default is not None else "")
