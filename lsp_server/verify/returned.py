"""Whether a call gives what inference says: ``python -m lsp_server.verify.returned torch | mindspore``.

The calls are torch's own test inputs and the cases of the rules, written as source, run, and compared with the fact of
the expression that ``case`` returns. Wrong and missing answers are printed by symbol.
"""

from __future__ import annotations

import argparse
import os
import signal
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, cast

import msgspec

from lsp_server.catalog.catalog import Catalog, framework_of, shipped
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.values import Constant, Dictionary, Fact, Instance, Repeated, Sequence, Union, Unknown, Value
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document
from lsp_server.verify.cases import as_module
from lsp_server.verify.databases import Databases
from lsp_server.verify.frameworks import as_tensors, load_both
from lsp_server.verify.inputs import fixed_inputs

Answer = Literal["right", "wrong", "missing", "not run"]
_CALLS = ("function", "method", "layer")
_PLAIN = {"int": int, "float": float, "bool": bool, "str": str, "complex": complex, "bytes": bytes}


def inferred(text: str, catalog: Catalog) -> Fact | None:
    """The fact of what the function ``case`` of a module returns."""
    analysis = Analysis(Document.parse(text), catalog, Project(catalog))
    found = [one for one in analysis.document.root.named_children if one.type == "function_definition"]
    body = found[-1].child_by_field_name("body") if found else None
    last = body.named_children[-1] if body is not None else None
    if last is None or last.type != "return_statement" or not last.named_children:
        return None
    return analysis.value(last.named_children[0])


def judge(fact: Fact, real: Any, catalog: Catalog) -> Answer:
    """Whether a fact says what a value is."""
    if isinstance(fact.value, Unknown):
        return "missing"
    return "right" if fits(fact.value, real, catalog) else "wrong"


def fits(value: Value, real: Any, catalog: Catalog) -> bool:
    """Whether an object can be what a value says."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Union):
        return any(fits(one, real, catalog) for one in value.alternatives)
    if isinstance(value, Constant):
        return bool(real == value.value)
    if isinstance(value, Sequence):
        return (
            isinstance(real, (tuple, list))
            and len(cast("list[Any]", real)) == len(value.items)
            and all(fits(one, item, catalog) for one, item in zip(value.items, cast("list[Any]", real), strict=True))
        )
    if isinstance(value, Repeated):
        items = list(cast("Iterable[Any]", real)) if isinstance(real, Iterable) else None
        return items is not None and all(fits(value.element, item, catalog) for item in items)
    if isinstance(value, Dictionary):
        return isinstance(real, dict)
    if isinstance(value, Instance):
        plain = _PLAIN.get(value.cls)
        if plain is not None:
            return isinstance(real, plain)
        return value.cls in _classes(real, catalog)
    return False


def _classes(real: Any, catalog: Catalog) -> set[str]:
    """The names of an object's class and of its bases."""
    dotted = (f"{cls.__module__}.{cls.__qualname__}" for cls in type(real).__mro__)
    return {catalog.canonical(name) or name for name in dotted}


class Call(NamedTuple):
    """One module to be judged, the arguments of its ``case``, and the tensors that it finds at its top."""

    text: str
    inputs: dict[str, Any]
    given: dict[str, Any]


def calls(catalog: Catalog, framework: Framework, only: str = "") -> Iterator[tuple[str, list[Call]]]:
    """By symbol the cases of the rules of a framework, and torch's test inputs, for MindSpore as they are converted."""
    inputs = fixed_inputs()
    for name in sorted(catalog.rules()):
        rule = catalog.rule(name) if name.startswith(only) else None
        if rule is not None and framework_of(name) == framework and not rule.derived and rule.cases:
            modules = [as_module(case, framework, frozenset(inputs)) for case in rule.cases]
            yield name, [Call(text, {one: inputs[one] for one in used}, {}) for text, used in modules]
    databases = Databases(catalog)
    for symbol in sorted(databases.symbols()):
        made = [one for one in databases.written(symbol) if one.made in _CALLS] if symbol.startswith(only) else []
        found = [Call(sample.text, dict(sample.inputs), dict(sample.given)) for one in made for sample in one.samples]
        if framework == "mindspore":
            found = [one for one in (converted(call, catalog) for call in found) if one is not None]
        if found:
            yield symbol, found


def converted(call: Call, catalog: Catalog) -> Call | None:
    """The same call in MindSpore, if all of it can be converted."""
    analysis = Analysis(Document.parse(call.text), catalog, Project(catalog))
    result = convert(analysis, Wishes(device="CPU").target("torch", catalog))
    return None if "torch" in result.text else Call(result.text, call.inputs, call.given)


def run(call: Call, framework: Framework) -> Any:
    """What ``case`` gives."""
    space: dict[str, Any] = dict(zip(call.given, as_tensors(call.given, framework), strict=True))
    exec(compile(call.text, "<case>", "exec"), space)
    return space["case"](*as_tensors(call.inputs, framework))


def judged(call: Call, framework: Framework, catalog: Catalog) -> tuple[Answer, str]:
    """How inference does on one call, and what it said."""
    fact = inferred(call.text, catalog)
    if fact is None:
        return "not run", ""
    try:
        real = run(call, framework)
    except Exception:
        return "not run", ""
    answer = judge(fact, real, catalog)
    return (
        answer,
        "" if answer == "right" else f"{call.text.splitlines()[-1].strip()}: said {_said(fact)}, is {_is(real)}",
    )


def _said(fact: Fact) -> str:
    return (
        f"{'certain' if fact.certain else 'likely'} {fact.value}" if not isinstance(fact.value, Unknown) else "nothing"
    )


def _is(real: Any) -> str:
    if isinstance(real, (tuple, list)):
        items = [_is(one) for one in cast("list[Any]", real)[:6]]
        return f"{type(cast('Any', real)).__name__}[{', '.join(items)}]"
    return f"{type(real).__module__}.{type(real).__qualname__}"


def main(arguments: list[str] | None = None) -> int:
    """Judge all calls of a framework; say what is wrong or missing, and how many are which."""
    parser = argparse.ArgumentParser(prog="python -m lsp_server.verify.returned", description=__doc__)
    parser.add_argument("framework", choices=FRAMEWORKS)
    parser.add_argument("--only", default="", help="symbols that begin so")
    options = parser.parse_args(arguments)
    framework: Framework = options.framework
    warnings.simplefilter("ignore")
    load_both()
    catalog = shipped()
    counts: Counter[str] = Counter()
    for symbol, wanted in calls(catalog, framework, options.only):
        found = _apart(wanted, framework, catalog)
        counts.update(answer for answer, _ in found)
        for answer in ("wrong", "missing"):
            lines = [line for one, line in found if one == answer]
            if lines:
                print(f"{answer} {symbol} {len(lines)}/{len(found)}  {lines[0]}", flush=True)
    print(dict(counts))
    return 0


def _apart(wanted: list[Call], framework: Framework, catalog: Catalog) -> list[tuple[Answer, str]]:
    """The answers of a process of its own: some calls end theirs."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(60)
        for call in wanted:
            os.write(writer, msgspec.json.encode(judged(call, framework, catalog)) + b"\n")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as lines:
        found = [msgspec.json.decode(line, type=tuple[Answer, str]) for line in lines if line.endswith(b"\n")]
    os.waitpid(child, 0)
    missing: tuple[Answer, str] = ("not run", "")
    return found + [missing] * (len(wanted) - len(found))


if __name__ == "__main__":
    raise SystemExit(main())
