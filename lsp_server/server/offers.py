"""Which names of one framework stand for which of the other, by the place where they are typed."""

from __future__ import annotations

from functools import cache

import msgspec

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.history import has
from lsp_server.catalog.model import Counterpart, Verdict
from lsp_server.migrate.carried_call import carried_call

_RANKS: dict[Verdict, int] = {"same": 0, "adapt": 0, "differs": 1, "compose": 2, "none": 3}


class Offer(msgspec.Struct, frozen=True):
    """A name of the other framework and what stands for it here."""

    typed: str
    member: str
    source: str
    counterpart: Counterpart
    rank: int
    """What means the same goes before what does not."""


class Offers:
    """Per place (a module or class of one framework), what the other framework's names become there."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._renamed: dict[str, dict[str, Offer]] = {}
        self._namesakes: dict[str, dict[str, list[Offer]]] = {}
        self._foreign: dict[str, list[Offer]] = {}
        self._carrying: dict[str, list[Offer]] = {}
        for source in catalog.rules():
            self._add(source)

    def _add(self, source: str) -> None:
        rule = self._catalog.rule(source)
        from_place, _, typed = source.rpartition(".")
        is_first = True
        for counterpart in rule.counterparts if rule is not None else ():
            framework = framework_of(counterpart.symbol)
            if rule is None or framework is None or not has(counterpart, self._catalog.versions.get(framework, "")):
                continue
            # an expression is more than a member that could be inserted after the dot
            if counterpart.template:
                continue
            place, _, member = counterpart.symbol.rpartition(".")
            offer = Offer(typed, member, source, counterpart, _RANKS[rule.verdict])
            if typed != member:
                self._renamed.setdefault(place, {}).setdefault(typed, offer)
            else:
                self._namesakes.setdefault(place, {}).setdefault(typed, []).append(offer)
            if is_first:
                self._foreign.setdefault(from_place, []).append(offer)
                is_first = False

    def at(self, place: str) -> list[Offer]:
        """The names that are called otherwise here."""
        return list(self._renamed.get(place, {}).values())

    def namesakes(self, place: str) -> list[Offer]:
        """The names that are called the same here, where a call has to write out defaults that differ."""
        if place not in self._carrying:
            found = (self._carrying_one(offers) for offers in self._namesakes.get(place, {}).values())
            self._carrying[place] = [one for one in found if one is not None]
        return self._carrying[place]

    def prepare(self) -> None:
        """Work out in the background what the first completions would have to wait for."""
        for place in self._namesakes:
            self.namesakes(place)

    def _carrying_one(self, offers: list[Offer]) -> Offer | None:
        """Of the names that are called so in the other framework, one whose call has to write something out, with the
        first counterpart that takes the call at its defaults."""
        settled: set[str] = set()
        for offer in offers:
            symbol = self._catalog.symbol(offer.source) if offer.source not in settled else None
            call = carried_call(self._catalog, symbol, offer.counterpart) if symbol is not None else None
            if call is not None and call.written:
                return offer
            if call is not None:
                settled.add(offer.source)
        return None

    def of(self, place: str) -> list[Offer]:
        """What the members of a module of the other framework become."""
        return self._foreign.get(place, [])


@cache
def offers_of(catalog: Catalog) -> Offers:
    """Made when the first completion is asked for, or shortly after the start."""
    return Offers(catalog)
