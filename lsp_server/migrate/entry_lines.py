"""What is said of one parameter, buffer, part or plain attribute of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.messages import Language
from lsp_server.messages import hover as hover_messages
from lsp_server.messages import state as messages
from lsp_server.migrate.buffers import receiver_state
from lsp_server.migrate.explanation import Explanation, title
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import bracketed, kind, last_part, lost_reason, pairs
from lsp_server.migrate.target import Target, choose

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState


def entry_lines(analysis: Analysis, state: ModuleState, entry: Entry, target: Target, language: Language) -> list[str]:
    """What an entry is, and what it becomes in the other framework."""
    lines = [_what(state, entry, language)]
    if entry.shared and entry.same_as:
        lines.append(messages.SHARED.text(language, name=entry.same_as))
    framework = hover_messages.FRAMEWORK_NAMES[target.framework]
    other = next((other for one, other in pairs(analysis, state, target) if one is entry), None)
    if other is None:
        return [*lines, messages.ENTRY_NOT_THERE.text(language, framework=framework)]
    there = lost_reason(entry, other, language) if other.lost else kind(other.kind, other.trainable).text(language)
    name = other.name if not other.layer or other.lost else f"{other.name}` · `{other.layer}"
    return [*lines, messages.ENTRY_THERE.text(language, framework=framework, name=name, kind=there)]


def _what(state: ModuleState, entry: Entry, language: Language) -> str:
    if entry.kind == "parameter":
        message = messages.ENTRY_PARAMETER if entry.trainable else messages.ENTRY_FROZEN
    else:
        message = messages.ENTRY_BUFFER if entry.persistent else messages.ENTRY_TRANSIENT
    cls = last_part(entry.layer) if entry.layer is not None else state.title
    sizes, dtype = bracketed(entry.shape), entry.dtype or "?"
    return message.text(language, name=entry.name, shape=sizes, dtype=dtype, cls=cls)


def part_line(state: ModuleState, name: str, language: Language) -> str | None:
    """What a module inside is: its class, and what it holds."""
    part = next((part for part in state.parts if part.name == name), None)
    if part is None:
        return None
    inside = [entry for entry in state.entries if entry.name.startswith(f"{name}.")]
    what = sentence(totals(inside), language)
    return messages.PART_IS.text(language, name=name, cls=part.title, owner=state.title, what=what)


def plain_line(state: ModuleState, name: str, language: Language) -> str | None:
    """What an attribute is that the module does not know of."""
    plain = next((one for one in state.plain if one.name == name), None)
    if plain is None:
        return None
    if plain.kind == "tensor":
        return messages.PLAIN_TENSOR.text(language, name=name, shape=bracketed(plain.shape))
    if plain.kind == "layers":
        container = "nn.CellList" if state.framework == "mindspore" else "nn.ModuleList"
        return messages.PLAIN_LAYERS.text(language, name=name, container=container)
    container = "ParameterTuple" if state.framework == "mindspore" else "nn.ParameterList"
    return messages.HIDDEN_PARAMETERS.text(language, names=f"`{name}`", container=container)


def state_member(use: Use, target: Target, language: Language) -> Explanation | None:
    """A parameter or buffer of a library layer: ``self.bn.running_mean``."""
    catalog = use.analysis.catalog
    layer, _, own = use.symbol.rpartition(".")
    member = catalog.member(layer, own)
    if member is None or member.state is None:
        return None
    entry = member.state
    name = hover_messages.KIND_PARAMETER if entry.kind == "parameter" else hover_messages.KIND_BUFFER
    is_trained = entry.kind == "parameter" and entry.trainable
    line = hover_messages.STATE_OF_LAYER.text(
        language,
        kind=name.text(language),
        layer=last_part(layer),
        saved=(hover_messages.IS_SAVED if entry.persistent else hover_messages.NOT_SAVED).text(language),
        trainable=(hover_messages.IS_TRAINED if is_trained else hover_messages.NOT_TRAINED).text(language),
    )
    state = receiver_state(use)
    found = next((one for one in state.entries if one.name == own), None) if state is not None else None
    if found is not None and found.shape is not None:
        line = f"`{own}` {bracketed(found.shape)} {found.dtype or ''}: {line}"
    lines = [title(use.symbol, target, language), line]
    rule = catalog.rule(layer)
    counterpart = choose(rule, target) if rule is not None else None
    if counterpart is not None:
        there = counterpart.state.get(own, own)
        spec = catalog.state(counterpart.symbol)
        theirs = spec.entries.get(there) if spec is not None else None
        lines.append(
            hover_messages.COUNTERPART_STATE.text(
                language,
                framework=hover_messages.FRAMEWORK_NAMES[target.framework],
                name=f"{counterpart.symbol}.{there}" if theirs is not None else "—",
                kind=(kind(theirs.kind, theirs.trainable) if theirs is not None else hover_messages.NO_SUCH).text(
                    language
                ),
            )
        )
    return Explanation(use.symbol, "attribute", None, counterpart.symbol if counterpart else None, tuple(lines))
