"""Claims from records whose every measure is known in closed form."""

import dataclasses

import numpy as np
import pytest
from support.bowl_landscape import (
    ACROSS,
    ALONG,
    BOTTOM,
    SPEC,
    make_curve,
    make_hessian,
    make_record,
    make_rollback,
    make_surface,
)

from landscape_gui.figures.report.agreement_claim import agreement_claim
from landscape_gui.figures.report.basin_claim import Tolerated, basin_claim
from landscape_gui.figures.report.basin_section import extrapolated
from landscape_gui.figures.report.layers_claim import layers_claim
from landscape_gui.figures.report.path_claim import path_claim


@pytest.fixture
def record():
    return make_record()


TOLERATED = Tolerated(absolute=0.125, share=0.5)
AREA = np.pi * 0.125 / np.sqrt(ALONG * ACROSS)


def test_width_and_area_of_a_bowl_in_all_units(record):
    found = basin_claim(record, TOLERATED)
    assert (found.loss_start, found.loss_end) == pytest.approx((BOTTOM + ALONG, BOTTOM))
    share, absolute = found.sizes
    assert (share.kind, share.rise) == ("share", pytest.approx(0.25))
    for size in found.sizes:
        width = 2 * np.sqrt(size.rise / ALONG)
        assert size.width.alpha == pytest.approx(width, rel=0.01)
        assert size.width.distance == pytest.approx(2.0 * width, rel=0.01)
        assert size.width.filters == pytest.approx(0.02 * width, rel=0.01)
        assert size.width.bounded
        area = np.pi * size.rise / np.sqrt(ALONG * ACROSS)
        assert size.area.alpha == pytest.approx(area, rel=0.02)
        # cos 0.6: the axes are not orthogonal, the sine is 0.8.
        assert size.area.distance == pytest.approx(0.8 * 4 * area, rel=0.02)
        assert size.area.filters == pytest.approx(0.8 * 0.02 * 0.01 * area, rel=0.02)
    assert absolute.width.low == pytest.approx(0.5, abs=0.01)


def test_sharpness_and_second_differences_of_a_bowl(record):
    found = basin_claim(record, TOLERATED)
    tenth, quarter, half = found.sharpness
    for box, epsilon in ((tenth, 0.1), (quarter, 0.25), (half, 0.5)):
        rise = ALONG * (2 * epsilon) ** 2 + ACROSS * epsilon**2
        assert box.value == pytest.approx(100 * rise / (1 + BOTTOM), rel=0.03)
    assert (found.curvature.alpha, found.curvature.beta) == pytest.approx((2 * ALONG, 2 * ACROSS))
    assert (found.curvature.alpha_error, found.curvature.alpha_step) == pytest.approx((0.0, 0.1))


def test_a_fine_curve_is_preferred_for_the_width(record):
    curve = make_curve(notes={"filter_ratio": 0.03})
    found = basin_claim(make_record(curves={"full": curve}, surfaces={}), TOLERATED)
    assert found.sizes[1].width.source == "curve full"
    assert found.sizes[1].width.alpha == pytest.approx(1.0, rel=1e-3)
    assert found.sizes[1].width.filters == pytest.approx(0.03, rel=1e-3)
    assert found.sizes[1].area is None
    assert found.sharpness == ()


def test_estimates_count_with_their_bounds_and_unknown_points_are_told():
    surface = make_surface(41)
    order = np.where(np.indices((41, 41)).sum(axis=0) % 2 == 0, -1, surface.order)
    wanted = surface.values["train_loss"]
    estimated = make_surface(
        41,
        order=order,
        values={"train_loss": np.where(order >= 0, wanted, np.nan)},
        estimates={"train_loss": wanted},
        bounds={"train_loss": np.where(order >= 0, 0.0, 0.03)},
    )
    found = basin_claim(make_record(surfaces={"s": estimated}), TOLERATED)
    assert found.sizes[1].area.bound == pytest.approx(0.03)
    assert found.sizes[1].width.bound == pytest.approx(0.03)
    # Both neighbours are estimates, a step of 0.2 away: 2 · √2 · 0.03 / 0.2 / 0.4.
    assert found.curvature.alpha_error == pytest.approx(2 * np.sqrt(2) * 0.03 / 0.2 / 0.4)
    bare = dataclasses.replace(estimated, estimates={}, bounds={}, anchors=())
    found = basin_claim(make_record(surfaces={"s": bare}), TOLERATED)
    assert found.interpolated == 841
    assert found.sizes[-1].area.alpha == pytest.approx(AREA, rel=0.07)


def test_the_end_counts_as_measured_before_the_lattice_comes_to_it():
    surface = make_surface(41)
    every_second = np.full((41, 41), -1)
    every_second[::2, ::2] = np.arange(441).reshape(21, 21)
    wanted = surface.values["train_loss"]
    begun = dataclasses.replace(
        surface,
        order=every_second,
        values={"train_loss": np.where(every_second >= 0, wanted, np.nan)},
        status="incomplete",
    )
    found = basin_claim(make_record(surfaces={"s": begun}), TOLERATED)
    assert found.interpolated == 1681 - 441 - 1
    assert found.sizes[1].area.alpha == pytest.approx(AREA, rel=0.1)


def test_an_even_number_of_points_and_an_empty_file():
    found = basin_claim(make_record(surfaces={"s": make_surface(40)}), TOLERATED)
    assert found.curvature is None  # no point at (1, 0)
    assert found.sizes[1].area.alpha == pytest.approx(AREA, rel=0.1)
    assert found.sizes[1].width is None  # no line at β = 0
    assert basin_claim(make_record(surfaces={}), TOLERATED) is None


def test_filter_ratios_come_from_the_hessian_where_nothing_else_says_them():
    surface = make_surface(notes={})
    plain = make_record(surfaces={"s": surface})
    assert np.isnan(basin_claim(plain, TOLERATED).sizes[1].width.filters)
    known = dataclasses.replace(plain, hessian=make_hessian())
    assert basin_claim(known, TOLERATED).sizes[1].area.filters > 0
    other = dataclasses.replace(surface, spec=SPEC | {"axis2": {"kind": "pca"}})
    found = basin_claim(dataclasses.replace(known, surfaces={"s": other}), TOLERATED)
    assert found.sizes[1].width.filters > 0
    assert np.isnan(found.sizes[1].area.filters)


def test_a_ridge_between_start_and_end_is_a_barrier():
    axis = np.linspace(-4, 4, 801)
    smooth = path_claim(make_record(curves={"full": make_curve()}))
    assert smooth.lines[0].found.monotone
    values = {"train_loss": np.asarray(make_curve().values["train_loss"]).copy()}
    values["train_loss"] += 2 * np.exp(-(((axis - 0.5) / 0.05) ** 2))
    ridge = path_claim(make_record(curves={"full": make_curve(values=values)}))
    line = ridge.lines[0]
    assert line.found.barrier == pytest.approx(2 + BOTTOM + ALONG / 4 - (BOTTOM + ALONG), abs=0.01)
    assert line.found.barrier_at == pytest.approx(0.5, abs=0.01)
    assert line.source == "curve full"


def test_angles_distances_and_late_epochs_are_those_of_the_checkpoints(record):
    deltas = np.array([[0.5, 0.4, 0.1], [0.85, 0.35, 0.1], [1.0, 0.0, 0.0]])
    errors = np.array([np.nan, 0.2, 0.15, 0.18])
    history = dataclasses.replace(record.run.history, dev_error=errors)
    found = path_claim(
        dataclasses.replace(record, run=dataclasses.replace(record.run, history=history))
    )
    lengths = np.linalg.norm(deltas, axis=1)
    for row, delta, length in zip(found.rows, deltas, lengths, strict=True):
        assert row.length == pytest.approx(length)
        angle = np.degrees(np.arccos(delta[0] / length))
        assert row.angle == pytest.approx(angle, abs=1e-6)
    assert found.rows[0].random_walk == pytest.approx(np.degrees(np.arccos(np.sqrt(1 / 3))))
    assert found.plane == "full-random0"
    assert (found.best, found.best_by) == (1, "development error")
    assert [row.epoch for row in found.late] == [3.0]
    assert found.late[0].from_best == pytest.approx(np.linalg.norm(deltas[2] - deltas[1]))
    assert found.late[0].dev_error == 0.18


def test_surfaces_of_one_shape_agree_wholly_and_opposite_ones_not_at_all(record):
    found = agreement_claim(record, TOLERATED)
    assert [rank.correlation for rank in found.ranks] == pytest.approx([1.0, 1.0, 1.0])
    assert found.places.distance == 0
    surface = record.surfaces["full-random0"]
    values = surface.values | {"dev_error": -surface.values["dev_error"]}
    upside = dataclasses.replace(surface, values=values)
    found = agreement_claim(make_record(surfaces={"s": upside}), TOLERATED)
    assert found.ranks[0].correlation == pytest.approx(-1.0)
    assert found.places.first == pytest.approx((1.0, 0.0))
    assert found.places.second[0] == -4
    away = np.array([-5.0, found.places.second[1]])
    length = np.sqrt(away @ away + 2 * 0.6 * away[0] * away[1])
    assert found.places.distance == pytest.approx(length)
    assert found.distance == pytest.approx(2 * length)


def test_rollback_changes_have_the_best_interval_that_is_known():
    found = layers_claim(make_record(rollback=make_rollback()), TOLERATED, ALONG)
    rows = {row.groups: row for row in found.rollback}
    assert rows[()].accuracy == pytest.approx(90.0)
    low = rows[("low",)]
    assert (low.change, low.how) == (pytest.approx(-2.0), "bootstrap")
    assert low.interval == pytest.approx((-3.5, -0.5))
    both = rows[("low", "high")]
    assert (both.how, both.interval) == ("paired", pytest.approx((-30 - 5.88, -30 + 5.88)))
    assert both.loss_change == pytest.approx(0.6)
    older = make_rollback(change_errors={}, change_intervals={})
    found = layers_claim(make_record(rollback=older), TOLERATED, ALONG)
    half = 196 * np.hypot(0.03, 0.03)
    assert found.rollback[1].how == "independent"
    assert found.rollback[1].interval == pytest.approx((-2 - half, -2 + half))
    assert not found.all_bootstrapped


def test_a_group_has_its_share_and_the_width_of_its_own_basin():
    curve = make_curve(
        name="low",
        group="low",
        plane=dataclasses.replace(make_curve().plane, origin="theta1", axis1_norm=0.5),
        values={"train_loss": bowl_around_zero()},
        anchors=(),
        notes={"filter_ratio": 0.1},
    )
    found = layers_claim(make_record(curves={"low": curve}), TOLERATED, ALONG)
    (low,) = found.groups
    assert (low.layers, low.share) == ("0, 1", pytest.approx(1 / 3))
    assert found.rises == pytest.approx((0.25, 0.125))
    assert low.widths[1].alpha == pytest.approx(2 * np.sqrt(0.125), rel=0.01)
    assert low.widths[1].distance == pytest.approx(np.sqrt(0.125), rel=0.01)


def bowl_around_zero():
    return np.linspace(-4, 4, 801) ** 2


def test_the_error_in_step_squared_is_taken_out_of_differences():
    assert extrapolated(make_hessian(), 0, 0) == pytest.approx(1.0)
    broken = dataclasses.replace(make_hessian(), difference_steps=np.array([0.1, 0.1]))
    assert np.isnan(extrapolated(broken, 0, 0))
