"""The two forms of the norms of ``torch.nn.utils``: under which names each keeps the same tensors.

``weight_norm`` makes ``weight_g`` and ``weight_v`` of a weight, ``parametrizations.weight_norm`` makes
``parametrizations.weight.original0`` and ``…original1``; of spectral norm it is ``weight_orig``, ``weight_u``,
``weight_v`` and ``parametrizations.weight.original``, ``….0._u``, ``….0._v`` (torch 2.13).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NEW = re.compile(r"(?P<before>.*\.|)parametrizations\.(?P<weight>\w+)\.(?P<part>original[01]?|\d+\._[uv])")
_OLD = re.compile(r"(?P<before>.*\.|)(?P<weight>\w+)_(?P<part>g|v|u|orig)")
_TO_OLD = {"original0": "g", "original1": "v", "original": "orig", "_u": "u", "_v": "v"}
_TO_NEW = {"g": ("original0",), "v": ("original1", "0._v"), "u": ("0._u",), "orig": ("original",)}
_HOOKED = ("g", "v")


def other_name(name: str, names: Iterable[str]) -> str | None:
    """The name, one of ``names``, of the tensor that the other form of its norm calls ``name``.

    None: ``name`` is none that a norm gives, or the other name is not there either.
    """
    there = set(names)
    if name in there:
        return None
    return next((other for other in _others(name) if other in there), None)


def _others(name: str) -> list[str]:
    new = _NEW.fullmatch(name)
    if new is not None:
        return [f"{new['before']}{new['weight']}_{_TO_OLD[new['part'].rpartition('.')[2]]}"]
    old = _OLD.fullmatch(name)
    if old is None:
        return []
    return [f"{old['before']}parametrizations.{old['weight']}.{part}" for part in _TO_NEW[old["part"]]]


def made_from(name: str, names: Iterable[str]) -> list[str]:
    """The names of the tensors that a weight is worked out from whose own name is not there: ``conv.weight_g`` and
    ``conv.weight_v`` of ``conv.weight``. Empty: it is there, or nothing stands for it."""
    there = list(names)
    if name in there:
        return []
    before, dot, weight = name.rpartition(".")
    start = before + dot
    new = [one for one in there if one.startswith(f"{start}parametrizations.{weight}.original")]
    return new or [f"{name}_{part}" for part in ("g", "v", "orig") if f"{name}_{part}" in there]


def as_loaded(given: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """The names of a state, each with that under which ``load_state_dict`` looks for it. A module with
    ``parametrizations.weight_norm`` takes ``weight_g`` and ``weight_v`` too, where both are there; no other form does.
    """
    names, there = list(given), set(wanted)
    taken = {name: name for name in names}
    for name in names:
        old = _OLD.fullmatch(name)
        if old is None or old["part"] not in _HOOKED or name in there:
            continue
        start = f"{old['before']}{old['weight']}"
        new = f"{old['before']}parametrizations.{old['weight']}.{_TO_NEW[old['part']][0]}"
        if new in there and all(f"{start}_{part}" in taken for part in _HOOKED):
            taken[name] = new
    return taken
