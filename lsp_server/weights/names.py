"""The names of a file without what wrappers put before them: ``module.`` of DataParallel and
DistributedDataParallel, ``_orig_mod.`` of ``torch.compile``, ``model.`` of training loops."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lsp_server.weights.tensors import Stored

_WRAPPERS = ("_orig_mod.", "module.", "model.")


def fitting(tensors: Mapping[str, Stored], wanted: Collection[str]) -> tuple[dict[str, Stored], tuple[str, ...]]:
    """The tensors under the names that the model has most of, and the prefixes that were left out."""
    best, prefixes, most = dict(tensors), (), _hits(tensors, wanted)
    for count in range(1, 1 << len(_WRAPPERS)):
        chosen = tuple(wrapper for place, wrapper in enumerate(_WRAPPERS) if count >> place & 1)
        renamed = _renamed(tensors, chosen)
        hits = _hits(renamed, wanted) if renamed is not None else 0
        if renamed is not None and hits > most:
            best, prefixes, most = renamed, chosen, hits
    return best, prefixes


def _hits(tensors: Mapping[str, Stored], wanted: Collection[str]) -> int:
    return sum(name in tensors for name in wanted)


def _renamed(tensors: Mapping[str, Stored], wrappers: tuple[str, ...]) -> dict[str, Stored] | None:
    """None if two names become one."""
    renamed = {_without(name, wrappers): stored for name, stored in tensors.items()}
    return renamed if len(renamed) == len(tensors) else None


def _without(name: str, wrappers: tuple[str, ...]) -> str:
    """``torch.compile`` of a part puts its prefix in the middle; the others stand at the start, in any order."""
    if "_orig_mod." in wrappers:
        name = name.replace("_orig_mod.", "")
    left = [wrapper for wrapper in wrappers if wrapper != "_orig_mod."]
    while True:
        found = next((wrapper for wrapper in left if name.startswith(wrapper)), None)
        if found is None:
            return name
        left.remove(found)
        name = name[len(found) :]
