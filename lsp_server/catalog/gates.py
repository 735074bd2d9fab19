"""What must hold of all rules together, and against their evidence, before a version is published.

`python -m lsp_server.catalog.compiler --strict` asks; a plain build does not, because evidence is always older than the
rule that is just being written.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from lsp_server.catalog.checks import Sources
from lsp_server.catalog.derivation import kinship
from lsp_server.catalog.derivation.claims import disagrees
from lsp_server.catalog.derivation.inverse import invert
from lsp_server.catalog.derivation.surface import Surface
from lsp_server.catalog.model import Rule

MOST_WITH_ONE_ADVICE = 12


def strict_problems(sources: Sources) -> list[str]:
    """File, key and reason for everything that a published catalog must not say."""
    return [*_said(contradicted(sources), sources), *_said(catch_all_advice(sources), sources)]


def _said(found: Iterator[tuple[str, str]], sources: Sources) -> list[str]:
    return [f"{sources.origins.get(name, 'derived')}: [{name}] {reason}" for name, reason in found]


def contradicted(sources: Sources) -> Iterator[tuple[str, str]]:
    """Written rules that claim to mean the same, with a run in which they did not."""
    for name, rule in sources.rules.items():
        if rule.derived or rule.verdict not in ("same", "adapt", "compose"):
            continue
        record = next((one for one in sources.evidence.get(name, ()) if disagrees(name, one)), None)
        if record is not None:
            yield (
                name,
                f"says '{rule.verdict}', but on {record.device} only {record.agree} of {record.cases} cases agree "
                f"({record.failure}): correct the mapping, restrict it, or say 'differs' and where",
            )


def catch_all_advice(sources: Sources) -> Iterator[tuple[str, str]]:
    """Advice that unrelated symbols share word for word says nothing of either."""
    users: dict[str, list[str]] = {}
    for name, rule in sources.rules.items():
        if rule.verdict == "none" and rule.advice is not None and not rule.derived:
            users.setdefault(rule.advice.en, []).append(name)
    for names in users.values():
        if len(names) > MOST_WITH_ONE_ADVICE:
            yield names[0], f"shares its advice word for word with {len(names) - 1} others: say what is its own"
        strangers = [name for name in names if family(name) != family(names[0]) and _last(name) != _last(names[0])]
        if strangers:
            yield strangers[0], f"has the advice of {names[0]}, which is of another family: say what is its own"


def family(name: str) -> str:
    """The first namespace below the framework: what is said of ``torch.cuda`` may be said of ``torch.cuda.amp``."""
    parts = name.split(".")
    return ".".join(parts[: min(2, len(parts) - 1)])


def _last(name: str) -> str:
    """Namesakes (``mindspore.hal.Stream.id`` and ``mindspore.runtime.Stream.id``) may be told the same."""
    return name.rpartition(".")[2]


def redundant(sources: Sources) -> list[str]:
    """Written rules that say word for word what would be derived without them."""
    surface = Surface(sources.symbols, sources.rules)
    torch = [name for name, rule in sources.rules.items() if name.startswith("torch.") and not rule.derived]
    found = [name for name in torch if _says_the_same(sources.rules[name], kinship.follows(name, surface))]
    there = {name: rule for name, rule in sources.rules.items() if name.startswith("torch.")}
    back = invert(Surface(sources.symbols, there))
    found += [
        name
        for name, rule in back.items()
        if name in sources.rules and not sources.rules[name].derived and _says_the_same(sources.rules[name], rule)
    ]
    return sorted(found)


def _says_the_same(written: Rule, derived: Rule | None) -> bool:
    if derived is None or written.explain != derived.explain:
        return False
    said = [replace(one, safety=None, state={}) for one in written.counterparts]
    would_be = [replace(one, safety=None, state={}) for one in derived.counterparts]
    return written.verdict == derived.verdict and said == would_be and written.note in (None, derived.note)
