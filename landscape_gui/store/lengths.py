"""Lengths in files from anywhere: those that can be squared, and that can be divided by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landscape_gui.store.checked import DamagedError
from landscape_gui.store.records import FloatArray

# Their squares, and what is divided by those, are still numbers.
_SMALLEST, _LARGEST = 1e-50, 1e50


def are_lengths(values: FloatArray) -> npt.NDArray[np.bool_]:
    """Which numbers are lengths of something."""
    return (values >= _SMALLEST) & (values <= _LARGEST)


def checked_lengths(values: FloatArray, where: str) -> FloatArray:
    """Lengths as a file holds them; NaN where there is none, or where it is zero.

    Nothing is per distance in a direction in which nothing moves.

    Raises
    ------
    DamagedError
        If one is neither.
    """
    if not (are_lengths(values) | np.isnan(values) | (values == 0)).all():
        raise DamagedError(f"{where} holds what is no length")
    return np.where(values == 0, np.nan, values)
