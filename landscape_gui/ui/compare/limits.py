"""One colour scale for several surfaces, sensible also where their ranges differ much. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape_gui.ui.compare.comparison import Policy
from landscape_gui.ui.scene import FloatArray, Limits, ValueScale
from landscape_gui.ui.value_scale import usable
from landscape_gui.ui.wording import number

PERCENTILE = 98.0
# From this ratio of the largest to the middle panel's span on, one scale for all would leave
# nothing to be seen in most panels.
_FAR_APART = 2.0


@dataclass(frozen=True)
class Scale:
    """Limits, and how they came about in words."""

    limits: Limits
    words: str
    whole: Limits
    spacing: ValueScale = "linear"


def shared_scale(
    values: Sequence[FloatArray],
    policy: Policy,
    *,
    signed: bool = False,
    spacing: ValueScale = "linear",
) -> Scale | None:
    """Limits that several surfaces share; None while nothing is known of any.

    ``robust``: from the lowest value to the highest 98th percentile of any panel or, where one
    panel's is more than twice as far up as the middle panel's, to the middle one's. ``whole``:
    everything.

    Parameters
    ----------
    values
        float64[k] per panel: its known values; those that are not finite are left out.
    signed
        Differences: limits are symmetric about zero.
    spacing
        On a logarithmic scale the whole range is shown: there, walls leave the basin its colours.
    """
    known = [part[np.isfinite(part)] for part in values]
    known = [part for part in known if part.size]
    if not known:
        return None
    whole = Limits(
        min(float(part.min()) for part in known), max(float(part.max()) for part in known)
    )
    if signed:
        known = [np.abs(part) for part in known]
    low = 0.0 if signed else whole.low
    top = max(abs(whole.low), abs(whole.high)) if signed else whole.high
    words = "whole range"
    if spacing == "log":
        least = min((float(part[part > 0].min()) for part in known if (part > 0).any()), default=0)
        limits = usable(Limits(low, top), spacing, least) if least else Limits(low, top)
        return Scale(limits, "whole range, logarithmic", whole, spacing)
    if policy == "robust":
        top, words = _robust_top(known, low)
        if signed:
            words = f"differences {words}"
    if not top > low:
        top = low + max(abs(low) * 1e-3, 1e-6)
    return Scale(Limits(-top if signed else low, top), words, whole)


def _robust_top(known: Sequence[FloatArray], low: float) -> tuple[float, str]:
    tops = sorted(float(np.percentile(part, PERCENTILE)) for part in known)
    largest, middle = tops[-1], tops[(len(tops) - 1) // 2]
    if middle > low and largest - low > _FAR_APART * (middle - low):
        panel = "smaller panel" if len(tops) == 2 else "middle panel"
        return middle, f"up to the {panel}’s 98th percentile, as ranges differ much"
    return largest, "up to the 98th percentile"


def beyond(values: FloatArray, limits: Limits) -> str:
    """What a panel clips at these limits: ``reaches 12.3``; empty if hardly anything.

    Said where more than the two percent are cut off that a panel's own scale would cut off, too.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    slack = 0.02 * (limits.high - limits.low)
    above = float((known > limits.high + slack).mean()) > 0.025
    below = float((known < limits.low - slack).mean()) > 0.025
    if above and below:
        return f"reaches {number(float(known.min()), 2)} and {number(float(known.max()), 2)}"
    if above:
        return f"reaches {number(float(known.max()), 2)}"
    return f"reaches {number(float(known.min()), 2)}" if below else ""
