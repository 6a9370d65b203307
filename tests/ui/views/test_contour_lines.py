from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from landscape_gui.ui.scene import Limits
from landscape_gui.ui.views.contour_lines import (
    contour_levels,
    label_spot,
    lines_path,
    trace_contours,
)

AXIS = np.linspace(-4, 4, 41)


def test_levels_are_even_or_1_2_5_as_the_scale_is():
    linear, texts = contour_levels(Limits(0.37, 4.2))
    assert linear.tolist() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
    assert texts[0] == "0.5"
    assert contour_levels(Limits(0.3, 400.0))[0].tolist() == [50.0 * k for k in range(1, 8)]
    logarithmic, texts = contour_levels(Limits(0.3, 400.0), scale="log")
    assert {0.5, 1, 2, 5, 10, 100, 200} <= set(logarithmic.tolist())
    assert np.all(np.diff(np.log10(logarithmic)) > 0.1)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.sampled_from(["linear", "log"]))
def test_levels_lie_strictly_inside(low, high, scale):
    levels, texts = contour_levels(Limits(low, high), scale=scale)
    assert len(levels) == len(texts)
    assert np.all((levels > low) & (levels < high))


def test_lines_follow_the_height():
    a, b = np.meshgrid(AXIS, AXIS)
    lines = trace_contours(AXIS, AXIS, np.hypot(a, b), Limits(0.0, 4.0))
    circle = next(line for line in lines if line.level == 2.0)
    np.testing.assert_allclose(np.hypot(*circle.points.T), 2.0, atol=0.02)


def test_lines_go_around_what_is_not_finite():
    a, b = np.meshgrid(AXIS, AXIS)
    height = a + 0 * b
    height[15:26, 15:26] = np.nan
    for line in trace_contours(AXIS, AXIS, height, Limits(-4.0, 4.0)):
        assert np.isfinite(line.points).all()
        assert not np.any(np.all(np.abs(line.points) < 0.9, axis=1))


def test_a_flat_surface_has_no_lines():
    assert trace_contours(AXIS, AXIS, np.ones((41, 41)), Limits(1.0, 1.0)) == []
    assert lines_path([]).isEmpty()


def test_a_path_keeps_lines_apart():
    points = np.array([[0.0, 0], [10, 0], [50, 50], [60, 50]])
    path = lines_path([(points, (0, 2, 4))])
    moves = [k for k in range(path.elementCount()) if path.elementAt(k).isMoveTo()]
    assert moves == [0, 2]


def test_a_number_stands_upright_on_a_straight_stretch_and_off_obstacles():
    line = np.stack([np.linspace(300, 0, 50), np.linspace(10, 160, 50)], axis=1)
    bounds = QRectF(0, 0, 300, 200)
    spot = label_spot(line, 30, 10, bounds, [])
    assert spot is not None
    assert -90 < spot.angle <= 90
    again = label_spot(line, 30, 10, bounds, [spot.rect])
    assert again is not None
    assert not again.rect.intersects(spot.rect)
    assert label_spot(line, 30, 10, bounds, [bounds]) is None
    assert label_spot(line[:5], 30, 10, bounds, []) is None
