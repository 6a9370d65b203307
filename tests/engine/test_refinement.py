"""The plan on analytic surfaces: every value is known, every claim of the plan can be checked."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landscape_gui.engine.refinement import FULL, TRIALS, Refinement
from landscape_gui.engine.visits import Found, Picture, Visit

METRICS = ("train_loss", "train_error")


def lattice(count: int = 41) -> tuple[np.ndarray, np.ndarray]:
    axis = np.linspace(-4, 4, count)
    beta, alpha = np.meshgrid(axis, axis, indexing="ij")
    return alpha, beta


SURFACES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "bowl": lambda a, b: 0.3 * (a - 1) ** 2 + 0.1 * b**2,
    "ridge": lambda a, b: np.exp(-((a + b) ** 2) * 2) + 0.05 * a,
    "wall": lambda a, b: 1 / (1 + np.exp(-3 * (b - np.sin(a)))) + 0.02 * a**2,
    "valley": lambda a, b: np.log1p((a - 1) ** 2 + 20 * (b - 0.2 * a**2) ** 2),
    "oscillation": lambda a, b: 2 + np.sin(1.5 * a) * np.cos(1.1 * b),
    "plane": lambda a, b: 5 + a - 0.5 * b,
}


def follow(plan: Refinement, surface: np.ndarray, limit: int | None = None) -> Picture:
    """Measure what the plan asks for until it is content."""
    while visits := plan.plan():
        for visit in visits:
            if limit is not None and len(plan.visits) >= limit:
                return plan.picture()
            plan.record(visit, answer(surface, visit))
    return plan.picture()


def answer(surface: np.ndarray, visit: Visit) -> Found:
    value = float(surface[visit.j, visit.i])
    return Found({"train_loss": value, "train_error": min(1.0, max(0.0, value / 10))})


def off(picture: Picture, surface: np.ndarray) -> float:
    """95th percentile of the true error, as a share of the range."""
    return float(
        np.quantile(np.abs(picture.estimates["train_loss"] - surface), 0.95) / np.ptp(surface)
    )


@pytest.mark.parametrize("name", SURFACES)
def test_the_tolerance_is_kept_with_a_fraction_of_the_points(name):
    surface = SURFACES[name](*lattice())
    plan = Refinement(surface.shape, METRICS, 0.01)
    picture = follow(plan, surface)
    assert off(picture, surface) <= 0.01
    assert picture.errors["train_loss"] <= 0.01
    assert plan.cost == len(plan.visits) < 0.45 * surface.size


def test_named_points_are_in_the_first_round_and_once():
    plain = [(visit.j, visit.i) for visit in Refinement((41, 41), METRICS, 0.01).plan()]
    named = [plain[3], (20, 25)]
    first = Refinement((41, 41), METRICS, 0.01, named=named).plan()
    assert [(visit.j, visit.i) for visit in first] == [*plain, (20, 25)]
    assert all(visit.examples is None and not visit.random for visit in first)


@given(seed=st.integers(0, 2**32 - 1), rough=st.floats(0.1, 1.0), length=st.floats(0.6, 3.0))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_tolerance_is_kept_on_random_surfaces(seed, rough, length):
    surface = random_surface(seed, rough, length)
    picture = follow(Refinement(surface.shape, METRICS, 0.02, seed=seed), surface)
    # Stated errors are estimates from some dozens of held-out points: half as much again at worst.
    assert off(picture, surface) <= 0.03


def random_surface(seed: int, rough: float, length: float) -> np.ndarray:
    """A bowl with random waves of decreasing amplitude: smooth to rough."""
    random = np.random.default_rng(seed)
    alpha, beta = lattice(33)
    surface = 0.1 * ((alpha - 1) ** 2 + beta**2)
    for octave in range(4):
        wave = random.normal(size=2) * 2**octave / length
        phase = random.uniform(0, 2 * np.pi)
        surface = surface + rough * 3.0**-octave * np.sin(wave[0] * alpha + wave[1] * beta + phase)
    return surface


def test_bounds_cover_the_true_error_at_the_stated_rate():
    """Over many surfaces, stopped at many stages, 95 % of the estimates are within their bounds."""
    inside = total = 0
    worst = 1.0
    for seed in range(12):
        surface = random_surface(seed, 0.2 + 0.07 * seed, 1 + 0.1 * seed)
        plan = Refinement(surface.shape, METRICS, 0.002, seed=seed)
        picture = follow(plan, surface, limit=120 + 25 * seed)
        bound = picture.bounds["train_loss"]
        wrong = np.abs(picture.estimates["train_loss"] - surface)
        covered = (wrong <= bound)[bound > 0]
        inside, total = inside + int(covered.sum()), total + covered.size
        worst = min(worst, float(covered.mean()))
    assert inside / total >= 0.93
    assert worst >= 0.8


def test_measured_points_are_exact_and_have_no_bound():
    surface = SURFACES["wall"](*lattice())
    plan = Refinement(surface.shape, METRICS, 0.01)
    picture = follow(plan, surface)
    for visit in plan.visits:
        assert picture.estimates["train_loss"][visit.j, visit.i] == surface[visit.j, visit.i]
        assert picture.bounds["train_loss"][visit.j, visit.i] == 0
    assert (picture.bounds["train_loss"] > 0).sum() == surface.size - len(plan.visits)


def test_walls_get_more_points_than_plains():
    alpha, _ = lattice()
    surface = 1 / (1 + np.exp(-8 * (alpha - 1)))
    plan = Refinement(surface.shape, METRICS, 0.005)
    follow(plan, surface)
    places = np.array([alpha[v.j, v.i] for v in plan.visits])
    near = (np.abs(places - 1) < 1).sum() / (np.abs(alpha - 1) < 1).sum()
    far = (np.abs(places - 1) > 2).sum() / (np.abs(alpha - 1) > 2).sum()
    assert near > 1.5 * far


def test_a_constant_surface_needs_next_to_nothing():
    surface = np.full((41, 41), 0.7)
    plan = Refinement(surface.shape, METRICS, 0.01)
    picture = follow(plan, surface)
    np.testing.assert_allclose(picture.estimates["train_loss"], 0.7)
    assert len(plan.visits) < 0.2 * surface.size


def test_white_noise_is_measured_everywhere():
    surface = np.random.default_rng(0).normal(size=(17, 17))
    plan = Refinement(surface.shape, METRICS, 0.01)
    picture = follow(plan, surface)
    assert len(plan.visits) >= 0.9 * surface.size
    assert off(picture, surface) == 0


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_region_that_is_not_finite_is_measured_and_nothing_is_invented_there(hole):
    alpha, beta = lattice(33)
    surface = SURFACES["bowl"](alpha, beta)
    surface[(alpha > 2) & (beta > 1)] = hole
    plan = Refinement(surface.shape, METRICS, 0.02)
    picture = follow(plan, surface)
    estimate = picture.estimates["train_loss"]
    beyond = ~np.isfinite(surface)
    np.testing.assert_array_equal(estimate[beyond], surface[beyond])
    finite = ~beyond
    wrong = np.abs(estimate[finite] - surface[finite])
    assert np.quantile(wrong, 0.95) <= 0.02 * np.ptp(surface[finite])
    assert len(plan.visits) < surface.size


def test_nothing_finite_at_all_ends_with_every_point_measured():
    surface = np.full((12, 12), np.nan)
    plan = Refinement(surface.shape, METRICS, 0.01)
    follow(plan, surface)
    assert len(plan.visits) == surface.size
    assert plan.summary()["errors"] == {}


@pytest.mark.parametrize("cut", [0, 10, 36, 41, 77, 120])
def test_interrupted_and_replayed_it_asks_for_the_same_points(cut):
    surface = SURFACES["valley"](*lattice())
    whole = Refinement(surface.shape, METRICS, 0.02, seed=3)
    follow(whole, surface)
    first = Refinement(surface.shape, METRICS, 0.02, seed=3)
    follow(first, surface, limit=cut)
    # What was interrupted is fed again, in its order, then goes on.
    again = Refinement(surface.shape, METRICS, 0.02, seed=3)
    follow(again, surface)
    assert [(v.j, v.i) for v in again.visits] == [(v.j, v.i) for v in whole.visits]
    assert [(v.j, v.i) for v in first.visits] == [(v.j, v.i) for v in whole.visits[:cut]]


def test_starts_with_the_whole_range_coarsely():
    visits = Refinement((41, 41), METRICS, 0.01).plan()
    assert len(visits) == 36
    assert {(v.j, v.i) for v in visits} == {
        (j, i) for j in range(0, 41, 8) for i in range(0, 41, 8)
    }


def test_beyond_its_room_it_measures_everything_that_is_left():
    surface = np.random.default_rng(1).normal(size=(15, 15))
    plan = Refinement(surface.shape, METRICS, 0.01, room=60)
    follow(plan, surface)
    assert len({(v.j, v.i) for v in plan.visits}) == surface.size


def test_very_fine_lattices_are_looked_at_in_part_and_estimated_whole():
    alpha, beta = lattice(201)
    surface = SURFACES["bowl"](alpha, beta)
    plan = Refinement(surface.shape, METRICS, 0.01)
    picture = follow(plan, surface)
    assert len(plan.visits) < 600
    assert off(picture, surface) <= 0.01


# -- sampling: each example has a margin that is smooth; loss and error follow from it


def examples_of(seed: int, count: int = 96, points: int = 33) -> tuple[np.ndarray, np.ndarray]:
    """Losses and margins, [m, n, examples]: few examples change class at any one place."""
    random = np.random.default_rng(seed)
    alpha, beta = lattice(points)
    margins = (
        3 * random.normal(size=count)
        + alpha[..., None] * random.normal(1, 0.7, size=count)
        + beta[..., None] * random.normal(0, 1, size=count)
        + random.normal(size=count) * np.sin(alpha[..., None] * random.uniform(0.5, 2, size=count))
    )
    return np.logaddexp(0, -2 * margins).astype(np.float32), margins.astype(np.float32)


def sample(losses: np.ndarray, margins: np.ndarray, visit: Visit) -> Found:
    here = losses[visit.j, visit.i].copy(), margins[visit.j, visit.i].copy()
    if visit.examples is None:
        values = {
            "train_loss": float(here[0].astype(np.float64).mean()),
            "train_error": float((here[1] <= 0).mean()),
        }
        return Found(values, {"train": here})
    other = np.setdiff1d(np.arange(losses.shape[2]), visit.examples["train"])
    for array in here:
        array[other] = np.nan
    return Found({}, {"train": here})


def follow_sampling(plan: Refinement, losses: np.ndarray, margins: np.ndarray) -> Picture:
    while visits := plan.plan():
        for visit in visits:
            plan.record(visit, sample(losses, margins, visit))
    return plan.picture()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sampling_keeps_the_tolerance_and_costs_less(seed):
    losses, margins = examples_of(seed)
    surface = losses.astype(np.float64).mean(axis=2)
    tokens = {"train": np.random.default_rng(seed).integers(10, 60, size=losses.shape[2])}
    plain = Refinement(surface.shape, METRICS, 0.005, seed=seed)
    follow_sampling(plain, losses, margins)
    plan = Refinement(surface.shape, METRICS, 0.005, tokens, seed=seed)
    picture = follow_sampling(plan, losses, margins)
    assert off(picture, surface) <= 0.0075
    assert plan.cost < plain.cost
    some = [v for v in plan.visits if v.examples is not None]
    assert some
    for visit in some:
        assert not visit.random
        asked = visit.examples["train"]
        assert tokens["train"][asked].sum() <= FULL * tokens["train"].sum()
    error = (margins <= 0).mean(axis=2)
    assert np.quantile(np.abs(picture.estimates["train_error"] - error), 0.95) <= 0.05


def test_sampled_points_are_not_called_measured():
    losses, margins = examples_of(5)
    tokens = {"train": np.full(losses.shape[2], 20)}
    plan = Refinement(losses.shape[:2], METRICS, 0.005, tokens)
    picture = follow_sampling(plan, losses, margins)
    for visit in plan.visits:
        bound = picture.bounds["train_loss"][visit.j, visit.i]
        assert (bound == 0) == (visit.examples is None)


def test_no_loss_below_zero_is_foretold_beside_walls():
    alpha, beta = lattice(21)
    feet = np.random.default_rng(9).normal(1.5, 0.4, size=60)
    margins = 20 * (feet - alpha[..., None] + 0.05 * np.abs(beta[..., None])).astype(np.float32)
    losses = np.logaddexp(0, -margins).astype(np.float32)
    tokens = {"train": np.full(60, 20)}
    plan = Refinement(losses.shape[:2], METRICS, 0.02, tokens)
    picture = follow_sampling(plan, losses, margins)
    assert any(v.examples is not None for v in plan.visits)
    assert min(plan._values["train_loss"]) < 0, "nothing to be mended"
    assert picture.estimates["train_loss"].min() >= 0


def test_everywhere_visits_every_point_and_costs_less_than_measuring_it():
    losses, margins = examples_of(6, points=17)
    tokens = {"train": np.full(losses.shape[2], 20)}
    plan = Refinement(losses.shape[:2], METRICS, 0.01, tokens, everywhere=True)
    picture = follow_sampling(plan, losses, margins)
    assert len({(v.j, v.i) for v in plan.visits}) == 17 * 17
    assert plan.cost < 0.8 * 17 * 17
    assert off(picture, losses.astype(np.float64).mean(axis=2)) <= 0.01
    assert plan.summary()["tolerance"] is None


def test_the_summary_counts_and_checks_against_held_out_points():
    losses, margins = examples_of(7)
    tokens = {"train": np.full(losses.shape[2], 20)}
    plan = Refinement(losses.shape[:2], METRICS, 0.005, tokens)
    follow_sampling(plan, losses, margins)
    summary = plan.summary()
    assert summary["measured"] + summary["sampled"] == len(plan.visits)
    assert summary["lattice"] == 33 * 33
    assert summary["cost"] == pytest.approx(plan.cost)
    drawn = sum(v.random for v in plan.visits)
    assert summary["audit"]["train_loss"]["points"] == drawn >= TRIALS
    assert 0.8 <= summary["audit"]["train_loss"]["covered"] <= 1


def test_past_its_room_neither_spline_nor_tables_grow():
    losses, margins = examples_of(8, count=40, points=13)
    tokens = {"train": np.full(40, 20)}
    plan = Refinement((13, 13), METRICS, 1e-4, tokens, room=60)
    picture = follow_sampling(plan, losses, margins)
    assert len(plan.visits) == 13 * 13
    assert len(plan._tables["train"].losses) == 60
    plate, rows = plan._plate()
    assert plate is not None
    assert len(plate.places) == len(rows) <= 60
    whole = [v for v in plan.visits if v.examples is None]
    truth = losses.astype(np.float64).mean(axis=2)
    for visit in whole:
        assert picture.estimates["train_loss"][visit.j, visit.i] == truth[visit.j, visit.i]


def test_a_margin_that_is_no_number_counts_as_an_error():
    losses, margins = examples_of(9, count=40, points=13)
    plan = Refinement((13, 13), METRICS, 0.01, {"train": np.full(40, 20)})
    for visit in plan.plan():
        plan.record(visit, sample(losses, margins, visit))
    visit = next(v for v in plan.plan() if v.examples is not None and len(v.examples["train"]))
    found = sample(losses, margins, visit)
    before = plan.means(visit.examples, visit, found)["train_error"]
    asked = visit.examples["train"]
    right = [k for k in asked if found.examples["train"][1][k] > 0]
    found.examples["train"][1][asked] = np.nan
    after = plan.means(visit.examples, visit, found)["train_error"]
    assert after == pytest.approx(before + len(right) / 40)
