"""Values to colours, heights and contour levels: linear or logarithmic, one for all panels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.limits import robust_limits
from landscape_gui.specs import UserError

_STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))


@dataclass(frozen=True)
class Scale:
    """Limits, and how values are spaced between them.

    Attributes
    ----------
    color_map
        Name of the colours from low to high.
    """

    low: float
    high: float
    log: bool = False
    color_map: str = "viridis"

    def place(self, values: FloatArray) -> FloatArray:
        """0 at the lower limit, 1 at the upper one; what is beyond is there."""
        held = np.clip(values, self.low, self.high)
        if self.log:
            return np.log(held / self.low) / math.log(self.high / self.low)
        return (held - self.low) / (self.high - self.low)

    @property
    def norm(self) -> Normalize:
        """The same for matplotlib."""
        return LogNorm(self.low, self.high) if self.log else Normalize(self.low, self.high)

    def drawn_level(self, level: float) -> float:
        """Where the line of a level is drawn: a hair above, and by none is a plateau speckled.

        Errors are shares of so many examples, and often exactly a round number.
        """
        return level * 1.0005 if self.log else level + 5e-4 * (self.high - self.low)

    def levels(self, wanted: int | tuple[float, ...]) -> list[float]:
        """Round numbers inside the limits, about so many, or those that are wanted."""
        if isinstance(wanted, tuple):
            return [level for level in wanted if self.low < level < self.high]
        if not self.log:
            found = MaxNLocator(wanted, steps=[1, 2, 2.5, 5, 10]).tick_values(self.low, self.high)
            room = 0.01 * (self.high - self.low)  # a line along the rim says nothing
            return [float(v) for v in found if self.low + room < v < self.high - room]
        best: list[float] = []
        for steps in _STEPS:
            decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            found = [step * 10.0**decade for decade in decades for step in steps]
            best = [level for level in found if self.low < level < self.high]
            if len(best) >= 0.6 * wanted:
                break
        if len(best) < 3:  # less than a third of a decade: no round numbers of a logarithm
            return Scale(self.low, self.high).levels(wanted)
        return best


def common_scale(
    values: Iterable[FloatArray],
    *,
    log: bool = False,
    limits: tuple[float, float] | None = None,
    color_map: str = "viridis",
    signed: bool = False,
    least: float | None = None,
) -> Scale:
    """The scale of all panels together.

    Parameters
    ----------
    values
        What is known of each panel.
    limits
        Instead of those of the values.
    signed
        Differences: zero is in the middle.
    least
        Where a logarithm begins at the lowest: the smallest value above 0 that was measured.
        Estimates that are but a little too low would reach down for decades.

    Raises
    ------
    UserError
        If a logarithm is to begin at or below 0.
    """
    parts = [np.ravel(part) for part in values]
    low, high = limits or robust_limits(parts)
    if signed and limits is None:
        high = max(abs(low), abs(high))
        low = -high
    if not log:
        return Scale(low, high, color_map=color_map)
    if limits is None:
        known = np.concatenate(parts)
        known = known[np.isfinite(known)]
        positive = known[known > 0]
        if not positive.size:
            raise UserError("No value is above 0: there is no logarithm.", "Leave out --log.")
        # There, walls leave the basin its colours: the whole range is shown.
        low, high = max(float(positive.min()), least or 0.0), float(positive.max())
        high = max(high, low * 1.001)
    if low <= 0:
        raise UserError(f"A logarithmic scale cannot begin at {low:g}.", "Give a limit above 0.")
    return Scale(low, high, True, color_map)
