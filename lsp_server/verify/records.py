"""What is kept of a run: one line of evidence per rule, and the journal of a run that was interrupted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec

from lsp_server.catalog.model import EvidenceLine
from lsp_server.verify.isolation import CaseResult

_ALWAYS = ("symbol", "torch", "mindspore", "device", "cases", "agree", "max_error")


class _Entry(msgspec.Struct, frozen=True):
    """A finished job of an interrupted run, and what it was run with."""

    job: str
    key: str
    results: list[CaseResult]


class Journal:
    """Finished jobs, so that an interrupted run goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def resume(self, keys: Mapping[str, str]) -> dict[str, list[CaseResult]]:
        """The results of these jobs, as far as nothing that they depend on has changed since."""
        return {entry.job: entry.results for entry in self._entries() if keys.get(entry.job) == entry.key}

    def add(self, job: str, key: str, results: list[CaseResult]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(_Entry(job, key, results)) + b"\n")

    def forget(self, jobs: Collection[str]) -> None:
        """The run of these jobs is over; those of another, interrupted one stay."""
        rest = [entry for entry in self._entries() if entry.job not in jobs]
        if rest:
            self._path.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in rest))
        else:
            self._path.unlink(missing_ok=True)

    def _entries(self) -> list[_Entry]:
        if not self._path.exists():
            return []
        found: list[_Entry] = []
        for raw in self._path.read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(raw, type=_Entry))
            except msgspec.MsgspecError:
                continue  # the line that was being written when the run was interrupted
        return found


def write(path: Path, lines: Iterable[EvidenceLine], known: Collection[str]) -> None:
    """Merge new records into the file, sorted; records of rules that are gone are dropped."""
    records = {symbol: line for symbol, line in read(path).items() if symbol in known}
    records.update({line.symbol: line for line in lines})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(b"".join(_encoded(records[name]) for name in sorted(records)))
    temporary.replace(path)


def read(path: Path) -> dict[str, EvidenceLine]:
    if not path.exists():
        return {}
    lines = [msgspec.json.decode(raw, type=EvidenceLine) for raw in path.read_bytes().splitlines()]
    return {line.symbol: line for line in lines}


def _encoded(line: EvidenceLine) -> bytes:
    fields = msgspec.structs.asdict(line)
    ordered = {name: fields.pop(name) for name in _ALWAYS}
    return msgspec.json.encode(ordered | {name: value for name, value in fields.items() if value}) + b"\n"
