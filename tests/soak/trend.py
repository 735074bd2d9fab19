"""Whether a row of measurements grows: Mann and Kendall's test for a trend, Theil and Sen's slope for its size.

Neither assumes how the values are spread, and neither minds single outliers, of which a shared machine gives many.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

WARM = 1 / 3
"""The share of a run that fills caches and is not looked at."""
CERTAIN = 0.001
"""The chance, with values that come in no order, of a trend as clear as this."""


class Trend(NamedTuple):
    chance: float
    """Of a rise as clear as this in values without one; between 0 and 1."""
    growth: float
    """From the first to the last value, as a share of their median: 0.05 is 5 %."""

    def exceeds(self, allowed: float) -> bool:
        """Whether the values certainly grow, and by more than so large a share."""
        return self.chance < CERTAIN and self.growth > allowed


def settled(values: Sequence[float]) -> Sequence[float]:
    """What was measured when caches were full."""
    return values[math.ceil(len(values) * WARM) :]


def trend(values: Sequence[float]) -> Trend:
    """Of values at equal distances. Fewer than five show nothing."""
    number = len(values)
    if number < 5:
        return Trend(1.0, 0.0)
    pairs = [(later - earlier, j - i) for (i, earlier), (j, later) in combinations(enumerate(values), 2)]
    score = sum((rise > 0) - (rise < 0) for rise, _ in pairs)
    ties = sum(count * (count - 1) * (2 * count + 5) for count in Counter(values).values())
    variance = (number * (number - 1) * (2 * number + 5) - ties) / 18
    slope = statistics.median(rise / distance for rise, distance in pairs)
    middle = statistics.median(values)
    growth = slope * (number - 1) / middle if middle else 0.0
    if not variance:
        return Trend(1.0, growth)
    z = (score - (score > 0) + (score < 0)) / math.sqrt(variance)
    return Trend(0.5 * math.erfc(z / math.sqrt(2)), growth)
