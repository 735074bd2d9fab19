"""Proposes rules for core names that have none: symbols of the same name in the other framework, argument by argument.

Run ``python -m lsp_server.catalog.proposals torch`` (or ``mindspore``). It prints TOML for a person to correct and to
give cases; it writes nothing. Comments say which arguments are left over on either side.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import msgspec

from lsp_server.catalog.catalog import OTHER, framework_of
from lsp_server.catalog.checks import Sources
from lsp_server.catalog.compiler import MAPPINGS
from lsp_server.catalog.derivation.inverse import SYNONYMS
from lsp_server.catalog.derivation.surface import VARIADIC, devices_of, parameters
from lsp_server.catalog.model import DEVICES, TENSORS, Device, Framework, Signature, Symbol
from lsp_server.catalog.sources import read

_SPELLINGS = {
    **SYNONYMS,
    "logits": "input",
    "input_x": "input",
    "tensors": "input",
    "label": "target",
    "labels": "target",
}
_HOMES = {
    "torch": (
        "mindspore.mint.",
        "mindspore.ops.",
        "mindspore.nn.",
        "mindspore.Tensor.",
        "mindspore.numpy.",
        "mindspore.",
    ),
    "mindspore": ("torch.nn.functional.", "torch.nn.", "torch.Tensor.", "torch.optim.", "torch."),
}
"""Where a namesake is looked for, the preferred ones first."""
_OWNERS = {"torch.Tensor": "mindspore.Tensor", "torch.nn.Module": "mindspore.nn.Cell"}


class Proposal(msgspec.Struct, frozen=True):
    """A namesake with what becomes of the arguments."""

    symbol: Symbol
    target: Symbol
    args: dict[str, str]
    left: tuple[str, ...]
    """Arguments of the symbol for which nothing fits."""
    missing: tuple[str, ...]
    """Arguments that the target requires and nothing gives."""


def proposals(sources: Sources, framework: Framework) -> Iterator[list[Proposal]]:
    """For each core name without a rule that has namesakes: the best ones, for all devices together."""
    namesakes: dict[str, list[Symbol]] = {}
    other = OTHER[framework]
    for name, symbol in sources.symbols.items():
        if framework_of(name) == other and symbol.documented and not symbol.deprecated:
            namesakes.setdefault(plain(name), []).append(symbol)
    for name, symbol in sorted(sources.symbols.items()):
        if framework_of(name) != framework or not symbol.core or name in sources.rules:
            continue
        found = [proposed(symbol, target) for target in namesakes.get(plain(name), []) if alike(symbol, target)]
        best = _for_all_devices(sorted(found, key=lambda one: _rank(one, framework)))
        if best:
            yield best


def plain(name: str) -> str:
    """The last part, without what spellings differ in; underscores around it are part of the meaning."""
    last = name.rpartition(".")[2]
    core = last.strip("_")
    return last.replace(core, core.replace("_", "").lower())


def alike(symbol: Symbol, target: Symbol) -> bool:
    """Whether one can stand where the other stands: a method only for a method of the same sort of object."""
    if (symbol.kind == "class") != (target.kind == "class"):
        return False
    owners = {**_OWNERS, **{there: here for here, there in _OWNERS.items()}}
    owner, home = symbol.name.rpartition(".")[0], target.name.rpartition(".")[0]
    if owners.get(owner, "") == home:
        return True
    members = {"method", "property", "attribute"} & {symbol.kind, target.kind}
    return not members or (symbol.kind == "method" and owner in TENSORS.values() and target.kind == "function")


def proposed(symbol: Symbol, target: Symbol) -> Proposal:
    ours, theirs = parameters(symbol), parameters(target)
    args: dict[str, str] = {}
    taken = set(theirs) & set(ours)
    for name in ours:
        fit = next((there for there in theirs if there not in taken and _meaning(there) == _meaning(name)), "")
        if name not in theirs and fit:
            args[name] = fit
            taken.add(fit)
    left = tuple(name for name in ours if name not in theirs and name not in args)
    first: Signature | None = target.signatures[0] if target.signatures else None
    given = set(ours) | set(args.values())
    missing = tuple(
        one.name
        for one in (first.parameters if first is not None else ())
        if one.default is None and one.kind not in VARIADIC and one.name not in given
    )
    return Proposal(symbol, target, args, left, missing)


def _meaning(name: str) -> str:
    return _SPELLINGS.get(name, name).replace("_", "")


def _rank(one: Proposal, framework: Framework) -> tuple[int, ...]:
    homes = _HOMES[framework]
    home = next((index for index, prefix in enumerate(homes) if one.target.name.startswith(prefix)), len(homes))
    return (len(one.missing), home, len(one.left), len(one.target.name))


def _for_all_devices(ranked: list[Proposal]) -> list[Proposal]:
    """Enough of them, in order, that each device has one."""
    chosen: list[Proposal] = []
    served: set[Device] = set()
    for one in ranked:
        fresh = set(_devices(one.target)) - served
        if fresh or not chosen:
            chosen.append(one)
            served |= fresh
    return chosen[:3]


def _devices(target: Symbol) -> tuple[Device, ...]:
    return devices_of(target) if framework_of(target.name) == "mindspore" else DEVICES


def toml(found: list[Proposal]) -> str:
    """The proposals for one symbol as a table of a file of rules."""
    symbol = found[0].symbol
    changed = any(one.args or one.left or one.missing for one in found)
    lines = [f"# {written(symbol)}"]
    for one in found:
        notes = [f"# -> {written(one.target)}"]
        notes += [f"left: {', '.join(one.left)}"] if one.left else []
        notes += [f"not given: {', '.join(one.missing)}"] if one.missing else []
        lines.append("  # ".join(notes))
    lines += [f'["{symbol.name}"]', f'verdict = "{"adapt" if changed else "same"}"', "cases = []"]
    for one in found:
        lines += ["", f'[["{symbol.name}".counterparts]]', f'symbol = "{one.target.name}"']
        devices = _devices(one.target)
        if devices and devices != DEVICES:
            lines.append(f"devices = {json.dumps(list(devices))}")
        lines += [f'since = "{one.target.since}"'] if one.target.since and devices != DEVICES else []
        lines += [f'args.{name} = "{to}"' for name, to in one.args.items()]
    return "\n".join(lines) + "\n"


def written(symbol: Symbol) -> str:
    """A symbol with its signatures, as one reads them."""
    marks = {"var-positional": "*", "var-keyword": "**"}
    overloads = [
        ", ".join(
            marks.get(one.kind, "") + one.name + (f"={one.default}" if one.default is not None else "")
            for one in signature.parameters
        )
        for signature in symbol.signatures
    ]
    return symbol.name + " | ".join(f"({one})" for one in overloads)


def main(arguments: list[str] | None = None) -> int:
    asked = (sys.argv[1:] if arguments is None else arguments) or ["torch"]
    framework: Framework = "mindspore" if asked[0] == "mindspore" else "torch"
    sources = read(MAPPINGS)
    count = 0
    for found in proposals(sources, framework):
        print(toml(found))
        count += 1
    print(f"{count} core names of {framework} without a rule have namesakes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
