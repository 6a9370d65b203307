"""How much smoother a surface is along one axis than along the other.

Along a random direction the loss hardly changes where it climbs a wall along the first axis; a
spline that treats both alike then asks for the same wall again and again.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.thin_plate import ThinPlate

FloatArray = npt.NDArray[np.float64]

# Stretches that are tried are powers of this, up to the largest power either way.
STEP, LARGEST_POWER = math.sqrt(2.0), 10


def stretched(places: FloatArray, power: int) -> FloatArray:
    """Places with their two axes scaled against each other by ``STEP ** power``; area is kept."""
    half = STEP ** (0.5 * power)
    return places * np.array([1.0 / half, half])


def evidence(plate: ThinPlate, values: FloatArray) -> float:
    """Logarithm of the restricted likelihood of values at a spline's places, up to a constant.

    The amplitude is the most likely one. Comparable between stretches of the same places.
    """
    return float(np.mean([_evidence(plate, column) for column in np.atleast_2d(values.T)]))


def _evidence(plate: ThinPlate, column: FloatArray) -> float:
    freedom = len(column) - 3
    energy = float(column @ plate.precision @ column)
    if not energy > 0:
        return 0.0
    return -0.5 * (freedom * math.log(energy / freedom) + plate.log_determinant)


def fit(places: FloatArray, values: FloatArray, power: int) -> tuple[ThinPlate, int]:
    """The spline whose stretch is the most likely, looked for from ``power`` outwards.

    Parameters
    ----------
    places, values
        float64[n, 2], float64[n].
    power
        Where to begin.

    Returns
    -------
    Spline through the stretched places; its power.
    """
    found: dict[int, tuple[float, ThinPlate]] = {}

    def score(at: int) -> float:
        if at not in found:
            plate = ThinPlate(stretched(places, at))
            found[at] = evidence(plate, values), plate
        return found[at][0]

    best, step = power, 2 if len(places) < 100 else 1
    while step:
        beside = [at for at in (best - step, best + step) if abs(at) <= LARGEST_POWER]
        better = max(beside, key=score)
        if score(better) > score(best):
            best = better
        else:
            step //= 2
    return found[best][1], best
