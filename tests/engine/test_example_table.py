"""Which examples are asked at a point, and what the others are taken for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.plain_spline import spline

from landscape_gui.engine.example_table import SHARED, ExampleTable, Roughness
from landscape_gui.geometry.error_model import local_scale
from landscape_gui.geometry.thin_plate import ThinPlate

GRID = np.stack(np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 5)), axis=-1).reshape(-1, 2)


def waves(random, count):
    """Losses of examples over the plane, each with its own roughness: places → float64[x, N]."""
    turn, phase = random.normal(size=(2, count)) * 4, random.uniform(0, 6, size=count)
    amplitude = random.uniform(0.05, 2, size=count) ** 2
    return lambda at: 1 + amplitude * np.sin(at @ turn + phase)


def rough(random, count=24):
    tokens = random.integers(1, 60, size=count)
    table, losses, margins = ExampleTable(tokens), waves(random, count), waves(random, count)
    nothing = np.full(count, np.nan), np.full(count, np.nan)
    for place in GRID:
        table.add(losses(place), margins(place), nothing)
    plate = ThinPlate(GRID)
    return table, plate, Roughness(table, plate, np.arange(len(GRID)))


def variances(table, plate, found, at):
    """What each example leaves of the mean's variance where it is not measured."""
    own = local_scale(at, plate.places, plate.scales(table.losses)) ** 2
    scale = (1 - SHARED) * own + SHARED * own.mean(axis=1, keepdims=True)
    return found.correlation * scale * (plate.power(at)[:, None] / len(table.tokens)) ** 2


def test_an_example_that_was_flat_is_believed_to_change_where_the_others_do():
    """One of 24 is zero wherever it was measured; the plane's other half is flat for all."""
    table = ExampleTable(np.full(24, 10))
    nothing = np.full(24, np.nan), np.full(24, np.nan)
    random = np.random.default_rng(0)
    for place in GRID:
        losses = random.normal(size=24) * (place[0] > 0.4)
        losses[0] = 0.0
        table.add(losses, losses, nothing)
    plate = ThinPlate(GRID)
    found = Roughness(table, plate, np.arange(len(GRID)))
    rough, flat = found.choose(np.array([[0.9, 0.6], [0.05, 0.6]]), np.ones(2), 1e-9)
    assert 0 in rough.examples  # not certain of anything there
    few = found.choose(np.array([[0.9, 0.6]]), np.ones(1), 0.2)[0]
    assert 0 not in few.examples  # but the others come first
    assert flat.left_in["loss"] <= rough.left_in["loss"] + 1e-9


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.01, 1.2))
@settings(max_examples=40)
def test_just_so_many_are_asked_that_the_others_leave_what_is_allowed(seed, share):
    random = np.random.default_rng(seed)
    table, plate, found = rough(random)
    at = random.uniform(0, 1, size=(3, 2))
    each = variances(table, plate, found, at)
    allowed = share * float(np.sqrt(each.sum(axis=1).mean()))
    choices = found.choose(at, plate.power(at), allowed)
    assert len(choices) == len(at)
    for choice, variance in zip(choices, each, strict=True):
        asked = np.isin(np.arange(len(variance)), choice.examples)
        assert choice.examples.tolist() == np.flatnonzero(asked).tolist()
        left = np.sqrt(variance[~asked].sum())
        assert left <= allowed * (1 + 1e-9)
        assert choice.left_in["loss"] == pytest.approx(left, rel=1e-6, abs=1e-8)
        gain = variance / table.tokens
        if asked.any():
            assert gain[asked].min() >= gain[~asked].max(initial=0.0)
            last = np.flatnonzero(asked)[gain[asked].argmin()]
            assert variance[~asked].sum() + variance[last] > allowed**2 * (1 - 1e-9)


@pytest.mark.parametrize(("allowed", "asked"), [(0.0, 24), (1e9, 0)])
def test_nothing_allowed_asks_all_and_everything_none(allowed, asked):
    random = np.random.default_rng(1)
    _, plate, found = rough(random)
    at = random.uniform(0, 1, size=(4, 2))
    for choice in found.choose(at, plate.power(at), allowed):
        assert len(choice.examples) == asked
        assert (choice.left_in["loss"] > 1e-6) == (asked == 0)  # of none, a rounding error is left


def test_the_doubt_in_the_error_is_of_examples_near_the_margin():
    table = ExampleTable(np.ones(3, dtype=np.int64))
    bend = np.sin(7 * GRID[:, 0]) * np.cos(5 * GRID[:, 1])
    for value in bend:
        # Far on either side, and one that is about to change.
        table.add(np.ones(3) + value, np.array([40, -40, 0]) + value, (np.ones(3), np.ones(3)))
    plate = ThinPlate(GRID)
    found = Roughness(table, plate, np.arange(len(GRID)))
    at = np.array([[0.37, 0.61]])
    (none,) = found.choose(at, plate.power(at), 1e9)
    assert 0 < none.left_in["error"] <= 0.5 / 3 * (1 + 1e-6)


def test_what_is_foretold_is_each_examples_spline():
    random = np.random.default_rng(2)
    table, _, found = rough(random)
    at = np.vstack((random.uniform(0, 1, size=(6, 2)), GRID[7:9]))
    for mine, values in zip(found.foretell(at), (table.losses, table.margins), strict=True):
        np.testing.assert_allclose(mine, spline(GRID, values, at), atol=1e-9)
        np.testing.assert_allclose(mine[-2:], values[7:9], atol=1e-9)


def test_what_was_foretold_is_settled_by_the_points_around_it():
    random = np.random.default_rng(3)
    whole, plate, _ = rough(random)
    table = ExampleTable(whole.tokens)
    asked = random.uniform(size=whole.losses.shape) < 0.6
    asked[::2] = True
    asked[:, 0] = True
    wrong = np.full(24, 9.0), np.full(24, 9.0)
    for losses, margins, here in zip(whole.losses, whole.margins, asked, strict=True):
        table.add(np.where(here, losses, np.nan), np.where(here, margins, np.nan), wrong)
    left, residuals = table.settle(plate, np.arange(len(GRID)), 1.0)
    np.testing.assert_array_equal(left > 0, ~asked.all(axis=1))
    for mine, true in ((table.losses, whole.losses), (table.margins, whole.margins)):
        np.testing.assert_array_equal(mine[asked], true[asked])
        for example in range(24):
            known = asked[:, example]
            wanted = spline(GRID[known], true[known][:, [example]], GRID[~known])[:, 0]
            np.testing.assert_allclose(mine[~known, example], wanted, atol=1e-9)
    np.testing.assert_array_equal(table.measured, asked)
    # Left out, a visit is predicted by what was measured elsewhere alone.
    for here in range(0, len(GRID), 6):
        off = []
        for example in range(24):
            others = asked[:, example] & (np.arange(len(GRID)) != here)
            values = whole.losses[others][:, [example]]
            off.append(
                whole.losses[here, example] - spline(GRID[others], values, GRID[[here]])[0, 0]
            )
        assert residuals[here] == pytest.approx(np.mean(off), abs=1e-9)
