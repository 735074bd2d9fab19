"""``python -m tests.truth.record GROUP OUT``: run a group of programs under instrumentation in this process, and write
what their expressions were. Prints which programs failed, and why."""

from __future__ import annotations

import importlib
import os
import sys
import time
import warnings
from pathlib import Path

import msgspec

from . import instrument, recorder


class Executed(msgspec.Struct, frozen=True):
    """One executed expression. Lines from 1, columns in UTF-8 bytes."""

    line: int
    column: int
    end_line: int
    end_column: int
    denotations: tuple[Denoted, ...]
    inside: bool = False
    """Part of a longer expression that denotes: not a use of its own."""


class Denoted(msgspec.Struct, frozen=True, omit_defaults=True):
    names: tuple[str, ...] = ()
    held: bool = False
    own: bool = False
    overridden: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """What a group's programs did: executed expressions by file, and the parts that failed with their reasons."""

    files: dict[str, list[Executed]]
    failed: dict[str, str]
    seconds: float


def run(group: str) -> Record:
    begun = time.monotonic()
    os.environ["TORCHDYNAMO_DISABLE"] = "1"  # compiled functions run as they are written
    os.environ["OMP_NUM_THREADS"] = "1"
    module = importlib.import_module(f"tests.truth.groups.{group}")
    instrument.install(module.INSTRUMENTED, getattr(module, "LEFT", ()))
    sys.setrecursionlimit(5000)
    failed: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, part in module.parts():
            start = time.monotonic()
            try:
                part()
            except Exception as error:
                failed[name] = f"{type(error).__name__}: {error}".strip().split("\n")[0][:300]
            if "TRUTH_TIMES" in os.environ:
                print(f"{time.monotonic() - start:6.1f} {name} {failed.get(name, '')}", file=sys.stderr, flush=True)
    return Record(_files(), failed, time.monotonic() - begun)


def _files() -> dict[str, list[Executed]]:
    from lsp_server.catalog.catalog import shipped

    from .naming import Names

    names = Names(shipped())
    found = []
    for expression, count, outcomes in zip(recorder.EXPRESSIONS, recorder.COUNTS, recorder.OUTCOMES, strict=True):
        found.append({names.denotation(expression, outcome): None for outcome in outcomes.values()} if count else None)
    inside: set[int] = set()
    for index, expression in enumerate(recorder.EXPRESSIONS):
        place, mine = expression.inner, found[index]
        if place < 0 or mine is None or not any(one.names for one in mine):
            continue
        if all(one.names and not one.member for one in found[place] or ()):
            inside.add(place)
    files: dict[str, list[Executed]] = {}
    for index, expression in enumerate(recorder.EXPRESSIONS):
        mine = found[index]
        if mine is None:
            continue
        files.setdefault(expression.path, []).append(
            Executed(
                expression.line,
                expression.column,
                expression.end_line,
                expression.end_column,
                tuple({Denoted(one.names, one.held, one.own, one.overridden): None for one in mine}),
                index in inside,
            )
        )
    return files


def main(group: str, out: Path) -> None:
    record = run(group)
    out.write_bytes(msgspec.json.encode(record))
    for name, reason in record.failed.items():
        print(f"{group}: {name} failed: {reason}", file=sys.stderr)
    print(f"{group}: {len(record.files)} files in {record.seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
