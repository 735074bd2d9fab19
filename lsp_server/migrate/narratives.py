"""What the state of the receiver says of the methods that list it: which buffers there are, what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from lsp_server.catalog.history import version_key
from lsp_server.catalog.model import Narrative, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.uses import Use
from lsp_server.messages import Language
from lsp_server.messages import hover as messages
from lsp_server.messages import state as state_messages
from lsp_server.migrate.buffers import EXPRESSIONS, buffers, holding, receiver_state
from lsp_server.migrate.sizes import sentence, totals
from lsp_server.migrate.state_table import (
    MOST_NAMES,
    Listing,
    Pair,
    last_part,
    left_out,
    listed,
    lost_reason,
    pairs,
    place,
    table,
)
from lsp_server.migrate.target import Target

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState

_BUFFERS_SINCE = (2, 7)


class Story(msgspec.Struct, frozen=True):
    """What a teller needs to know."""

    use: Use
    state: ModuleState
    target: Target
    language: Language
    listing: Listing

    @property
    def pairs(self) -> list[Pair]:
        return pairs(self.use.analysis, self.state, self.target)

    def subject(self, what: str) -> str:
        return subject(self.use.analysis, receiver_text(self.use), self.state, what, self.language)

    def table(self, found: list[Pair], with_kind: bool = False) -> str:
        where = place(self.use.analysis, self.state)
        return table(found, self.target, self.language, self.listing, where, with_kind)


def tell(use: Use, rule: Rule | None, target: Target, language: Language, listing: Listing) -> list[str]:
    """The story of a use whose rule has one and whose receiver is known; empty otherwise."""
    teller = _TELLERS.get(rule.explain) if rule is not None and rule.explain is not None else None
    state = receiver_state(use) if teller is not None else None
    if teller is None or state is None:
        return []
    return teller(Story(use, state, target, language, listing))


def unseen(use: Use, rule: Rule | None, language: Language) -> list[str]:
    """Of a call of a method with a story whose receiver is not known: that it is so, and why."""
    from lsp_server.migrate.unseen import unseen_line  # it knows optimizers, which know this

    has_story = rule is not None and rule.explain in _TELLERS
    is_known = has_story and receiver_state(use) is not None
    return [unseen_line(use, language)] if has_story and not is_known and use.call is not None else []


def _buffers(story: Story) -> list[str]:
    language = story.language
    own = [pair for pair in story.pairs if pair[0].kind == "buffer"]
    statistics = [entry for entry, _ in own if entry.layer is not None]
    layers = ", ".join(f"`{name}`" for name in _layers(statistics))
    what = sentence(totals([entry for entry, _ in own]), language) if own else _buffer_count(0, language)
    if own:
        if len(statistics) == len(own):
            what += messages.ALL_STATISTICS.text(language, layers=layers)
        elif not statistics:
            what += messages.ALL_BY_HAND.text(language)
        else:
            hand = len(own) - len(statistics)
            what += messages.MIXED.text(language, statistics=len(statistics), layers=layers, hand=hand)
    use, *more = _buffers_advice(story) if story.target.framework == "mindspore" else [""]
    return [use, story.subject(what), story.table(own), *_plain_tensors(story.state, language), *more]


def _buffer_count(count: int, language: Language) -> str:
    message = state_messages.BUFFERS_ONE if count == 1 else state_messages.BUFFERS
    return message.text(language, count=count)


def _plain_tensors(state: ModuleState, language: Language) -> list[str]:
    """The tensors that one may look for among the buffers in vain."""
    names = [one.name for one in state.plain if one.kind == "tensor"]
    return [state_messages.PLAIN_TENSORS.text(language, names=listed(names))] if names else []


def _buffers_advice(story: Story) -> list[str]:
    name, state, target, language = receiver_text(story.use), story.state, story.target, story.language
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


def _parameters(story: Story) -> list[str]:
    use, language = story.use, story.language
    method = last_part(use.symbol)
    own = [pair for pair in story.pairs if is_listed(method, pair[0])]
    what = sentence(totals([entry for entry, _ in own], story.state.complete), language) if own else ""
    advice, more = "", list[str]()
    if story.target.framework == "mindspore":
        advice, *more = _parameters_advice(use, story.pairs, method, language)
    elif method == "untrainable_params":
        code = f"`{receiver_text(use)}.buffers()`"
        advice = messages.USE.text(language, code=code, more=messages.UNTRAINABLE_IN_TORCH.text(language))
    return [
        advice,
        *_losses(own, language),
        story.subject((what or state_messages.NO_PARAMETERS.text(language)) + messages.STOP.text(language)),
        story.table(own),
        *left_out(story.state, language, with_tensors=False),
        *more,
    ]


def is_listed(method: str, entry: Entry) -> bool:
    """Whether a method of the framework's own lists an entry."""
    if entry.kind != "parameter":
        return False
    if method == "untrainable_params":
        return not entry.trainable
    if method == "trainable_params":
        return entry.trainable
    return not entry.shared


def _parameters_advice(use: Use, found: list[Pair], method: str, language: Language) -> list[str]:
    expression = "trainable_params()" if method == "parameters" else "parameters_and_names()"
    more = messages.TRAINABLE_LIST.text(language) if method == "parameters" else ""
    lines = [messages.USE.text(language, code=f"`{receiver_text(use)}.{expression}`", more=more)]
    extra = [
        f"`{other.name}`"
        for entry, other in found
        if entry.kind == "buffer" and other is not None and other.kind == "parameter"
    ]
    if extra:
        lines.append(messages.GET_PARAMETERS_MORE.text(language, names=", ".join(extra[:MOST_NAMES])))
    return lines


def _state_dict(story: Story) -> list[str]:
    language = story.language
    saved = [pair for pair in story.pairs if pair[0].persistent]
    what = sentence(totals([entry for entry, _ in saved], story.state.complete), language)
    lines = [*_losses(saved, language), story.subject(what + messages.STOP.text(language))]
    lines.append(story.table(saved, with_kind=True))
    skipped = [entry.name for entry in story.state.entries if not entry.persistent]
    if skipped:
        lines.append(state_messages.NOT_SAVED.text(language, names=listed(skipped)))
    return [*lines, *left_out(story.state, language)]


_TELLERS: dict[Narrative, Callable[[Story], list[str]]] = {
    "buffers": _buffers,
    "parameters": _parameters,
    "state_dict": _state_dict,
}


def _losses(found: list[Pair], language: Language) -> list[str]:
    lost = [(entry, other) for entry, other in found if other is not None and other.lost]
    if not lost:
        return []
    names = ", ".join(f"`{entry.name}`" for entry, _ in lost[:MOST_NAMES])
    reasons = list(dict.fromkeys(lost_reason(entry, other, language) for entry, other in lost))
    return [messages.LOST_WARNING.text(language, names=names, reason="; ".join(reasons[:2]))]


def subject(analysis: Analysis, name: str, state: ModuleState, what: str, language: Language) -> str:
    """``net`` is ``MyNet``: what; and whether that is all, and still so."""
    from lsp_server.state.changes import is_changed

    if name in ("", state.title):
        line = messages.CLASS_HAS.text(language, cls=state.title, what=what)
    else:
        line = messages.OBJECT_IS.text(language, name=name, cls=state.title, what=what)
    if not state.complete:
        line = f"{line} {messages.INCOMPLETE.text(language)}"
    if name not in ("", "self", state.title) and is_changed(analysis, name):
        line = f"{line} {state_messages.CHANGED.text(language, name=name)}"
    return line


def receiver_text(use: Use) -> str:
    owner = use.owner
    text = use.analysis.text(owner) if owner is not None else ""
    return text if len(text) <= 40 and "\n" not in text else "net"


def _layers(entries: list[Entry]) -> list[str]:
    return list(dict.fromkeys(last_part(entry.layer) for entry in entries if entry.layer is not None))
