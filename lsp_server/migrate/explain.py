"""Explains a symbol or a use: counterpart, what changes, what bites, and the proof. Markdown, a screen at most."""

from __future__ import annotations

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.history import version_key
from lsp_server.catalog.mapping import PLACEHOLDER
from lsp_server.catalog.model import Counterpart, Evidence, Rule, Symbol
from lsp_server.inference.binding import bind
from lsp_server.inference.uses import Use
from lsp_server.messages import Language
from lsp_server.messages import hover as messages
from lsp_server.migrate import narratives
from lsp_server.migrate.additions import additions
from lsp_server.migrate.buffers import EXPRESSIONS
from lsp_server.migrate.edits import apply
from lsp_server.migrate.entry_lines import state_member
from lsp_server.migrate.explanation import Explanation, localised, title
from lsp_server.migrate.one_use import convert_use
from lsp_server.migrate.parameters import becomes
from lsp_server.migrate.plan import Plan
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.state_table import Listing
from lsp_server.migrate.target import Target, choose

_LONGEST_CODE = 160
_MOST_ARGUMENTS = 6
_SHORT = Listing()


def explain_symbol(catalog: Catalog, name: str, target: Target, language: Language) -> Explanation | None:
    """A symbol on its own, without a call. None if it is no framework symbol."""
    catalog = catalog.at(target.framework, target.version)
    symbol = catalog.symbol(name)
    if symbol is None:
        return None
    rule = catalog.rule(name)
    if rule is None:
        return Explanation(
            name, symbol.kind, None, None, (title(name, target, language), messages.NO_RULE.text(language))
        )
    counterpart = choose(rule, target)
    lines = [title(name, target, language)]
    lines += _answer(catalog, symbol, rule, counterpart, target, language)
    lines += _notes(catalog, symbol, rule, counterpart, language)
    fine = _fine_print(catalog, symbol, rule, counterpart, target, language)
    there = counterpart.symbol if counterpart else None
    return Explanation(name, symbol.kind, rule.verdict, there, tuple(lines), tuple(fine))


def explain_use(use: Use, target: Target, language: Language, listing: Listing = _SHORT) -> Explanation | None:
    """A use in its file: what this call becomes, and what the real state of its objects adds. None: nothing to say."""
    catalog = use.analysis.catalog.at(target.framework, target.version)
    symbol = catalog.symbol(use.symbol)
    if symbol is None:
        return state_member(use, target, language)
    rule = catalog.rule(use.symbol)
    if rule is None:
        return None
    counterpart = choose(rule, target)
    lines = [title(use.symbol, target, language)]
    if use.certainty == "likely":
        lines[0] = messages.LIKELY.text(language, text=lines[0])
    story = narratives.tell(use, rule, target, language, listing)
    if story:
        # what the rule says in general, the story has said of this very object
        lines += story
        fine = [proof(catalog.evidence(symbol.name), counterpart, target, language)]
    else:
        added = [*narratives.unseen(use, rule, language), *additions(use, target, language, listing)]
        answer = _of_call(use, rule, counterpart, target, language)
        lines += [*answer[:1], *added, *answer[1:]]
        lines += _notes(catalog, symbol, rule, counterpart, language)
        fine = _fine_print(catalog, symbol, rule, counterpart, target, language)
    there = counterpart.symbol if counterpart else None
    return Explanation(use.symbol, symbol.kind, rule.verdict, there, tuple(lines), tuple(fine))


def _of_call(use: Use, rule: Rule, counterpart: Counterpart | None, target: Target, language: Language) -> list[str]:
    """The converted call if it can be converted, else what is said of the symbol and why it is not."""
    catalog = use.analysis.catalog.at(target.framework, target.version)
    symbol = catalog.symbol(use.symbol)
    assert symbol is not None  # the caller looked it up
    planned = plan_use(use, target, catalog, uncertain=True)
    if not isinstance(planned, Plan) or counterpart is None:
        lines = _answer(catalog, symbol, rule, counterpart, target, language)
        if counterpart is not None and not isinstance(planned, Plan):
            lines.append(messages.NOT_CONVERTED.text(language, reason=planned.reason.text(language)))
        return lines
    code = converted_text(use, planned)
    first = messages.WRITE.text(language, code=f"`{code}`") if code else ""
    return [
        first or _counterpart_line(catalog, counterpart, language),
        *_arguments(catalog, symbol, counterpart, language, _passed(use, symbol)),
    ]


def _passed(use: Use, symbol: Symbol) -> frozenset[str] | None:
    """The parameters that a call passes; None where that is not known."""
    binding = bind(use.analysis, use.call, symbol) if use.call is not None else None
    return frozenset(one.parameter.name for one in binding.arguments) if binding is not None else None


def converted_text(use: Use, plan: Plan, longest: int = _LONGEST_CODE) -> str:
    """The new source of the use on one line; empty if it would be too long to read."""
    edits = [
        edit
        for edit in convert_use(use, plan)
        if plan.start <= edit.start and edit.end <= plan.end and not edit.text.endswith("\n")  # an import above it
    ]
    text = " ".join(apply(use.analysis.document.data, edits, plan.start, plan.end).split())
    return text if len(text) <= longest and "`" not in text else ""


def _answer(
    catalog: Catalog, symbol: Symbol, rule: Rule, counterpart: Counterpart | None, target: Target, language: Language
) -> list[str]:
    framework = messages.FRAMEWORK_NAMES[target.framework]
    if rule.verdict == "none":
        return [messages.NO_COUNTERPART.text(language, framework=framework, advice=localised(rule.advice, language))]
    if counterpart is None:
        others = ", ".join(f"`{other.symbol}` ({'/'.join(other.devices)})" for other in rule.counterparts)
        return [messages.NOT_FOR_TARGET.text(language, others=others)]
    lines = [_counterpart_line(catalog, counterpart, language), messages.VERDICTS[rule.verdict].text(language)]
    lines += _arguments(catalog, symbol, counterpart, language)
    lines += _elsewhere(rule, counterpart, language)
    return lines


def _counterpart_line(catalog: Catalog, counterpart: Counterpart, language: Language) -> str:
    code = expression_of(counterpart) or signature_text(catalog, counterpart.symbol)
    return messages.USE.text(language, code=f"`{code}`", more="")


def expression_of(counterpart: Counterpart) -> str:
    """What stands for the symbol if that is no plain call, for a receiver of which nothing is known."""
    template = EXPRESSIONS["unknown"] if counterpart.convert == "buffers_by_state" else counterpart.template
    receiver = "x" if ".Tensor" in counterpart.symbol or ".ops." in counterpart.symbol else "net"
    shown = template.replace("{self}", receiver).replace("{args}", "…")
    return PLACEHOLDER.sub(lambda match: match[1], shown)


def signature_text(catalog: Catalog, name: str) -> str:
    """``mindspore.nn.ReLU()``, arguments by name, those with a default left out after the third."""
    symbol = catalog.symbol(name)
    if symbol is None or symbol.kind not in ("function", "method", "class") or not symbol.signatures:
        return name
    shown: list[str] = []
    for parameter in symbol.signatures[0].parameters:
        if parameter.default is None or len(shown) < 3:
            star = {"var-positional": "*", "var-keyword": "**"}.get(parameter.kind, "")
            shown.append(star + parameter.name + (f"={parameter.default}" if parameter.default is not None else ""))
        else:
            shown.append("…")
            break
    return f"{name}({', '.join(shown)})"


def _arguments(
    catalog: Catalog,
    symbol: Symbol,
    counterpart: Counterpart,
    language: Language,
    passed: frozenset[str] | None = None,
) -> list[str]:
    """The arguments that change, as a list; those that stay are not worth a line. Of a call, those that it passes and
    those that have to be written out."""
    if catalog.symbol(counterpart.symbol) is None or not symbol.signatures or counterpart.template:
        return []
    lines: list[str] = []
    for one in becomes(catalog, symbol.signatures[0], counterpart):
        is_meant = passed is None or one.name in passed
        if one.to is None:
            if one.named and is_meant:
                message = messages.ARGUMENT_IGNORED if one.ignored else messages.ARGUMENT_GONE
                lines.append(message.text(language, old=one.name))
        elif one.value and is_meant:
            lines.append(messages.ARGUMENT_VALUE.text(language, old=one.name, new=one.to, value=one.value))
        elif one.to != one.name and is_meant:
            lines.append(messages.ARGUMENT_RENAMED.text(language, old=one.name, new=one.to))
        if one.written is not None and (passed is None or not is_meant):
            lines.append(messages.DEFAULT_DIFFERS.text(language, new=one.to, theirs=one.default, ours=one.written))
    lines += [
        messages.ALWAYS_WRITTEN.text(language, new=name, value=value) for name, value in counterpart.extra.items()
    ]
    return ["\n".join(f"- {line}" for line in lines[:_MOST_ARGUMENTS])] if lines else []


def _elsewhere(rule: Rule, chosen: Counterpart, language: Language) -> list[str]:
    lines = [
        messages.ELSEWHERE.text(
            language, devices="/".join(other.devices), code=f"`{expression_of(other) or other.symbol}`"
        )
        for other in rule.counterparts
        if other is not chosen and set(other.devices) != set(chosen.devices)
    ]
    return lines[:2]


def _notes(
    catalog: Catalog, symbol: Symbol, rule: Rule, counterpart: Counterpart | None, language: Language
) -> list[str]:
    """What bites, and what is written into the file."""
    notes = [localised(rule.note, language)]
    if counterpart is not None:
        notes.append(localised(counterpart.note, language))
        if counterpart.define:
            listed = ", ".join(f"`{name}`" for name in catalog.defined(counterpart))
            notes.append(messages.DEFINES.text(language, names=listed))
    if symbol.deprecated:
        notes.append(messages.DEPRECATED.text(language, text=symbol.deprecated))
    return notes


def _fine_print(
    catalog: Catalog, symbol: Symbol, rule: Rule, counterpart: Counterpart | None, target: Target, language: Language
) -> list[str]:
    """Where it holds, what it follows from, and the proof."""
    lines: list[str] = []
    if counterpart is not None and counterpart.limits:
        listed = "; ".join(messages.LIMIT_TEXTS[limit].text(language) for limit in counterpart.limits)
        lines.append(messages.LIMITS.text(language, limits=listed))
    if rule.derived:
        lines.append(messages.FOLLOWS.text(language, source=rule.derived))
    theirs = catalog.symbol(counterpart.symbol) if counterpart is not None else None
    announced = symbol.announced or (theirs.announced if theirs is not None else "")
    if announced:
        lines.append(messages.ANNOUNCED.text(language, version=announced))
    if rule.verdict != "none":
        lines.append(proof(catalog.evidence(symbol.name), counterpart, target, language))
    return lines


def proof(records: tuple[Evidence, ...], counterpart: Counterpart | None, target: Target, language: Language) -> str:
    """The line that says what was run; of several records the one for the target's device."""
    fitting = [record for record in records if counterpart is None or record.counterpart in ("", counterpart.symbol)]
    fitting.sort(key=lambda record: record.device != target.device)
    if not fitting:
        return messages.NOT_RUN.text(language)
    record = fitting[0]
    message = messages.RUN if record.clean else messages.RUN_DISAGREES
    line = message.text(
        language,
        torch=record.torch,
        mindspore=record.mindspore,
        device=record.device,
        cases=record.cases,
        agree=record.agree,
        error=f"{record.max_error:.1g}" if record.max_error else "0",
    )
    proven = record.torch if target.framework == "torch" else record.mindspore
    if version_key(target.version)[:2] == version_key(proven)[:2]:
        return line
    framework = messages.FRAMEWORK_NAMES[target.framework]
    other = messages.OTHER_VERSION.text(language, framework=framework, wanted=target.version, proven=proven)
    return f"{line}; {other}"
