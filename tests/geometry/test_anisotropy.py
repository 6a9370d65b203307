"""How surfaces are stretched, against a likelihood that is computed in another way."""

import numpy as np
import pytest

from landscape_gui.geometry.anisotropy import LARGEST_POWER, STEP, evidence, fit, stretched
from landscape_gui.geometry.thin_plate import ThinPlate, kernel


def places_of(count=60, seed=0):
    return np.random.default_rng(seed).random((count, 2))


def restricted_likelihood(places, values):
    """Through an orthonormal basis of what planes do not explain."""
    trend = np.concatenate((np.ones((len(places), 1)), places), axis=1)
    basis = np.linalg.qr(trend, mode="complete")[0][:, 3:]
    covariance = basis.T @ kernel(places, places) @ basis
    rest = basis.T @ values
    freedom = len(rest)
    energy = rest @ np.linalg.solve(covariance, rest)
    return -0.5 * (freedom * np.log(energy / freedom) + np.linalg.slogdet(covariance)[1])


@pytest.mark.parametrize("power", [-6, -1, 0, 3])
def test_evidence_is_the_restricted_likelihood(power):
    places = stretched(places_of(), power)
    values = np.sin(5 * places[:, 0]) + places[:, 1] ** 2
    assert evidence(ThinPlate(places), values) == pytest.approx(
        restricted_likelihood(places, values), rel=1e-6
    )


def test_stretching_keeps_the_area():
    unit = np.array([[1.0, 0.0], [0.0, 1.0]])
    for power in (-4, 0, 5):
        across, along = stretched(unit, power)
        assert across[0] * along[1] == pytest.approx(1.0)
        assert along[1] / across[0] == pytest.approx(STEP**power)


def test_a_ridge_is_stretched_along_itself_and_a_bowl_hardly():
    places = places_of(90)
    rough_first = np.sin(9 * places[:, 0]) + 0.1 * places[:, 1]
    assert fit(places, rough_first, 0)[1] < -3
    assert fit(places, rough_first[:], 6)[1] < -3  # wherever the search begins
    rough_second = np.sin(9 * places[:, 1]) + 0.1 * places[:, 0]
    assert fit(places, rough_second, 0)[1] > 3
    bowl = ((places - 0.5) ** 2).sum(axis=1) + 0.02 * np.sin(20 * places.sum(axis=1))
    assert abs(fit(places, bowl, 0)[1]) <= 2


def test_stretching_estimates_a_ridge_better():
    places, at = places_of(90), places_of(400, seed=1)

    def ridge(where):
        return np.sin(9 * where[:, 0]) + 0.3 * where[:, 1]

    plate, power = fit(places, ridge(places), 0)
    plain = ThinPlate(places).predict(at, ridge(places)) - ridge(at)
    better = plate.predict(stretched(at, power), ridge(places)) - ridge(at)
    assert np.quantile(np.abs(better), 0.95) < 0.5 * np.quantile(np.abs(plain), 0.95)


def test_several_surfaces_share_one_stretch_and_flat_ones_have_none():
    places = places_of(60)
    ridge = np.sin(9 * places[:, 0])
    both = np.stack((ridge, 5 * ridge + 1), axis=1)
    assert fit(places, both, 0)[1] == fit(places, ridge, 0)[1]
    assert fit(places, np.zeros(60), 3)[1] == 3
    assert abs(fit(places, np.sin(40 * places[:, 0]), 0)[1]) <= LARGEST_POWER
