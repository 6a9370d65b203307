"""Shares of a range or of a number, in words that a person reads."""

from __future__ import annotations

import math
from collections.abc import Mapping

# Decimal places of a percentage that anything is told to.
_PLACES = 6


def percentage(share: float, figures: int = 2) -> str:
    """A share with the figures that count: ``0.86 %``, ``2.4 %``, ``18 %``; never as ``1e-05``.

    Parameters
    ----------
    figures
        How many count: two for what was estimated, more for what somebody asked for.
    """
    number = 100 * share
    if not math.isfinite(number):
        return f"{number:.0f} %"
    # The exponent after rounding: 9.96 has two figures as 10.
    exponent = int(f"{number:.{figures - 1}e}".partition("e")[2])
    places = min(max(0, figures - 1 - exponent), _PLACES)
    text = f"{number:.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if places else text} %"


def worst_error(errors: Mapping[str, float]) -> float | None:
    """One number for all metrics: the worst of the losses, which tolerances are about.

    The worst of any metric if no loss has a known error; None if nothing has.
    """
    known = {metric: share for metric, share in errors.items() if math.isfinite(share)}
    losses = [share for metric, share in known.items() if metric.endswith("_loss")]
    return max(losses or known.values(), default=None)
