"""Type words of the inventories (``tuple[torch.Tensor, ...]``) and annotations, as values."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference.values import UNKNOWN, Constant, Dictionary, Instance, Repeated, Sequence, Value

_SCALARS = {"int", "float", "bool", "str", "complex", "bytes"}
_CONTAINERS = {"list", "iterator", "tuple", "set", "List", "Tuple", "Sequence", "Iterable", "Iterator", "Optional"}


def parse(text: str, catalog: Catalog, receiver: Value = UNKNOWN) -> Value:
    """The value that a type word stands for; ``Self`` is the receiver."""
    if not text:
        return UNKNOWN
    if text == "Self":
        return receiver
    return _parse(text, catalog)


@lru_cache(maxsize=4096)
def _parse(text: str, catalog: Catalog) -> Value:
    head, bracket, rest = text.partition("[")
    if head == "dict":
        words = split(rest.removesuffix("]")) if bracket else []
        values = [_parse(word, catalog) for word in words] if len(words) == 2 else [UNKNOWN, UNKNOWN]
        return Dictionary(others=(values[0], values[1]))
    if bracket:
        if head not in _CONTAINERS:
            return Instance(head) if catalog.symbol(head) is not None else UNKNOWN
        items = split(rest.removesuffix("]"))
        if head == "Optional":
            return _parse(items[0], catalog)
        if head in ("tuple", "Tuple") and items[-1:] != ["..."]:
            return Sequence(tuple(_parse(item, catalog) for item in items))
        return Repeated(_parse(items[0], catalog))
    if text == "None":
        return Constant(None)
    if text in _SCALARS:
        return Instance(text)
    if text in _CONTAINERS:
        return Repeated(UNKNOWN)
    canonical = catalog.canonical(text)
    return Instance(canonical) if canonical is not None else UNKNOWN


def split(text: str, sign: str = ",") -> list[str]:
    """The items between the brackets of a type, or the parts of a union, at the top level."""
    items: list[str] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        elif character == sign and depth == 0:
            items.append(text[start:index].strip())
            start = index + 1
    items.append(text[start:].strip())
    return items
