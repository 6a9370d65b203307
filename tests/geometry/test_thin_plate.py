import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.geometry.thin_plate import ThinPlate, kernel


def scattered(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=(count, 2))


def solved_plainly(places: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The textbook system, solved for these values alone."""
    n = len(places)
    r = np.linalg.norm(places[:, None] - places[None], axis=2)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = np.where(r > 0, r**2 * np.log(np.maximum(r, 1e-300)), 0)
    system[:n, n:] = np.column_stack((np.ones(n), places))
    system[n:, :n] = system[:n, n:].T
    c = np.linalg.solve(system, np.append(values, np.zeros(3)))
    s = np.linalg.norm(at[:, None] - places[None], axis=2)
    basis = np.where(s > 0, s**2 * np.log(np.maximum(s, 1e-300)), 0)
    return basis @ c[:n] + c[n] + at @ c[n + 1 :]


@given(st.integers(0, 10_000), st.integers(4, 40))
@settings(max_examples=30, deadline=None)
def test_predicts_what_the_textbook_system_gives(seed, count):
    places, at = scattered(seed, count), scattered(seed + 1, 17)
    values = np.random.default_rng(seed + 2).normal(size=count)
    expected = solved_plainly(places, values, at)
    found = ThinPlate(places).predict(at, values)
    np.testing.assert_allclose(found, expected, atol=1e-5 * max(1, np.abs(expected).max()))


def test_goes_through_the_values_and_is_exact_on_planes():
    places = scattered(0, 25)
    plate = ThinPlate(places)
    values = np.random.default_rng(1).normal(size=25)
    np.testing.assert_allclose(plate.predict(places, values), values, atol=1e-9)
    plane = 2 + places @ np.array([3.0, -1.0])
    at = scattered(2, 10) * 3 - 1
    np.testing.assert_allclose(plate.predict(at, plane), 2 + at @ [3.0, -1.0], atol=1e-9)


def test_columns_are_predicted_like_single_values_in_slabs_too():
    places, at = scattered(3, 20), scattered(4, 300)
    values = np.random.default_rng(5).normal(size=(20, 4000))
    plate = ThinPlate(places)
    together = plate.predict(at, values)
    assert len(list(plate.predict_slabs(at, values))) > 1
    for column in (0, 1999, 3999):
        np.testing.assert_allclose(together[:, column], plate.predict(at, values[:, column]))
    np.testing.assert_allclose(plate.weights(at) @ values[:, 7], together[:, 7], atol=1e-8)


def test_left_out_residuals_are_those_of_splines_without_the_point():
    places = scattered(6, 18)
    values = np.random.default_rng(7).normal(size=18)
    left_out = ThinPlate(places).left_out(values)
    for i in range(18):
        others = np.arange(18) != i
        predicted = solved_plainly(places[others], values[others], places[i : i + 1])
        assert left_out[i] == pytest.approx(values[i] - predicted[0], rel=1e-6, abs=1e-8)


def test_scale_is_the_left_out_residual_in_units_of_the_power_without_the_point():
    places = scattered(8, 15)
    values = np.random.default_rng(9).normal(size=15)
    plate = ThinPlate(places)
    for i in range(15):
        others = np.arange(15) != i
        power = ThinPlate(places[others]).power(places[i : i + 1])[0]
        expected = abs(plate.left_out(values)[i]) / power
        assert plate.scales(values)[i] == pytest.approx(expected, rel=1e-6)


def test_a_place_stands_for_more_where_the_others_are_far():
    coarse = np.argwhere(np.ones((7, 7))) / 6.0
    fine = np.argwhere(np.ones((7, 7))) / 60.0 + 0.45
    areas = ThinPlate(np.concatenate((coarse, fine))).areas
    inner = slice(8, 13)
    assert areas[:49][inner].min() > 30 * np.median(areas[49:])


def test_power_is_zero_at_places_and_grows_away_from_them():
    places = np.argwhere(np.ones((4, 4))) / 3
    plate = ThinPlate(places)
    assert plate.power(places).max() < 1e-6
    close, middle = plate.power(np.array([[0.01, 0.01], [1 / 6, 1 / 6]]))
    assert 0 < close < middle


def test_spread_lowers_the_power_as_if_the_chosen_points_were_measured():
    places, at = scattered(10, 12), scattered(11, 200)
    plate = ThinPlate(places)
    scale = np.ones(200)
    chosen = plate.spread(at, scale, 5)
    for count in range(5):
        grown = ThinPlate(np.vstack((places, at[chosen[:count]])))
        power = grown.power(at)
        assert power[chosen[count]] == pytest.approx(power.max(), rel=1e-5)


def test_spread_takes_the_forced_first_never_a_point_twice_and_nothing_of_scale_zero():
    places, at = scattered(12, 8), scattered(13, 30)
    scale = np.ones(30)
    scale[10:] = 0
    chosen = ThinPlate(places).spread(at, scale, 25, forced=np.array([20, 3]))
    assert chosen[:2].tolist() == [20, 3]
    assert sorted(chosen.tolist()) == sorted(set(chosen.tolist()))
    assert set(chosen.tolist()) == {20, *range(10)}


def test_kernel_is_zero_at_no_distance():
    places = scattered(14, 5)
    assert np.diag(kernel(places, places)).tolist() == [0.0] * 5
