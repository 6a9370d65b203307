"""What a subset of the examples leaves unknown of the surface over all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from landscape_gui.shares import percentage

FloatArray = npt.NDArray[np.float64]

# Below this there is little to tell: the tolerance and the sampling error are of one size.
_FAR_ABOVE = 2.0


def sampling_shares(
    values: Mapping[str, FloatArray], standard_errors: Mapping[str, FloatArray]
) -> dict[str, float]:
    """Metric → median standard error of the measured points, as a share of the metric's range.

    Half of the surface is less certain than that as a statement about all examples, however
    finely it is measured on these. Metrics without a range, or whose standard errors are not known
    (a single example), are left out.

    Parameters
    ----------
    values, standard_errors
        Metric → one number per measured point, NaN where there is none.
    """
    shares: dict[str, float] = {}
    for metric, height in values.items():
        errors = standard_errors.get(metric)
        finite = np.isfinite(height)
        if errors is None or not finite.any() or not np.isfinite(errors).any():
            continue
        span = float(np.ptp(height[finite]))
        if span > 0 and np.isfinite(span):
            shares[metric] = float(np.nanmedian(errors)) / span
    return shares


def sampling_words(
    shares: Mapping[str, float], tolerance: float, chosen: Mapping[str, int]
) -> str | None:
    """What to say where a tolerance is far finer than what the examples tell; None if it is not.

    Parameters
    ----------
    shares
        As of `sampling_shares`.
    tolerance
        Share of the range that was asked for.
    chosen
        Split → number of examples, for splits of which only some are measured.
    """
    losses = {
        split: shares[f"{split}_loss"] for split in chosen if f"{split}_loss" in shares
    }  # tolerances are about losses
    if not losses:
        return None
    split = max(losses, key=losses.__getitem__)
    share = losses[split]
    if share <= _FAR_ABOVE * tolerance:
        return None
    return (
        f"{chosen[split]} {split} examples leave a standard error of {percentage(share)} of the "
        f"range, far above the tolerance of {percentage(tolerance, 3)}: the surface over all "
        "examples is not known better than that. More examples, or a larger tolerance, buy more "
        "for the same time."
    )
