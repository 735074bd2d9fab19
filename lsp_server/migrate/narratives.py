"""What the state of the receiver adds to an explanation: which buffers there are, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from lsp_server.catalog.history import version_key
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Narrative, Rule
from lsp_server.inference.uses import Use
from lsp_server.messages import Language, Message
from lsp_server.messages import hover as messages
from lsp_server.migrate.buffers import EXPRESSIONS, buffers, holding, receiver_state
from lsp_server.migrate.explanation import Explanation, title
from lsp_server.migrate.target import Target, choose

if TYPE_CHECKING:
    from lsp_server.state.counterparts import Counterpart
    from lsp_server.state.model import Entry, ModuleState

_MOST_ROWS = 12
_BUFFERS_SINCE = (2, 7)
Pair: TypeAlias = "tuple[Entry, Counterpart | None]"


def tell(use: Use, rule: Rule, target: Target, language: Language) -> list[str]:
    """The story of a use whose rule has one and whose receiver is known; empty otherwise."""
    teller = _TELLERS.get(rule.explain) if rule.explain is not None else None
    state = receiver_state(use) if teller is not None else None
    if teller is None or state is None:
        return []
    return teller(use, state, pairs(use, state, target), target, language)


def pairs(use: Use, state: ModuleState, target: Target) -> list[Pair]:
    """Each entry with what it becomes in the target framework."""
    from lsp_server.state.counterparts import counterparts

    def chosen(rule: Rule) -> RuleCounterpart | None:
        return choose(rule, target)

    found = counterparts(state, use.analysis.catalog, target.framework, chosen)
    return list(zip(state.entries, found, strict=True))


def _buffers(use: Use, state: ModuleState, found: list[Pair], target: Target, language: Language) -> list[str]:
    own = [pair for pair in found if pair[0].kind == "buffer"]
    statistics = [entry for entry, _ in own if entry.layer is not None]
    layers = ", ".join(f"`{name}`" for name in _layers(statistics))
    what = messages.BUFFER_COUNT.text(language, count=len(own))
    if own:
        if len(statistics) == len(own):
            what += messages.ALL_STATISTICS.text(language, layers=layers)
        elif not statistics:
            what += messages.ALL_BY_HAND.text(language)
        else:
            what += messages.MIXED.text(
                language, statistics=len(statistics), layers=layers, hand=len(own) - len(statistics)
            )
    lines = [_subject(use, state, what, language), _table(own, target, language, use)]
    if target.framework == "mindspore":
        lines += _buffers_advice(use, state, target, language)
    return lines


def _buffers_advice(use: Use, state: ModuleState, target: Target, language: Language) -> list[str]:
    name = _receiver_text(use)
    kind = holding(state)
    if version_key(target.version) < _BUFFERS_SINCE:
        code = f"`{name}.untrainable_params()`"
        more = messages.UNTRAINABLE_LIST.text(language)
        return [
            messages.USE.text(language, code=code, more=more),
            messages.BUFFERS_OLD.text(language, version=target.version),
        ]
    code = f"`{EXPRESSIONS[kind].replace('{self}', name)}`"
    more = {
        "statistics": messages.UNTRAINABLE_LIST,
        "registered": messages.BUFFERS_ENOUGH,
        "both": messages.BUFFERS_BOTH,
        "unknown": messages.BUFFERS_BOTH,
    }[kind]
    lines = [messages.USE.text(language, code=code, more=more.text(language))]
    if kind == "statistics" and buffers(state):
        lines.append(messages.BUFFERS_EMPTY.text(language))
    return lines


def _parameters(use: Use, state: ModuleState, found: list[Pair], target: Target, language: Language) -> list[str]:
    method = use.symbol.rpartition(".")[2]
    own = [pair for pair in found if _is_listed(method, pair[0])]
    numbers = sum(prod(entry.shape) for entry, _ in own if entry.shape is not None)
    what = messages.PARAMETER_COUNT.text(language, count=len(own), numbers=f"{numbers:,}") + "."
    lines = [_subject(use, state, what, language), _table(own, target, language, use)]
    if target.framework == "mindspore":
        lines += _parameters_advice(use, found, method, language)
    elif method == "untrainable_params":
        code = f"`{_receiver_text(use)}.buffers()`"
        lines.append(messages.USE.text(language, code=code, more=messages.UNTRAINABLE_IN_TORCH.text(language)))
    lines += _losses(own, language)
    return lines


def _is_listed(method: str, entry: Entry) -> bool:
    """Whether a method of the framework's own lists an entry."""
    if method == "untrainable_params":
        return entry.kind == "parameter" and not entry.trainable
    if method == "trainable_params":
        return entry.kind == "parameter" and entry.trainable
    return entry.kind == "parameter" and not entry.shared


def _parameters_advice(use: Use, found: list[Pair], method: str, language: Language) -> list[str]:
    expression = "trainable_params()" if method == "parameters" else "parameters_and_names()"
    more = messages.TRAINABLE_LIST.text(language) if method == "parameters" else ""
    lines = [messages.USE.text(language, code=f"`{_receiver_text(use)}.{expression}`", more=more)]
    extra = [
        f"`{other.name}`"
        for entry, other in found
        if entry.kind == "buffer" and other is not None and other.kind == "parameter"
    ]
    if extra:
        lines.append(messages.GET_PARAMETERS_MORE.text(language, names=", ".join(extra[:4])))
    return lines


def _state_dict(use: Use, state: ModuleState, found: list[Pair], target: Target, language: Language) -> list[str]:
    saved = [pair for pair in found if pair[0].persistent]
    parameters = sum(entry.kind == "parameter" for entry, _ in saved)
    numbers = sum(prod(entry.shape) for entry, _ in saved if entry.shape is not None)
    what = messages.PARAMETER_COUNT.text(language, count=parameters, numbers=f"{numbers:,}")
    what += ", " + messages.BUFFER_COUNT.text(language, count=len(saved) - parameters) + "."
    return [_subject(use, state, what, language), _table(saved, target, language, use), *_losses(saved, language)]


_TELLERS: dict[Narrative, Callable[[Use, ModuleState, list[Pair], Target, Language], list[str]]] = {
    "buffers": _buffers,
    "parameters": _parameters,
    "state_dict": _state_dict,
}


def _losses(found: list[Pair], language: Language) -> list[str]:
    lost = [(entry, other) for entry, other in found if other is not None and other.lost]
    if not lost:
        return []
    names = ", ".join(f"`{entry.name}`" for entry, _ in lost[:4])
    reasons = list(dict.fromkeys(_lost_reason(entry, other, language) for entry, other in lost))
    return [messages.LOST_WARNING.text(language, names=names, reason="; ".join(reasons[:2]))]


def _lost_reason(entry: Entry, other: Counterpart, language: Language) -> str:
    return messages.LOST_DEFAULT.text(
        language, layer=_layer_text(other.layer or entry.layer or ""), argument=other.reason
    )


def _subject(use: Use, state: ModuleState, what: str, language: Language) -> str:
    name = _receiver_text(use)
    if name in ("", state.title):
        line = messages.CLASS_HAS.text(language, cls=state.title, what=what)
    else:
        line = messages.OBJECT_IS.text(language, name=name, cls=state.title, what=what)
    return line if state.complete else f"{line} {messages.INCOMPLETE.text(language)}"


def _receiver_text(use: Use) -> str:
    owner = use.owner
    text = use.analysis.text(owner) if owner is not None else ""
    return text if len(text) <= 40 and "\n" not in text else "net"


def _layers(entries: list[Entry]) -> list[str]:
    return list(dict.fromkeys(_layer_text(entry.layer) for entry in entries if entry.layer is not None))


def _layer_text(name: str) -> str:
    return name.rpartition(".")[2]


def _table(found: list[Pair], target: Target, language: Language, use: Use) -> str:
    if not found:
        return ""
    ours = "torch" if target.framework == "mindspore" else "MindSpore"
    theirs = "MindSpore" if target.framework == "mindspore" else "torch"
    head = [
        ours,
        messages.SHAPE.text(language),
        messages.SAVED.text(language),
        theirs,
        messages.KIND_THERE.text(language),
    ]
    rows = [head, ["---"] * len(head)]
    rows += [_row(entry, other, language) for entry, other in found[:_MOST_ROWS]]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    if len(found) > _MOST_ROWS:
        path = use.analysis.path.name if use.analysis.path is not None else "FILE"
        table += "\n\n" + messages.MORE_ROWS.text(language, count=len(found) - _MOST_ROWS, file=path)
    return table


def _row(entry: Entry, other: Counterpart | None, language: Language) -> list[str]:
    saved = messages.YES if entry.persistent else messages.NO
    cells = [entry.name, _shape(entry.shape, language), saved.text(language)]
    if other is None:
        return [*cells, "—", messages.NO_SUCH.text(language)]
    if other.lost:
        return [*cells, f"⚠ {other.name}", _lost_reason(entry, other, language)]
    return [*cells, other.name, _kind(other.kind, other.trainable).text(language)]


def _kind(kind: str, trainable: bool) -> Message:
    if kind == "buffer":
        return messages.BUFFER
    return messages.TRAINABLE if trainable else messages.FROZEN


def _shape(shape: tuple[int, ...] | None, language: Language) -> str:
    if shape is None:
        return messages.UNKNOWN_SHAPE.text(language)
    return ", ".join(str(size) for size in shape) or messages.SCALAR.text(language)


def state_member(use: Use, target: Target, language: Language) -> Explanation | None:
    """A parameter or buffer of a library layer: ``self.bn.running_mean``."""
    catalog = use.analysis.catalog
    layer, _, own = use.symbol.rpartition(".")
    member = catalog.member(layer, own)
    if member is None or member.state is None:
        return None
    entry = member.state
    kind = messages.KIND_PARAMETER if entry.kind == "parameter" else messages.KIND_BUFFER
    lines = [
        title(use.symbol, target, language),
        messages.STATE_OF_LAYER.text(
            language,
            kind=kind.text(language),
            layer=_layer_text(layer),
            saved=(messages.IS_SAVED if entry.persistent else messages.NOT_SAVED).text(language),
            trainable=(
                messages.IS_TRAINED if entry.kind == "parameter" and entry.trainable else messages.NOT_TRAINED
            ).text(language),
        ),
    ]
    rule = catalog.rule(layer)
    counterpart = choose(rule, target) if rule is not None else None
    if counterpart is not None:
        name = counterpart.state.get(own, own)
        spec = catalog.state(counterpart.symbol)
        theirs = spec.entries.get(name) if spec is not None else None
        lines.append(
            messages.COUNTERPART_STATE.text(
                language,
                framework=messages.FRAMEWORK_NAMES[target.framework],
                name=f"{counterpart.symbol}.{name}" if theirs is not None else "—",
                kind=(_kind(theirs.kind, theirs.trainable) if theirs is not None else messages.NO_SUCH).text(language),
            )
        )
    return Explanation(use.symbol, "attribute", None, counterpart.symbol if counterpart else None, tuple(lines))
