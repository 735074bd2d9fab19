"""What the user converts to, and which counterpart of a rule serves it."""

from __future__ import annotations

import msgspec

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of, runs_on
from lsp_server.catalog.history import has
from lsp_server.catalog.model import Counterpart, Framework, Rule

DEVICE_CHOICES = ("any", "Ascend", "GPU", "CPU")


class Target(msgspec.Struct, frozen=True):
    """Framework, version and device; ``any`` means: must run on the CPU as well as on Ascend."""

    framework: Framework
    version: str
    device: str = "any"


class Wishes(msgspec.Struct, frozen=True):
    """What the user settled about targets; empty means: the version we know, every device."""

    framework: Framework | None = None
    version: str = ""
    device: str = "any"
    installed: tuple[tuple[Framework, str], ...] = ()
    """The versions that the user's environment has; what is found there goes before what we know best."""

    def target(self, source: Framework, catalog: Catalog) -> Target:
        """The target for something of a source framework: always the other one."""
        framework = OTHER[source]
        wanted = self.version if self.framework in (None, framework) else ""
        known = dict(self.installed).get(framework) or catalog.versions.get(framework, "")
        return Target(framework, wanted or known, self.device)


def target_for(symbol: str, wishes: Wishes, catalog: Catalog) -> Target | None:
    """The target for a symbol; None if it belongs to no framework."""
    source = framework_of(symbol)
    return wishes.target(source, catalog) if source is not None else None


def serves(counterpart: Counterpart, target: Target) -> bool:
    return has(counterpart, target.version) and runs_on(counterpart.devices, target.device)


def choose(rule: Rule, target: Target) -> Counterpart | None:
    """The first counterpart that exists in the target's version and runs on its device."""
    return next(iter(serving(rule, target)), None)


def serving(rule: Rule, target: Target) -> tuple[Counterpart, ...]:
    """Every counterpart that serves the target. A call whose arguments the first cannot take may fit a later one."""
    return tuple(counterpart for counterpart in rule.counterparts if serves(counterpart, target))
