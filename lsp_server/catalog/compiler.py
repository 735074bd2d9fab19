"""Compiles ``mappings/`` into the one file that the wheel ships.

Run ``python -m lsp_server.catalog.compiler`` after an edit of the mappings; a build of the wheel runs it too.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import msgspec

from lsp_server.catalog import history, vocabulary
from lsp_server.catalog.catalog import COMPILED, Compiled
from lsp_server.catalog.checks import Sources
from lsp_server.catalog.gates import redundant, strict_problems
from lsp_server.catalog.sources import MappingError, read

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


def digest(root: Path) -> str:
    """Of every source file, so that a stale compiled file can be told."""
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in (".toml", ".jsonl", ".py"):
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def compile_mappings(root: Path, judged: bool = True) -> Compiled:
    """Raises `MappingError` with every problem found. ``judged`` as in `sources.read`."""
    return compiled(read(root, judged), root)


def compiled(sources: Sources, root: Path) -> Compiled:
    encode = msgspec.msgpack.encode
    places = {name: place for place, name in enumerate(sorted(sources.symbols))}
    rules = {name: history.dated(rule, sources.histories) for name, rule in sources.rules.items()}
    return Compiled(
        digest=digest(root),
        versions=sources.versions,
        symbols={name: msgspec.Raw(encode(symbol)) for name, symbol in sorted(sources.symbols.items())},
        histories={name: msgspec.Raw(encode(one)) for name, one in sorted(sources.histories.items())},
        aliases=msgspec.Raw(encode({alias: places[name] for alias, name in sources.aliases.items()})),
        rules={name: msgspec.Raw(encode(rule)) for name, rule in sorted(rules.items())},
        states={name: msgspec.Raw(encode(state)) for name, state in sorted(sources.states.items())},
        evidence=msgspec.Raw(encode(dict(sorted(sources.evidence.items())))),
        definitions=msgspec.Raw(encode(sources.definitions)),
        vocabulary=msgspec.Raw(encode(vocabulary.collected(sources))),
    )


def write(compiled: Compiled, path: Path = COMPILED) -> None:
    """Atomically, so that a running server never reads half a file."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(msgspec.msgpack.encode(compiled))
    temporary.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.catalog.compiler [--strict]``."""
    strict = "--strict" in (sys.argv[1:] if arguments is None else arguments)
    try:
        sources = read(MAPPINGS)
        problems = strict_problems(sources) if strict else []
        if problems:
            raise MappingError(problems)
    except MappingError as error:
        print(f"mappings are not valid, nothing was written:\n{error}", file=sys.stderr)
        return 2
    made = compiled(sources, MAPPINGS)
    write(made)
    print(f"{COMPILED}: {len(made.symbols)} symbols, {len(made.rules)} rules, {len(made.states)} states")
    if strict:
        print(f"{len(redundant(sources))} written rules say word for word what would be derived")
    return 0


if __name__ == "__main__":
    sys.exit(main())
