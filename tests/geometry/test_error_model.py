import numpy as np
import pytest

from landscape_gui.geometry.error_model import (
    FLOOR,
    LATEST,
    Calibration,
    left_out_ratios,
    local_scale,
    percentile,
)


def test_local_scale_follows_the_neighbourhood():
    places = np.argwhere(np.ones((10, 10))) / 9.0
    scales = np.where(places[:, 0] > 0.5, 5.0, 1.0)
    smooth, rough = local_scale(np.array([[0.05, 0.5], [0.95, 0.5]]), places, scales)
    assert rough == pytest.approx(5.0)
    overall = np.sqrt((scales**2).mean())
    assert smooth == pytest.approx(max(1.0, FLOOR * overall))


def test_local_scale_never_believes_in_perfect_smoothness_next_to_roughness():
    places = np.random.default_rng(0).uniform(size=(50, 2))
    scales = np.zeros(50)
    scales[7] = 3.0
    found = local_scale(places, places, scales)
    assert (found >= FLOOR * np.sqrt((scales**2).mean()) - 1e-12).all()


def test_the_surface_is_as_rough_as_its_area_not_as_where_the_places_lie():
    coarse = np.argwhere(np.ones((5, 5))) / 4.0
    fine = np.argwhere(np.ones((15, 15))) / 60.0 + 0.01  # crowded in a corner that is rough
    places = np.concatenate((coarse, fine))
    scales = np.concatenate((np.zeros(25), np.full(225, 2.0)))
    areas = np.concatenate((np.full(25, 1 / 25), np.full(225, 1 / 3600)))
    at = np.array([[0.95, 0.95]])
    share = (areas * scales**2).sum() / areas.sum()
    assert local_scale(at, places, scales, areas=areas) == pytest.approx(FLOOR * np.sqrt(share))
    assert local_scale(at, places, scales) > 2 * local_scale(at, places, scales, areas=areas)
    twice = local_scale(at, places, scales, areas=2 * areas)
    assert twice == pytest.approx(local_scale(at, places, scales, areas=areas))


def test_columns_are_independent_and_unused_entries_do_not_count():
    places = np.random.default_rng(1).uniform(size=(30, 2))
    at = np.random.default_rng(2).uniform(size=(7, 2))
    scales = np.random.default_rng(3).uniform(size=(30, 3))
    counts = np.ones((30, 3), dtype=bool)
    counts[:15, 2] = False
    found = local_scale(at, places, scales, counts)
    np.testing.assert_allclose(found[:, 0], local_scale(at, places, scales[:, 0]))
    spoilt = scales.copy()
    spoilt[:15, 2] = 1e9
    np.testing.assert_allclose(found, local_scale(at, places, spoilt, counts))


def test_calibration_starts_like_a_gaussian_and_learns():
    calibration = Calibration()
    assert 1.7 < calibration.factor() < 2.3
    random = np.random.default_rng(4)
    for surplus in random.normal(size=500) * 3:
        calibration.add(surplus, 1.0, random=True)
    # Forty surpluses three times as large as expected, and the prior of twenty.
    assert 4.0 < calibration.factor() < 8.0
    for surplus in random.normal(size=LATEST) * 0.1:
        calibration.add(surplus, 1.0, random=True)
    assert calibration.factor() < 2.0


def test_chosen_points_do_not_count_once_there_are_random_ones():
    calibration = Calibration()
    for _ in range(100):
        calibration.add(15.0, 1.0, random=False)
    assert calibration.factor() > 10
    for _ in range(LATEST):
        calibration.add(1.0, 1.0, random=True)
    assert calibration.factor() < 3


def test_a_surplus_that_is_not_finite_or_was_not_expected_is_left_out():
    calibration = Calibration()
    before = calibration.factor()
    calibration.add(np.nan, 1.0, random=True)
    calibration.add(1.0, 0.0, random=True)
    assert calibration.factor() == before


def test_percentile_of_a_mixture_of_gaussians():
    calibration = Calibration()
    random = np.random.default_rng(5)
    for surplus in random.normal(size=LATEST):
        calibration.add(surplus, 1.0, random=True)
    expected = np.concatenate((np.zeros(500), np.full(500, 2.0)))
    truth = np.quantile(np.abs(random.normal(size=100_000) * np.tile(expected, 100)), 0.95)
    assert percentile([(expected, calibration.ratios)]) == pytest.approx(truth, rel=0.35)


def test_left_out_ratios_compare_each_place_with_the_others_around_it():
    places = np.argwhere(np.ones((7, 7))) / 6.0
    scales = np.ones(49)
    scales[24] = 6.0  # the middle one
    ratios = left_out_ratios(places, scales, scales, np.zeros(49))
    assert ratios[24] == pytest.approx(6.0)  # its own residual is no part of what foretells it
    assert ratios[0] == pytest.approx(1.0, rel=0.2)
    assert ratios[25] < 0.8
    assert len(left_out_ratios(places, *np.zeros((3, 49)))) == 0
    # What the others are off by themselves is expected, too.
    noisy = left_out_ratios(places, np.full(49, 3.0), np.full(49, 10.0), np.full(49, 4.0))
    np.testing.assert_allclose(noisy, 2.0)


def drawn_ratios(level: float, tailed: np.ndarray) -> np.ndarray:
    calibration = Calibration()
    for surplus in level * np.random.default_rng(7).choice(tailed, LATEST):
        calibration.add(surplus, 1.0, random=True)
    return calibration.now(tailed)


def test_drawn_points_raise_the_level_of_what_was_left_out_and_never_lower_it():
    """Twenty drawn points cannot show a tail, the measured ones can; luck is not to be believed."""
    tailed = np.abs(np.random.default_rng(6).standard_t(3, size=4000))
    np.testing.assert_array_equal(drawn_ratios(0.3, tailed), tailed)
    raised = drawn_ratios(2.0, tailed) / tailed
    assert raised.std() < 1e-9
    assert 1.4 < raised.mean() < 2.2
    assert len(Calibration().now(tailed)) < len(tailed)  # nothing drawn yet: a prior


def test_places_of_every_kind_have_their_own_ratios():
    """Exact places, places that are as good as foretold, and a few that are far worse."""
    exact = np.zeros(100), np.ones(5)
    good = np.full(850, 0.1), np.linspace(0, 1, 101)
    bad = np.full(40, 0.1), np.full(20, 10.0)
    assert percentile([exact, good, bad]) == pytest.approx(0.1, rel=0.1)
    assert percentile([exact, good, (np.full(80, 0.1), bad[1])]) == pytest.approx(1.0)


def test_deviations_that_were_expected_too_small_are_corrected_and_never_too_large_ones():
    def size(ratio: float, count: int) -> float:
        calibration = Calibration()
        for _ in range(count):
            calibration.add(ratio, 1.0, random=True)
        return calibration.size()

    assert size(1.0, 30) == pytest.approx(1.0)
    assert 2.5 < size(3.0, LATEST) < 3.0
    assert size(3.0, 3) < 2.0  # a prior worth twenty
    assert size(0.3, LATEST) == 1.0


def test_bounds_grow_where_the_latest_surpluses_do():
    def factor(sizes):
        calibration = Calibration()
        for size in sizes:
            calibration.add(size, 1.0, random=True)
        return calibration.factor()

    steady = [1.0] * LATEST
    growing = [0.5] * (LATEST - 20) + [1.0] * 20
    assert factor(growing) > 0.98 * factor(steady)
    assert factor([1.0] * (LATEST - 20) + [0.5] * 20) <= factor(steady)
